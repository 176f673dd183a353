"""Other tellings of the same lesson, made of its features: nothing is rendered anew.

Longer quiet before something begins, because rooms are quiet for hours and a network that heard
quiet only before machines believes nobody; other speeds, because a way across the line of sight,
a child and a hurry differ by how fast they come nearer; and floors and levels that are a little
wrong, as those of real devices are.
"""

import math

import numpy as np
from numpy.typing import NDArray

from halcyon.sense.ultrasound.baseband import Floats
from halcyon.sense.ultrasound.doppler import AXIS, BANDS

type Ints = NDArray[np.int_]

_REPACED, _RELEVELLED = 0.5, 0.5
"""How often each is done."""
_SLOWEST, _FASTEST = 0.65, 1.4
_PACES = 16
_SPREAD = 0.15
"""Levels over the floor are stretched or shrunk by at most so much."""
_OFF, _OFF_EACH = 0.12, 0.05
"""Standard deviation of an error of the floor, in tens of dB: of all bands, and of each."""
_QUIET_FRAMES, _MOST_QUIET_FRAMES = 25, 80
_EDGE_FRAMES = 3
"""So near to what begins a frame holds some of it."""
_AFTER_FRAMES = 60
"""So much of what begins is to be left."""


def after_longer_quiet(quiet: NDArray[np.bool], frames: int, rng: np.random.Generator) -> Ints:
    """Which frames to take, in order: quiet, back and forth for long, and then what begins.

    `quiet` (n,) is where nothing goes on; `frames` are at most wanted. Everything as it is where
    nothing begins after quiet.
    """
    count = len(quiet)
    begins = [
        int(at)
        for at in np.flatnonzero(quiet[:-1] & ~quiet[1:]) + 1
        if at >= _QUIET_FRAMES and quiet[at - _QUIET_FRAMES : at].all()
    ]
    if not begins:
        return np.arange(count)
    begin = begins[int(rng.integers(len(begins)))]
    before = np.flatnonzero(~quiet[:begin])
    first = max(int(before[-1]) + 1 if len(before) else 0, begin - _MOST_QUIET_FRAMES)
    there = np.arange(first, begin - _EDGE_FRAMES)
    length = int(rng.integers(max(1, frames - _AFTER_FRAMES)))
    turns = -(-length // (2 * len(there)))
    waited = np.tile(np.concatenate([there, there[::-1]])[::-1], turns)
    return np.concatenate([waited[len(waited) - length :], np.arange(begin - _EDGE_FRAMES, count)])


def repacing(factor: float) -> Floats:
    """What turns bands into those of the same motion at another speed (BANDS, BANDS)."""
    half = BANDS // 2
    speeds = AXIS[half:].astype(np.float64)
    matrix = np.zeros((BANDS, BANDS), dtype=np.float32)
    for band, speed in enumerate(speeds):
        place = float(np.interp(speed / factor, speeds, np.arange(half)))
        low = min(int(place), half - 2)
        for taken, share in ((low, 1 - (place - low)), (low + 1, place - low)):
            matrix[half + taken, half + band] += share
            matrix[half - 1 - taken, half - 1 - band] += share
    return matrix


_REPACINGS = [
    repacing(factor)
    for factor in np.exp(np.linspace(math.log(_SLOWEST), math.log(_FASTEST), _PACES))
]


def varied(x: Floats, rng: np.random.Generator) -> Floats:
    """Features (n, WIDTH) of the same at another speed, level or floor, or as they are."""
    over, change, rest = x[:, :BANDS], x[:, BANDS : 2 * BANDS], x[:, 2 * BANDS :]
    if rng.uniform() < _REPACED:
        matrix = _REPACINGS[int(rng.integers(_PACES))]
        over, change = over @ matrix, change @ matrix
    if rng.uniform() < _RELEVELLED:
        scale = np.float32(rng.uniform(1 - _SPREAD, 1 + _SPREAD))
        off = rng.normal(0, _OFF) + rng.normal(0, _OFF_EACH, BANDS)
        over, change = scale * over + off.astype(np.float32), scale * change
    return np.concatenate([over, change, rest], axis=1, dtype=np.float32)
