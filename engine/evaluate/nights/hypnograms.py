"""Hypnograms of recorded people, to drive simulated nights; no signal of them is used."""

from collections.abc import Iterator
from pathlib import Path

from ...core.sleep import Hypnogram, Stage
from ..sleep.recordings.catalogue import SETS
from ..sleep.recordings.night import MissingError

_SETS = ("sleep_accel", "dreem", "ucddb")
_SHORTEST_H = 5.0
_LATEST_ONSET_MIN = 90.0
"""Nights that are shorter, or in which sleep comes later, are clinic nights that no home has."""


def recorded(data: Path) -> list[Hypnogram]:
    """Nights from lights off, one of each set in turn; empty where there are no recordings."""
    found = [list(_usable(data, name)) for name in _SETS]
    longest = max(map(len, found), default=0)
    return [own[n] for n in range(longest) for own in found if n < len(own)]


def _usable(data: Path, name: str) -> Iterator[Hypnogram]:
    try:
        nights = list(SETS[name].nights(data))
    except MissingError:
        return
    for night in nights:
        stages = _filled(night.reference.trimmed().stages)
        asleep = [n for n, stage in enumerate(stages) if stage.is_sleep]
        long_enough = len(stages) >= _SHORTEST_H * 120
        if asleep and long_enough and asleep[0] <= 2 * _LATEST_ONSET_MIN:
            yield Hypnogram(0.0, stages[: asleep[-1] + 1])


def _filled(stages: tuple[Stage | None, ...]) -> tuple[Stage, ...]:
    """An epoch that nobody scored is as the one before it."""
    known: list[Stage] = []
    for stage in stages:
        known.append(stage or (known[-1] if known else Stage.AWAKE))
    return tuple(known)
