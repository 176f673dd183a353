"""Internal rates: how often a path is evaluated, and how it comes to the output rate.

A scatterer whose path changes at v m/s leaves frequencies up to v f/c (one way) and hardly any
beyond, because its phase is smooth. So it is evaluated on a grid just fine enough for it: what
is slow on a coarse grid that is interpolated, what is fast on a grid whose images fall where
the decimation filter stops. Both filters are Kaiser designs (Kaiser & Schafer, IEEE Trans.
Acoust. Speech Signal Process. 28, 1980) that stop by more than 100 dB, and have no phase.
"""

from functools import cache
import math

import numpy as np

from .arrays import Complexes, Floats

PASS = 0.40
"""Up to this part of the lower of both rates nothing is changed."""
STOP = 0.60
"""Beyond this part of the lower rate everything is gone; between lies what may fold."""

_STOP_DB = 105.0
_BETA = 0.1102 * (_STOP_DB - 8.7)
HALF = 17
"""Half the filter's length, in samples of the lower rate: by Kaiser's formula
(105 - 8) / (2.285 * 2 pi * 0.2) / 2, rounded up."""

DIVISORS = (8, 4, 2)
MULTIPLES = (1, 2, 4, 8, 16, 32)
ALIGNMENT = DIVISORS[0]
"""Blocks begin at multiples of so many output samples, so that every coarse grid meets them."""

_MARGIN_HZ = 30.0
"""Room for what swinging limbs and envelopes add beside the instantaneous frequency."""


@cache
def _prototype(factor: int) -> Floats:
    """The low-pass between a rate and `factor` times that rate, of unit gain, odd length."""
    n = np.arange(-HALF * factor, HALF * factor + 1)
    return np.sinc(n / factor) / factor * np.kaiser(len(n), _BETA)


def response(frequency: Floats, rate: float) -> Floats:
    """The gain of the decimation filters to `rate` at frequencies in Hz, much as all share it."""
    factor = MULTIPLES[-1]
    taps = _prototype(factor)
    n = np.arange(1, HALF * factor + 1)
    angle = 2 * math.pi * np.abs(frequency)[:, None] / (rate * factor)
    inside = np.abs(frequency) < rate * factor / 2
    gain = taps[HALF * factor] + 2 * np.cos(angle * n) @ taps[HALF * factor + 1 :]
    return np.where(inside, gain, 0.0)


def grid_for(doppler: float, rate: float) -> float:
    """The grid for a path with frequencies up to `doppler` Hz, as a multiple of the output rate.

    Raises ValueError for what no grid holds.
    """
    top = doppler + _MARGIN_HZ
    for divisor in DIVISORS:
        if top <= PASS * rate / divisor:
            return 1 / divisor
    if top <= PASS * rate:
        return 1.0
    for multiple in MULTIPLES[1:]:
        if top <= (multiple - STOP) * rate:
            return float(multiple)
    raise ValueError(f"{doppler:.0f} Hz is faster than {MULTIPLES[-1]} times {rate:.0f} Hz holds")


def grid_times(grid: float, rate: float, first: int, count: int) -> Floats:
    """When to evaluate, so that `to_output` gives `count` output samples from number `first`.

    `first` and `count` are multiples of ALIGNMENT; times are seconds.
    """
    if grid > 1:
        factor = round(grid)
        n = np.arange((first - HALF) * factor, (first + count + HALF) * factor)
    elif grid < 1:
        divisor = round(1 / grid)
        n = np.arange(first // divisor - HALF, (first + count) // divisor + HALF - 1)
    else:
        n = np.arange(first, first + count)
    return n / (grid * rate)


def to_output(samples: Complexes | Floats, grid: float, count: int) -> Complexes:
    """Samples (channels, times of `grid_times`) at the output rate, shape (channels, count)."""
    if grid > 1:
        return _decimate(samples, round(grid), count)
    if grid < 1:
        return _interpolate(samples, round(1 / grid), count)
    return samples.astype(np.complex64)


def _decimate(samples: Complexes | Floats, factor: int, count: int) -> Complexes:
    # The outermost taps of the prototype are zeros of the sinc, so the last one is left out.
    phases = _prototype(factor)[:-1].astype(np.float32).reshape(2 * HALF, factor)
    body = samples.astype(np.complex64).reshape(len(samples), count + 2 * HALF, factor)
    # Every row of the body meets every row of taps once; the sums then lie on diagonals.
    products = body @ phases.T
    out = np.zeros((len(samples), count), dtype=np.complex64)
    for lag in range(2 * HALF):
        out += products[:, lag : lag + count, lag]
    return out


def _interpolate(samples: Complexes | Floats, divisor: int, count: int) -> Complexes:
    lag = np.arange(2 * HALF)[:, None] * divisor
    index = 2 * HALF * divisor - lag + np.arange(divisor)
    taps = np.append(_prototype(divisor), np.zeros(divisor)).astype(np.float32) * divisor
    windows = np.lib.stride_tricks.sliding_window_view(
        samples.astype(np.complex64), 2 * HALF, axis=1
    )
    return (windows @ taps[index]).reshape(len(samples), count)
