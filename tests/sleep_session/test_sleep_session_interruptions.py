"""Power cuts, restarts, clocks that jump and ticks that come or do not, while somebody sleeps."""

from collections.abc import Sequence
import json
import math
import random

from hypothesis import given, settings, strategies as st
import pytest
from tests.sleep_session.bedroom import ASLEEP, AWAKE, START, Bedroom, ScriptedStager, house

from halcyon.core.house import Sleeper
from halcyon.core.observation import HOST, Observation
from halcyon.core.output import InBed, Output, SessionEvent, SleepStage
from halcyon.core.reading import (
    Availability,
    Bed,
    BodyMovement,
    Breath,
    BreathUnit,
    Connection,
    Detection,
    Intent,
    Reading,
    Target,
    Targets,
    Vitals,
)
from halcyon.decide.dialogue import Effect
from halcyon.decide.home import Home

ENDED, STARTED = SessionEvent.ENDED, SessionEvent.STARTED


def _restarted(bedroom: Bedroom, minutes: float) -> None:
    """The host stops, and starts again after a while with the state that it saved."""
    state = json.loads(json.dumps(bedroom.home.snapshot(), allow_nan=False))
    bedroom.home = Home(bedroom.home.house)
    bedroom.home.restore(state)
    bedroom.t += minutes * 60
    bedroom.effects += bedroom.home.resume(bedroom.t)


def test_a_session_goes_on_after_a_restart(bedroom: Bedroom) -> None:
    bedroom.lie(20, AWAKE)
    bedroom.lie(60, ASLEEP)
    _restarted(bedroom, 10)
    bedroom.lie(60, ASLEEP)
    bedroom.empty(40)
    assert [event for event, _ in bedroom.events()].count(STARTED) == 1
    figures = bedroom.report()["figures"]
    assert isinstance(figures, dict)
    assert figures["unknown"] == pytest.approx(10, abs=1)
    assert figures["time_in_bed"] == pytest.approx(150, abs=1)


def test_a_long_power_cut_ends_the_session_where_it_was_last_known(bedroom: Bedroom) -> None:
    bedroom.lie(60, ASLEEP)
    _restarted(bedroom, 30 * 24 * 60)
    bedroom.lie(10, AWAKE)
    assert [event for event, _ in bedroom.events()[-2:]] == [ENDED, STARTED]
    assert bedroom.happened(ENDED, 60)
    assert bedroom.happened(STARTED, 30 * 24 * 60 + 60)


def test_after_years_without_a_clock_there_is_little_to_catch_up_with(bedroom: Bedroom) -> None:
    # A board without a battery begins in 1970, and jumps when it has found the time.
    bedroom.t = 1000.0
    bedroom.lie(60, ASLEEP)
    bedroom.t = START
    before = len(bedroom.effects)
    bedroom.lie(10, ASLEEP)
    assert len(bedroom.effects) - before < 600
    assert bedroom.stages()[-1][1] is not None


def test_a_node_that_never_comes_back_does_not_keep_a_night_open(bedroom: Bedroom) -> None:
    bedroom.lie(60, ASLEEP)
    bedroom.say(Connection(Availability.OFFLINE))
    bedroom.wait(12 * 60)
    assert bedroom.events()[-1][0] is ENDED
    assert bedroom.happened(ENDED, 60)
    assert bedroom.facts(InBed)[-1][1].in_bed is None


