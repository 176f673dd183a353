"""The figures of hypnograms, counted: what simulated nights are drawn from and held against."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ...core.sleep import EPOCH_S, Hypnogram, Stage
from ...simulate.nights import FAMILIES, FamilyName
from ...simulate.nights.figures import PART_H
from ..report import Entry, Table
from ..sleep.recordings.catalogue import SETS
from ..sleep.recordings.night import MissingError

_STAGES = tuple(Stage)
_PARTS = 3
_DRAWN, _DRAWN_H = 60, 7.5
"""Nights of a family that are drawn to be counted."""

GROUPS = {
    "healthy": (("sleep_accel", ""), ("dreem", "/dodh/")),
    "clinic": (("dreem", "/dodo/"), ("ucddb", "")),
}
"""The sets that the two groups of figures are counted in, and what is in their nights' names."""
FAMILY_OF: dict[str, FamilyName] = {"healthy": "train", "clinic": "test"}


@dataclass(frozen=True, slots=True, eq=False)
class Counted:
    """Figures of nights from sleep onset to the last epoch of sleep, stages in their order.

    `shares` of the epochs, shape (4,); `lengths` the mean and `spreads` the deviation of the
    logarithm of a stretch's epochs, (4,); `following` which stage follows a stretch, (4, 4);
    `by_part` the chances from one epoch to the next by part of the night, (3, 4, 4).
    """

    nights: int
    shares: NDArray[np.float64]
    lengths: NDArray[np.float64]
    spreads: NDArray[np.float64]
    following: NDArray[np.float64]
    by_part: NDArray[np.float64]


def count(hypnograms: Iterable[Hypnogram]) -> Counted:
    """Count; an unknown epoch ends a stretch and is in no transition."""
    epochs = np.zeros(4)
    following, by_part = np.zeros((4, 4)), np.zeros((_PARTS, 4, 4))
    logs: list[list[float]] = [[] for _ in _STAGES]
    nights = 0
    for hypnogram in hypnograms:
        stages = _slept(hypnogram.stages)
        nights += bool(stages)
        for stage in stages:
            if stage is not None:
                epochs[_STAGES.index(stage)] += 1
        for number, (now, then) in enumerate(pairwise(stages)):
            if now is not None and then is not None:
                part = min(_PARTS - 1, int(number * EPOCH_S / 3600 / PART_H))
                by_part[part, _STAGES.index(now), _STAGES.index(then)] += 1
        runs = [(stage, len(list(group))) for stage, group in groupby(stages)]
        for stage, length in runs:
            if stage is not None:
                logs[_STAGES.index(stage)].append(float(np.log(length)))
        known = [stage for stage, _ in runs if stage is not None]
        for now, then in pairwise(known):
            if now is not then:
                following[_STAGES.index(now), _STAGES.index(then)] += 1
    return Counted(
        nights,
        epochs / max(epochs.sum(), 1),
        np.array([np.mean(each) if each else np.nan for each in logs]),
        np.array([np.std(each) if each else np.nan for each in logs]),
        _shares(following),
        _shares(by_part),
    )


def recorded_group(data: Path, group: str) -> list[Hypnogram]:
    """The recorded hypnograms of a group; empty where a set of it is not there."""
    found: list[Hypnogram] = []
    try:
        for name, part in GROUPS[group]:
            found += [night.reference for night in SETS[name].nights(data) if part in night.id]
    except MissingError:
        return []
    return [each.trimmed() for each in found]


def stages_table(data: Path) -> Table:
    """Recorded and drawn nights beside each other."""
    return Table(
        "stages",
        "Stages of recorded nights and of simulated ones, from sleep onset",
        ("nights", "n", *(f"{stage.partition('_')[0]}, %" for stage in _STAGES)),
        tuple(_rows(data)),
    )


def _rows(data: Path) -> Iterator[tuple[Entry, ...]]:
    for group in GROUPS:
        recorded = count(recorded_group(data, group))
        if recorded.nights:
            yield _row(f"recorded, {group}", recorded)
        made = FAMILIES[FAMILY_OF[group]]
        rngs = (np.random.default_rng(seed) for seed in range(_DRAWN))
        drawn = count(made.hypnogram(rng, _DRAWN_H) for rng in rngs)
        yield _row(f"simulated, {FAMILY_OF[group]} family", drawn)


def _row(name: str, counted: Counted) -> tuple[Entry, ...]:
    return name, float(counted.nights), *(float(100 * share) for share in counted.shares)


def _slept(stages: Sequence[Stage | None]) -> Sequence[Stage | None]:
    asleep = [n for n, stage in enumerate(stages) if stage is not None and stage.is_sleep]
    return stages[asleep[0] : asleep[-1] + 1] if asleep else ()


def _shares(counts: NDArray[np.float64]) -> NDArray[np.float64]:
    shares: NDArray[np.float64] = counts / np.maximum(counts.sum(axis=-1, keepdims=True), 1)
    return shares
