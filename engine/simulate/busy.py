"""Houses of any size with somebody busy in every room, for measuring speed and size."""

from collections.abc import Iterator

import numpy as np

from ..core.house import House, Mount, Point, Room, Sleeper, Zone, ZoneKind
from .parts import NodeSpec, Person, Plan, SensorSpec, Step
from .scenario import Scenario

_WIDTH_M, _DEPTH_M = 4.0, 3.5
_OUTLINE: tuple[Point, ...] = ((0.0, 0.0), (_WIDTH_M, 0.0), (_WIDTH_M, _DEPTH_M), (0.0, _DEPTH_M))
_DOOR: Point = (0.6, 3.2)
_BED: Point = (2.6, 2.3)
_BED_CORNERS: tuple[Point, ...] = ((1.8, 1.5), (3.4, 1.5), (3.4, 3.5), (1.8, 3.5))

_AWAY_S = 1200.0
_SIT_S = 600.0
_LIE_S = 1800.0
_STAND_S = 20.0
"""Means of exponential times: busier than a real home, because it is a worst case (chosen)."""

_HABITS = (("stand", _STAND_S), ("walk", _STAND_S), ("sit", _SIT_S), ("lie", _LIE_S))
_STEPS = 4
"""What somebody does during a visit, for how long on average, and how many things at most."""


def busy_house(
    rooms: int,
    seed: int,
    duration: float = 3600.0,
    *,
    occupied: bool = False,
    bed: str = "mr60bha2",
) -> Scenario:
    """A scenario of so many rooms, each with an LD2450, a bed node, an air sensor and a person.

    People come and go at random; with `occupied` they come at once and lie before the bed node
    to the end, and every stream runs all the time. `bed` is the bed node's sensor: mr60bha2,
    c1001 or breath. No room repeats another, and nothing repeats in time.
    """
    rng = np.random.default_rng(seed)
    names = [f"room-{number + 1}" for number in range(rooms)]
    return Scenario(
        name=f"busy-{rooms}",
        description=f"{rooms} rooms with somebody busy in each.",
        seed=seed,
        duration=duration,
        hour=8.0,
        loop=False,
        house=House("home", tuple(_room(name) for name in names)),
        plans=tuple(Plan(name, _OUTLINE, _DOOR) for name in names),
        people=tuple(_person(name, duration, rng, occupied=occupied) for name in names),
        nodes=tuple(node for name in names for node in _nodes(name, bed, rng, always=occupied)),
    )


def _room(name: str) -> Room:
    return Room(
        id=name,
        mounts=(
            Mount(f"{name}-wall", 0.1, 0.1, rotation=-45.0),
            Mount(f"{name}-bed", _BED[0], _DEPTH_M - 0.1, rotation=180.0),
        ),
        zones=(Zone("bed", ZoneKind.BED, _BED_CORNERS),),
        sleepers=(Sleeper(f"{name}-sleeper", f"{name}-bed"),),
    )


def _nodes(
    name: str, bed: str, rng: np.random.Generator, *, always: bool
) -> tuple[NodeSpec, NodeSpec]:
    drift = rng.normal(0.0, 20.0, 2).tolist()
    air = SensorSpec("environment", "env", "plain", phantoms=False)
    wall = SensorSpec("ld2450", "radar", "raw", phantoms=False)
    stream = "breath" if bed == "breath" else "radar"
    over_bed = SensorSpec(bed, stream, "plain", phantoms=False)
    return (
        NodeSpec(f"{name}-wall", name, "ld2450", (wall, air), drift[0], sntp=True, open=always),
        NodeSpec(f"{name}-bed", name, bed, (over_bed,), drift[1], sntp=True, open=always),
    )


def _person(name: str, duration: float, rng: np.random.Generator, *, occupied: bool) -> Person:
    steps = _at_once(name) if occupied else tuple(_visits(name, duration, rng))
    return Person(
        id=f"{name}-person",
        script=steps,
        breaths_per_minute=float(rng.uniform(11.0, 18.0)),
        heart_rate=float(rng.uniform(50.0, 75.0)),
        chest_mm=float(rng.uniform(3.0, 7.0)),
    )


def _at_once(name: str) -> tuple[Step, ...]:
    return (Step("enter", 0.0, name, (), 0.0), Step("lie", 0.0, None, (_BED,), 0.0))


def _visits(name: str, duration: float, rng: np.random.Generator) -> Iterator[Step]:
    t = rng.exponential(_AWAY_S)
    while t < duration:
        yield Step("enter", t, name, (), 0.0)
        for _ in range(int(rng.integers(1, _STEPS + 1))):
            action, mean = _HABITS[int(rng.integers(len(_HABITS)))]
            x, y = rng.uniform((0.4, 0.4), (_WIDTH_M - 0.4, _DEPTH_M - 0.4)).tolist()
            stay = float(rng.exponential(mean))
            yield Step(action, 0.0, None, (_BED if action == "lie" else (x, y),), stay)
            t += stay
        yield Step("leave", 0.0, None, (), 0.0)
        t += rng.exponential(_AWAY_S)