def test_a_second_radar_that_sees_nobody_does_not_end_a_night(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("halcyon.sense.sleep.sleeper.Stager", ScriptedStager)
    bedroom = Bedroom(Home(house(extra=("ceiling",))))
    for _ in range(60):
        bedroom.lie(1, ASLEEP)
        bedroom.say(Detection(present=False), "ceiling")
        bedroom.say(Targets(()), "ceiling")
        bedroom.say(Vitals(0.0, 0.0), "ceiling")
    assert [event for event, _ in bedroom.events()] == [STARTED, SessionEvent.FELL_ASLEEP]


def test_two_nodes_are_two_sleepers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("halcyon.sense.sleep.sleeper.Stager", ScriptedStager)
    bedroom = Bedroom(Home(house(Sleeper("anna", "left"), Sleeper("ben", "right"))))
    for minute in range(60):
        bedroom.lie(1, ASLEEP, source="left")
        if minute >= 20:
            bedroom.lie(0.5, AWAKE, source="right")
    assert bedroom.happened(STARTED, 0, "anna")
    assert bedroom.happened(STARTED, 20, "ben")
    assert SessionEvent.FELL_ASLEEP in [event for event, _ in bedroom.events("anna")]
    assert SessionEvent.FELL_ASLEEP not in [event for event, _ in bedroom.events("ben")]
    bedroom.wish("standby", sleeper="ben", on=True)
    assert bedroom.events("ben")[-1][0] is ENDED
    assert bedroom.events("anna")[-1][0] is not ENDED


def test_a_snapshot_of_a_whole_night_is_small(bedroom: Bedroom) -> None:
    bedroom.say(Bed(occupied=True))
    for _ in range(10 * 120):
        bedroom.t += 30
        bedroom.say(Vitals(14.0 + bedroom.t % 7, 50.0 + bedroom.t % 11))
    assert len(json.dumps(bedroom.home.snapshot())) < 120_000


def _lived_night(seed: int, steps: int) -> list[Observation]:
    """A night that is plausible enough to reach all states, at a pace that skips along."""
    rng = random.Random(seed)
    t, given, lies = START, list[Observation](), False
    for _ in range(steps):
        t += rng.choice([1.0, 1.0, 2.0, 4.0, 15.0])
        if rng.random() < 0.01:
            lies = not lies
            t += rng.choice([0.0, 60.0, 700.0])
        if rng.random() < 0.005:
            gone = Connection(rng.choice(list(Availability)))
            given.append(Observation("home", "bed", t, t, gone))
            t += rng.choice([1.0, 90.0, 2000.0, 20_000.0])
        if rng.random() < 0.002:
            target = rng.choice([("room", "den"), ("sleeper", "anna")])
            wish = Intent("standby", tuple(sorted((("on", rng.random() < 0.3), target))))
            given.append(Observation("home", HOST, t, t, wish))
        late = rng.choice([0.0, 0.3, 3.0])
        given.append(Observation("home", "bed", t, t - late, _reading(rng, t, lies=lies)))
    return given


def _reading(rng: random.Random, t: float, *, lies: bool) -> Reading:
    times = tuple(t - 1.0 + k / 8 for k in range(8))
    wave = tuple(math.sin(1.5 * s) if lies else rng.gauss(0, 0.1) for s in times)
    choices: list[Reading] = [
        Bed(occupied=lies),
        Detection(present=lies, distance=0.7 + rng.random() / 10),
        BodyMovement(rng.random() ** 6 if lies else 0.0),
        Breath(times, wave, BreathUnit.RADIANS),
        Targets((Target(0.1, 0.7, 0.0),) if lies else ()),
        Vitals(rng.uniform(11, 18) if lies else 0.0, rng.uniform(45, 75) if lies else None),
    ]
    return rng.choice(choices)


def _home() -> Home:
    return Home(house())


def _texts(effects: Sequence[Effect]) -> list[str]:
    return [
        json.dumps(each.to_json(), allow_nan=False) if isinstance(each, Output) else repr(each)
        for each in effects
    ]


def _run(home: Home, given: Sequence[Observation]) -> list[Effect]:
    return [effect for each in given for effect in home.step(each)]


@pytest.mark.parametrize("seed", range(4))
def test_ticks_change_nothing_in_a_lived_night(seed: int) -> None:
    given, rng = _lived_night(seed, 1500), random.Random(seed)
    without = _run(_home(), given)
    assert any(isinstance(e, Output) and isinstance(e.fact, SleepStage | InBed) for e in without)
    home, effects, t = _home(), list[Effect](), START
    for each in given:
        while t < each.host_t and rng.random() < 0.7:
            t = min(each.host_t, t + rng.choice([0.3, 1.0, 7.0, 31.0, 400.0]))
            effects += home.advance(t)
        effects += home.step(each)
        t = each.host_t
    assert _texts(effects) == _texts(without)


@pytest.mark.parametrize("seed", range(4))
def test_a_snapshot_of_a_lived_night_goes_on_alike(seed: int) -> None:
    given = _lived_night(100 + seed, 1200)
    for cut in random.Random(seed).sample(range(len(given)), 2):
        home, restored = _home(), _home()
        _run(home, given[:cut])
        restored.restore(json.loads(json.dumps(home.snapshot(), allow_nan=False)))
        assert restored.snapshot() == home.snapshot()
        rest = given[cut:]
        assert _texts(_run(restored, rest)) == _texts(_run(home, rest))
        end = given[-1].host_t + 30_000.0
        assert _texts(restored.advance(end)) == _texts(home.advance(end))


@settings(max_examples=10)
@given(
    st.integers(0, 1000),
    st.lists(st.floats(0.0, 30_000.0), max_size=8),
    st.integers(200, 500),
)
def test_advancing_in_parts_equals_advancing_at_once(
    seed: int, parts: list[float], steps: int
) -> None:
    given = _lived_night(seed, steps)
    once, split = _home(), _home()
    _run(once, given)
    _run(split, given)
    end = given[-1].host_t
    stops = [*sorted(end + part for part in parts), end + 30_000.0]
    in_parts = [effect for stop in stops for effect in split.advance(stop)]
    assert _texts(in_parts) == _texts(once.advance(end + 30_000.0))


@pytest.mark.parametrize("breaks", ["session", "stager", "monitor", "record", "attention"])
def test_a_part_of_another_version_costs_no_more_than_itself(breaks: str, bedroom: Bedroom) -> None:
    bedroom.lie(30, ASLEEP)
    state = bedroom.home.snapshot()
    state["rooms"]["den"]["parts"]["sleep"]["anna"][breaks] = {"of": "another version"}  # type: ignore[index,call-overload]
    home = Home(house())
    home.restore(state)
    bedroom.home = home
    bedroom.lie(10, ASLEEP)
    assert bedroom.facts(InBed)[-1][1].in_bed is True
    assert bedroom.stages()[-1][1] is not None
