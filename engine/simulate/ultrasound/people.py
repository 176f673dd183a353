"""People in a scene: drawn with what they do, or placed for a standard test."""

from dataclasses import replace
from enum import StrEnum
import math

import numpy as np

from .choreography import Choreographer
from .family import Family
from .gestures import Gesture
from .person import draw_person
from .scene import Scene
from .things import StandardArm

_MARGIN_M = 0.35
_NEAREST_M = 0.5
"""Nobody walks through the device."""


class Activity(StrEnum):
    """What somebody does."""

    WALK = "walk"
    """Walks from place to place, with stops."""
    CROSS = "cross"
    """Waits, then walks once and stays: an onset."""
    DESK = "desk"
    """Sits and reaches, types, turns pages, drinks, shifts."""
    STILL = "still"
    """Sits and breathes."""
    RISE = "rise"
    """Sits, stands up, walks, comes back and sits down."""


def add_person(
    scene: Scene,
    activity: Activity,
    rng: np.random.Generator,
    family: Family,
    seconds: float,
    *,
    child: bool = False,
) -> Scene:
    """The scene with somebody who does something for its first `seconds`."""
    seated = activity in {Activity.DESK, Activity.STILL, Activity.RISE}
    here = _place(scene, rng)
    written = Choreographer(
        rng, family.law, here, heading=rng.uniform(0, 2 * math.pi), sitting=seated
    )
    pace = float(np.clip(rng.normal(1.0, 0.25), 0.4, 1.8))
    match activity:
        case Activity.WALK:
            while written.now < seconds:
                _stroll(scene, rng, written, pace)
                written.wait(float(rng.exponential(1.5)) if rng.uniform() < 0.5 else 0.0)
        case Activity.CROSS:
            written.wait(rng.uniform(0.2, 0.6) * seconds)
            _stroll(scene, rng, written, pace)
        case Activity.DESK:
            while written.now < seconds:
                written.wait(float(rng.exponential(2.5)))
                written.do(tuple(Gesture)[int(rng.integers(len(Gesture)))])
        case Activity.STILL:
            pass
        case Activity.RISE:
            written.wait(rng.uniform(0.1, 0.4) * seconds).stand_up(rng.uniform(1.2, 2.8))
            _stroll(scene, rng, written, pace)
            written.wait(rng.uniform(0.5, 4.0)).walk(here, pace)
            written.wait(0.5).sit_down(rng.uniform(1.2, 2.8))
    written.wait(max(0.0, seconds - written.now))
    height = rng.uniform(0.9, 1.35) if child else float(np.clip(rng.normal(1.7, 0.09), 1.45, 2.0))
    person = draw_person(rng, family.gait, written, height)
    return replace(scene, movers=(*scene.movers, person))


def _place(scene: Scene, rng: np.random.Generator) -> tuple[float, float]:
    size, device = scene.room.size, scene.device.position
    place = (size[0] / 2, size[1] / 2)
    for _ in range(20):
        x = rng.uniform(_MARGIN_M, size[0] - _MARGIN_M)
        y = rng.uniform(_MARGIN_M, size[1] - _MARGIN_M)
        place = (float(x), float(y))
        if math.hypot(x - device[0], y - device[1]) > _NEAREST_M:
            break
    return place


def _stroll(scene: Scene, rng: np.random.Generator, written: Choreographer, pace: float) -> None:
    """To another place, by a way that keeps clear of the device."""
    device = scene.device.position
    for _ in range(10):
        goal = _place(scene, rng)
        way = np.subtract(goal, written.at)
        length = float(np.hypot(*way))
        if length < _NEAREST_M:
            continue
        to = np.subtract(device[:2], written.at)
        nearest = written.at + way * float(np.clip(to @ way / length**2, 0, 1))
        if math.hypot(*(nearest - np.array(device[:2]))) > _NEAREST_M:
            break
    written.walk(goal, pace * rng.uniform(0.85, 1.15))


WD7_SPEED = 1.22
"""m/s, 4 feet a second (NEMA WD 7-2011)."""
WD7_CELL = 0.914
"""m, 3 feet."""


def add_cell_walker(
    scene: Scene,
    cell: tuple[float, float],
    heading: float,
    rng: np.random.Generator,
    family: Family,
    onset: float,
) -> Scene:
    """Somebody of the standard's height who stands at the edge of a cell and crosses it.

    `cell` is its middle in metres, `heading` radians from the x axis, `onset` when the walk
    begins, seconds. NEMA WD 7: 1.60 to 1.80 m tall, 4 feet a second.
    """
    ahead = np.array([math.cos(heading), math.sin(heading)]) * WD7_CELL / 2
    start, end = np.subtract(cell, ahead), np.add(cell, ahead)
    written = Choreographer(rng, family.law, (start[0], start[1]), heading=heading)
    written.wait(onset).walk((end[0], end[1]), WD7_SPEED).wait(2.0)
    person = draw_person(rng, family.gait, written, rng.uniform(1.60, 1.80))
    return replace(scene, movers=(*scene.movers, person))


def add_cell_arm(
    scene: Scene, cell: tuple[float, float], rng: np.random.Generator, onset: float
) -> Scene:
    """The standard's robotic arm in the middle of a cell, moving from `onset` on."""
    strength = 10 ** (rng.uniform(-20, -14) / 20)
    arm = StandardArm(cell, rng.uniform(0, 2 * math.pi), onset, strength=strength)
    return replace(scene, movers=(*scene.movers, arm))
