"""Ultrasonic motion in a room: what switches it on, what holds it, and what a deaf node says."""

from dataclasses import replace

from hypothesis import given, settings, strategies as st
import pytest
from tests.sense.room_script import START, Script

from halcyon.core.house import House, Mount, Room, Sensitivity
from halcyon.core.observation import Observation
from halcyon.core.output import MotionEvent, Movement, Output, Presence
from halcyon.core.reading import (
    Ambient,
    Availability,
    Connection,
    Detection,
    Motion,
    MotionLevel,
    Reading,
    Sounding,
    SoundTrouble,
)
from halcyon.decide.dialogue import Effect
from halcyon.decide.home import Home
from halcyon.sense.echoes import AFTER_MAJOR, AFTER_MINOR
from halcyon.sense.motion import MOTION_LASTS
from halcyon.sense.sonar import SILENT_AFTER

NONE, MINOR, MAJOR = Motion(MotionLevel.NONE), Motion(MotionLevel.MINOR), Motion(MotionLevel.MAJOR)
FINE = Sounding(20_500.0, -18.0, 70.0, START - 1e5)
DEAF = [trouble for trouble in SoundTrouble if trouble.is_blinding]
BEARABLE = [trouble for trouble in SoundTrouble if not trouble.is_blinding]
FADE = 25.0
"""Seconds by which a released sign may be outlived at medium sensitivity."""


def lounge(*more: str, sensitivity: Sensitivity = Sensitivity.MEDIUM) -> House:
    mounts = tuple(Mount(source) for source in ("speaker", *more))
    return House("home", (Room("den", mounts, sensitivity=sensitivity, quiet_minutes=1.0),))


def script(*more: str) -> Script:
    made = Script(Home(lounge(*more)))
    made.say(Connection(Availability.ONLINE), "speaker")
    made.say(FINE, "speaker")
    return made


def hear(room: Script, seconds: float, motion: Motion) -> None:
    """What a node says four times a second."""
    for _ in room.ticks(seconds, 4.0):
        room.say(motion, "speaker")


def emptied(room: Script) -> float:
    """Seconds of the script at which the room turned empty."""
    at, occupied = room.flips()[-1]
    assert occupied is False
    return at


def trouble(kind: SoundTrouble) -> Sounding:
    return replace(FINE, trouble=kind)


def test_a_large_movement_switches_on_and_a_small_one_does_not() -> None:
    room = script()
    hear(room, 60.0, MINOR)
    assert room.occupied() is False
    hear(room, 0.5, MAJOR)
    assert room.occupied() is True
    assert room.moved().source == "ultrasound"


@pytest.mark.parametrize("sensitivity", list(Sensitivity))
def test_at_no_sensitivity_does_a_small_movement_switch_on(sensitivity: Sensitivity) -> None:
    room = Script(Home(lounge(sensitivity=sensitivity)))
    room.say(FINE, "speaker")
    hear(room, 60.0, MINOR)
    assert room.occupied() is False


def test_what_a_machine_or_the_air_moves_never_counts_and_is_explained() -> None:
    room = script()
    hear(room, 30.0, Motion(MotionLevel.NONE, 0.1, machine=0.9, air=0.7, transient=0.6))
    assert room.occupied() is False
    assert room.reasons() == {"machine"}
    hear(room, 11.0, NONE)
    assert room.reasons() == set()


def test_motion_is_explained_by_who_says_so_and_when_it_will_have_stopped() -> None:
    room = script()
    hear(room, 1.0, NONE)
    still = room.explained("motion")
    assert isinstance(still, dict)
    assert (still["state"], still["by"], still["stops_at"]) == ("none", None, None)
    hear(room, 4.0, MAJOR)
    moving = room.explained("motion")
    assert isinstance(moving, dict)
    assert (moving["state"], moving["by"]) == ("major", "ultrasound")
    hear(room, 3.0, NONE)
    resting = room.explained("motion")
    assert isinstance(resting, dict)
    rests, stops = resting["rests_at"], resting["stops_at"]
    assert isinstance(rests, float)
    assert isinstance(stops, float)
    assert 0.0 < rests - room.t <= MOTION_LASTS
    assert stops - room.t == pytest.approx(60.0 - 3.0, abs=0.5), "a minute of quiet, see lounge"
    assert {"source": "speaker", "kind": "ultrasound", "state": "major"} in resting["sources"]


