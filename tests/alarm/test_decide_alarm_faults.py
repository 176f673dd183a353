"""What an alarm does when something breaks: it rings, and it rings once."""

import pytest
from tests.alarm.bench import HOUSE, SPEAKER, WEEK, Bench, events, orders, rings, unix, with_speaker

from halcyon.core.output import AlarmTrouble
from halcyon.decide.home import Home

TOMORROW = "anna:2026-11-21"
BED = "media_player.bed"


def _with_both() -> Bench:
    bench = with_speaker()
    bench.wish("alarm_ringer", ringer=BED, available=True)
    bench.wish("alarm", nodes=SPEAKER, ringers=BED, **WEEK)
    return bench


def _count(bench: Bench, event: str) -> int:
    return events(bench.said).count(event)


# Ringers.


def test_a_node_that_rings_leaves_the_other_ringer_silent() -> None:
    bench = _with_both()
    seen = bench.until("2026-11-21 07:00:30")
    assert events(seen) == ["window_opened", "ringing"]
    assert rings(seen) == []


def test_a_node_that_went_offline_is_replaced_at_the_deadline() -> None:
    bench = _with_both()
    bench.until("2026-11-21 06:50")
    bench.node_offline()
    assert bench.plan.trouble is AlarmTrouble.RINGER_UNAVAILABLE
    bench.until("2026-11-21 06:59:59")
    assert rings(bench.said) == []
    assert rings(bench.until("2026-11-21 07:00")) == [(BED, True)]


def test_a_node_that_no_longer_answers_is_replaced_at_the_deadline() -> None:
    bench = _with_both()
    bench.until("2026-11-21 06:50")
    bench.answering.clear()
    assert rings(bench.until("2026-11-21 07:00")) == [(BED, True)]


def test_a_node_that_dies_in_the_last_moment_is_replaced_seconds_later() -> None:
    bench = _with_both()
    bench.until("2026-11-21 06:59:50")
    bench.answering.clear()
    assert rings(bench.until("2026-11-21 07:00")) == []
    assert rings(bench.until("2026-11-21 07:00:05")) == [(BED, True)]


def test_a_node_is_told_until_it_answers_and_told_of() -> None:
    bench = Bench()
    bench.wish("alarm", nodes=SPEAKER, **WEEK)
    bench.wish("alarm_arm", on=True)
    bench.wait(600)
    before = bench.plan
    assert 6 <= orders(bench.said).count(("set", TOMORROW)) <= 12
    bench.node_online()
    bench.wait(300)
    assert (before.held, before.trouble) == (False, AlarmTrouble.RINGER_UNAVAILABLE)
    assert (bench.plan.held, bench.plan.trouble) == (True, None)


def test_a_node_that_comes_online_is_asked_at_once() -> None:
    bench = Bench()
    bench.wish("alarm", nodes=SPEAKER, **WEEK)
    bench.wish("alarm_arm", on=True)
    bench.node_offline()
    bench.wait(3000)
    bench.node_online()
    assert bench.plan.held


def test_an_hour_ahead_there_is_time_to_mend_a_ringer() -> None:
    bench = with_speaker()
    bench.until("2026-11-21 05:59")
    bench.answering.clear()
    bench.until("2026-11-21 05:59:59")
    before = bench.plan
    bench.until("2026-11-21 06:02:10")
    assert (before.trouble, before.silent) == (None, ())
    assert bench.plan.trouble is AlarmTrouble.RINGER_UNAVAILABLE
    assert bench.plan.silent == (SPEAKER,)


def test_a_node_that_lost_its_disk_is_told_again(bench: Bench) -> None:
    seen = bench.node_online(held=())
    assert orders(seen) == [("set", TOMORROW), ("set", "anna:2026-11-22")]


def test_a_node_that_holds_what_was_called_off_is_told_so(bench: Bench) -> None:
    later = [(f"anna:2026-11-{day}", unix(f"2026-11-{day} 07:00")) for day in (21, 22, 27)]
    assert orders(bench.node_online(held=later)) == [("cancel", "anna:2026-11-27")]


def test_a_ringer_that_comes_back_within_half_an_hour_rings(bench: Bench) -> None:
    bench.node_offline()
    bench.until("2026-11-21 07:10")
    assert ("ring", TOMORROW) in orders(bench.node_online())


def test_a_host_whose_clock_runs_days_ahead_leaves_the_node_its_alarm() -> None:
    bench = _with_both()
    bench.said.clear()
    bench.set_wall("2026-11-24 20:30")
    assert ("cancel", TOMORROW) not in orders(bench.said)
    assert ("dismiss", TOMORROW) not in orders(bench.said)
    assert events(bench.node_says(TOMORROW, "ringing")) == ["ringing"]
    assert events(bench.wish("dismiss")) == ["dismissed", "set"]
    assert ("dismiss", TOMORROW) in orders(bench.said)


# What nodes do by themselves.


