"""Who walked in, as a radar beside the bed sees it."""

from collections.abc import Iterable

from hypothesis import given, settings, strategies as st
import pytest

from halcyon.sense.sleep.arrival import Arrival
from halcyon.sense.sleep.second import Second

WALK = [2.8, 2.0, 1.3, 0.6, 0.5, 0.72, 0.7, 0.71]


def arrive(distances: Iterable[float | None], every: float = 1.0) -> Arrival:
    arrival = Arrival()
    for number, distance in enumerate(distances):
        arrival.take(Second(number * every, distance=distance))
    return arrival


def test_who_comes_from_the_door_walked_in() -> None:
    assert arrive(WALK).walked_in is True
    assert arrive([2.9, 1.5, 0.6], every=2.0).walked_in is True


@pytest.mark.parametrize(
    "distances",
    [
        [0.7] * 9,  # an animal, seen only when it is there
        [1.4, 0.9, 0.6, 0.7],  # the same, seen a little sooner
        [2.1, 2.1, 2.1, 0.7, 0.5, 0.45],  # a fan, and then something before it
        [0.7, 1.5, 2.3, 2.9],  # who leaves
        [*WALK, 0.4, 1.2, 2.1, 2.8, None, None, 0.7],  # who left again, and what stayed
    ],
)
def test_nobody_walked_in(distances: list[float | None]) -> None:
    assert arrive(distances).walked_in is False


def test_a_node_without_distances_says_nothing() -> None:
    assert arrive([None] * 5).walked_in is None


def test_who_is_not_seen_for_long_is_gone() -> None:
    assert arrive([*WALK, *[None] * 5, 0.7]).walked_in is True
    assert arrive([*WALK, *[None] * 15, 0.7]).walked_in is False


@settings(max_examples=50, deadline=None)
@given(st.lists(st.one_of(st.none(), st.floats(0.2, 3.5)), max_size=30), st.integers(0, 30))
def test_a_restored_arrival_goes_on_alike(distances: list[float | None], cut: int) -> None:
    whole, parted = Arrival(), Arrival()
    for number, distance in enumerate(distances):
        if number == cut:
            saved = parted.snapshot()
            parted = Arrival()
            parted.restore(saved)
        for each in (whole, parted):
            each.take(Second(float(number), distance=distance))
    assert parted.snapshot() == whole.snapshot()