def test_a_room_that_somebody_walked_through_is_given_up_soon() -> None:
    room = script()
    hear(room, 4.0, MAJOR)
    hear(room, 3.0, MINOR)  # the door falls shut
    hear(room, 300.0, NONE)
    assert 7.0 + AFTER_MAJOR <= emptied(room) <= 7.0 + AFTER_MAJOR + FADE


def test_who_settled_is_held_for_long_and_may_leave_at_any_time() -> None:
    room = script()
    hear(room, 4.0, MAJOR)
    hear(room, 20.0, NONE)
    hear(room, 2.0, MINOR)
    hear(room, AFTER_MINOR - 10.0, NONE)
    assert room.occupied() is True
    hear(room, 3.0, MAJOR)
    left = room.t - START
    hear(room, 300.0, NONE)
    assert left + AFTER_MAJOR <= emptied(room) <= left + AFTER_MAJOR + FADE


def test_a_reader_who_moves_every_few_minutes_never_sits_in_the_dark() -> None:
    room = script()
    hear(room, 4.0, MAJOR)
    for pause in (30.0, 100.0, 240.0, 420.0, 60.0):
        hear(room, pause, NONE)
        hear(room, 1.5, MINOR)
    assert room.flips() == [(0.0, True)]


def test_beside_a_radar_both_hold_and_neither_for_long() -> None:
    room = script("radar")
    hear(room, 4.0, MAJOR)
    room.say(Detection(present=True), "radar")
    room.say(Detection(present=False), "radar")
    hear(room, 20.0, NONE)
    hear(room, 2.0, MINOR)
    left = room.t - START
    hear(room, 300.0, NONE)
    assert emptied(room) <= left + 120.0 + FADE


def test_a_pir_beside_it_only_announces() -> None:
    room = script("pir")
    hear(room, 1.0, NONE)
    room.pir()
    room.pir(MotionLevel.NONE)
    hear(room, 60.0, NONE)
    assert emptied(room) < 45.0


@pytest.mark.parametrize("kind", DEAF)
def test_a_deaf_node_is_unavailable_and_triggers_nothing(kind: SoundTrouble) -> None:
    room = script()
    hear(room, 2.0, NONE)
    assert room.occupied() is False
    room.say(trouble(kind), "speaker")
    hear(room, 30.0, MAJOR)
    assert room.occupied() is False
    assert {"in_trouble", "unavailable"} == room.reasons()
    hear(room, 40.0, MAJOR)
    assert room.occupied() is None
    room.say(FINE, "speaker")
    hear(room, 0.5, MAJOR)
    assert room.occupied() is True


@pytest.mark.parametrize("kind", DEAF)
def test_a_node_that_turns_deaf_empties_no_room(kind: SoundTrouble) -> None:
    room = script()
    hear(room, 4.0, MAJOR)
    hear(room, 100.0, NONE)
    room.say(trouble(kind), "speaker")
    hear(room, 50.0, NONE)
    room.say(FINE, "speaker")
    hear(room, 15.0, NONE)
    assert room.occupied() is True
    hear(room, 40.0, NONE)
    assert room.occupied() is False


@pytest.mark.parametrize("kind", BEARABLE)
def test_a_node_that_hears_less_well_is_believed(kind: SoundTrouble) -> None:
    room = script()
    room.say(trouble(kind), "speaker")
    hear(room, 1.0, MAJOR)
    assert room.occupied() is True
    assert room.reasons() == set()


