"""Fans, animals and clocks that are set: what must become no night, and what must end none."""

from collections.abc import Callable
import json
import math

import pytest
from tests.sleep_session.bedroom import START, Bedroom

from halcyon.core.observation import HOST, Observation
from halcyon.core.output import InBed, SessionEvent
from halcyon.core.reading import Detection, Reading, Vitals, WallClock

WALK = (2.8, 2.1, 1.4, 0.8, 0.55)
type Second = Callable[[int], tuple[Reading, ...]]


def play(bedroom: Bedroom, seconds: int, said: Second) -> None:
    for number in range(seconds):
        bedroom.t += 1.0
        for reading in said(number):
            bedroom.say(reading)


def fan(number: int) -> tuple[Reading, ...]:
    """Somebody before the radar at a steady distance, with rates that the module makes up."""
    leaps = 9.0 + 19.0 * (number // 10 * 7 % 10) / 10
    return Detection(present=True, distance=1.2), Vitals(leaps if number % 600 < 120 else None)


def cat(number: int) -> tuple[Reading, ...]:
    breath = 24.0 + (number * 7 % 10) / 10
    return Detection(present=True, distance=0.7), Vitals(breath if number > 60 else None)


def nobody(_number: int) -> tuple[Reading, ...]:
    return (Detection(present=False),)


@pytest.mark.parametrize("stranger", [fan, cat])
def test_a_stranger_has_no_night(bedroom: Bedroom, stranger: Second) -> None:
    play(bedroom, 60, nobody)
    play(bedroom, 3 * 3600, stranger)
    assert bedroom.events() == []
    told = [(at, fact.in_bed) for at, fact in bedroom.facts(InBed)]
    assert told[-1][1] is False
    # An animal may be taken for somebody as long as little of its breath is known.
    assert all(at < 10.0 for at, in_bed in told if in_bed)


def test_who_walks_in_and_lies_down_is_found_before_their_breath_is(bedroom: Bedroom) -> None:
    play(bedroom, 60, nobody)
    way = [Detection(present=True, distance=each) for each in WALK]
    play(bedroom, len(WALK), lambda number: (way[number],))
    play(bedroom, 40, lambda number: (Detection(present=True, distance=0.7 + number % 3 / 100),))
    found = [at for at, fact in bedroom.facts(InBed) if fact.in_bed]
    assert found
    assert found[0] * 60 < 60 + len(WALK) + 30
    # Who only stood there is not in bed for long.
    play(bedroom, 600, lambda _: (Detection(present=True, distance=0.7),))
    assert [fact.in_bed for _, fact in bedroom.facts(InBed)][-1] is False
    assert bedroom.events() == []


def test_a_clock_that_is_set_in_the_night_changes_nothing(bedroom: Bedroom) -> None:
    def wall(hours: float, east: int) -> None:
        clock = WallClock(bedroom.t + hours * 3600, "Europe/Berlin", "2026a", ((START, east),))
        given = Observation("home", HOST, bedroom.t, bedroom.t, clock)
        bedroom.effects += bedroom.home.step(given)

    wall(0.0, 7200)
    bedroom.lie(120, 50.0)
    wall(0.0, 3600)  # summer time ends
    bedroom.lie(60, 50.0)
    wall(26.0, 3600)  # somebody sets the clock to tomorrow
    bedroom.lie(60, 50.0)
    bedroom.empty(40)
    told = [event for event, _ in bedroom.events()]
    assert told.count(SessionEvent.STARTED) == told.count(SessionEvent.ENDED) == 1
    assert bedroom.happened(SessionEvent.GOT_UP, 240.0)


@pytest.mark.parametrize("rate", [math.inf, -math.inf, math.nan, 1e9, -60.0])
def test_a_rate_that_nobody_has_spoils_no_state(bedroom: Bedroom, rate: float) -> None:
    play(bedroom, 120, lambda _: (Detection(present=True, distance=1.2), Vitals(rate, rate)))
    json.dumps(bedroom.home.snapshot(), allow_nan=False)
