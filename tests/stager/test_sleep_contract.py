"""The numbers that the network is given depend on what has been, and on nothing else."""

import json

from hypothesis import given, settings, strategies as st
import numpy as np
import pytest
from tests.stager.conftest import nights, steady

from halcyon.core.snapshot import SnapshotError
from halcyon.sense.sleep.contract import (
    BEAT_CHANGE,
    CHANNELS,
    COUNT,
    HEART_RATE,
    SWING,
    SWING_EVENNESS,
    SWING_FAST,
    SWING_SHARE,
    SWING_SLOW,
    WIDTH,
    Contract,
    sensed,
)
from halcyon.sense.sleep.epoch import Beats, Breathing, Heart, SleepEpoch, Swings


def told(epochs: list[SleepEpoch]) -> np.ndarray:
    contract = Contract()
    return np.stack([contract.step(epoch) for epoch in epochs])


@given(nights())
@settings(max_examples=60)
def test_every_number_is_finite_and_bounded(epochs: list[SleepEpoch]) -> None:
    found = told(epochs)
    assert found.shape == (len(epochs), WIDTH)
    assert found.dtype == np.float32
    assert np.isfinite(found).all()
    assert np.abs(found).max() <= 6.0


@given(nights(min_size=2), st.data())
@settings(max_examples=40)
def test_a_snapshot_goes_on_as_if_nothing_had_been(
    epochs: list[SleepEpoch], data: st.DataObject
) -> None:
    at = data.draw(st.integers(1, len(epochs) - 1))
    first, second = Contract(), Contract()
    for epoch in epochs[:at]:
        first.step(epoch)
    second.restore(json.loads(json.dumps(first.snapshot())))
    for epoch in epochs[at:]:
        assert (first.step(epoch) == second.step(epoch)).all()


@given(st.lists(nights(min_size=5, max_size=5), min_size=2, max_size=4))
@settings(max_examples=20)
def test_many_nights_side_by_side_are_those_of_each(several: list[list[SleepEpoch]]) -> None:
    together = Contract(len(several))
    alone = [told(epochs) for epochs in several]
    for n in range(5):
        found = together.told(np.stack([sensed(epochs[n]) for epochs in several]))
        assert (found == np.stack([each[n] for each in alone])).all()


def test_what_is_not_measured_is_zero_and_says_so() -> None:
    found = told([SleepEpoch(0.0, heart=Heart(60.0, 1.0)), SleepEpoch(30.0)])
    masks = found[:, : COUNT * 10].reshape(2, COUNT, 10)[:, :, 0]
    names = [each.name for n, each in enumerate(CHANNELS) if masks[0, n]]
    assert names == ["heart rate, ln", "heart rate's spread, ln"]
    assert not masks[1].any()
    breathless = found[:, : COUNT * 10].reshape(2, COUNT, 10)[:, 3:]
    assert not breathless.any()


def test_nothing_tells_how_long_the_recording_is() -> None:
    """After minutes of the same, more minutes of it change nothing that matters."""
    found = told(steady(1200))
    assert np.abs(found[1199] - found[599]).max() < 0.15


def test_another_persons_level_is_told_alike() -> None:
    slow, fast = told(steady(200, 50.0)), told(steady(200, 75.0))
    rate = slice(0, 10)
    assert np.abs(slow[150:, rate] - fast[150:, rate]).max() < 0.5


def test_a_faster_heart_shows_against_what_has_been() -> None:
    found = told([*steady(240), *steady(4, 75.0, start=7200.0)])
    beside = found[-1, 1:4]
    assert (beside > 1.0).all()
    assert np.abs(found[239, 1:4]).max() < 0.3


def test_the_depth_of_breath_has_no_unit() -> None:
    def breathing(unit: float) -> list[SleepEpoch]:
        return [
            SleepEpoch(30.0 * n, Breathing(14.0, amplitude=unit * (1.0 + 0.2 * (n % 5))))
            for n in range(100)
        ]

    assert np.abs(told(breathing(1.0)) - told(breathing(300.0)))[80:].max() < 0.2


@pytest.mark.parametrize("broken", [{}, [], {"weight": 1}, None])
def test_what_is_no_snapshot_is_refused(broken: object) -> None:
    with pytest.raises(SnapshotError):
        Contract().restore(broken)  # type: ignore[arg-type]


def test_a_snapshot_with_averages_that_are_no_numbers_is_refused() -> None:
    contract = Contract()
    contract._mean[0, 0] = np.nan
    with pytest.raises(SnapshotError, match="not a number"):
        Contract().restore(contract.snapshot())


def test_single_beats_are_told_where_they_are_heard() -> None:
    beats = Beats(0.05, Swings(2.0, 3.0, 1.0, 0.5, None))
    known, unknown = (
        sensed(SleepEpoch(0.0, heart=heart)) for heart in (Heart(60.0, beats=beats), Heart(60.0))
    )
    assert known[BEAT_CHANGE] == pytest.approx(np.log(0.052))
    assert known[SWING] > known[SWING_SLOW] > known[SWING_FAST]
    assert known[SWING_SHARE] == 0.5
    assert np.isnan(known[SWING_EVENNESS])
    assert np.isnan(unknown[[BEAT_CHANGE, SWING_SLOW, SWING, SWING_FAST, SWING_SHARE]]).all()
    assert unknown[HEART_RATE] == known[HEART_RATE]
