"""Shares, rates and curves against values that are known by other means."""

from itertools import pairwise
import math

from hypothesis import given, strategies as st
import numpy as np
import pytest

from halcyon.evaluate.statistics import (
    NO_TRIALS,
    Share,
    auc,
    clustered_interval,
    curve,
    detected_at,
    poisson_upper,
    threshold_at,
)


def test_an_interval_of_a_share_is_wilsons() -> None:
    # Newcombe, Stat. Med. 17, 1998, table I, method 3.
    low, high = Share(81, 263).interval
    assert (low, high) == pytest.approx((0.2553, 0.3662), abs=5e-5)
    assert Share(0, 20).interval == pytest.approx((0.0, 0.1611), abs=5e-5)
    assert Share(1, 29).interval == pytest.approx((0.0061, 0.1718), abs=5e-5)


def test_of_no_trials_nothing_is_known() -> None:
    assert math.isnan(NO_TRIALS.value)
    assert NO_TRIALS.interval == (0.0, 1.0)
    assert Share(3, 4) + NO_TRIALS == Share(3, 4)


def test_a_bound_of_a_rate_is_exact() -> None:
    # Three over the exposure where nothing happened; others from tables of chi-square / 2.
    assert poisson_upper(0, 72) == pytest.approx(-math.log(0.05) / 72)
    assert poisson_upper(1, 1) == pytest.approx(4.744, abs=1e-3)
    assert poisson_upper(10, 1) == pytest.approx(16.962, abs=1e-3)
    assert poisson_upper(100, 2, 0.975) == pytest.approx(121.627 / 2, abs=1e-2)
    assert poisson_upper(0, 0) == math.inf


def test_the_area_counts_pairs() -> None:
    rng = np.random.default_rng(1)
    moving, quiet = rng.integers(0, 6, 40).astype(float), rng.integers(-2, 4, 30).astype(float)
    pairs = [(m > q) + 0.5 * (m == q) for m in moving for q in quiet]
    assert auc(moving, quiet) == pytest.approx(np.mean(pairs))
    assert math.isnan(auc(moving, quiet[:0]))


scores = st.lists(st.integers(-5, 5).map(float), min_size=1, max_size=40).map(np.array)


@given(scores, scores, st.floats(0, 1))
def test_a_threshold_keeps_its_promise(moving: np.ndarray, quiet: np.ndarray, share: float) -> None:
    limit = threshold_at(quiet, share)
    assert (quiet > limit).mean() <= share
    assert detected_at(moving, quiet, share) == (moving > limit).mean()


@given(scores, scores)
def test_a_curve_rises_from_corner_to_corner_and_has_the_area(
    moving: np.ndarray, quiet: np.ndarray
) -> None:
    false, true = curve(moving, quiet)
    assert (false[0], true[0], false[-1], true[-1]) == (0, 0, 1, 1)
    assert all(a <= b for part in (false, true) for a, b in pairwise(part))
    area = float(np.trapezoid(true, false))
    assert area == pytest.approx(auc(moving, quiet))


def test_clusters_that_agree_leave_no_doubt_and_others_do() -> None:
    same, apart = np.array([1.0, 1.0, 1.0, 1.0]), np.array([0.0, 0.0, 1.0, 1.0])
    clusters = [[0, 1], [2, 3]]
    assert clustered_interval(clusters, lambda n: float(same[n].mean())) == (1.0, 1.0)
    assert clustered_interval(clusters, lambda n: float(apart[n].mean())) == (0.0, 1.0)
    undefined = clustered_interval(clusters, lambda _: math.nan)
    assert all(math.isnan(each) for each in undefined)
