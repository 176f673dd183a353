"""Waves without anybody's breath, and how often a rate is said of them all the same.

Made, not recorded. Noise whose power is all in the band of breath, such as a curtain in a draught
may give, is the hardest: for half a minute it can look like a breath in every respect.
"""

from collections.abc import Iterator
from itertools import pairwise
import math

import numpy as np

from ...core.reading import Breath, BreathUnit
from ...core.sleep import EPOCH_S
from ...sense.sleep.breathing import Breaths
from ..report import Entry, Table
from ..statistics import Share
from .airflow import Floats

HOURS = 4
_HZ = 9.0
_SEED = 3
_START = 1_700_000_010.0
_SCALE = 10.0
_STEP_S = 1.0
_SWAY_S = 4.0


def table() -> Table:
    """How many half minutes of each wave have a rate, and how much movement."""
    return Table(
        "respiration_nobody",
        f"Made: {HOURS} hours of waves that are no breath",
        ("wave", "half minutes with a rate", "half minutes with movement"),
        tuple(_row(name, times, wave) for name, times, wave in _waves()),
    )


def _row(name: str, times: Floats, wave: Floats) -> tuple[Entry, ...]:
    breaths, rates, movements, epochs = Breaths(), 0, 0, 0
    end = EPOCH_S * math.ceil(_START / EPOCH_S + 1.0)
    edges = np.searchsorted(times, np.arange(_START, times[-1], _STEP_S)).tolist()
    told, said = times.tolist(), wave.tolist()
    for first, last in pairwise(edges):
        if told[first] >= end:
            breathing, movement = breaths.epoch(end)
            rates += breathing is not None and breathing.rate is not None
            movements += movement is not None and movement.share > 0.0
            epochs += 1
            end += EPOCH_S
        piece = Breath(tuple(told[first:last]), tuple(said[first:last]), BreathUnit.RELATIVE)
        breaths.take(piece)
    return name, Share(rates, epochs), Share(movements, epochs)


def _waves() -> Iterator[tuple[str, Floats, Floats]]:
    rng = np.random.default_rng(_SEED)
    count = int(HOURS * 3600 * _HZ)
    gaps = np.maximum(0.2, rng.normal(1.0, 0.33, count)) / _HZ
    times: Floats = _START + np.cumsum(gaps)
    spectrum = np.fft.rfft(rng.normal(size=count))
    spectrum[1:] /= np.sqrt(np.arange(1, len(spectrum)))
    kernel = np.hanning(int(_SWAY_S * _HZ))
    made: dict[str, Floats] = {
        "white noise": rng.normal(size=count),
        "noise that falls with its frequency": np.fft.irfft(spectrum, count),
        "a phase that drifts at random": np.cumsum(rng.normal(size=count)),
        "a fan at 0.8 Hz": _turning(times, 0.8, 0.1, rng),
        "a fan at 1.9 Hz": _turning(times, 1.9, 0.1, rng),
        "a fan at 3.1 Hz": _turning(times, 3.1, 0.3, rng),
        "noise in the band of breath": np.convolve(rng.normal(size=count), kernel, "same"),
    }
    for name, wave in made.items():
        yield name, times, _SCALE * wave / float(wave.std())


def _turning(times: Floats, hertz: float, noise: float, rng: np.random.Generator) -> Floats:
    wave: Floats = np.sin(2.0 * np.pi * hertz * times) + noise * rng.normal(size=len(times))
    return wave
