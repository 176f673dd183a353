"""The C1001 (R60ABD1 family): a coarse breathing wave, rates, body movement and in bed."""

import math
import struct
from typing import ClassVar, override

import numpy as np

from ..core.house import Mount
from ..core.snapshot import Json
from .bed import RADIANS_PER_MM, BedRadar
from .frames import r60
from .parts import SensorSpec
from .sensor import Emission
from .world import World

_WAVE_SIZE = 5
_WAVE_ZERO = 128
_WAVE_PER_MM = 12.0
"""Five samples a second about 128 (manual 3.0); their scale is chosen."""

_BED_S = 30.0
"""How long it takes to say that somebody left the bed (same manual)."""

_DISTANCE_EVERY, _RATES_EVERY = 2, 3
"""Seconds between reports of distance and of rates; the rest comes every second or on change."""

_NOBODY, _STILL, _ACTIVE = 0, 1, 2
_ACTIVE_UNREST = 0.5


class C1001(BedRadar):
    """One report a second."""

    period = (0.2, 0.2)
    warm_up = 20.0
    """Chosen; not documented."""
    linger = 40.0
    """As the manual says of the end of presence."""
    stream: ClassVar[dict[str, Json]] = {"enc": "uart", "proto": "c1001"}

    def __init__(
        self, spec: SensorSpec, mount: Mount, room: str, world: World, rng: np.random.Generator
    ) -> None:
        super().__init__(spec, mount, room, world, rng)
        self._wave: list[int] = []
        self._said: dict[tuple[int, int], bytes] = {}
        self._in_bed_at = -math.inf
        self._reports = 0

    @override
    def _report(self, t: float, phase: float, heart: float) -> list[Emission]:
        sample = round(_WAVE_ZERO + _WAVE_PER_MM / RADIANS_PER_MM * phase)
        self._wave.append(min(255, max(0, sample)))
        if self._verdict.vital:
            self._in_bed_at = t
        if len(self._wave) < _WAVE_SIZE:
            return []
        data = b"".join(self._frames(t))
        self._wave = []
        return [Emission(t, self._spec.stream, data, flag=self._verdict.present)]

    def _frames(self, t: float) -> list[bytes]:
        verdict = self._verdict
        self._reports += 1
        in_bed = t - self._in_bed_at < _BED_S
        frames = [
            self._on_change(0x80, 0x01, bytes((verdict.present,))),
            self._on_change(0x80, 0x02, bytes((self._activity(),))),
            r60(0x80, 0x03, bytes((round(100 * verdict.unrest),))),
            r60(0x81, 0x05, bytes(self._wave)),
            self._on_change(0x84, 0x01, bytes((in_bed,))),
        ]
        if self._reports % _DISTANCE_EVERY == 0:
            frames.append(r60(0x80, 0x04, struct.pack(">H", round(100 * verdict.distance))))
        if self._reports % _RATES_EVERY == 0:
            frames.append(r60(0x81, 0x02, bytes((round(verdict.respiration),))))
            frames.append(r60(0x85, 0x02, bytes((round(verdict.heart),))))
        return frames

    def _activity(self) -> int:
        if not self._verdict.present:
            return _NOBODY
        return _ACTIVE if self._verdict.unrest > _ACTIVE_UNREST else _STILL

    def _on_change(self, control: int, command: int, data: bytes) -> bytes:
        if self._said.get((control, command)) == data:
            return b""
        self._said[control, command] = data
        return r60(control, command, data)
