"""Filters and spectra of whole recordings."""

import math

import numpy as np
from numpy.typing import NDArray

_STOP_DB = 80.0
_BETA = 0.1102 * (_STOP_DB - 8.7)

_TRANSITION_HZ = 500.0

_MEDIAN = math.log(2)
"""The median of an exponentially distributed power, which is that of noise in a bin, over its
mean."""

_BESIDE_HZ = 40.0
"""So near to a tone its own window and the room's slow changes outweigh the noise."""

_LOWEST_HZ = 1000.0
"""Below, rooms rumble by themselves, and a tone of 18 kHz and more leaves nothing."""

HIGHEST_AUDIBLE_HZ = 16_000.0
_BAND_HZ = 1000.0
_NOTHING = 1e-20
"""A density of -200 dBFS in 1 Hz, far below the noise of every converter."""


def band_stop(rate: int, centre: float, half_width: float) -> NDArray[np.float64]:
    """A linear-phase filter that takes out centre +- half_width Hz by 80 dB, odd length.

    Kaiser's design (Kaiser & Schafer, IEEE Trans. Acoust. Speech Signal Process. 28, 1980).
    """
    half = math.ceil((_STOP_DB - 8) / (2.285 * 2 * math.pi * _TRANSITION_HZ / rate) / 2)
    n = np.arange(-half, half + 1)
    edge = (half_width + _TRANSITION_HZ / 2) / rate
    low = 2 * edge * np.sinc(2 * edge * n) * np.kaiser(len(n), _BETA)
    taps = -2 * np.cos(2 * math.pi * centre / rate * n) * low
    taps[half] += 1
    return np.asarray(taps)


def filtered(samples: NDArray[np.float32], taps: NDArray[np.float64]) -> NDArray[np.float32]:
    """Samples (n,) through a filter without its delay, of the same length."""
    half = len(taps) // 2
    size = _quick(len(samples) + len(taps) - 1)
    product = np.fft.rfft(samples, size) * np.fft.rfft(taps, size)
    whole = np.fft.irfft(product, size)[half : half + len(samples)]
    return np.asarray(whole, dtype=np.float32)


def resampled(samples: NDArray[np.float32], given: int, wanted: int) -> NDArray[np.float32]:
    """Samples (n,) at another rate, by cutting or filling up their spectrum."""
    if given == wanted or not len(samples):
        return samples
    divisor = math.gcd(given, wanted)
    up, down = wanted // divisor, given // divisor
    # A length that both rates hold as a whole number of samples.
    blocks = _quick(-(-len(samples) // down))
    spectrum = np.fft.rfft(samples, blocks * down)
    length = blocks * up
    kept = np.zeros(length // 2 + 1, dtype=np.complex128)
    both = min(len(spectrum), len(kept))
    kept[:both] = spectrum[:both]
    count = len(samples) * wanted // given
    return np.asarray(np.fft.irfft(kept, length)[:count] * (up / down), dtype=np.float32)


def noise_beside(samples: NDArray[np.float32], rate: int, carrier: float, width: float) -> float:
    """The noise of one microphone (n,) within `width` Hz of a carrier, dBFS in 1 Hz.

    It is the median of what lies there, so that a line or two do not count; a sine of amplitude 1
    is 0 dBFS.
    """
    frequencies, power = _density(samples[:, None], rate)
    away = np.abs(frequencies - carrier)
    beside = power[(away > _BESIDE_HZ) & (away <= width)]
    mean = float(np.median(beside)) / _MEDIAN
    return 10 * math.log10(max(mean, _NOTHING))


def audible_rise(before: NDArray[np.float32], during: NDArray[np.float32], rate: int) -> float:
    """By how many dB the loudest rise among the bands of 1 kHz below 16 kHz is.

    Both samples (n, microphones). A product of the tone is narrow, so it shows in one band long
    before it shows in the sum.
    """
    levels = [_bands(each, rate) for each in (before, during)]
    return float((levels[1] - levels[0]).max())


def _bands(samples: NDArray[np.float32], rate: int) -> NDArray[np.float64]:
    frequencies, power = _density(samples, rate)
    heard = (frequencies >= _LOWEST_HZ) & (frequencies < HIGHEST_AUDIBLE_HZ)
    band = ((frequencies[heard] - _LOWEST_HZ) / _BAND_HZ).astype(np.int_)
    total = np.bincount(band, power[heard].mean(axis=1)) / np.bincount(band)
    return np.asarray(10 * np.log10(total + _NOTHING))


def _density(
    samples: NDArray[np.float32], rate: int
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Frequencies in Hz, and the power in 1 Hz where that of a sine of amplitude 1 is 1."""
    window = np.hanning(len(samples))
    spectrum = np.fft.rfft(samples * window[:, None], axis=0)
    scale = 4 / (rate * float(window @ window))
    power: NDArray[np.float64] = np.abs(spectrum) ** 2 * scale
    return np.asarray(np.fft.rfftfreq(len(samples), 1 / rate)), power


def _quick(length: int) -> int:
    """A length from `length` on whose transform is quick: 2^n or 3 x 2^n."""
    power = 1 << max(0, length - 1).bit_length()
    return 3 * power // 4 if 3 * power // 4 >= length else power
