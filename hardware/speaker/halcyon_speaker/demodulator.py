"""From microphone samples to complex baseband: mixing with the carrier and decimating.

Both happen in one step: the low-pass is turned to the carrier, applied at every D-th sample,
and what comes out is turned back by the oscillator at the number of the sample in the middle.
"""

import math

import numpy as np
from numpy.typing import NDArray

from .oscillator import Oscillator

CHUNK_S = 0.05
"""The length of a chunk, as the protocol has it."""

SLOW_HZ = 1000.0
FAST_HZ = 2000.0
FAST_FROM_HZ = 32_000.0
"""From this carrier on everything moves twice as fast in Hz, and so does the rate."""

PASS = 0.40
STOP = 0.60
"""Parts of the output rate: up to the first nothing is changed, beyond the second nothing is
left. What folds comes to lie between the first and half of the rate."""

_STOP_DB = 90.0
_BETA = 0.1102 * (_STOP_DB - 8.7)
_HALF = math.ceil((_STOP_DB - 8) / (2.285 * 2 * math.pi * (STOP - PASS)) / 2)
"""Half the filter in output samples, and its shape, by Kaiser's formulae (Kaiser & Schafer, IEEE
Trans. Acoust. Speech Signal Process. 28, 1980). It is also the filter's delay."""


def rate_for(carrier: float) -> float:
    """The nominal rate of the baseband of a carrier, both Hz."""
    return SLOW_HZ if carrier < FAST_FROM_HZ else FAST_HZ


class Demodulator:
    """One device's microphones, tuned to a carrier (Hz).

    A tone A cos(2 pi f n / rate + phi), n being the number of the sample since the beginning,
    becomes A exp(j phi); what approaches has a positive frequency. The output rate is the input
    rate divided by a whole number, as near to the nominal one as that comes.
    """

    def __init__(self, rate: int, microphones: int, carrier: float) -> None:
        self.input_rate = rate
        self._microphones = microphones
        self.tune(carrier)

    def tune(self, carrier: float) -> None:
        """Start anew on a carrier."""
        self.carrier = carrier
        self.factor = round(self.input_rate / rate_for(carrier))
        self.rate = self.input_rate / self.factor
        self.chunk = self.factor * round(CHUNK_S * self.rate)
        """Input samples in a chunk."""
        half = _HALF * self.factor
        n = np.arange(-half, half + 1)
        low_pass = np.sinc(n / self.factor) * np.kaiser(len(n), _BETA)
        low_pass *= 2 / low_pass.sum()
        self._oscillator = Oscillator(carrier, self.input_rate)
        turned = low_pass * self._oscillator.at(n).conj()
        self._taps = np.stack([turned.real, turned.imag], axis=1).astype(np.float32)
        self._middle = self.factor - 1 - half
        self._past = np.zeros((self._microphones, 2 * half + 1 - self.factor), dtype=np.float32)

    @property
    def delay(self) -> float:
        """How many seconds after the first input sample of a block the first output lies.

        It is negative: the filter looks at what is on both sides.
        """
        return self._middle / self.input_rate

    def step(self, samples: NDArray[np.float32], first: int) -> NDArray[np.complex64]:
        """Samples (n, microphones) from number `first` on as baseband, (n / factor, microphones).

        n must be a multiple of `factor`, and blocks must follow one another.
        """
        count = len(samples) // self.factor
        if count * self.factor != len(samples):
            raise ValueError(f"a block of {len(samples)} samples is no multiple of {self.factor}")
        whole = np.concatenate([self._past, samples.T], axis=1)
        self._past = whole[:, whole.shape[1] - self._past.shape[1] :]
        windows = np.lib.stride_tricks.sliding_window_view(whole, len(self._taps), axis=1)
        # One copy, so that the product is a single call of the matrix library.
        rows = windows[:, :: self.factor].reshape(-1, len(self._taps))
        heard = (rows @ self._taps).view(np.complex64).reshape(self._microphones, count)
        middles = first + self._middle + self.factor * np.arange(count)
        turned = heard * self._oscillator.at(middles).conj()
        return np.ascontiguousarray(turned.T, dtype=np.complex64)