def test_a_node_that_rang_first_is_believed() -> None:
    bench = _with_both()
    bench.until("2026-11-21 06:59:57")
    assert events(bench.node_says(TOMORROW, "ringing")) == ["ringing"]
    seen = bench.until("2026-11-21 07:05")
    assert events(seen) == []
    assert rings(seen) == []


def test_a_dismissal_on_a_node_is_one_everywhere() -> None:
    bench = _with_both()
    bench.until("2026-11-21 06:59:50")
    bench.answering.clear()
    bench.until("2026-11-21 07:01")
    seen = bench.node_says(TOMORROW, "dismissed")
    assert events(seen) == ["dismissed", "set"]
    assert rings(seen) == [(BED, False)]
    assert "ringing" not in events(bench.until("2026-11-21 12:00"))


def test_a_snooze_on_a_node_is_one_everywhere() -> None:
    bench = _with_both()
    bench.until("2026-11-21 07:00")
    bench.node_online(held=[(TOMORROW, unix("2026-11-21 07:07"))])
    assert events(bench.node_says(TOMORROW, "snoozed")) == ["snoozed"]
    assert bench.plan.rings_at == pytest.approx(unix("2026-11-21 07:07"))
    assert "ringing" in events(bench.until("2026-11-21 07:07"))


def test_what_a_stranger_says_of_an_alarm_does_not_count(bench: Bench) -> None:
    bench.until("2026-11-21 06:45")
    for occurrence in ("ben:2026-11-21", "", "anna"):
        assert events(bench.node_says(occurrence, "dismissed")) == []
    assert events(bench.node_says(TOMORROW, "set")) == []


# The host.


@pytest.mark.parametrize("after", [1.0, 600.0, 1500.0])
def test_a_host_that_was_away_at_the_deadline_rings_when_it_is_back(
    hosted: Bench, after: float
) -> None:
    hosted.until("2026-11-21 06:59")
    hosted.restart(60 + after)
    seen = hosted.wait(5)
    assert events(seen) == ["ringing"]
    assert rings(seen) == [(BED, True)]
    hosted.wish("dismiss")
    hosted.restart(10)
    hosted.wait(3600)
    assert _count(hosted, "ringing") == 1


def test_a_host_that_was_away_for_too_long_says_so(hosted: Bench) -> None:
    hosted.until("2026-11-21 06:00")
    hosted.restart(5400 + 60)
    assert events(hosted.wait(5)) == ["missed", "set"]
    assert rings(hosted.said) == []


def test_a_host_that_was_away_for_days_says_what_was_missed_and_rings_the_last(
    hosted: Bench,
) -> None:
    hosted.restart(unix("2026-11-23 07:10") - hosted.t)
    seen = hosted.wait(5)
    assert events(seen).count("missed") == 2
    assert events(seen)[-1] == "ringing"
    assert hosted.plan.occurrence == "anna:2026-11-23"


def test_a_host_that_restarts_while_it_rings_goes_on_with_the_same_ring(hosted: Bench) -> None:
    hosted.until("2026-11-21 07:00")
    hosted.said.clear()
    hosted.restart(30)
    hosted.wait(1)
    assert events(hosted.said) == []
    assert rings(hosted.said) == [(BED, True)]
    assert rings(hosted.wish("dismiss")) == [(BED, False)]


def test_a_host_that_stops_after_a_dismissal_never_rings_it_again(bench: Bench) -> None:
    bench.until("2026-11-21 06:45")
    bench.wish("dismiss")
    bench.restart(10)
    assert "ringing" not in events(bench.until("2026-11-21 12:00"))


def test_what_a_node_did_meanwhile_is_heard_before_anything_rings_late() -> None:
    bench = _with_both()
    bench.until("2026-11-21 06:50")
    bench.restart(1200)
    seen = bench.node_says(TOMORROW, "dismissed", live=False)
    assert events(seen) == ["dismissed", "set"]
    assert events(bench.wait(600)) == []
    assert rings(bench.said) == []


def test_a_dismissal_that_only_the_node_knows_of_is_asked_for() -> None:
    """The broker had the node's event, and the host was not there to hear it."""
    bench = _with_both()
    bench.until("2026-11-21 06:50")
    bench.refusing = "this occurrence is over: it rang or was dismissed"
    bench.said.clear()
    bench.restart(1200)
    bench.node_online(held=[("anna:2026-11-22", unix("2026-11-22 07:00"))])
    bench.wait(600)
    assert events(bench.said) == ["dismissed", "set"]
    assert rings(bench.said) == []


def test_a_snooze_that_only_the_node_knows_of_goes_on() -> None:
    bench = _with_both()
    bench.until("2026-11-21 06:50")
    bench.restart(1200)
    bench.said.clear()
    bench.node_online(held=[(TOMORROW, unix("2026-11-21 07:15"))])
    bench.wait(120)
    assert events(bench.said) == ["snoozed"]
    assert rings(bench.said) == []
    assert bench.plan.rings_at == pytest.approx(unix("2026-11-21 07:15"))


