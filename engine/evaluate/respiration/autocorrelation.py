"""The rate by the autocorrelation of half a minute: a common method, to compare with."""

import math

import numpy as np

from ...core.reading import Breath
from ...core.sleep import EPOCH_S
from ...sense.periodicity import BINS_PER_SECOND
from ...sense.sleep.cycles import smoothed
from ...sense.waveform import Waveform
from .airflow import Floats

_BINS = round(EPOCH_S * BINS_PER_SECOND)
_PERIOD_S = 2.0
"""Breath for which the wave is smoothed: the fastest, so that none is lost."""

_SHORTEST_S, _LONGEST_S = 1.6, 11.0
"""Lags that are a breath: 37 to 5 a minute."""

_NEARLY = 0.85
"""Share of the highest peak from which an earlier one is taken: later ones are its multiples."""

_ALIKE = 0.3
"""Correlation below which no rate is said."""


class Autocorrelation:
    """The last half minute of a wave."""

    def __init__(self) -> None:
        self._wave = Waveform(2.0 * EPOCH_S)

    def take(self, piece: Breath) -> None:
        """Take samples in."""
        self._wave.take(piece)

    def said(self, end: float) -> tuple[float | None, float | None]:
        """The rate per minute before a time, and the correlation one breath later."""
        wave = self._wave.before(math.floor(end * BINS_PER_SECOND), _BINS)
        if not np.isfinite(wave).all():
            return None, None
        alike = _autocorrelation(smoothed(wave, _PERIOD_S))
        first, last = round(_SHORTEST_S * BINS_PER_SECOND), round(_LONGEST_S * BINS_PER_SECOND)
        middle = alike[first:last]
        peaks = first + np.flatnonzero(
            (middle >= alike[first - 1 : last - 1]) & (middle > alike[first + 1 : last + 1])
        )
        if not len(peaks) or float(alike[peaks].max()) < _ALIKE:
            return None, 0.0
        peak = int(peaks[alike[peaks] >= _NEARLY * alike[peaks].max()][0])
        before, at, after = (float(each) for each in alike[peak - 1 : peak + 2])
        bend = before - 2.0 * at + after
        lag = peak + (0.5 * (before - after) / bend if bend else 0.0)
        return 60.0 * BINS_PER_SECOND / lag, at


def _autocorrelation(wave: Floats) -> Floats:
    """Correlation with itself after each lag, as if the wave went on."""
    level = wave - wave.mean()
    spectrum = np.fft.rfft(level, 2 * len(level))
    sums = np.fft.irfft(spectrum * np.conj(spectrum))[: len(level)]
    alike: Floats = sums / np.arange(len(level), 0, -1)
    return alike / alike[0] if alike[0] > 0.0 else alike
