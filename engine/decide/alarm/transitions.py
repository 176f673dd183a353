"""How sleep goes on: how likely each stage follows, by what it is, for how long, and after what.

A semi-Markov chain: a person who has just fallen into light sleep from wake leaves it otherwise
than one who came up from deep sleep half an hour ago. Figures of few nights are drawn to those of
many: what follows after an age and a stage before to what follows after the age, and that to what
follows the stage. People differ; the ratio of how often they made a change to how often anybody
would have is learned from their nights, as a gamma-distributed frailty (Vaupel, Manton and
Stallard, Demography 16, 1979), so that a first night changes little.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

import numpy as np
from numpy.typing import NDArray

from ...core.sleep import Stage
from ...core.snapshot import Json, item, pack_array, unpack_array

type Floats = NDArray[np.float64]

STAGES: Final = tuple(Stage)
_CODES = {stage: n for n, stage in enumerate(STAGES)}
KINDS = len(STAGES)
BEFORE = KINDS + 1
"""What was before: a stage, or nothing that is known."""

AGES = (1, 2, 3, 4, 6, 8, 11, 15, 20, 30, 45, 65, 90)
"""Epochs in a stage from which on it counts as older: changes are quick at first, then seldom."""

OLDEST = 90
"""Epochs from which on a stage does not age: three quarters of an hour are a long one."""

_SHRINK = 30.0
"""Epochs that the coarser figure is worth beside the finer: for the finest cell to count it must
have been seen for a quarter of an hour. From 5 to 100 nothing that was measured depends on it."""

_FRAILTY = 30.0
"""Changes of a kind that anybody's figure is worth beside a person's own: some nights of them."""

_FRAILTY_RANGE = (0.5, 2.0)
"""Ratios beyond are a stager's habit rather than a person's."""

_LEAST_STAYING = 0.02
"""However frail, some of those in a stage stay for another epoch."""

_BINS: NDArray[np.int_] = np.searchsorted(AGES, np.arange(1, OLDEST + 1), side="right") - 1


def count(nights: Sequence[Sequence[Stage | None]]) -> Floats:
    """How often what followed what: shape (before, stage, age, next), as the axes are above."""
    counts = np.zeros((BEFORE, KINDS, len(AGES), KINDS))
    for stages in nights:
        for (before, now, age), following in _places(stages):
            counts[before, now, _BINS[age - 1], following] += 1
    return counts


def chances(counts: Floats) -> Floats:
    """How likely what follows, of counts: shape (before, stage, age 1 to OLDEST, next).

    The last axis sums to 1.
    """
    by_stage = _shares(counts.sum((0, 2)), np.full((KINDS, KINDS), 1 / KINDS), 1.0)
    by_age = _shares(counts.sum(0), by_stage[:, None], _SHRINK)
    return _shares(counts, by_age[None], _SHRINK)[:, :, _BINS]


@dataclass(slots=True)
class Habits:
    """A person's changes of stage: how many there were, and how many anybody would have made.

    Both have the shape (stage, next).
    """

    made: Floats
    expected: Floats

    def learn(self, stages: Sequence[Stage | None], anybody: Floats) -> None:
        """Take in a night; `anybody` are the chances of the population."""
        for (before, now, age), following in _places(stages):
            self.made[now, following] += 1
            self.expected[now] += anybody[before, now, age - 1]

    def chances(self, anybody: Floats) -> Floats:
        """The person's own chances, of the same shape as the population's."""
        ratio = (self.made + _FRAILTY) / (self.expected + _FRAILTY)
        ratio = np.clip(ratio, *_FRAILTY_RANGE)
        changes = anybody * ratio[:, None] * (1 - np.eye(KINDS))[:, None]
        leaving = changes.sum(-1, keepdims=True)
        changes *= np.minimum(1.0, (1 - _LEAST_STAYING) / np.maximum(leaving, 1e-12))
        own: Floats = changes + (1 - changes.sum(-1, keepdims=True)) * np.eye(KINDS)[:, None]
        return own

    def snapshot(self) -> Json:
        """The habits as JSON."""
        return [pack_array(self.made), pack_array(self.expected)]


def no_habits() -> Habits:
    """Those of somebody of whom nothing is known."""
    return Habits(np.zeros((KINDS, KINDS)), np.zeros((KINDS, KINDS)))


def habits_from(state: Json) -> Habits:
    """The habits of a snapshot; raises SnapshotError."""
    made, expected = (
        unpack_array(item(state, place), "float64", (KINDS, KINDS)).astype(np.float64)
        for place in range(2)
    )
    return Habits(made, expected)


def _shares(counts: Floats, prior: Floats, worth: float) -> Floats:
    shares: Floats = (counts + worth * prior) / (counts.sum(-1, keepdims=True) + worth)
    return shares


def _places(stages: Sequence[Stage | None]) -> list[tuple[tuple[int, int, int], int]]:
    """Where each known epoch stood (before, stage, age), with the stage that followed it."""
    found = []
    before, now, age = KINDS, None, 0
    for stage, following in pairwise((*stages, None)):
        if stage is None:
            before, now, age = KINDS, None, 0
            continue
        code = _CODES[stage]
        if code == now:
            age = min(age + 1, OLDEST)
        else:
            before, now, age = (KINDS if now is None else now), code, 1
        if following is not None:
            found.append(((before, code, age), _CODES[following]))
    return found
