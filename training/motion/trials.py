"""Walks and arms in homes of the train family, to choose thresholds with.

As in NEMA WD 7: somebody crosses a cell of 3 feet, or the standard's arm sweeps. Homes, people
and gait are of the train family, from seeds that no weights are fitted to.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
import math
from pathlib import Path

import numpy as np

from halcyon.sense.ultrasound.baseband import HOP_S
from halcyon.simulate.ultrasound import (
    FAMILIES,
    Confounder,
    Kind,
    add_cell_arm,
    add_cell_walker,
    add_confounder,
    draw_home,
    render,
)
from halcyon.simulate.ultrasound.people import WD7_CELL
from halcyon.simulate.ultrasound.room import Room

from .example import Example, joined, observed, read, save
from .render import labels_at, lesson_of, spectra_of
from .scenes import VALIDATION
from .spoil import Flaws, spoil
from .strangers import TextbookGait

_SECONDS = 7.0
_ONSET_S = 4.0
_A_HOME = 12
_NEAREST_M = 0.7
_MARGIN_M = 0.2
"""Between a walker's middle and the walls."""
_ACROSS = math.radians(20)
"""A way so near to a right angle with the line of sight goes across it."""


@dataclass(frozen=True, slots=True)
class Trial:
    """One trial: what was heard, how far away the cell's middle is, metres, and the way.

    `radial` is how much of the way is towards the device or away from it, 0 to 1.
    """

    example: Example
    distance: float
    radial: float


def trials(
    folder: Path,
    *,
    arm: bool,
    homes: int,
    noise: float,
    confounder: Confounder | None = None,
    across: bool = False,
    strangers: bool = False,
) -> list[Trial]:
    """Trials in so many homes at a noise floor in dBc/Hz, rendered once and kept.

    Walks in any direction, or only those `across` the line of sight; by people who walk as those
    that were learned from, or by `strangers`.
    """
    what = "arm" if arm else "across" if across else "walk"
    if strangers:
        what = f"strangers_{what}"
    path = folder / f"{what}_{-noise:.0f}_{confounder or 'quiet'}_{homes}.npz"
    if not path.exists():
        folder.mkdir(parents=True, exist_ok=True)
        found = [
            trial
            for home in range(homes)
            for trial in _in_home(
                home,
                arm=arm,
                noise=noise,
                confounder=confounder,
                across=across,
                strangers=strangers,
            )
        ]
        save(
            path,
            [
                replace(
                    trial.example,
                    name=f"{what} at {trial.distance:.2f} m, radial {trial.radial:.2f}",
                )
                for trial in found
            ],
        )
    return [Trial(each, *_told(each.name)) for each in read(path)]


def _told(name: str) -> tuple[float, float]:
    words = name.split()
    return float(words[2]), float(words[5])


def _in_home(
    home: int,
    *,
    arm: bool,
    noise: float,
    confounder: Confounder | None,
    across: bool,
    strangers: bool,
) -> Iterator[Trial]:
    rng = np.random.default_rng((3, home, arm, across, strangers))
    family = FAMILIES["train"]
    if strangers:
        family = replace(family, gait=TextbookGait())
    empty = draw_home(VALIDATION + 500_000 + home, "train", microphones=2)
    device = replace(empty.device, noise=-250.0, bits=24)
    scene = replace(empty, device=device)
    rate, carrier = device.rate, device.carrier
    flaws = Flaws(noise=noise, level=-20.0)
    scale = np.float32(10 ** (device.level / 20))
    still = render(scene, 0.5, home).iq.mean(axis=0) / scale
    floor = lesson_of(still, rate, carrier, flaws, rng)
    if confounder is not None:
        scene = add_confounder(scene, confounder, rng, family, 60.0, always=True)
    for number in range(_A_HOME):
        cell, heading = _way(scene.room, device.position, rng, across=across)
        if arm:
            busy = add_cell_arm(scene, cell, rng, _ONSET_S)
        else:
            busy = add_cell_walker(scene, cell, heading, rng, family, _ONSET_S)
        made = render(busy, _SECONDS, 100 * home + number)
        found, ends = spectra_of(spoil(made.iq / scale, rate, flaws, rng), rate, carrier)
        kinds = labels_at(made.truth, ends, rate)
        distance = math.hypot(cell[0] - device.position[0], cell[1] - device.position[1])
        example = observed(joined([found]), kinds, "", microphones=2, floor=floor)
        yield Trial(example, distance, _radial(cell, heading, device.position))


def _way(
    room: Room, device: tuple[float, float, float], rng: np.random.Generator, *, across: bool
) -> tuple[tuple[float, float], float]:
    """The middle of a cell and the direction in which it is crossed, clear of the walls."""
    cell, heading = _cell(room, device, rng), 0.0
    for _ in range(_TRIES):
        heading = rng.uniform(0, 2 * math.pi)
        if across:
            sight = math.atan2(cell[1] - device[1], cell[0] - device[0])
            heading = sight + rng.choice((-1, 1)) * math.pi / 2 + rng.uniform(-_ACROSS, _ACROSS)
        ahead = (WD7_CELL / 2 * math.cos(heading), WD7_CELL / 2 * math.sin(heading))
        if all(
            _MARGIN_M < middle + sign * half < side - _MARGIN_M
            for middle, half, side in zip(cell, ahead, room.size[:2], strict=True)
            for sign in (-1, 1)
        ):
            break
        cell = _cell(room, device, rng)
    return cell, heading


_TRIES = 50


def _radial(cell: tuple[float, float], heading: float, device: tuple[float, float, float]) -> float:
    ends = [
        math.hypot(
            cell[0] + sign * WD7_CELL / 2 * math.cos(heading) - device[0],
            cell[1] + sign * WD7_CELL / 2 * math.sin(heading) - device[1],
        )
        for sign in (-1, 1)
    ]
    return abs(ends[1] - ends[0]) / WD7_CELL


def _cell(
    room: Room, device: tuple[float, float, float], rng: np.random.Generator
) -> tuple[float, float]:
    width, depth, _ = room.size
    for _ in range(50):
        x, y = rng.uniform(0.75, width - 0.75), rng.uniform(0.75, depth - 0.75)
        if math.hypot(x - device[0], y - device[1]) > _NEAREST_M:
            return float(x), float(y)
    return width / 2, depth / 2


def after_quiet(trial: Trial, seconds: float = 25.0) -> Trial:
    """The same, after so much of its own quiet, back and forth.

    A network that has heard nothing for long believes a walk less than one that has just begun
    to listen, and rooms are quiet for long.
    """
    example = trial.example
    quiet = np.arange(onset_frame(example, int(Kind.MAJOR | Kind.MINOR)) - _EDGE_FRAMES)
    there_and_back = np.concatenate([quiet, quiet[::-1]])
    turns = max(1, round(seconds / HOP_S / len(there_and_back)))
    order = np.concatenate([np.tile(there_and_back, turns), np.arange(len(example))])
    return replace(trial, example=example.ordered(order))


_EDGE_FRAMES = 4
"""Before an onset: half a window, and what a label is worth."""


def onset_frame(example: Example, kind: int) -> int:
    """The first frame in whose middle a kind of motion goes on."""
    return int(np.argmax((example.kinds & kind) != 0))


_HALF_FRAME = 2
"""What is in the middle of a frame is known when the frame is over, and the chunk with it."""
WITHIN = {False: round(1.0 / HOP_S) - _HALF_FRAME, True: round(5.0 / HOP_S) - _HALF_FRAME}
"""Frames within which a walk, or an arm, is to be found."""
