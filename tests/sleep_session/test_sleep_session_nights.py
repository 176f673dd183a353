"""A sleeper's night from observations to outputs, through the room."""

from itertools import pairwise

import pytest
from tests.sleep_session.bedroom import ASLEEP, AWAKE, START, Bedroom

from halcyon.core.output import InBed, Output, SessionEvent, SleepIntent, SleepSession, SleepStage
from halcyon.core.reading import Vitals
from halcyon.core.sleep import Stage

STARTED, FELL_ASLEEP = SessionEvent.STARTED, SessionEvent.FELL_ASLEEP
WOKE_UP, GOT_UP, ENDED = SessionEvent.WOKE_UP, SessionEvent.GOT_UP, SessionEvent.ENDED


def test_a_night_is_told_and_summed_up(bedroom: Bedroom) -> None:
    bedroom.empty(5)
    bedroom.air(19.5)
    bedroom.lie(15, AWAKE)
    bedroom.lie(60, ASLEEP)
    bedroom.lie(10, AWAKE)
    bedroom.empty(30)
    assert [event for event, _ in bedroom.events()] == [
        STARTED,
        FELL_ASLEEP,
        WOKE_UP,
        GOT_UP,
        ENDED,
    ]
    assert [at for _, at in bedroom.events()] == pytest.approx([5, 20, 80, 90, 90], abs=1.0)
    report = bedroom.report()
    figures = report["figures"]
    assert isinstance(figures, dict)
    assert figures["asleep"] == pytest.approx(60, abs=1)
    assert figures["time_in_bed"] == pytest.approx(85, abs=1)
    assert report["start"] == pytest.approx(START + 300, abs=5)
    assert (report["site"], report["room"], report["sleeper"]) == ("home", "den", "anna")


def test_stages_come_each_half_minute_and_are_about_the_half_minute_before(
    bedroom: Bedroom,
) -> None:
    bedroom.lie(12, AWAKE)
    told = [
        each
        for each in bedroom.effects
        if isinstance(each, Output) and isinstance(each.fact, SleepStage)
    ]
    assert len(told) >= 23
    for each in told:
        assert each.at % 30 == 0
        assert each.at + 2 <= each.t <= each.at + 6
    assert all(after.at - before.at == 30 for before, after in pairwise(told))


def test_nothing_is_told_of_sleep_while_nobody_is_in_bed(bedroom: Bedroom) -> None:
    bedroom.empty(60)
    assert not bedroom.facts(SleepStage)
    assert not bedroom.facts(SleepIntent)
    assert not bedroom.facts(SleepSession)


def test_who_is_up_is_awake_and_afterwards_nothing_is_known(bedroom: Bedroom) -> None:
    bedroom.lie(30, ASLEEP)
    bedroom.empty(60)
    after = [stage for at, stage in bedroom.stages() if at > 32]
    assert set(after[:-1]) == {Stage.AWAKE}
    # Said once, not every half minute.
    assert after[-1] is None
    assert bedroom.facts(SleepIntent)[-1][1].score is None


def test_a_lost_node_is_no_absence_and_its_gap_is_not_measured(bedroom: Bedroom) -> None:
    bedroom.lie(20, ASLEEP)
    bedroom.offline(20)
    assert [stage for at, stage in bedroom.stages() if 20.5 < at < 40] == [None]
    bedroom.lie(20, ASLEEP)
    assert [event for event, _ in bedroom.events()] == [STARTED, FELL_ASLEEP]
    bedroom.empty(30)
    figures = bedroom.report()["figures"]
    assert isinstance(figures, dict)
    assert figures["unknown"] == pytest.approx(20, abs=1)
    # The scripted sleeper is calm only after a while.
    assert figures["asleep"] == pytest.approx(38, abs=2)


