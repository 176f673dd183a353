"""Body movement in a radar's waveform: what is too fast or too far for a breath.

Limbs and a turning trunk move by many wavelengths between samples, so that the phase becomes
noise of the size of a breath; a breath of that size is smooth. Somebody who moves to another place
shifts the phase further than any breath. What is usual is learned from the stretches before, so
that neither a heart, nor noise, nor the sensor's scale matters.
"""

from dataclasses import dataclass
import math
import sys

import numpy as np
from numpy.typing import NDArray

from ..periodicity import BINS_PER_SECOND

_SECOND = int(BINS_PER_SECOND)

_USUAL = 80.0
"""Percentile of the seconds that says how rough it usually is: of a breath that turns sharply only
some seconds are rough, but some of every breath."""

_ROUGH = 3.5
"""How many times rougher than usual a second is movement. Of noise none is twice as rough; below
3, phases whose turns were miscounted pass for movement, and above 4, that of hands is lost."""

_ROUGH_SHARE = 0.05
"""Roughness, in depths of a breath, below which nothing is movement: a heart is below."""

_FAR = 3.0
"""How many breaths deep a shift within two seconds is movement: a sigh is two or three."""

_HALF = 4.0
"""How many thresholds above the threshold are half of the greatest level."""

_MOST = 1e6
"""Thresholds beyond which nothing is told apart: there is no more than infinitely rough."""

_AROUND = 1
"""Seconds on either side of movement that are no breath either."""

type Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Usual:
    """How rough still seconds are, and how deep a breath, in the sensor's unit."""

    roughness: float
    depth: float


@dataclass(frozen=True, slots=True, eq=False)
class Stirring:
    """What of a wave is movement.

    `levels` are 0-1 for each second, 0 where still and NaN where not known; `still` says which bins
    can be breath: known, and not beside movement.
    """

    levels: Floats
    still: NDArray[np.bool_]


def roughness(wave: Floats) -> Floats:
    """Per second, how much a wave departs from its own smooth course; NaN where not known.

    The wave has whole seconds. What departs is the second difference: of a breath of 15 a minute it
    has 4 % of the amplitude, of noise more than all of it.
    """
    bends = np.full(len(wave), math.nan)
    bends[1:-1] = wave[2:] - 2.0 * wave[1:-1] + wave[:-2]
    squares = (bends * bends).reshape(-1, _SECOND)
    known = np.isfinite(squares)
    count = known.sum(axis=1)
    mean = np.where(known, squares, 0.0).sum(axis=1) / np.maximum(count, 1)
    return np.where(2 * count >= _SECOND, np.sqrt(mean), math.nan)


def usually(rough: Floats) -> float:
    """How rough a still second is at its roughest, in a wave of which most is still."""
    return float(np.nanpercentile(rough, _USUAL))


def stirring(wave: Floats, rough: Floats, usual: Usual) -> Stirring:
    """Which seconds are movement, given what is usual; `rough` is the roughness of the wave."""
    known = np.isfinite(wave)
    means = _means(wave, known)
    shift = np.full(len(means), 0.0)
    shift[1:-1] = np.abs(means[2:] - means[:-2])
    far = np.nan_to_num(shift) / max(_FAR * usual.depth, sys.float_info.min)
    limit = max(_ROUGH * usual.roughness, _ROUGH_SHARE * usual.depth)
    strength = np.fmax(rough / max(limit, sys.float_info.min), far)
    beyond = np.clip(strength - 1.0, 0.0, _MOST)
    levels = np.where(np.isnan(rough), math.nan, beyond / (beyond + _HALF))
    moving = np.nan_to_num(levels) > 0.0
    near = np.convolve(moving, np.ones(2 * _AROUND + 1), "same") > 0.0
    return Stirring(levels, known & ~np.repeat(near, _SECOND))


def _means(wave: Floats, known: NDArray[np.bool_]) -> Floats:
    """The mean of each second; NaN where nothing is known."""
    sums = np.where(known, wave, 0.0).reshape(-1, _SECOND).sum(axis=1)
    count = known.reshape(-1, _SECOND).sum(axis=1)
    return np.where(count > 0, sums / np.maximum(count, 1), math.nan)
