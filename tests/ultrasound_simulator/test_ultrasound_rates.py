from hypothesis import given, strategies as st
import numpy as np
import pytest

from halcyon.simulate.ultrasound.arrays import Complexes
from halcyon.simulate.ultrasound.rates import (
    ALIGNMENT,
    PASS,
    STOP,
    grid_for,
    grid_times,
    response,
    to_output,
)

RATE = 1000.0
GRIDS = (1 / 8, 1 / 4, 1 / 2, 1.0, 2.0, 4.0, 8.0, 16.0)


def heard(frequency: float, grid: float) -> Complexes:
    """A complex tone evaluated on a grid and brought to the output rate, 400 samples from 800."""
    t = grid_times(grid, RATE, 800, 400)
    tone: Complexes = to_output(np.exp(2j * np.pi * frequency * t)[None], grid, 400)[0]
    return tone


@pytest.mark.parametrize("grid", GRIDS)
@given(part=st.floats(-1, 1))
def test_what_passes_is_unchanged_to_90_db(grid: float, part: float) -> None:
    frequency = part * PASS * RATE * min(grid, 1.0)
    expected = np.exp(2j * np.pi * frequency * np.arange(800, 1200) / RATE)
    assert np.abs(heard(frequency, grid) - expected).max() < 10 ** (-90 / 20)


@pytest.mark.parametrize("grid", [2.0, 4.0, 8.0, 16.0])
@given(part=st.floats(0, 1), sign=st.sampled_from((-1, 1)))
def test_what_is_too_fast_leaves_less_than_minus_100_db(
    grid: float, part: float, sign: int
) -> None:
    frequency = sign * RATE * (STOP + part * (grid - 2 * STOP))
    assert np.abs(heard(frequency, grid)).max() < 10 ** (-100 / 20)


@given(doppler=st.floats(0, 30_000))
def test_a_grid_holds_what_it_is_chosen_for(doppler: float) -> None:
    grid = grid_for(doppler, RATE)
    if grid <= 1:
        assert doppler < PASS * RATE * grid
    else:
        folded = grid * RATE - doppler
        assert folded > STOP * RATE


def test_what_no_grid_holds() -> None:
    with pytest.raises(ValueError, match="faster"):
        grid_for(40_000, RATE)


def test_the_response_is_that_of_the_filters() -> None:
    frequencies = np.array([0.0, 350.0, 450.0, 500.0, 550.0])
    found = [np.abs(heard(each, 4.0)).mean() for each in frequencies]
    assert response(frequencies, RATE) == pytest.approx(found, abs=1e-3)


@given(count=st.integers(1, 30).map(lambda n: n * ALIGNMENT), grid=st.sampled_from(GRIDS))
def test_the_times_of_a_grid_give_the_samples_asked_for(count: int, grid: float) -> None:
    t = grid_times(grid, RATE, 80, count)
    assert to_output(np.ones((2, len(t))), grid, count).shape == (2, count)
