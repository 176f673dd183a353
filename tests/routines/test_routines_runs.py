"""What becomes of a routine that was triggered: conditions, modes, steps, and why."""

from datetime import datetime
import json
from zoneinfo import ZoneInfo

import pytest
from tests.routines.bench import START, Bench, Document, routine

from halcyon.core.output import (
    Action,
    Environment,
    InBed,
    MotionEvent,
    Movement,
    Output,
    Presence,
    RoutineEvent,
    RoutineRun,
    SessionEvent,
    SkipReason,
    SleepSession,
    SleepStage,
    Spoken,
)
from halcyon.core.output_json import read_output
from halcyon.core.reading import Mode, Sun, WallClock
from halcyon.core.sleep import Stage
from halcyon.core.snapshot import Json
from halcyon.wallclock import offsets

STARTED = RoutineEvent.STARTED
CALL: Document = {"kind": "command", "phrases": ["go …"]}


def call(bench: Bench, text: str = "go now", *, final: bool = True, **more: object) -> None:
    """Somebody says something in the den."""
    spoken = Spoken(text, (), more.pop("confidence", 0.9), None, "node", final, **more)  # type: ignore[arg-type]
    bench.tell(spoken, room="den")
    bench.t += 1.0


def publish(topic: str) -> Document:
    return {"do": "publish", "topic": topic, "payload": "x"}


def topics(bench: Bench) -> list[str]:
    return [each["topic"] for each in bench.done() if isinstance(each, dict)]  # type: ignore[misc]


class TestCommands:
    @pytest.mark.parametrize(
        "text", ["go", "Go!", "GO to the kitchen", "  gó, please ", "go … now", "go go"]
    )
    def test_words_count_and_nothing_else_does(self, text: str) -> None:
        bench = Bench(routine("r", CALL))
        call(bench, text)
        assert bench.names() == ["r"]

    @pytest.mark.parametrize("text", ["", "let go", "gone", "{{ go }} {% go", "g o"])
    def test_other_words_are_other_words(self, text: str) -> None:
        bench = Bench(routine("r", CALL))
        call(bench, text)
        assert bench.names() == ([] if "{" not in text else ["r"])

    def test_only_what_is_final_and_accepted_counts(self) -> None:
        bench = Bench(routine("r", CALL))
        call(bench, final=False)
        call(bench, accepted=False)
        assert bench.names() == []

    def test_an_utterance_that_is_told_twice_is_one(self) -> None:
        bench = Bench(routine("r", CALL, mode="restart"))
        call(bench, utterance="u1")
        call(bench, utterance="u1")
        call(bench, utterance="u2")
        assert bench.names() == ["r", "r"]

    def test_it_may_be_asked_who_speaks_and_where_and_how_sure_it_is(self) -> None:
        where = {**CALL, "room": "hall"}
        sure = {**CALL, "confidence": 0.95}
        who = {**CALL, "speaker": "anna"}
        bench = Bench(routine("a", where), routine("b", sure), routine("c", who))
        call(bench)
        assert bench.names() == []


