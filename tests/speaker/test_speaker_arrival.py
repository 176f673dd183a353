"""When the tone arrives, by its own rise; and what sensing may cost."""

from hypothesis import given, strategies as st
import numpy as np
from numpy.typing import NDArray
import pytest

from halcyon_speaker.arrival import rise
from halcyon_speaker.budget import REMEMBERED_S, Budget

RATE = 1000.0


def risen(at: float, level: float, noise: float, seed: int) -> NDArray[np.float32]:
    """The amplitude of a tone that rises over 5 ms around a time in samples, and stays."""
    n = np.arange(600)
    ramp = np.clip((n - at) / 5 + 0.5, 0, 1)
    hiss = np.abs(np.random.default_rng(seed).standard_normal(600)) * noise
    return (level * (0.5 - 0.5 * np.cos(np.pi * ramp)) + hiss).astype(np.float32)


@given(
    at=st.floats(60, 400),
    level=st.floats(1e-4, 0.9),
    part=st.floats(0, 0.05),
    seed=st.integers(0, 99),
)
def test_a_rise_is_found_to_a_millisecond(at: float, level: float, part: float, seed: int) -> None:
    found = rise(risen(at, level, part * level, seed), RATE)
    assert found == pytest.approx(at, abs=1.0)


def test_a_clap_is_no_rise() -> None:
    series = risen(300.0, 0.1, 0.001, 1)
    series[100:110] = 0.2
    assert rise(series, RATE) == pytest.approx(300, abs=1)


@pytest.mark.parametrize(
    "series",
    [np.zeros(600), np.ones(600), np.abs(np.sin(np.arange(600.0))), np.ones(20)],
    ids=["silence", "steady", "wild", "short"],
)
def test_what_is_no_rise_gives_none(series: NDArray[np.float64]) -> None:
    assert rise(series.astype(np.float32), RATE) is None


class Clock:
    def __init__(self) -> None:
        self.t = 0.0

    def __call__(self) -> float:
        return self.t


@given(costs=st.lists(st.floats(0, 0.2), min_size=1, max_size=400))
def test_no_more_is_spent_than_was_earned_saved_and_begun(costs: list[float]) -> None:
    clock = Clock()
    budget = Budget(clock, share=0.25)
    for cost in costs:
        if budget.earn(0.05):
            with budget.spending():
                clock.t += cost
        else:
            budget.drop()
    assert budget.spent <= 0.5 + 0.25 * budget.sounded + 0.2
    assert budget.spent == pytest.approx(clock.t)


def test_what_is_cheap_is_never_left_out() -> None:
    clock = Clock()
    budget = Budget(clock, share=0.25)
    for _ in range(2000):
        assert budget.earn(0.05)
        with budget.spending():
            clock.t += 0.0124
    assert not budget.overloaded
    assert budget.used == pytest.approx(0.248)


def test_leaving_out_is_remembered_for_a_minute() -> None:
    budget = Budget(Clock(), share=0.25)
    budget.drop()
    assert budget.overloaded
    for _ in range(round(REMEMBERED_S / 0.05) + 1):
        budget.earn(0.05)
    assert not budget.overloaded
