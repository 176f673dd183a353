"""Breathing as an oscillator whose frequency and depth wander, with a wave of two harmonics."""

import math

import numpy as np
from numpy.typing import NDArray

from ..body import Floats
from .course import Course, Doing
from .drawing import wander
from .person import Person

_STEP_S = 0.5
_WINDOW_S = 30.0

_FREQUENCY = {
    Doing.READING: (0.16, 0.22),
    Doing.WATCHING: (0.12, 0.16),
    Doing.LYING: (0.05, 0.15),
    Doing.LIGHT: (0.0, 0.08),
    Doing.DEEP: (-0.02, 0.03),
    Doing.REM: (0.08, 0.20),
}
"""Logarithm of the frequency beside quiet sleep, and its deviation, by what is done: the order of
Tobin and others (1983) and Douglas and others (1982); values chosen."""
_MEMORY_S = {Doing.DEEP: 40.0, Doing.LIGHT: 15.0, Doing.REM: 5.0}
_MEMORY_ELSE_S = 8.0
_DEPTH_SPREAD = {Doing.DEEP: 0.05, Doing.LIGHT: 0.12, Doing.REM: 0.3}
_DEPTH_SPREAD_ELSE = 0.25
_DEPTH_MEMORY_S = 6.0

_SIGH_EVERY_S = 330.0
_SIGH_S = 3.0
_SIGH_DEPTH = (1.6, 2.6)
_PAUSE_AFTER_SIGH_S = 4.0
"""A sigh is often followed by a short pause (chosen)."""

_APNEA_S = (2.9, 0.3)
"""Mean and deviation of the logarithm of an apnea's seconds (median 18, as in UCDDB)."""
_APNEA_LEFT = (0.02, 0.5)
"""What is left of the movement: nearly nothing to a hypopnea's half."""
_EDGE_S = 3.0


class OscillatorBreaths:
    """Phase in turns and depth in mm on an even grid."""

    def __init__(self, turns: Floats, depths: Floats, overtone: float, lead: float) -> None:
        self._turns, self._depths = turns, depths
        self._overtone, self._lead = overtone, lead
        self._grid = np.arange(len(turns)) * _STEP_S - _WINDOW_S

    def chest(self, t: Floats) -> Floats:
        """Displacement about the mean, mm."""
        angle = 2 * np.pi * np.interp(t, self._grid, self._turns)
        depth = np.interp(t, self._grid, self._depths)
        wave = -np.cos(angle) + self._overtone * np.cos(2 * angle + self._lead)
        chest: Floats = depth / 2 * wave
        return chest

    def rate(self, t: Floats) -> Floats:
        """Breaths a minute over the half minute before times t."""
        turned = np.interp(t, self._grid, self._turns)
        turned -= np.interp(t - _WINDOW_S, self._grid, self._turns)
        rate: Floats = turned * 60.0 / _WINDOW_S
        return rate


def oscillator_breaths(
    rng: np.random.Generator, course: Course, person: Person
) -> OscillatorBreaths:
    """A night of breathing."""
    grid: Floats = np.arange(-_WINDOW_S, course.end + _WINDOW_S, _STEP_S, dtype=np.float64)
    doings = course.at(grid)
    shift, spread, memory = (np.empty(len(grid)) for _ in range(3))
    depth_spread = np.empty(len(grid))
    for doing in Doing:
        here = doings == doing
        pace = _FREQUENCY.get(doing, _FREQUENCY[Doing.LYING])
        shift[here], spread[here] = pace
        memory[here] = math.exp(-_STEP_S / _MEMORY_S.get(doing, _MEMORY_ELSE_S))
        depth_spread[here] = _DEPTH_SPREAD.get(doing, _DEPTH_SPREAD_ELSE)
    wandering = _with_memory(rng, memory)
    hertz = person.bpm / 60 * np.exp(shift + spread * wandering)
    depths = person.chest_mm * np.exp(
        depth_spread * wander(rng, len(grid), math.exp(-_STEP_S / _DEPTH_MEMORY_S))
    )
    for at in np.cumsum(rng.exponential(_SIGH_EVERY_S, int(course.end / _SIGH_EVERY_S * 2) + 5)):
        bump = np.exp(-0.5 * ((grid - at) / (_SIGH_S / 2)) ** 2)
        depths *= 1 + (rng.uniform(*_SIGH_DEPTH) - 1) * bump
        after = (grid > at + _SIGH_S) & (grid < at + _SIGH_S + _PAUSE_AFTER_SIGH_S)
        hertz[after] *= 0.3
    depths *= _apneas(rng, grid, doings, person.apneas)
    turns = np.cumsum(hertz) * _STEP_S
    return OscillatorBreaths(turns, depths, rng.uniform(0.05, 0.3), rng.uniform(-1.0, 1.0))


def _with_memory(rng: np.random.Generator, memory: Floats) -> Floats:
    """A process of variance 1 whose memory changes from step to step."""
    noise = (rng.standard_normal(len(memory)) * np.sqrt(1 - memory**2)).tolist()
    found = np.empty(len(memory))
    last = 0.0
    for k, (share, each) in enumerate(zip(memory.tolist(), noise, strict=True)):
        last = share * last + each
        found[k] = last
    return found


def _apneas(
    rng: np.random.Generator, grid: Floats, doings: NDArray[np.int_], per_hour: float
) -> Floats:
    """What is left of the movement at each time."""
    left = np.ones(len(grid))
    if per_hour <= 0.0:
        return left
    disturbed = (doings == Doing.LIGHT) | (doings == Doing.REM)
    chance = per_hour * _STEP_S / 3600
    begins = np.flatnonzero(disturbed & (rng.uniform(size=len(grid)) < chance))
    for k in begins.tolist():
        end = grid[k] + float(rng.lognormal(*_APNEA_S))
        inside = 1 / (1 + np.exp(-np.clip((grid - grid[k]) / _EDGE_S * 4, -50, 50)))
        inside *= 1 / (1 + np.exp(np.clip((grid - end) / _EDGE_S * 4, -50, 50)))
        left *= 1 - (1 - rng.uniform(*_APNEA_LEFT)) * inside
    return left