class TestConditions:
    def ran(self, bench: Bench) -> bool:
        call(bench)
        (run,) = bench.runs(STARTED, RoutineEvent.SKIPPED)
        bench.said.clear()
        assert (run.event is STARTED) is (run.reason is None)
        return run.event is STARTED

    def bench(self, **condition: Json) -> Bench:
        return Bench(routine("r", CALL, conditions=[condition]))

    @pytest.mark.parametrize(("lux", "is_dark"), [(5.0, True), (20.0, False), (50.0, False)])
    def test_light(self, lux: float, *, is_dark: bool) -> None:
        bench = self.bench(kind="light", room="den", below=20)
        assert not self.ran(bench)
        bench.tell(Environment(None, None, lux, None), room="den")
        assert self.ran(bench) is is_dark

    def test_the_sun(self) -> None:
        bench = self.bench(kind="sun", below=-0.833)
        assert not self.ran(bench)
        bench.see(Sun(-1.0))
        assert self.ran(bench)
        bench.see(Sun(10.0))
        assert not self.ran(bench)

    def test_modes(self) -> None:
        bench = self.bench(kind="mode", name="house", values=["home", "night"])
        for value, holds in ((None, False), ("away", False), ("night", True)):
            bench.see(Mode("house", value))
            bench.see(Mode("another", "home"))
            assert self.ran(bench) is holds

    def test_presence_elsewhere_and_its_opposite(self) -> None:
        bench = self.bench(kind="occupancy", room="hall", negate=True)
        assert not self.ran(bench)
        bench.tell(Presence(occupied=True, confidence=1.0), room="hall")
        assert not self.ran(bench)
        bench.tell(Presence(occupied=False, confidence=0.0), room="hall")
        assert self.ran(bench)

    def test_what_is_not_known_may_count_as_so(self) -> None:
        assert self.ran(self.bench(kind="bed", sleeper="anna", if_unknown=True))
        assert self.ran(self.bench(kind="bed", sleeper="anna", negate=True, if_unknown=True))

    def test_who_sleeps_and_how(self) -> None:
        bench = self.bench(kind="asleep")
        bench.tell(SleepSession("anna", SessionEvent.FELL_ASLEEP), room="bedroom")
        assert self.ran(bench)
        bench = self.bench(kind="stage", sleeper="anna", stages=["deep_sleep"])
        bench.tell(SleepStage("anna", Stage.DEEP, 0.9), room="bedroom")
        assert self.ran(bench)
        bench = self.bench(kind="bed", sleeper="anna")
        bench.tell(InBed("anna", in_bed=False), room="bedroom")
        assert not self.ran(bench)

    @pytest.mark.parametrize(
        ("local", "condition", "holds"),
        [
            ("2026-11-20 22:00", {"after": "22:00", "before": "06:00"}, True),
            ("2026-11-21 05:59:58", {"after": "22:00", "before": "06:00"}, True),
            ("2026-11-21 06:00", {"after": "22:00", "before": "06:00"}, False),
            # A Saturday's night begins on Saturday.
            ("2026-11-22 01:00", {"after": "22:00", "before": "06:00", "days": ["sat"]}, True),
            ("2026-11-21 01:00", {"after": "22:00", "before": "06:00", "days": ["sat"]}, False),
            ("2026-11-22 12:00", {"days": ["sat", "sun"]}, True),
            ("2026-11-23 00:00", {"days": ["sat", "sun"]}, False),
            # On the night on which clocks go forward, 03:00 follows 01:59:59.
            ("2027-03-28 03:00", {"after": "02:30", "before": "04:00"}, True),
        ],
    )
    def test_times_of_the_day(self, local: str, condition: Document, *, holds: bool) -> None:
        bench = self.bench(kind="time", **condition)
        assert not self.ran(bench), "without a zone no time of day is known"
        zone = ZoneInfo("Europe/Berlin")
        unix = datetime.fromisoformat(local).replace(tzinfo=zone).timestamp()
        table = tuple((float(at), by) for at, by in offsets(zone, unix))
        bench.see(WallClock(unix, "Europe/Berlin", "2026b", table))
        assert self.ran(bench) is holds

    def test_why_it_did_not_run_says_each_condition(self) -> None:
        light: Document = {"kind": "light", "room": "den", "below": 20}
        bench = Bench(routine("r", CALL, conditions=[light, {"kind": "asleep", "negate": True}]))
        bench.tell(Environment(None, None, 80.0, None), room="den")
        call(bench)
        (skipped,) = bench.runs(RoutineEvent.SKIPPED)
        assert skipped.reason is SkipReason.CONDITION
        assert isinstance(skipped.why, dict)
        assert skipped.why["conditions"] == [
            {"kind": "light", "met": False, "found": 80.0, "fulfilled": False},
            {"kind": "asleep", "met": None, "found": None, "fulfilled": False},
        ]
        told = bench.home.explain_routine("r", bench.t)
        assert isinstance(told, dict)
        assert told["ran"] is None
        assert isinstance(told["skipped"], dict)
        assert told["skipped"]["reason"] == "condition"
        json.dumps(told)


