"""Routines in a whole home keep the rules of its reducer, whatever its nodes say."""

from collections.abc import Sequence
import json
from random import Random

from hypothesis import given, settings, strategies as st
from tests.routines.bench import ROOMS, START, Document, routine

from halcyon.core.command import Command
from halcyon.core.house import House
from halcyon.core.observation import HOST, Observation
from halcyon.core.output import Action, Output, RoutineEvent, RoutineRun
from halcyon.core.reading import (
    Ambient,
    Availability,
    Bed,
    Connection,
    Detection,
    Intent,
    Mode,
    Motion,
    MotionLevel,
    Reading,
)
from halcyon.core.snapshot import Json
from halcyon.decide.home import Home
from halcyon.evaluate.routines.streams import routines

NODES = ("radar", "tone", "pir", "bed-1")
QUIET: Document = {"kind": "motion", "room": "den", "detected": False, "for_s": 40}
SEQUENCE: list[Json] = [{"do": "publish", "topic": "a"}, {"do": "delay", "for_s": 7}] * 2
HOUSE = House(
    "home",
    ROOMS,
    routines=(
        routine("quiet", QUIET, sequence=SEQUENCE),
        routine("moves", {"kind": "motion_event", "room": "hall"}, sequence=SEQUENCE),
        routine("in", {"kind": "occupancy", "room": "hall"}, mode="restart"),
        routine("bed", {"kind": "bed", "sleeper": "anna", "for_s": 5}, cooldown_s=30),
        *routines(Random(3)),
        *(each | {"id": f"more-{each['id']}"} for each in routines(Random(4))),
    ),
)

_readings: st.SearchStrategy[Reading] = st.one_of(
    st.builds(Motion, st.sampled_from(MotionLevel)),
    st.builds(Detection, st.booleans()),
    st.builds(Connection, st.sampled_from(Availability)),
    st.builds(Bed, st.booleans()),
    st.builds(lambda lux: Ambient(illuminance=lux), st.sampled_from([5.0, 30.0])),
)
_wishes: st.SearchStrategy[Reading] = st.one_of(
    st.builds(Mode, st.just("house"), st.sampled_from(["home", "away"])),
    st.just(Intent("routine_run", (("routine", "quiet"),))),
    st.booleans().map(lambda on: Intent("standby", (("on", on), ("room", "den")))),
)


@st.composite
def streams(draw: st.DrawFn) -> list[Observation]:
    t, given_ = START, list[Observation]()
    for _ in range(draw(st.integers(0, 40))):
        t += draw(st.sampled_from([0.0, 0.1, 1.0, 5.0, 12.0, 61.0, 2000.0]))
        if draw(st.integers(0, 9)):
            source, reading = draw(st.sampled_from(NODES)), draw(_readings)
        else:
            source, reading = HOST, draw(_wishes)
        live = draw(st.integers(0, 9)) > 0
        given_.append(Observation("home", source, t, t, reading, live))
    return given_


Said = list[Output | Command]


def run(home: Home, given_: Sequence[Observation]) -> Said:
    said: Said = [effect for each in given_ for effect in home.step(each)]
    return said + home.advance((given_[-1].host_t if given_ else START) + 4000.0)


@settings(max_examples=50)
@given(streams(), st.lists(st.floats(0.0, 4000.0), max_size=20))
def test_ticks_change_nothing(given_: list[Observation], ticks: list[float]) -> None:
    ticking, said, times = Home(HOUSE), Said(), sorted(START + each for each in ticks)
    for each in given_:
        while times and times[0] <= each.host_t:
            said += ticking.advance(times.pop(0))
        said += ticking.step(each)
    last = given_[-1].host_t if given_ else START
    for t in times:
        if t <= last + 4000.0:
            said += ticking.advance(t)
    said += ticking.advance(last + 4000.0)
    assert said == run(Home(HOUSE), given_)


@settings(max_examples=50)
@given(streams(), st.integers(0, 40))
def test_a_state_that_was_kept_goes_on_as_if_nothing_had_been(
    given_: list[Observation], cut: int
) -> None:
    whole, first = Home(HOUSE), Home(HOUSE)
    expected = run(whole, given_)
    said: Said = [effect for each in given_[:cut] for effect in first.step(each)]
    second = Home(HOUSE)
    second.restore(json.loads(json.dumps(first.snapshot())))
    if given_[cut:]:
        said += run(second, given_[cut:])
    else:
        said += second.advance((given_[-1].host_t if given_ else START) + 4000.0)
    assert said == expected


@settings(max_examples=50)
@given(streams())
def test_what_was_only_retained_runs_nothing(given_: list[Observation]) -> None:
    retained = [
        Observation(each.site, each.source, each.host_t, each.measured_t, each.reading, live=False)
        for each in given_
        if each.source != HOST
    ]
    for each in run(Home(HOUSE), retained):
        assert not (isinstance(each, Output) and isinstance(each.fact, RoutineRun | Action))


@settings(max_examples=50)
@given(streams())
def test_every_run_ends_and_no_action_is_done_twice(given_: list[Observation]) -> None:
    facts = [each.fact for each in run(Home(HOUSE), given_) if isinstance(each, Output)]
    runs = [fact for fact in facts if isinstance(fact, RoutineRun)]
    started = [each.run for each in runs if each.event is RoutineEvent.STARTED]
    assert len(set(started)) == len(started)
    actions = [fact.id for fact in facts if isinstance(fact, Action)]
    assert len(set(actions)) == len(actions)
    assert {fact.run for fact in facts if isinstance(fact, Action)} <= set(started)
