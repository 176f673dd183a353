"""Knocks: heard at once where nobody is fast enough to be heard, and no evidence of anybody."""

import numpy as np
import pytest

from halcyon.core.snapshot import SnapshotError
from halcyon.sense.ultrasound.doppler import BANDS
from halcyon.sense.ultrasound.features import WIDTH, broadband
from halcyon.sense.ultrasound.knocks import Knocks


def frame(*, far: float = 0.0, bands: float = 0.0) -> np.ndarray:
    """Features of a frame: how far the far bins and all bands are over their floor, dB."""
    x = np.zeros(WIDTH, dtype=np.float32)
    x[:BANDS] = bands / 10
    x[WIDTH - 7] = far / 10
    return x


QUIET, KNOCK, WALK = frame(), frame(far=15, bands=20), frame(far=8, bands=35)


def test_features_tell_how_broad_a_sound_is() -> None:
    far, loud = broadband(KNOCK)
    assert far == pytest.approx(15)
    assert loud == pytest.approx(20)


def test_a_knock_rings_for_a_while() -> None:
    knocks = Knocks()
    heard = [bool(knocks.step(each)) for each in [*[QUIET] * 10, KNOCK, *[QUIET] * 10]]
    assert heard == [False] * 10 + [True] * 5 + [False] * 6


def test_somebody_close_by_is_no_knock() -> None:
    knocks = Knocks()
    assert not any(knocks.step(each) for each in [QUIET] * 10 + [WALK] * 20)


def test_who_comes_nearer_fills_one_half_of_the_bands_and_is_no_knock() -> None:
    nearer = WALK.copy()
    nearer[: BANDS // 2] = 0
    knocks = Knocks()
    assert not any(knocks.step(each) for each in [QUIET] * 10 + [nearer] * 20)


def test_what_stays_is_soon_usual() -> None:
    knocks = Knocks()
    heard = [bool(knocks.step(each)) for each in [QUIET] * 10 + [KNOCK] * 100]
    assert heard[10]
    assert not any(heard[60:])


def test_after_a_pause_nothing_rings_any_longer() -> None:
    knocks = Knocks()
    knocks.step(QUIET)
    assert knocks.step(KNOCK)
    assert not knocks.step(QUIET, 10.0)


def test_a_restart_changes_nothing() -> None:
    whole, first, second = Knocks(), Knocks(), Knocks()
    frames = [QUIET, KNOCK, QUIET, WALK, KNOCK, QUIET, QUIET]
    expected = [bool(whole.step(each)) for each in frames]
    said = [bool(first.step(each)) for each in frames[:3]]
    second.restore(first.snapshot())
    assert said + [bool(second.step(each)) for each in frames[3:]] == expected
    assert second.snapshot() == whole.snapshot()


def test_a_spoiled_snapshot_is_refused() -> None:
    with pytest.raises(SnapshotError):
        Knocks().restore({"usual": "loud", "left": 0.0})


def test_many_at_once_are_each_in_turn() -> None:
    rows = [np.stack(each) for each in ([QUIET, QUIET], [KNOCK, QUIET], [QUIET, WALK])]
    together = Knocks()
    heard = np.stack([together.step(each) for each in rows])
    for column in (0, 1):
        alone = Knocks()
        expected = [bool(alone.step(each[column])) for each in rows]
        np.testing.assert_array_equal(heard[:, column], expected)
