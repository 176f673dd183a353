"""Who reads, watches or lies still in bed, and when they begin to try to sleep."""

from collections.abc import Callable
from dataclasses import replace
import json
import random

from hypothesis import given, settings, strategies as st
import numpy as np
import pytest

from halcyon.core.sleep import Stage
from halcyon.sense.sleep.epoch import Breathing, Movement, SleepEpoch
from halcyon.sense.sleep.intent import Intent
from halcyon.sense.sleep.trying import Trying

T = 1_795_143_000.0


def _epochs(kind: str, count: int, seed: int = 0, begin: int = 0) -> list[SleepEpoch]:
    """Epochs of somebody who reads, watches, rests or sleeps."""
    rng = random.Random(f"{kind} {seed}")
    moves, uneven, alike, wander = {
        "reads": (0.5, 0.15, 0.6, 0.04),
        "watches": (0.25, 0.13, 0.65, 0.03),
        "rests": (0.12, 0.08, 0.8, 0.01),
        "sleeps": (0.03, 0.045, 0.93, 0.005),
    }[kind]
    epochs = []
    for k in range(begin, begin + count):
        share = rng.uniform(0.05, 0.15) if rng.random() < moves else 0.0
        rate = 14.0 + rng.gauss(0, 8 * uneven)
        breathing = Breathing(
            rate, 0.8, uneven * rng.lognormvariate(0, 0.4), 3.0, alike + rng.gauss(0, 0.1), 1.0
        )
        distance = 0.7 + rng.gauss(0, wander)
        moved = Movement(share, min(1.0, 5 * share))
        epochs.append(SleepEpoch(T + 30 * k, breathing, None, moved, distance))
    return epochs


def _scores(epochs: list[SleepEpoch]) -> list[float]:
    intent = Intent()
    judged = [intent.step(each) for each in epochs]
    return [each.score for each in judged if each is not None]


def _mean(values: list[float]) -> float:
    return sum(values) / len(values)


def test_reading_television_and_rest_are_told_apart() -> None:
    means = {
        kind: _mean([s for seed in range(10) for s in _scores(_epochs(kind, 60, seed))[10:]])
        for kind in ("reads", "watches", "rests", "sleeps")
    }
    assert means["reads"] < 0.25
    assert means["watches"] < 0.4
    assert means["rests"] > 0.6
    assert means["sleeps"] > 0.9


@pytest.mark.parametrize(
    "without",
    [
        lambda each: replace(each, breathing=None),
        lambda each: replace(each, movement=None),
        lambda each: replace(each, distance=None),
    ],
    ids=["breathing", "movement", "distance"],
)
def test_what_is_not_measured_says_nothing(without: Callable[[SleepEpoch], SleepEpoch]) -> None:
    busy = [without(each) for each in _epochs("reads", 60)]
    calm = [without(each) for each in _epochs("sleeps", 60)]
    assert _mean(_scores(calm)) > _mean(_scores(busy)) + 0.2


def test_of_an_epoch_in_which_nothing_was_measured_nothing_is_told() -> None:
    intent = Intent()
    assert intent.step(SleepEpoch(T)) is None
    assert intent.step(SleepEpoch(T + 30, distance=0.7)) is None
    assert intent.step(SleepEpoch(T + 60, Breathing(None))) is None


def test_a_module_that_only_reports_rates_claims_less() -> None:
    rates = [
        SleepEpoch(each.start, Breathing(each.breathing.rate))
        for each in _epochs("sleeps", 60)
        if each.breathing
    ]
    assert 0.5 < _mean(_scores(rates)) < _mean(_scores(_epochs("sleeps", 60)))


def test_one_turn_in_bed_is_no_change_of_mind() -> None:
    epochs = _epochs("sleeps", 40)
    epochs[30] = replace(epochs[30], movement=Movement(0.5, 1.0))
    assert min(_scores(epochs)[30:]) > 0.6


_values = st.none() | st.floats(0.0, 1.0)
_any_epoch = st.builds(
    lambda k, b, m, d: SleepEpoch(T + 30 * k, b, None, m, d),
    st.integers(0, 100),
    st.none()
    | st.builds(Breathing, st.none() | st.floats(4, 60), _values, _values, _values, _values),
    st.none() | st.builds(Movement, st.floats(0, 1), st.floats(0, 1)),
    st.none() | st.floats(0.1, 9.0),
)


