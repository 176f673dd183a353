"""A chest's displacement on an even grid, whatever the times of its samples.

Radars send five to twenty samples a second at uneven times. They are put where their time stamps
say; a sampling rate is never assumed.
"""

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
from .periodicity import BINS_PER_SECOND

LONGEST_GAP = 1.0
"""Seconds without samples that are bridged; what lies in a longer gap is not known."""

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

_LATEST = 1e11
"""The largest time that is one: three thousand years, in seconds."""

_TURN = 2.0 * math.pi


class Waveform:
    """The last `seconds` of a wave. `restarts` counts how often it began anew."""

    def __init__(self, seconds: float) -> None:
        self._size = round(seconds * BINS_PER_SECOND)
        self._sums = np.zeros(self._size)
        self._times = np.zeros(self._size)
        self._counts = np.zeros(self._size)
        self._last: float | None = None
        self._turns = 0.0
        self.newest: int | None = None
        self.began = 0
        self.unit = BreathUnit.RELATIVE
        self.restarts = 0

    def take(self, reading: Breath) -> None:
        """Take samples in; those without a finite time, or of a value no chest has, are left out.

        Of a phase, steps of whole turns are undone: no chest moves half a wavelength between two
        samples.
        """
        if reading.unit is not self.unit:
            self.unit = reading.unit
            self._restart()
        for time, value in zip(reading.times, reading.values, strict=False):
            if abs(time) <= _LATEST and abs(value) <= _LARGEST:
                self._add(time, value)

    def _restart(self) -> None:
        self._sums[:] = self._times[:] = self._counts[:] = 0.0
        self.newest = None
        self._last = None
        self._turns = 0.0
        self.restarts += 1

    def _add(self, time: float, value: float) -> None:
        place = time * BINS_PER_SECOND
        number, newest = math.floor(place), self.newest
        if (
            newest is not None
            and not -_RESTART * BINS_PER_SECOND < number - newest < _RESTART * BINS_PER_SECOND
        ):
            self._restart()
            newest = None
        if newest is None:
            self.newest = self.began = number
        elif number > newest:
            for gone in range(newest + 1, number + 1):
                self._counts[gone % self._size] = 0.0
            self.newest = number
        elif number < newest - _LATE * BINS_PER_SECOND:
            return
        if self.unit is BreathUnit.RADIANS:
            value = self._unwrapped(value)
        index = number % self._size
        if self._counts[index] == 0.0:
            self._sums[index] = self._times[index] = 0.0
        self._sums[index] += value
        self._times[index] += place - number
        self._counts[index] += 1.0

    def _unwrapped(self, value: float) -> float:
        if self._last is not None:
            self._turns -= _TURN * round((value - self._last) / _TURN)
        self._last = value
        return value + self._turns

    def before(self, end: int, count: int) -> NDArray[np.float64]:
        """The `count` values of the grid before number `end`, NaN where they are not known.

        Number n stands for the time (n + 0.5) / BINS_PER_SECOND. No sample of number `end` or
        later has any part in it.
        """
        wave = np.full(count, math.nan)
        if self.newest is None:
            return wave
        # What the ring no longer holds, and what was before a restart, is not known.
        first = max(end - count, self.newest - self._size + 1, self.began)
        numbers = np.arange(first, min(end, self.newest + 1))
        order = numbers % self._size
        there = np.flatnonzero(self._counts[order])
        if not len(there):
            return wave
        order, numbers = order[there], numbers[there]
        often = self._counts[order]
        measured = numbers + self._times[order] / often - 0.5
        grid = np.arange(end - count, end)
        values = self._sums[order] / often
        longest = LONGEST_GAP * BINS_PER_SECOND
        distances = numbers[1:] - numbers[:-1]
        if not len(distances) or distances.max() <= longest:
            # As nearly always: nothing is missing within, so the ends alone decide.
            first = max(0, int(numbers[0] - longest) - (end - count))
            last = int(numbers[-1] + longest) - (end - count) + 1
            wave[first:last] = np.interp(grid[first:last], measured, values)
            return wave
        after = numbers[np.minimum(np.searchsorted(numbers, grid), len(numbers) - 1)]
        ahead = numbers[np.maximum(np.searchsorted(numbers, grid, "right") - 1, 0)]
        outside = np.abs(grid - np.clip(grid, numbers[0], numbers[-1]))
        known = np.maximum(after - ahead, outside) <= longest
        wave[known] = np.interp(grid[known], measured, values)
        return wave

    def snapshot(self) -> Json:
        """The state as JSON."""
        return {
            "sums": pack_array(self._sums),
            "times": pack_array(self._times),
            "counts": pack_array(self._counts),
            "newest": self.newest,
            "began": self.began,
            "last": self._last,
            "turns": self._turns,
            "radians": self.unit is BreathUnit.RADIANS,
        }

    def restore(self, state: Json) -> None:
        """Take up a state of the same length; raises SnapshotError if it is none."""
        sums, times, counts = (
            unpack_array(item(state, key), "float64", (self._size,)).astype(np.float64)
            for key in ("sums", "times", "counts")
        )
        newest = optional_number_in(state, "newest")
        began, turns = number_in(state, "began"), number_in(state, "turns")
        last = optional_number_in(state, "last")
        self._sums, self._times, self._counts = sums, times, counts
        self.newest = None if newest is None else int(newest)
        self.began, self._turns, self._last = int(began), turns, last
        self.unit = BreathUnit.RADIANS if item(state, "radians") else BreathUnit.RELATIVE


def is_dead(values: NDArray[np.float64], unit: BreathUnit) -> bool:
    """Whether a wave is flat, or cut off at an extreme."""
    low, high, flat = float(values.min()), float(values.max()), _FLAT[unit]
    apart = values - values.mean()
    if high - low <= flat or math.sqrt(float(apart @ apart) / len(apart)) <= flat:
        return True
    edge = (high - low) * 1e-3
    at_edge = max(np.count_nonzero(values <= low + edge), np.count_nonzero(values >= high - edge))
    return int(at_edge) > _CLIPPED * len(values)
