"""What an alarm does on the nights that go as planned, and when people change their minds."""

import pytest
from tests.alarm.bench import SPEAKER, Bench, events, orders, rings, unix

from halcyon.core.output import AlarmTrouble
from halcyon.core.sleep import Stage

TOMORROW = "anna:2026-11-21"


def test_an_alarm_is_handed_over_at_once_with_the_one_after(bench: Bench) -> None:
    assert orders(bench.said) == [("set", TOMORROW), ("set", "anna:2026-11-22")]
    plan = bench.plan
    assert (plan.armed, plan.state, plan.occurrence) == (True, "set", TOMORROW)
    assert plan.rings_at == unix("2026-11-21 07:00")
    assert plan.window_from == unix("2026-11-21 06:30")
    assert plan.held
    assert plan.trouble is None


def test_a_night_without_sensing_rings_at_the_deadline(bench: Bench) -> None:
    night = bench.until("2026-11-21 06:59:59")
    assert events(night) == ["window_opened"]
    # The ringer is tested an hour and a minute ahead.
    assert orders(night) == [("set", TOMORROW)] * 2
    morning = bench.until("2026-11-21 07:00")
    assert events(morning) == ["ringing"]
    assert ("ring", TOMORROW) in orders(morning)
    assert bench.plan.state == "ringing"
    over = bench.wish("dismiss")
    assert events(over) == ["dismissed", "set"]
    assert ("dismiss", TOMORROW) in orders(over)
    assert bench.plan.occurrence == "anna:2026-11-22"
    assert "ringing" not in events(bench.until("2026-11-22 06:59"))


def test_a_node_holds_its_alarm_while_that_rings_and_rests(bench: Bench) -> None:
    bench.until("2026-11-21 06:59:59")
    bench.answering.clear()
    bench.until("2026-11-21 07:00:30")
    assert (bench.plan.state, bench.plan.held) == ("ringing", True)
    bench.wish("snooze")
    assert (bench.plan.state, bench.plan.held) == ("snoozed", True)
    bench.restart()
    assert bench.plan.held
    bench.node_online(held=())
    bench.answering.clear()
    assert not bench.plan.held


def test_it_says_why_it_rang_and_what_is_known_of_the_next(bench: Bench) -> None:
    before = bench.explained
    assert (before["state"], before["rings_at"]) == ("set", unix("2026-11-21 07:00"))
    assert before["rang"] is None
    assert before["light"] is None
    assert before["nodes"] == [
        {
            "node": SPEAKER,
            "asked": "set",
            "agreed": True,
            "holds": True,
            "over": False,
            "silent": False,
        }
    ]
    bench.until("2026-11-21 06:30")
    for _ in range(20):
        bench.wait(30.0)
        bench.stage(Stage.LIGHT)
    seen = bench.explained
    assert 0.0 < seen["light"] <= 1.0
    bench.until("2026-11-21 07:00")
    rang = bench.explained["rang"]
    assert rang["occurrence"] == TOMORROW
    early = rang["before_deadline_s"]
    assert rang["because"] == ("good_moment" if early else "deadline")
    bench.wish("snooze")
    bench.wait(9 * 60.0)
    assert bench.explained["rang"]["because"] in {"snooze", "good_moment"}
    bench.wish("dismiss")
    again = bench.explained
    bench.restart()
    assert bench.explained["rang"] == again["rang"]
    assert again["occurrence"] == "anna:2026-11-22"


def test_a_node_that_rings_by_itself_is_the_reason(bench: Bench) -> None:
    bench.until("2026-11-21 06:59:50")
    bench.node_says(TOMORROW, "ringing")
    assert bench.explained["rang"]["because"] == "node"


def test_who_never_reacts_misses_it(bench: Bench) -> None:
    bench.until("2026-11-21 07:00")
    seen = bench.until("2026-11-21 07:15")
    assert events(seen) == ["missed", "set"]
    assert ("dismiss", TOMORROW) in orders(seen)


def test_snooze_rings_again(bench: Bench) -> None:
    bench.until("2026-11-21 07:00")
    assert events(bench.wish("snooze", minutes=5)) == ["snoozed"]
    assert bench.plan.rings_at == unix("2026-11-21 07:05")
    assert events(bench.until("2026-11-21 07:04:59")) == []
    assert events(bench.until("2026-11-21 07:05")) == ["ringing"]
    bench.wish("dismiss")
    assert "ringing" not in events(bench.until("2026-11-22 06:59"))


def test_nobody_snoozes_for_ever(bench: Bench) -> None:
    bench.until("2026-11-21 07:00")
    for _ in range(20):
        bench.wish("snooze", minutes=30)
        bench.wait(1800)
    assert "missed" in events(bench.said)


def test_skip_leaves_out_the_next_one_and_only_that(bench: Bench) -> None:
    seen = bench.wish("alarm_skip")
    assert events(seen) == ["skipped", "set"]
    assert ("cancel", TOMORROW) in orders(seen)
    assert bench.plan.occurrence == "anna:2026-11-22"
    assert "ringing" not in events(bench.until("2026-11-22 06:00"))
    assert "ringing" in events(bench.until("2026-11-22 07:00"))


def test_a_skip_can_be_taken_back(bench: Bench) -> None:
    bench.wish("alarm_skip")
    seen = bench.wish("alarm_skip", on=False)
    assert ("set", TOMORROW) in orders(seen)
    assert bench.plan.occurrence == TOMORROW


def test_one_date_is_changed_and_the_week_goes_on(bench: Bench) -> None:
    bench.wish("alarm_set", date="2026-11-21", time="05:30")
    assert bench.plan.rings_at == unix("2026-11-21 05:30")
    assert events(bench.until("2026-11-21 05:30"))[-1] == "ringing"
    bench.wish("dismiss")
    assert bench.plan.rings_at == unix("2026-11-22 07:00")


