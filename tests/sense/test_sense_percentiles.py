"""Percentiles of the senses, beside numpy's."""

import subprocess
import sys

from hypothesis import given, strategies as st
import numpy as np
import pytest

from halcyon.sense.percentiles import percentiles

LEVELS = st.floats(-1e6, 1e6, allow_nan=False, width=32)


@given(st.lists(LEVELS, min_size=1, max_size=60), st.lists(st.floats(0, 100), max_size=4))
def test_they_are_those_of_numpy(values: list[float], shares: list[float]) -> None:
    found = percentiles(np.array(values), shares)
    assert np.array(found) == pytest.approx(np.percentile(values, shares), rel=1e-12, abs=1e-9)


def test_they_follow_an_axis() -> None:
    frames = np.random.default_rng(7).normal(size=(3, 41, 5)).astype(np.float32)
    median, high = percentiles(frames, (50, 95), axis=-2)
    assert (median.shape, high.shape) == ((3, 5), (3, 5))
    assert np.stack([median, high]) == pytest.approx(
        np.percentile(frames.astype(np.float64), (50, 95), axis=-2)
    )


def test_nobody_waits_for_an_import_when_they_are_first_asked_for() -> None:
    """In a process of its own, because the tests themselves use all of numpy."""
    program = (
        "import sys, numpy as np\n"
        "from halcyon.sense.percentiles import percentiles\n"
        "before = set(sys.modules)\n"
        "percentiles(np.arange(9.0), (5, 95))\n"
        "assert set(sys.modules) == before, set(sys.modules) - before\n"
    )
    subprocess.run([sys.executable, "-c", program], check=True)
