"""What triggers routines in a home, from what its nodes say."""

from tests.routines.bench import Bench, Document, routine

from halcyon.core.output import (
    Alarm,
    AlarmEvent,
    Environment,
    InBed,
    Moved,
    NodeStatus,
    Presence,
    SessionEvent,
    SleepIntent,
    SleepSession,
    SleepStage,
)
from halcyon.core.reading import Availability, MotionLevel
from halcyon.core.sleep import Stage
from halcyon.core.snapshot import Json


def quiet(seconds: float = 600.0, **more: Json) -> Document:
    return {"kind": "motion", "room": "den", "detected": False, "for_s": seconds, **more}


def test_motion_triggers_when_it_begins_and_not_while_it_goes_on() -> None:
    bench = Bench(routine("on", {"kind": "motion", "room": "hall"}))
    bench.rest("pir")
    bench.wait(5)
    bench.move("pir")
    bench.wait(3)
    bench.move("pir")
    assert bench.times() == [5]


def test_the_first_thing_that_is_known_of_a_room_did_not_just_happen() -> None:
    bench = Bench(routine("on", {"kind": "motion", "room": "hall"}))
    bench.move("pir")
    assert bench.names() == []


def test_nothing_moves_for_ten_minutes_after_the_last_movement() -> None:
    bench = Bench(routine("off", quiet()))
    bench.move("radar")
    bench.wait(60)
    bench.rest("radar")
    bench.wait(300)
    bench.move("radar")
    bench.rest("radar")
    bench.wait(3600)
    # A movement stands for five seconds.
    assert bench.times() == [360 + 5 + 600]


def test_a_node_that_is_away_is_no_sign_of_absence() -> None:
    bench = Bench(routine("off", quiet()))
    bench.move("radar")
    bench.rest("radar")
    bench.wait(305)
    bench.offline("radar")
    bench.wait(20 * 60)
    assert bench.names() == []
    bench.online("radar")
    bench.rest("radar")
    bench.wait(299)
    assert bench.names() == []
    bench.wait(2)
    assert bench.times() == [305 + 1200 + 300]


def test_it_stays_away_for_ever_and_nobody_is_told_gone() -> None:
    bench = Bench(routine("off", quiet()))
    bench.move("radar")
    bench.rest("radar")
    bench.wait(10)
    bench.offline("radar")
    bench.wait(48 * 3600)
    assert bench.names() == []


def test_one_that_is_gone_for_half_an_hour_leaves_it_to_the_other() -> None:
    bench = Bench(routine("off", quiet()))
    bench.online("tone")
    bench.rest("tone")
    bench.move("radar")
    bench.rest("radar")
    bench.wait(10)
    bench.offline("radar")
    for _ in range(1800 + 590):
        bench.rest("tone")
        bench.wait(1)
    assert bench.names() == []
    for _ in range(60):
        bench.rest("tone")
        bench.wait(1)
    assert bench.times() == [10 + 1800 + 595]


def test_the_time_that_is_left_survives_a_restart() -> None:
    bench = Bench(routine("off", quiet()))
    bench.move("radar")
    bench.rest("radar")
    bench.wait(205)
    bench.restart(7200)
    bench.wait(30)
    assert bench.names() == []
    bench.online("radar")
    bench.rest("radar")
    bench.wait(3600)
    assert bench.times() == [205 + 7200 + 30 + 400]


def test_what_is_retained_is_known_and_triggers_nothing() -> None:
    bench = Bench(routine("in", {"kind": "occupancy", "room": "den"}))
    bench.tell(Presence(occupied=False, confidence=0.1), room="den")
    bench.tell(Presence(occupied=True, confidence=0.9), room="den", live=False)
    bench.wait(10)
    bench.tell(Presence(occupied=True, confidence=0.8), room="den")
    assert bench.names() == []


def test_a_zone_is_entered_and_left() -> None:
    entered: Document = {"kind": "zone", "room": "den", "zone": "desk"}
    left: Document = {**entered, "inside": False, "for_s": 5}
    bench = Bench(routine("in", entered), routine("out", left, mode="restart"))
    for zones in ((), ("desk", "door"), ("desk",), ("door",)):
        bench.tell(Presence(occupied=True, confidence=1.0, zones=zones), room="den")
        bench.wait(10)
    assert bench.names() == ["out", "in", "out"]


def test_a_score_that_wavers_is_one_attempt_to_sleep() -> None:
    bench = Bench(routine("r", {"kind": "trying_to_sleep", "sleeper": "anna"}, mode="restart"))
    bench.tell(InBed("anna", in_bed=True), room="bedroom")
    for score in (0.2, 0.55, 0.45, 0.52, None, 0.5, 0.3, 0.6):
        bench.tell(SleepIntent("anna", score), room="bedroom")
        bench.wait(30)
    assert bench.times() == [30, 210]


