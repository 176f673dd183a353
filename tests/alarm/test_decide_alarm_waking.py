from itertools import pairwise

from hypothesis import given, settings, strategies as st
import numpy as np
import pytest

from halcyon.core.sleep import EPOCH_S, Stage
from halcyon.decide.alarm.hearsay import TRUTH, Hearsay, said_of
from halcyon.decide.alarm.outlook import GOOD, PLACES, Outlook, gone_back, gone_on
from halcyon.decide.alarm.population import ANYBODY, COUNTS, HEARSAY
from halcyon.decide.alarm.transitions import (
    AGES,
    BEFORE,
    KINDS,
    OLDEST,
    STAGES,
    chances,
    count,
    habits_from,
    no_habits,
)
from halcyon.decide.alarm.waking import Waking

W, L, D, R = STAGES
STAGE_LISTS = st.lists(st.sampled_from([*STAGES, None]), max_size=60)


def test_what_follows_is_counted_by_age_and_by_what_was_before() -> None:
    counts = count([[W, L, L, D, None, R, R]])
    assert counts.sum() == 4
    assert counts[KINDS, 0, 0, 1] == 1  # wake, of which nothing was before, to light sleep
    assert counts[0, 1, 0, 1] == 1
    assert counts[0, 1, 1, 2] == 1  # the second epoch of light sleep
    assert counts[KINDS, 3, 0, 3] == 1  # nothing is known of what was before a gap


def test_chances_are_chances_and_few_nights_change_little() -> None:
    assert ANYBODY.shape == (BEFORE, KINDS, OLDEST, KINDS)
    assert ANYBODY.sum(-1) == pytest.approx(np.ones(ANYBODY.shape[:-1]))
    one = count([[D] * 200])
    near = chances(COUNTS + one)
    assert np.abs(near - ANYBODY)[:, 2, 5].max() < 0.01


def test_people_never_go_from_wake_to_deep_sleep_at_once() -> None:
    # Cells that nobody was ever in go by what is coarser.
    assert ANYBODY[:, 0, :, 2].max() < 0.02
    assert COUNTS[:, 0, :, 2].sum() / COUNTS[:, 0].sum() < 0.001


def test_a_person_who_changes_oftener_is_learned() -> None:
    habits, before = no_habits(), ANYBODY[1, 3, 4, 0]
    assert habits.chances(ANYBODY) == pytest.approx(ANYBODY)
    for _ in range(40):
        habits.learn([R, R, R, R, R, W] * 30, ANYBODY)
    own = habits.chances(ANYBODY)
    assert 1.5 * before < own[1, 3, 4, 0] <= 2.0 * before + 1e-9
    assert own.sum(-1) == pytest.approx(np.ones(own.shape[:-1]))
    assert (own >= 0).all()
    again = habits_from(habits.snapshot())
    assert again.chances(ANYBODY) == pytest.approx(own)


@given(STAGE_LISTS)
def test_a_belief_is_one(stages: list[Stage | None]) -> None:
    waking = Waking()
    for n, stage in enumerate(stages):
        waking.staged(said_of(stage), EPOCH_S * n)
    assert waking.belief.sum() == pytest.approx(1)
    assert 0 <= waking.lightness <= 1 + 1e-9


@given(st.lists(st.sampled_from(STAGES), min_size=1, max_size=40))
def test_the_truth_leaves_no_doubt(stages: list[Stage]) -> None:
    waking = Waking(hearsay=TRUTH)
    for n, stage in enumerate(stages):
        waking.staged(said_of(stage, 1.0), EPOCH_S * n)
    assert waking.belief.sum((0, 2))[STAGES.index(stages[-1])] == pytest.approx(1)
    age = len(stages) - max(
        (n + 1 for n, (a, b) in enumerate(pairwise(stages)) if a is not b), default=0
    )
    assert waking.belief.sum((0, 1))[age - 1] == pytest.approx(1)


def test_going_on_and_going_back_agree() -> None:
    rng = np.random.default_rng(0)
    belief, values = rng.random(PLACES), rng.random(PLACES)
    ahead = float((gone_on(belief, ANYBODY) * values).sum())
    assert ahead == pytest.approx(float((belief * gone_back(values, ANYBODY)).sum()))


