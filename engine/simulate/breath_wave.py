"""A node that demodulates by itself and sends the chest's phase as int16 chunks, one a second."""

from typing import ClassVar, override

import numpy as np

from ..core.house import Mount
from ..core.snapshot import Json
from .bed import BedRadar
from .parts import SensorSpec
from .sensor import Emission, Wave
from .world import World

_PERIOD_S = 0.1
_CHUNK = 10
_SCALE = 0.001
"""Radians a unit: int16 then holds 32 rad, more than a sigh moves the phase."""


class BreathWave(BedRadar):
    """Ten samples a second."""

    period = (_PERIOD_S, _PERIOD_S)
    warm_up = 30.0
    linger = 3.0
    """Chosen; no such product is modelled."""
    stream: ClassVar[dict[str, Json]] = {"enc": "wave", "rate_hz": 1 / _PERIOD_S, "scale": _SCALE}

    def __init__(
        self, spec: SensorSpec, mount: Mount, room: str, world: World, rng: np.random.Generator
    ) -> None:
        super().__init__(spec, mount, room, world, rng)
        self._first = 0.0
        self._samples: list[int] = []

    @override
    def _report(self, t: float, phase: float, heart: float) -> list[Emission]:
        if not self._samples:
            self._first = t
        self._samples.append(min(32767, max(-32768, round((phase + heart) / _SCALE))))
        if len(self._samples) < _CHUNK:
            return []
        wave = Wave(self._first, _PERIOD_S, np.array(self._samples, dtype=np.int16))
        self._samples = []
        return [Emission(t, self._spec.stream, wave, flag=self._verdict.present)]
