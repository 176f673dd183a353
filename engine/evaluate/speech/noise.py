"""The noise of a household, made from nothing but a seed.

A kitchen while somebody speaks: the broad noise of an extractor hood with the hum of its motor,
water that runs now and then, and crockery that is put away, a clink or two a second. It is
synthetic, and says nothing of talk in the background.
"""

import numpy as np
from numpy.typing import NDArray

from ...speech.recognisers.recogniser import RATE

_HUM = 50.0
"""Hertz of the mains, with its first harmonics."""

_CLINKS = 1.5
"""Clinks a second, each a few damped tones."""

_FRAME = RATE // 50
_QUIETEST = 0.1
"""Frames of 20 ms below this share of the loudest level are no speech and do not count for it."""


def kitchen(samples: int, seed: int) -> NDArray[np.float64]:
    """So many samples of noise, of mean square 1."""
    rng = np.random.default_rng(seed)
    time = np.arange(samples) / RATE
    hood = _coloured(rng, samples, -0.5, 4000.0)
    hum = sum(np.sin(2 * np.pi * (_HUM * k * time + rng.random())) / k for k in range(1, 6))
    seconds = samples // RATE + 2
    slow = np.interp(time, np.arange(seconds), rng.random(seconds))
    water = _coloured(rng, samples, 0.0, 7000.0) * np.clip(2 * slow - 0.8, 0, 1)
    noise = _unit(hood) + 0.3 * _unit(np.asarray(hum)) + 0.5 * water + _clinks(rng, samples)
    return _unit(noise)


def mixed(sound: bytes, ratio_db: float, seed: int) -> bytes:
    """A recording in that noise, speech louder by so many decibels.

    The level of speech is the root mean square of the frames that have any.
    """
    speech = np.frombuffer(sound, "<i2").astype(np.float64)
    frames = speech[: speech.size - speech.size % _FRAME].reshape(-1, _FRAME)
    levels = np.sqrt((frames**2).mean(axis=1))
    level = np.sqrt((levels[levels > _QUIETEST * levels.max()] ** 2).mean())
    noise = kitchen(speech.size, seed) * level / 10 ** (ratio_db / 20)
    louder: bytes = np.clip(np.rint(speech + noise), -32768, 32767).astype("<i2").tobytes()
    return louder


def _coloured(
    rng: np.random.Generator, samples: int, slope: float, highest: float
) -> NDArray[np.float64]:
    """Noise whose amplitude falls with the frequency to the power of `slope`, up to `highest`."""
    spectrum = np.fft.rfft(rng.standard_normal(samples))
    frequency = np.fft.rfftfreq(samples, 1 / RATE)
    shape = np.maximum(frequency, 20.0) ** slope * (frequency < highest)
    return np.fft.irfft(spectrum * shape, samples)


def _clinks(rng: np.random.Generator, samples: int) -> NDArray[np.float64]:
    found = np.zeros(samples)
    for _ in range(rng.poisson(_CLINKS * samples / RATE)):
        start = int(rng.integers(samples))
        time = np.arange(min(samples - start, RATE // 3)) / RATE
        for tone in rng.uniform(1500, 6500, 4):
            fading = np.exp(-time / rng.uniform(0.01, 0.06))
            found[start : start + time.size] += (
                rng.uniform(0.5, 2) * fading * np.sin(2 * np.pi * tone * time)
            )
    return found


def _unit(noise: NDArray[np.float64]) -> NDArray[np.float64]:
    power = float((noise**2).mean())
    return noise / np.sqrt(power) if power else noise