class TestModes:
    def bench(self, **more: Json) -> Bench:
        bench = Bench(routine("r", CALL, hosted=True, **more))
        call(bench)
        return bench

    def done(self, bench: Bench) -> None:
        run = next(each for each in reversed(bench.runs()) if each.routine == "r")
        bench.wish("routine_done", routine="r", run=run.run)

    def events(self, bench: Bench) -> list[str]:
        return [str(each.event) for each in bench.runs(*RoutineEvent)]

    def test_single_lets_the_run_go_on(self) -> None:
        bench = self.bench()
        call(bench)
        self.done(bench)
        call(bench)
        assert self.events(bench) == ["started", "skipped", "finished", "started"]
        assert bench.runs(RoutineEvent.SKIPPED)[0].reason is SkipReason.RUNNING

    def test_restart_ends_it(self) -> None:
        bench = self.bench(mode="restart")
        first = bench.runs()[0].run
        call(bench)
        bench.wish("routine_done", routine="r", run=first)
        assert self.events(bench) == ["started", "stopped", "started"]

    def test_queued_runs_wait_their_turn(self) -> None:
        bench = self.bench(mode="queued", max_runs=2)
        call(bench)
        call(bench)
        self.done(bench)
        self.done(bench)
        assert self.events(bench) == [
            "started",
            "queued",
            "skipped",
            "finished",
            "started",
            "finished",
        ]
        assert bench.runs(RoutineEvent.SKIPPED)[0].reason is SkipReason.QUEUE_FULL

    def test_a_rest_after_its_beginning(self) -> None:
        bench = self.bench(mode="restart", cooldown_s=10)
        bench.t = START + 9.5
        call(bench)
        bench.t = START + 10.0
        call(bench)
        assert self.events(bench) == ["started", "skipped", "stopped", "started"]
        assert bench.runs(RoutineEvent.SKIPPED)[0].reason is SkipReason.COOLDOWN

    def test_what_a_host_ran_ended_with_it(self) -> None:
        bench = self.bench()
        bench.restart(5)
        call(bench)
        assert self.events(bench) == ["started", "stopped", "started"]

    def test_a_person_runs_it_whatever_its_conditions_say(self) -> None:
        bench = Bench(routine("r", CALL, conditions=[{"kind": "asleep"}]))
        bench.wish("routine_run", routine="r")
        (run,) = bench.runs()
        assert run.trigger is None
        bench.wish("routine_run", routine="nobody")

    def test_one_that_is_switched_off_or_gone_is_ended(self) -> None:
        bench = self.bench()
        bench.configure(routine("r", CALL, enabled=False))
        call(bench)
        bench.configure()
        call(bench)
        assert self.events(bench) == ["started", "stopped"]
        assert bench.home.explain_routine("r", bench.t) is None


