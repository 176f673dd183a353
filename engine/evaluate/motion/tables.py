"""The tables of the evaluation, from the results of its pieces."""

from itertools import pairwise
import math

import numpy as np

from ...sense.ultrasound.baseband import WINDOW_S
from ...simulate.ultrasound.chunks import CHUNK_S
from ..report import Entry, Table
from ..statistics import Floats, Share
from .baselines import BASELINES
from .detectors import NAME
from .empty_heard import ALIKE, Condition
from .grid import COLD, RULED
from .grid_scenes import BANDS, MAIN_BAND, Running
from .rooms import room_name
from .summaries import (
    CellCount,
    Grids,
    Hours,
    alarms_of,
    by_direction,
    cell_counts,
    chosen,
    delays,
    early,
    empty_peaks,
    nobody,
    threshold_for,
    trial_peaks,
    within,
    worst,
)
from .trials import WITHIN_S, Motion

REACH_M = {Motion.MAJOR: 4.0, Motion.MINOR: 2.5}
"""To this distance a motion is to be found."""
BESIDE_M = 3.0
"""To this distance major motion is to be found beside a confounder."""
_RINGS_M = {
    Motion.MAJOR: (0.0, 1.0, 2.0, 3.0, 4.0, math.inf),
    Motion.MINOR: (0.0, 1.0, 2.0, 2.5, 4.0, math.inf),
}
_SCORED = (RULED, *(each.name for each in BASELINES))
_A_DAY = (1.0, 24.0, 240.0)
"""Rates of false alarms at which methods are compared, in 24 h."""


def grid_table(grids: Grids, motion: Motion, carrier: float | None = None) -> Table:
    """How often motion is found by distance and noise floor, in quiet rooms."""
    rings = list(pairwise(_RINGS_M[motion]))
    reach = REACH_M[motion]
    rows: list[tuple[Entry, ...]] = []
    for noise in BANDS:
        here = chosen(grids, Running.QUIET, motion, noise, carrier)
        counts = cell_counts(here, NAME)
        if counts:
            cold = cell_counts(here, COLD)
            near = [within(counts, low, high) for low, high in rings]
            found = (cell_text(worst(counts, reach)), within(cold, 0, reach))
            rows.append((f"{noise:.0f}", *near, within(counts, 0, reach), *found))
    return Table(
        f"grid_{motion}" + ("" if carrier is None else f"_{carrier:.0f}"),
        f"Simulated: {motion} motion found within {WITHIN_S[motion]:.0f} s in quiet rooms"
        + ("" if carrier is None else f" at {carrier / 1000:.0f} kHz"),
        (
            "floor, dBc/Hz",
            *(_ring(low, high) for low, high in rings),
            f"all to {reach:g} m",
            f"worst cell to {reach:g} m",
            f"not calibrated, to {reach:g} m",
        ),
        tuple(rows),
    )


def _ring(low: float, high: float) -> str:
    return f"beyond {low:g} m" if math.isinf(high) else f"{low:g}-{high:g} m"


def cell_text(cell: CellCount | None) -> str | None:
    """A cell as a reader finds it: its share, its room and its distance."""
    if cell is None:
        return None
    share = cell.share
    return f"{share.hits} of {share.trials} ({room_name(cell.room)}, {cell.distance:.1f} m)"


def direction_table(grids: Grids) -> Table:
    """Major motion by how much of the way leads towards the device or away from it."""
    here = chosen(grids, Running.QUIET, Motion.MAJOR)
    reach = REACH_M[Motion.MAJOR]
    rows = tuple(
        (f"{100 * low:.0f}-{100 * min(high, 1):.0f} %", by_direction(here, low, high, reach))
        for low, high in pairwise(_DIRECTIONS)
    )
    return Table(
        "direction",
        f"Simulated: major motion to {reach:g} m by how much of the way is towards the device or "
        f"away from it, at {MAIN_BAND:.0f} dBc/Hz",
        ("of the way", "found within 1 s"),
        rows if here else (),
    )


_DIRECTIONS = (0.0, 0.1, 0.25, 0.5, 0.75, 1.01)


def methods_table(grids: Grids) -> Table:
    """All methods at the main noise floor, in quiet rooms and beside what runs."""
    rows = []
    for running in Running:
        for motion in Motion:
            here = chosen(grids, running, motion)
            if here:
                reach = _reach(running, motion)
                shares = [within(cell_counts(here, name), 0, reach) for name in (NAME, *_SCORED)]
                rows.append((running.value, motion.value, f"{reach:g} m", *shares))
    return Table(
        "methods",
        f"Simulated: motion found at {MAIN_BAND:.0f} dBc/Hz; every score's threshold is the "
        "highest that it gave in two quiet minutes of the same room",
        ("beside", "motion", "to", NAME, *_SCORED),
        tuple(rows),
    )


