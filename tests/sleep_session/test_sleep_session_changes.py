"""The cut of a signal into levels, beside the best of all cuts."""

from collections.abc import Sequence
from itertools import pairwise
import math
import random

from hypothesis import given, settings, strategies as st
import pytest

from halcyon.sense.sleep.changepoint import Changes, Segment


def _changes(
    values: Sequence[float | None], penalty: float = 4.0, shortest: int = 1, variance: float = 1.0
) -> Changes:
    changes = Changes(variance, penalty, shortest)
    for value in values:
        changes.step(value)
    return changes


def _residual(values: Sequence[float | None]) -> float:
    there = [value for value in values if value is not None]
    mean = sum(there) / len(there) if there else 0.0
    return sum((value - mean) ** 2 for value in there)


def _least_cost(values: Sequence[float | None], penalty: float, shortest: int) -> float:
    """The cost of the best cut, by trying every last segment of every beginning."""
    least = [-penalty]
    for end in range(1, len(values) + 1):
        least.append(
            min(
                (
                    least[start] + _residual(values[start:end]) + penalty
                    for start in range(end - shortest + 1)
                ),
                default=math.inf,
            )
        )
    return least[-1]


_values = st.lists(
    st.none() | st.floats(-5.0, 5.0, allow_subnormal=False) | st.sampled_from([0.0, 3.0]),
    min_size=1,
    max_size=30,
)


@settings(max_examples=200)
@given(_values, st.floats(0.1, 20.0), st.integers(1, 6))
def test_no_cut_is_better(values: list[float | None], penalty: float, shortest: int) -> None:
    changes = _changes(values, penalty, shortest)
    least = _least_cost(values, penalty, shortest)
    assert changes.cost() == pytest.approx(least, abs=1e-6)
    if math.isfinite(least):
        segments = changes.segments()
        parts = (values[each.start : each.end] for each in segments)
        spent = sum(map(_residual, parts)) + penalty * (len(segments) - 1)
        assert spent == pytest.approx(least, abs=1e-6)


@settings(max_examples=100)
@given(_values, st.integers(1, 6))
def test_segments_cover_the_signal_and_are_long_enough(
    values: list[float | None], shortest: int
) -> None:
    segments = _changes(values, 1.0, shortest).segments()
    assert segments[0].start == 0
    assert segments[-1].end == len(values)
    assert all(before.end == after.start for before, after in pairwise(segments))
    if len(values) >= shortest:
        assert all(each.end - each.start >= shortest for each in segments)


@settings(max_examples=50)
@given(_values, st.integers(1, 4), st.data())
def test_what_comes_later_changes_no_earlier_cost(
    values: list[float | None], shortest: int, data: st.DataObject
) -> None:
    cut = data.draw(st.integers(1, len(values)))
    changes = Changes(1.0, 2.0, shortest)
    costs = []
    for value in values:
        changes.step(value)
        costs.append(changes.cost())
    assert _changes(values[:cut], 2.0, shortest).cost() == costs[cut - 1]


@pytest.mark.parametrize("scale", [0.01, 1.0, 500.0])
def test_a_change_is_found_where_it_is_whatever_the_scale(scale: float) -> None:
    rng = random.Random(3)
    values = [scale * (rng.gauss(0, 1) + (3.0 if 120 <= k < 300 else 0.0)) for k in range(600)]
    segments = _changes(values, 15.0, 10, scale**2).segments()
    assert [each.start for each in segments] == pytest.approx([0, 120, 300], abs=2)
    assert [each.mean / scale for each in segments] == pytest.approx([0, 3, 0], abs=0.3)


def test_noise_alone_is_not_cut() -> None:
    for seed in range(20):
        rng = random.Random(seed)
        changes = _changes([rng.gauss(0, 1) for _ in range(1000)], 30.0, 10)
        assert len(changes.segments()) == 1


def test_a_single_outlier_is_no_segment() -> None:
    values = [8.0 if k == 50 else 0.0 for k in range(100)]
    assert _changes(values, 20.0, 10).segments() == (Segment(0, 100, 0.08),)


def test_the_work_grows_with_the_length_and_not_with_its_square() -> None:
    rng = random.Random(1)
    changes = Changes(1.0, 20.0, 10)
    for k in range(3000):
        changes.step(rng.gauss(0, 1) + (4.0 if k // 200 % 2 else 0.0))
    assert len(changes.candidates) < 300


def test_nothing_is_known_of_nothing() -> None:
    assert _changes([]).segments() == ()
    (segment,) = _changes([None, None]).segments()
    assert math.isnan(segment.mean)


@pytest.mark.parametrize(("variance", "penalty", "shortest"), [(0, 1, 1), (1, 0, 1), (1, 1, 0)])
def test_a_cut_needs_figures_that_mean_something(
    variance: float, penalty: float, shortest: int
) -> None:
    with pytest.raises(ValueError, match="positive"):
        Changes(variance, penalty, shortest)
