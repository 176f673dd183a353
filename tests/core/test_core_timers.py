"""Deadlines fire once, in order, and survive snapshots."""

import json
import math

from hypothesis import given, strategies as st
import pytest

from halcyon.core.snapshot import SnapshotError
from halcyon.core.timers import Key, Timers

A: Key = ("a",)
B: Key = ("b",)
C: Key = ("c",)


def test_due_in_the_order_of_deadline_then_creation() -> None:
    timers = Timers()
    timers.set(A, 10.0)
    timers.set(B, 5.0)
    timers.set(C, 10.0)
    assert timers.next_deadline == 5.0
    assert list(timers.due(10.0)) == [(B, 5.0), (A, 10.0), (C, 10.0)]
    assert timers.next_deadline is None


def test_setting_again_replaces_and_moves_behind_its_equals() -> None:
    timers = Timers()
    timers.set(A, 10.0)
    timers.set(B, 10.0)
    timers.set(A, 10.0)
    assert list(timers.due(10.0)) == [(B, 10.0), (A, 10.0)]


def test_a_timer_set_while_firing_fires_too() -> None:
    timers = Timers()
    timers.set(A, 1.0)
    fired: list[tuple[Key, float]] = []
    for key, at in timers.due(3.0):
        fired.append((key, at))
        if at < 2.5:
            timers.set(A, at + 1.0)
    assert fired == [(A, 1.0), (A, 2.0), (A, 3.0)]


def test_a_cancelled_timer_is_forgotten() -> None:
    timers = Timers()
    timers.set(A, 1.0)
    timers.cancel(A)
    timers.cancel(B)
    assert timers.deadline(A) is None
    assert list(timers.due(9.0)) == []


@pytest.mark.parametrize("deadline", [math.inf, -math.inf, math.nan])
def test_a_deadline_must_be_finite(deadline: float) -> None:
    with pytest.raises(ValueError, match="finite"):
        Timers().set(A, deadline)


@pytest.mark.parametrize("state", [None, [], {}, {"running": 1}, {"running": [[["a"], "x"]]}])
def test_what_is_no_snapshot_is_refused(state: object) -> None:
    with pytest.raises(SnapshotError):
        Timers().restore(state)  # type: ignore[arg-type]


keys = st.sampled_from([A, B, C])
times = st.floats(0, 100, allow_nan=False)
operations = st.lists(
    st.one_of(
        st.tuples(st.just("set"), keys, times),
        st.tuples(st.just("cancel"), keys, times),
        st.tuples(st.just("due"), keys, times),
    ),
    max_size=40,
)


def apply(timers: Timers, steps: list[tuple[str, Key, float]]) -> list[tuple[Key, float]]:
    fired: list[tuple[Key, float]] = []
    for name, key, t in steps:
        match name:
            case "set":
                timers.set(key, t)
            case "cancel":
                timers.cancel(key)
            case _:
                fired += timers.due(t)
    return fired


@given(before=operations, after=operations)
def test_a_restored_copy_goes_on_as_the_original(
    before: list[tuple[str, Key, float]], after: list[tuple[str, Key, float]]
) -> None:
    original, copy = Timers(), Timers()
    apply(original, before)
    copy.set(("stale",), 0.0)
    copy.restore(json.loads(json.dumps(original.snapshot())))
    assert apply(copy, after) == apply(original, after)
    assert copy.next_deadline == original.next_deadline


@given(steps=operations, first=times, second=times)
def test_advancing_in_two_steps_fires_what_one_step_fires(
    steps: list[tuple[str, Key, float]], first: float, second: float
) -> None:
    early, late = sorted((first, second))
    split, whole = Timers(), Timers()
    apply(split, steps)
    apply(whole, steps)
    assert [*split.due(early), *split.due(late)] == list(whole.due(late))
