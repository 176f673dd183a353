"""Airflow in the forms in which radars would tell of it.

The flow itself is a wave like any other. A chest follows the volume, which is the flow summed up;
in radians it turns by 4 pi per wavelength. Made from real breathing, but what a radar adds, such as
posture, range and clutter, is not in it.
"""

from collections.abc import Callable, Iterator
from enum import StrEnum
from itertools import pairwise

import numpy as np

from ...core.reading import Breath, BreathUnit
from .airflow import Even, Floats

_SEED = 11
_CHEST_MM = 4.0
"""Millimetres that a chest moves in an ordinary breath, towards a radar beside the bed."""
_WAVELENGTH_MM = 4.96
"""At 60.5 GHz."""
_UNEVEN = 0.33
"""Spread of the gaps between samples, as a share."""
_DRIFT_S = 60.0
_LEVELS = 50.0
_NOISE_RAD = 0.5
_CHUNK_S = 1.0


class Form(StrEnum):
    """What is sent, and how often."""

    FLOW = "flow, uneven 9 Hz"
    PHASE = "chest as phase, wrapped, uneven 9 Hz"
    NOISY = "the same with 0.5 rad of noise"
    BYTES = "chest in 100 steps, 5 Hz"
    DROWNED = "chest with as much white noise, uneven 9 Hz"


def pieces(flow: Even, form: Form) -> Iterator[Breath]:
    """A session in pieces of a second."""
    rng = np.random.default_rng(_SEED)
    times, values, unit = _FORMS[form](flow, rng)
    edges = np.searchsorted(times, np.arange(flow.start, flow.end + _CHUNK_S, _CHUNK_S))
    told, said = times.tolist(), values.tolist()
    for first, last in pairwise(edges.tolist()):
        if last > first:
            yield Breath(tuple(told[first:last]), tuple(said[first:last]), unit)


type _Wave = tuple[Floats, Floats, BreathUnit]


def _flow(flow: Even, rng: np.random.Generator) -> _Wave:
    times = _uneven(flow, 9.0, rng)
    return times, _at(flow, flow.values, times), BreathUnit.RELATIVE


def _phase(flow: Even, rng: np.random.Generator, noise: float = 0.0) -> _Wave:
    times = _uneven(flow, 9.0, rng)
    chest = _at(flow, _chest(flow), times) * 4.0 * np.pi / _WAVELENGTH_MM
    chest += noise * rng.normal(size=len(chest))
    return times, (chest + np.pi) % (2.0 * np.pi) - np.pi, BreathUnit.RADIANS


def _noisy(flow: Even, rng: np.random.Generator) -> _Wave:
    return _phase(flow, rng, _NOISE_RAD)


def _bytes(flow: Even, _rng: np.random.Generator) -> _Wave:
    times: Floats = flow.start + np.arange(int((flow.end - flow.start) * 5.0)) / 5.0
    chest = _at(flow, _chest(flow), times) / _CHEST_MM
    return times, np.round(_LEVELS * np.clip(chest, -1.0, 1.0)), BreathUnit.RELATIVE


def _drowned(flow: Even, rng: np.random.Generator) -> _Wave:
    times = _uneven(flow, 9.0, rng)
    chest = _at(flow, _chest(flow), times)
    noise = float(chest.std()) * rng.normal(size=len(chest))
    return times, chest + noise, BreathUnit.RELATIVE


_FORMS: dict[Form, Callable[[Even, np.random.Generator], _Wave]] = {
    Form.FLOW: _flow,
    Form.PHASE: _phase,
    Form.NOISY: _noisy,
    Form.BYTES: _bytes,
    Form.DROWNED: _drowned,
}


def _uneven(flow: Even, rate: float, rng: np.random.Generator) -> Floats:
    gaps = rng.normal(1.0, _UNEVEN, int((flow.end - flow.start) * rate))
    times = flow.start + np.cumsum(np.maximum(gaps, 0.2)) / rate
    inside: Floats = times[times < flow.end]
    return inside


def _at(flow: Even, values: Floats, times: Floats) -> Floats:
    return np.interp(times, flow.start + np.arange(len(values)) / flow.rate, values)


def _chest(flow: Even) -> Floats:
    """Millimetres around a slow mean: the volume, of which a device's leaks are taken off."""
    volume = np.cumsum(flow.values) / flow.rate
    half = round(_DRIFT_S * flow.rate) // 2
    sums = np.concatenate([np.zeros(1), np.cumsum(volume)])
    places = np.arange(len(volume))
    first, last = np.maximum(places - half, 0), np.minimum(places + half, len(volume))
    volume -= (sums[last] - sums[first]) / np.maximum(last - first, 1)
    low, high = np.percentile(volume, (10, 90))
    chest: Floats = volume * _CHEST_MM / (high - low)
    return chest
