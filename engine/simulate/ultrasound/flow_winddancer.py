"""Moving air as it was measured: the speed of sound along a path, as an autoregressive series.

WindDancer (IMWUT 2025) measured the speed of sound between a loudspeaker and a microphone in
the wind of a fan, 10 to 30 ms apart: a standard deviation of 0.015 m/s at 0.5 m from the fan,
0.031 at 1.1 m, 0.039 at 1.5 m and 0.035 at 2.3 m, with a correlation from one value to the next
that rises from -0.10 to 0.54 with the distance; and 0.0009 m/s without wind. A deviation dc on
a length L of path turns its phase by k L dc / c; beyond the metre or so over which the air
moves as one, deviations add as a random walk, with the root of the length.
"""

from collections.abc import Iterator
from dataclasses import dataclass
import itertools
import math

import numpy as np

from .arrays import Floats, Kinds
from .motion import Kind
from .rates import grid_times, to_output
from .schedule import ALWAYS, Schedule

_SPEED = 343.0
_TOGETHER_M = 1.0


@dataclass(frozen=True, slots=True)
class AutoregressiveFlow:
    """Wind that makes the speed of sound deviate by `deviation` m/s over a metre.

    `correlation` is that between values `interval` seconds apart. The interval is a divisor of
    the output's milliseconds: 2, 4 or 8.
    """

    deviation: float = 0.03
    correlation: float = 0.3
    interval: float = 0.008
    schedule: Schedule = ALWAYS

    def phases(
        self, rng: np.random.Generator, lengths: Floats, wavelength: float, rate: float, count: int
    ) -> Iterator[Floats]:
        """See Flow. The series is drawn at its interval and interpolated without images."""
        grid = 1 / (self.interval * rate)
        size = 2 * math.pi / wavelength * self.deviation / _SPEED
        scale = size * np.sqrt(lengths * np.minimum(lengths, _TOGETHER_M))[:, None]
        margin = len(grid_times(grid, rate, 0, count)) - round(count * grid)
        a = self.correlation
        fresh = math.sqrt(1 - a * a)
        series = np.empty((len(lengths), 0))
        last = rng.standard_normal(len(lengths))
        for block in itertools.count():
            more = rng.standard_normal((round(count * grid) + margin - series.shape[1], len(last)))
            for index, drive in enumerate(more):
                last = fresh * drive + a * last
                more[index] = last
            series = np.concatenate([series, more.T], axis=1)
            wind = to_output(series, grid, count).real
            series = series[:, round(count * grid) :]
            t = (block * count + np.arange(count)) / rate
            yield scale * self.schedule.share(t) * wind

    def kinds(self, t: Floats) -> Kinds:
        """See Labelled."""
        return np.where(self.schedule.runs(t), int(Kind.AIR), 0)