def test_silence_is_not_quiet() -> None:
    room = script()
    hear(room, 4.0, MAJOR)
    room.wait(SILENT_AFTER + 40.0)
    assert room.occupied() is True
    assert room.reasons() == {"unavailable"}
    room.wait(60.0)
    assert room.occupied() is None
    room.say(Connection(Availability.ONLINE), "speaker")
    assert room.occupied() is None
    hear(room, 10.0, NONE)
    assert room.occupied() is True
    assert [each.fact for each in room.outputs(MotionEvent)] == [
        MotionEvent(Movement.STARTED, "ultrasound")
    ]


def test_a_deaf_node_still_tells_of_the_air() -> None:
    room = script()
    room.say(trouble(SoundTrouble.BLOCKED), "speaker")
    for _ in range(30):
        room.wait(60.0)
        room.say(Ambient(temperature=21.0), "speaker")
    air = next(each.fact for each in room.home.current(room.t) if each.fact.kind == "environment")
    assert "temp=21.0" in repr(air)


def test_a_node_with_a_radar_is_not_lost_with_its_tone() -> None:
    room = script()
    room.say(Detection(present=True), "speaker")
    hear(room, 1.0, MAJOR)
    room.say(trouble(SoundTrouble.BLOCKED), "speaker")
    assert room.reasons() == {"in_trouble"}
    assert room.occupied() is True
    room.say(Detection(present=False), "speaker")
    hear(room, 200.0, MAJOR)
    assert room.occupied() is False


def test_calibration_lasts_until_the_tone_has_learned_its_minute() -> None:
    room = script("radar")
    room.wish("calibrate")
    hear(room, 79.0, NONE)
    assert "'state': 'learning'" in repr(room.explained("calibration"))
    hear(room, 2.0, NONE)
    assert "'state': 'done'" in repr(room.explained("calibration"))


def test_only_a_large_movement_disturbs_a_calibration() -> None:
    for motion, state in ((MINOR, "done"), (MAJOR, "disturbed")):
        room = script()
        room.wish("calibrate")
        hear(room, 20.0, NONE)
        hear(room, 1.0, motion)
        hear(room, 60.0, NONE)
        assert f"'state': '{state}'" in repr(room.explained("calibration"))


def test_standby_awaits_nothing() -> None:
    room = script()
    hear(room, 4.0, MAJOR)
    room.wish("standby", on=True)
    hear(room, 4.0, MAJOR)
    room.wait(4000.0)
    assert room.reasons() == set()
    room.wish("standby", on=False)
    hear(room, 0.5, MAJOR)
    assert room.occupied() is True


_said: st.SearchStrategy[Reading] = st.one_of(
    st.sampled_from([NONE, NONE, MINOR, MAJOR]),
    st.sampled_from([FINE, *map(trouble, SoundTrouble)]),
    st.sampled_from([Availability.ONLINE, Availability.OFFLINE]).map(Connection),
)
_waits = st.sampled_from([0.0, 0.25, 0.25, 5.0, 14.0, 16.0, 61.0, 1000.0, 4000.0])


@settings(max_examples=200)
@given(st.lists(st.tuples(_waits, _said), max_size=30))
def test_nothing_is_concluded_while_the_only_node_is_unavailable(
    steps: list[tuple[float, Reading]],
) -> None:
    home, t = Home(lounge()), START
    deaf, online, heard_at = False, True, t
    home.step(Observation("home", "speaker", t, t, FINE))

    def check(effects: list[Effect]) -> None:
        for each in effects:
            if not isinstance(each, Output):
                continue
            watched = online and not deaf and each.t < heard_at + SILENT_AFTER
            if isinstance(each.fact, MotionEvent) and each.fact.event is Movement.STOPPED:
                assert watched
            if isinstance(each.fact, Presence) and each.fact.occupied is False:
                assert watched

    for wait, reading in [*steps, (5000.0, NONE)]:
        t += wait
        check(home.advance(t))
        match reading:
            case Sounding():
                deaf = reading.trouble in DEAF
            case Connection(availability):
                online = availability is Availability.ONLINE
            case _:
                # Who speaks is there; and it is heard anew if only silence had made it deaf.
                online, heard_at = True, t
        check(home.step(Observation("home", "speaker", t, t, reading)))
