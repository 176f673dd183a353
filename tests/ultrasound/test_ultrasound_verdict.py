"""The state machine: what it takes to switch on, to hold, and to let go."""

from hypothesis import given, strategies as st
import pytest

from halcyon.core.reading import MotionLevel
from halcyon.core.snapshot import SnapshotError
from halcyon.sense.ultrasound.verdict import FADED_S, Judge, KindScores, log_odds

FRAME = 0.05
MAJOR, MINOR, QUIET = KindScores(major=0.995), KindScores(minor=0.9), KindScores()


def play(judge: Judge, scores: KindScores, seconds: float, t: float = 0.0) -> list[MotionLevel]:
    return [judge.step(scores, t + index * FRAME) for index in range(round(seconds / FRAME))]


def test_an_empty_room_asks_for_major_motion() -> None:
    judge = Judge()
    assert set(play(judge, MINOR, 20)) == {MotionLevel.NONE}
    assert play(judge, MAJOR, 1, 20)[-1] is MotionLevel.MAJOR


def test_minor_motion_supports_what_looks_like_a_walk_but_switches_on_nothing() -> None:
    assert set(play(Judge(), KindScores(minor=1.0), 20)) == {MotionLevel.NONE}
    faint = KindScores(major=0.45)
    assert set(play(Judge(), faint, 1)) == {MotionLevel.NONE}
    supported = KindScores(major=0.45, minor=0.9)
    assert play(Judge(), supported, 1)[-1] is MotionLevel.MAJOR


def test_a_knock_is_no_evidence() -> None:
    judge = Judge()
    for index in range(40):
        assert judge.step(MAJOR, index * FRAME, knocked=True) is MotionLevel.NONE
    assert play(judge, MAJOR, 1, 40 * FRAME)[-1] is MotionLevel.MAJOR
    assert judge.step(MAJOR, 61 * FRAME, knocked=True) is MotionLevel.MAJOR, "nor against"


def test_an_occupied_room_is_held_by_minor_motion() -> None:
    judge = Judge()
    play(judge, MAJOR, 1)
    play(judge, QUIET, 5, 1)
    assert play(judge, MINOR, 2, 6)[-1] is MotionLevel.MINOR


def test_the_rest_of_the_room_may_say_that_it_is_occupied() -> None:
    judge = Judge()
    judge.occupied(occupied=True)
    assert play(judge, MINOR, 2)[-1] is MotionLevel.MINOR
    judge.occupied(occupied=False)
    assert play(judge, MINOR, 2, 2)[-1] is MotionLevel.NONE


def test_the_longer_nobody_walked_the_more_is_asked() -> None:
    def delay(since: float) -> int:
        judge = Judge()
        play(judge, MAJOR, 1)
        levels = play(judge, KindScores(minor=0.95), 20, 1 + since)
        return levels.index(MotionLevel.MINOR) if MotionLevel.MINOR in levels else 10**6

    delays = [delay(since) for since in (10, FADED_S / 2, FADED_S - 60, FADED_S + 60)]
    assert delays == sorted(delays)
    assert delays[-1] == 10**6


def test_no_single_frame_switches_an_empty_room_on() -> None:
    judge = Judge()
    assert judge.step(KindScores(major=1.0), 0.0) is MotionLevel.NONE


def test_glimpses_far_apart_tell_as_much_as_the_frames_between() -> None:
    """A tone in bursts of a quarter of a second: a faint walk is found no later."""
    faint = KindScores(major=0.6)

    def delay(hops: int) -> float:
        judge = Judge()
        for index in range(100):
            if judge.step(faint, index * hops * FRAME) is MotionLevel.MAJOR:
                return index * hops * FRAME
        return float("inf")

    assert delay(3) <= delay(1) + 3 * FRAME
    assert delay(5) < 0.6 * 5 * delay(1)
    judge = Judge()
    assert judge.step(KindScores(major=1.0), 0.0) is MotionLevel.NONE
    judge = Judge()
    judge.step(QUIET, 0.0)
    assert judge.step(KindScores(major=1.0), 0.5) is MotionLevel.NONE, "never by one alone"


def test_a_movement_is_over_soon_after_it_ends() -> None:
    judge = Judge()
    play(judge, KindScores(major=1.0), 30)
    levels = play(judge, KindScores(major=0.02), 3, 30)
    assert levels[round(1.0 / FRAME)] is not MotionLevel.MAJOR
    assert levels[-1] is MotionLevel.NONE


def test_standby_forgets_who_was_there() -> None:
    judge = Judge()
    play(judge, MAJOR, 1)
    judge.cease()
    assert set(play(judge, MINOR, 5, 1)) == {MotionLevel.NONE}


@given(st.lists(st.floats(0, 1), min_size=1, max_size=80), st.integers(0, 80))
def test_a_restart_changes_nothing(scores: list[float], cut: int) -> None:
    whole, first, second = Judge(), Judge(), Judge()
    frames = [KindScores(major=each, minor=1 - each) for each in scores]
    expected = [whole.step(each, index * FRAME) for index, each in enumerate(frames)]
    said = [first.step(each, index * FRAME) for index, each in enumerate(frames[:cut])]
    second.restore(first.snapshot())
    said += [second.step(each, (cut + index) * FRAME) for index, each in enumerate(frames[cut:])]
    assert said == expected
    assert second.snapshot() == whole.snapshot()


@given(st.floats(0, 1))
def test_log_odds_are_finite(score: float) -> None:
    assert abs(log_odds(score)) <= 6.0


def test_a_spoiled_snapshot_is_refused() -> None:
    with pytest.raises(SnapshotError):
        Judge().restore({"major": [0.0, True]})