def test_without_a_date_the_next_such_time_is_meant(bench: Bench) -> None:
    bench.wish("alarm_set", time="21:00")
    assert bench.plan.rings_at == unix("2026-11-20 21:00")
    bench.wish("alarm_set", time="19:00")
    assert bench.plan.occurrence == "anna:2026-11-20"


def test_who_was_woken_may_ask_to_be_woken_again(bench: Bench) -> None:
    bench.until("2026-11-21 07:00")
    bench.wish("dismiss")
    bench.wish("alarm_set", time="09:00")
    assert bench.plan.occurrence == f"{TOMORROW}:2"
    assert events(bench.until("2026-11-21 09:00"))[-1] == "ringing"


def test_no_alarm_on_one_date(bench: Bench) -> None:
    bench.wish("alarm_set", date="2026-11-21", time=None)
    assert bench.plan.occurrence == "anna:2026-11-22"


def test_a_calendar_gives_holidays_and_times(bench: Bench) -> None:
    seen = bench.wish("alarm_dates", off="2026-11-21,2026-11-22", at="2026-11-22T10:15")
    assert bench.plan.rings_at == unix("2026-11-22 10:15")
    assert ("cancel", TOMORROW) in orders(seen)
    bench.wish("alarm_dates")
    assert bench.plan.rings_at == unix("2026-11-21 07:00")


def test_a_person_counts_before_the_calendar(bench: Bench) -> None:
    bench.wish("alarm_dates", off="2026-11-21")
    bench.wish("alarm_set", date="2026-11-21", time="08:00")
    assert bench.plan.rings_at == unix("2026-11-21 08:00")


def test_what_is_switched_off_does_not_ring(bench: Bench) -> None:
    seen = bench.wish("alarm_arm", on=False)
    assert sorted(orders(seen)) == [("cancel", TOMORROW), ("cancel", "anna:2026-11-22")]
    assert bench.plan.state == "off"
    assert events(bench.until("2026-11-25 07:00")) == []


def test_switching_off_what_rings_dismisses_it(bench: Bench) -> None:
    bench.until("2026-11-21 07:00")
    assert events(bench.wish("alarm_arm", on=False)) == ["dismissed"]


def test_the_same_description_again_changes_nothing(bench: Bench) -> None:
    bench.until("2026-11-21 06:45")
    described = dict.fromkeys(("mon", "tue", "wed", "thu", "fri", "sat", "sun"), "07:00")
    assert bench.wish("alarm", nodes=SPEAKER, **described) == []
    assert bench.wish("alarm_arm", on=True) == []
    assert bench.plan.state == "window"


def test_nothing_is_armed_without_a_ringer() -> None:
    bench = Bench()
    bench.wish("alarm", mon="07:00", tue="07:00")
    bench.wish("alarm_arm", on=True)
    assert (bench.plan.armed, bench.plan.trouble) == (False, AlarmTrouble.NO_RINGER)


@pytest.mark.parametrize(
    ("name", "fields"),
    [
        ("alarm", {"mon": "25:00"}),
        ("alarm", {"window_min": 61}),
        ("alarm", {"nodes": "Speaker 1"}),
        ("alarm_set", {"date": "tomorrow", "time": "07:00"}),
        ("alarm_dates", {"at": "2026-11-22"}),
        ("alarm_arm", {"on": "yes"}),
        ("snooze", {"minutes": 0}),
    ],
)
def test_a_wish_that_makes_no_sense_changes_nothing(
    bench: Bench, name: str, fields: dict[str, str | float | bool | None]
) -> None:
    before = bench.plan
    assert bench.wish(name, **fields) == []
    assert bench.plan == before


def test_light_sleep_in_the_window_rings_before_deep_sleep_is_due(bench: Bench) -> None:
    bench.until("2026-11-21 06:00")
    for _ in range(58):
        bench.wait(30)
        assert events(bench.stage(Stage.DEEP)) == []
    while "ringing" not in events(bench.said):
        bench.wait(30)
        bench.stage(Stage.LIGHT)
    assert unix("2026-11-21 06:30") <= bench.t < unix("2026-11-21 07:00")
    bench.wish("dismiss")
    assert "ringing" not in events(bench.until("2026-11-21 12:00"))


def test_a_window_of_nothing_rings_at_the_deadline(bench: Bench) -> None:
    week = dict.fromkeys(("mon", "tue", "wed", "thu", "fri", "sat", "sun"), "07:00")
    bench.wish("alarm", nodes=SPEAKER, window_min=0, **week)
    bench.until("2026-11-21 06:00")
    for _ in range(119):
        bench.wait(30)
        assert "ringing" not in events(bench.stage(Stage.AWAKE))
    assert "ringing" in events(bench.until("2026-11-21 07:00"))


def test_a_host_that_rings_itself(hosted: Bench) -> None:
    assert not hosted.plan.held
    seen = hosted.until("2026-11-21 07:00")
    assert rings(seen) == [("media_player.bed", True)]
    assert rings(hosted.wish("snooze")) == [("media_player.bed", False)]
    assert rings(hosted.until("2026-11-21 07:09")) == [("media_player.bed", True)]
    assert rings(hosted.wish("dismiss")) == [("media_player.bed", False)]


def test_a_ringer_that_is_away_is_told_of(hosted: Bench) -> None:
    troubles = [hosted.plan.trouble]
    for available in (False, True):
        hosted.wish("alarm_ringer", ringer="media_player.bed", available=available)
        troubles.append(hosted.plan.trouble)
        assert hosted.plan.silent == (() if available else ("media_player.bed",))
    assert troubles == [None, AlarmTrouble.RINGER_UNAVAILABLE, None]
