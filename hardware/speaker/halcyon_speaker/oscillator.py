"""Tones whose period is a whole number of samples, so that a table holds them without any error."""

import math

import numpy as np
from numpy.typing import NDArray


def nearest_carrier(frequency: float) -> float:
    """The carrier nearest to a frequency that a table holds: a whole number of Hz."""
    return float(round(frequency))


class Oscillator:
    """exp(2j pi f n / rate) for sample numbers n, from a table of one period.

    The phase is a function of the sample's number alone, so it never drifts and does not care
    how the samples are cut into blocks. `carrier` and `rate` are whole numbers of Hz.
    """

    def __init__(self, carrier: float, rate: int) -> None:
        whole = round(carrier)
        if whole != carrier or not 0 < 2 * whole < rate:
            raise ValueError(f"a tone of {carrier} Hz cannot be made at {rate} samples a second")
        divisor = math.gcd(whole, rate)
        self.period = rate // divisor
        self._cycles = whole // divisor
        turns = np.arange(self.period) * self._cycles % self.period / self.period
        self._table = np.exp(2j * math.pi * turns)
        self._cosine = self._table.real.astype(np.float32)

    def at(self, numbers: NDArray[np.int64]) -> NDArray[np.complex128]:
        """The values for sample numbers, which may be negative."""
        values: NDArray[np.complex128] = self._table[numbers % self.period]
        return values

    def cosine(self, first: int, count: int) -> NDArray[np.float32]:
        """The real part for `count` samples from number `first` on."""
        values: NDArray[np.float32] = self._cosine[(first + np.arange(count)) % self.period]
        return values
