"""What is really so in a room, to compare with what the engine says of it."""

from dataclasses import dataclass, field

import numpy as np

from ..core.house import Point, Room
from ..core.reading import MotionLevel
from .climate import Air
from .people import Walker
from .world import World

_MAJOR_M_S = 0.25
"""From here on somebody walks rather than reaches."""

_STIR = 0.5


@dataclass(frozen=True, slots=True)
class RoomTruth:
    """One room at one time. `still` says that people are there and none of them moves.

    `lying` counts people who lie; `respiration` holds breaths per minute over the last half
    minute of everybody who lies before a sleeper's node, by sleeper; `positions` are room
    coordinates. Pets and things do not count.
    """

    occupied: bool
    people: int
    moving: MotionLevel
    still: bool
    lying: int
    air: Air
    respiration: dict[str, float] = field(default_factory=dict)
    positions: tuple[Point, ...] = ()


def room_truth(world: World, room: Room, air: Air, t: float) -> RoomTruth:
    """The truth about a room at t seconds of the scenario."""
    at = np.array([t])
    inside: list[tuple[Walker, Point, bool]] = []
    level = MotionLevel.NONE
    for walker in world.walkers(room.id):
        states = walker.states(room.id, at)
        if not states.there[0]:
            continue
        inside.append((walker, (float(states.x[0]), float(states.y[0])), bool(states.lying[0])))
        if np.hypot(states.vx[0], states.vy[0]) >= _MAJOR_M_S:
            level = MotionLevel.MAJOR
        elif level is MotionLevel.NONE and states.activity[0] > _STIR:
            level = MotionLevel.MINOR
    return RoomTruth(
        occupied=bool(inside),
        people=len(inside),
        moving=level,
        still=bool(inside) and level is MotionLevel.NONE,
        lying=sum(lying for _, _, lying in inside),
        air=air,
        respiration=_respiration(room, inside, t),
        positions=tuple(place for _, place, _ in inside),
    )


def _respiration(
    room: Room, inside: list[tuple[Walker, Point, bool]], t: float
) -> dict[str, float]:
    mounts = {mount.source: mount for mount in room.mounts}
    rates: dict[str, float] = {}
    for sleeper in room.sleepers:
        mount = mounts.get(sleeper.node)
        nearest = min(
            (
                (np.hypot(place[0] - mount.x, place[1] - mount.y), walker.breathing)
                for walker, place, lying in inside
                if lying and mount is not None
            ),
            key=lambda pair: pair[0],
            default=None,
        )
        if nearest is not None and nearest[1] is not None:
            rates[sleeper.id] = nearest[1].rate(t)
    return rates
