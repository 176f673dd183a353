"""Breathing, heart beat and small movements of a body over the whole scenario."""

import numpy as np

from .body import Floats

_PERIOD_SPREAD = 0.06
"""Coefficient of variation of the breath period, as in quiet sleep (chosen; awake it is larger,
about 0.2 in Tobin and others, Chest 84, 1983)."""

_PERIOD_MEMORY = 0.5
"""Correlation of one breath's period with the next (chosen)."""

_DEPTH_SPREAD = 0.1
"""Coefficient of variation of the depth of a breath (chosen)."""

_SIGHS_PER_HOUR = 12.0
"""One sigh about every five minutes (Li and others, Nature 530, 2016)."""

_SIGH_DEPTH = 2.2
"""A sigh is a breath of about twice the volume (same source)."""

_SIGH_LENGTH = 1.3
"""A sigh's period as a multiple of a normal one (chosen)."""

_INHALE_SHARE = 0.4
"""Part of the breath that is inhaling; exhaling takes longer (chosen, within 0.35-0.45)."""

_EXHALE_SHARE = 1 - _INHALE_SHARE

_RATE_WINDOW_S = 30.0
"""Over how long a rate is counted, seconds."""


class Breathing:
    """A sequence of breaths that covers the scenario, each with its own length and depth.

    `depth` is the peak-to-peak displacement of the chest in mm.
    """

    def __init__(
        self, rng: np.random.Generator, per_minute: float, depth: float, duration: float
    ) -> None:
        mean = 60.0 / per_minute
        count = int((duration + 2 * _RATE_WINDOW_S) / mean * 1.5) + 10
        noise = rng.standard_normal(count) * np.sqrt(1 - _PERIOD_MEMORY**2)
        deviation = np.empty(count)
        last = 0.0
        for k in range(count):
            last = _PERIOD_MEMORY * last + noise[k]
            deviation[k] = last
        period = mean * np.clip(1 + _PERIOD_SPREAD * deviation, 0.6, 1.6)
        self._depth = depth * np.clip(1 + _DEPTH_SPREAD * rng.standard_normal(count), 0.4, 1.6)
        sigh = rng.random(count) < _SIGHS_PER_HOUR / 3600 * mean
        period[sigh] *= _SIGH_LENGTH
        self._depth[sigh] *= _SIGH_DEPTH
        self._starts = np.concatenate(([0.0], np.cumsum(period))) - _RATE_WINDOW_S - mean
        self._depth = np.append(self._depth, depth)
        self._index = np.arange(count + 1, dtype=float)

    def chest(self, t: Floats) -> Floats:
        """Displacement of the chest in mm at the times t, 0 where it is empty."""
        phase = np.interp(t, self._starts, self._index)
        breath = phase.astype(np.intp)
        u = phase - breath
        swing = np.where(
            u < _INHALE_SHARE, u / _INHALE_SHARE / 2, (1 + (u - _INHALE_SHARE) / _EXHALE_SHARE) / 2
        )
        depth: Floats = self._depth[breath]
        chest: Floats = depth * (1 - np.cos(2 * np.pi * swing)) / 2
        return chest

    def rate(self, t: float) -> float:
        """Breaths per minute over the half minute that ends at t, as a radar could know it."""
        ends = np.interp([t - _RATE_WINDOW_S, t], self._starts, self._index)
        return float(ends[1] - ends[0]) * 60.0 / _RATE_WINDOW_S


class Stirrings:
    """Short movements at random moments: each takes the body somewhere near and back again.

    Built from parallel arrays: begin and length in seconds, reach in metres along x and y.
    """

    def __init__(self, begin: Floats, length: Floats, reach_x: Floats, reach_y: Floats) -> None:
        order = np.argsort(begin, kind="stable")
        begin, length = begin[order], length[order]
        # One movement ends before the next begins, so that at most one is under way.
        room = np.diff(begin, append=np.inf)
        self._begin = np.concatenate(([-np.inf], begin))
        self._length = np.concatenate(([1.0], np.maximum(np.minimum(length, room), 1e-3)))
        self._x = np.concatenate(([0.0], reach_x[order]))
        self._y = np.concatenate(([0.0], reach_y[order]))

    def at(self, t: Floats) -> tuple[Floats, Floats, Floats, Floats, Floats]:
        """Offset x, y (m), its speed x, y (m/s) and activity 0-1 at the times t."""
        k = np.searchsorted(self._begin, t, side="right") - 1
        u = (t - self._begin[k]) / self._length[k]
        active = u < 1.0
        u = np.where(active, u, 0.0)
        bump = np.sin(np.pi * u) ** 2
        slope = np.where(active, np.pi * np.sin(2 * np.pi * u) / self._length[k], 0.0)
        x, y = self._x[k], self._y[k]
        return x * bump, y * bump, x * slope, y * slope, active.astype(float)
