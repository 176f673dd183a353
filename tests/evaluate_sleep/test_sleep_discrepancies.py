"""Night by night: bias, limits of agreement, and what they depend on."""

import math

from hypothesis import given, settings, strategies as st
import numpy as np
from numpy.typing import NDArray
import pytest
from tests.evaluate_sleep.conftest import judged

from halcyon.evaluate.sleep.discrepancies import (
    Discrepancies,
    bias,
    discrepancies,
    limits,
    looks_normal,
)
from halcyon.evaluate.sleep.quantities import QUANTITIES

BY_NAME = {each.name: each for each in QUANTITIES}


def measured(reference: list[float], device: list[float]) -> Discrepancies:
    people = tuple(range(len(reference)))
    return Discrepancies(QUANTITIES[0], np.array(reference), np.array(device), people, 0, 0)


def scattered(seed: int, people: int = 60) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    rng = np.random.default_rng(seed)
    return rng.uniform(200.0, 500.0, people), rng.normal(0.0, 1.0, people)


def test_both_sides_are_measured_and_subtracted() -> None:
    nights = [judged("WWLLRW", "WLLLLL"), judged("WLLLWW", "WWLLWW", "two")]
    found = discrepancies(nights, BY_NAME["TST"])
    assert found.reference.tolist() == [1.5, 1.5]
    assert found.differences.tolist() == [1.0, -0.5]
    assert found.whose == (0, 1)
    latency = discrepancies(nights, BY_NAME["SOL"])
    assert latency.differences.tolist() == [-0.5, 0.5]
    awake = discrepancies(nights, BY_NAME["final awakening"])
    assert awake.differences.tolist() == [0.5, 0.0]


def test_a_gap_is_no_shorter_sleep() -> None:
    found = discrepancies([judged("WLLLLW", "WLL..W")], BY_NAME["TST"])
    assert (found.reference[0], found.device[0]) == (1.0, 1.0)
    found = discrepancies([judged(".WLLW.", "LWLLWL")], BY_NAME["TST"])
    assert found.differences.tolist() == [0.0], "what is unscored is not compared"


def test_what_one_side_only_knows_is_counted() -> None:
    nights = [judged("WLR", "WLL"), judged("WLL", "WLR", "b"), judged("WLR", "WLR", "c")]
    found = discrepancies(nights, BY_NAME["REM latency"])
    assert (found.missed, found.invented) == (1, 1)
    assert found.differences.tolist() == [0.0]


@pytest.mark.parametrize(
    ("name", "reference"), [("SOL", "LLRW"), ("REM latency", "LLRW"), ("final awakening", "WLRR")]
)
def test_what_a_recording_does_not_show_is_not_compared(name: str, reference: str) -> None:
    found = discrepancies([judged(reference, "WLRW")], BY_NAME[name])
    assert (found.reference.size, found.missed, found.invented) == (0, 0, 0)
    assert discrepancies([judged("." + reference[::-1], "WWRLL")], BY_NAME[name]).reference.size


def test_a_worked_example() -> None:
    found = bias(measured([100.0, 200.0, 300.0], [101.0, 203.0, 305.0]))
    assert found.value.value == pytest.approx(3.0)
    assert found.deviation == pytest.approx(2.0)
    assert found.lower.value == pytest.approx(3.0 - 3.92)
    assert found.upper.value == pytest.approx(3.0 + 3.92)
    assert found.slope is None, "three nights tell nothing of a slope"


def test_of_no_nights_nothing_is_known() -> None:
    found = bias(measured([], []))
    assert found.nights == 0
    assert math.isnan(found.value.value)


def test_intervals_are_those_of_bland_and_altman_where_differences_are_normal() -> None:
    sizes, noise = scattered(1, people=300)
    found = bias(measured(list(sizes), list(sizes + 10 * noise)))
    reach = 1.96 * found.deviation / math.sqrt(300)
    assert found.value.low == pytest.approx(found.value.value - reach, abs=0.2)
    # Bland and Altman 1999: the variance of a limit is about 3 SD^2 / n.
    wide = 1.96 * math.sqrt(3 / 300) * found.deviation
    assert found.upper.low == pytest.approx(found.upper.value - wide, abs=0.6)
    assert found.upper.high == pytest.approx(found.upper.value + wide, abs=0.6)
    assert found.looks_normal


def test_a_bias_that_grows_is_found() -> None:
    sizes, noise = scattered(2)
    given = measured(list(sizes), list(sizes + 0.2 * (sizes - 350) + 5 * noise))
    found = bias(given)
    assert found.is_proportional
    assert not found.is_uneven
    assert found.slope is not None
    slope, intercept = np.polyfit(given.reference, given.differences, 1)
    assert found.slope.value == pytest.approx(slope)
    low, middle, high = limits(given, found, np.array([0.0, 100.0]))
    assert middle == pytest.approx([intercept, intercept + 100 * slope])
    assert high - low == pytest.approx([high[0] - low[0]] * 2)


def test_a_spread_that_grows_is_found() -> None:
    sizes, noise = scattered(4, people=120)
    given = measured(list(sizes), list(sizes + 0.2 * (sizes - 190) * noise))
    found = bias(given)
    assert found.is_uneven
    low, _, high = limits(given, found, np.array([200.0, 500.0]))
    assert (high - low)[1] > 2 * (high - low)[0]
    inside = np.mean(
        [
            low[0] <= d <= high[0]
            for d, low, high in (
                (d, *(each for each in limits(given, found, np.array([size]))[::2]))
                for size, d in zip(given.reference, given.differences, strict=True)
            )
        ]
    )
    assert inside == pytest.approx(0.95, abs=0.04)


def test_a_plain_device_has_neither() -> None:
    sizes, noise = scattered(5)
    found = bias(measured(list(sizes), list(sizes + 7 + 5 * noise)))
    assert not found.is_proportional
    assert not found.is_uneven


def test_a_constant_device_leaves_no_spread() -> None:
    sizes, _ = scattered(6)
    found = bias(measured(list(sizes), [300.0] * 60))
    assert found.slope is not None
    assert found.slope.value == pytest.approx(-1.0)
    assert not found.is_uneven


@given(st.integers(0, 50), st.floats(-100, 100))
@settings(max_examples=20)
def test_a_constant_shift_moves_the_bias_and_nothing_else(seed: int, shift: float) -> None:
    sizes, noise = scattered(seed, people=20)
    here = bias(measured(list(sizes), list(sizes + 5 * noise)))
    there = bias(measured(list(sizes), list(sizes + 5 * noise + shift)))
    assert there.value.value - here.value.value == pytest.approx(shift, abs=1e-6)
    assert there.deviation == pytest.approx(here.deviation)
    assert there.lower.high - here.lower.high == pytest.approx(shift, abs=1e-6)


def test_repeated_nights_of_few_people_are_less_sure() -> None:
    sizes, noise = scattered(7, people=8)
    once = bias(measured(list(sizes), list(sizes + noise)))
    many = Discrepancies(
        QUANTITIES[0],
        np.tile(sizes, 5),
        np.tile(sizes + noise, 5),
        tuple(range(8)) * 5,
        0,
        0,
    )
    width = once.value.high - once.value.low
    again = bias(many).value
    assert again.high - again.low == pytest.approx(width), "five nights alike are one"


def test_normality() -> None:
    rng = np.random.default_rng(8)
    refused = np.mean([not looks_normal(rng.normal(3.0, 5.0, 30)) for _ in range(1000)])
    assert refused == pytest.approx(0.05, abs=0.025)
    assert not looks_normal(rng.exponential(1.0, 60))
    assert not looks_normal(np.ones(20))