def test_a_restart_shortly_before_the_deadline_rings_on_time(hosted: Bench) -> None:
    hosted.until("2026-11-21 06:59:50")
    hosted.restart(8)
    assert rings(hosted.until("2026-11-21 07:00")) == [(BED, True)]


# The clock.


def test_a_clock_that_is_set_past_the_deadline_rings_at_once(hosted: Bench) -> None:
    hosted.until("2026-11-21 06:00")
    assert events(hosted.set_wall("2026-11-21 08:30")) == ["ringing"]


def test_a_clock_that_is_set_back_never_rings_twice(hosted: Bench) -> None:
    hosted.until("2026-11-21 07:00")
    hosted.wish("dismiss")
    hosted.set_wall("2026-11-21 06:30")
    hosted.until("2026-11-21 12:00")
    assert _count(hosted, "ringing") == 1


def test_a_clock_that_is_set_back_before_the_deadline_rings_at_the_deadline(hosted: Bench) -> None:
    hosted.until("2026-11-21 06:50")
    hosted.set_wall("2026-11-21 05:00")
    assert "ringing" not in events(hosted.until("2026-11-21 06:59:59"))
    assert "ringing" in events(hosted.until("2026-11-21 07:00"))


def test_a_clock_that_was_days_ahead_costs_no_alarm(hosted: Bench) -> None:
    hosted.set_wall("2026-11-25 06:00")
    hosted.until("2026-11-25 07:00")
    hosted.wish("dismiss")
    hosted.set_wall("2026-11-21 06:00")
    assert "ringing" in events(hosted.until("2026-11-21 07:00"))


def test_a_clock_that_is_set_by_days_does_not_wake_for_another_day(hosted: Bench) -> None:
    seen = hosted.set_wall("2026-11-24 20:30")
    assert "ringing" not in events(seen)
    assert hosted.plan.occurrence == "anna:2026-11-25"


def test_who_travels_is_woken_by_the_clock_there(hosted: Bench) -> None:
    hosted.tell_clock("America/New_York")
    assert hosted.plan.rings_at == unix("2026-11-21 07:00", "America/New_York")


@pytest.mark.parametrize(
    ("day", "at", "rings_at"),
    [
        ("2027-03-28", "02:30", "2027-03-28 03:00"),
        ("2027-03-28", "07:00", "2027-03-28 07:00"),
        ("2027-10-31", "02:30", "2027-10-31 02:30"),
        ("2027-10-31", "07:00", "2027-10-31 07:00"),
    ],
)
def test_nights_on_which_clocks_change(day: str, at: str, rings_at: str) -> None:
    eve = f"{day[:-2]}{int(day[-2:]) - 1}"
    bench = Bench(f"{eve} 20:00")
    bench.wish("alarm_ringer", ringer=BED, available=True)
    bench.wish("alarm", ringers=BED)
    bench.wish("alarm_arm", on=True)
    bench.wish("alarm_set", date=day, time=at)
    assert bench.plan.rings_at == unix(rings_at)
    seen = bench.until(unix(rings_at))
    assert "ringing" in events(seen)
    bench.wish("dismiss")
    assert "ringing" not in events(bench.wait(12 * 3600))


@pytest.mark.parametrize("at", ["2026-11-20 23:00", "2026-11-21 06:59", "2026-11-21 07:00"])
def test_a_node_whose_clock_jumped_misses_nothing_for_anybody_else(bench: Bench, at: str) -> None:
    bench.node_offline()
    bench.until(at)
    seen = bench.node_says(TOMORROW, "missed")
    assert events(seen) == []
    assert "ringing" in events(bench.said + bench.until("2026-11-21 07:00:05"))


def test_what_a_node_missed_half_an_hour_ago_is_over(bench: Bench) -> None:
    bench.until("2026-11-21 06:00")
    bench.restart(3600 + 1801)
    bench.node_says(TOMORROW, "missed")
    bench.wait(60)
    assert "ringing" not in events(bench.said)
    assert bench.plan.occurrence == "anna:2026-11-22"


def test_what_was_kept_by_a_clock_that_was_ahead_still_rings(bench: Bench) -> None:
    bench.wish("alarm_set", date="2026-11-21", time="06:10")
    kept = bench.home.snapshot()
    bench.home, bench.t = Home(HOUSE), bench.t - 3 * 3600
    bench.home.recall(kept, bench.t)
    bench.tell_clock()
    assert bench.plan.rings_at == unix("2026-11-21 06:10")
    assert "ringing" in events(bench.until("2026-11-21 06:10"))


def test_a_ring_that_was_kept_by_a_clock_that_was_ahead_goes_on_as_long_as_it_had(
    hosted: Bench,
) -> None:
    hosted.until("2026-11-21 07:10")
    kept = hosted.home.snapshot()
    hosted.home, hosted.t = Home(HOUSE), hosted.t - 1800
    hosted.home.recall(kept, hosted.t)
    hosted.said.clear()
    hosted.tell_clock()
    assert events(hosted.wait(299)) == []
    assert rings(hosted.said) == [(BED, True)]
    assert events(hosted.wait(1)) == ["missed", "set"]
