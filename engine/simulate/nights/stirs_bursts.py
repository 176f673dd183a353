"""Movements that call for more: bursts, whose shape is a noise under an envelope."""

import math

import numpy as np

from ..body import Floats
from .course import Course, Doing
from .drawing import wander
from .person import Person

_BURSTS_PER_HOUR = {
    Doing.READING: 40.0,
    Doing.WATCHING: 16.0,
    Doing.LYING: 12.0,
    Doing.LIGHT: 3.5,
    Doing.DEEP: 0.5,
    Doing.REM: 3.0,
}
_MORE = 0.45
"""Chance that a movement is followed by another, seconds to half a minute later (chosen)."""
_NEXT_S = 9.0
_SIZE_M = (-4.2, 0.8)
"""Mean and deviation of the logarithm of how far a movement goes: 15 mm (chosen)."""
_LENGTH_S = (0.5, 0.6)
_TURN_FROM_M = 0.05
"""Movements that go further than this end in another posture."""
_PLACE_MEMORY = 0.6
_PLACE_SPREAD_M = 0.06
_GAIN = (-0.3, 0.35)
"""Mean and deviation of the logarithm of how much of the chest's movement is seen."""
_STEP_S = 0.25
_SHAKE_MEMORY = 0.6
_FULL_M = 0.02


class BurstStirs:
    """Offset, envelope and gain on an even grid."""

    def __init__(self, offset: Floats, envelope: Floats, gain: Floats) -> None:
        self._grid = np.arange(len(offset)) * _STEP_S
        self._offset, self._envelope, self._gain = offset, envelope, gain

    def offset(self, t: Floats) -> Floats:
        """Metres from where it lies."""
        return np.interp(t, self._grid, self._offset)

    def unrest(self, t: Floats) -> Floats:
        """How much it moves, 0-1."""
        return np.minimum(1.0, np.interp(t, self._grid, self._envelope) / _FULL_M)

    def gain(self, t: Floats) -> Floats:
        """How much of the chest's movement is seen."""
        return np.interp(t, self._grid, self._gain)


def burst_stirs(rng: np.random.Generator, course: Course, person: Person) -> BurstStirs:
    """A night of movements."""
    grid = np.arange(0.0, course.end + 1.0, _STEP_S)
    envelope = np.zeros(len(grid))
    place, gain = np.empty(len(grid)), np.empty(len(grid))
    here, seen = float(rng.normal(0.0, _PLACE_SPREAD_M)), float(rng.lognormal(*_GAIN))
    place[:], gain[:] = here, seen
    for at in _times(rng, course, person):
        size, length = float(rng.lognormal(*_SIZE_M)), float(rng.lognormal(*_LENGTH_S))
        low, high = np.searchsorted(grid, (at - 3 * length, at + 4 * length))
        span = grid[low:high]
        envelope[low:high] += min(size, 0.3) * np.exp(-0.5 * ((span - at) / (length / 2)) ** 2)
        if size > _TURN_FROM_M:
            drift = math.sqrt(1 - _PLACE_MEMORY**2) * _PLACE_SPREAD_M
            here = _PLACE_MEMORY * here + float(rng.normal(0.0, drift))
            seen = float(rng.lognormal(*_GAIN))
            place[np.searchsorted(grid, at) :], gain[np.searchsorted(grid, at) :] = here, seen
    shaking = envelope * wander(rng, len(grid), _SHAKE_MEMORY)
    return BurstStirs(shaking + place, envelope, gain)


def _times(rng: np.random.Generator, course: Course, person: Person) -> list[float]:
    times: list[float] = []
    for start, end, doing in course.spans():
        often = _BURSTS_PER_HOUR.get(doing, 0.0) * person.restless
        for at in rng.uniform(start, end, int(rng.poisson(often * (end - start) / 3600))).tolist():
            moment = at
            times.append(moment)
            while rng.uniform() < _MORE:
                moment += 1.0 + float(rng.exponential(_NEXT_S))
                times.append(min(moment, end))
    return sorted(times)
