"""The shipped stager: what it told stays told, and it says nothing of what it did not sense."""

from collections.abc import Sequence
from dataclasses import replace
import json

from hypothesis import given, settings, strategies as st
import numpy as np
import pytest
from tests.stager.conftest import nights, steady

from halcyon.core.snapshot import SnapshotError
from halcyon.sense.network import Network
from halcyon.sense.sleep.contract import WIDTH
from halcyon.sense.sleep.epoch import Breathing, Heart, Movement, SleepEpoch
from halcyon.sense.sleep.stager import LONGEST_GAP_S, UNMEASURED, Staged, Stager

LARGEST_NETWORK = 100_000


def staged(epochs: Sequence[SleepEpoch], stager: Stager | None = None) -> list[Staged]:
    stager = stager or Stager()
    return [stager.step(epoch) for epoch in epochs]


@given(nights(min_size=3, max_size=60), st.data())
@settings(max_examples=40)
def test_the_future_changes_nothing(epochs: list[SleepEpoch], data: st.DataObject) -> None:
    """Whatever comes after an epoch, all that was told up to it is the same to the last bit."""
    last = data.draw(st.integers(0, len(epochs) - 2))
    after = data.draw(nights(min_size=1, max_size=20))
    others = [replace(each, start=30.0 * (last + 1 + n)) for n, each in enumerate(after)]
    assert staged(epochs)[: last + 1] == staged([*epochs[: last + 1], *others])[: last + 1]


@given(nights(max_size=40))
@settings(max_examples=40)
def test_what_is_told_makes_sense(epochs: list[SleepEpoch]) -> None:
    for epoch, told in zip(epochs, staged(epochs), strict=True):
        if told.stage is None:
            assert told == UNMEASURED
            continue
        assert told.confidence is not None
        assert 0.0 <= told.confidence <= 1.0
        assert told.probabilities is not None
        assert sum(told.probabilities) == pytest.approx(1.0, abs=1e-5)
        assert (epoch.breathing, epoch.heart, epoch.movement) != (None, None, None)


def test_an_epoch_in_which_nothing_was_measured_is_not_staged() -> None:
    epochs = steady(20)
    epochs[10] = SleepEpoch(300.0, distance=0.8)
    epochs[11] = SleepEpoch(330.0, breathing=Breathing(None, quality=0.1))
    told = staged(epochs)
    assert told[10] == told[11] == UNMEASURED
    assert all(each.stage is not None for n, each in enumerate(told) if n not in {10, 11})


@pytest.mark.parametrize(
    "part",
    [
        {"heart": Heart(58.0)},
        {"breathing": Breathing(14.0)},
        {"breathing": Breathing(14.0, 0.9, 0.1, 1.0, 0.8, 5.0)},
        {"movement": Movement(0.0, 0.01)},
    ],
)
def test_any_part_of_what_sensors_tell_is_enough(part: dict[str, object]) -> None:
    epochs = [SleepEpoch(30.0 * n, **part) for n in range(30)]  # type: ignore[arg-type]
    assert all(told.stage is not None for told in staged(epochs))


@given(nights(min_size=2, max_size=30), st.data())
@settings(max_examples=25)
def test_a_restart_in_the_night_changes_nothing(
    epochs: list[SleepEpoch], data: st.DataObject
) -> None:
    at = data.draw(st.integers(1, len(epochs) - 1))
    first, second = Stager(), Stager()
    staged(epochs[:at], first)
    second.restore(json.loads(json.dumps(first.snapshot())))
    assert staged(epochs[at:], first) == staged(epochs[at:], second)


def test_an_epoch_left_out_counts_as_not_measured() -> None:
    epochs = steady(60)
    holed = [*epochs[:30], *epochs[33:]]
    empty = [*epochs[:30], *(SleepEpoch(30.0 * n) for n in (30, 31, 32)), *epochs[33:]]
    assert staged(holed)[30:] == staged(empty)[33:]


def test_after_a_long_gap_and_after_time_went_back_a_night_begins() -> None:
    fresh = staged(steady(5, 70.0))
    for start in (30.0 * 40 + LONGEST_GAP_S + 60.0, 300.0):
        stager = Stager()
        staged(steady(40), stager)
        again = staged(steady(5, 70.0, start=start), stager)
        assert [each.probabilities for each in again] == [each.probabilities for each in fresh]


def test_a_snapshot_of_other_weights_is_refused_and_changes_nothing() -> None:
    stager, untouched = Stager(), Stager()
    state = stager.snapshot()
    assert isinstance(state, dict)
    for broken in ({**state, "weights": "other"}, {**state, "network": []}, {**state, "last": "x"}):
        with pytest.raises(SnapshotError):
            stager.restore(broken)
    assert staged(steady(5), stager) == staged(steady(5), untouched)


def test_the_network_is_small() -> None:
    network: Network = Stager()._network
    assert network.structure.inputs == WIDTH
    assert sum(array.size for array in network.weights.values()) <= LARGEST_NETWORK
    assert np.isfinite(network.step(np.zeros(WIDTH, np.float32), network.start())[0]).all()
