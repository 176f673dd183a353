"""The rate of a periodic wave, and how periodic it is.

The spectrum and the autocorrelation say it both, and fail differently: a drift fools the one,
noise the other. So both must agree.
"""

from functools import cache
import math

import numpy as np
from numpy.typing import NDArray

LOWEST_HZ = 0.09
HIGHEST_HZ = 0.62
"""6 to 36 breaths a minute, a deep sleeper and a small child, and a bin more on either side."""

BINS_PER_SECOND = 8.0
"""Bins per second. Radars give 5 to 20 samples a second; what vibrates at up to 4 Hz stays
visible as vibration instead of folding into the band."""

_FFT = 512
_RESOLUTION = BINS_PER_SECOND / _FFT

_LOBE = 3
"""Bins of the spectrum on either side of a peak that belong to it: the Hann window's main lobe
over 30 s is 0.13 Hz wide at its feet and half of that where its power is."""


def rate_and_quality(wave: NDArray[np.float64]) -> tuple[float | None, float]:
    """Breaths per minute and quality of an evenly sampled wave, at most 240 values at 8 Hz."""
    count = len(wave)
    ramp, hann = _shapes(count)
    wave = wave - wave.mean()
    wave = wave - ramp * float(ramp @ wave)
    spectrum = np.fft.rfft(wave * hann, _FFT)
    power = (spectrum.real**2 + spectrum.imag**2)[1:]
    total = float(power.sum())
    low, high = _band()
    peak = low + int(np.argmax(power[low:high]))
    if total <= 0.0 or not power[peak - 1] <= power[peak] >= power[peak + 1]:
        return None, 0.0
    exact = peak + _vertex(power, peak)
    hertz = (exact + 1.0) * _RESOLUTION
    harmonic = round(2.0 * (exact + 1.0)) - 1
    share = float(power[peak - _LOBE : peak + _LOBE + 1].sum())
    # A breath's harmonic is weaker than the breath; else this is something faster.
    overtone = power[max(harmonic - _LOBE, peak + _LOBE + 1) : harmonic + _LOBE + 1]
    share += min(share, float(overtone.sum()))
    alike = likeness(wave, BINS_PER_SECOND / hertz)
    quality = min(1.0, share / total) * max(0.0, alike)
    return 60.0 * hertz, math.sqrt(quality)


def likeness(wave: NDArray[np.float64], lag: float) -> float:
    """The correlation of a wave with itself a lag (in samples, fractional) later, best of three."""
    best = 0.0
    for shift in {math.floor(lag * 0.95), round(lag), math.ceil(lag * 1.05)}:
        if not 0 < shift < len(wave) - 2:
            continue
        before, after = wave[:-shift], wave[shift:]
        norm = math.sqrt(float(before @ before) * float(after @ after))
        if norm > 0.0:
            best = max(best, float(before @ after) / norm)
    return best


def _vertex(power: NDArray[np.float64], peak: int) -> float:
    """Where between the bins a parabola through the logarithms has its top, -0.5 to 0.5."""
    left, middle, right = (math.log(float(power[k]) + 1e-300) for k in (peak - 1, peak, peak + 1))
    bend = left - 2.0 * middle + right
    return 0.0 if bend >= 0.0 else 0.5 * (left - right) / bend


@cache
def _band() -> tuple[int, int]:
    """The indices of the breathing band in a spectrum without its mean."""
    return math.ceil(LOWEST_HZ / _RESOLUTION) - 1, math.floor(HIGHEST_HZ / _RESOLUTION)


@cache
def _shapes(count: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """A ramp of unit norm and zero mean to take out drift, and a Hann window."""
    ramp = np.arange(count, dtype=np.float64) - (count - 1) / 2.0
    hann = np.hanning(count).astype(np.float64)
    return ramp / math.sqrt(float(ramp @ ramp)), hann
