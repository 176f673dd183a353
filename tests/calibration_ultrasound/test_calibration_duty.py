from bisect import bisect_right
import math

from hypothesis import given, strategies as st
import pytest

from halcyon.sense.ultrasound.duty import (
    HOLD_S,
    IDLE,
    IDLE_WITH_PETS,
    LOOK_S,
    OCCUPIED,
    OCCUPIED_WITH_PETS,
    PETS_GAIN_DB,
    Bursts,
    Mode,
    Situation,
    plan,
)

type Edges = list[tuple[float, bool]]

times = st.floats(0, 1000, allow_nan=False)
situations = st.builds(
    Situation,
    since=times,
    standby=st.just(value=False),
    steady=st.just(value=False),
    occupied=st.booleans(),
    pets=st.booleans(),
    detected=st.none() | times,
    hinted=st.none() | times,
)


def last_event(situation: Situation) -> float:
    return max(situation.since, situation.detected or 0.0, situation.hinted or 0.0)


def edges(situation: Situation, start: float, end: float) -> Edges:
    """When the tone goes on and off, following what each plan announces."""
    found: Edges = []
    t = start
    while t < end:
        now = plan(situation, t)
        assert now.until > t
        if not found or found[-1][1] != now.on:
            found.append((t, now.on))
        t = now.until
    return found


def share(situation: Situation, start: float, end: float) -> float:
    following = edges(situation, start, end)
    ends = [t for t, _ in following[1:]] + [end]
    return sum(b - a for (a, on), b in zip(following, ends, strict=True) if on) / (end - start)


@given(situations, st.lists(st.floats(0, 60), max_size=20))
def test_a_plan_does_not_depend_on_how_often_it_is_asked(
    situation: Situation, asked: list[float]
) -> None:
    begin = last_event(situation)
    following = edges(situation, begin, begin + 60.0)
    starts = [t for t, _ in following]
    for t in (begin + each for each in asked):
        now = plan(situation, t)
        # The float of an edge may lie half a microsecond beside it.
        if all(abs(t - each) > 1e-6 for each in starts):
            assert now.on == following[bisect_right(starts, t) - 1][1]


@given(situations, times)
def test_what_holds_until_an_edge_holds_until_then(situation: Situation, t: float) -> None:
    t += last_event(situation)
    now = plan(situation, t)
    end = min(now.until, t + 20)
    for part in (0.1, 0.5, 0.9):
        between = plan(situation, t + part * (end - t))
        assert (between.on, between.mode) == (now.on, now.mode)


@pytest.mark.parametrize(
    ("occupied", "pets", "bursts"),
    [
        (False, False, IDLE),
        (True, False, OCCUPIED),
        (False, True, IDLE_WITH_PETS),
        (True, True, OCCUPIED_WITH_PETS),
    ],
)
def test_the_tone_is_on_for_the_share_that_is_said(
    occupied: bool, pets: bool, bursts: Bursts
) -> None:
    situation = Situation(0.0, occupied=occupied, pets=pets)
    # A whole number of looks and of bursts, after the first look and its chunk.
    assert share(situation, 5.55, 1005.55) == pytest.approx(bursts.share, abs=1e-3)


def test_bursts_are_no_longer_than_research_says_and_pets_hear_half_of_them() -> None:
    assert 0.25 <= IDLE.share <= 0.45
    assert IDLE_WITH_PETS.share == IDLE.share / 2
    assert OCCUPIED.on / OCCUPIED.period == pytest.approx(0.2, abs=0.02)
    assert OCCUPIED_WITH_PETS.share < 0.75 * OCCUPIED.share


@pytest.mark.parametrize("bursts", [IDLE, OCCUPIED, IDLE_WITH_PETS, OCCUPIED_WITH_PETS])
def test_latency_is_that_of_the_worst_and_the_mean_onset(bursts: Bursts) -> None:
    ready, over = 0.035, bursts.on - 0.005
    seen = []
    for onset in (k * bursts.period / 1000 for k in range(1000)):
        shown = max(onset, ready) + 0.064
        if shown > over:
            shown = bursts.period + ready + 0.064
        seen.append(shown - onset)
    mean, longest = bursts.latency
    assert max(seen) == pytest.approx(longest, abs=bursts.period / 999)
    assert sum(seen) / len(seen) == pytest.approx(mean, abs=0.005)


def test_an_idle_room_is_answered_within_350_ms() -> None:
    assert IDLE.latency[1] <= 0.35


def test_after_a_detection_the_tone_pauses_and_comes_back_with_a_look() -> None:
    situation = Situation(0.0).after_detection(3.02)
    assert plan(situation, 3.02).mode is Mode.PAUSED
    until = plan(situation, 3.02).until
    assert 3.02 + HOLD_S <= until < 3.02 + HOLD_S + 0.05
    look = plan(situation, until)
    assert (look.on, look.mode) == (True, Mode.LOOK)
    assert look.until - until == pytest.approx(LOOK_S)
    assert plan(situation, look.until).mode is Mode.IDLE


def test_a_hint_keeps_the_tone_on_for_a_look() -> None:
    situation = Situation(0.0).after_hint(7.31)
    assert plan(situation, 7.31).mode is Mode.LOOK
    assert plan(situation, 7.31 + LOOK_S - 0.001).on
    assert plan(situation, 7.31 + LOOK_S + 0.001).mode is Mode.IDLE


def test_standby_is_silent_for_good_and_calibration_without_end() -> None:
    standby = Situation(0.0, standby=True, steady=True, detected=1.0)
    assert plan(standby, 5.0).on is False
    assert plan(standby, 5.0).until == math.inf
    steady = standby.changed(6.0, standby=False)
    assert plan(steady, 6.0).on
    assert plan(steady, 6.0).until == math.inf


def test_a_switch_that_changes_nothing_starts_nothing_anew() -> None:
    situation = Situation(0.0, occupied=True)
    assert situation.changed(9.0, occupied=True) is situation
    assert situation.changed(9.0, occupied=False).since == 9.0


def test_pets_hear_less() -> None:
    assert plan(Situation(0.0, pets=True), 1.0).gain == PETS_GAIN_DB
    assert plan(Situation(0.0), 1.0).gain == 0


def test_bursts_begin_where_chunks_begin() -> None:
    for occupied in (False, True):
        situation = Situation(1.017, occupied=occupied)
        for t, on in edges(situation, 2.0, 30.0)[1:]:
            if on:
                assert t / 0.05 == pytest.approx(round(t / 0.05), abs=1e-6)
