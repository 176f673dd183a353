"""Breathing breath by breath: each has a length and a depth of its own (a renewal process)."""

import math

import numpy as np

from ..body import Floats
from . import figures
from .course import Course, Doing
from .drawing import by_quantiles
from .person import Person

_INHALE = 0.4
"""Part of a breath that is inhaling (chosen, within 0.35-0.45)."""
_WINDOW_S = 30.0

_PACE = {
    Doing.READING: (1.15, 0.20, 0.30),
    Doing.WATCHING: (1.10, 0.17, 0.30),
    Doing.LYING: (1.06, 0.13, 0.40),
    Doing.LIGHT: (1.00, 0.07, 0.50),
    Doing.DEEP: (1.02, 0.035, 0.60),
    Doing.REM: (1.05, 0.16, 0.40),
}
"""Pace beside quiet sleep, deviation of the length of a breath over its mean, and correlation of
one length with the next. Awake about 0.2 (Tobin and others, Chest 84, 1983); quickest and most
irregular in REM, steadiest in deep sleep (Douglas and others, Thorax 37, 1982); values chosen."""

_DEPTH = {Doing.REM: 0.8, Doing.DEEP: 1.05, Doing.READING: 1.1}
"""Depth beside light sleep: ventilation falls in REM (same source; chosen)."""
_DEPTH_SPREAD = {Doing.DEEP: 0.06, Doing.LIGHT: 0.1}
_DEPTH_SPREAD_ELSE = 0.2

_SIGHS_PER_HOUR = {Doing.LIGHT: 12.0, Doing.DEEP: 5.0, Doing.REM: 6.0}
_SIGHS_AWAKE = 15.0
"""Of the order of one in five minutes (Li and others, Nature 530, 2016)."""
_SIGH = (2.2, 1.4)
"""Depth and length of a sigh beside a breath."""

_FAINT = 0.08
"""What is left of the chest's movement in an apnea (chosen)."""


class RenewalBreaths:
    """Breaths that begin at `starts`, with their depths in mm."""

    def __init__(self, starts: Floats, depths: Floats) -> None:
        self._starts, self._depths = starts, depths
        self._index = np.arange(len(starts), dtype=np.float64)

    def chest(self, t: Floats) -> Floats:
        """Displacement about the mean, mm."""
        phase = np.interp(t, self._starts, self._index)
        breath = np.minimum(phase.astype(np.intp), len(self._depths) - 1)
        part = phase - breath
        swing = np.where(
            part < _INHALE, part / _INHALE / 2, (1 + (part - _INHALE) / (1 - _INHALE)) / 2
        )
        chest: Floats = -self._depths[breath] * np.cos(2 * np.pi * swing) / 2
        return chest

    def rate(self, t: Floats) -> Floats:
        """Breaths a minute over the half minute before times t."""
        ends = np.interp(t, self._starts, self._index)
        before = np.interp(t - _WINDOW_S, self._starts, self._index)
        rate: Floats = (ends - before) * 60.0 / _WINDOW_S
        return rate


def renewal_breaths(rng: np.random.Generator, course: Course, person: Person) -> RenewalBreaths:
    """A night of breaths; where somebody is away they breathe as if they lay awake."""
    starts, depths = [-_WINDOW_S - 10.0], [person.chest_mm]
    t, deviation, faint_until, next_apnea = 0.0, 0.0, -1.0, math.inf
    starts.append(0.0)
    depths.append(person.chest_mm)
    mean = 60.0 / person.bpm
    for start, end, doing in course.spans():
        pace, spread, memory = _PACE.get(doing, _PACE[Doing.LYING])
        depth = _DEPTH.get(doing, 1.0) * person.chest_mm
        depth_spread = _DEPTH_SPREAD.get(doing, _DEPTH_SPREAD_ELSE)
        sighs = _SIGHS_PER_HOUR.get(doing, _SIGHS_AWAKE) / 3600 * mean
        if doing in (Doing.LIGHT, Doing.REM) and person.apneas > 0.0:
            next_apnea = min(next_apnea, start + float(rng.exponential(3600 / person.apneas)))
        else:
            next_apnea = math.inf
        count = int(max(0.0, end - t) / (mean / pace) * 1.5) + 16
        noise = rng.standard_normal((2, count)).tolist()
        chance = rng.uniform(size=count).tolist()
        for k in range(count):
            if t >= end:
                break
            deviation = memory * deviation + math.sqrt(1 - memory**2) * noise[0][k]
            length = mean / pace * min(1.7, max(0.5, 1 + spread * deviation))
            deep = depth * min(1.8, max(0.3, 1 + depth_spread * noise[1][k]))
            if chance[k] < sighs:
                deep, length = deep * _SIGH[0], length * _SIGH[1]
            if t >= next_apnea:
                faint_until = t + by_quantiles(rng, (0.1, 0.5, 0.9), figures.APNEA_S)
                gap = by_quantiles(rng, figures.QUANTILES, figures.APNEA_GAP_S)
                # Apneas come in runs, with longer times between these.
                pause = gap if rng.uniform() < 0.7 else float(rng.exponential(7200 / person.apneas))
                next_apnea = faint_until + pause
            if t < faint_until:
                deep *= _FAINT
            t += length
            starts.append(t)
            depths.append(deep)
    starts.append(max(t, course.end) + mean)
    depths.append(person.chest_mm)
    # The breath that begins at starts[k] has the depth drawn with it.
    return RenewalBreaths(np.array(starts), np.array([*depths[1:], person.chest_mm]))
