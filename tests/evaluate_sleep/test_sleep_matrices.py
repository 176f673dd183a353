"""Figures of error matrices, against formulas worked by hand and against what must hold."""

import math

from hypothesis import given, strategies as st
import numpy as np
from numpy.typing import NDArray
import pytest

from halcyon.evaluate.sleep.matrices import (
    Figure,
    accuracy,
    collapsed,
    f1,
    kappa,
    macro_f1,
    negative_predictive,
    of_class,
    pabak,
    predictive,
    rates,
    sensitivity,
    specificity,
)

type Floats = NDArray[np.float64]

# Rows: awake, asleep. 30 epochs of wake, 20 of them found; 70 of sleep, 5 taken for wake.
WORKED = np.array([[20.0, 10.0], [5.0, 65.0]])

OVERALL: tuple[Figure, ...] = (accuracy, kappa, pabak, macro_f1)
BY_CLASS: tuple[Figure, ...] = (sensitivity, specificity, predictive, negative_predictive, f1)

matrices = st.lists(st.integers(0, 30), min_size=16, max_size=16).map(
    lambda counts: np.array(counts, dtype=np.float64).reshape(4, 4)
)


def test_a_worked_example() -> None:
    assert accuracy(WORKED) == pytest.approx(0.85)
    # By chance they agree on .3 x .25 + .7 x .75 = .6 of the epochs.
    assert kappa(WORKED) == pytest.approx((0.85 - 0.6) / (1 - 0.6))
    assert pabak(WORKED) == pytest.approx(0.7)
    assert sensitivity(WORKED) == pytest.approx([20 / 30, 65 / 70])
    assert specificity(WORKED) == pytest.approx([65 / 70, 20 / 30])
    assert predictive(WORKED) == pytest.approx([20 / 25, 65 / 75])
    assert negative_predictive(WORKED) == pytest.approx([65 / 75, 20 / 25])
    assert f1(WORKED) == pytest.approx([40 / 55, 130 / 145])
    assert macro_f1(WORKED) == pytest.approx((40 / 55 + 130 / 145) / 2)
    assert rates(WORKED) == pytest.approx(np.array([[2 / 3, 1 / 3], [1 / 14, 13 / 14]]))


def test_pabak_of_four_classes() -> None:
    matrix = np.diag([10.0, 20.0, 5.0, 5.0])
    matrix[1, 2] = 10.0
    assert pabak(matrix) == pytest.approx((4 * 0.8 - 1) / 3)


def test_what_never_was_is_not_known() -> None:
    matrix = np.array([[5.0, 0.0, 1.0], [0.0, 0.0, 0.0], [0.0, 2.0, 4.0]])
    assert math.isnan(sensitivity(matrix)[1])
    assert f1(matrix)[1] == 0.0
    unseen = np.diag([5.0, 0.0, 4.0])
    assert math.isnan(f1(unseen)[1])
    assert macro_f1(unseen) == 1.0
    assert math.isnan(kappa(np.diag([7.0, 0.0])))
    assert math.isnan(accuracy(np.zeros((4, 4))))


def test_who_guesses_agrees_by_chance_only() -> None:
    shares = np.array([0.1, 0.5, 0.15, 0.25])
    assert kappa(1000 * np.outer(shares, shares[::-1])) == pytest.approx(0.0)


@given(st.lists(st.integers(1, 50), min_size=2, max_size=5))
def test_identical_scorers_agree_wholly(counts: list[int]) -> None:
    same = np.diag(np.array(counts, dtype=np.float64))
    for figure in OVERALL:
        assert figure(same) == pytest.approx(1.0)


@given(matrices, st.permutations(range(4)))
def test_the_order_of_classes_does_not_matter(matrix: Floats, order: list[int]) -> None:
    moved = matrix[np.ix_(order, order)]
    for figure in OVERALL:
        assert figure(moved) == pytest.approx(figure(matrix), nan_ok=True)
    for figure in BY_CLASS:
        assert figure(moved) == pytest.approx(figure(matrix)[order], nan_ok=True)


@given(matrices, st.integers(2, 9))
def test_more_of_the_same_changes_nothing(matrix: Floats, times: int) -> None:
    for figure in (*OVERALL, *BY_CLASS):
        assert figure(times * matrix) == pytest.approx(figure(matrix), nan_ok=True)


@given(matrices)
def test_who_is_the_reference_matters_to_some(matrix: Floats) -> None:
    for figure in (*OVERALL, f1):
        assert figure(matrix.T) == pytest.approx(figure(matrix), nan_ok=True)
    assert predictive(matrix) == pytest.approx(sensitivity(matrix.T), nan_ok=True)


@given(matrices)
def test_many_at_once_are_each_by_itself(matrix: Floats) -> None:
    many = np.stack([matrix, 2 * matrix.T, matrix + 1])
    for figure in (*OVERALL, *BY_CLASS, rates):
        each = np.stack([figure(one) for one in many])
        assert figure(many) == pytest.approx(each, nan_ok=True)
    assert of_class(f1, 2)(many) == pytest.approx(f1(many)[:, 2], nan_ok=True)


def by_hand(pairs: list[tuple[int, int]], positive: int) -> dict[str, float]:
    """The figures of one class by counting epochs, PPV and NPV by Bayes with its prevalence."""
    hits = sum(a == positive and b == positive for a, b in pairs)
    ill = sum(a == positive for a, _ in pairs)
    well = len(pairs) - ill
    spared = sum(positive not in {a, b} for a, b in pairs)
    if not ill or not well:
        return {}
    sens, spec, prev = hits / ill, spared / well, ill / len(pairs)
    called, cleared = sens * prev + (1 - spec) * (1 - prev), spec * (1 - prev) + (1 - sens) * prev
    return {
        "sens": sens,
        "spec": spec,
        "ppv": sens * prev / called if called > 1e-12 else math.nan,
        "npv": spec * (1 - prev) / cleared if cleared > 1e-12 else math.nan,
    }


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3)), min_size=1, max_size=80))
def test_against_counting(pairs: list[tuple[int, int]]) -> None:
    matrix = np.zeros((4, 4))
    for a, b in pairs:
        matrix[a, b] += 1
    agreed = sum(a == b for a, b in pairs) / len(pairs)
    chance = (
        sum(sum(a == k for a, _ in pairs) * sum(b == k for _, b in pairs) for k in range(4))
        / len(pairs) ** 2
    )
    assert accuracy(matrix) == pytest.approx(agreed)
    if chance < 1:
        assert kappa(matrix) == pytest.approx((agreed - chance) / (1 - chance))
    named: dict[str, Figure] = {
        "sens": sensitivity,
        "spec": specificity,
        "ppv": predictive,
        "npv": negative_predictive,
    }
    for positive in range(4):
        for name, value in by_hand(pairs, positive).items():
            assert named[name](matrix)[positive] == pytest.approx(value, nan_ok=True), name


@given(matrices)
def test_throwing_classes_together_loses_no_epoch(matrix: Floats) -> None:
    asleep = collapsed(matrix, ((0,), (1, 2, 3)))
    assert asleep.sum() == matrix.sum()
    assert asleep[0, 1] == matrix[0, 1:].sum()
    assert asleep[1, 1] == matrix[1:, 1:].sum()
    assert np.array_equal(collapsed(matrix, ((0,), (1,), (2,), (3,))), matrix)
