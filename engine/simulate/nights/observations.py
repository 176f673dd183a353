"""A simulated night as observations, as they reach a room: the quick way, without any bytes.

The fields of a second come together at its end, as nodes batch them; `messages` gives the same
night byte for byte.
"""

from collections.abc import Iterator
import math

import numpy as np

from ...core.observation import Observation
from ...core.reading import (
    Bed,
    BodyMovement,
    Breath,
    BreathUnit,
    Detection,
    Reading,
    Vitals,
)
from ..body import Floats
from .module import COARSE_ZERO, Told, Wave

HOLD_S = 60
"""The wave leaves the node for so long after the radar's presence flag was last up."""
_DELAY_S = 0.02


def observations(told: Told, site: str, node: str, start: float) -> Iterator[Observation]:
    """What a node tells, in order; `start` is the unix time at which the night begins."""
    unit = BreathUnit.RELATIVE if told.module.wave is Wave.COARSE else BreathUnit.RADIANS
    zero = COARSE_ZERO if told.module.wave is Wave.COARSE else 0.0
    seconds = len(told.present)
    edges = np.searchsorted(told.t, np.arange(seconds + 1)).tolist()
    times = (told.t + start).tolist()
    values = (told.wave - zero).tolist()
    rows = zip(
        told.present.tolist(),
        _some(told.distance),
        _some(told.respiration),
        _some(told.heart),
        _some(told.movement),
        _some(told.bed),
        told.heard.tolist(),
        strict=True,
    )
    open_until = -1
    for second, (present, distance, breath, heart, movement, bed, heard) in enumerate(rows):
        if present:
            open_until = second + HOLD_S
        if not heard:
            continue
        t = start + second + 1.0
        readings: list[Reading] = []
        low, high = edges[second], edges[second + 1]
        if second < open_until and low < high:
            readings.append(Breath(tuple(times[low:high]), tuple(values[low:high]), unit))
        readings.append(Detection(present=present, distance=distance))
        if breath is not None or heart is not None:
            readings.append(Vitals(breath, heart))
        if movement is not None:
            readings.append(BodyMovement(movement))
        if bed is not None:
            readings.append(Bed(occupied=bed > 0.0))
        for reading in readings:
            yield Observation(site, node, t + _DELAY_S, t, reading)


def _some(values: Floats) -> list[float | None]:
    return [None if math.isnan(value) else value for value in values.tolist()]
