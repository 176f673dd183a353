"""Whether somebody whispers: without vocal folds a voice has no pitch, and little of low sounds.

Two measures of the loud frames of an utterance, as in whisper detection since Carlin, Smyth and
others ("Detection of speech embedded in whispered speech", 2006): how periodic they are, and how
much of their power lies low. Together they tell whispers from soft voices, which have both.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .recognisers.recogniser import RATE

type _Floats = NDArray[np.float64]

_FRAME = RATE // 25
"""Samples of a frame, 40 ms: three periods of a deep voice."""

_HOP = _FRAME // 2
_SIZE = 2048
"""Of the transforms: a frame and as many zeros, so that its correlation does not wrap around."""

_PITCH = (70.0, 400.0)
"""Hertz of voices, from deep men to children."""

_LOUD = 0.3
"""The share of frames that are looked at, the loudest: vowels, and neither pauses nor noise."""

_FEWEST = 5
"""Loud frames, a fifth of a second of voice, below which nothing is concluded."""

_PERIODIC = 0.5
"""Correlation with itself a period later from which a frame has a pitch; noise hardly reaches .3,
vowels in a quiet room .8."""

_LOW, _HIGH = (80.0, 1000.0), (2000.0, 7000.0)
"""Hertz: where vowels have their first formant and their pitch, and where hiss is."""


@dataclass(frozen=True, slots=True)
class Phonation:
    """How an utterance was voiced.

    `voiced` is the share of its loud frames that have a pitch (0-1), `tilt` the mean power of its
    low sounds over that of its high ones, in decibels.
    """

    voiced: float
    tilt: float

    @property
    def is_whisper(self) -> bool:
        """Whether it was whispered."""
        return _VOICED * self.voiced + _TILT * self.tilt < _BORDER


_VOICED, _TILT, _BORDER = 9.68, 0.22, 6.6
"""A logistic regression of a share and decibels (`training/speech/whispers.py`), fitted to two
synthetic voices as they are and made into whispers, in quiet and in rooms; the border is a nat
below its own, because somebody who is answered softly without having whispered wonders more."""


def phonation(pcm: bytes) -> Phonation | None:
    """That of a voice (16 bit, `RATE` a second); None for too little of it."""
    samples = np.frombuffer(pcm, "<i2", len(pcm) // 2).astype(np.float64)
    if samples.size < _FRAME:
        return None
    frames = np.lib.stride_tricks.sliding_window_view(samples, _FRAME)[::_HOP]
    frames = frames - frames.mean(axis=1, keepdims=True)
    level = (frames**2).mean(axis=1)
    loud = frames[(level >= np.quantile(level, 1 - _LOUD)) & (level > 0.0)]
    if len(loud) < _FEWEST:
        return None
    power = np.abs(np.fft.rfft(loud * np.hanning(_FRAME), _SIZE)) ** 2
    low, high = (power[:, _between(*band)].sum() for band in (_LOW, _HIGH))
    voiced = float((_periodicity(power) > _PERIODIC).mean())
    return Phonation(voiced, float(10 * np.log10((low + 1.0) / (high + 1.0))))


def _periodicity(power: _Floats) -> _Floats:
    """The highest correlation of each frame with itself a period of a voice later, (frames,).

    Without its highs, in which hiss hides the pitch, and less that of the window (Boersma,
    "Accurate short-term analysis of the fundamental frequency", 1993).
    """
    low = np.where(_between(0.0, _LOW[1]), power, 0.0)
    correlation = np.fft.irfft(low)
    window = np.fft.irfft(np.abs(np.fft.rfft(np.hanning(_FRAME), _SIZE)) ** 2)
    shortest, longest = (round(RATE / pitch) for pitch in reversed(_PITCH))
    lags = slice(shortest, longest + 1)
    own = correlation[:, lags] / np.maximum(correlation[:, :1], 1e-9)
    found: _Floats = (own / (window[lags] / window[0])).max(axis=1)
    return found


def _between(low: float, high: float) -> NDArray[np.bool_]:
    frequency = np.fft.rfftfreq(_SIZE, 1 / RATE)
    found: NDArray[np.bool_] = (frequency >= low) & (frequency < high)
    return found
