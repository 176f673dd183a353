"""Other tellings of the same lesson: later, faster, a little wrong, and still the same motion."""

from hypothesis import given, settings, strategies as st
import numpy as np
import pytest
from training.motion.vary import after_longer_quiet, repacing, varied

from halcyon.sense.ultrasound.doppler import AXIS, BANDS
from halcyon.sense.ultrasound.features import WIDTH

FRAMES = 600
HALF = BANDS // 2


def quiet_until(begin: int, count: int = 200) -> np.ndarray:
    quiet = np.ones(count, dtype=np.bool)
    quiet[begin:] = False
    return quiet


@given(st.integers(0, 2**31))
@settings(max_examples=50)
def test_what_begins_begins_later_and_goes_on_as_before(seed: int) -> None:
    begin = 60
    order = after_longer_quiet(quiet_until(begin), FRAMES, np.random.default_rng(seed))
    place = int(np.flatnonzero(order == begin)[0])
    np.testing.assert_array_equal(order[place:], np.arange(begin, 200))
    assert order[:place].max() < begin
    assert place <= FRAMES - 50, "some of what begins is heard"


def test_quiet_is_as_long_as_a_sequence_allows() -> None:
    lengths = [
        int(np.flatnonzero(after_longer_quiet(quiet_until(60), FRAMES, rng) == 60)[0])
        for rng in map(np.random.default_rng, range(60))
    ]
    assert min(lengths) < 100
    assert max(lengths) > 450


@pytest.mark.parametrize("quiet", [np.ones(80, np.bool), quiet_until(10, 80)])
def test_where_nothing_begins_after_quiet_all_stays(quiet: np.ndarray) -> None:
    order = after_longer_quiet(quiet, FRAMES, np.random.default_rng(1))
    np.testing.assert_array_equal(order, np.arange(80))


@pytest.mark.parametrize("factor", [0.7, 1.3])
def test_another_pace_moves_a_peak_by_its_factor(factor: float) -> None:
    slow = np.zeros(BANDS, dtype=np.float32)
    slow[HALF + 7] = 1.0
    moved = slow @ repacing(factor)
    centre = float((moved * AXIS).sum() / moved.sum())
    assert centre == pytest.approx(factor * float(AXIS[HALF + 7]), rel=0.15)
    np.testing.assert_allclose(slow[::-1] @ repacing(factor), moved[::-1], atol=1e-6)


def test_a_flat_spectrum_has_no_pace() -> None:
    flat = np.full(BANDS, 2.0, dtype=np.float32)
    np.testing.assert_allclose(flat @ repacing(0.8), flat, atol=1e-5)


def test_only_the_bands_vary() -> None:
    x = np.random.default_rng(2).normal(size=(50, WIDTH)).astype(np.float32)
    changed = False
    for seed in range(20):
        y = varied(x, np.random.default_rng(seed))
        np.testing.assert_array_equal(y[:, 2 * BANDS :], x[:, 2 * BANDS :])
        changed |= not np.array_equal(y, x)
    assert changed
