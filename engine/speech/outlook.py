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
from .grammar import Grammar

_CONTEXT = 4
"""Words that an end is predicted from: most of a short command, or a name and what precedes it."""

_LIKELY = 0.4
"""Of sentences with these last words that end there: the ends of 90 % of the commands, but only 2 %
of their other words, are beyond it, in the home that these figures were chosen with."""

_POSSIBLE = 0.1

_SAME = 0.5
"""Similarity of grammar and free pass below which it is another thing that is being said: the
grammar forces its own words on whatever it hears."""

_START = "<s>"


def outlook(grammar_text: str, free_text: str, grammar: Grammar) -> Outlook:
    """What the words of the two streaming passes promise, in spoken forms."""
    if not grammar_text:
        return Outlook.UNKNOWN if free_text else Outlook.NOTHING
    if Levenshtein.normalized_similarity(grammar_text, free_text) < _SAME:
        return Outlook.UNKNOWN
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


class SentenceEnds:
    """How often sentences end after certain words."""

    def __init__(self, sentences: Sequence[str]) -> None:
        self._seen: Counter[tuple[str, ...]] = Counter()
        self._ended: Counter[tuple[str, ...]] = Counter()
        followers: set[tuple[tuple[str, ...], str | None]] = set()
        words = 0
        for sentence in sentences:
            padded = [_START, *sentence.split()]
            words += len(padded) - 1
            for at in range(1, len(padded)):
                follower = padded[at + 1] if at + 1 < len(padded) else None
                for context in _contexts(padded[: at + 1]):
                    self._seen[context] += 1
                    self._ended[context] += follower is None
                    followers.add((context, follower))
        self._kinds = Counter(context for context, _ in followers)
        self._base = len(sentences) / words if words else 0.0

    def chance(self, words: Sequence[str]) -> float:
        """The probability, 0 to 1, that a sentence which begins with these words ends there."""
        found = self._base
        for context in _contexts([_START, *words]):
            seen = self._seen[context]
            if not seen:
                break
            kinds = self._kinds[context]
            found = (self._ended[context] + kinds * found) / (seen + kinds)
        return found


@lru_cache(8)
def sentence_ends(sentences: tuple[str, ...]) -> SentenceEnds:
    """Those of a grammar's phrases: some 10 µs a phrase, once."""
    return SentenceEnds(sentences)


def _contexts(words: Sequence[str]) -> Iterator[tuple[str, ...]]:
    """The last words, from one to `_CONTEXT`."""
    for size in range(1, min(_CONTEXT, len(words)) + 1):
        yield tuple(words[-size:])
