"""Pieces are added up as they should be, on results that were written down by hand."""

import math
from pathlib import Path

import numpy as np
import pytest

from halcyon.evaluate.motion import summaries, tables, targets
from halcyon.evaluate.motion.baselines import BASELINES
from halcyon.evaluate.motion.detectors import NAME
from halcyon.evaluate.motion.empty_heard import Condition, HourTask
from halcyon.evaluate.motion.grid import COLD, RULED
from halcyon.evaluate.motion.grid_scenes import GridTask, Running
from halcyon.evaluate.motion.pictures import draw
from halcyon.evaluate.motion.trials import Motion
from halcyon.evaluate.motion.work import Result
from halcyon.evaluate.report import markdown
from halcyon.evaluate.statistics import Share

CELLS = [[0.5, 0.5, 0.9, 0.9, 0.8], [1.5, 0.5, 0.9, 0.9, 2.0], [4.5, 0.5, 0.9, 0.9, 4.6]]
NAMES = (RULED, *(each.name for each in BASELINES))


def room(hits: list[int], trials: int = 4) -> Result:
    peaks = [0.5 + 0.1 * n for n in range(len(CELLS) * trials)]
    return {
        "room": "study",
        "carrier": 20_000.0,
        "size": [5.0, 1.0, 2.5],
        "device": [0.1, 0.1, 0.9],
        "cells": [list(cell) for cell in CELLS],
        "hits": {name: list(hits) for name in (NAME, COLD, *NAMES)},
        "peaks": {name: list(peaks) for name in NAMES},
        "thresholds": dict.fromkeys(NAMES, 0.4),
        "delays": [0.3, 0.5],
        "early": 1,
        "nobody": [1, 20],
        "ways": [[0.05 * n, float(n > 3)] for n in range(len(CELLS) * trials)],
    }


def scene(name: str, alarms: list[float], peaks: list[float]) -> Result:
    return {
        "room": name,
        "seconds": 600.0,
        "alarms": list(alarms),
        "major_s": 0.0,
        "minor_s": 6.0,
        "blind_s": 3.0,
        "learned": True,
        "peaks": {each: list(peaks) for each in (NAME, *NAMES[1:])},
    }


def task(number: int, motion: Motion = Motion.MAJOR, batch: int = 0) -> GridTask:
    return GridTask(number, motion, batch=batch, trials=4)


GRIDS: list[tuple[GridTask, Result]] = [
    (task(0), room([4, 3, 0])),
    (task(0, batch=1), room([4, 4, 2])),
    (task(1), room([4, 1, 4])),
    (task(1, Motion.MINOR), room([4, 2, 0])),
]
HOURS: list[tuple[HourTask, Result]] = [
    (HourTask(Condition.DESK_FAN, 0), {"scenes": [scene("study", [3.0], [0.1, 0.9] * 30)]}),
    (HourTask(Condition.DESK_FAN, 1), {"scenes": [scene("hall", [], [0.1, 0.2] * 30)]}),
]
MAJOR = summaries.chosen(GRIDS, Running.QUIET, Motion.MAJOR)


def test_batches_of_a_cell_are_one_cell() -> None:
    counts = summaries.cell_counts(MAJOR, NAME)
    assert len(counts) == 6
    assert [each.share for each in counts if each.room == 0] == [
        Share(8, 8),
        Share(7, 8),
        Share(2, 8),
    ]
    assert summaries.chosen(GRIDS, Running.QUIET, Motion.MAJOR, -75.0) == []
    assert summaries.chosen(GRIDS, Running.QUIET, Motion.MAJOR, carrier=33_000.0) == []


def test_rings_part_the_cells() -> None:
    counts = summaries.cell_counts(MAJOR, NAME)
    assert summaries.within(counts, 0, 1) == Share(12, 12)
    assert summaries.within(counts, 1, 2) == Share(8, 12)
    assert summaries.within(counts, 0, math.inf) == Share(26, 36)


