"""What single heart beats tell beyond the rate: how they differ, and how the rate swings."""

import numpy as np
from numpy.typing import NDArray

from ...core.sleep import EPOCH_S
from ...sense.sleep.epoch import Beats, Swings
from .recordings.night import Series

RECENT_S = 300.0
"""So much of the past shows swings of the heart rate: a few of the slowest."""

_SLOWEST, _FASTEST = 30.0, 200.0
"""Beats per minute; what lies outside is a missed beat or an artefact, and left out."""
_ODD = 0.3
"""The same of what differs by more than this share from the median of the beats around it."""
_AROUND = 11

_FEWEST_DIFFERENCES = 12
"""Of fewer a spread says little: a slow heart beats twenty times in an epoch."""

_PIECE_S = 5.0
_PIECES = round(RECENT_S / _PIECE_S)
_FEWEST_PIECES = 0.75
"""Of the pieces of the past so many have to be known."""
_SLOW_HZ, _MIDDLE_HZ, _FAST_HZ = (1.0 / RECENT_S, 0.0134), (0.0134, 0.05), (0.05, 0.11)
"""Slower than a minute and a quarter; 20 to 75 s, in which the heart slows and hurries with each
pause of breath in sleep apnea (Guilleminault et al., Lancet 1984); and about ten seconds."""
_RETURNS = slice(4, 18)
"""The lags, in pieces, by which the rate is held against itself: 20 to 85 s."""
_STEADY = 0.01
"""A variance in (beats per minute)² that is none."""

type _Floats = NDArray[np.float64]


def beats(recent: Series, end: float) -> Beats | None:
    """What the beats up to `end` tell, given their rates of at least the last RECENT_S.

    Each rate, beats per minute, is that of the interval which ended with the beat at its time.
    """
    known = (recent.values >= _SLOWEST) & (recent.values <= _FASTEST)
    t, rates = recent.t[known], recent.values[known]
    if rates.size < _AROUND:
        return None
    around = np.lib.stride_tricks.sliding_window_view(np.pad(rates, _AROUND // 2, "edge"), _AROUND)
    middle = np.median(around, axis=-1)
    usual = np.abs(rates - middle) <= _ODD * middle
    found = Beats(
        _rmssd(rates, usual & (t >= end - EPOCH_S)),
        _swings(np.floor((t[usual] - end) / _PIECE_S).astype(np.int_), rates[usual]),
    )
    return None if found == Beats() else found


def _rmssd(rates: _Floats, usual: NDArray[np.bool_]) -> float | None:
    """Of intervals that follow each other and are both as usual; None of fewer than a few."""
    differences = np.diff(60.0 / rates)[usual[1:] & usual[:-1]]
    if differences.size < _FEWEST_DIFFERENCES:
        return None
    return float(np.sqrt(np.mean(differences**2)))


def _swings(pieces: NDArray[np.int_], rates: _Floats) -> Swings | None:
    """Of rates and the pieces that they fell into, -1 the last one."""
    within = (pieces >= -_PIECES) & (pieces < 0)
    places = pieces[within] + _PIECES
    counts = np.bincount(places, minlength=_PIECES)
    known = counts > 0
    if known.mean() < _FEWEST_PIECES:
        return None
    means = np.bincount(places, rates[within], _PIECES) / np.maximum(counts, 1)
    at = np.arange(_PIECES)
    filled = np.interp(at, at[known], means[known])
    level = filled - np.polyval(np.polyfit(at, filled, 1), at)
    window = np.hanning(_PIECES)
    power = np.abs(np.fft.rfft(level * window)) ** 2 * 2.0 / (_PIECES * np.sum(window**2))
    hertz = np.fft.rfftfreq(_PIECES, _PIECE_S)
    slow, middle, fast = (
        float(power[(hertz >= low) & (hertz < high)].sum())
        for low, high in (_SLOW_HZ, _MIDDLE_HZ, _FAST_HZ)
    )
    returns = np.correlate(level, level, "full")[_PIECES - 1 :]
    if returns[0] <= _STEADY * _PIECES:
        return Swings(slow, middle, fast, None, None)
    share = middle / float(power[1:].sum())
    return Swings(slow, middle, fast, share, float(returns[_RETURNS].max() / returns[0]))
