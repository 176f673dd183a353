"""What triggers routines in a home, from what its nodes say."""

from tests.routines.bench import Bench, Document, routine

from halcyon.core.output import Presence
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
