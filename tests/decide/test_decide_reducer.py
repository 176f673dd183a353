"""The reducer rules, on streams of observations that no house would ever send."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
import json
import math
import random

from hypothesis import given, settings, strategies as st
import pytest

from halcyon.core.command import Command
from halcyon.core.house import House, Mount, Room, Sleeper, Zone, ZoneKind
from halcyon.core.observation import HOST, Observation
from halcyon.core.output import Output, Presence
from halcyon.core.reading import (
    Ambient,
    Announcement,
    Availability,
    Bed,
    BodyMovement,
    Breath,
    BreathUnit,
    Connection,
    Detection,
    Gates,
    Intent,
    Motion,
    MotionLevel,
    Reading,
    Sounding,
    SoundTrouble,
    Stream,
    Target,
    Targets,
    Traffic,
    Vitals,
)
from halcyon.decide.dialogue import Effect
from halcyon.decide.home import Home
from halcyon.decide.nodes import REPEAT_SECONDS

START = 1_795_143_000.0
HOUSE = House(
    "home",
    (
        Room(
            "den",
            (Mount("a", rotation=30.0), Mount("b", x=3.0, mirrored=True, reach=4.0)),
            (
                Zone(
                    "desk", ZoneKind.DETECTION, ((-3.0, 0.0), (3.0, 0.0), (3.0, 4.0), (-3.0, 4.0))
                ),
                Zone("fan", ZoneKind.EXCLUSION, ((2.0, 2.0), (3.0, 2.0), (3.0, 3.0))),
                Zone("bed", ZoneKind.BED, ((-2.0, 1.0), (0.0, 1.0), (0.0, 3.0), (-2.0, 3.0))),
            ),
            (Sleeper("anna", "a"),),
        ),
        Room("hall", (Mount("c"), Mount("sensor.hall_air"))),
    ),
)

_RADAR = (Stream("radar", "uart"), Stream("env", "json"))

_wild = st.floats(allow_nan=True, allow_infinity=True)
_unit = st.one_of(st.floats(0.0, 1.0), _wild)
_metre = st.one_of(st.floats(-6.0, 6.0), _wild)
_maybe = st.none() | _wild
_targets = st.lists(
    st.builds(Target, _metre, _metre, st.none() | st.floats(-2.0, 2.0) | _wild), max_size=4
).map(lambda rows: Targets(tuple(rows)))
_breath = st.builds(
    lambda values, unit: (values, unit),
    st.lists(_wild | st.floats(-1.0, 1.0), max_size=6),
    st.sampled_from(BreathUnit),
)
_readings: st.SearchStrategy[Reading] = st.one_of(
    _targets,
    st.builds(Detection, st.none() | st.booleans(), st.none() | _unit, st.none() | _unit, _maybe),
    st.builds(
        Gates,
        st.lists(_unit, max_size=3).map(tuple),
        st.lists(_unit, max_size=3).map(tuple),
        st.just(0.75),
    ),
    st.builds(Vitals, st.none() | st.floats(0.0, 90.0) | _wild, _maybe | st.floats(40.0, 90.0)),
    st.builds(BodyMovement, _unit),
    st.builds(Bed, st.booleans()),
    st.builds(Motion, st.sampled_from(MotionLevel), st.none() | _unit, st.none() | _unit),
    st.builds(
        Sounding,
        _maybe,
        _maybe,
        _maybe,
        st.none() | st.floats(0.0, 2e9),
        st.none() | st.sampled_from(SoundTrouble),
        st.none() | st.booleans(),
    ),
    st.builds(
        Ambient, _maybe | st.floats(15.0, 25.0), _maybe, _maybe, _maybe | st.floats(400.0, 900.0)
    ),
    st.builds(Connection, st.sampled_from(Availability)),
    st.builds(
        Announcement,
        st.just(1),
        st.integers(0, 2),
        st.none(),
        st.none(),
        st.sampled_from([None, "den", "attic", "Not an id"]),
        st.just(_RADAR),
    ),
    st.builds(Traffic, st.integers(0, 9), st.just(0), st.just(0), st.just(0), st.none()),
)
_wishes = st.one_of(
    st.booleans().map(lambda on: Intent("standby", (("on", on), ("room", "den")))),
    st.just(Intent("calibrate", (("room", "den"),))),
    st.sampled_from(["low", "high", "deafening"]).map(
        lambda level: Intent("sensitivity", (("level", level), ("room", "den")))
    ),
)


@st.composite
def _observations(draw: st.DrawFn) -> list[Observation]:
    observations, t = [], START
    for _ in range(draw(st.integers(1, 40))):
        t += draw(st.sampled_from([0.0, 0.1, 0.1, 1.0, 7.0, 30.0, 61.0, 700.0]))
        at = draw(st.just(t) | st.floats(START - 5.0, START + 5000.0))
        live = draw(st.sampled_from([True, True, True, False]))
        if draw(st.integers(0, 9)) == 0:
            observations.append(Observation("home", HOST, t, at, draw(_wishes), live))
            continue
        source = draw(st.sampled_from(["a", "a", "b", "c", "sensor.hall_air", "stranger"]))
        if draw(st.integers(0, 5)) == 0:
            values, unit = draw(_breath)
            times = tuple(at + k / 10 for k in range(len(values)))
            observations.append(
                Observation("home", source, t, at, Breath(times, tuple(values), unit), live)
            )
        else:
            observations.append(Observation("home", source, t, at, draw(_readings), live))
    return observations


def _run(home: Home, observations: Iterable[Observation]) -> list[Effect]:
    return [effect for each in observations for effect in home.step(each)]


def _texts(effects: Iterable[Effect]) -> list[str]:
    return [
        json.dumps(each.to_json(), allow_nan=False) if isinstance(each, Output) else repr(each)
        for each in effects
    ]


def _lived_day(seed: int, steps: int) -> list[Observation]:
    """A stream that is plausible enough to reach the states that wild ones do not."""
    rng = random.Random(seed)
    t, mode, observations = START, "walk", []
    place, away = [1.0, 3.0], set[str]()
    for k in range(steps):
        t += rng.choice([0.1, 0.1, 0.1, 0.5, 1.0])
        if k % 60 == 0:
            mode = rng.choice(["walk", "sit", "gone", "sleep", "ghost"])
        if rng.random() < 0.01:
            t += rng.choice([5.0, 65.0, 200.0])
        if mode == "walk":
            place = [place[0] + rng.uniform(-0.15, 0.15), abs(place[1] + rng.uniform(-0.15, 0.15))]
        readings = _people(mode, t, place, rng) + _household(rng, away)
        observations += [
            Observation("home", source, t, t - 0.05, reading) for source, reading in readings
        ]
    return observations


def _people(
    mode: str, t: float, place: Sequence[float], rng: random.Random
) -> list[tuple[str, Reading]]:
    x, y = place
    match mode:
        case "walk":
            walker = Targets((Target(x, y, rng.uniform(-1.0, 1.0)),))
            return [("a", walker), ("b", Motion(rng.choice(list(MotionLevel))))]
        case "sit":
            verdict = Detection(rng.random() < 0.5, rng.random(), rng.random(), 1.0)
            return [("a", Targets((Target(x, y, 0.0),))), ("c", verdict)]
        case "ghost":
            return [("a", Targets((Target(0.5, 2.0, 0.0), Target(-1.0, 3.0, None))))]
        case "sleep":
            times = tuple(t - 0.5 + i / 8 for i in range(4))
            wave = Breath(times, tuple(math.sin(1.5 * s) for s in times), BreathUnit.RADIANS)
            return [("a", wave), ("a", Bed(rng.random() < 0.9))]
        case _:
            return [("a", Targets(()))]


def _household(rng: random.Random, away: set[str]) -> list[tuple[str, Reading]]:
    readings: list[tuple[str, Reading]] = []
    if rng.random() < 0.03:
        source = rng.choice("abc")
        away ^= {source}
        gone = Availability.OFFLINE if source in away else Availability.ONLINE
        readings.append((source, Connection(gone)))
    if rng.random() < 0.05:
        readings.append(("b", Ambient(20.0 + rng.random(), None, rng.random() * 100, 500.0)))
    if rng.random() < 0.004:
        name, on = rng.choice(["calibrate", "standby"]), rng.random() < 0.3
        readings.append((HOST, Intent(name, (("on", on), ("room", "den")))))
    return readings


def _with_ticks(observations: Sequence[Observation], rng: random.Random) -> list[Effect]:
    home, effects, t = Home(HOUSE), [], START
    for each in observations:
        while t < each.host_t and rng.random() < 0.8:
            t = min(each.host_t, t + rng.choice([0.25, 1.0, 40.0]))
            effects += home.advance(t)
        effects += home.step(each)
        t = each.host_t
    return effects


@settings(max_examples=100, deadline=None)
@given(_observations(), st.randoms(use_true_random=False))
def test_ticks_change_nothing(observations: list[Observation], rng: random.Random) -> None:
    without = _run(Home(HOUSE), observations)
    assert _texts(_with_ticks(observations, rng)) == _texts(without)


@pytest.mark.parametrize("seed", range(6))
def test_ticks_change_nothing_in_a_lived_day(seed: int) -> None:
    observations = _lived_day(seed, 600)
    without = _run(Home(HOUSE), observations)
    assert len(without) > 20
    assert _texts(_with_ticks(observations, random.Random(seed))) == _texts(without)


@settings(max_examples=60, deadline=None)
@given(_observations(), st.lists(st.floats(0.0, 3000.0), max_size=8))
def test_advancing_in_parts_equals_advancing_at_once(
    observations: list[Observation], parts: list[float]
) -> None:
    once, split = Home(HOUSE), Home(HOUSE)
    _run(once, observations)
    _run(split, observations)
    end = observations[-1].host_t
    stops = [*sorted(end + part for part in parts), end + 3000.0]
    in_parts = [effect for stop in stops for effect in split.advance(stop)]
    assert _texts(in_parts) == _texts(once.advance(end + 3000.0))


@settings(max_examples=60, deadline=None)
@given(_observations(), st.data())
def test_a_snapshot_at_any_point_goes_on_alike(
    observations: list[Observation], data: st.DataObject
) -> None:
    cut = data.draw(st.integers(0, len(observations)))
    _assert_goes_on_alike(observations, cut)


@pytest.mark.parametrize("seed", range(6))
def test_a_snapshot_of_a_lived_day_goes_on_alike(seed: int) -> None:
    observations = _lived_day(seed + 100, 500)
    for cut in random.Random(seed).sample(range(len(observations)), 5):
        _assert_goes_on_alike(observations, cut)


def _assert_goes_on_alike(observations: list[Observation], cut: int) -> None:
    home = Home(HOUSE)
    _run(home, observations[:cut])
    restored = Home(home.house)  # what people configured is the host's to keep
    restored.restore(json.loads(json.dumps(home.snapshot(), allow_nan=False)))
    assert restored.snapshot() == home.snapshot()
    rest = observations[cut:]
    assert _texts(_run(restored, rest)) == _texts(_run(home, rest))
    end = observations[-1].host_t + 3000.0
    assert _texts(restored.advance(end)) == _texts(home.advance(end))


@settings(max_examples=100, deadline=None)
@given(_observations())
def test_time_never_goes_back_and_the_present_can_always_be_told(
    observations: list[Observation],
) -> None:
    home = Home(House("home", automatic=True))
    effects = _run(home, observations)
    times = [each.t for each in effects]
    assert times == sorted(times)
    assert all(isinstance(each, Output | Command) for each in effects)
    end = observations[-1].host_t
    _texts(home.current(end))
    for room in home.house.rooms:
        json.dumps(home.explain(room.id, end), allow_nan=False)


@dataclass
class _Ledger:
    """What a house's people and nodes said, and what the nodes were told of it."""

    occupied: dict[str, bool] = field(default_factory=dict)
    resting: bool = False
    boots: dict[str, int] = field(default_factory=dict)
    online: dict[str, bool] = field(default_factory=dict)
    standby: dict[str, bool | None] = field(default_factory=dict)
    asked_at: dict[str, float] = field(default_factory=dict)

    def hear(self, given: Observation) -> None:
        source = given.source
        match given.reading:
            case Intent("standby") as wish if given.live:
                self.resting = wish.get("on") is True
            case Announcement() as said if said.boot != self.boots.get(source):
                self.boots[source] = said.boot
                self._forget(source)
            case Connection(availability):
                online = availability is Availability.ONLINE
                if online and not self.online.get(source):
                    self._forget(source)
                self.online[source] = online

    def take(self, effects: Iterable[Effect]) -> None:
        for effect in effects:
            if isinstance(effect, Output):
                if isinstance(effect.fact, Presence) and effect.room is not None:
                    self.occupied[effect.room] = effect.fact.occupied is True
                continue
            fields = dict(effect.fields)
            if effect.name == "standby":
                self.standby[effect.node] = fields["on"] is True
            elif fields["hz"] == 0.0:
                del self.asked_at[effect.node]  # there is nothing else to withdraw
            else:
                self.asked_at[effect.node] = effect.t

    def check(self, t: float) -> None:
        for node in self.boots:
            room = {"a": "den", "b": "den"}.get(node, "hall")
            occupied = node != "stranger" and self.occupied.get(room, False)
            assert (node in self.asked_at) is occupied
            assert t - self.asked_at.get(node, t) <= REPEAT_SECONDS
            assert self.standby[node] is (self.resting and room == "den")

    def _forget(self, node: str) -> None:
        self.standby[node] = None
        self.asked_at.pop(node, None)


def _assert_nodes_are_told(observations: Iterable[Observation]) -> None:
    home, ledger = Home(HOUSE), _Ledger()
    for each in observations:
        ledger.take(home.advance(each.host_t))
        ledger.hear(each)
        ledger.take(home.step(each))
        ledger.check(each.host_t)


@settings(max_examples=150, deadline=None)
@given(_observations())
def test_every_node_is_told_what_is_wanted_of_it_and_streams_are_asked_for_in_time(
    observations: list[Observation],
) -> None:
    _assert_nodes_are_told(observations)


@pytest.mark.parametrize("seed", range(4))
def test_every_node_is_told_what_is_wanted_of_it_in_a_lived_day(seed: int) -> None:
    announced = [
        Observation("home", node, START, START, Announcement(1, 1, None, None, None, _RADAR))
        for node in "abc"
    ]
    _assert_nodes_are_told([*announced, *_lived_day(seed + 200, 600)])
