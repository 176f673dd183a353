"""How often a value is shown: enough for a person, little for a recorder."""

import math

from hypothesis import given, strategies as st
import pytest

from custom_components.halcyon.display import Change, Display, Key
from custom_components.halcyon.engine.core.output import (
    Environment,
    Fact,
    HeartRate,
    InBed,
    Moved,
    NodeStatus,
    Output,
    Presence,
    Respiration,
)
from custom_components.halcyon.engine.core.reading import Availability, MotionLevel
from custom_components.halcyon.store import shown_rows

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
    display = Display()
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
    assert shown(Display(), 0, Moved(level, None, None)) == {motion: moves}


def test_air_within_the_dead_band_is_not_shown() -> None:
    display = Display()
    assert shown(display, 0, air(21.0))[TEMPERATURE] == 21.0
    assert TEMPERATURE not in shown(display, 1000, air(21.1))
    assert shown(display, 1001, air(21.3))[TEMPERATURE] == 21.3


def test_air_is_shown_every_five_minutes_at_most_and_the_last_word_in_the_end() -> None:
    display = Display()
    shown(display, 0, air(20.0))
    assert shown(display, 10, air(25.0)) == {}
    assert shown(display, 20, air(24.0)) == {}
    assert shown(display, 299) == {}
    assert shown(display, 300) == {TEMPERATURE: 24.0}
    assert shown(display, 301) == {}


def test_air_that_went_back_is_not_shown_late() -> None:
    display = Display()
    shown(display, 0, air(20.0))
    shown(display, 10, air(25.0))
    shown(display, 20, air(20.0))
    assert shown(display, 400) == {}


def test_what_is_no_longer_known_does_not_stand() -> None:
    display = Display()
    shown(display, 0, air(20.0))
    shown(display, 5, air(25.0))
    assert shown(display, 10, air(None)) == {TEMPERATURE: None}
    assert shown(display, 11, air(20.0)) == {}
    assert shown(display, 300) == {TEMPERATURE: 20.0}


def test_rates_are_shown_only_in_bed() -> None:
    display = Display()
    heart = Key("sleeper", "bed", "heart_rate")
    assert shown(display, 0, Respiration("bed", 14.0, 0.9))[RESPIRATION] is None
    shown(display, 1, InBed("bed", in_bed=True))
    assert shown(display, 2, Respiration("bed", 14.0, 0.9)) == {RESPIRATION: 14.0}
    assert shown(display, 2, HeartRate("bed", 60.0)) == {heart: 60.0}
    left = shown(display, 3, InBed("bed", in_bed=False))
    assert (left[RESPIRATION], left[heart]) == (None, None)
    shown(display, 4, InBed("bed", in_bed=True))
    assert shown(display, 5, Respiration("bed", 20.0, 0.9)) == {}
    assert shown(display, 122) == {RESPIRATION: 20.0}


def test_a_rate_changes_by_one_a_minute_at_least() -> None:
    display = Display()
    shown(display, 0, InBed("bed", in_bed=True), Respiration("bed", 14.0, 0.9))
    assert shown(display, 500, Respiration("bed", 14.9, 0.9)) == {}
    assert shown(display, 600, Respiration("bed", 15.0, 0.9)) == {RESPIRATION: 15.0}


def test_a_restart_continues_what_was_shown() -> None:
    before, after = Display(), Display()
    shown(before, 0, InBed("bed", in_bed=True), Respiration("bed", 14.0, 0.9), air(21.0))
    after.restore(shown_rows({"t": 0.0, "engine": None, "shown": before.snapshot(), "standby": []}))
    assert shown(after, 1, air(21.1), Respiration("bed", 14.5, 0.9)) == {}
    assert shown(after, 2, Respiration("bed", 16.0, 0.9)) == {RESPIRATION: 16.0}


def test_a_removed_node_is_forgotten() -> None:
    display = Display()
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
    """Two numbers are five minutes apart, whatever lies between."""
    display, t, last = Display(), 0.0, -math.inf
    for wait, value in noise:
        t += wait
        number = shown(display, t, air(value)).get(TEMPERATURE)
        if number is not None:
            assert t - last >= 300 - 1e-6
            last = t


def test_sixteen_busy_rooms_stay_under_the_budget_of_the_recorder() -> None:
    """Sixty visits a day to each room, air and light that never rest, four rooms of sleepers.

    Motion counts twice: its events are rows of their own.
    """
    visits, rows, motion = 60, 0, Key("room", "bedroom", "motion")
    for number in range(16):
        display = Display()
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
            changed = shown(display, t, *facts)
            rows += len(changed) + (motion in changed)
    assert rows < 20_000
