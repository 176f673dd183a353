"""What hosts say and hear of alarms, as messages and as JSON."""

import json

from hypothesis import given, strategies as st
import pytest
from tests.alarm.bench import HOUSE, WEEK, Bench, events, unix

from halcyon.core.command import Command
from halcyon.core.message import Message
from halcyon.core.output import (
    Alarm,
    AlarmEvent,
    AlarmPlan,
    AlarmTrouble,
    Fact,
    Output,
    Ring,
    SessionEvent,
    SleepSession,
    SleepStage,
)
from halcyon.core.output_json import read_output
from halcyon.core.reading import BodyMovement
from halcyon.core.sleep import Stage
from halcyon.core.snapshot import Json
from halcyon.decide.alarm.alarms import MOVED
from halcyon.decide.alarm.waking import Waking
from halcyon.decide.home import Home
from halcyon.pipeline import Pipeline

START = unix("2026-11-20 20:00")

FACTS: tuple[Fact, ...] = (
    Alarm("anna", "anna:2026-11-21", AlarmEvent.WINDOW_OPENED),
    AlarmPlan("anna", armed=True, state="set", occurrence="anna:2026-11-21", rings_at=5.0,
              window_from=1.0, held=True, trouble=AlarmTrouble.NO_CLOCK, silent=("speaker-1",)),
    AlarmPlan("anna", armed=False, state="off", occurrence=None, rings_at=None,
              window_from=None, held=False, trouble=None),
    Ring("anna", "anna:2026-11-21", "media_player.bed", on=True, sound="dawn", volume=0.5),
    SleepStage("anna", Stage.REM, 0.7, (0.1, 0.1, 0.1, 0.7)),
)  # fmt: skip


@pytest.mark.parametrize("fact", FACTS, ids=lambda fact: fact.kind)
def test_what_is_told_is_read_back(fact: Fact) -> None:
    output = Output(1.0, 2.0, "home", "bedroom", fact)
    assert read_output(json.loads(json.dumps(output.to_json()))) == output


def _host(pipeline: Pipeline, kind: str, t: float, **body: Json) -> list[Output | Command]:
    return pipeline.receive(Message(f"$host/{kind}", json.dumps(body).encode(), t))


def test_an_alarm_is_made_of_messages_alone() -> None:
    pipeline = Pipeline(HOUSE)
    _host(pipeline, "clock", START, unix=START, tz="Europe/Berlin", offsets=[[0, 3600]])
    _host(pipeline, "intent", START, name="alarm", sleeper="anna", nodes="speaker-1", **WEEK)
    said = _host(pipeline, "intent", START, name="alarm_arm", sleeper="anna", on=True)
    topics = {each.topic for each in said if isinstance(each, Command)}
    assert topics == {"halcyon/1/home/speaker-1/cmd/alarm"}
    rings = pipeline.advance(unix("2026-11-21 07:00"))
    assert events(rings) == ["window_opened", "ringing"]
    assert {each.room for each in rings if isinstance(each, Output)} == {"bedroom"}


def test_a_host_that_only_names_its_zone_is_told_that_it_is_not_enough() -> None:
    pipeline = Pipeline(HOUSE)
    _host(pipeline, "clock", START, unix=START, tz="Europe/Berlin")
    _host(pipeline, "intent", START, name="alarm", sleeper="anna", nodes="speaker-1", **WEEK)
    said = _host(pipeline, "intent", START, name="alarm_arm", sleeper="anna", on=True)
    plans = [each.fact for each in said if isinstance(each, Output)]
    assert [plan.trouble for plan in plans if isinstance(plan, AlarmPlan)] == [
        AlarmTrouble.NO_CLOCK
    ]


@given(
    st.dictionaries(
        st.sampled_from(
            ["sleeper", "mon", "date", "time", "on", "at", "minutes", "ringer", "nodes"]
        ),
        st.none() | st.booleans() | st.text(max_size=12) | st.integers(-100, 100),
    ),
    st.sampled_from(
        ["alarm", "alarm_arm", "alarm_set", "alarm_dates", "alarm_skip", "snooze", "alarm_ringer"]
    ),
)
def test_no_wish_breaks_anything(fields: dict[str, Json], name: str) -> None:
    pipeline = Pipeline(HOUSE)
    _host(pipeline, "clock", START, unix=START, tz="Europe/Berlin", offsets=[[0, 3600]])
    _host(pipeline, "intent", START, **{"sleeper": "anna", **fields, "name": name})
    pipeline.advance(START + 86400)
    json.dumps(pipeline.snapshot())


@pytest.mark.parametrize("state", [None, 3, {}, {"schema": 99}, {"schema": 1, "sleepers": {}}])
def test_a_state_that_does_not_fit_starts_alarms_anew(state: Json) -> None:
    bench = Bench()
    bench.wish("alarm", nodes="speaker-1", **WEEK)
    saved: dict[str, Json] = json.loads(json.dumps(bench.home.snapshot()))
    saved["alarms"] = state
    home = Home(HOUSE)
    home.restore(saved)
    assert home.advance(bench.t + 86400) == []


def test_one_sleeper_whose_state_does_not_fit_costs_no_other() -> None:
    bench = Bench()
    for name in ("anna", "ben"):
        bench.wish("alarm", sleeper=name, nodes="speaker-1", **WEEK)
        bench.wish("alarm_arm", sleeper=name, on=True)
    saved = json.loads(json.dumps(bench.home.snapshot()))
    saved["alarms"]["sleepers"]["anna"]["schedule"] = None
    home = Home(HOUSE)
    home.restore(saved)
    plans = [each.fact for each in home.current(bench.t) if isinstance(each.fact, AlarmPlan)]
    assert [plan.sleeper for plan in plans] == ["ben"]


def test_a_night_that_is_over_is_learned_from(bench: Bench) -> None:
    def habits() -> str:
        return json.dumps(bench.home._alarms._sleepers["anna"].waking.snapshot())

    before = habits()
    nothing: list[Json] = [None, "?"]
    broken: tuple[Json, ...] = (
        None,
        3,
        {"epochs": {"revised": "?"}},
        {"epochs": {"revised": nothing}},
    )
    for report in broken:
        session = SleepSession("anna", SessionEvent.ENDED, report)
        bench.home._alarms.follow([Output(bench.t, bench.t, "home", "bedroom", session)])
        assert habits() == before
    revised: list[Json] = [*["light_sleep"] * 20, *["rem"] * 20]
    session = SleepSession("anna", SessionEvent.ENDED, {"epochs": {"revised": revised}})
    bench.home._alarms.follow([Output(bench.t, bench.t, "home", "bedroom", session)])
    assert habits() != before


def test_a_movement_in_the_window_counts_at_once(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    bench.until("2026-11-21 06:40")
    for _ in range(10):
        bench.wait(30)
        bench.stage(Stage.DEEP, 0.5)
    believed = bench.home._alarms._sleepers["anna"].waking.lightness
    monkeypatch.setattr(Waking, "is_best", lambda self, _t, _end: self.lightness > believed)
    bench.wait(7)
    assert events(bench.see(BodyMovement(MOVED / 2), "bed-1")) == []
    assert events(bench.see(BodyMovement(MOVED), "bed-1", live=False)) == []
    assert events(bench.see(BodyMovement(MOVED), "bed-1")) == ["ringing"]
