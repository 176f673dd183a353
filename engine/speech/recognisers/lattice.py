"""Readings of an utterance, from readings of its segments; and what their likelihoods are worth."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
import math

from ..hypothesis import Hypothesis, Pass, Word

_SAME_PLACE = 0.5
"""Two words are at the same place if they share this much of the shorter one's time."""


@dataclass(frozen=True, slots=True)
class Path:
    """One way through a lattice: the logarithm of its likelihood, and its words."""

    likelihood: float
    words: tuple[Word, ...]

    @property
    def text(self) -> str:
        """Its words, parted by spaces."""
        return " ".join(word.text for word in self.words)


def joined(segments: Iterable[Sequence[Path]], most: int) -> list[Path]:
    """The most likely ways through segments that follow each other, at most `most`, best first.

    Of ways that say the same only the most likely is kept.
    """
    ways = [Path(0.0, ())]
    for segment in segments:
        ways = _best(
            (
                Path(way.likelihood + path.likelihood, way.words + path.words)
                for way in ways
                for path in segment
            ),
            most,
        )
    return ways


def _best(ways: Iterable[Path], most: int) -> list[Path]:
    by_text: dict[str, Path] = {}
    for way in sorted(ways, key=lambda each: each.likelihood, reverse=True):
        by_text.setdefault(way.text, way)
    return list(by_text.values())[:most]


def with_confidences(paths: Sequence[Path], source: Pass) -> tuple[Hypothesis, ...]:
    """Hypotheses with each word's posterior probability among these paths.

    `paths` must not be empty, and be sorted by likelihood. It is what minimum Bayes risk decoding
    computes on a whole lattice (Xu, Povey, Mangu, Zhu, "Minimum Bayes Risk decoding and system
    combination", 2011), on its best paths.
    """
    best = paths[0].likelihood
    weights = [math.exp(path.likelihood - best) for path in paths]
    whole = sum(weights)

    def confidence(word: Word) -> float:
        agreeing = (weight for path, weight in zip(paths, weights, strict=True) if _has(path, word))
        return min(sum(agreeing) / whole, 1.0)

    return tuple(
        Hypothesis(
            path.text,
            path.likelihood - best,
            tuple(replace(word, confidence=confidence(word)) for word in path.words),
            source,
            path.likelihood,
        )
        for path in paths
    )


def _has(path: Path, word: Word) -> bool:
    return any(each.text == word.text and _together(each, word) for each in path.words)


def _together(one: Word, other: Word) -> bool:
    if one.start is None or one.end is None or other.start is None or other.end is None:
        return True
    shared = min(one.end, other.end) - max(one.start, other.start)
    return shared >= _SAME_PLACE * min(one.end - one.start, other.end - other.start)