def test_a_bed_whose_node_is_away_is_not_left() -> None:
    bench = Bench(routine("up", {"kind": "bed", "sleeper": "anna", "in_bed": False, "for_s": 60}))

    def watched(level: MotionLevel | None) -> None:
        bench.tell(Moved(level, None, None, (("bed-1", "radar", level),)), room="bedroom")

    watched(MotionLevel.NONE)
    bench.tell(InBed("anna", in_bed=True), room="bedroom")
    bench.wait(10)
    bench.tell(InBed("anna", in_bed=False), room="bedroom")
    bench.wait(20)
    watched(None)
    bench.wait(3600)
    assert bench.names() == []
    watched(MotionLevel.NONE)
    bench.wait(41)
    assert bench.times() == [3630 + 40]


def test_the_last_of_those_who_sleep_here_fell_asleep() -> None:
    bench = Bench(routine("night", {"kind": "all_asleep"}))
    bench.tell(SleepSession("anna", SessionEvent.STARTED), room="bedroom")
    bench.tell(SleepSession("guest", SessionEvent.STARTED), room="bedroom")
    bench.wait(60)
    bench.tell(SleepSession("anna", SessionEvent.FELL_ASLEEP), room="bedroom")
    bench.wait(60)
    bench.tell(SleepSession("anna", SessionEvent.WOKE_UP), room="bedroom")
    # The guest does not live here.
    assert bench.times() == [60]


def test_a_moment_to_wake_comes_once_in_a_window() -> None:
    bench = Bench(routine("wake", {"kind": "wakeable", "sleeper": "anna"}, mode="restart"))

    def alarm(event: AlarmEvent, occurrence: str = "anna:2026-11-21") -> None:
        bench.tell(Alarm("anna", occurrence, event))
        bench.wait(30)

    def stage(stage: Stage) -> None:
        bench.tell(SleepStage("anna", stage, 0.9), room="bedroom")
        bench.wait(30)

    stage(Stage.LIGHT)
    alarm(AlarmEvent.SET)
    stage(Stage.DEEP)
    alarm(AlarmEvent.WINDOW_OPENED)
    assert bench.names() == []
    stage(Stage.LIGHT)
    stage(Stage.REM)
    stage(Stage.LIGHT)
    alarm(AlarmEvent.RINGING)
    alarm(AlarmEvent.DISMISSED)
    assert bench.times() == [120]
    stage(Stage.DEEP)
    alarm(AlarmEvent.WINDOW_OPENED, "anna:2026-11-22")
    alarm(AlarmEvent.RINGING, "anna:2026-11-22")
    assert len(bench.times()) == 2


def test_a_limit_is_crossed_again_only_after_it_was_left() -> None:
    limit: Document = {"kind": "environment", "room": "den", "quantity": "temp", "above": 24}
    bench = Bench(routine("warm", {**limit, "hysteresis": 1}, mode="restart"))
    for celsius in (23.0, 24.5, 23.5, 24.2, None, 24.3, 22.9, 24.1):
        bench.tell(Environment(celsius, None, None, None), room="den")
        bench.wait(60)
    assert bench.times() == [60, 420]


def test_a_node_is_gone_for_a_time_also_over_a_restart() -> None:
    bench = Bench(routine("gone", {"kind": "node", "node": "lamp-1", "for_s": 300}))

    def node(availability: Availability, *, live: bool = True) -> None:
        bench.tell(NodeStatus("lamp-1", availability, 0, 0, 0, 0, None), live=live)

    node(Availability.ONLINE)
    bench.wait(10)
    node(Availability.OFFLINE)
    bench.wait(100)
    bench.restart(1000)
    bench.wait(199)
    assert bench.names() == []
    bench.wait(1)
    assert bench.times() == [10 + 100 + 1000 + 200]


def test_only_the_kind_of_sensor_that_is_asked_for_counts() -> None:
    tone: Document = {"kind": "motion", "room": "den", "source": "ultrasound"}
    major: Document = {"kind": "motion", "room": "den", "major": True}
    bench = Bench(routine("tone", tone), routine("major", major))
    for source in ("tone", "radar"):
        bench.rest(source)
    bench.wait(10)
    bench.move("radar", MotionLevel.MINOR)
    bench.wait(10)
    bench.move("tone", MotionLevel.MINOR)
    assert bench.names() == ["tone"]
    bench.wait(1)
    bench.move("radar", MotionLevel.MAJOR)
    assert bench.names() == ["tone", "major"]