@settings(max_examples=100)
@given(st.lists(_any_epoch, max_size=20), st.lists(_any_epoch, max_size=5), st.data())
def test_scores_are_scores_and_the_future_changes_none(
    epochs: list[SleepEpoch], other: list[SleepEpoch], data: st.DataObject
) -> None:
    cut = data.draw(st.integers(0, len(epochs)))
    one, two = Intent(), Intent()
    told = [one.step(each) for each in epochs]
    assert all(each is None or 0.0 <= each.score <= 1.0 for each in told)
    assert [two.step(each) for each in [*epochs[:cut], *other]][:cut] == told[:cut]


@settings(max_examples=50)
@given(st.lists(_any_epoch, max_size=20), st.data())
def test_intent_that_was_saved_goes_on_alike(epochs: list[SleepEpoch], data: st.DataObject) -> None:
    cut = data.draw(st.integers(0, len(epochs)))
    intent, restored = Intent(), Intent()
    for each in epochs[:cut]:
        intent.step(each)
    restored.restore(json.loads(json.dumps(intent.snapshot())))
    rest = epochs[cut:]
    assert [restored.step(each) for each in rest] == [intent.step(each) for each in rest]


def _evening(seed: int, *spells: tuple[str, int]) -> Trying:
    intent, trying, begin = Intent(), Trying(), 0
    for kind, count in spells:
        for epoch in _epochs(kind, count, seed, begin):
            judged = intent.step(epoch)
            trying.step(None if judged is None else judged.evidence, epoch.distance)
        begin += count
    return trying


@pytest.mark.parametrize("busy", ["reads", "watches"])
def test_lights_off_is_found_within_minutes(busy: str) -> None:
    errors = sorted(
        abs((_evening(seed, (busy, 60), ("rests", 25), ("sleeps", 200)).began(85) or 0) - 60)
        for seed in range(15)
    )
    assert errors[7] <= 6  # three minutes, in the median
    assert errors[11] <= 20


def test_who_lies_down_after_the_television_tried_then() -> None:
    for seed in range(10):
        trying = Trying()
        noise = np.random.default_rng(seed)
        for epoch in range(200):
            # Watching is nearly as calm as lying awake: too near for a cut of the evidence.
            calm = (-0.4 if epoch < 70 else 0.2) if epoch < 95 else 2.5
            sits = -0.07 if epoch < 70 else 0.0
            trying.step(calm + noise.normal(0, 1.5), 0.8 + sits + noise.normal(0, 0.004))
        assert trying.began(95) == pytest.approx(70, abs=3)


def test_turning_over_while_awake_is_no_lying_down() -> None:
    for seed in range(10):
        trying = Trying()
        noise = np.random.default_rng(seed)
        for epoch in range(200):
            calm = 0.3 if epoch < 30 else 2.5
            turned = 0.05 if epoch > 18 else 0.0
            trying.step(calm + noise.normal(0, 1.5), 0.8 + turned + noise.normal(0, 0.03))
        assert trying.began(30) == 0


def test_who_rests_from_the_beginning_tried_at_once() -> None:
    for seed in range(10):
        assert _evening(seed, ("rests", 40), ("sleeps", 200)).began(40) == 0


def test_who_never_slept_is_not_said_to_have_tried() -> None:
    assert _evening(0, ("reads", 60)).began(None) is None
    assert Trying().began(0) == 0


def test_lying_awake_in_the_morning_is_no_sleep() -> None:
    asleep = [Stage.LIGHT] * 260
    errors = sorted(
        abs(_evening(seed, ("sleeps", 200), ("watches", 60)).ended(260, asleep) - 200)
        for seed in range(15)
    )
    assert errors[7] <= 4


def test_a_dream_at_the_end_is_no_waking() -> None:
    dreams = [Stage.LIGHT] * 200 + [Stage.REM] * 60
    for seed in range(5):
        assert _evening(seed, ("sleeps", 200), ("rests", 60)).ended(260, dreams) == 260
