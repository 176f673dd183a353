"""Differences that change what is done: opposites, and numbers.

"On" and "off" are a phone apart, so are "fifteen" and "fifty". Where the runner-up differs by one
of these, what was heard is not acted on without a second opinion.
"""

from ..language.grammar import Grammar
from ..language.sentence import Piece, Sentence
from .candidates import Candidate


def differ_in_meaning(one: Candidate, other: Candidate, grammar: Grammar) -> bool:
    """Whether two sentences ask for different things, and not for the same in other words."""
    if not set(one.sounds).isdisjoint(other.sounds):
        return False
    if one.sentence is None or other.sentence is None:
        return _content(one, grammar) != _content(other, grammar)
    return (
        differ_in_protected(one, other, grammar)
        or _filled(one.sentence) != _filled(other.sentence)
        or _intents(one.sentence, grammar).isdisjoint(_intents(other.sentence, grammar))
    )


def differ_in_protected(one: Candidate, other: Candidate, grammar: Grammar) -> bool:
    """Whether two sentences differ by an opposite or by a number."""
    left, right = _content(one, grammar), _content(other, grammar)
    return any(
        word in grammar.opposites or word in grammar.number_words for word in set(left) ^ set(right)
    )


def _filled(sentence: Sentence) -> set[tuple[str, str]]:
    """The kinds and fillings of its slots."""
    return {
        (piece.slot.kind, piece.text.casefold())
        for piece in sentence.pieces
        if piece.slot is not None
    }


def _intents(sentence: Sentence, grammar: Grammar) -> set[str]:
    return {template.intent for template in grammar.templates(sentence)}


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
