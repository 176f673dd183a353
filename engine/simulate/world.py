"""Everything in the rooms of a scenario, and how a sensor at its mount sees it."""

from dataclasses import dataclass
import math

import numpy as np

from ..core.house import Mount
from .body import Body, Flags, Floats
from .people import Walker, make_person, make_pet
from .scenario import Scenario
from .things import make_things


@dataclass(frozen=True, slots=True, eq=False)
class Sight:
    """One body from one mount at n times; arrays have the shape (n,), node coordinates.

    `key` tells bodies apart; `visible` says that it is in the room; `x`, `y`, `distance` metres;
    `angle` radians off the direction of sight; `radial` m/s, positive receding; `speed` m/s in
    any direction.
    """

    key: int
    body: Body
    visible: Flags
    x: Floats
    y: Floats
    distance: Floats
    angle: Floats
    radial: Floats
    speed: Floats
    activity: Floats
    chest: Floats
    lying: Flags

    def within(self, reach: float, half_angle: float) -> Flags:
        """Where it is in the room and inside the field of view (metres, degrees)."""
        return (
            self.visible
            & (self.distance <= reach)
            & (np.abs(self.angle) <= math.radians(half_angle))
        )


class World:
    """The bodies of a scenario. Times are seconds since its beginning; a looping one repeats."""

    def __init__(self, scenario: Scenario, rng: np.random.Generator) -> None:
        self.scenario = scenario
        self.people = [make_person(each, scenario, rng) for each in scenario.people]
        pets = [make_pet(each, scenario.plan(each.room), rng) for each in scenario.pets]
        walkers: list[Body] = [*self.people, *pets]
        self.bodies = walkers + make_things(scenario.things, walkers, rng)
        self._by_room = {
            plan.room: [
                (key, body) for key, body in enumerate(self.bodies) if plan.room in body.rooms
            ]
            for plan in scenario.plans
        }

    def time(self, t: Floats) -> Floats:
        """Times within the scenario, of times that may lie in a later round."""
        return t % self.scenario.duration if self.scenario.loop else t

    def walkers(self, room: str) -> list[Walker]:
        """The people who are ever in the room."""
        return [each for each in self.people if room in each.rooms]

    def look(self, mount: Mount, room: str, t: Floats) -> list[Sight]:
        """What a sensor has before it at the times t, only bodies that are ever there."""
        t = self.time(t)
        seen = (_sight(mount, key, body, room, t) for key, body in self._by_room[room])
        return [each for each in seen if each is not None]


def _sight(mount: Mount, key: int, body: Body, room: str, t: Floats) -> Sight | None:
    states = body.states(room, t)
    if not states.there.any():
        return None
    x, y = _to_node(mount, states.x - mount.x, states.y - mount.y)
    vx, vy = _to_node(mount, states.vx, states.vy)
    distance = np.maximum(np.hypot(x, y), 1e-3)
    return Sight(
        key=key,
        body=body,
        visible=states.there,
        x=x,
        y=y,
        distance=distance,
        angle=np.arctan2(x, y),
        radial=(x * vx + y * vy) / distance,
        speed=np.hypot(vx, vy),
        activity=states.activity,
        chest=states.chest,
        lying=states.lying,
    )


def _to_node(mount: Mount, x: Floats, y: Floats) -> tuple[Floats, Floats]:
    """Undo Mount.to_room for differences of positions, or for velocities."""
    angle = math.radians(mount.rotation)
    side = x * math.cos(angle) + y * math.sin(angle)
    away = y * math.cos(angle) - x * math.sin(angle)
    return (-side if mount.mirrored else side), away
