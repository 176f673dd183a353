"""When somebody began to try to sleep, and when they gave it up: from how intent changes its level.

A single epoch says little of intent, and a filter over it is late by design. So the evidence of
all epochs is cut into levels (`changepoint`), and the cuts say when. Which of them is the one is
told by what evenings are like: trying differs from one sleeper to the next, being busy as well.
"""

from collections.abc import Sequence
from dataclasses import dataclass
import math

import numpy as np

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

_AWAKE_BELOW, _FALLS_BY = 0.5, 1.5
"""Mean evidence of a last level that is one of lying awake, and how far it lies below the one
before: asleep it is above 2, or about 0 while dreaming."""


class Trying:
    """The evidence of a stay in bed; epochs are counted from its beginning."""

    def __init__(self) -> None:
        self._changes = Changes(_VARIANCE, _PENALTY, _SHORTEST)
        self._evidence: list[float | None] = []

    def step(self, evidence: float | None) -> None:
        """Take the evidence of the next epoch, None where there is none."""
        self._changes.step(evidence)
        self._evidence.append(evidence)

    def level(self) -> Segment | None:
        """The level that lasts; None before the first epoch."""
        segments = self._changes.segments()
        return segments[-1] if segments else None

    def began(self, asleep: int | None) -> int | None:
        """The epoch in which they began to try to sleep before they slept in epoch `asleep`.

        It is the one of the cuts before it, or the beginning, that makes what is before most like
        being busy and what is after most like resting. None of who never slept.
        """
        if asleep is None:
            return None
        starts = [each.start for each in self._changes.segments() if each.start <= asleep]
        anywhere = math.log((1.0 - _AT_ONCE) / max(1, asleep))

        def likelihood(start: int) -> float:
            prior = anywhere if start else math.log(_AT_ONCE)
            busy, resting = self._evidence[:start], self._evidence[start:asleep]
            return prior + _likelihood(busy, _BUSY) + _likelihood(resting, _RESTING)

        return max(starts, key=likelihood, default=0)

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


def _likelihood(values: Sequence[float | None], level: _Level) -> float:
    """Log likelihood of values about one mean that is drawn from a level, but for constants."""
    there = np.array([value for value in values if value is not None])
    apart = there - level.mean
    shared = level.spread**2 / _VARIANCE
    pulled = float(apart.sum()) ** 2 * shared / (1.0 + len(there) * shared)
    squares = float(apart @ apart)
    return -0.5 * ((squares - pulled) / _VARIANCE + math.log1p(len(there) * shared))
