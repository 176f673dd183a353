"""Air and light of a room: what people, lamps and the time of day do to them, slowly.

Temperature, water vapour and CO2 each follow dx/dt = gain * people - (x - rest) / tau, the
well mixed room. The equation is linear, so a looping scenario begins exactly where its round ends.
"""

from dataclasses import dataclass
import math

import numpy as np

from .body import Floats
from .parts import Plan
from .track import Pose
from .world import World

_STEP_S = 5.0
"""The grid on which the air is known; nothing in it changes faster."""

_HEIGHT_M = 2.5
"""Of an ordinary room."""

_OUTDOOR_CO2_PPM = 425.0
"""About the global mean of 2024-2025 (NOAA)."""

_AIR_CHANGE_PER_S = 0.5 / 3600
"""Half the air of a room an hour, the usual minimum for homes (EN 16798-1)."""

_BREATH_CO2_M3_S = 0.0044e-3
"""CO2 of one seated adult, about 0.0044 L/s (Persily and de Jonge, Indoor Air 27, 2017)."""

_BODY_HEAT_W = 80.0
"""Dry heat of one adult at rest (ISO 7730 gives about 100 W in all, part of it as vapour)."""

_BODY_VAPOUR_KG_S = 45e-3 / 3600
"""Water of breath and skin of one adult at rest, 40-50 g/h (same)."""

_ROOM_HEAT_J_PER_M3_K = 30_000.0
"""What warms with the air during hours: walls' skin and furniture, some 25 times the air itself
(chosen)."""

_ROOM_TAU_S = 2 * 3600.0
"""How fast a heated room returns to its set temperature (chosen)."""

_SUNRISE_H, _SUNSET_H = 7.0, 19.0
"""About an equinox."""

_LAMP_POSES = (Pose.STANDING, Pose.WALKING, Pose.SITTING)
"""The lamp is on while somebody is up."""


@dataclass(frozen=True, slots=True)
class Air:
    """Degrees Celsius, percent, lux and parts per million at one time."""

    temperature: float
    humidity: float
    illuminance: float
    co2: float


class Climate:
    """The air and light of one room over a whole scenario."""

    def __init__(self, plan: Plan, world: World) -> None:
        scenario = world.scenario
        steps = math.ceil(scenario.duration / _STEP_S)
        self._grid = np.array([k * _STEP_S for k in range(steps + 1)])
        people, lamp = _occupancy(plan, world, self._grid)
        volume = max(plan.area, 1.0) * _HEIGHT_M
        heat = _BODY_HEAT_W / (volume * _ROOM_HEAT_J_PER_M3_K)
        co2 = _BREATH_CO2_M3_S / volume * 1e6
        vapour = _BODY_VAPOUR_KG_S / volume
        loop = scenario.loop
        self._temperature = _mix(people * heat, plan.temperature, _ROOM_TAU_S, loop=loop)
        self._co2 = _mix(people * co2, _OUTDOOR_CO2_PPM, 1 / _AIR_CHANGE_PER_S, loop=loop)
        dry = plan.humidity / 100 * _saturation(np.array(plan.temperature))
        wet = _mix(people * vapour, float(dry), 1 / _AIR_CHANGE_PER_S, loop=loop)
        self._humidity = np.clip(100 * wet / _saturation(self._temperature), 0.0, 100.0)
        hour = scenario.hour + (0.0 if loop else 1.0) * self._grid / 3600
        self._light = plan.daylight * _daylight(hour) + plan.lamp * lamp

    def at(self, t: float) -> Air:
        """The truth at t seconds of the scenario."""
        return Air(
            temperature=float(np.interp(t, self._grid, self._temperature)),
            humidity=float(np.interp(t, self._grid, self._humidity)),
            illuminance=float(self._light[min(int(t / _STEP_S), len(self._light) - 1)]),
            co2=float(np.interp(t, self._grid, self._co2)),
        )


def _occupancy(plan: Plan, world: World, t: Floats) -> tuple[Floats, Floats]:
    """How many people are in the room, and whether the lamp is on for somebody who is up."""
    people, lamp = np.zeros_like(t), np.zeros_like(t)
    for walker in world.walkers(plan.room):
        there, _, _, _, _, pose = walker.track.where(plan.room, t)
        people += there
        lamp = np.maximum(lamp, there & np.isin(pose, _LAMP_POSES))
    return people, lamp


def _mix(source: Floats, rest: float, tau: float, *, loop: bool) -> Floats:
    """The solution over the grid; it begins at rest, or where the round will end."""
    keep = math.exp(-_STEP_S / tau)
    gains = (source * tau * (1 - keep)).tolist()
    excess = 0.0
    if loop:
        for gain in gains[:-1]:
            excess = keep * excess + gain
        excess /= 1 - keep ** (len(gains) - 1)
    course = []
    for gain in gains:
        course.append(rest + excess)
        excess = keep * excess + gain
    return np.array(course)


def _saturation(temperature: Floats) -> Floats:
    """Water that air can hold, kg/m³ (Magnus formula over the gas law)."""
    pressure = 610.94 * np.exp(17.625 * temperature / (temperature + 243.04))
    return pressure / (461.5 * (temperature + 273.15))


def _daylight(hour: Floats) -> Floats:
    """Share of the noon light at local hours that may run past midnight."""
    position = (hour % 24 - _SUNRISE_H) / (_SUNSET_H - _SUNRISE_H)
    return np.where((position > 0) & (position < 1), np.sin(np.pi * np.clip(position, 0, 1)), 0.0)
