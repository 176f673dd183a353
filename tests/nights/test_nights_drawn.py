"""Nights as they are drawn: the same from the same seed, apart by family, and like the figures."""

from dataclasses import fields, replace
import inspect

import numpy as np
import pytest

from halcyon.core.sleep import Stage
from halcyon.evaluate.nights.counting import count
from halcyon.simulate.nights import (
    FAMILIES,
    Course,
    Doing,
    FamilyName,
    Night,
    Order,
    draw_household,
    draw_night,
    figures,
)

SHORT = Order(hours=1.5, hypnogram=None)
NAMES: tuple[FamilyName, ...] = ("train", "test")


def same(one: Night, other: Night) -> bool:
    return all(
        np.array_equal(getattr(one.told, name), getattr(other.told, name), equal_nan=True)
        for name in ("t", "wave", "present", "distance", "respiration", "heart", "movement")
    )


@pytest.mark.parametrize("family", NAMES)
def test_a_seed_gives_one_night(family: FamilyName) -> None:
    order = replace(SHORT, apart=0.5, pet=True, fan=True, curtain=True)
    assert same(draw_night(5, family, order), draw_night(5, family, order))
    assert not same(draw_night(5, family, order), draw_night(6, family, order))


@pytest.mark.parametrize("family", NAMES)
def test_a_pet_or_another_module_does_not_change_what_the_owner_does(family: FamilyName) -> None:
    plain = draw_night(5, family, SHORT).owner
    for order in (replace(SHORT, pet=True, fan=True), replace(SHORT, module="c1001")):
        other = draw_night(5, family, order).owner
        assert plain is not None
        assert other is not None
        assert np.array_equal(plain.course.starts, other.course.starts)
        assert np.array_equal(plain.course.doings, other.course.doings)


def test_the_families_share_no_generator() -> None:
    train, test = FAMILIES["train"], FAMILIES["test"]
    for each in fields(train):
        one, other = getattr(train, each.name), getattr(test, each.name)
        assert one != other, each.name
    for name in ("hypnogram", "breaths", "stirs"):
        one, other = getattr(train, name), getattr(test, name)
        assert inspect.getmodule(one) is not inspect.getmodule(other)
    people = [(draw_household(seed, "train"), draw_household(seed, "test")) for seed in range(20)]
    assert all(one != other for one, other in people)


def test_stretches_of_stages_last_and_follow_as_in_recorded_nights() -> None:
    counted = count(
        FAMILIES["train"].hypnogram(np.random.default_rng(seed), 7.5) for seed in range(60)
    )
    for stage, runs in enumerate(figures.HEALTHY_RUNS):
        assert counted.lengths[stage] == pytest.approx(runs.mean, abs=0.2)
        assert counted.spreads[stage] == pytest.approx(runs.deviation, abs=0.2)
    assert np.abs(counted.following - np.array(figures.HEALTHY_NEXT)).max() < 0.04
    deep = counted.by_part[:, 1, 2]
    assert deep[0] > deep[1] > deep[2]


def test_epochs_follow_as_in_recorded_nights_of_a_clinic() -> None:
    counted = count(
        FAMILIES["test"].hypnogram(np.random.default_rng(seed), 7.5) for seed in range(60)
    )
    expected = np.array(figures.CLINIC_BY_PART)
    assert np.abs(counted.by_part - expected)[:, :2].max() < 0.03
    assert np.abs(counted.by_part - expected)[:, [0, 1, 2], [0, 1, 2]].max() < 0.06


def test_nobody_dreams_or_sleeps_deeply_at_once() -> None:
    for family in NAMES:
        for seed in range(10):
            stages = FAMILIES[family].hypnogram(np.random.default_rng(seed), 6.0).stages
            first = next(stage for stage in stages if stage is not Stage.AWAKE)
            assert first is Stage.LIGHT


@pytest.mark.parametrize("family", NAMES)
def test_breath_is_steadiest_in_deep_sleep_and_most_uneven_in_rem(family: FamilyName) -> None:
    made = FAMILIES[family]
    spreads = {}
    for doing in (Doing.DEEP, Doing.LIGHT, Doing.REM):
        person = replace(draw_household(1, family).owner, apneas=0.0, bpm=14.0)
        course = _only(doing)
        breaths = made.breaths(np.random.default_rng(3), course, person)
        rates = breaths.rate(np.arange(100.0, 7000.0, 30.0, dtype=np.float64))
        spreads[doing] = float(np.std(rates))
        assert np.median(rates) == pytest.approx(14.0, rel=0.12)
    assert spreads[Doing.DEEP] < spreads[Doing.LIGHT] < spreads[Doing.REM]


@pytest.mark.parametrize("family", NAMES)
def test_apneas_take_the_breath_away_only_in_sleep(family: FamilyName) -> None:
    made, person = FAMILIES[family], replace(draw_household(1, family).owner, apneas=60.0)
    for doing, expected in ((Doing.LIGHT, True), (Doing.LYING, False)):
        breaths = made.breaths(np.random.default_rng(3), _only(doing), person)
        t = np.arange(0.0, 7000.0, 0.25, dtype=np.float64)
        depth = np.ptp(breaths.chest(t).reshape(-1, 40), axis=1)
        quiet = float(np.mean(depth < 0.25 * np.median(depth)))
        assert (quiet > 0.02) is expected


@pytest.mark.parametrize("family", NAMES)
def test_who_reads_moves_more_than_who_sleeps(family: FamilyName) -> None:
    made, person = FAMILIES[family], draw_household(1, family).owner
    t = np.arange(0.0, 20 * 3600.0, 0.5, dtype=np.float64)
    unrest = [
        float(made.stirs(np.random.default_rng(3), _only(doing, 20.0), person).unrest(t).mean())
        for doing in (Doing.READING, Doing.LIGHT, Doing.DEEP)
    ]
    assert unrest[0] > 2 * unrest[1] > 2 * unrest[2]


def _only(doing: Doing, hours: float = 2.0) -> Course:
    return Course([(0.0, doing)], hours * 3600.0)
