"""Motion events: started, continued, stopped; once each, and never from what nobody watched."""

from collections.abc import Iterable
import json

from hypothesis import given, settings, strategies as st
from tests.sense.room_script import START, Script, leaves, nowhere, stays

from halcyon.core.house import House, Mount, Room, SensorKind
from halcyon.core.observation import Observation
from halcyon.core.output import MotionEvent, Output
from halcyon.core.reading import Availability, Connection, Motion, MotionLevel, Reading
from halcyon.decide.dialogue import Effect
from halcyon.decide.home import Home

NONE, MINOR, MAJOR = Motion(MotionLevel.NONE), Motion(MotionLevel.MINOR), Motion(MotionLevel.MAJOR)
ONLINE, OFFLINE = Connection(Availability.ONLINE), Connection(Availability.OFFLINE)


def happened(effects: Iterable[Effect]) -> list[tuple[float, str, str | None]]:
    return [
        (round(each.t - START, 3), str(each.fact.event), each.fact.source)
        for each in effects
        if isinstance(each, Output) and isinstance(each.fact, MotionEvent)
    ]


def hall(*sources: str, quiet: float = 5.0) -> Home:
    mounts = tuple(Mount(source, kind=SensorKind.PIR) for source in sources)
    return Home(House("home", (Room("hall", mounts, quiet_minutes=quiet),)))


def say(home: Home, t: float, reading: Reading, source: str = "a") -> list[Effect]:
    return home.step(Observation("home", source, START + t, START + t, reading))


def play(home: Home, *steps: tuple[float, Reading], until: float = 9000.0) -> list[Effect]:
    effects = [effect for t, reading in steps for effect in say(home, t, reading)]
    return effects + home.advance(START + until)


def test_motion_starts_goes_on_and_stops_after_the_quiet_time() -> None:
    assert happened(play(hall("a"), (0, MAJOR), (130, NONE))) == [
        (0.0, "started", "pir"),
        (60.0, "continued", "pir"),
        (120.0, "continued", "pir"),
        (430.0, "stopped", "pir"),
    ]


def test_minor_movement_starts_nothing_and_keeps_what_goes_on() -> None:
    assert happened(play(hall("a"), (0, MINOR), (5, NONE))) == []
    said = happened(play(hall("a"), (0, MAJOR), (5, NONE), (200, MINOR), (202, NONE)))
    assert said == [
        (0.0, "started", "pir"),
        (200.0, "continued", "pir"),
        (502.0, "stopped", "pir"),
    ]


def test_what_never_says_that_it_ended_stops_after_all() -> None:
    assert happened(play(hall("a"), (0, MAJOR)))[-1] == (900.0, "stopped", "pir")


def test_the_quiet_time_is_the_rooms_own() -> None:
    said = happened(play(hall("a", quiet=1.0), (0, MAJOR), (1, NONE)))
    assert said[-1] == (61.0, "stopped", "pir")


def test_a_radar_makes_the_same_events(script: Script) -> None:
    script.radar(90.0, leaves((0.0, 4.0), (0.0, 0.5), speed=0.04))
    script.radar(400.0, nowhere, hz=1.0)
    script.radar(3.0, leaves((0.0, 4.0), (0.0, 0.5), speed=1.2))
    script.radar(400.0, nowhere, hz=1.0)
    said = happened(script.effects)
    assert [(event, source) for _, event, source in said] == [
        ("started", "radar"),
        ("stopped", "radar"),
    ]


def test_somebody_who_sits_before_a_radar_goes_on_moving_a_little(
    script: Script,
) -> None:
    script.radar(5.0, leaves((0.0, 5.0), (0.5, 2.0), speed=0.7))
    script.jitter = 0.05
    script.radar(200.0, stays(0.5, 2.0))
    assert happened(script.effects)[0][1:] == ("started", "radar")
    assert {event for _, event, _ in happened(script.effects)[1:]} <= {"continued"}


def test_an_outage_interrupts_the_quiet_and_does_not_count_towards_it() -> None:
    for outage in (200.0, 5000.0):
        home = hall("a")
        said = play(
            home, (0, MAJOR), (10, NONE), (110, OFFLINE), (110 + outage, ONLINE), until=20_000
        )
        assert happened(said)[-1] == (310.0 + outage, "stopped", "pir")


def test_who_watches_decides_after_a_while_without_a_sensor_that_never_comes_back() -> None:
    home = hall("a", "b")
    effects = [*say(home, 0, MAJOR), *say(home, 1, NONE, "b"), *say(home, 5, OFFLINE)]
    effects += home.advance(START + 20_000.0)
    [_, *later] = happened(effects)
    assert later[-1][1] == "stopped"
    assert later[-1][0] > 1800.0


