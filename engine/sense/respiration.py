"""Breathing rate and its quality from a chest's displacement, whatever its sample times.

The waveform is put onto an even grid by its time stamps; a sampling rate is never assumed.
The rate is the strongest peak of the spectrum between 6 and 36 breaths a minute. The quality
says how much of the signal is that breathing: the share of the power at the peak and its first
harmonic, times how much the waveform resembles itself one breath later.
"""

from dataclasses import dataclass
import math

import numpy as np
from numpy.typing import NDArray

from ..core.reading import Breath, BreathUnit
from ..core.snapshot import (
    Json,
    item,
    number_in,
    optional_number_in,
    pack_array,
    unpack_array,
)
from .periodicity import BINS_PER_SECOND, rate_and_quality

WINDOW = 30.0
"""Seconds of waveform: three breaths of the slowest breather."""

SPAN_AT_LEAST = 15.0
"""Seconds of waveform before anything is said."""

ESTIMATE_EVERY = 1.0
"""Seconds of waveform between two estimates."""

_STEADINESS = 0.05
"""Share of each estimate in the steady quality: a time constant of twenty estimates, 20 s."""

_BINS = int(WINDOW * BINS_PER_SECOND)

_LONGEST_GAP = 1.0
"""Seconds without samples that are bridged; beyond this a window is not judged."""

_LATE = 2.0
"""Seconds by which samples may be out of order."""

_RESTART = 5.0
"""Seconds of silence or of time going back after which the waveform begins anew."""

_CLIPPED = 0.2
"""Share of samples at one extreme from which a wave counts as clipped: a clean sine with two
hundred levels spends under 7 % at its extremes."""

_FLAT = {BreathUnit.RADIANS: 0.005, BreathUnit.RELATIVE: 1e-6}
"""Standard deviation below which nothing moves: 0.005 rad is 2 µm at 60 GHz, far below the
chest's millimetre. Relative waves have no scale, but a stuck one is exactly constant."""

_LARGEST = 1e6
"""The largest value of a sample: 16-bit counts are below, and sums of squares stay exact."""


@dataclass(frozen=True, slots=True)
class Estimate:
    """Breaths per minute (None where the quality is 0) and the quality 0-1, at measured time.

    `steady` is the quality low-passed, for decisions: a drifting phase without anybody resembles
    a breath for half a window now and then, but not for long.
    """

    at: float
    rate: float | None
    quality: float
    steady: float


class BreathTracker:
    """The last half minute of one waveform."""

    def __init__(self) -> None:
        self._sums = np.zeros(_BINS)
        self._counts = np.zeros(_BINS)
        self._bin: int | None = None
        self._began = 0
        self._estimated = -math.inf
        self._last: float | None = None
        self._turns = 0.0
        self._unit = BreathUnit.RELATIVE
        self._steady = 0.0

    def take(self, reading: Breath) -> Estimate | None:
        """Take samples in; an estimate once a second of waveform.

        Samples without a finite time, or of a value that no chest has, are left out.
        """
        if reading.unit is not self._unit:
            self._unit = reading.unit
            self._restart()
        for time, value in zip(reading.times, reading.values, strict=False):
            if math.isfinite(time) and abs(value) <= _LARGEST:
                self._add(time, value)
        if self._bin is None or self._bin / BINS_PER_SECOND < self._estimated + ESTIMATE_EVERY:
            return None
        at = self._estimated = self._bin / BINS_PER_SECOND
        rate, quality = self._estimate()
        self._steady += _STEADINESS * (quality - self._steady)
        return Estimate(at, rate, quality, self._steady)

    def _restart(self) -> None:
        self._sums[:] = 0.0
        self._counts[:] = 0.0
        self._bin = None
        self._last = None
        self._turns = 0.0
        self._estimated = -math.inf
        self._steady = 0.0

    def _add(self, time: float, value: float) -> None:
        number = math.floor(time * BINS_PER_SECOND)
        newest = self._bin
        if (
            newest is not None
            and not -_RESTART * BINS_PER_SECOND < number - newest < _RESTART * BINS_PER_SECOND
        ):
            self._restart()
            newest = None
        if newest is None:
            self._bin = self._began = number
        elif number > newest:
            gone = np.arange(newest + 1, number + 1) % _BINS
            self._sums[gone] = 0.0
            self._counts[gone] = 0.0
            self._bin = number
        elif number < newest - _LATE * BINS_PER_SECOND:
            return
        if self._unit is BreathUnit.RADIANS:
            value = self._unwrap(value)
        self._sums[number % _BINS] += value
        self._counts[number % _BINS] += 1.0

    def _unwrap(self, value: float) -> float:
        """Undo a step of a whole turn: no chest moves half a wavelength between two samples."""
        if self._last is not None:
            self._turns -= 2.0 * math.pi * round((value - self._last) / (2.0 * math.pi))
        self._last = value
        return value + self._turns

    def _estimate(self) -> tuple[float | None, float]:
        newest = self._bin or 0
        count = min(_BINS, newest - self._began + 1)
        if count < SPAN_AT_LEAST * BINS_PER_SECOND:
            return None, 0.0
        order = np.arange(newest - count + 1, newest + 1) % _BINS
        counts = self._counts[order]
        filled = np.flatnonzero(counts)
        if len(filled) < 2 or int(np.diff(filled).max()) > _LONGEST_GAP * BINS_PER_SECOND:
            return None, 0.0
        values = self._sums[order][filled] / counts[filled]
        if _is_dead(values, _FLAT[self._unit]):
            return None, 0.0
        wave = values if len(filled) == count else np.interp(np.arange(count), filled, values)
        return rate_and_quality(wave)

    def snapshot(self) -> Json:
        """The state as JSON."""
        return {
            "sums": pack_array(self._sums),
            "counts": pack_array(self._counts),
            "bin": self._bin,
            "began": self._began,
            "estimated": self._estimated if math.isfinite(self._estimated) else None,
            "last": self._last,
            "steady": self._steady,
            "turns": self._turns,
            "radians": self._unit is BreathUnit.RADIANS,
        }

    def restore(self, state: Json) -> None:
        """Take up a state; raises SnapshotError if it is none."""
        sums = unpack_array(item(state, "sums"), "float64", (_BINS,))
        counts = unpack_array(item(state, "counts"), "float64", (_BINS,))
        newest, estimated = optional_number_in(state, "bin"), optional_number_in(state, "estimated")
        self._sums, self._counts = sums.astype(np.float64), counts.astype(np.float64)
        self._bin = None if newest is None else int(newest)
        self._began = int(number_in(state, "began"))
        self._estimated = -math.inf if estimated is None else estimated
        self._last = optional_number_in(state, "last")
        self._steady = number_in(state, "steady")
        self._turns = number_in(state, "turns")
        self._unit = BreathUnit.RADIANS if item(state, "radians") else BreathUnit.RELATIVE


def _is_dead(values: NDArray[np.float64], flat: float) -> bool:
    """Whether a wave is flat, or cut off at an extreme."""
    low, high = float(values.min()), float(values.max())
    if high - low <= flat or float(values.std()) <= flat:
        return True
    edge = (high - low) * 1e-3
    at_edge = max(np.count_nonzero(values <= low + edge), np.count_nonzero(values >= high - edge))
    return int(at_edge) > _CLIPPED * len(values)
