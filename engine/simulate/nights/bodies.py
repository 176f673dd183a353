"""Who and what a radar beside a bed may see: sleepers, partners, animals, fans, curtains."""

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from ..body import Flags, Floats
from .course import Course, Doing
from .person import Breaths, Person, Stirs

_DOOR_M = 3.2
"""Where who comes in or leaves is first or last seen."""
_WALK_UNREST = 1.0
_GAIT_M, _GAIT_HZ = 0.03, 1.8
"""How the trunk moves with the steps."""
_STEP_ASIDE_M = 0.25
"""Who walks to the bed passes nearer to the node than they lie, through the strip beside it."""
_SITTING_M = 0.06
"""Who reads sits up, nearer to the head of the bed (chosen)."""
_HEART_MM = 0.3
"""Peak-to-peak movement of the chest by the heart, 0.2-0.5 mm (Droitcour, Stanford 2006)."""


@dataclass(frozen=True, slots=True, eq=False)
class Look:
    """A body at n times, shape (n,) each.

    `there` before the radar; `distance` metres; `moved` mm of fine movement along the line of
    sight, which the phase follows; `strength` how much of the wave it sends back at 1 m, 1 for an
    adult's chest; `unrest` 0-1; `breath` and `heart` per minute, NaN of what does not live.
    """

    there: Flags
    distance: Floats
    moved: Floats
    strength: Floats
    unrest: Floats
    breath: Floats
    heart: Floats


class Body(Protocol):
    """What may be before the radar."""

    def look(self, t: Floats) -> Look:
        """It at times t, rising, seconds from the beginning of the night."""


@dataclass(frozen=True, slots=True, eq=False)
class InBed:
    """A person or an animal that comes, lies and goes. `walks` past the node to get there."""

    person: Person
    course: Course
    breaths: Breaths
    stirs: Stirs
    walks: bool = True

    def look(self, t: Floats) -> Look:
        """How they are at times t."""
        person, doing = self.person, self.course.at(t)
        walking = doing == Doing.WALKING
        offset = self.stirs.offset(t)
        upright = (doing == Doing.READING) | (doing == Doing.WATCHING)
        way, steps = self._way(t, walking)
        distance = np.where(walking, way, person.place + offset - _SITTING_M * upright)
        heart = self.heart(doing, t)
        beat = _HEART_MM / 2 * np.sin(2 * np.pi * np.cumsum(heart * np.gradient(t)) / 60.0)
        chest = self.breaths.chest(t) * self.stirs.gain(t)
        moved = np.where(walking, 1000.0 * (steps + way), 1000.0 * offset + chest + beat)
        unrest = np.where(walking, _WALK_UNREST, self.stirs.unrest(t))
        return Look(
            there=doing != Doing.AWAY,
            distance=np.maximum(distance, 0.15),
            moved=moved,
            strength=np.full(len(t), person.size),
            unrest=unrest,
            breath=self.breaths.rate(t),
            heart=heart,
        )

    def heart(self, doing: NDArray[np.int_], t: Floats) -> Floats:
        """Beats a minute: slower asleep, slowest late in the night (chosen)."""
        faster = np.select(
            [doing <= Doing.WALKING, doing <= Doing.LYING, doing == Doing.REM],
            [1.35, 1.15, 1.06],
            1.0,
        )
        decline = 1.0 - 0.05 * np.clip(t / max(self.course.end, 1.0), 0.0, 1.0)
        return np.asarray(self.person.heart * faster * decline)

    def _way(self, t: Floats, walking: Flags) -> tuple[Floats, Floats]:
        """Distance while walking, and the sway of the steps: in from the door, or out to it."""
        way = np.full(len(t), self.person.place)
        for start, end, doing in self.course.spans():
            if doing is not Doing.WALKING or end <= start:
                continue
            low, high = np.searchsorted(t, (start, end))
            part = (t[low:high] - start) / (end - start)
            before = self.course.at(np.array([start - 1.0]))[0]
            part = part if before == Doing.AWAY else 1.0 - part
            beside = max(0.25, self.person.place - _STEP_ASIDE_M) if self.walks else _DOOR_M / 2
            stops = (_DOOR_M, beside, self.person.place)
            way[low:high] = np.interp(part, (0.0, 0.75, 1.0), stops)
        return way, np.where(walking, _GAIT_M * np.sin(2 * np.pi * _GAIT_HZ * t), 0.0)
