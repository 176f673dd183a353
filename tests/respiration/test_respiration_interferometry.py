"""Phase from complex frames: a chest of known movement before clutter."""

import math

import numpy as np
from numpy.typing import NDArray
import pytest

from halcyon.core.reading import BreathUnit
from halcyon.sense.sleep.interferometry import Interferometer, circle_centres

BINS = 12
CHEST = 7
HZ = 20.0


def frames(
    seconds: float, millimetres: float, *, noise: float = 1.0, seed: int = 1
) -> tuple[NDArray[np.float64], NDArray[np.complex128], NDArray[np.float64]]:
    """Times, frames and the chest's phase: a body over three bins, clutter in all of them."""
    rng = np.random.default_rng(seed)
    times: NDArray[np.float64] = np.arange(int(seconds * HZ)) / HZ
    phase = 4 * np.pi / 5.0 * millimetres / 2 * np.sin(2 * np.pi * 0.25 * times)
    clutter = 300.0 * (rng.normal(size=BINS) + 1j * rng.normal(size=BINS))
    body = np.zeros(BINS, dtype=np.complex128)
    body[CHEST - 1 : CHEST + 2] = np.array([20.0, 60.0, 30.0]) * np.exp(1j * rng.uniform(0, 6, 3))
    hiss = noise * (rng.normal(size=(len(times), BINS)) + 1j * rng.normal(size=(len(times), BINS)))
    return times, clutter + body * np.exp(1j * phase)[:, None] + hiss, phase


@pytest.mark.parametrize("millimetres", [2.0, 5.0, 8.0])
@pytest.mark.parametrize("noise", [0.5, 5.0])
def test_a_chest_is_followed_in_radians(millimetres: float, noise: float) -> None:
    times, every, phase = frames(60.0, millimetres, noise=noise)
    followed = Interferometer()
    told = [followed.take(t, frame) for t, frame in zip(times.tolist(), every, strict=True)]
    assert told[: int(4 * HZ)] == [None] * int(4 * HZ)
    assert followed.bin == CHEST
    late = [each for each in told[int(25 * HZ) :] if each is not None]
    assert {each.unit for each in late} == {BreathUnit.RADIANS}
    assert [each.times[0] for each in late] == times[int(25 * HZ) :].tolist()
    found = np.array([each.values[0] for each in late])
    true = phase[int(25 * HZ) :]
    assert np.corrcoef(found, true)[0, 1] > 0.98
    assert float(np.ptp(found)) == pytest.approx(float(np.ptp(true)), rel=0.15)


def test_what_is_no_frame_is_left_out() -> None:
    times, every, _ = frames(20.0, 5.0)
    clean, soiled = Interferometer(), Interferometer()
    for t, frame in zip(times.tolist(), every, strict=True):
        told = clean.take(t, frame)
        assert soiled.take(math.nan, frame) is None
        assert soiled.take(t, frame * math.nan) is None
        assert soiled.take(t, frame) == told
        assert soiled.take(t - 0.01, frame) is None
        assert soiled.take(t, frame[None]) is None


def test_a_gap_or_other_bins_begin_anew() -> None:
    times, every, _ = frames(20.0, 5.0)
    radar = Interferometer()
    for t, frame in zip(times.tolist(), every, strict=True):
        radar.take(t, frame)
    assert radar.take(21.5, every[0]) is None
    for t, frame in zip((times + 21.6).tolist(), every, strict=True):
        told = radar.take(t, frame)
    assert told is not None
    assert radar.take(42.0, every[0][:5]) is None
    assert radar.take(3.0, every[0]) is None
    assert radar.bin is None


def test_centres_of_circles_and_of_what_is_none() -> None:
    turn = np.exp(1j * np.linspace(0.0, 2.0, 50))
    points = np.stack([3 + 4j + 2.0 * turn, -1j + 9.0 * turn, np.full(50, 5 + 5j)], axis=-1)
    line = np.linspace(0.0, 1.0, 50) * (1 + 2j)
    found = circle_centres(np.column_stack([points, line]))
    np.testing.assert_allclose(found, [3 + 4j, -1j, 5 + 5j, 0.5 + 1j], atol=1e-6)