def _by_hand(chances_: np.ndarray, left: int, patience: float) -> np.ndarray:
    """What is worth doing, without the class: the value of every place, to one who knows."""
    value = np.broadcast_to(GOOD[None, :, None], PLACES).copy()
    for k in range(1, left + 1):
        rung = GOOD[None, :, None] - k * EPOCH_S / 60 / patience
        waited = np.zeros(PLACES)
        for before, stage, age in np.ndindex(PLACES):
            row = chances_[before, stage, age]
            older = value[before, stage, min(age + 1, OLDEST - 1)]
            waited[before, stage, age] = sum(
                row[y] * (older if y == stage else value[stage, y, 0]) for y in range(KINDS)
            )
        value = np.maximum(rung, waited)
    return value


def test_it_rings_where_waiting_is_worth_less() -> None:
    left, patience = 6, 60.0
    ahead = gone_back(_by_hand(ANYBODY, left - 1, patience), ANYBODY)
    now = GOOD[None, :, None] - left * EPOCH_S / 60 / patience + np.zeros(PLACES)
    beliefs = np.eye(int(np.prod(PLACES))).reshape(-1, *PLACES)[::37]
    best = Outlook(ANYBODY, 1.0, patience).is_best(beliefs, left)[left]
    assert best.tolist() == (now >= ahead).ravel()[::37].tolist()
    assert best.any()
    assert not best.all()


def test_the_patient_ring_earlier() -> None:
    beliefs = np.eye(int(np.prod(PLACES))).reshape(-1, *PLACES)[::11]
    rung = [Outlook(ANYBODY, 1.0, p).is_best(beliefs, 40).sum() for p in (10.0, 100.0, 1000.0)]
    assert rung[0] < rung[1] < rung[2]


@settings(max_examples=50)
@given(st.floats(0, 1), st.floats(5, 1000), st.integers(0, 120))
def test_the_deadline_always_rings(insight: float, patience: float, left: int) -> None:
    belief = np.full(PLACES, 1 / float(np.prod(PLACES)))
    assert Outlook(ANYBODY, insight, patience).is_best(belief[None], left)[0].all()


def test_nothing_known_never_rings_early() -> None:
    waking = Waking()
    assert not waking.is_best(1000.0, 1600.0)
    waking.staged(said_of(L), 1000.0)
    assert not waking.is_best(1000.0 + 7200, 1600.0 + 7200)


def test_a_movement_makes_a_light_stage_likelier() -> None:
    waking = Waking()
    for n in range(20):
        waking.staged(said_of(D, 0.6), EPOCH_S * n)
    before = waking.lightness
    waking.stirred()
    assert waking.lightness > before


def test_what_is_not_told_is_waited_out() -> None:
    waking = Waking(hearsay=TRUTH)
    waking.staged(said_of(D, 1.0), 0.0)
    for n in range(1, 100):
        waking.staged(None, EPOCH_S * n)
    assert 0.2 < waking.lightness < 0.9


def test_it_goes_on_after_a_restart() -> None:
    waking = Waking()
    for n, stage in enumerate([W, L, L, D, L, R]):
        waking.staged(said_of(stage, 0.7), EPOCH_S * n)
    waking.learn([L, L, D, L, R] * 40)
    again = Waking()
    again.restore(waking.snapshot())
    assert again.belief == pytest.approx(waking.belief)
    assert again.snapshot() == waking.snapshot()


def test_the_others_share_what_a_stage_leaves_them() -> None:
    assert said_of(None) is None
    assert said_of(L, 0.7) == pytest.approx([0.1, 0.7, 0.1, 0.1])
    assert said_of(L, 0.7, (0.5, 0.3, 0.2, 0.0)) == pytest.approx([0.5, 0.3, 0.2, 0.001])


def test_the_figures_that_ship_are_of_people() -> None:
    assert COUNTS.shape == (BEFORE, KINDS, len(AGES), KINDS)
    assert COUNTS.sum() > 50_000
    assert isinstance(HEARSAY, Hearsay)
    assert 0 < HEARSAY.weight < 1
