"""How often a value is shown: enough for a person, little for a recorder."""

from dataclasses import replace
from itertools import pairwise
import math
import random

from hypothesis import given, strategies as st
import pytest

from custom_components.halcyon.display import Display
from custom_components.halcyon.engine.core.house import House, Room
from custom_components.halcyon.engine.core.output import (
    Doppler,
    Environment,
    Fact,
    HeartRate,
    InBed,
    MotionEvent,
    Moved,
    Movement,
    NodeStatus,
    Output,
    Presence,
    Respiration,
    Ultrasound,
)
from custom_components.halcyon.engine.core.reading import Availability, MotionLevel, SoundTrouble
from custom_components.halcyon.pace import LEAP_SECONDS
from custom_components.halcyon.shown import Change, Key
from custom_components.halcyon.store import Stored, shown_rows

DAY = 86_400
TEMPERATURE = Key("room", "bedroom", "temperature")
RESPIRATION = Key("sleeper", "bed", "respiration")


def shown(display: Display, t: float, *facts: Fact) -> dict[Key, object]:
    changes: list[Change] = []
    for fact in facts:
        changes += display.take(Output(t, t, "home", "bedroom", fact))
    changes += display.due(t)
    return dict(changes)


def air(temp: float | None) -> Environment:
    return Environment(temp, None, None, None)


def test_a_state_is_shown_when_it_changes() -> None:
    display = Display(House("home"))
    occupied = Key("room", "bedroom", "occupancy")
    assert shown(display, 0, Presence(None, None))[occupied] is None
    assert shown(display, 1, Presence(occupied=True, confidence=None)) == {occupied: True}
    assert shown(display, 2, Presence(occupied=True, confidence=None)) == {}
    assert shown(display, 2, Presence(occupied=False, confidence=None)) == {occupied: False}


@pytest.mark.parametrize(
    ("level", "moves"),
    [
        (None, None),
        (MotionLevel.NONE, False),
        (MotionLevel.MINOR, True),
        (MotionLevel.MAJOR, True),
    ],
)
def test_any_movement_is_motion(level: MotionLevel | None, moves: bool | None) -> None:
    motion = Key("room", "bedroom", "motion")
    assert shown(Display(House("home")), 0, Moved(level, None, None)) == {motion: moves}


def test_air_within_the_dead_band_is_not_shown() -> None:
    display = Display(House("home"))
    assert shown(display, 0, air(21.0))[TEMPERATURE] == 21.0
    assert TEMPERATURE not in shown(display, 1000, air(21.1))
    assert shown(display, 1001, air(21.3))[TEMPERATURE] == 21.3


def test_air_is_shown_every_five_minutes_at_most_and_the_last_word_in_the_end() -> None:
    display = Display(House("home"))
    shown(display, 0, air(20.0))
    assert shown(display, 10, air(20.5)) == {}
    assert shown(display, 20, air(20.4)) == {}
    assert shown(display, 299) == {}
    assert shown(display, 300) == {TEMPERATURE: 20.4}
    assert shown(display, 301) == {}


@pytest.mark.parametrize(
    ("quantity", "before", "leap", "less"),
    [
        ("temperature", 20.0, 21.0, 20.9),
        ("humidity", 50.0, 40.0, 41.0),
        ("illuminance", 0.0, 20.0, 19.0),
        ("illuminance", 400.0, 200.0, 210.0),
        ("co2", 600.0, 800.0, 790.0),
    ],
)
def test_a_leap_is_shown_sooner(quantity: str, before: float, leap: float, less: float) -> None:
    """Who switches a lamp on looks whether it is seen."""
    key = Key("room", "bedroom", quantity)

    def of(value: float) -> Environment:
        names = {"temperature": "temp", "humidity": "rh", "illuminance": "lux", "co2": "co2"}
        unknown = Environment(None, None, None, None)
        return replace(unknown, **{names[quantity]: value})

    display = Display(House("home"))
    shown(display, 0, of(before))
    assert shown(display, 40, of(leap)) == {key: leap}
    assert shown(display, 69, of(before)) == {}
    assert shown(display, 70) == {key: before}
    assert shown(display, 110, of(less)) == {}


