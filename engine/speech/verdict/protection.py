"""Differences that change what is done: opposites, and numbers.

"On" and "off" are a phone apart, so are "fifteen" and "fifty". Where the runner-up differs by one
of these, what was heard is not acted on without a second opinion.
"""

from ..language.grammar import Grammar
from ..language.sentence import Piece
from .candidates import Candidate


def differ_in_meaning(one: Candidate, other: Candidate, grammar: Grammar) -> bool:
    """Whether two sentences say different things, not the same with or without an article."""
    sounds_apart = set(one.sounds).isdisjoint(other.sounds)
    return sounds_apart and _content(one, grammar) != _content(other, grammar)


def differ_in_protected(one: Candidate, other: Candidate, grammar: Grammar) -> bool:
    """Whether two sentences differ by an opposite or by a number."""
    left, right = _content(one, grammar), _content(other, grammar)
    return any(
        word in grammar.opposites or word in grammar.number_words for word in set(left) ^ set(right)
    )


def _content(candidate: Candidate, grammar: Grammar) -> tuple[str, ...]:
    """The words that matter, in their order; names as a whole in front."""
    if candidate.sentence is None:
        words = candidate.text.casefold().split()
        return tuple(word for word in words if word not in grammar.articles)
    pieces = candidate.sentence.pieces
    return tuple(
        sorted(word for piece in pieces for word in _words(piece) if word not in grammar.articles)
    )


def _words(piece: Piece) -> list[str]:
    if piece.slot is not None and piece.slot.kind != "number":
        return [piece.text.casefold()]
    return [word.removesuffix("s") for word in piece.text.casefold().split()]
