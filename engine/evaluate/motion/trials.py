"""One trial of NEMA WD 7 in a cell of a room: what moves there, from where to where, and when.

Major motion: somebody of 1.60 to 1.80 m stands at the edge of the cell, crosses it once at
1.22 m/s in a random direction, and stops. Minor motion: the standard's robotic arm sweeps a
quarter turn at 90 degrees a second in the middle of the cell.
"""

from collections.abc import Iterator
from enum import StrEnum
import math

import numpy as np

from ...simulate.ultrasound import (
    FAMILIES,
    LABEL_S,
    Kind,
    Scene,
    add_cell_arm,
    add_cell_walker,
)
from ...simulate.ultrasound.truth import truth_of
from .rooms import WALKED_M, Cell


class Motion(StrEnum):
    """What the standard moves."""

    MAJOR = "major"
    MINOR = "minor"


WITHIN_S = {Motion.MAJOR: 1.0, Motion.MINOR: 5.0}
"""How soon after it began motion must be found."""
LENGTH_S = {Motion.MAJOR: 6.0, Motion.MINOR: 8.0}
"""How long a trial is rendered."""
_ONSET_S = {Motion.MAJOR: 4.5, Motion.MINOR: 2.5}
_KIND = {Motion.MAJOR: Kind.MAJOR, Motion.MINOR: Kind.MINOR}

_MARGIN_M = 0.25
"""Between a walker's middle and the walls."""
_ARM_MARGIN_M = 0.42
"""The arm is 0.38 m long."""
_CLEARANCE_M = 0.45
"""Between a walker's middle and the device."""


def trial_scene(scene: Scene, motion: Motion, cell: Cell, rng: np.random.Generator) -> Scene:
    """The scene with a trial of a cell in it; everything random about it is drawn from `rng`."""
    onset = _ONSET_S[motion]
    if motion is Motion.MINOR:
        return add_cell_arm(scene, _inside(scene, cell.middle, _ARM_MARGIN_M), rng, onset)
    middle = _inside(scene, cell.middle, _MARGIN_M + 0.1)
    heading = _heading(scene, middle, rng)
    return add_cell_walker(scene, middle, heading, rng, FAMILIES["test"], onset)


def onset_of(scene: Scene, motion: Motion) -> float:
    """When the truth first calls it motion: the beginning of that label."""
    kinds = truth_of(scene, 0.0, LENGTH_S[motion]).kinds
    return float(np.argmax((kinds & int(_KIND[motion])) != 0) * LABEL_S)


def _heading(scene: Scene, middle: tuple[float, float], rng: np.random.Generator) -> float:
    """A direction to cross a cell in: inside the room and clear of the device, if one is."""
    best, most = 0.0, -math.inf
    for heading in _headings(rng):
        left = _room_left(scene, middle, heading)
        if left > most:
            best, most = heading, left
        if most >= 0:
            break
    return best


def _headings(rng: np.random.Generator) -> Iterator[float]:
    for _ in range(40):
        yield float(rng.uniform(0, 2 * math.pi))


def _room_left(scene: Scene, middle: tuple[float, float], heading: float) -> float:
    """By how many metres a path stays clear of walls and device; negative if it does not."""
    ahead = np.array([math.cos(heading), math.sin(heading)])
    steps = np.linspace(-WALKED_M / 2, WALKED_M / 2, 9)
    points = np.array(middle) + steps[:, None] * ahead
    size, device = np.array(scene.room.size[:2]), np.array(scene.device.position[:2])
    walls = float(np.minimum(points, size - points).min()) - _MARGIN_M
    away = float(np.linalg.norm(points - device, axis=1).min()) - _CLEARANCE_M
    return min(walls, away)


def _inside(scene: Scene, point: tuple[float, float], margin: float) -> tuple[float, float]:
    """The nearest point that keeps clear of the walls, as far as the room allows."""
    x, y = (
        min(max(at, min(margin, side / 2)), max(side - margin, side / 2))
        for at, side in zip(point, scene.room.size[:2], strict=True)
    )
    return x, y
