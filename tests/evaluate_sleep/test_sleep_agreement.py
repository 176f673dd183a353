"""People's matrices, and how sure what follows from them is."""

from hypothesis import given, settings, strategies as st
import numpy as np
import pytest
from tests.evaluate_sleep.conftest import hypnogram, judged, nights

from halcyon.core.sleep import Hypnogram, Stage
from halcyon.evaluate.sleep import bootstrap
from halcyon.evaluate.sleep.agreement import (
    SLEEP_WAKE,
    Judged,
    agreement,
    confusion,
    paired,
)
from halcyon.evaluate.sleep.matrices import accuracy, kappa, of_class, sensitivity
from halcyon.evaluate.sleep.recordings.night import Subject


def test_unscored_epochs_do_not_count_and_silence_is_told() -> None:
    counts = confusion(hypnogram("WWLDR.."), hypnogram("WL.DRWR"))
    assert counts.sum() == 5
    assert counts.tolist() == [
        [1, 1, 0, 0, 0],
        [0, 0, 0, 0, 1],
        [0, 0, 1, 0, 0],
        [0, 0, 0, 1, 0],
    ]


def test_silence_is_never_agreement() -> None:
    half = agreement([judged("LLLL", "LL..")])
    assert half.coverage.value == 0.5
    assert half.pooled(accuracy).value == 1.0
    assert agreement([judged("LLLL", "....")]).coverage.value == 0.0


def test_nights_of_one_person_are_one() -> None:
    found = agreement(
        [judged("WL", "WL", "a", "1"), judged("WL", "WW", "b"), judged("WD", "WD", "a", "2")]
    )
    assert [who.id for who in found.people] == ["a", "b"]
    assert found.each(accuracy).tolist() == [1.0, 0.5]
    assert found.counts[0].sum() == 4


def test_other_epochs_cannot_be_compared() -> None:
    with pytest.raises(ValueError, match="same epochs"):
        Judged("night", Subject("one"), hypnogram("WW"), hypnogram("WWW"))
    with pytest.raises(ValueError, match="same epochs"):
        Judged("night", Subject("one"), hypnogram("WW"), hypnogram("WW", start=15.0))


def test_the_bias_of_a_stage_is_over_what_both_know() -> None:
    found = agreement([judged("WWLLLL", "WLLLL."), judged("LLLL", "LLLL", "other")])
    assert found.fraction_bias(Stage.AWAKE).value == pytest.approx((-20.0 + 0.0) / 2)
    assert found.fraction_bias(Stage.LIGHT).value == pytest.approx(10.0)


def test_means_skip_those_without_the_stage() -> None:
    found = agreement([judged("RL", "RL"), judged("LL", "LL", "without")])
    rem = found.mean(of_class(sensitivity, 3))
    assert (rem.value, rem.low, rem.high) == (1.0, 1.0, 1.0)
    asleep = agreement([judged("WL", "LL")]).mean(of_class(sensitivity, 1), SLEEP_WAKE)
    assert asleep.value == 1.0


@given(nights("WLDR", min_size=2))
@settings(max_examples=25)
def test_a_device_that_is_the_reference_has_no_doubt(night: Hypnogram) -> None:
    found = agreement([Judged("night", Subject("one"), night, night)])
    same = found.pooled(accuracy)
    assert (same.value, same.low, same.high) == (1.0, 1.0, 1.0)
    assert all(abs(found.fraction_bias(stage).value) < 1e-9 for stage in Stage)


def test_who_is_better_on_the_same_people_is_surely_better() -> None:
    people = [f"p{n}" for n in range(12)]
    good = agreement([judged("WWLLDDRR", "WWLLDDRL", who) for who in people])
    poor = agreement([judged("WWLLDDRR", "LWLLLDLL", who) for who in people])
    more = paired(good, poor, kappa)
    assert more.low > 0
    assert paired(good, good, kappa).value == 0.0
    with pytest.raises(ValueError, match="same people"):
        paired(good, agreement([judged("WL", "WL", "else")]), kappa)


def test_an_interval_of_the_mean_is_that_of_the_textbook() -> None:
    values = np.random.default_rng(3).normal(5.0, 2.0, 400)
    found = bootstrap.mean(values)
    reach = 1.96 * values.std(ddof=1) / np.sqrt(values.size)
    assert found.value == values.mean()
    assert found.low == pytest.approx(values.mean() - reach, abs=0.05)
    assert found.high == pytest.approx(values.mean() + reach, abs=0.05)


@given(st.lists(st.floats(-10, 10), min_size=3, max_size=12))
@settings(max_examples=25)
def test_an_interval_holds_its_figure_and_is_repeatable(values: list[float]) -> None:
    given_values = np.array(values)
    found = bootstrap.median(given_values)
    assert found.low <= found.value <= found.high
    assert bootstrap.median(given_values) == found


def test_whole_people_are_drawn() -> None:
    weights = bootstrap.weights((0, 0, 1, 2, 2))
    assert np.array_equal(weights[:, 0], weights[:, 1])
    assert np.array_equal(weights[:, 3], weights[:, 4])
    assert (weights[:, [0, 2, 3]].sum(1) == 3).all()
