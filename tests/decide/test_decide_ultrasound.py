"""Ultrasonic nodes in a home: what they are asked, and what the home makes of their I/Q."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
import json
import math
import random

from hypothesis import given, settings, strategies as st
import numpy as np
import pytest
from tests.decide.meter import Meter

from halcyon.core.command import Command
from halcyon.core.house import House, Mount, Room
from halcyon.core.observation import HOST, Observation
from halcyon.core.output import Doppler, MotionEvent, Moved, Output, Presence, Ultrasound
from halcyon.core.reading import (
    Acknowledged,
    Ambient,
    Announcement,
    Availability,
    Connection,
    Detection,
    Intent,
    Motion,
    MotionLevel,
    Quadrature,
    Reading,
    Sounding,
    SoundTrouble,
    Stream,
)
from halcyon.decide.dialogue import Effect
from halcyon.decide.home import Home
from halcyon.sense.listening import OVERLAP

T = 1_795_143_000.0
CHUNK = 0.05
RATE = 1000.0
CARRIER = 20_000.0
IQ = Stream("ultrasound", "iq", microphones=2, rate_hz=RATE, carriers=(18_500.0, 22_500.0))
COMPUTING = replace(IQ, computes=True)
ONLINE, OFFLINE = Connection(Availability.ONLINE), Connection(Availability.OFFLINE)
FINE = Sounding(CARRIER, -20.0, 70.0, T - 1e5)
STANDBY_OFF = ("standby", {"on": False})
LISTEN = ("rate", {"hz": RATE, "stream": "ultrasound"})
DEAFEN = ("rate", {"hz": 0.0, "stream": "ultrasound"})


def house(*nodes: str) -> House:
    return House("home", (Room("den", tuple(map(Mount, nodes or ("speaker",)))),))


def seen(t: float, reading: Reading, source: str = "speaker", *, live: bool = True) -> Observation:
    return Observation("home", source, T + t, T + t, reading, live)


def announcement(stream: Stream = IQ, boot: int = 7) -> Announcement:
    return Announcement(1, boot, "1.0", "speaker", "den", (stream, Stream("env", "json")))


def wish(t: float, name: str, **fields: str | float | bool) -> Observation:
    return seen(t, Intent(name, tuple(sorted(fields.items()))), HOST)


def commands(effects: Iterable[Effect]) -> list[tuple[str, dict[str, object]]]:
    return [(each.name, dict(each.fields)) for each in effects if isinstance(each, Command)]


def facts[F](effects: Iterable[Effect], kind: type[F]) -> list[F]:
    return [
        each.fact for each in effects if isinstance(each, Output) and isinstance(each.fact, kind)
    ]


def arrived(stream: Stream = IQ, *nodes: str) -> Home:
    home = Home(house(*nodes))
    for effect in [*home.step(seen(0.0, ONLINE)), *home.step(seen(0.0, announcement(stream)))]:
        if isinstance(effect, Command):
            home.step(seen(0.0, Acknowledged(effect.name, effect.id, ok=True)))
    return home


def echoes(
    begin: float,
    seconds: float,
    *,
    speed: float | None = None,
    microphones: int = 2,
    rate: float = RATE,
    level: float = 0.1,
) -> Iterator[Observation]:
    """I/Q of a room in which something moves at a speed towards the node, or nothing does."""
    rng = np.random.default_rng(round(begin))
    size = round(rate * CHUNK)
    for index in range(round(seconds / CHUNK)):
        t = begin + CHUNK * index + np.arange(size) / rate
        signal = np.ones((size, microphones), dtype=np.complex128)
        if speed is not None:
            for gain, share, swing in ((-22, 1.0, 0.06), (-30, 1.2, 0.2), (-34, 0.9, 0.35)):
                # A trunk and limbs that swing about it, twice a second.
                way = speed * share * t + swing * np.sin(4 * math.pi * t) / (4 * math.pi) * 2
                echo = 10 ** (gain / 20) * np.exp(4j * math.pi * way * CARRIER / 343.2)
                signal += echo[:, None] * np.exp(1j * np.arange(microphones))
        noise = rng.standard_normal((size, microphones, 2)) @ np.array([1, 1j])
        samples = (level * (signal + 10 ** (-90 / 20) * math.sqrt(rate / 2) * noise)).astype(
            np.complex64
        )
        chunk = Quadrature(
            "ultrasound", samples, rate, CARRIER, -20.0, True, False, False, False, False
        )
        end = T + float(t[-1])
        yield Observation("home", "speaker", end + 0.03, end, chunk)


def play(home: Home, observations: Iterable[Observation]) -> list[Effect]:
    return [effect for each in observations for effect in home.step(each)]


class TestListening:
    """A node that cannot compute is asked for its I/Q, and the home does the work."""

    def test_it_is_asked_whether_or_not_somebody_is_there(self) -> None:
        home = Home(house())
        home.step(seen(0.0, ONLINE))
        asked = home.step(seen(0.0, announcement()))
        assert commands(asked) == [STANDBY_OFF, LISTEN]
        for each in asked:
            assert isinstance(each, Command)
            home.step(seen(0.1, Acknowledged(each.name, each.id, ok=True)))
        later = home.advance(T + 100.0)
        assert commands(later) == [LISTEN, LISTEN]
        assert [round(each.t - T) for each in later] == [45, 90]

    def test_not_in_standby(self) -> None:
        home = arrived()
        off = home.step(wish(1.0, "standby", room="den", on=True))
        assert commands(off) == [("standby", {"on": True}), DEAFEN]
        assert play(home, echoes(2.0, 2.0, speed=1.0)) == []

    def test_nor_outside_of_any_room(self) -> None:
        home = Home(House("home", (Room("den", (Mount("other"),)),)))
        assert commands(home.step(seen(0.0, announcement()))) == [STANDBY_OFF]

    def test_what_moves_becomes_motion_as_if_the_node_had_said_it(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("halcyon.sense.listening.Detector", Meter)
        home = arrived()
        quiet = play(home, echoes(1.0, 4.0))
        assert [fact.occupied for fact in facts(quiet, Presence)] == [False]
        moving = play(home, echoes(5.0, 3.0, speed=0.5))
        assert facts(moving, Presence)[0].occupied is True
        assert facts(moving, Moved)[0].source == "ultrasound"
        assert [str(fact.event) for fact in facts(moving, MotionEvent)] == ["started"]
        heard = facts(quiet, Ultrasound)[-1]
        assert (heard.node, heard.carrier_hz, heard.level_db) == ("speaker", CARRIER, -20.0)
        assert heard.trouble is None

    def test_a_node_that_never_learned_its_room_says_so(self) -> None:
        heard = facts(play(arrived(), echoes(1.0, 2.0)), Ultrasound)
        assert [each.trouble for each in heard] == [SoundTrouble.UNCALIBRATED]

    @pytest.mark.parametrize(
        ("strange", "trouble"),
        [
            ({"microphones": 1}, SoundTrouble.WRONG_MICROPHONES),
            ({"rate": 500.0}, SoundTrouble.WRONG_RATE),
            ({"level": 0.0}, SoundTrouble.SILENT),
        ],
    )
    def test_what_is_not_as_announced_is_told_and_triggers_nothing(
        self, strange: dict[str, int], trouble: SoundTrouble
    ) -> None:
        home = arrived()
        play(home, echoes(1.0, 3.0))
        effects = play(home, echoes(4.0, 10.0, speed=1.0, **strange))
        assert facts(effects, Ultrasound)[-1].trouble is trouble
        assert not any(fact.occupied for fact in facts(effects, Presence))
        assert facts(effects, MotionEvent) == []

    def test_a_flood_of_signal_is_worked_on_no_faster_than_time_passes(self) -> None:
        home = arrived()
        play(home, echoes(1.0, 2.0))
        chunks = list(echoes(1.0, 2.0, speed=1.0))
        again = [
            replace(each, host_t=T + 3.1, measured_t=T + 3.0 - OVERLAP - 0.1) for each in chunks
        ]
        assert play(home, again) == []

    def test_calibration_begins_when_whoever_asked_for_it_has_left(self) -> None:
        home = arrived()
        home.step(wish(0.5, "calibrate", room="den"))
        effects = play(home, echoes(1.0, 78.0))
        learned = facts(effects, Ultrasound)[-1]
        assert learned.trouble is None
        assert learned.calibrated == pytest.approx(T + 75.5, abs=1.0)

    def test_a_restart_changes_nothing(self) -> None:
        home, rest = arrived(), list(echoes(3.0, 2.0, speed=0.8))
        play(home, echoes(1.0, 2.0))
        copy = Home(house())
        copy.restore(json.loads(json.dumps(home.snapshot(), allow_nan=False)))
        assert copy.snapshot() == home.snapshot()
        assert play(copy, rest) == play(home, rest)

    def test_a_state_that_does_not_fit_costs_only_what_was_heard(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("halcyon.sense.listening.Detector", Meter)
        home = arrived()
        play(home, [*echoes(1.0, 2.0), *echoes(3.0, 3.0, speed=0.5)])
        for ears in ({"speaker": "nonsense"}, None, {"speaker": {"detector": {"version": 99}}}):
            state = json.loads(json.dumps(home.snapshot()))
            if ears is None:
                del state["ears"]
            else:
                state["ears"] = ears
            copy = Home(house())
            copy.restore(state)
            assert facts(copy.current(T + 7.0), Presence)[0].occupied is True

    def test_ticks_change_nothing(self) -> None:
        given = [*echoes(1.0, 2.0), *echoes(3.0, 2.0, speed=1.0), *echoes(5.0, 3.0)]
        plain, ticking, rng = arrived(), arrived(), random.Random(3)
        said, t = list[Effect](), T
        for each in given:
            said += ticking.advance(t + (each.host_t - t) * rng.random())
            said += ticking.step(each)
            t = each.host_t
        assert said == play(plain, given)
        end = T + 4000.0
        assert [*ticking.advance(T + 99.0), *ticking.advance(end)] == plain.advance(end)


class TestComputing:
    """A node that computes keeps its I/Q unless somebody looks."""

    def test_it_is_not_asked_for_what_it_does_itself(self) -> None:
        home = Home(house())
        assert commands(home.step(seen(0.0, announcement(COMPUTING)))) == [STANDBY_OFF]
        assert play(home, echoes(1.0, 2.0, speed=1.0)) == []
        effects = [*home.step(seen(4.0, FINE)), *home.step(seen(4.0, Motion(MotionLevel.MAJOR)))]
        assert facts(effects, Presence)[0].occupied is True
        assert home.snapshot()["ears"] == {}  # type: ignore[call-overload, index]

    def test_calibration_is_its_own_affair_and_asked_for_once(self) -> None:
        home = arrived(COMPUTING)
        home.step(wish(1.0, "calibrate", room="den"))
        effects = home.advance(T + 500.0)
        assert commands(effects) == [("calibrate", {"kind": "floor"})]
        assert effects[0].t == T + 16.0

    def test_how_it_hears_is_told_on_a_change_and_in_full_when_asked(self) -> None:
        home = arrived(COMPUTING)
        first = Ultrasound("speaker", CARRIER, -20.0, 70.0, T - 1e5, None, None)
        assert facts(home.step(seen(1.0, FINE)), Ultrasound) == [first]
        assert facts(home.step(seen(2.0, replace(FINE, ratio=70.6))), Ultrasound) == []
        blocked = replace(FINE, trouble=SoundTrouble.BLOCKED)
        [told] = facts(home.step(seen(3.0, blocked)), Ultrasound)
        assert told == replace(first, trouble=SoundTrouble.BLOCKED)
        assert facts(home.current(T + 4.0), Ultrasound) == [told]
        copy = Home(house())
        copy.restore(json.loads(json.dumps(home.snapshot())))
        assert facts(copy.current(T + 4.0), Ultrasound) == [told]

    def test_it_hears_of_the_air_on_a_change_and_not_too_often(self) -> None:
        home = arrived(COMPUTING)

        def breathe(t: float, temperature: float, humidity: float) -> list[tuple[str, object]]:
            effects = home.step(seen(t, Ambient(temperature, humidity)))
            return [(name, fields) for name, fields in commands(effects) if name == "air"]

        assert breathe(1.0, 21.0, 40.0) == [("air", {"temp": 21.0, "rh": 40.0})]
        assert breathe(700.0, 21.6, 41.0) == []
        assert breathe(1000.0, 22.4, 41.0) == [("air", {"temp": 22.4, "rh": 41.0})]
        assert breathe(1100.0, 24.0, 41.0) == []
        late = home.advance(T + 3000.0)
        assert commands(late) == [("air", {"temp": 24.0, "rh": 41.0})]
        assert late[0].t == T + 1600.0

    def test_it_hears_that_somebody_is_there_whoever_saw_them(self) -> None:
        home = arrived(COMPUTING, "speaker", "radar")
        there = Detection(present=True)
        said = commands(home.step(seen(1.0, there, "radar")))
        assert said == [("presence", {"occupied": True})]
        assert commands(home.step(seen(2.0, there, "radar"))) == []
        again = [each for each in home.advance(T + 2000.0) if isinstance(each, Command)]
        assert [(each.name, each.t) for each in again] == [
            ("presence", T + 901.0),
            ("presence", T + 1801.0),
        ]
        home.step(seen(2001.0, Detection(present=False), "radar"))
        left = [each for each in home.advance(T + 9000.0) if isinstance(each, Command)]
        assert commands(left) == [("presence", {"occupied": False})]

    def test_the_wish_for_pets_is_kept_and_said_again(self) -> None:
        home = arrived(COMPUTING)
        wanted = ("emit", {"pets": True})
        [said] = home.step(wish(1.0, "emission", node="speaker", pets=True))
        assert commands([said]) == [wanted]
        assert commands(home.advance(T + 47.0)) == [wanted]
        assert commands(home.advance(T + 200.0)) == [wanted]
        [again] = [each for each in home.advance(T + 400.0) if isinstance(each, Command)]
        home.step(seen(401.0, Acknowledged("emit", again.id, ok=True)))
        assert commands(home.advance(T + 9000.0)) == []
        rebooted = home.step(seen(9001.0, announcement(COMPUTING, boot=8)))
        assert commands(rebooted) == [STANDBY_OFF, wanted]

    @pytest.mark.parametrize("pets", ["yes", 1.0])
    def test_a_wish_that_is_none_is_left_alone(self, pets: str | float) -> None:
        home = arrived(COMPUTING)
        assert home.step(wish(1.0, "emission", node="speaker", pets=pets)) == []
        assert home.step(wish(1.0, "emission", node="stranger", pets=True)) == []
        assert home.step(wish(1.0, "emission")) == []


class TestPictures:
    """Live Doppler, while somebody watches."""

    @pytest.mark.parametrize("stream", [IQ, COMPUTING])
    def test_pictures_come_while_somebody_watches(self, stream: Stream) -> None:
        home = arrived(stream)
        assert facts(play(home, echoes(1.0, 1.0)), Doppler) == []
        opened = commands(home.watch("speaker", on=True))
        assert opened == ([LISTEN] if stream.computes else [])
        seen_at = [
            each
            for each in play(home, echoes(2.0, 2.0, speed=1.0))
            if isinstance(each, Output) and isinstance(each.fact, Doppler)
        ]
        assert 15 <= len(seen_at) <= 20
        picture = seen_at[-1].fact
        assert isinstance(picture, Doppler)
        assert seen_at[-1].room is None
        assert len(picture.axis) == len(picture.level_db)
        loudest = picture.axis[picture.level_db.index(max(picture.level_db))]
        assert loudest == pytest.approx(1.0, abs=0.25)
        assert facts(home.current(T + 4.0), Doppler) == []
        closed = commands(home.watch("speaker", on=False))
        assert closed == ([DEAFEN] if stream.computes else [])
        assert facts(play(home, echoes(4.0, 1.0, speed=1.0)), Doppler) == []

    def test_a_picture_of_a_computing_node_decides_nothing(self) -> None:
        home = arrived(COMPUTING)
        home.watch("speaker", on=True)
        effects = play(home, echoes(1.0, 3.0, speed=1.0))
        assert {type(each.fact) for each in effects if isinstance(each, Output)} == {Doppler}

    def test_who_watches_is_not_part_of_the_state(self) -> None:
        for stream in (IQ, COMPUTING):
            home = arrived(stream)
            play(home, echoes(1.0, 1.0))
            before = home.snapshot()
            home.watch("speaker", on=True)
            home.watch("speaker", on=False)
            assert home.snapshot()["ears"] == before["ears"]  # type: ignore[call-overload, index]

    def test_the_request_is_repeated_while_somebody_watches(self) -> None:
        home = arrived(COMPUTING)
        home.watch("speaker", on=True)
        assert commands(home.advance(T + 100.0)) == [LISTEN, LISTEN]

    def test_a_node_that_nobody_knows_is_waited_for(self) -> None:
        home = Home(house())
        assert home.watch("speaker", on=True) == []
        asked = commands(home.step(seen(0.0, announcement(COMPUTING))))
        assert asked == [STANDBY_OFF, LISTEN]

    def test_watching_changes_no_decision(self) -> None:
        given = [*echoes(1.0, 3.0), *echoes(4.0, 2.0, speed=1.0), *echoes(6.0, 2.0)]
        plain, watched = arrived(), arrived()
        expected = play(plain, given)
        watched.watch("speaker", on=True)
        said = play(watched, given)
        kept = [
            each
            for each in said
            if not (isinstance(each, Output) and isinstance(each.fact, Doppler))
        ]
        assert kept == expected


class TestAnswers:
    """What a node must do is said until it says that it heard."""

    def test_standby_is_repeated_ever_more_seldom_until_it_is_acknowledged(self) -> None:
        home = Home(house())
        home.step(seen(0.0, ONLINE))
        home.step(seen(0.0, announcement(COMPUTING)))
        repeated = home.advance(T + 3000.0)
        assert [round(each.t - T) for each in repeated] == [45, 135, 315, 675, 1395, 2835]
        assert commands(repeated) == [STANDBY_OFF] * 6
        last = repeated[-1]
        assert isinstance(last, Command)
        home.step(seen(3001.0, Acknowledged("standby", last.id, ok=True)))
        assert home.next_deadline is None

    def test_what_was_refused_or_meant_for_another_is_no_answer(self) -> None:
        home = Home(house())
        home.step(seen(0.0, ONLINE))
        [standby] = home.step(seen(0.0, announcement(COMPUTING)))
        assert isinstance(standby, Command)
        home.step(seen(1.0, Acknowledged("standby", standby.id, ok=False, error="expired")))
        home.step(seen(1.0, Acknowledged("standby", "other", ok=True)))
        home.step(seen(1.0, Acknowledged("standby", standby.id, ok=True), live=False))
        assert commands(home.advance(T + 46.0)) == [STANDBY_OFF]

    def test_nobody_who_is_away_is_called_after(self) -> None:
        home = Home(house())
        home.step(seen(0.0, ONLINE))
        home.step(seen(0.0, announcement(COMPUTING)))
        home.step(seen(1.0, OFFLINE))
        assert commands(home.advance(T + 9000.0)) == []
        assert commands(home.step(seen(9001.0, ONLINE))) == [STANDBY_OFF]


def test_a_node_that_computes_no_longer_is_not_asked_for_ever() -> None:
    home = Home(house())
    home.step(seen(0.0, ONLINE))
    home.step(seen(0.0, announcement(COMPUTING)))
    home.step(seen(1.0, Ambient(20.0, 40.0)))
    home.step(seen(2.0, Motion(MotionLevel.MAJOR)))
    home.step(seen(3.0, announcement(IQ)))
    home.step(seen(4.0, Ambient(28.0, 70.0)))
    # It ended nowhere: what only the other kind is told stayed due.
    home.advance(T + 9000.0)
    assert home.next_deadline is None or home.next_deadline > T + 9000.0


_steps = st.lists(
    st.tuples(
        st.sampled_from([0.0, 0.25, 5.0, 16.0, 46.0, 700.0, 4000.0]),
        st.one_of(
            st.sampled_from([ONLINE, OFFLINE]),
            st.builds(announcement, st.sampled_from([IQ, COMPUTING]), st.integers(1, 3)),
            st.builds(Motion, st.sampled_from(MotionLevel)),
            st.sampled_from([FINE, *(replace(FINE, trouble=each) for each in SoundTrouble)]),
            st.builds(Ambient, st.floats(15.0, 30.0), st.floats(20.0, 80.0)),
        ),
    ),
    max_size=20,
)
_wishes = st.sampled_from(
    [
        ("standby", {"room": "den", "on": True}),
        ("standby", {"room": "den", "on": False}),
        ("calibrate", {"room": "den"}),
        ("emission", {"node": "speaker", "pets": True}),
        ("emission", {"node": "speaker", "pets": False}),
    ]
)


@settings(max_examples=100)
@given(_steps, st.dictionaries(st.integers(0, 20), _wishes), st.integers(0, 20), st.floats(0, 1))
def test_ticks_and_a_restored_copy_ask_the_same(
    steps: list[tuple[float, Reading]],
    wishes: dict[int, tuple[str, dict[str, str | float | bool]]],
    cut: int,
    share: float,
) -> None:
    plain, ticking, t = Home(house()), Home(house()), 0.0
    expected, said = list[Effect](), list[Effect]()
    for index, (wait, reading) in enumerate([*steps, (5000.0, FINE)]):
        if index == cut:
            copy = Home(house())
            copy.restore(json.loads(json.dumps(ticking.snapshot())))
            ticking = copy
        said += ticking.advance(T + t + wait * share)
        t += wait
        given = [seen(t, reading)]
        if index in wishes:
            name, fields = wishes[index]
            given.append(wish(t, name, **fields))
        expected += play(plain, given)
        said += play(ticking, given)
    assert said == expected