def test_late_values_count_and_too_late_ones_change_nothing(bedroom: Bedroom) -> None:
    bedroom.lie(10, AWAKE)
    before = len(bedroom.stages())
    bedroom.t = START + 600
    assert bedroom.t % 30 == 0
    # 1.5 s after the boundary something arrives that was measured before it.
    bedroom.t += 31.5
    bedroom.say(Vitals(14.0, ASLEEP), late=2.0)
    bedroom.wait(0.05)
    assert bedroom.stages()[-1][1] is Stage.LIGHT
    assert len(bedroom.stages()) >= before + 1
    bedroom.t += 40
    bedroom.say(Vitals(14.0, AWAKE), late=39.0)
    bedroom.wait(0.5)
    assert bedroom.stages()[-1][1] is None


def test_a_frozen_module_is_unknown_and_not_asleep(bedroom: Bedroom) -> None:
    bedroom.lie(20, AWAKE)
    for _ in range(60 * 12):
        bedroom.t += 5
        bedroom.say(Vitals(14.0, 50.0))
    assert bedroom.facts(InBed)[-1][1].in_bed is None
    assert bedroom.stages()[-1][1] is None
    frozen = [stage for at, stage in bedroom.stages() if at > 20 + 17]
    assert set(frozen) <= {None}
    # It lives again.
    bedroom.lie(10, AWAKE)
    assert bedroom.facts(InBed)[-1][1].in_bed is True
    assert ENDED not in [event for event, _ in bedroom.events()]


def test_rates_of_zero_are_nobody(bedroom: Bedroom) -> None:
    for _ in range(60 * 20):
        bedroom.t += 3
        bedroom.say(Vitals(0.0, 0.0))
    assert not bedroom.events()
    assert bedroom.facts(InBed)[-1][1].in_bed is False


def test_standby_of_the_room_ends_the_night_with_what_was_known(bedroom: Bedroom) -> None:
    bedroom.lie(20, ASLEEP)
    at = bedroom.t
    bedroom.wish("standby", room="den", on=True)
    assert bedroom.events()[-1][0] is ENDED
    bedroom.lie(60, ASLEEP)
    assert bedroom.events()[-1][0] is ENDED
    assert len(bedroom.events()) == 4
    assert float(str(bedroom.report()["end"])) <= at
    assert bedroom.stages()[-1][1] is None
    bedroom.wish("standby", room="den", on=False)
    bedroom.lie(10, ASLEEP)
    assert bedroom.happened(STARTED, 80)


def test_one_sleeper_rests_by_a_wish_and_the_room_goes_on(bedroom: Bedroom) -> None:
    bedroom.lie(20, ASLEEP)
    at = bedroom.t
    bedroom.wish("standby", sleeper="anna", on=True)
    told = len(bedroom.effects)
    assert bedroom.events()[-1][0] is ENDED
    assert bedroom.facts(InBed)[-1][1].in_bed is None
    bedroom.lie(30, ASLEEP)
    for each in bedroom.effects[told:]:
        if isinstance(each, Output):
            # What was told of them is taken back, and nothing more is told.
            body = each.to_json()
            assert "sleeper" not in body or (body["rate_bpm"] is None and each.t < at + 10)
    explained = bedroom.home.explain("den", bedroom.t)
    assert isinstance(explained, dict)
    assert explained["occupied"] is True
    bedroom.wish("standby", sleeper="anna", on=False)
    bedroom.lie(10, ASLEEP)
    assert bedroom.facts(InBed)[-1][1].in_bed is True


def test_the_state_of_a_sleeper_is_explained(bedroom: Bedroom) -> None:
    bedroom.lie(30, ASLEEP)
    explained = bedroom.home.explain("den", bedroom.t)
    assert isinstance(explained, dict)
    assert isinstance(explained["sleepers"], list)
    (row,) = explained["sleepers"]
    assert isinstance(row, dict)
    assert (row["sleeper"], row["node"], row["in_bed"]) == ("anna", "bed", True)
    assert row["measured"] == "own"
    assert row["stage"] == "light_sleep"
    assert isinstance(row["session"], dict)
    assert row["session"]["start"] == pytest.approx(START, abs=5)
    assert isinstance(row["terms"], dict)
    assert {"calm", "movement"} <= set(row["terms"])
