"""Who came in, who left, and that beds and rooms are empty soon after, but never too soon."""

from collections.abc import Callable

import pytest
from tests.sense.room_script import START, Script, den, leaves, nowhere, stays, walks

from halcyon.core.house import House, Zone, ZoneKind
from halcyon.core.output import InBed
from halcyon.core.reading import Bed, BodyMovement, Detection, MotionLevel, Vitals
from halcyon.sense.bed import BREATHLESS_AFTER, UNSEEN_AFTER
from halcyon.sense.doorways import DOUBTED_FOR, WITHIN, Doorways
from halcyon.sense.presence import LEFT_AFTER

type MakeScript = Callable[[House], Script]

DOOR, CHAIR = (2.0, 4.5), (-0.5, 2.0)
WINDOW = (-2.0, 4.5)


def _walks_in(script: Script, door: tuple[float, float] = DOOR) -> None:
    script.pir()
    script.radar(5, walks(door, CHAIR))
    script.radar(20, stays(*CHAIR))
    script.pir(MotionLevel.NONE)


def _walks_out(script: Script, door: tuple[float, float] = DOOR) -> float:
    """The time at which nobody was seen any more."""
    script.pir()
    script.radar(4.5, leaves(CHAIR, door))
    script.pir(MotionLevel.NONE)
    return script.t


def _empty_at(script: Script) -> float:
    at, state = script.flips()[-1]
    assert state is False
    return START + at


def _visited(make_script: MakeScript) -> Script:
    """Somebody came in through the door after a while of nobody."""
    script = make_script(den(sources=("radar", "pir", "entity")))
    script.radar(70, nowhere, hz=2)
    _walks_in(script)
    return script


def test_a_room_is_empty_soon_after_somebody_left_as_they_came(make_script: MakeScript) -> None:
    script = _visited(make_script)
    gone = _walks_out(script)
    script.radar(60, nowhere)
    assert _empty_at(script) - gone <= LEFT_AFTER + 1.0


def test_who_walks_out_of_sight_elsewhere_is_waited_for(make_script: MakeScript) -> None:
    script = _visited(make_script)
    gone = _walks_out(script, WINDOW)
    script.radar(60, nowhere)
    assert _empty_at(script) - gone > LEFT_AFTER + 10.0


def test_what_follows_a_departure_says_why_it_ends(make_script: MakeScript) -> None:
    script = _visited(make_script)
    _walks_out(script)
    script.radar(3, nowhere)
    evidence = script.explained("evidence")
    assert isinstance(evidence, list)
    assert "walked_out" in {row["note"] for row in evidence}


def test_somebody_who_is_lost_sitting_is_held_when_another_leaves(
    make_script: MakeScript,
) -> None:
    script = _visited(make_script)
    script.radar(6, stays(*CHAIR), walks(DOOR, (1.0, 3.0)))
    script.radar(3, nowhere, walks((1.0, 3.0), DOOR))
    script.radar(60, nowhere)
    assert script.occupied() is True


def test_a_verdict_that_stands_outlives_a_departure(make_script: MakeScript) -> None:
    script = _visited(make_script)
    script.verdict(present=True)
    _walks_out(script)
    script.radar(120, nowhere)
    assert script.occupied() is True
    script.verdict(present=False)
    script.radar(3, nowhere)
    assert script.occupied() is False


def test_movement_after_a_departure_is_somebody_else(make_script: MakeScript) -> None:
    script = _visited(make_script)
    gone = _walks_out(script)
    script.radar(5, nowhere)
    script.pir()
    script.radar(3, nowhere)
    script.pir(MotionLevel.NONE)
    script.radar(60, nowhere)
    assert _empty_at(script) - gone > 8.0 + LEFT_AFTER


def test_a_doorway_is_a_place_and_few_are_kept() -> None:
    doors = Doorways()
    doors.came_in((0.0, 0.0), 0.0)
    doors.came_in((0.5, 0.0), 1.0)
    assert doors.leads_out((0.25 + WITHIN - 0.01, 0.0), 2.0)
    assert not doors.leads_out((0.25 + WITHIN + 0.01, 0.0), 2.0)
    for k in range(1, 9):
        doors.came_in((3.0 * k, 0.0), 200.0 * k)
    assert not doors.leads_out((0.25, 0.0), 1700.0)
    assert doors.leads_out((24.0, 0.0), 1700.0)
    assert not doors.leads_out((24.0, 0.0), 60 * 86_400.0)


def test_a_doorway_is_none_once_somebody_had_not_left_by_it() -> None:
    doors = Doorways()
    doors.came_in((0.0, 0.0), 0.0)
    assert doors.leads_out((0.3, 0.0), 100.0)
    doors.came_in((3.0, 0.0), 100.0 + DOUBTED_FOR)
    assert not doors.leads_out((0.3, 0.0), 300.0)
    assert not doors.leads_out((3.0, 0.0), 300.0)


def test_an_empty_bed_is_unknown_for_a_minute_and_then_empty(script: Script) -> None:
    script.say(Detection(present=False), "bed")
    script.wait(UNSEEN_AFTER - 1.0)
    assert script.in_bed() is None
    script.wait(2.0)
    assert script.in_bed() is False


def test_a_bed_that_says_it_is_empty_is_believed_at_once(script: Script) -> None:
    script.say(Bed(occupied=False), "bed")
    assert script.in_bed() is False


def test_a_sleeper_at_the_start_was_never_out_of_bed(script: Script) -> None:
    script.breathe(120, 14.0)
    assert [o.fact for o in script.outputs(InBed)] == [InBed("anna", True)]


@pytest.mark.parametrize("how", ["verdict", "distance"])
def test_a_bed_is_empty_soon_after_its_node_saw_somebody_go(script: Script, how: str) -> None:
    script.say(Detection(present=True, distance=0.8), "bed")
    script.breathe(120, 14.0)
    assert script.in_bed() is True
    script.say(Detection(present=True, distance=0.8), "bed")
    for _ in script.ticks(4, 1):
        script.say(BodyMovement(0.9), "bed")
    gone = script.t
    away = {"verdict": Detection(present=False), "distance": Detection(distance=2.6)}[how]
    script.say(away, "bed")
    script.breathe(60, None)
    assert script.in_bed() is False
    assert script.outputs(InBed)[-1].t - gone <= BREATHLESS_AFTER + 1.0


def test_a_node_that_loses_a_sleeper_does_not_get_them_up(script: Script) -> None:
    script.say(Detection(present=True), "bed")
    script.breathe(120, 14.0)
    for _ in range(5):
        script.say(Detection(present=False), "bed")
        script.breathe(40, 14.0)
        script.say(Detection(present=True), "bed")
        script.breathe(40, 14.0)
    assert [o.fact for o in script.outputs(InBed)] == [InBed("anna", True)]
    assert [state for _, state in script.flips()] == [True]


def test_who_walks_past_a_bed_gets_nobody_up(make_script: MakeScript) -> None:
    bed = Zone("bed", ZoneKind.BED, ((-1.0, 1.0), (1.0, 1.0), (1.0, 3.0), (-1.0, 3.0)))
    script = make_script(den(bed))
    script.say(Vitals(respiration=14.0), "bed")
    for _ in script.ticks(60, 0.2):
        script.say(Vitals(respiration=14.0), "bed")
    assert script.in_bed() is True
    for _ in range(4):
        script.radar(7, leaves((-3.0, 2.0), (3.0, 2.0), 0.9))
        script.say(Vitals(respiration=14.0), "bed")
    assert script.in_bed() is True
