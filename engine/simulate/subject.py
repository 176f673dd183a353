"""Whom a 60 GHz radar over a bed looks at, and what of him it gets: the nearest person."""

from dataclasses import dataclass

import numpy as np

from ..core.house import Mount
from .body import Flags, Floats, Kind
from .people import Walker
from .world import World

_REACH_M = 6.0
_VITAL_REACH_M = 1.5
_HALF_ANGLE_DEG = 60.0
_VITAL_HALF_ANGLE_DEG = 40.0
"""Presence up to 6 m, vital signs up to 1.5 m (Seeed's page of the MR60BHA2); its angles are 60
degrees for presence, and less for vital signs (chosen)."""

_WALKING_M_S = 0.3
"""At this speed a body drowns its own breathing wholly (chosen)."""

_REST_MM = 2.5
"""What the radar's high-pass takes off: about the mean displacement of a breathing chest."""


@dataclass(frozen=True, slots=True, eq=False)
class Subject:
    """The person before a radar at n times; arrays have the shape (n,).

    `present` says that somebody is in reach, `vital` that his chest is; `distance` metres;
    `chest` and `heart` millimetres about their mean; `unrest` 0-1 is how much he moves.
    `walker` is who it is at the last of the times, None for nobody.
    """

    present: Flags
    vital: Flags
    distance: Floats
    chest: Floats
    heart: Floats
    unrest: Floats
    walker: Walker | None


def watch(world: World, mount: Mount, room: str, times: Floats) -> Subject:
    """The nearest person before a radar at the given times."""
    count = len(times)
    nearest = np.full(count, np.inf)
    present, vital = np.zeros(count, bool), np.zeros(count, bool)
    chest, heart, unrest = np.zeros(count), np.zeros(count), np.zeros(count)
    walker: Walker | None = None
    inside = world.time(times)
    for sight in world.look(mount, room, times):
        body = sight.body
        if body.kind is not Kind.PERSON or not isinstance(body, Walker):
            continue
        seen = sight.within(mount.reach or _REACH_M, _HALF_ANGLE_DEG)
        closer = seen & (sight.distance < nearest)
        nearest = np.where(closer, sight.distance, nearest)
        near = sight.within(_VITAL_REACH_M, _VITAL_HALF_ANGLE_DEG)
        present |= seen
        vital = np.where(closer, near, vital)
        chest = np.where(closer, sight.chest - _REST_MM, chest)
        heart = np.where(closer, body.heart(inside), heart)
        moves = np.minimum(1.0, sight.speed / _WALKING_M_S + sight.activity)
        unrest = np.where(closer, moves, unrest)
        if count and closer[-1]:
            walker = body
    distance = np.where(np.isfinite(nearest), nearest, 0.0)
    return Subject(present, vital, distance, chest, heart, unrest, walker)
