"""What may have been said, from what any pass heard."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from heapq import nsmallest

from ..hypothesis import Hypothesis, Pass
from ..language.grammar import Grammar
from ..language.pronunciation import distance
from ..language.sentence import Sentence
from ..language.spoken_forms import said

_READ = 5
"""Readings of a pass that are looked at; the right one is hardly ever further down."""

_NEAREST = 4
"""Sentences of the household that are compared for a reading which is none."""

_NEAREST_LISTED = 2
"""Phrases of a closed list that are compared for a reading."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A written text and the ways in which it may sound.

    `sentence` is None for a phrase of a closed list; `surprises` counts its words that no listed
    phrase has in that place.
    """

    text: str
    sounds: tuple[str, ...]
    sentence: Sentence | None = None
    surprises: int = 0


type Heard = Mapping[Pass, Sequence[tuple[str, Hypothesis]]]
"""The readings of every pass, each with its phones."""


def heard_by_pass(hypotheses: Sequence[Hypothesis], grammar: Grammar) -> Heard:
    """Hypotheses with text by pass, the best first."""
    found: dict[Pass, list[tuple[str, Hypothesis]]] = {}
    for hypothesis in hypotheses:
        readings = found.setdefault(hypothesis.source, [])
        words = spoken(hypothesis, grammar).split()
        if words and len(readings) < _READ:
            readings.append(("".join(map(grammar.sounds, words)), hypothesis))
    return {source: readings for source, readings in found.items() if readings}


def spoken(hypothesis: Hypothesis, grammar: Grammar) -> str:
    """A hypothesis in words, without courtesies."""
    return grammar.courtesy.parted(grammar.joined(said(hypothesis.text, grammar.language)))[1]


def candidates(heard: Heard, grammar: Grammar) -> list[Candidate]:
    """All sentences and phrases that a reading is, or sounds like."""
    found: dict[str, Candidate] = {}
    for candidate in (*_listed(heard, grammar), *_sentences(heard, grammar)):
        found.setdefault(candidate.text, candidate)
    return list(found.values())


def _sentences(heard: Heard, grammar: Grammar) -> Iterator[Candidate]:
    seen = set[str]()
    unread = []
    for readings in heard.values():
        for place, (_, hypothesis) in enumerate(readings):
            text = spoken(hypothesis, grammar)
            whole = grammar.sentences(text)[:1]
            for sentence in whole:
                seen.add(text)
                yield Candidate(sentence.text, sentence.sounds, sentence)
            if place == 0 and not whole:
                unread.append(text)
    for text in dict.fromkeys(unread):
        if text not in seen:
            for sentence in grammar.nearest(text, _NEAREST):
                yield Candidate(sentence.text, sentence.sounds, sentence)


def _listed(heard: Heard, grammar: Grammar) -> Iterator[Candidate]:
    if (closed := grammar.closed) is None:
        return
    for readings in heard.values():
        for phones, hypothesis in readings:
            text = spoken(hypothesis, grammar)
            written = closed.written(text)
            if written is not None:
                yield Candidate(written, (phones,), surprises=closed.surprises(text))
        best = readings[0][0]
        near = [(distance(sound, best), sound, phrase) for sound, phrase in closed.sounds]
        for _, sound, phrase in nsmallest(_NEAREST_LISTED, near):
            yield Candidate(phrase, (sound,))
