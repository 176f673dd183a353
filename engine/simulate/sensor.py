"""What every simulated sensor has in common: when it speaks and what it hands to its node."""

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from ..core.snapshot import Json
from .body import Floats


@dataclass(frozen=True, slots=True, eq=False)
class Wave:
    """A waveform chunk: int16 samples of one channel, the first measured at `t0`."""

    t0: float
    period: float
    samples: NDArray[np.int16]


@dataclass(frozen=True, slots=True)
class Emission:
    """Something to publish: serial bytes, the keys of a sample, or a waveform chunk.

    `t` is when it was complete, seconds since the beginning. `flag` is a radar's own presence
    flag, which lets its serial bytes and waveforms leave the node; None for other sensors.
    """

    t: float
    stream: str
    data: bytes | dict[str, Json] | Wave
    flag: bool | None = None


VERDICT_PERIOD_S = 1.0
"""How often the node of a radar says whether somebody is there, as `hardware/esphome` does."""


class Sensor(Protocol):
    """One sensor of a node."""

    def emit(self, end: float) -> list[Emission]:
        """What it says from the last call on until `end` seconds, in order of time."""

    def announce(self) -> dict[str, Json]:
        """Its streams, as the node's announcement lists them."""


class Pulse:
    """When something is worth saying: on a change, or when the last time was `period` s ago."""

    def __init__(self, period: float) -> None:
        self._period = period
        self._told: object = None
        self._at = -np.inf

    def due(self, t: float, value: object) -> bool:
        """Whether to say the value at t; then it counts as said."""
        if value == self._told and t - self._at < self._period:
            return False
        self._told, self._at = value, t
        return True


class Ticks:
    """The times at which a sensor measures: `period` seconds apart, or unevenly up to `longest`."""

    def __init__(
        self, rng: np.random.Generator, period: float, longest: float | None = None
    ) -> None:
        self._rng = rng
        self._shortest = period
        self._longest = period if longest is None else longest
        self._next = float(rng.uniform(0.0, period))

    def take(self, end: float) -> Floats:
        """All times before `end` that were not taken yet."""
        if self._next >= end:
            return np.empty(0)
        count = int((end - self._next) / self._shortest) + 2
        if self._longest == self._shortest:
            # Multiples of the period, not a running sum, lest rounding shifts the beat.
            times = self._next + self._shortest * np.arange(count)
        else:
            steps = self._rng.uniform(self._shortest, self._longest, count - 1)
            times = self._next + np.concatenate(([0.0], np.cumsum(steps)))
        count = int(np.searchsorted(times, end))
        self._next = float(times[count])
        return np.asarray(times[:count], dtype=np.float64)
