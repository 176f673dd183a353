"""Breaths found one by one: where a chest's displacement turns, and turns far enough.

Counted breath by breath, a rate follows breathing that is uneven, where a spectrum or an
autocorrelation of half a minute gives its average with sharp peaks smeared; but noise makes turns
of its own. So the wave is first smoothed over a part of the period that the spectrum shows, and
a turn counts when the wave comes back by a part of what breaths have lately been deep.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from ..percentiles import percentiles
from ..periodicity import BINS_PER_SECOND

SMOOTHED = 0.4
"""Length of the Hann window that smooths, in periods: it takes out what is faster than five
times the breath, and most of the heart."""

_SHORTEST, _LONGEST = 0.75, 3.0
"""Seconds that the window has at least, against the heart, and at most."""

_DRIFT = 12.0
"""Seconds of the moving mean that is taken off: longer than a breath, shorter than a shift."""

_FIRST = 0.3
"""Share of the wave's reach (5 to 95 %) that is a turn as long as no breath is known."""

_AGAIN = 0.25
"""Share of the median depth that is a turn: smaller breaths are none, as in an apnea."""

_KNOWN_FROM = 4
"""Turns from which their depth is trusted."""

type Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Cycles:
    """The breaths of one stretch of wave, in bins from wherever the stretch was said to begin.

    `rises` and `falls` are when the wave passes the middle between two turns, upward and
    downward; `depths` and `ended` how far apart the turns are, and when the later one is.
    """

    start: float
    end: float
    rises: tuple[float, ...]
    falls: tuple[float, ...]
    depths: tuple[float, ...]
    ended: tuple[float, ...]


def cycles(stretches: Sequence[tuple[int, Floats]], period: float) -> tuple[Cycles, ...]:
    """The breaths of stretches of one wave: where each begins (bins), and its values.

    `period` is the breath's in seconds, roughly.
    """
    if not stretches:
        return ()
    smooth = [smoothed(wave, period) for _, wave in stretches]
    low, high = percentiles(np.concatenate(smooth), (5, 95))
    waves = [wave.tolist() for wave in smooth]
    level = _FIRST * float(high - low)
    depths = [
        abs(wave[after] - wave[before])
        for wave in waves
        for before, after in pairwise(_turns(wave, level))
    ]
    if len(depths) >= _KNOWN_FROM:
        level = _AGAIN * float(np.median(depths))
    return tuple(
        _cycles(start, wave, level) for (start, _), wave in zip(stretches, waves, strict=True)
    )


def smoothed(wave: Floats, period: float) -> Floats:
    """A wave without drift and without what is much faster than a breath; same length."""
    seconds = min(max(SMOOTHED * period, _SHORTEST), _LONGEST)
    window = _hann(round(seconds * BINS_PER_SECOND) | 1)
    half = len(window) // 2
    padded = np.concatenate([np.full(half, wave[0]), wave, np.full(half, wave[-1])])
    smooth = np.convolve(padded, window, "valid")
    return smooth - drift(smooth)


def drift(wave: Floats) -> Floats:
    """The slow course of a wave: the mean of as much of twelve seconds around as there is."""
    half = round(_DRIFT * BINS_PER_SECOND) // 2
    sums = np.concatenate([np.zeros(1), np.cumsum(wave)])
    places = np.arange(len(wave))
    first = np.maximum(places - half, 0)
    last = np.minimum(places + half + 1, len(wave))
    mean: Floats = (sums[last] - sums[first]) / (last - first)
    return mean


def _cycles(start: int, wave: Sequence[float], level: float) -> Cycles:
    rises: list[float] = []
    falls: list[float] = []
    depths: list[float] = []
    ended: list[float] = []
    for before, after in pairwise(_turns(wave, level)):
        low, high = wave[before], wave[after]
        (rises if high > low else falls).append(start + _middle(wave, before, after))
        depths.append(abs(high - low))
        ended.append(float(start + after))
    end = float(start + len(wave))
    return Cycles(float(start), end, tuple(rises), tuple(falls), tuple(depths), tuple(ended))


def _turns(wave: Sequence[float], level: float) -> list[int]:
    """Where a wave turns, alternately high and low: it then comes back by more than a level."""
    found: list[int] = []
    low = high = wave[0]
    low_at = high_at = 0
    rising = falling = True
    for at, value in enumerate(wave):
        if rising and value > high:
            high, high_at = value, at
        if falling and value < low:
            low, low_at = value, at
        if rising and value < high - level:
            found.append(high_at)
            rising, falling = False, True
            low, low_at = value, at
        elif falling and value > low + level:
            found.append(low_at)
            rising, falling = True, False
            high, high_at = value, at
    return found


def _middle(wave: Sequence[float], before: int, after: int) -> float:
    """Where, in fractions of bins, a wave passes the middle between two turns for the last time."""
    level = (wave[before] + wave[after]) / 2.0
    upward = wave[after] > wave[before]
    at = after
    while at > before + 1 and (wave[at - 1] > level) == upward:
        at -= 1
    step = wave[at] - wave[at - 1]
    return at - 1 + (level - wave[at - 1]) / step if step else float(at)


@cache
def _hann(length: int) -> Floats:
    window = np.hanning(length + 2)[1:-1].astype(np.float64)
    return window / float(window.sum())
