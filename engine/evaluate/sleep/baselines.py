"""Rules that need no training, for whatever is trained to be better than.

Each is a stager like any other: it knows what has been, and decides as it goes by. The numbers of
those that go by the heart are round ones near the best for Sleep-Accel, which flatters them there.
"""

from bisect import bisect_left, insort
from collections import deque
from collections.abc import Mapping

import numpy as np

from ...core.sleep import Stage
from .stager import Epoch, Makes

_LATENCY_EPOCHS = 30
"""A quarter of an hour: within it most healthy people fall asleep."""

_BASE_EPOCHS = 240
"""The resting heart rate is looked for in the last two hours: longer than a cycle of sleep, shorter
than its slow decline over the night."""
_BASE_QUANTILE = 0.2
_FEWEST_EPOCHS = 10
"""Fewer epochs with heart rates tell nothing about rest."""
_WAKE_RATIO = 1.2
"""So much above rest the heart beats of somebody who lies awake."""
_RECENT_EPOCHS = 20
"""Ten minutes, over which the variability of the heart rate is seen."""
_STEADY = 0.02
"""Deviation over the recent epochs, relative to rest, below which sleep is deep: vagal and even."""
_LIVELY = 0.05
"""The same above which it is REM: sympathetic and uneven."""


class AllLight:
    """Light sleep, always: what is right most often, and says nothing."""

    def step(self, epoch: Epoch) -> Stage:
        """Light sleep."""
        return Stage.LIGHT


class AfterAQuarter:
    """Awake for a quarter of an hour from when it is switched on, then light sleep.

    On recordings that begin at lights-off it looks as if it knew when people fell asleep.
    """

    def __init__(self) -> None:
        self._stepped = 0

    def step(self, epoch: Epoch) -> Stage:
        """Awake, then asleep."""
        self._stepped += 1
        return Stage.AWAKE if self._stepped <= _LATENCY_EPOCHS else Stage.LIGHT


class _Rest:
    """The heart rate of each epoch, beside the resting one of the last epochs that had any."""

    def __init__(self) -> None:
        self._levels: deque[float] = deque()
        self._ordered: list[float] = []

    def step(self, epoch: Epoch) -> float | None:
        """How much faster the heart beats than at rest, as a ratio; None where it is not known."""
        if not epoch.pulse.values.size:
            return None
        level = float(np.median(epoch.pulse.values))
        self._levels.append(level)
        insort(self._ordered, level)
        if len(self._levels) > _BASE_EPOCHS:
            del self._ordered[bisect_left(self._ordered, self._levels.popleft())]
        if len(self._levels) < _FEWEST_EPOCHS:
            return None
        return level / self._ordered[int(_BASE_QUANTILE * len(self._ordered))]


class FasterIsAwake:
    """Awake while the heart beats clearly faster than at rest, else light sleep."""

    def __init__(self) -> None:
        self._rest = _Rest()

    def step(self, epoch: Epoch) -> Stage | None:
        """Awake, light sleep or nothing."""
        ratio = self._rest.step(epoch)
        if ratio is None:
            return None
        return Stage.AWAKE if ratio > _WAKE_RATIO else Stage.LIGHT


class EvenIsDeep:
    """The same, and deep sleep while the heart beats evenly, REM while it does so unevenly."""

    def __init__(self) -> None:
        self._rest = _Rest()
        self._ratios: deque[float] = deque(maxlen=_RECENT_EPOCHS)

    def step(self, epoch: Epoch) -> Stage | None:
        """Any stage, or nothing."""
        ratio = self._rest.step(epoch)
        if ratio is None:
            return None
        self._ratios.append(ratio)
        if ratio > _WAKE_RATIO:
            return Stage.AWAKE
        deviation = float(np.std(self._ratios))
        if len(self._ratios) < _RECENT_EPOCHS or _STEADY <= deviation <= _LIVELY:
            return Stage.LIGHT
        return Stage.DEEP if deviation < _STEADY else Stage.REM


BASELINES: Mapping[str, Makes] = {
    "all light": AllLight,
    "asleep after 15 min": AfterAQuarter,
    "awake if fast": FasterIsAwake,
    "deep if even": EvenIsDeep,
}
