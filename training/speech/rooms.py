"""What rooms and microphones make of a clean voice, for fitting: echoes, a microphone, noise.

All of it is synthetic, drawn from a seed, and other than the noise of the evaluation
(`engine/evaluate/speech/noise.py`): what is fitted here has not heard that kitchen.
"""

import numpy as np
from numpy.typing import NDArray

from halcyon.speech.recognisers.recogniser import RATE

type Floats = NDArray[np.float64]

_ECHO = (0.15, 0.6)
"""Seconds in which echoes fall by 60 dB: from a furnished bedroom to a bare kitchen."""

_DIRECT_DB = (0.0, 12.0)
"""Decibels by which the voice itself is louder than all its echoes: far away, and near."""

_LOW_CUT, _HIGH_CUT = (60.0, 300.0), (3600.0, 7600.0)
"""Hertz between which microphones hear."""

_TILT = 3.0
"""Decibels an octave by which a microphone may favour high or low sounds."""

_NOISE_DB = (5.0, 22.0)
"""Decibels by which a voice is louder than the noise around it."""

_COLOURS = (-1.0, -0.5, 0.0)
"""Exponents of frequency in the amplitude of noise: a fan, traffic, a shower."""

_LEVEL = (0.05, 0.6)
"""Peak of what comes out, as a share of full scale."""

_SLOW = 4.0
"""Changes a second of noise that is no fan: a music or a crowd, of no words."""


def heard_in_a_room(sound: bytes, seed: int) -> bytes:
    """A voice (16 bit) as a microphone in some room has it; as long as it was."""
    rng = np.random.default_rng(seed)
    voice = np.frombuffer(sound, "<i2").astype(np.float64)
    wet = _echoing(voice, rng)
    noisy = wet + _noise(wet, rng)
    found = _through_a_microphone(noisy, rng)
    found *= rng.uniform(*_LEVEL) * 32767 / max(float(np.abs(found).max()), 1.0)
    result: bytes = np.rint(found).astype("<i2").tobytes()
    return result


def _echoing(voice: Floats, rng: np.random.Generator) -> Floats:
    """Noise that fades exponentially is what echoes of a room are, but for the first few."""
    fading = rng.uniform(*_ECHO)
    time = np.arange(round(fading * RATE)) / RATE
    echoes = rng.standard_normal(time.size) * 10 ** (-3 * time / fading)
    echoes *= 10 ** (-rng.uniform(*_DIRECT_DB) / 20) / np.sqrt((echoes**2).sum())
    echoes[0] += 1.0
    size = 1 << (voice.size + echoes.size).bit_length()
    wet: Floats = np.fft.irfft(np.fft.rfft(voice, size) * np.fft.rfft(echoes, size), size)
    return wet[: voice.size]


def _noise(voice: Floats, rng: np.random.Generator) -> Floats:
    spectrum = np.fft.rfft(rng.standard_normal(voice.size))
    frequency = np.maximum(np.fft.rfftfreq(voice.size, 1 / RATE), 50.0)
    if rng.random() < 0.5:
        shape = frequency ** rng.choice(_COLOURS)
        swell = np.ones(voice.size)
    else:
        # As a crowd sounds: the spectrum of speech, which comes and goes.
        shape = np.abs(np.fft.rfft(voice))
        beats = max(2, round(_SLOW * voice.size / RATE))
        swell = np.interp(
            np.linspace(0, beats, voice.size), np.arange(beats + 1), rng.random(beats + 1)
        )
    noise = np.fft.irfft(spectrum * shape, voice.size) * swell
    speech = np.sqrt((voice[np.abs(voice) > 0.1 * np.abs(voice).max()] ** 2).mean())
    level = speech / 10 ** (rng.uniform(*_NOISE_DB) / 20)
    scaled: Floats = noise * level / np.sqrt((noise**2).mean())
    return scaled


def _through_a_microphone(sound: Floats, rng: np.random.Generator) -> Floats:
    frequency = np.fft.rfftfreq(sound.size, 1 / RATE)
    low, high = rng.uniform(*_LOW_CUT), rng.uniform(*_HIGH_CUT)
    octaves = np.log2(np.maximum(frequency, 50.0) / 1000.0)
    response = 10 ** (rng.uniform(-_TILT, _TILT) * octaves / 20)
    response /= np.sqrt(1 + (low / np.maximum(frequency, 1.0)) ** 4)
    response /= np.sqrt(1 + (frequency / high) ** 8)
    found: Floats = np.fft.irfft(np.fft.rfft(sound) * response, sound.size)
    return found
