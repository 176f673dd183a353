"""One trial of NEMA WD 7 in a cell of a room: what moves there, from where to where, and when.

Major motion: somebody of 1.60 to 1.80 m stands at the edge of the cell, crosses it once at
1.22 m/s in a random direction, and stops. Minor motion: the standard's robotic arm sweeps a
quarter turn at 90 degrees a second in the middle of the cell.
"""

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
    middle, heading = _path(scene, cell, rng)
    return add_cell_walker(scene, middle, heading, rng, FAMILIES["test"], onset)


def onset_of(scene: Scene, motion: Motion) -> float:
    """When the truth first calls it motion: the beginning of that label."""
    kinds = truth_of(scene, 0.0, LENGTH_S[motion]).kinds
    return float(np.argmax((kinds & int(_KIND[motion])) != 0) * LABEL_S)


def radial_part(scene: Scene, motion: Motion) -> float:
    """How much of its way a walker comes nearer or goes away: 0 across, 1 towards the device.

    NaN for what stays where it is.
    """
    if motion is Motion.MINOR:
        return math.nan
    ends = np.array([0.0, LENGTH_S[motion]])
    centre = scene.people[-1].centre(ends)
    away = np.linalg.norm(centre - np.array(scene.device.position)[:, None], axis=0)
    return float(abs(away[1] - away[0]) / np.linalg.norm(centre[:, 1] - centre[:, 0]))


def _path(scene: Scene, cell: Cell, rng: np.random.Generator) -> tuple[tuple[float, float], float]:
    """The middle and the direction of a way through a cell.

    It keeps clear of walls and device: beside a wall it is moved a little, or goes along it.
    """
    paths = [_moved(scene, cell, rng.uniform(0, 2 * math.pi)) for _ in range(_DIRECTIONS)]
    near = next((path for path in paths if path[0] <= _MOVED_M), min(paths))
    return near[1], near[2]


_DIRECTIONS = 40
_MOVED_M = 0.15


def _moved(scene: Scene, cell: Cell, heading: float) -> tuple[float, tuple[float, float], float]:
    """By how many metres a way in a direction must be moved, and its middle and direction then.

    Infinite if it comes too near to the device.
    """
    ahead = np.array([math.cos(heading), math.sin(heading)])
    needed = _MARGIN_M + np.abs(ahead) * WALKED_M / 2
    size, device = np.array(scene.room.size[:2]), np.array(scene.device.position[:2])
    middle = np.clip(cell.middle, np.minimum(needed, size / 2), np.maximum(size - needed, size / 2))
    steps = np.linspace(-WALKED_M / 2, WALKED_M / 2, 9)
    away = np.linalg.norm(middle + steps[:, None] * ahead - device, axis=1).min()
    moved = math.hypot(*(middle - cell.middle)) if away >= _CLEARANCE_M else math.inf
    return moved, (float(middle[0]), float(middle[1])), heading


def _inside(scene: Scene, point: tuple[float, float], margin: float) -> tuple[float, float]:
    """The nearest point that keeps clear of the walls, as far as the room allows."""
    x, y = (
        min(max(at, min(margin, side / 2)), max(side - margin, side / 2))
        for at, side in zip(point, scene.room.size[:2], strict=True)
    )
    return x, y
