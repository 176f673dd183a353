"""What may be said in a household, in the words that a recogniser knows."""

from collections.abc import Iterator, Mapping
from functools import cache, cached_property, lru_cache

from .automaton import Network
from .closed import ClosedPhrases
from .courtesy import Courtesy
from .household import Household
from .matching import Matcher
from .parsing import Parser
from .phrases import candidate_phrases, household_phrases
from .pronunciation import Knows, Sounds, sounds_of
from .sentence import Sentence
from .sentence_sets import Template, everyday, everything
from .spoken_forms import number_vocabulary, spoken_forms
from .values import Values

_KEPT = 8
"""Compiled grammars that are kept: as many as turns of different rooms overlap."""


class Grammar:
    """A compiled household.

    `phrases` are spoken forms for the recogniser, lower case, in words that it knows; `terms` are
    the names of things, places and people as they are written, for passes that are only biased.
    `open` says whether sentences of the home may be said, and not only listed phrases, which
    `closed` holds where there are any.
    """

    def __init__(self, household: Household, knows: Knows) -> None:
        language = household.language
        self.sounds = sounds_of(language)
        self.open = household.phrases is None
        self.closed = _closed(household, knows, self.sounds)
        self.values = Values(household, knows)
        known = everything(language)
        self.courtesy = Courtesy(known.courtesies, known.calls)
        self.language = language
        self._network = _network(language)
        self._parser = Parser(self._network, self.values, self.sounds)
        self._respelt = _respelt(language, knows)
        listed = self.closed.spoken if self.closed is not None else ()
        if self.open:
            spoken = household_phrases(household, self.values)
            self.phrases = candidate_phrases(listed) + tuple(self._sayable(spoken))
            names = (*household.previous.candidates, *self.values.terms)
            self.terms = tuple(dict.fromkeys(names))
        else:
            self.phrases, self.terms = listed, ()

    def written(self, spoken: str) -> str:
        """The text as a person would write it: names as the household spells them."""
        text = " ".join(spoken.casefold().split())
        if self.closed is not None and (found := self.closed.written(text)) is not None:
            return found
        before, core, after = self.courtesy.parted(self.joined(text))
        sentences = self._parser.sentences(core) if self.open and core else []
        if not sentences:
            return self.joined(text)
        return " ".join(filter(None, (before, sentences[0].text, after)))

    def is_complete(self, text: str) -> bool:
        """Whether a spoken text is a whole sentence."""
        text = text.casefold()
        if self.closed is not None and self.closed.is_complete(text):
            return True
        return bool(self.sentences(text))

    def may_continue(self, text: str) -> bool:
        """Whether a spoken text is the beginning of a longer sentence."""
        text = text.casefold()
        if self.closed is not None and self.closed.may_continue(text):
            return True
        _, core, after = self.courtesy.parted(self.joined(text))
        return self.open and not after and self._parser.may_continue(core)

    def sentences(self, text: str) -> list[Sentence]:
        """The ways to read a whole spoken text, word for word, the simplest first."""
        core = self.courtesy.parted(self.joined(text))[1]
        return self._parser.sentences(core) if self.open and core else []

    def nearest(self, text: str, most: int = 5) -> list[Sentence]:
        """The sentences of the home that sound most like a spoken text, nearest first."""
        core = self.courtesy.parted(self.joined(text))[1]
        return self._matcher.nearest(core, most) if self.open and core else []

    def is_everyday(self, sentence: Sentence) -> bool:
        """Whether a sentence is among those that most people say most often."""
        return bool(self._usual.sentences(sentence.text.casefold()))

    def wording(self, purpose: str) -> str:
        """A sentence that the home says, with places for what it is about."""
        return everything(self.language).wording[purpose]

    @property
    def articles(self) -> frozenset[str]:
        """Words that change nothing."""
        return everything(self.language).articles

    @property
    def opposites(self) -> frozenset[str]:
        """Words that have an opposite among sentences."""
        return everything(self.language).opposites

    @property
    def number_words(self) -> frozenset[str]:
        """Words that are parts of numbers."""
        return number_vocabulary(self.language)

    def templates(self, sentence: Sentence) -> Iterator[Template]:
        """What a sentence may ask for."""
        known = everything(self.language).templates
        return (known[place] for place in sorted(sentence.templates))

    def joined(self, text: str) -> str:
        """A spoken text with words of the templates that were spoken in parts made whole."""
        for word, parts in self._respelt.items():
            if parts and parts in text:
                text = f" {text} ".replace(f" {parts} ", f" {word} ").strip()
        return text

    @cached_property
    def _usual(self) -> Parser:
        return Parser(_usual_network(self.language), self.values, self.sounds)

    @cached_property
    def _matcher(self) -> Matcher:
        return Matcher(self._network, self.values, self.sounds)

    def _sayable(self, phrases: tuple[str, ...]) -> Iterator[str]:
        """Phrases with unknown words of templates in known ones; none that lack such."""
        for phrase in phrases:
            words = phrase.split()
            if self._respelt.keys().isdisjoint(words):
                yield phrase
            elif all(self._respelt.get(word, word) for word in words):
                yield " ".join(self._respelt.get(word, word) for word in words)


@lru_cache(_KEPT)
def compile_grammar(household: Household, knows: Knows) -> Grammar:
    """The grammar of a household for a recogniser that knows certain words.

    Some tens of milliseconds; the first of a language, which reads its templates, half a second.
    """
    return Grammar(household, knows)


@cache
def _network(language: str) -> Network:
    return everything(language).network()


@cache
def _usual_network(language: str) -> Network:
    return everyday(language).network()


def _closed(household: Household, knows: Knows, sounds: Sounds) -> ClosedPhrases | None:
    listed = household.phrases
    if listed is None:
        listed = household.previous.candidates
    return ClosedPhrases(listed, knows, sounds, household.language) if listed else None


@lru_cache(_KEPT)
def _respelt(language: str, knows: Knows) -> Mapping[str, str]:
    """Words of templates that a recogniser lacks, by others that sound like them, or by none."""
    found = {}
    for word in sorted(_network(language).words()):
        if not knows(word):
            forms = spoken_forms(word, knows, sounds_of(language), language)
            # One word for another would be taken for itself wherever it is meant.
            found[word] = next((form for form in forms if " " in form), "")
    return found
