"""Sensors for air and light, and the infrared motion detector: both speak JSON samples."""

import numpy as np

from ..core.house import Mount
from ..core.snapshot import Json
from .body import Kind
from .climate import Climate
from .parts import SensorSpec
from .sensor import Emission, Pulse, Ticks
from .world import World

_PERIOD_S = 30.0
_TEMPERATURE_NOISE = 0.03
_HUMIDITY_NOISE = 0.3
_LIGHT_NOISE = 0.02
_CO2_NOISE = 8.0
"""Repeatability of the usual parts: SHT4x 0.04 °C and 0.08 % (here with the air's own unrest),
BH1750 and SCD4x ±10 ppm (vendors' data sheets)."""

_PIR_PERIOD_S = 0.1
_PIR_REACH_M = 7.0
_PIR_HALF_ANGLE_DEG = 55.0
"""HC-SR501: up to 7 m in a cone of about 110 degrees (vendor)."""

_PIR_SPEED_M_S = 0.3
_PIR_STIR = 0.5
_PIR_STIR_REACH_M = 2.5
"""It sees walking everywhere, an arm only nearby (chosen)."""

_WARM = (Kind.PERSON, Kind.PET)

_PIR_HOLD_S = 2.5
"""How long its output stays on; adjustable on real ones (chosen)."""

_PIR_REFRESH_S = 60.0
"""How often an unchanged state is said again (chosen)."""


class Environment:
    """Temperature, humidity, light and CO2 twice a minute."""

    def __init__(
        self, spec: SensorSpec, climate: Climate, world: World, rng: np.random.Generator
    ) -> None:
        self._spec = spec
        self._climate = climate
        self._world = world
        self._rng = rng
        self._ticks = Ticks(rng, _PERIOD_S)

    def emit(self, end: float) -> list[Emission]:
        """One sample a period."""
        emissions = []
        times = self._ticks.take(end)
        for t, inside in zip(times.tolist(), self._world.time(times).tolist(), strict=True):
            air = self._climate.at(inside)
            noise = self._rng.standard_normal(4).tolist()
            data: dict[str, Json] = {
                "temp": round(air.temperature + _TEMPERATURE_NOISE * noise[0], 2),
                "rh": round(min(100.0, max(0.0, air.humidity + _HUMIDITY_NOISE * noise[1])), 1),
                "lux": round(max(0.0, air.illuminance * (1 + _LIGHT_NOISE * noise[2])), 1),
                "co2": round(max(0.0, air.co2 + _CO2_NOISE * noise[3])),
            }
            emissions.append(Emission(t, self._spec.stream, data))
        return emissions

    def announce(self) -> dict[str, Json]:
        """One stream of samples."""
        return {self._spec.stream: {"enc": "json"}}


class Pir:
    """A motion detector: major on movement, none after a pause; repeated once a minute."""

    def __init__(
        self, spec: SensorSpec, mount: Mount, room: str, world: World, rng: np.random.Generator
    ) -> None:
        self._spec = spec
        self._mount = mount
        self._room = room
        self._world = world
        self._ticks = Ticks(rng, _PIR_PERIOD_S)
        self._pulse = Pulse(_PIR_REFRESH_S)
        self._hold_until = 0.0

    def emit(self, end: float) -> list[Emission]:
        """A sample on every change and every minute."""
        times = self._ticks.take(end)
        trigger = np.zeros(times.shape, bool)
        for sight in self._world.look(self._mount, self._room, times):
            if sight.body.kind not in _WARM:
                continue
            near = sight.distance <= _PIR_STIR_REACH_M
            moves = (sight.speed > _PIR_SPEED_M_S) | (near & (sight.activity > _PIR_STIR))
            trigger |= sight.within(_PIR_REACH_M, _PIR_HALF_ANGLE_DEG) & moves
        emissions = []
        for t, hit in zip(times.tolist(), trigger.tolist(), strict=True):
            if hit:
                self._hold_until = t + _PIR_HOLD_S
            on = t < self._hold_until
            if self._pulse.due(t, on):
                state: dict[str, Json] = {"state": "major" if on else "none", "score": float(on)}
                emissions.append(Emission(t, self._spec.stream, {"motion": state}))
        return emissions

    def announce(self) -> dict[str, Json]:
        """One stream of samples."""
        return {self._spec.stream: {"enc": "json"}}
