"""Doppler spectra: how much moves towards the device and away from it, at which speed.

Bands are of velocity, because the same walk gives 140 Hz at 20 kHz and 280 Hz at 40 kHz. Their
level is a density in dBc/Hz, so that white noise has the same level in all of them.
"""

from dataclasses import dataclass
from functools import cache
from itertools import pairwise
import math

import numpy as np
from numpy.typing import NDArray

from .baseband import Complexes, Floats, Grid, hann

EDGES = (
    0.06, 0.12, 0.19, 0.26, 0.34, 0.43, 0.54, 0.67, 0.82, 1.0, 1.2, 1.45, 1.75, 2.1, 2.55, 3.05,
)  # fmt: skip
"""m/s. The first is about one bin of the spectrum at 20 kHz; the last is what 1 kHz holds at
22.5 kHz, with feet but not their fastest moments. Wider where limbs are fast and blurred."""

BANDS = 2 * (len(EDGES) - 1)
_CENTRES = [(low + high) / 2 for low, high in pairwise(EDGES)]
AXIS: Floats = np.array([-each for each in reversed(_CENTRES)] + _CENTRES, dtype=np.float32)
"""The middle of each band in m/s, > 0 towards the device, slowest in the middle."""

GROUPS = (0.06, 0.19, 0.43, 0.82, 1.45, 3.05)
"""m/s: edges of the bands in which modulation of the carrier itself is looked for."""

_FAR = (0.30, 0.40)
"""The part of the rate in which hardly anything moves, and that decimation filters still pass:
its median says how strong the noise is, whatever happens below."""

_MEDIAN_OF_POWER = math.log(2)
"""The median of exponentially distributed power in units of its mean."""

_LEAST = 1e-20
"""-200 dBc/Hz: no microphone is that good; it keeps logarithms finite."""


@dataclass(frozen=True, slots=True, eq=False)
class Doppler:
    """Spectra of n frames.

    `bands` (n, BANDS) dBc/Hz in the order of AXIS; `noise` (n,) dBc/Hz from the far bins and
    `burst` (n,) by how many dB their mean exceeds it; `balance` (n, groups) from -1 where both
    sidebands are those of a turning carrier to 1 where they are those of a swelling one, 0 for
    echoes; `gain` (n,) by how many dB the carrier changed since the frame before.
    """

    bands: Floats
    noise: Floats
    burst: Floats
    balance: Floats
    gain: Floats

    def __getitem__(self, index: int | slice) -> Doppler:
        """Some of the frames."""
        return Doppler(
            self.bands[index],
            self.noise[index],
            self.burst[index],
            self.balance[index],
            self.gain[index],
        )


@dataclass(frozen=True, slots=True, eq=False)
class Scale:
    """How the bins of a spectrum become bands, at a rate, a carrier and a speed of sound.

    `bands` (bins, BANDS) weights that sum to 1 a band; `far` the indices of the far bins;
    `groups` (positive bins, groups) which bins belong to a group.
    """

    rate: float
    bands: Floats
    far: NDArray[np.int_]
    groups: Floats


@cache
def scale_of(grid: Grid, carrier: float, sound_speed: float) -> Scale:
    """The scale for a carrier in Hz and a speed of sound in m/s."""
    bins = grid.window
    spacing = grid.rate / bins
    frequency = np.fft.fftfreq(bins, 1 / grid.rate)
    shift = 2 * carrier / sound_speed
    edges = np.minimum(np.array(EDGES) * shift, _FAR[1] * grid.rate)
    bands = np.zeros((bins, BANDS))
    for index, (slow, high) in enumerate(pairwise(edges)):
        # Where the rate ends below a speed, its band repeats what is heard of the last one.
        low = slow if high - slow >= spacing / 2 else high - spacing
        for side, column in ((1, BANDS // 2 + index), (-1, BANDS // 2 - 1 - index)):
            centre = frequency * side
            overlap = np.minimum(centre + spacing / 2, high) - np.maximum(centre - spacing / 2, low)
            bands[:, column] = np.clip(overlap, 0, None)
    bands /= bands.sum(axis=0)
    far = np.flatnonzero(
        (np.abs(frequency) >= _FAR[0] * grid.rate) & (np.abs(frequency) <= _FAR[1] * grid.rate)
    )
    limits = np.minimum(np.array(GROUPS) * shift, _FAR[1] * grid.rate)
    positive = frequency[1 : bins // 2]
    groups = (positive[:, None] >= limits[:-1]) & (positive[:, None] < limits[1:])
    return Scale(grid.rate, bands.astype(np.float32), far, groups.astype(np.float32))


@cache
def _density(window: int, rate: float) -> np.float32:
    """What turns squared magnitudes of a windowed spectrum into power per Hz."""
    return np.float32(1 / (rate * float(np.sum(hann(window).astype(np.float64) ** 2))))


def spectra(echoes: Complexes, sizes: Floats, gain: Floats, scale: Scale) -> Doppler:
    """The spectra of frames (n, microphones, window) relative to their carriers.

    `sizes` (n, microphones) are those of the carriers. Microphones count by the inverse of
    their noise, so one that hears no tone does not count. Frames may be shorter than the scale's
    window; what they show is blurred.
    """
    bins, window = len(scale.bands), echoes.shape[-1]
    spectrum = np.fft.fft(echoes * hann(window), bins, axis=-1)
    power = np.square(spectrum.real) + np.square(spectrum.imag)
    power *= _density(window, scale.rate)
    floors = np.median(power[..., scale.far], axis=-1) / np.float32(_MEDIAN_OF_POWER)
    weight = np.where(sizes > 0, 1 / np.maximum(floors, _LEAST), 0).astype(np.float32)
    weight /= np.maximum(weight.sum(axis=-1, keepdims=True), np.float32(_LEAST))
    pooled = np.einsum("nmb,nm->nb", power, weight)
    noise = np.einsum("nm,nm->n", floors, weight)
    up = spectrum[..., 1 : bins // 2]
    down = np.conj(spectrum[..., : bins - bins // 2 : -1])
    both = 2 * np.einsum("nmb,nm->nb", (up * np.conj(down)).real, weight)
    whole = np.einsum(
        "nmb,nm->nb",
        np.square(up.real) + np.square(up.imag) + np.square(down.real) + np.square(down.imag),
        weight,
    )
    balance = (both @ scale.groups) / np.maximum(whole @ scale.groups, _LEAST)
    far = pooled[:, scale.far].mean(axis=-1)
    return Doppler(
        bands=_decibels(pooled @ scale.bands),
        noise=_decibels(noise),
        burst=_decibels(far) - _decibels(noise),
        balance=balance.astype(np.float32),
        gain=gain.astype(np.float32),
    )


def _decibels(power: NDArray[np.floating]) -> Floats:
    level: Floats = (10 * np.log10(np.maximum(power, _LEAST))).astype(np.float32)
    return level
