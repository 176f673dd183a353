"""What many pieces of an evaluation say together, as rows of tables and points of curves."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
import math
from typing import Any, cast

import numpy as np

from ..statistics import NO_TRIALS, Floats, Share, poisson_upper
from .empty_heard import WINDOW_S, Condition, HourTask
from .grid_scenes import MAIN_BAND, GridTask, Running
from .trials import Motion
from .work import Result

type Grids = Sequence[tuple[GridTask, Result]]
type Hours = Sequence[tuple[HourTask, Result]]

DAY_H = 24.0


@dataclass(frozen=True, slots=True)
class CellCount:
    """How often motion in one cell of one room was found."""

    room: int
    middle: tuple[float, float]
    size: tuple[float, float]
    distance: float
    share: Share


@dataclass(frozen=True, slots=True)
class Alarms:
    """False alarms in so many hours of empty rooms.

    `minor_s` and `blind_s` are seconds in which the room was said to hold minor motion, and in
    which nothing could be read; `unlearned` is in how many scenes the quiet minute taught nothing.
    """

    alarms: int
    hours: float
    rooms: int
    minor_s: float
    blind_s: float
    unlearned: int

    @property
    def upper_a_day(self) -> float:
        """With 95 % confidence it is no more than this in 24 h."""
        return poisson_upper(self.alarms, self.hours / DAY_H)


def chosen(
    grids: Grids,
    running: Running,
    motion: Motion,
    noise: float = MAIN_BAND,
    carrier: float | None = None,
) -> list[tuple[GridTask, Result]]:
    """The results of one kind of motion beside one thing that runs, at one noise floor."""
    wanted = (running, motion, noise, carrier)
    return [
        (task, result)
        for task, result in grids
        if (task.running, task.motion, task.noise, task.carrier) == wanted
    ]


def cell_counts(grids: Grids, method: str) -> list[CellCount]:
    """Every cell of every room, all batches together."""
    found: dict[tuple[int, int], CellCount] = {}
    for task, result in grids:
        hits_of = _at(result, "hits")[method]
        for index, (cell, hits) in enumerate(zip(_rows(result, "cells"), hits_of, strict=True)):
            x, y, width, depth, distance = cell
            before = found.get((task.room, index))
            share = Share(int(hits), task.trials)
            found[task.room, index] = CellCount(
                task.room,
                (x, y),
                (width, depth),
                distance,
                share if before is None else before.share + share,
            )
    return list(found.values())


def within(counts: Iterable[CellCount], near: float, far: float) -> Share:
    """All trials in cells that are more than `near` and at most `far` metres away."""
    return sum((each.share for each in counts if near < each.distance <= far), NO_TRIALS)


def worst(counts: Iterable[CellCount], far: float) -> CellCount | None:
    """The cell within `far` metres in which motion was found least often."""
    near = [each for each in counts if each.distance <= far]
    return min(near, key=lambda each: (each.share.value, each.distance), default=None)


def nobody(grids: Grids) -> Share:
    """How often the same scenes without anybody were taken for motion."""
    pairs = (_rows(result, "nobody") for _, result in grids)
    return sum((Share(int(hits), int(all_of)) for hits, all_of in pairs), NO_TRIALS)


def by_direction(grids: Grids, low: float, high: float, far: float) -> Share:
    """Walks within `far` metres of which this part (low to below high) was towards the device."""
    found = NO_TRIALS
    for task, result in grids:
        ways = iter(_rows(result, "ways"))
        for cell in _rows(result, "cells"):
            own = [next(ways) for _ in range(task.trials)]
            if cell[4] <= far:
                hits = [hit for radial, hit in own if low <= radial < high]
                found += Share(round(sum(hits)), len(hits))
    return found


def delays(grids: Grids) -> Floats:
    """Seconds from the onset of motion to the decision, where it was not on already."""
    parts = [_rows(result, "delays") for _, result in grids]
    return np.array([each for part in parts for each in part], dtype=np.float64)


def early(grids: Grids) -> int:
    """In how many trials it was on already when the motion began."""
    return sum(int(cast("int", result["early"])) for _, result in grids)


def alarms_of(hours: Hours, condition: Condition) -> Alarms:
    """What happened in the empty rooms of one condition."""
    scenes = _scenes(hours, condition)
    return Alarms(
        alarms=sum(len(scene["alarms"]) for scene in scenes),
        hours=sum(scene["seconds"] for scene in scenes) / 3600,
        rooms=len({scene["room"] for scene in scenes}),
        minor_s=sum(scene["minor_s"] for scene in scenes),
        blind_s=sum(scene["blind_s"] for scene in scenes),
        unlearned=sum(not scene["learned"] for scene in scenes),
    )


def empty_peaks(hours: Hours, condition: Condition, method: str) -> Floats:
    """The highest score in each window of empty rooms, of one method."""
    parts = [scene["peaks"][method] for scene in _scenes(hours, condition)]
    return np.array([each for part in parts for each in part], dtype=np.float64)


def trial_peaks(grids: Grids, method: str, far: float) -> Floats:
    """The highest score of each trial within `far` metres, of one method."""
    found: list[float] = []
    for task, result in grids:
        peaks = iter(_at(result, "peaks")[method])
        for cell in _rows(result, "cells"):
            own = [next(peaks) for _ in range(task.trials)]
            found += own if cell[4] <= far else []
    return np.array(found, dtype=np.float64)


def threshold_for(peaks: Sequence[Floats], a_day: float) -> float:
    """The lowest threshold that empty rooms exceed at most so often in 24 h.

    Each of the conditions counts as much as every other. Infinite where there is no data.
    """
    values = np.concatenate(peaks) if peaks else np.zeros(0)
    if not values.size:
        return math.inf
    windows_a_day = DAY_H * 3600 / WINDOW_S
    weights = np.concatenate([np.full(each.size, 1 / (len(peaks) * each.size)) for each in peaks])
    order = np.argsort(values)[::-1]
    rate = np.cumsum(weights[order]) * windows_a_day
    index = int(np.searchsorted(rate, a_day, side="right"))
    return float(values[order][index]) if index < values.size else -math.inf


def alarm_curve(moving: Floats, empty: Sequence[Floats], steps: int = 400) -> tuple[Floats, Floats]:
    """False alarms in 24 h of empty rooms and the share of motion found, threshold by threshold."""
    limits = np.quantile(np.concatenate([moving, *empty]), np.linspace(0, 1, steps))[::-1]
    windows_a_day = DAY_H * 3600 / WINDOW_S
    rates = [np.mean([(each > limit).mean() for each in empty]) * windows_a_day for limit in limits]
    found = [(moving > limit).mean() for limit in limits]
    return np.array(rates), np.array(found)


def _scenes(hours: Hours, condition: Condition) -> list[dict[str, Any]]:
    return [
        scene
        for task, result in hours
        if task.condition is condition
        for scene in _rows(result, "scenes")
    ]


def _at(result: Result, key: str) -> dict[str, Any]:
    return cast("dict[str, Any]", result[key])


def _rows(result: Result, key: str) -> list[Any]:
    return cast("list[Any]", result[key])
