"""What a microphone gives as recognisers want it: 16 kHz, 16 bits, and nothing of the tone."""

import math

import numpy as np
from numpy.typing import NDArray

RATE = 16_000
SAMPLE_BYTES = 2

_PASS_HZ, _STOP_HZ = 7000.0, 9000.0
"""Speech is kept whole up to the first; what lies above the second is taken out. What is between
half of RATE and the second folds to above the first, where recognisers hear little."""

_STOP_DB = 80.0
_BETA = 0.1102 * (_STOP_DB - 8.7)
"""Kaiser's formulae (Kaiser & Schafer, IEEE Trans. Acoust. Speech Signal Process. 28, 1980): a
tone of full scale is then below the noise of a room."""

_FULL = 32767.0


class Downsampler:
    """One channel of `rate` samples/s, block by block, as 16-bit PCM of RATE samples/s.

    Blocks may be of any length; how they are cut changes nothing.
    """

    def __init__(self, rate: int) -> None:
        if rate < 2 * _STOP_HZ:
            raise ValueError(f"{rate} samples/s are too few for speech; give 44100 or more")
        divisor = math.gcd(rate, RATE)
        self._up, self._down = RATE // divisor, rate // divisor
        slope = (_STOP_HZ - _PASS_HZ) / rate
        half = math.ceil((_STOP_DB - 8) / (2.285 * 2 * math.pi * slope) / 2)
        # An output lies between two inputs, at one of `up` places.
        between = np.arange(self._up)[:, None] / self._up
        away = np.arange(1 - half, half + 1) - between
        window = np.i0(_BETA * np.sqrt(np.clip(1 - (away / half) ** 2, 0, 1)))
        taps = np.sinc((_PASS_HZ + _STOP_HZ) / rate * away) * window
        self._taps = (taps / taps.sum(axis=1, keepdims=True)).astype(np.float32)
        self._past = np.zeros(half - 1, dtype=np.float32)
        self._made = 0

    def step(self, samples: NDArray[np.float32]) -> bytes:
        """The next samples (n,), full scale 1, as PCM."""
        whole = np.concatenate([self._past, samples])
        width = self._taps.shape[1]
        # The first input of an output is `whole[place // up]`, counted from the oldest kept.
        room = (len(whole) - width + 1) * self._up - self._made
        count = max(0, -(-room // self._down))
        if not count:
            self._past = whole
            return b""
        places = self._made + self._down * np.arange(count)
        windows = np.lib.stride_tricks.sliding_window_view(whole, width)
        rows = windows[places // self._up]
        out = np.einsum("ij,ij->i", rows, self._taps[places % self._up])
        following = self._made + self._down * count
        drop = min(following // self._up, len(whole))
        self._past = whole[drop:].copy()
        self._made = following - drop * self._up
        pcm = np.clip(np.rint(out * _FULL), -_FULL - 1, _FULL).astype("<i2")
        return bytes(pcm.tobytes())