class TestSteps:
    def test_actions_have_ids_of_their_own_and_outputs_can_be_read_back(self) -> None:
        light: Document = {"do": "light", "node": "lamp-1", "brightness": 0.3, "rgb": [255, 9, 0]}
        say: Document = {"do": "say", "node": "speaker-1", "text": "Good {{ night }}"}
        bench = Bench(routine("r", CALL, sequence=[light, say, publish("a")]))
        call(bench)
        actions = [
            each
            for each in bench.said
            if isinstance(each, Output) and isinstance(each.fact, Action | RoutineRun)
        ]
        assert [each.fact.kind for each in actions] == [
            "routine",
            "action",
            "action",
            "action",
            "routine",
        ]
        assert bench.done()[:2] == [light, say]
        ids = {each.fact.id for each in actions if isinstance(each.fact, Action)}
        assert len(ids) == 3
        for each in actions:
            assert read_output(json.loads(json.dumps(each.to_json()))) == each

    def test_the_same_occasion_makes_the_same_ids(self) -> None:
        first, second = (Bench(routine("r", CALL, sequence=[publish("a")])) for _ in range(2))
        call(first)
        call(second)
        assert first.said == second.said

    def test_a_delay_goes_on_after_a_restart_with_what_was_left(self) -> None:
        steps: list[Json] = [publish("a"), {"do": "delay", "for_s": 60}, publish("b")]
        bench = Bench(routine("r", CALL, sequence=steps))
        call(bench)
        bench.wait(20)
        bench.restart(3600)
        bench.wait(37)
        assert topics(bench) == ["a"]
        bench.wait(3)
        assert topics(bench) == ["a", "b"]

    def test_it_waits_until_nobody_moves_or_gives_up(self) -> None:
        gone: Document = {"kind": "motion", "room": "hall", "detected": False, "for_s": 30}
        for patience, go_on, expected in ((300, True, ["on", "off"]), (20, False, ["on"])):
            wait: Document = {"do": "wait", "until": gone, "timeout_s": patience, "go_on": go_on}
            steps: list[Json] = [publish("on"), wait, publish("off")]
            trigger: Document = {"kind": "motion", "room": "hall"}
            bench = Bench(routine("r", trigger, sequence=steps))
            bench.rest("pir")
            bench.wait(6)
            bench.move("pir")
            bench.wait(5)
            bench.rest("pir")
            bench.wait(100)
            assert topics(bench) == expected

    def test_what_is_so_already_is_not_waited_for(self) -> None:
        wait: Document = {"do": "wait", "until": {"kind": "occupancy", "room": "den"}}
        bench = Bench(routine("r", CALL, sequence=[wait, publish("a")]))
        bench.tell(Presence(occupied=True, confidence=1.0), room="den")
        call(bench)
        assert topics(bench) == ["a"]

    def test_what_triggered_it_is_not_what_it_waits_for(self) -> None:
        moved: Document = {"kind": "motion_event", "room": "den"}
        wait: Document = {"do": "wait", "until": moved}
        bench = Bench(routine("r", moved, sequence=[wait, publish("a")]))
        bench.tell(MotionEvent(Movement.STARTED, "radar"), room="den")
        assert topics(bench) == []
        bench.t += 60
        bench.tell(MotionEvent(Movement.STARTED, "radar"), room="den")
        assert topics(bench) == ["a"]


def test_a_night_that_is_told_again_in_the_day_triggers_nothing() -> None:
    bench = Bench(routine("r", {"kind": "night", "sleeper": "anna", "event": "ended"}))
    told = Output(
        bench.t, bench.t - 4 * 3600, "home", "bedroom", SleepSession("anna", SessionEvent.ENDED)
    )
    bench.said += bench.home._decided([told])
    assert bench.names() == []


def test_a_routine_that_changed_keeps_the_times_of_its_triggers() -> None:
    trigger: Document = {"kind": "motion", "room": "hall", "detected": False, "for_s": 600}
    bench = Bench(routine("r", trigger))
    bench.move("pir")
    bench.rest("pir")
    bench.wait(305)
    house = type(bench.house)(
        "home", bench.house.rooms, routines=(routine("r", trigger, mode="restart"),)
    )
    bench.said += bench.home.configure(house)
    bench.wait(299)
    assert bench.names() == []
    bench.wait(2)
    assert bench.times() == [605]


def test_a_routine_that_is_new_knows_what_is_known_of_the_home() -> None:
    bench = Bench()
    bench.rest("pir")
    bench.wait(60)
    trigger: Document = {"kind": "occupancy", "room": "hall"}
    bench.configure(routine("r", trigger))
    assert bench.names() == []
    bench.move("pir")
    assert bench.times() == [60]
