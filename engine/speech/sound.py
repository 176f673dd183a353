"""Sound as it comes, and as recognisers want it: `RATE` a second, mono, 16 bit."""

import math
from pathlib import Path
import wave

import numpy as np
from numpy.typing import NDArray

from .recognisers.recogniser import RATE, SAMPLE_BYTES

_LOWEST, _HIGHEST = 8_000, 48_000
"""Samples a second that are accepted: from telephones to sound cards."""

_MOST_CHANNELS = 2

_REACH = 16
"""Zero crossings on either side of the filter that changes rates; its stop band is then below
-70 dB, far under the noise of a room."""

_SLOPE = 0.94
"""The pass band, as a share of what the lower of two rates can carry."""

_KAISER = 8.0
"""Shape of that filter's window."""


class SoundError(ValueError):
    """Sound that cannot be heard as it is; the message says what is wrong and what is accepted."""


def check_format(rate: int, width: int, channels: int) -> None:
    """Raises SoundError for sound that a stream may not have.

    `rate` in samples a second, `width` in bytes of a sample.
    """
    if (rate, width, channels) != (RATE, SAMPLE_BYTES, 1):
        raise SoundError(
            f"{rate} Hz with {8 * width} bits and {channels} channels cannot be heard; "
            f"send {RATE} Hz, 16 bits, 1 channel"
        )


def read_wav(path: Path) -> bytes:
    """The sound of a WAV file, as recognisers want it.

    Accepted are 16 bits, one or two channels (which are averaged) and 8 to 48 kHz (which are
    resampled). Raises SoundError for anything else, OSError where it cannot be read.
    """
    try:
        with path.open("rb") as file, wave.open(file) as opened:
            rate, width, channels = (
                opened.getframerate(),
                opened.getsampwidth(),
                opened.getnchannels(),
            )
            if (
                width != SAMPLE_BYTES
                or not 1 <= channels <= _MOST_CHANNELS
                or not _LOWEST <= rate <= _HIGHEST
            ):
                raise SoundError(
                    f"{path} has {rate} Hz, {8 * width} bits and {channels} channels; accepted "
                    f"are {_LOWEST} to {_HIGHEST} Hz, 16 bits, and one or two channels"
                )
            data = opened.readframes(opened.getnframes())
    except (wave.Error, EOFError) as error:
        raise SoundError(f"{path} is no WAV file that can be read: {error}") from error
    frames = len(data) // (SAMPLE_BYTES * channels)
    samples = np.frombuffer(data, "<i2", frames * channels).reshape(frames, channels)
    if channels == 1 and rate == RATE:
        return samples.tobytes()
    mono = samples.mean(axis=1, dtype=np.float64)
    return np.clip(np.rint(resampled(mono, rate)), -32768, 32767).astype("<i2").tobytes()


def resampled(samples: NDArray[np.float64], rate: int) -> NDArray[np.float64]:
    """Samples (n,) of `rate` a second as (round(n * RATE / rate),) of `RATE` a second.

    Windowed sinc interpolation (Smith, "Digital Audio Resampling", CCRMA).
    """
    if rate == RATE or not samples.size:
        return samples
    cutoff = min(1.0, RATE / rate) * _SLOPE
    reach = math.ceil(_REACH / cutoff)
    padded = np.pad(samples, reach)
    count = round(samples.size * RATE / rate)
    result = np.empty(count)
    offsets = np.arange(1 - reach, reach + 1)
    for start in range(0, count, RATE):  # a second at a time, so that memory stays bounded
        places = np.arange(start, min(start + RATE, count)) * (rate / RATE)
        whole = np.minimum(places.astype(np.int64), samples.size - 1)
        apart = offsets - (places - whole)[:, None]
        window = np.i0(_KAISER * np.sqrt(np.clip(1 - (apart / reach) ** 2, 0, 1))) / np.i0(_KAISER)
        kernel = cutoff * np.sinc(cutoff * apart) * window
        result[start : start + places.size] = (
            padded[whole[:, None] + offsets + reach] * kernel
        ).sum(axis=1)
    return result
