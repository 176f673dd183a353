"""What the words so far promise: whether a sentence is over, may go on, or must.

A grammar says what may follow, and that is not enough: nearly every command may take "please", or
a room. So its phrases, which are written as people speak, are also counted: how often does a
sentence end after these last words? Contexts of four words are smoothed by shorter ones (Witten
and Bell, "The zero-frequency problem", 1991).
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from functools import lru_cache

from rapidfuzz.distance import Levenshtein

from .endpointing import Outlook
from .language.grammar import Grammar

_CONTEXT = 4
"""Words that an end is predicted from: most of a short command, or a name and what precedes it."""

_LIKELY = 0.4
"""Of sentences with these last words that end there: the ends of 90 % of the commands, but only 2 %
of their other words, are beyond it, in the home that these figures were chosen with."""

_POSSIBLE = 0.1

_SAME = 0.5
"""Similarity of grammar and free pass below which it is another thing that is being said: the
grammar forces its own words on whatever it hears."""

_ENOUGH = 3
"""Words before that is believed: "may I" and "my" are not yet two things."""

_EDGE = ""
"""Stands before the first word and after the last."""


def outlook(grammar_text: str, free_text: str, grammar: Grammar) -> Outlook:
    """What the words of the two streaming passes promise, in spoken forms."""
    if not grammar_text:
        return Outlook.UNKNOWN if free_text else Outlook.NOTHING
    enough = grammar_text.count(" ") >= _ENOUGH - 1
    if enough and Levenshtein.normalized_similarity(grammar_text, free_text) < _SAME:
        return Outlook.UNKNOWN
    grammar_text = _said(grammar_text, free_text)
    complete, may_continue = grammar.is_complete(grammar_text), grammar.may_continue(grammar_text)
    if complete and not may_continue:
        return Outlook.OVER
    if may_continue and not complete:
        return Outlook.MORE
    chance = sentence_ends(grammar.phrases).chance(grammar_text.split())
    if not complete:
        return Outlook.UNKNOWN if chance >= _POSSIBLE else Outlook.MORE
    if chance >= _LIKELY:
        return Outlook.OVER
    return Outlook.EITHER if chance >= _POSSIBLE else Outlook.MORE


def _said(grammar_text: str, free_text: str) -> str:
    """The words of the grammar pass without one that it only expects.

    After "brown" its phrases may leave nothing but "sugar", which it then hears in the silence;
    the free pass has not.
    """
    words, free_words = grammar_text.split(), free_text.split()
    if len(words) > 1 and free_words and free_words[-1] == words[-2] != words[-1]:
        return " ".join(words[:-1])
    return grammar_text


class SentenceEnds:
    """How often sentences end after certain words."""

    def __init__(self, sentences: Sequence[str]) -> None:
        followers: Counter[tuple[tuple[str, ...], str]] = Counter(
            (context, follower)
            for sentence in sentences
            for context, follower in _followed([_EDGE, *sentence.split(), _EDGE])
        )
        seen: Counter[tuple[str, ...]] = Counter()
        kinds: Counter[tuple[str, ...]] = Counter()
        for (context, _), count in followers.items():
            seen[context] += count
            kinds[context] += 1
        self._chances: dict[tuple[str, ...], float] = {(): _share(seen, followers)}
        for context in sorted(seen, key=len):
            ended = followers[context, _EDGE]
            shorter = self._chances[context[1:]]
            self._chances[context] = (ended + kinds[context] * shorter) / (
                seen[context] + kinds[context]
            )

    def chance(self, words: Sequence[str]) -> float:
        """The probability, 0 to 1, that a sentence which begins with these words ends there."""
        found = self._chances[()]
        for context in _contexts([_EDGE, *words]):
            if context not in self._chances:
                break
            found = self._chances[context]
        return found


@lru_cache(8)
def sentence_ends(sentences: tuple[str, ...]) -> SentenceEnds:
    """Those of a grammar's phrases: some 10 µs a phrase, once."""
    return SentenceEnds(sentences)


def _followed(padded: Sequence[str]) -> Iterator[tuple[tuple[str, ...], str]]:
    """Every context of a sentence, and the word or the edge after it."""
    for at in range(1, len(padded) - 1):
        for context in _contexts(padded[: at + 1]):
            yield context, padded[at + 1]


def _contexts(words: Sequence[str]) -> Iterator[tuple[str, ...]]:
    """The last words, from one to `_CONTEXT`."""
    for size in range(1, min(_CONTEXT, len(words)) + 1):
        yield tuple(words[-size:])


def _share(
    seen: Counter[tuple[str, ...]], followers: Counter[tuple[tuple[str, ...], str]]
) -> float:
    """The share of words that end their sentence."""
    words = sum(count for context, count in seen.items() if len(context) == 1)
    ends = sum(
        count
        for (context, follower), count in followers.items()
        if len(context) == 1 and follower == _EDGE
    )
    return ends / words if words else 0.0