def test_a_busy_day_of_air_and_light_stays_within_the_budget() -> None:
    """A lamp goes on and off every twenty minutes, and everything drifts and flickers."""
    rng = random.Random(5)
    display, rows = Display(House("home")), 0
    for minute in range(24 * 60):
        course = math.sin(2 * math.pi * minute / 1440)
        lux = max(0.0, 150.0 * course) + (200.0 if minute // 10 % 2 else 0.0)
        fact = Environment(
            20.0 + 2.0 * course + rng.gauss(0.0, 0.1),
            50.0 + 10.0 * course + rng.gauss(0.0, 0.5),
            lux * rng.gauss(1.0, 0.02),
            700.0 + 200.0 * course + rng.gauss(0.0, 10.0),
        )
        rows += len(shown(display, 60.0 * minute, fact))
    # The same again for everything but air and light, and 16 rooms, are under 20,000.
    assert rows < 20_000 / 16 / 2


def test_air_that_went_back_is_not_shown_late() -> None:
    display = Display(House("home"))
    shown(display, 0, air(20.0))
    shown(display, 10, air(20.5))
    shown(display, 20, air(20.0))
    assert shown(display, 400) == {}


def test_what_is_no_longer_known_does_not_stand() -> None:
    display = Display(House("home"))
    shown(display, 0, air(20.0))
    shown(display, 5, air(25.0))
    assert shown(display, 10, air(None)) == {TEMPERATURE: None}
    assert shown(display, 11, air(20.0)) == {}
    assert shown(display, 300) == {TEMPERATURE: 20.0}


def test_rates_are_shown_only_in_bed() -> None:
    display = Display(House("home"))
    heart = Key("sleeper", "bed", "heart_rate")
    assert shown(display, 0, Respiration("bed", 14.0, 0.9))[RESPIRATION] is None
    shown(display, 1, InBed("bed", in_bed=True))
    assert shown(display, 2, Respiration("bed", 14.0, 0.9)) == {RESPIRATION: 14.0}
    assert shown(display, 2, HeartRate("bed", 60.0)) == {heart: 60.0}
    left = shown(display, 3, InBed("bed", in_bed=False))
    assert (left[RESPIRATION], left[heart]) == (None, None)
    shown(display, 4, InBed("bed", in_bed=True))
    assert shown(display, 5, Respiration("bed", 20.0, 0.9)) == {}
    assert shown(display, 302) == {RESPIRATION: 20.0}


def test_a_rate_changes_by_one_a_minute_at_least() -> None:
    display = Display(House("home"))
    shown(display, 0, InBed("bed", in_bed=True), Respiration("bed", 14.0, 0.9))
    assert shown(display, 800, Respiration("bed", 14.9, 0.9)) == {}
    assert shown(display, 900, Respiration("bed", 15.0, 0.9)) == {RESPIRATION: 15.0}


def test_a_restart_continues_what_was_shown() -> None:
    before, after = Display(House("home")), Display(House("home"))
    shown(before, 0, InBed("bed", in_bed=True), Respiration("bed", 14.0, 0.9), air(21.0))
    rows = before.snapshot()
    stored = Stored(t=0.0, engine=None, shown=rows, standby=[], resting=[], disabled=[], alarms={})
    after.restore(shown_rows(stored, 1.0))
    assert shown(after, 1, air(21.1), Respiration("bed", 14.5, 0.9)) == {}
    assert shown(after, 2, Respiration("bed", 16.0, 0.9)) == {RESPIRATION: 16.0}


def test_a_removed_node_is_forgotten() -> None:
    display = Display(House("home"))
    status = NodeStatus("radar-1", Availability.ONLINE, 1, 0, 0, 0, None)
    shown(display, 0, status, air(21.0))
    display.forget("node", "radar-1")
    assert "radar-1" not in str(display.snapshot())
    assert "temperature" in str(display.snapshot())


noise = st.lists(
    st.tuples(st.floats(0.1, 60), st.none() | st.floats(-20, 60)), min_size=1, max_size=200
)


@given(noise)
def test_numbers_never_come_faster_than_their_pace(noise: list[tuple[float, float | None]]) -> None:
    """Two numbers are five minutes apart, half a minute for a leap, whatever lies between."""
    display, t, last = Display(House("home")), 0.0, -math.inf
    before: float | None = None
    for wait, value in noise:
        t += wait
        changes = shown(display, t, air(value))
        number = changes.get(TEMPERATURE)
        if isinstance(number, float):
            leaps = before is not None and abs(number - before) >= 1.0
            assert t - last >= (LEAP_SECONDS if leaps else 300.0) - 1e-6
            last = t
        if TEMPERATURE in changes:
            before = number if isinstance(number, float) else None


def test_motion_begins_at_once_and_ends_when_it_is_over() -> None:
    display, motion = Display(House("home")), Key("room", "bedroom", "motion")

    def moved(t: float, level: MotionLevel | None) -> dict[Key, object]:
        return shown(display, t, Moved(level, None, None))

    assert moved(0, MotionLevel.NONE) == {motion: False}
    assert moved(1, MotionLevel.MINOR) == {motion: True}
    assert moved(10, MotionLevel.NONE) == {}
    assert moved(100, MotionLevel.MAJOR) == {}
    assert moved(110, MotionLevel.NONE) == {}
    assert shown(display, 409) == {}
    assert shown(display, 410) == {motion: False}
    assert moved(411, MotionLevel.MAJOR) == {motion: True}
    # Not to know is said at once.
    assert moved(412, None) == {motion: None}


def test_a_room_says_for_itself_when_motion_is_over() -> None:
    display = Display(House("home", (Room("bedroom", quiet_minutes=2.0),)))
    motion = Key("room", "bedroom", "motion")
    shown(display, 0, Moved(MotionLevel.MINOR, None, None))
    shown(display, 10, Moved(MotionLevel.NONE, None, None))
    assert shown(display, 129) == {}
    assert shown(display, 130) == {motion: False}
    display.configure(House("home", (Room("bedroom", quiet_minutes=1.0),)))
    shown(display, 200, Moved(MotionLevel.MINOR, None, None))
    shown(display, 210, Moved(MotionLevel.NONE, None, None))
    assert shown(display, 270) == {motion: False}


def happens(display: Display, t: float, event: Movement) -> list[str]:
    """The events that are told, in their order."""
    changes = display.take(Output(t, t, "home", "bedroom", MotionEvent(event, "radar")))
    return [str(change.value) for change in changes if change.key.quantity == "movement"]


def test_motion_ends_when_it_has_stopped() -> None:
    display, motion = Display(House("home")), Key("room", "bedroom", "motion")
    shown(display, 0, Moved(MotionLevel.MAJOR, None, None))
    shown(display, 10, Moved(MotionLevel.NONE, None, None))
    told = shown(display, 70, MotionEvent(Movement.STOPPED, "radar"))
    assert told[motion] is False
    assert told[Key("room", "bedroom", "movement")] == "stopped"
    assert told[Key("room", "bedroom", "moved_by")] == "radar"
    assert shown(display, 400) == {}


def test_motion_does_not_outlast_occupancy() -> None:
    display, motion = Display(House("home")), Key("room", "bedroom", "motion")
    empty = Presence(occupied=False, confidence=0.0)
    shown(display, 0, Moved(MotionLevel.MAJOR, None, None), Presence(occupied=True, confidence=0.9))
    assert motion not in shown(display, 5, empty), "what still moves is still shown"
    shown(display, 10, Moved(MotionLevel.NONE, None, None))
    assert shown(display, 60, empty)[motion] is False
    assert shown(display, 400, empty) == {}


def test_what_happens_twice_is_told_twice() -> None:
    display = Display(House("home"))
    for t in (0.0, 1000.0):
        assert happens(display, t, Movement.STARTED) == ["started"]
        assert happens(display, t + 60.0, Movement.CONTINUED) == ["continued"]
        assert happens(display, t + 400.0, Movement.STOPPED) == ["stopped"]


def test_movement_without_end_is_told_each_minute_and_then_less_often() -> None:
    display = Display(House("home"))
    minutes = [
        minute for minute in range(24 * 60) if happens(display, 60.0 * minute, Movement.CONTINUED)
    ]
    assert minutes[:15] == list(range(15))
    assert len(minutes) <= 15 + DAY / 900
    assert max(after - before for before, after in pairwise(minutes)) <= 15


def test_how_a_tone_is_doing_is_shown_by_its_node() -> None:
    display = Display(House("home"))
    tone = Ultrasound("speaker", 20_500.0, -30.0, 62.0, None, SoundTrouble.BLOCKED, pets=True)

    def of(quantity: str) -> Key:
        return Key("node", "speaker", quantity)

    told = shown(display, 0, tone)
    assert told[of("trouble")] == "blocked"
    assert (told[of("carrier")], told[of("pets")]) == (20_500.0, True)
    assert shown(display, 1, replace(tone, trouble=None)) == {of("trouble"): "none"}
    # Its level breathes with the air; that is not worth a row.
    assert shown(display, 400, replace(tone, trouble=None, cnr_db=63.0)) == {}


def test_what_is_only_for_live_eyes_is_not_shown() -> None:
    assert shown(Display(House("home")), 0, Doppler("speaker", (0.0,), (1.0,), None, None)) == {}


def test_sixteen_busy_rooms_stay_under_the_budget_of_the_recorder() -> None:
    """Sixty visits a day to each room, air and light that never rest, four rooms of sleepers.

    Somebody who is there moves all the time, and what happens is a row of its own.
    """
    visits, rows = 60, 0
    for number in range(16):
        display = Display(House("home"))
        sleepers = ("left", "right") if number < 4 else ()
        for sleeper in sleepers:
            rows += len(shown(display, 0, InBed(sleeper, in_bed=True)))
        for t in range(0, DAY, 30):
            swing = math.sin(t / 3600)
            there = t // (DAY // visits // 2) % 2 == 0
            facts: list[Fact] = [
                Presence(occupied=there, confidence=None),
                Moved(MotionLevel.MAJOR if there else MotionLevel.NONE, None, None),
                Environment(20 + 3 * swing, 50 + 15 * swing, 200 + 150 * swing, None),
            ]
            facts += [Respiration(each, 14 + t % 7, 0.9) for each in sleepers if t < DAY / 3]
            started = t % (DAY // visits) == 0
            if there and t % 60 == 0:
                event = Movement.STARTED if started else Movement.CONTINUED
                facts.append(MotionEvent(event, "radar"))
            elif t % (DAY // visits) == DAY // visits // 2 + 300:
                facts.append(MotionEvent(Movement.STOPPED, "radar"))
            changed = shown(display, t, *facts)
            rows += sum(key.quantity != "moved_by" for key in changed)
    assert rows < 20_000