def test_nothing_is_told_of_a_room_that_nobody_watches() -> None:
    home = hall("a")
    effects = [*say(home, 0, MAJOR), *say(home, 5, OFFLINE), *home.advance(START + 1e6)]
    assert happened(effects) == [(0.0, "started", "pir")]


def test_standby_ends_an_episode_without_a_word(script: Script) -> None:
    script.pir()
    script.wish("standby", on=True)
    script.wait(4000.0)
    assert [event for _, event, _ in happened(script.effects)] == ["started"]


def test_a_removed_sensor_ends_what_only_it_saw() -> None:
    home = hall("a", "b")
    effects = say(home, 0, MAJOR)
    rest = Room("hall", (Mount("b", kind=SensorKind.PIR),))
    effects += home.configure(House("home", (rest,)))
    effects += home.advance(START + 9000.0)
    assert [event for _, event, _ in happened(effects)] == ["started"]


def test_a_restart_neither_repeats_nor_forgets() -> None:
    home = hall("a")
    before = [*say(home, 0, MAJOR), *say(home, 10, NONE), *home.advance(START + 100.0)]
    state = json.loads(json.dumps(home.snapshot()))
    copy = hall("a")
    copy.restore(state)
    after = [*copy.resume(START + 400.0), *say(copy, 401, ONLINE), *copy.advance(START + 4000.0)]
    assert happened([*before, *after]) == [
        (0.0, "started", "pir"),
        (611.0, "stopped", "pir"),
    ]
    again = hall("a")
    again.restore(json.loads(json.dumps(copy.snapshot())))
    later = [*again.resume(START + 5000.0), *say(again, 5001, ONLINE)]
    assert happened([*later, *again.advance(START + 9000.0)]) == []


def test_a_state_from_before_there_were_episodes_is_taken_up() -> None:
    home = hall("a")
    say(home, 0, MAJOR)
    state = json.loads(json.dumps(home.snapshot()))
    del state["rooms"]["hall"]["parts"]["episode"]
    copy = hall("a")
    copy.restore(state)
    presence, *_ = copy.current(START + 1.0)
    assert presence == home.current(START + 1.0)[0]
    assert happened(say(copy, 2, MAJOR)) == [(2.0, "started", "pir")]


def test_events_are_not_part_of_the_present(script: Script) -> None:
    script.pir()
    assert not any(isinstance(each.fact, MotionEvent) for each in script.home.current(script.t))


_steps = st.lists(
    st.tuples(
        st.sampled_from([0.0, 0.25, 1.0, 20.0, 59.0, 61.0, 299.0, 301.0, 1900.0, 4000.0]),
        st.sampled_from("ab"),
        st.sampled_from([NONE, MINOR, MAJOR, OFFLINE, ONLINE]),
    ),
    max_size=25,
)


@settings(max_examples=150)
@given(_steps, st.sampled_from([("a",), ("a", "b")]))
def test_nothing_stops_while_nobody_watches_and_nothing_stops_twice(
    steps: list[tuple[float, str, Reading]], sources: tuple[str, ...]
) -> None:
    home, t, away = hall(*sources), 0.0, set[str]()
    on, told = False, -1e9
    for wait, source, reading in [*steps, (30_000.0, "a", NONE)]:
        watched = sources[0] not in away or not away.issuperset(sources)
        passed = happened(home.advance(START + t + wait))
        t += wait
        now = happened(say(home, t, reading, source))
        if source in sources:
            # Who speaks is there.
            away.add(source) if reading is OFFLINE else away.discard(source)
        for at, event, _ in passed + now:
            match event:
                case "started":
                    assert not on
                    on = True
                case "continued":
                    assert on
                    assert at >= told + 60.0
                case "stopped":
                    assert on
                    assert watched
                    on = False
            told = at


@settings(max_examples=100)
@given(_steps, st.lists(st.floats(0.0, 1.0), min_size=60, max_size=60), st.integers(0, 25))
def test_ticks_and_a_restored_copy_tell_the_same(
    steps: list[tuple[float, str, Reading]], ticks: list[float], cut: int
) -> None:
    plain, ticking = hall("a", "b"), hall("a", "b")
    t, expected, said = 0.0, list[Effect](), list[Effect]()
    for index, (wait, source, reading) in enumerate([*steps, (30_000.0, "a", NONE)]):
        if index == cut:
            copy = hall("a", "b")
            copy.restore(json.loads(json.dumps(ticking.snapshot())))
            ticking = copy
        said += ticking.advance(START + t + wait * min(ticks[2 * index : 2 * index + 2]))
        said += ticking.advance(START + t + wait * max(ticks[2 * index : 2 * index + 2]))
        t += wait
        expected += say(plain, t, reading, source)
        said += say(ticking, t, reading, source)
    assert said == expected
