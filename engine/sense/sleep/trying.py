"""When somebody began to try to sleep, and when they gave it up: from how intent changes its level.

A single epoch says little of intent, and a filter over it is late by design. So the evidence of
all epochs is cut into levels (`changepoint`), and so is the distance, because who reads or watches
sits up and then lies down; the cuts say when. Which of them is the one is told by what evenings
are like, trying differs from one sleeper to the next and being busy as well, and by how far the
body went: television in bed is nearly as calm as trying to sleep, but nobody sleeps sitting.
"""

from collections.abc import Sequence
from dataclasses import dataclass
import math

import numpy as np
from numpy.typing import NDArray

from ...core.sleep import Stage
from .changepoint import Changes, Segment

_VARIANCE = 3.0
"""Of the evidence of one epoch while somebody does one thing: reads, watches or lies awake (half
the mean square from one epoch to the next, median over simulated evenings of six people and three
makes of radar: 3.2, 2.1 and 3.0 nats squared)."""

_PENALTY = 14.0
"""What a change costs: twice the logarithm of the epochs of a night, as in Schwarz's criterion."""

_SHORTEST = 10
"""Epochs of a level, five minutes: turning over or drinking some water is none."""


@dataclass(frozen=True, slots=True)
class _Level:
    """The evidence of an epoch, log odds, over evenings: its mean, and how evenings differ."""

    mean: float
    spread: float


_BUSY = _Level(-1.2, 0.8)
"""Reading and watching television, in the same evenings."""

_RESTING = _Level(0.3, 0.6)
"""Lying awake, lights off, in the same evenings."""

_AT_ONCE = 0.4
"""Chance that somebody tries to sleep as soon as they are in bed (chosen; in a survey of habits
about half of adults look at a screen in bed)."""

_STRAYS_M = 0.03
"""Metres by which the distances of epochs in one posture differ."""

_LAY_DOWN_M = 0.03
"""A change of the median distance below which nobody lay down."""

_BEFORE, _AFTER = 40, 20
"""Epochs about a moment from which the distances before and after it are known."""

_FEWEST = 6
"""Distances that a median is taken of."""

_NOISE_M = 0.01
"""Metres by which a median is off though all distances are alike: radars tell centimetres."""

_DEVIATION = 1.4826
"""Of a normal distribution, over its median distance from the median."""

_POSTURE, _POSTURE_MOST = 0.25, 8.0
"""Nats for a squared change of posture in units of its spread, and at most, so that turning over
while awake does not outweigh all else (chosen on simulated evenings of the train family)."""

_NO_POSTURE = -0.5
"""Nats for who began to try to sleep without moving from where they were."""

_AWAKE_BELOW, _FALLS_BY = 0.5, 1.5
"""Mean evidence of a last level that is one of lying awake, and how far it lies below the one
before: asleep it is above 2, or about 0 while dreaming."""


class Trying:
    """The evidence of a stay in bed; epochs are counted from its beginning."""

    def __init__(self) -> None:
        self._changes = Changes(_VARIANCE, _PENALTY, _SHORTEST)
        self._moves = Changes(_STRAYS_M**2, _PENALTY, _SHORTEST)
        self._evidence: list[float | None] = []
        self._distances: list[float] = []

    def step(self, evidence: float | None, distance: float | None) -> None:
        """Take the evidence of the next epoch and how far away they were, None where unknown."""
        self._changes.step(evidence)
        self._moves.step(distance)
        self._evidence.append(evidence)
        self._distances.append(math.nan if distance is None else distance)

    def level(self) -> Segment | None:
        """The level that lasts; None before the first epoch."""
        segments = self._changes.segments()
        return segments[-1] if segments else None

    def began(self, asleep: int | None) -> int | None:
        """The epoch in which they began to try to sleep before they slept in epoch `asleep`.

        It is the one of the cuts before it, or the beginning, that makes what is before most like
        being busy and what is after most like resting, and after which they lie elsewhere. None
        of who never slept.
        """
        if asleep is None:
            return None
        levels = (*self._changes.segments(), *self._moves.segments())
        starts = sorted({each.start for each in levels if each.start <= asleep})
        anywhere = math.log((1.0 - _AT_ONCE) / max(1, asleep))

        def likelihood(start: int) -> float:
            prior = anywhere if start else math.log(_AT_ONCE)
            busy, resting = self._evidence[:start], self._evidence[start:asleep]
            told = _likelihood(busy, _BUSY) + _likelihood(resting, _RESTING)
            return prior + told + self._lay_down(start, asleep)

        return max(starts, key=likelihood, default=0)

    def _lay_down(self, start: int, asleep: int) -> float:
        """Nats for them to have lain down in an epoch, from where they were before and after it."""
        if start == 0:
            return 0.0
        end = max(asleep, start + _SHORTEST)
        before = _known(self._distances[max(0, start - _BEFORE) : start])
        after = _known(self._distances[start : min(end, start + _AFTER)])
        if min(len(before), len(after)) < _FEWEST:
            return 0.0
        here, there = float(np.median(before)), float(np.median(after))
        shift = abs(there - here)
        if shift < _LAY_DOWN_M:
            return _NO_POSTURE
        apart = np.concatenate((before - here, after - there))
        spread = _DEVIATION * float(np.median(np.abs(apart))) + _NOISE_M
        return min(_POSTURE_MOST, _POSTURE * (shift / spread) ** 2) + _NO_POSTURE

    def ended(self, woke: int, stages: Sequence[Stage | None]) -> int:
        """The epoch in which they woke for good, where stages say that it was in epoch `woke`.

        Lying awake in the morning resembles light sleep, but not what was before. A last level
        that falls is waking, unless most of it was dreamt (`stages` of all epochs).
        """
        segments = self._changes.segments()
        if len(segments) < 2:
            return woke
        before, last = segments[-2:]
        falls = last.mean < _AWAKE_BELOW and last.mean < before.mean - _FALLS_BY
        dreamt = stages[last.start : last.end].count(Stage.REM)
        if not falls or 2 * dreamt > last.end - last.start:
            return woke
        return min(woke, last.start)


def _known(distances: Sequence[float]) -> NDArray[np.float64]:
    there = np.array(distances)
    known: NDArray[np.float64] = there[np.isfinite(there)]
    return known


def _likelihood(values: Sequence[float | None], level: _Level) -> float:
    """Log likelihood of values about one mean that is drawn from a level, but for constants."""
    there = np.array([value for value in values if value is not None])
    apart = there - level.mean
    shared = level.spread**2 / _VARIANCE
    pulled = float(apart.sum()) ** 2 * shared / (1.0 + len(there) * shared)
    squares = float(apart @ apart)
    return -0.5 * ((squares - pulled) / _VARIANCE + math.log1p(len(there) * shared))
