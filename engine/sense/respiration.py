"""Breathing rate and its quality from a chest's displacement, whatever its sample times.

The rate is the strongest peak of the spectrum between 6 and 36 breaths a minute. The quality
says how much of the signal is that breathing: the share of the power at the peak and its first
harmonic, times how much the waveform resembles itself one breath later.
"""

from dataclasses import dataclass
import math

import numpy as np

from ..core.reading import Breath
from ..core.snapshot import Json, item, number_in, optional_number_in
from .periodicity import BINS_PER_SECOND, rate_and_quality
from .waveform import Waveform, is_dead

WINDOW = 30.0
"""Seconds of waveform: three breaths of the slowest breather."""

SPAN_AT_LEAST = 15.0
"""Seconds of waveform before anything is said."""

ESTIMATE_EVERY = 1.0
"""Seconds of waveform between two estimates."""

_STEADINESS = 0.05
"""Share of each estimate in the steady quality: a time constant of twenty estimates, 20 s."""

_PEAK_TO_PEAK = 2.0 * math.sqrt(2.0)
"""Of a sine, over its standard deviation."""

_BINS = int(WINDOW * BINS_PER_SECOND)


@dataclass(frozen=True, slots=True)
class Estimate:
    """Breaths per minute (None where the quality is 0) and the quality 0-1, at measured time.

    `steady` is the quality low-passed, for decisions: a drifting phase without anybody resembles
    a breath for half a window now and then, but not for long. `depth` is that of
    a sine as large as the wave, from peak to peak in its unit, None of a wave that is none.
    """

    at: float
    rate: float | None
    quality: float
    steady: float
    depth: float | None = None


class BreathTracker:
    """The last half minute of one waveform."""

    def __init__(self) -> None:
        self._wave = Waveform(WINDOW)
        self._estimated = -math.inf
        self._steady = 0.0

    def take(self, reading: Breath) -> Estimate | None:
        """Take samples in; an estimate once a second of waveform.

        Samples without a finite time, or of a value that no chest has, are left out.
        """
        before = self._wave.restarts
        self._wave.take(reading)
        if self._wave.restarts != before:
            self._estimated = -math.inf
            self._steady = 0.0
        newest = self._wave.newest
        if newest is None or newest / BINS_PER_SECOND < self._estimated + ESTIMATE_EVERY:
            return None
        at = self._estimated = newest / BINS_PER_SECOND
        rate, quality, depth = self._estimate(newest)
        self._steady += _STEADINESS * (quality - self._steady)
        return Estimate(at, rate, quality, self._steady, depth)

    def _estimate(self, newest: int) -> tuple[float | None, float, float | None]:
        count = min(_BINS, newest - self._wave.began + 1)
        if count < SPAN_AT_LEAST * BINS_PER_SECOND:
            return None, 0.0, None
        wave = self._wave.before(newest + 1, count)
        if np.isnan(wave).any() or is_dead(wave, self._wave.unit):
            return None, 0.0, None
        apart = wave - wave.mean()
        depth = _PEAK_TO_PEAK * math.sqrt(float(apart @ apart) / len(apart))
        return *rate_and_quality(wave), depth

    def snapshot(self) -> Json:
        """The state as JSON."""
        return {
            "wave": self._wave.snapshot(),
            "estimated": self._estimated if math.isfinite(self._estimated) else None,
            "steady": self._steady,
        }

    def restore(self, state: Json) -> None:
        """Take up a state; raises SnapshotError if it is none."""
        estimated, steady = optional_number_in(state, "estimated"), number_in(state, "steady")
        self._wave.restore(item(state, "wave"))
        self._estimated = -math.inf if estimated is None else estimated
        self._steady = steady