def _reach(running: Running, motion: Motion) -> float:
    quiet = running is Running.QUIET or motion is Motion.MINOR
    return REACH_M[motion] if quiet else BESIDE_M


def beside_table(grids: Grids) -> Table:
    """Motion beside what runs, and the same scenes without anybody."""
    rows: list[tuple[Entry, ...]] = []
    for running in Running:
        major, minor = (chosen(grids, running, motion) for motion in Motion)
        if not major:
            continue
        counts = cell_counts(major, NAME)
        small = within(cell_counts(minor, NAME), 0, REACH_M[Motion.MINOR])
        rows.append(
            (
                running.value,
                within(counts, 0, BESIDE_M),
                cell_text(worst(counts, BESIDE_M)),
                small,
                nobody(major),
                nobody(minor),
            )
        )
    return Table(
        "beside",
        f"Simulated: motion found beside what runs, at {MAIN_BAND:.0f} dBc/Hz",
        (
            "beside",
            f"major to {BESIDE_M:g} m",
            "worst cell",
            f"minor to {REACH_M[Motion.MINOR]:g} m",
            "nobody, called major within 1 s",
            "nobody in an occupied room, called minor within 5 s",
        ),
        tuple(rows),
    )


def empty_table(hours: Hours) -> Table:
    """False alarms in rooms without anybody."""
    rows: list[tuple[Entry, ...]] = []
    for condition in Condition:
        found = alarms_of(hours, condition)
        if found.hours:
            rows.append(
                (
                    condition.value,
                    found.hours,
                    found.rooms,
                    found.alarms,
                    found.upper_a_day,
                    found.minor_s / 60 / found.hours,
                    100 * found.blind_s / 3600 / found.hours,
                    found.unlearned,
                )
            )
    return Table(
        "empty",
        "Simulated: rooms without anybody that were called occupied",
        (
            "condition",
            "hours",
            "plans",
            "false alarms",
            "at most in 24 h (95 %)",
            "minutes of minor motion an hour",
            "unreadable, %",
            "scenes not learned",
        ),
        tuple(rows),
    )


def equal_table(grids: Grids, hours: Hours) -> Table:
    """Major motion found by every method where all give equally many false alarms."""
    rows: list[tuple[Entry, ...]] = []
    trials = moving_trials(grids)
    for method in _SCORED if grids and hours else ():
        empty = quiet_windows(hours, method)
        shares = []
        for rate in _A_DAY:
            limit = threshold_for(empty, rate)
            moving = trials.get(method, np.zeros(0))
            shares.append(Share(int((moving > limit).sum()), moving.size))
        rows.append((method, *shares))
    return Table(
        "equal",
        "Simulated: major motion to 3 m found within 1 s, in quiet rooms and beside what runs, at "
        "thresholds with equally many false alarms in empty rooms, but for pets and open doors",
        ("method", *(f"{rate:g} false alarms in 24 h" for rate in _A_DAY)),
        tuple(rows),
    )


def moving_trials(grids: Grids) -> dict[str, Floats]:
    """The highest score of each trial of major motion to BESIDE_M, by method."""
    major = [each for running in Running for each in chosen(grids, running, Motion.MAJOR)]
    return {method: trial_peaks(major, method, BESIDE_M) for method in _SCORED}


def quiet_windows(hours: Hours, method: str) -> list[Floats]:
    """The highest score of each window of empty rooms, one array a condition, but for ALIKE."""
    name = NAME if method == RULED else method
    told_apart = [each for each in Condition if each not in ALIKE]
    parts = [empty_peaks(hours, condition, name) for condition in told_apart]
    return [each for each in parts if each.size]


def latency_table(grids: Grids) -> Table:
    """How long decisions take, in quiet rooms at the main noise floor."""
    rows: list[tuple[Entry, ...]] = []
    for motion in Motion:
        here = chosen(grids, Running.QUIET, motion)
        if here:
            took = delays(here)
            spread = (
                [float(np.percentile(took, q)) for q in (50, 95)] if took.size else [math.nan] * 2
            )
            rows.append((motion.value, took.size, *spread, CHUNK_S + WINDOW_S, early(here)))
    return Table(
        "latency",
        f"Simulated: seconds from the onset of motion to the decision, at {MAIN_BAND:.0f} dBc/Hz",
        ("motion", "found in time", "median", "95 %", "chunk and window", "on before the onset"),
        tuple(rows),
    )
