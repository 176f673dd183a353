"""What could be better in the room, and how a night compares with others."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from tests.report.made import AIR, START, night

from halcyon.core.output import Environment
from halcyon.sense.sleep.advice import LIMITS, advise
from halcyon.sense.sleep.comparison import FEWEST, NIGHTS, compare
from halcyon.sense.sleep.report import Report, report

DAY = 86_400.0


def air(epochs: int, beyond: Environment) -> Callable[[int], Environment]:
    return lambda epoch: beyond if epoch < epochs else AIR


def test_good_air_needs_no_advice() -> None:
    assert advise(report(night("L" * 100, asleep=0))) == ()


@pytest.mark.parametrize(
    ("beyond", "key", "worst"),
    [
        (replace(AIR, temp=27.3), "too_warm", 27.3),
        (replace(AIR, rh=22.0), "too_dry", 22.0),
        (replace(AIR, rh=71.0), "too_humid", 71.0),
        (replace(AIR, lux=30.0), "too_bright", 30.0),
        (replace(AIR, co2=1800.0), "stuffy", 1800.0),
    ],
)
def test_what_is_beyond_a_limit_for_long_is_told(
    beyond: Environment, key: str, worst: float
) -> None:
    found = advise(report(night("L" * 100, asleep=0, air=air(40, beyond))))
    assert [(each.key, each.worst, each.minutes) for each in found] == [(key, worst, 20.0)]
    assert found[0].source in {limit.source for limit in LIMITS}
    assert advise(report(night("L" * 100, asleep=0, air=air(20, beyond)))) == ()


def test_only_the_sleep_counts() -> None:
    bright = air(60, replace(AIR, lux=300.0))
    assert advise(report(night("W" * 60 + "L" * 60, asleep=60, air=bright))) == ()


def test_what_was_not_measured_is_not_judged() -> None:
    nothing = Environment(None, None, None, None)
    assert advise(report(night("L" * 100, asleep=0, air=lambda _: nothing))) == ()
    assert advise(report(night("L" * 100, asleep=0, air=air(81, nothing)))) == ()


def before(nights: int, told: str) -> list[Report]:
    """The same night over and over, on the days before."""
    one = report(night(told, asleep=4))
    return [replace(one, start=one.start - (day + 1) * DAY) for day in range(nights)]


LONG = "WWWW" + "L" * 700 + "W" * 16
SHORT = "WWWW" + "L" * 500 + "W" * 16


def test_a_night_beside_a_week_of_others() -> None:
    differences = compare(report(night(LONG, asleep=4)), before(FEWEST, SHORT))
    asleep = differences["asleep"]
    assert (asleep.value, asleep.median, asleep.difference) == (350.0, 250.0, 100.0)
    assert asleep.nights == FEWEST
    assert differences["respiration"].difference == 0.0
    assert "rem_latency" not in differences


def test_a_few_nights_are_nothing_to_compare_with() -> None:
    assert compare(report(night(LONG, asleep=4)), before(FEWEST - 1, SHORT)) == {}


def test_only_the_last_nights_before_count() -> None:
    mine = report(night(LONG, asleep=4))
    later = [replace(each, start=START + DAY) for each in before(3, SHORT)]
    differences = compare(mine, before(NIGHTS + 20, SHORT) + later)
    assert differences["asleep"].nights == NIGHTS


def test_naps_compare_with_nothing_and_nothing_with_them() -> None:
    nap, whole = "W" + "L" * 100, report(night(LONG, asleep=4))
    assert compare(report(night(nap, asleep=1)), before(10, SHORT)) == {}
    assert compare(whole, before(10, nap)) == {}