def test_the_worst_cell_is_within_reach() -> None:
    counts = summaries.cell_counts(MAJOR, NAME)
    found = summaries.worst(counts, 4.0)
    assert found is not None
    assert (found.room, found.share) == (1, Share(1, 4))
    assert summaries.worst(counts, 0.1) is None


def test_delays_and_empty_windows_are_pooled() -> None:
    assert summaries.delays(MAJOR).tolist() == [0.3, 0.5] * 3
    assert summaries.early(MAJOR) == 3
    assert summaries.nobody(MAJOR) == Share(3, 60)
    assert summaries.trial_peaks(MAJOR[:1], RULED, 3.0).size == 8


def test_walks_are_parted_by_their_direction() -> None:
    assert summaries.by_direction(MAJOR, 0.0, 0.1, 4.0) == Share(0, 6)
    assert summaries.by_direction(MAJOR, 0.1, 0.3, 4.0) == Share(6, 12)
    assert summaries.by_direction(MAJOR, 0.0, 1.01, 9.0) == Share(24, 36)


def test_alarms_have_hours_rooms_and_a_bound() -> None:
    found = summaries.alarms_of(HOURS, Condition.DESK_FAN)
    assert (found.alarms, found.rooms, found.minor_s, found.blind_s) == (1, 2, 12.0, 6.0)
    assert found.hours == pytest.approx(1 / 3)
    assert found.upper_a_day == pytest.approx(4.744 * 24 * 3, rel=1e-3)


def test_a_threshold_for_a_rate_weighs_conditions_alike() -> None:
    quiet, loud = np.linspace(0, 1, 8640), 0.5 * np.linspace(0, 1, 4320)
    limit = summaries.threshold_for([quiet, loud], 24.0)
    rates = [(each > limit).mean() * 8640 for each in (quiet, loud)]
    assert np.mean(rates) <= 24.0
    assert np.mean(rates) == pytest.approx(24.0, rel=0.1)
    assert summaries.threshold_for([], 1.0) == math.inf


def test_a_curve_of_alarms_falls_with_them() -> None:
    rates, found = summaries.alarm_curve(np.array([0.5, 0.9]), [np.linspace(0, 1, 100)])
    assert (np.diff(rates) >= 0).all()
    assert (np.diff(found) >= 0).all()
    assert found[-1] <= 1


def test_tables_say_what_was_reached_and_what_was_not() -> None:
    aims = {each.what: each for each in targets.aims(GRIDS, HOURS)}
    assert aims["major motion to 4 m, -90 dBc/Hz"].met is False
    assert aims["false alarms, desk_fan"].found == "1 in 0.333333 h"
    grid = "\n".join(markdown(tables.grid_table(GRIDS, Motion.MAJOR)))
    assert "1 of 4 (bedroom, 2.0 m)" in grid
    assert "simulated" in grid.lower()
    equal = tables.equal_table(GRIDS, HOURS)
    assert [row[0] for row in equal.rows] == list(NAMES)
    condition, hours, *others = tables.empty_table(HOURS).rows[0]
    assert (condition, others[:2]) == ("desk_fan", [2, 1])
    assert hours == pytest.approx(1 / 3)
    assert tables.latency_table(GRIDS).rows[0][:4] == ("major", 6, 0.4, 0.5)


def test_pictures_are_small_and_the_same_every_time(tmp_path: Path) -> None:
    pytest.importorskip("matplotlib")
    first = draw(GRIDS, HOURS, {}, tmp_path / "one")
    second = draw(GRIDS, HOURS, {}, tmp_path / "two")
    assert {path.name for path in first} == {
        "alarms.svg",
        "distance.svg",
        "map_major_90.svg",
        "map_minor_90.svg",
    }
    for one, two in zip(first, second, strict=True):
        assert one.read_bytes() == two.read_bytes()
        assert one.stat().st_size < 200_000
