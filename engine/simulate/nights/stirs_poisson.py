"""Movements that come independently of one another, each smooth, and turns that change posture."""

import numpy as np

from ..body import Floats
from .course import Course, Doing
from .person import Person

_PER_HOUR = {
    Doing.READING: 80.0,
    Doing.WATCHING: 35.0,
    Doing.LYING: 22.0,
    Doing.LIGHT: 7.0,
    Doing.DEEP: 1.0,
    Doing.REM: 5.0,
}
"""Movements in an hour: a page is turned every 45 s or so; lying awake and asleep of the order of
wrist and video studies, most in wake and fewest in deep sleep (Wilde-Frenz and Schulz, Perceptual
and Motor Skills 56, 1983); values chosen."""
_TURNS = {Doing.LYING: 0.3, Doing.LIGHT: 0.3, Doing.REM: 0.15, Doing.DEEP: 0.3}
"""Part of the movements that are turning over."""
_SMALL_M = (0.004, 0.05)
_SMALL_S = (0.7, 3.0)
_TURN_M = (0.08, 0.25)
_TURN_S = (2.5, 7.0)
_PLACE_SPREAD_M = 0.05
_GAIN = (0.35, 1.3)
"""How much of the chest's movement is towards the radar, from back to side (chosen)."""
_FULL_M_S = 0.06
"""Speed at which a movement counts as full unrest (chosen)."""


class PoissonStirs:
    """Movements as parallel arrays, and postures that hold from one turn to the next."""

    def __init__(
        self, begins: Floats, lengths: Floats, reaches: Floats, turned: Floats, postures: Floats
    ) -> None:
        room = np.diff(begins, append=np.inf)
        self._begins = np.concatenate(([-np.inf], begins))
        self._lengths = np.concatenate(([1.0], np.maximum(np.minimum(lengths, room), 0.05)))
        self._reaches = np.concatenate(([0.0], reaches))
        self._turned = turned
        self._places, self._gains = postures

    def offset(self, t: Floats) -> Floats:
        """Metres from where it lies."""
        part, reach, _ = self._now(t)
        offset: Floats = reach * np.sin(np.pi * part) ** 2
        return offset + self._smooth(self._places, t)

    def unrest(self, t: Floats) -> Floats:
        """How much it moves, 0-1."""
        part, reach, length = self._now(t)
        moving = (part > 0.0) & (part < 1.0)
        unrest: Floats = moving * np.minimum(1.0, np.pi * np.abs(reach) / length / _FULL_M_S)
        return unrest

    def gain(self, t: Floats) -> Floats:
        """How much of the chest's movement is seen."""
        return self._smooth(self._gains, t)

    def _now(self, t: Floats) -> tuple[Floats, Floats, Floats]:
        k = np.searchsorted(self._begins, t, side="right") - 1
        part = np.clip((t - self._begins[k]) / self._lengths[k], 0.0, 1.0)
        return part, self._reaches[k], self._lengths[k]

    def _smooth(self, values: Floats, t: Floats) -> Floats:
        """The value of the posture; it changes while the body turns."""
        k = np.searchsorted(self._turned, t, side="right")
        before = values[np.maximum(k - 1, 0)]
        since = t - np.concatenate(([-np.inf], self._turned))[k]
        share = np.clip(since / _TURN_S[0], 0.0, 1.0)
        return np.where(k > 0, before + share * (values[k] - before), values[0])


def poisson_stirs(rng: np.random.Generator, course: Course, person: Person) -> PoissonStirs:
    """A night of movements."""
    rows: list[tuple[float, float, float, bool]] = []
    for start, end, doing in course.spans():
        often = _PER_HOUR.get(doing, 0.0) * person.restless
        count = int(rng.poisson(often * max(0.0, end - start) / 3600))
        for at in sorted(rng.uniform(start, end, count).tolist()):
            turn = bool(rng.uniform() < _TURNS.get(doing, 0.0))
            reach = rng.uniform(*(_TURN_M if turn else _SMALL_M)) * rng.choice((-1.0, 1.0))
            rows.append((at, rng.uniform(*(_TURN_S if turn else _SMALL_S)), float(reach), turn))
    turned = np.array([at for at, _, _, turn in rows if turn])
    postures = np.stack(
        (
            rng.normal(0.0, _PLACE_SPREAD_M, len(turned) + 1),
            rng.uniform(*_GAIN, len(turned) + 1),
        )
    )
    begins, lengths, reaches = np.array([row[:3] for row in rows]).T if rows else np.empty((3, 0))
    return PoissonStirs(begins, lengths, reaches, turned, postures)
