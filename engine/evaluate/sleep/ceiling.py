"""How well people agree who score the same night: what no device can be asked to exceed.

The nights of the Dreem Open Datasets, each scored by five. A scorer is compared with the
consensus of the other four, so that nobody is compared with themselves. Nights are cut to the
stretch that all five scored.
"""

from collections.abc import Iterable, Iterator
from itertools import permutations

from ...core.sleep import Hypnogram
from .agreement import Judged
from .consensus import consensus
from .recordings.night import Night


def against_others(nights: Iterable[Night]) -> Iterator[tuple[int, Judged]]:
    """Every scorer (numbered from 0) against the consensus of the others."""
    for night in nights:
        scorers = _common(night)
        for n, one in enumerate(scorers):
            others = consensus(scorers[:n] + scorers[n + 1 :])
            yield n, Judged(night.id, night.subject, others, one)


def in_pairs(nights: Iterable[Night]) -> Iterator[Judged]:
    """Every scorer against every other, both ways."""
    for night in nights:
        for one, other in permutations(_common(night), 2):
            yield Judged(night.id, night.subject, one, other)


def _common(night: Night) -> tuple[Hypnogram, ...]:
    """What all scored, from the first such epoch to the last."""
    all_scored = [None not in stages for stages in zip(*_rows(night), strict=True)]
    if True not in all_scored:
        return ()
    first, last = all_scored.index(True), len(all_scored) - all_scored[::-1].index(True)
    start = night.reference.time_of(first)
    return tuple(Hypnogram(start, each.stages[first:last]) for each in night.scorers)


def _rows(night: Night) -> list[tuple[object, ...]]:
    return [each.stages for each in night.scorers]
