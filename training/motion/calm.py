"""The room itself before anything happens: only the noise of the node, for as long as wanted.

Rooms are empty for hours before somebody comes. A scene that begins with somebody who stands
still, or with a fan that runs, tells nothing of that: what a network has heard for long decides
how much it believes what comes next.
"""

from dataclasses import replace
from functools import cache
import math

import numpy as np

from halcyon.sense.ultrasound.baseband import HOP_S, Floats
from halcyon.sense.ultrasound.doppler import Doppler

from .example import QUIET, Example, joined
from .render import spectra_of
from .spoil import Flaws, spoil

_RATE_HZ, _CARRIER_HZ, _DENSITY = 1000.0, 20_000.0, -90.0
_SECONDS = 120.0
_LOW = 20
"""The percentile of levels that what moves leaves alone."""
_TILT_DB = 8.0
"""By so much at most a node's noise is louder near the carrier than far from it."""
_RISE_S = 3.0
"""As long as a fan takes to start."""


def after_calm(example: Example, seconds: float, rng: np.random.Generator) -> Example:
    """The same after so long in its room, in which nothing happened."""
    calm = _calm(example, round(seconds / HOP_S / example.hops), rng)
    kinds = np.concatenate([np.full(len(calm.noise), QUIET), example.kinds])
    return replace(example, doppler=joined([calm, example.doppler]), kinds=kinds)


def rising(example: Example, seconds: float, rng: np.random.Generator) -> Example:
    """The same after so long in its room, and what runs in it starts as a fan does."""
    frames = min(len(example), round(_RISE_S / HOP_S / example.hops))
    calm, heard = _calm(example, frames, rng), example.doppler
    part = (np.arange(frames) + 0.5) / frames
    share = (0.5 - 0.5 * np.cos(math.pi * part)).astype(np.float32) ** 2
    bands, noise = heard.bands.copy(), heard.noise.copy()
    bands[:frames] = _sum(calm.bands, heard.bands[:frames], share[:, None])
    noise[:frames] = _sum(calm.noise, heard.noise[:frames], share)
    started = replace(example, doppler=replace(heard, bands=bands, noise=noise))
    return after_calm(started, seconds, rng)


def _sum(calm: Floats, other: Floats, share: Floats) -> Floats:
    """The level of two powers together, of the other only a share."""
    whole: Floats = 10 * np.log10(10 ** (calm / 10) + share * 10 ** (other / 10))
    return whole


def _calm(example: Example, frames: int, rng: np.random.Generator) -> Doppler:
    """Spectra of the room of an example, at the noise of its node.

    Where no floor was learned, what is lowest in the example tells how loud that is.
    """
    white, heard = _white(example.microphones), example.doppler
    first = int(rng.integers(len(white.noise)))
    index = (first + example.hops * np.arange(frames)) % len(white.noise)
    noise = np.percentile(heard.noise, _LOW) - np.percentile(white.noise, _LOW)
    if example.median is not None:
        level = example.median - np.median(white.bands, axis=0)
    else:
        lowest = np.percentile(heard.bands, _LOW, axis=0) - np.percentile(white.bands, _LOW, axis=0)
        level = np.clip(lowest, noise, noise + _TILT_DB)
    return Doppler(
        bands=(white.bands[index] + level).astype(np.float32),
        noise=(white.noise[index] + noise).astype(np.float32),
        burst=white.burst[index],
        balance=white.balance[index],
        gain=white.gain[index],
    )


@cache
def _white(microphones: int) -> Doppler:
    """Spectra of white noise of 0 dBc/Hz."""
    count = round(_SECONDS * _RATE_HZ)
    clean = np.ones((count, microphones), dtype=np.complex64)
    flaws, rng = Flaws(noise=_DENSITY, bits=24), np.random.default_rng((6, microphones))
    found, _ = spectra_of(spoil(clean, _RATE_HZ, flaws, rng), _RATE_HZ, _CARRIER_HZ)
    return replace(found, bands=found.bands - _DENSITY, noise=found.noise - _DENSITY)
