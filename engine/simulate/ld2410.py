"""The LD2410: a 24 GHz radar that says moving or still, how strongly, and how far, 10 Hz.

Energies are formed per range gate; a gate counts when it passes the vendor's default threshold.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..core.house import Mount
from ..core.snapshot import Json
from .body import Floats, Kind
from .frames import LD2410_GATES, ld2410
from .parts import SensorSpec
from .sensor import VERDICT_PERIOD_S, Emission, Pulse, Ticks
from .world import Sight, World

_PERIOD_S = 0.1
_GATE_M = 0.75
_HALF_ANGLE_DEG = 60.0
"""Nine gates of 0.75 m, 60 degrees to either side (vendor's manual)."""

_MOVING_THRESHOLDS = np.array([50, 50, 40, 30, 20, 15, 15, 15, 15])
_STILL_THRESHOLDS = np.array([101, 101, 40, 40, 30, 30, 20, 20, 20])
"""Percent, the vendor's defaults; the first two still gates cannot be set and never count."""

_UNMANNED_S = 5.0
"""How long a target is reported after the last energy: the vendor's default."""

_MOVING_M_S = 0.1
_STIR = 0.5
_FULL_MOVING_M = 4.0
_FULL_STILL_M = 3.2
"""An adult saturates the moving energy up to here, and the still energy by breathing alone;
beyond, energy falls with the square of the distance because it is logarithmic (chosen)."""

_LEAK = 0.45
"""What a target leaves in the gates beside its own (chosen)."""

_NOISE = (4.0, 1.5)
"""Mean and spread of an empty gate's energy, percent: well below every threshold (chosen)."""

_DISTANCE_NOISE_M = 0.06

_PHANTOM_EVERY_S = 900.0
_PHANTOM_S = 1.5
_PHANTOM_ENERGY = 95
"""A stale moving energy reported again with no distance and empty gates, every 10 to 20 minutes
(reported to ESPHome for this radar)."""

_LIGHT = 128
"""The photodiode's byte, which is not simulated."""

_NOBODY = (0, 0, 0, 0, 0)

type _Bytes = NDArray[np.uint8]


@dataclass(slots=True)
class _Echo:
    """The strongest body at every time: percent and metres."""

    energy: Floats
    distance: Floats

    def take(self, energy: Floats, distance: Floats) -> None:
        stronger = energy > self.energy
        self.energy = np.where(stronger, energy, self.energy)
        self.distance = np.where(stronger, distance, self.distance)


class Ld2410:
    """One LD2410 at its mount, in basic or engineering mode."""

    def __init__(
        self, spec: SensorSpec, mount: Mount, room: str, world: World, rng: np.random.Generator
    ) -> None:
        self._spec = spec
        self._mount = mount
        self._room = room
        self._world = world
        self._rng = rng
        self._ticks = Ticks(rng, _PERIOD_S)
        self._pulse = Pulse(VERDICT_PERIOD_S)
        self._last = _NOBODY
        self._hold_until = 0.0
        self._phantom_at = self._next_phantom(0.0)

    def emit(self, end: float) -> list[Emission]:
        """A frame ten times a second, and the verdicts of the node."""
        times = self._ticks.take(end)
        count = len(times)
        gates = self._rng.normal(*_NOISE, (2, count, LD2410_GATES))
        moving = _Echo(np.zeros(count), np.zeros(count))
        still = _Echo(np.zeros(count), np.zeros(count))
        for sight in self._world.look(self._mount, self._room, times):
            if sight.body.kind is not Kind.PHANTOM:
                self._echo(sight, gates, moving, still)
        levels: _Bytes = np.clip(gates, 0, 100).astype(np.uint8)
        states = (levels[0] >= _MOVING_THRESHOLDS).any(axis=1) + 2 * (
            levels[1] >= _STILL_THRESHOLDS
        ).any(axis=1)
        noise = self._rng.normal(0.0, _DISTANCE_NOISE_M, (count, 2))
        rows = np.column_stack(
            (
                states,
                np.maximum(1, 100 * (moving.distance + noise[:, 0])),
                np.minimum(100, moving.energy),
                np.maximum(1, 100 * (still.distance + noise[:, 1])),
                np.minimum(100, still.energy),
            )
        ).astype(int)
        emissions: list[Emission] = []
        for k, (t, row) in enumerate(zip(times.tolist(), rows.tolist(), strict=True)):
            emissions += self._say(t, row, levels[0, k], levels[1, k])
        return emissions

    def announce(self) -> dict[str, Json]:
        """Serial frames."""
        return {self._spec.stream: {"enc": "uart", "proto": "ld2410"}}

    def _echo(self, sight: Sight, gates: Floats, moving: _Echo, still: _Echo) -> None:
        """Add what one body reflects to the gates."""
        seen = sight.within(self._mount.reach or _GATE_M * LD2410_GATES, _HALF_ANGLE_DEG)
        stirs = (sight.speed > _MOVING_M_S) | (sight.activity > _STIR)
        share = sight.body.cross_section / np.maximum(sight.distance, 0.3) ** 2
        full = np.minimum(1.0, share * _FULL_MOVING_M**2)
        strong = 100 * np.where(seen & stirs, full, 0.0)
        breathes = sight.body.kind is Kind.PERSON
        calm = 100 * np.minimum(1.0, share * _FULL_STILL_M**2) * (seen & breathes)
        gate = (sight.distance / _GATE_M).astype(int)
        rows = np.arange(len(gate))
        for beside, part in ((-1, _LEAK), (0, 1.0), (1, _LEAK)):
            column = np.clip(gate + beside, 0, LD2410_GATES - 1)
            for layer, energy in enumerate((strong, calm)):
                cells = gates[layer, rows, column]
                gates[layer, rows, column] = np.maximum(cells, part * energy)
        moving.take(strong, sight.distance)
        still.take(calm, sight.distance)

    def _say(self, t: float, row: list[int], moving: _Bytes, still: _Bytes) -> list[Emission]:
        state, moving_cm, moving_energy, still_cm, still_energy = row
        engineering = None
        if state:
            self._hold_until = t + _UNMANNED_S
            self._last = (state, moving_cm, moving_energy, still_cm, still_energy)
        elif t >= self._hold_until:
            self._last = _NOBODY
        state, moving_cm, moving_energy, still_cm, still_energy = self._last
        distance = moving_cm if state & 1 else still_cm
        if self._spec.phantoms and self._haunted(t, state):
            state, moving_cm, moving_energy, distance = 1, 0, _PHANTOM_ENERGY, 0
        if self._spec.form == "engineering":
            engineering = (moving.tobytes(), still.tobytes(), _LIGHT, int(state > 0))
        frame = ld2410(
            state, (moving_cm, moving_energy), (still_cm, still_energy), distance, engineering
        )
        present = state > 0
        emissions = [Emission(t, self._spec.stream, frame, flag=present)]
        if self._pulse.due(t, present):
            emissions.append(Emission(t, self._spec.stream, {"presence": present}, flag=present))
        return emissions

    def _haunted(self, t: float, state: int) -> bool:
        """Whether a phantom shows itself, which it does only in an empty room."""
        if t >= self._phantom_at + _PHANTOM_S:
            self._phantom_at = self._next_phantom(t)
        return state == 0 and t >= self._phantom_at

    def _next_phantom(self, t: float) -> float:
        return t + float(self._rng.uniform(0.67, 1.33)) * _PHANTOM_EVERY_S
