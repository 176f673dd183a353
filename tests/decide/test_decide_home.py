"""Homes: rooms that appear, presence followed by commands, wishes, restarts."""

from dataclasses import replace
import json

import pytest

from halcyon.core.command import Command
from halcyon.core.house import House, Mount, Room, Sensitivity, SensorKind, Sleeper
from halcyon.core.observation import HOST, Observation
from halcyon.core.output import Environment, InBed, Moved, NodeStatus, Output, Presence
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
    Reading,
    Stream,
    Target,
    Targets,
    Traffic,
    Vitals,
)
from halcyon.core.snapshot import SnapshotError
from halcyon.decide.automatic import ROOMS_AT_MOST
from halcyon.decide.dialogue import Effect
from halcyon.decide.home import Home

T = 1_795_143_000.0
WALKER = Targets((Target(0.5, 2.0, -0.6),))
STREAMS = (
    Stream("radar", "uart", "ld2450"),
    Stream("breath", "f32", rate_hz=8.0),
    Stream("ultrasound", "iq", computes=True),
    Stream("env", "json"),
)

RATES = [("rate", {"stream": "radar", "hz": 10.0}), ("rate", {"stream": "breath", "hz": 8.0})]
ASKED = [*RATES, ("presence", {"occupied": True})]
WITHDRAWN = [
    ("rate", {"stream": "radar", "hz": 0.0}),
    ("rate", {"stream": "breath", "hz": 0.0}),
    ("presence", {"occupied": False}),
]


def _observe(
    t: float, reading: Reading, source: str = "node-1", *, live: bool = True
) -> Observation:
    return Observation("home", source, T + t, T + t, reading, live)


def _wish(t: float, name: str, **fields: str | float | bool) -> Observation:
    return _observe(t, Intent(name, tuple(sorted(fields.items()))), HOST)


def _announcement(room: str | None = "bedroom", boot: int = 7) -> Announcement:
    return Announcement(1, boot, "1.0", "ld2450", room, STREAMS)


def _commands(effects: list[Effect]) -> list[tuple[str, dict[str, object]]]:
    return [(each.name, dict(each.fields)) for each in effects if isinstance(each, Command)]


def _facts[F](effects: list[Effect], kind: type[F]) -> list[F]:
    return [
        each.fact for each in effects if isinstance(each, Output) and isinstance(each.fact, kind)
    ]


def _occupied(home: Home, room: str = "bedroom") -> bool | None:
    [fact] = [
        output.fact
        for output in home.current(T)
        if output.room == room and isinstance(output.fact, Presence)
    ]
    return fact.occupied


def _lived_in() -> Home:
    """An automatic home whose one room has just been entered."""
    home = Home(House("home", automatic=True))
    home.step(_observe(0.0, Connection(Availability.ONLINE)))
    _acknowledge(home, home.step(_observe(0.0, _announcement())))
    home.step(_observe(1.0, WALKER))
    return home


def _acknowledge(home: Home, effects: list[Effect]) -> None:
    """The nodes answer what they were asked."""
    for each in effects:
        if isinstance(each, Command):
            answer = Acknowledged(each.name, each.id, ok=True)
            home.step(_observe(each.t - T, answer, each.node))


class TestMonitoring:
    """Raw streams run while somebody is there."""

    def test_a_walker_turns_the_room_on_and_asks_for_its_streams(self) -> None:
        home = Home(House("home", automatic=True))
        home.step(_observe(0.0, _announcement()))
        effects = home.step(_observe(1.0, WALKER))
        assert [fact.occupied for fact in _facts(effects, Presence)] == [True]
        assert _commands(effects) == ASKED

    def test_streams_stop_when_the_room_is_empty(self) -> None:
        effects = _lived_in().advance(T + 31.0)
        assert _facts(effects, Presence)[-1].occupied is False
        assert _commands(effects) == WITHDRAWN

    def test_a_node_that_rebooted_is_asked_again(self) -> None:
        home = _lived_in()
        assert _commands(home.step(_observe(2.0, _announcement()))) == []
        again = home.step(_observe(3.0, _announcement(boot=8)))
        assert _commands(again) == [("standby", {"on": False}), *ASKED]

    def test_a_node_that_was_away_is_asked_again(self) -> None:
        home = Home(House("home", (Room("den", (Mount("node-1"), Mount("entity"))),)))
        home.step(_observe(0.0, Connection(Availability.ONLINE)))
        home.step(_observe(0.0, _announcement()))
        home.step(_observe(1.0, Detection(present=True), "entity"))
        assert _commands(home.step(_observe(9.0, Connection(Availability.OFFLINE)))) == []
        again = home.step(_observe(20.0, Connection(Availability.ONLINE)))
        assert _commands(again) == [("standby", {"on": False}), *ASKED]
        assert _commands(home.step(_observe(21.0, Connection(Availability.ONLINE)))) == []

    def test_a_request_is_repeated_while_the_room_stays_occupied(self) -> None:
        home = Home(House("home", (Room("den", (Mount("node-1"), Mount("entity"))),)))
        home.step(_observe(0.0, _announcement()))
        home.step(_observe(1.0, Detection(present=True), "entity"))
        effects = home.advance(T + 200.0)
        assert _commands(effects) == RATES * 4
        assert sorted({each.t - T for each in effects}) == [46.0, 91.0, 136.0, 181.0]
        gone = home.step(_observe(201.0, Detection(present=False), "entity"))
        assert _commands([*gone, *home.advance(T + 999.0)]) == WITHDRAWN
        assert home.next_deadline is None

    def test_a_request_is_repeated_once_after_the_host_was_away(self) -> None:
        home = Home(House("home", automatic=True))
        home.restore(json.loads(json.dumps(_lived_in().snapshot())))
        home.resume(T + 3600.0)
        effects = home.advance(T + 3601.0)
        assert _commands(effects) == RATES
        assert {each.t for each in effects} == {T + 3600.0}

    def test_a_node_of_two_rooms_streams_while_either_is_occupied(self) -> None:
        rooms = (Room("a", (Mount("node-1"), Mount("pir"))), Room("b", (Mount("node-1"),)))
        home = Home(House("home", rooms))
        home.step(_observe(0.0, _announcement()))
        effects = home.step(_observe(1.0, Motion(MotionLevel.MAJOR), "pir"))
        assert len(_commands(effects)) == len(ASKED)
        assert _commands(home.step(_observe(2.0, WALKER))) == []


class TestStandby:
    """A person's wish not to be watched."""

    def test_the_nodes_are_told_and_their_streams_stop(self) -> None:
        home = _lived_in()
        effects = home.step(_wish(2.0, "standby", room="bedroom", on=True))
        assert _facts(effects, Presence) == [Presence(None, None)]
        assert _facts(effects, Moved) == [Moved(None, None, None)]
        assert _commands(effects) == [("standby", {"on": True}), *WITHDRAWN]
        assert _commands(home.advance(T + 2.5)) == []
        effects = home.step(_wish(3.0, "standby", room="bedroom", on=False))
        assert _commands(effects) == [("standby", {"on": False})]

    def test_a_node_that_reboots_in_standby_is_told_again(self) -> None:
        home = _lived_in()
        home.step(_wish(2.0, "standby", room="bedroom", on=True))
        effects = home.step(_observe(3.0, _announcement(boot=9)))
        assert _commands(effects) == [("standby", {"on": True})]

    @pytest.mark.parametrize("on", [True, False])
    def test_a_node_that_was_off_when_standby_changed_is_told_when_it_comes(
        self, *, on: bool
    ) -> None:
        home = _lived_in()
        home.step(_wish(2.0, "standby", room="bedroom", on=not on))
        home.step(_observe(3.0, Connection(Availability.OFFLINE)))
        home.step(_wish(4.0, "standby", room="bedroom", on=on))
        effects = home.step(_observe(5.0, Connection(Availability.ONLINE)))
        assert ("standby", {"on": on}) in _commands(effects)
        effects = home.step(_observe(6.0, _announcement(boot=8)))
        assert ("standby", {"on": on}) in _commands(effects)

    def test_a_node_that_nobody_knew_is_told_that_it_need_not_rest(self) -> None:
        home = Home(House("home", automatic=True))
        home.step(_observe(0.0, Connection(Availability.ONLINE)))
        assert _commands(home.step(_observe(0.0, _announcement()))) == [("standby", {"on": False})]

    @pytest.mark.parametrize(
        "wish",
        [
            _wish(2.0, "standby", room="attic", on=True),
            _wish(2.0, "standby", room="bedroom", on="yes"),
            _wish(2.0, "standby", on=True),
            _wish(2.0, "party", room="bedroom", on=True),
            replace(_wish(2.0, "standby", room="bedroom", on=True), live=False),
        ],
    )
    def test_a_wish_that_cannot_be_meant_changes_nothing(self, wish: Observation) -> None:
        assert _lived_in().step(wish) == []


class TestAutomatic:
    """A house that grows by itself."""

    def test_a_node_without_a_wish_gets_a_room_of_its_name(self) -> None:
        home = Home(House("home", automatic=True))
        home.step(_observe(0.0, _announcement(room=None)))
        home.step(_observe(0.0, _announcement(room="../etc"), "node-2"))
        assert [room.id for room in home.house.rooms] == ["node-1", "node-2"]

    def test_an_entity_gets_a_room_of_what_an_id_can_hold_of_its_name(self) -> None:
        home = Home(House("home", automatic=True))
        home.step(_observe(0.0, Detection(present=True), "binary_sensor.Büro_PIR"))
        assert [room.id for room in home.house.rooms] == ["binary-sensor-b-ro-pir"]

    def test_a_late_announcement_moves_a_node_and_leaves_no_empty_room(self) -> None:
        home = Home(House("home", automatic=True))
        home.step(_observe(0.0, Vitals(respiration=14.0)))
        assert [room.id for room in home.house.rooms] == ["node-1"]
        home.step(_observe(1.0, _announcement()))
        assert home.house.rooms == (
            Room("bedroom", (Mount("node-1"),), sleepers=(Sleeper("node-1", "node-1"),)),
        )
        effects = home.step(_observe(2.0, WALKER))
        assert {each.room for each in effects if isinstance(each, Output)} == {"bedroom"}

    def test_made_up_nodes_do_not_grow_it_for_ever(self) -> None:
        home = Home(House("home", automatic=True))
        for number in range(ROOMS_AT_MOST + 50):
            home.step(_observe(0.0, _announcement(room=None), f"node-{number}"))
        assert len(home.house.rooms) == ROOMS_AT_MOST

    def test_a_described_house_does_not_grow(self) -> None:
        home = Home(House("home", (Room("den"),)))
        home.step(_observe(0.0, _announcement()))
        home.step(_observe(1.0, WALKER))
        assert [room.id for room in home.house.rooms] == ["den"]


class TestConfigure:
    """A description that changes while the house is lived in."""

    def test_rooms_and_sources_that_stay_keep_their_state(self) -> None:
        den = Room("den", (Mount("node-1"), Mount("pir")))
        home = Home(House("home", (den,)))
        home.step(_observe(1.0, WALKER))
        moved = replace(den, mounts=(Mount("node-1", rotation=90.0), Mount("air")))
        effects = home.configure(House("home", (moved, Room("hall"))))
        assert _facts(effects, Presence) == []
        assert _occupied(home, "den") is True
        assert home.explain("hall", T + 1.0) is not None

    def test_a_room_that_goes_leaves_nothing_behind(self) -> None:
        home = _lived_in()
        home.configure(House("home", (Room("den"),)))
        assert home.next_deadline is None
        assert home.explain("bedroom", T) is None
        assert home.step(_observe(2.0, WALKER)) == []

    def test_a_source_that_goes_takes_its_evidence_along(self) -> None:
        home = Home(House("home", (Room("den", (Mount("entity"), Mount("pir"))),)))
        home.step(_observe(0.0, Detection(present=True), "entity"))
        effects = home.configure(House("home", (Room("den", (Mount("pir"),)),)))
        assert [fact.occupied for fact in _facts(effects, Presence)] == [False]

    def test_a_new_room_knows_that_its_node_is_away(self) -> None:
        home = Home(House("home", (Room("den"),)))
        home.step(_observe(0.0, Connection(Availability.OFFLINE)))
        home.configure(House("home", (Room("den", (Mount("node-1"),)),)))
        explained = home.explain("den", T)
        assert isinstance(explained, dict)
        assert explained["ignored"] == [
            {"source": "node-1", "reason": "unavailable", "detail": None}
        ]

    def test_rooms_that_grew_stay_beside_described_ones(self) -> None:
        home = _lived_in()
        home.configure(House("home", (Room("den", (Mount("other"),)),), automatic=True))
        assert {room.id for room in home.house.rooms} == {"den", "bedroom"}
        assert _occupied(home) is True

    def test_a_sensitivity_wished_for_becomes_part_of_the_house(self) -> None:
        home = _lived_in()
        home.step(_wish(2.0, "sensitivity", room="bedroom", level="high"))
        assert home.house.rooms[0].sensitivity is Sensitivity.HIGH

    def test_a_verdict_of_a_motion_detector_is_one_of_motion(self) -> None:
        mount = Mount("entity", kind=SensorKind.PIR)
        home = Home(House("home", (Room("den", (mount,)),)))
        effects = home.step(_observe(0.0, Detection(present=True), "entity"))
        assert [fact.source for fact in _facts(effects, Moved)] == ["pir"]
        home.step(_observe(1.0, Detection(present=False), "entity"))
        home.advance(T + 600.0)
        assert _occupied(home, "den") is False


class TestNodes:
    """What is told of nodes."""

    def test_a_status_is_told_on_change(self) -> None:
        home = Home(House("home"))
        online = Connection(Availability.ONLINE)
        assert _facts(home.step(_observe(0.0, online)), NodeStatus) == [
            NodeStatus("node-1", Availability.ONLINE, 0, 0, 0, 0, None)
        ]
        assert home.step(_observe(1.0, online)) == []
        [status] = _facts(home.step(_observe(2.0, Traffic(9, 1, 2, 3, 0.25))), NodeStatus)
        assert (status.rx, status.bad, status.dup, status.gap, status.skew_ms) == (
            9,
            1,
            2,
            3,
            250.0,
        )
        assert [output.fact for output in home.current(T)] == [status]

    def test_another_site_is_none_of_its_business(self) -> None:
        home = _lived_in()
        before = home.snapshot()
        stranger = replace(_observe(1.0, Connection(Availability.OFFLINE)), site="neighbour")
        assert home.step(stranger) == []
        assert home.snapshot() == before


class TestRestart:
    """Going on where another process stopped."""

    def test_the_present_is_told_in_full(self) -> None:
        home = Home(
            House("home", (Room("den", (Mount("node-1"),), sleepers=(Sleeper("anna", "bed"),)),))
        )
        home.step(_observe(0.0, Ambient(temperature=21.0)))
        kinds = [output.fact.kind for output in home.current(T + 5.0)]
        of_room, of_sleeper = ["presence", "motion", "environment"], ["in_bed", "respiration"]
        assert kinds == [*of_room, *of_sleeper, "heart_rate", "sleep_intent", "sleep_stage"]
        assert Environment(21.0, None, None, None) in [o.fact for o in home.current(T)]
        assert InBed("anna", None) in [o.fact for o in home.current(T)]

    def test_what_was_stored_is_shown_for_a_minute_and_then_unknown(self) -> None:
        home = Home(House("home", automatic=True))
        home.restore(json.loads(json.dumps(_lived_in().snapshot())))
        home.resume(T + 3600.0)
        assert _occupied(home) is True
        assert _facts(home.advance(T + 3659.0), Presence) == []
        effects = home.advance(T + 3661.0)
        assert _facts(effects, Presence) == [Presence(None, None)]
        assert {each.t for each in effects} == {T + 3660.0}

    def test_a_node_that_speaks_in_time_goes_on_as_if_nothing_had_been(self) -> None:
        home = Home(House("home", automatic=True))
        home.restore(json.loads(json.dumps(_lived_in().snapshot())))
        home.resume(T + 3600.0)
        home.step(_observe(3630.0, WALKER))
        home.advance(T + 3635.0)
        assert _occupied(home) is True
        effects = home.advance(T + 3700.0)
        assert _facts(effects, Presence)[-1].occupied is False

    def test_a_room_of_another_schema_begins_anew_and_the_others_stay(self) -> None:
        rooms = (Room("a", (Mount("node-1"),)), Room("b", (Mount("node-2"),)))
        home = Home(House("home", rooms))
        home.step(_observe(0.0, WALKER, "node-1"))
        home.step(_observe(0.0, WALKER, "node-2"))
        state = json.loads(json.dumps(home.snapshot()))
        state["rooms"]["a"]["schema"] = 99
        restored = Home(House("home", rooms))
        restored.restore(state)
        assert (_occupied(restored, "a"), _occupied(restored, "b")) == (None, True)

    @pytest.mark.parametrize("state", [None, [], {}, {"schema": 99}, {"schema": 1}])
    def test_what_is_no_snapshot_is_refused(self, state: object) -> None:
        with pytest.raises(SnapshotError):
            Home(House("home")).restore(state)  # type: ignore[arg-type]

    @pytest.mark.parametrize("odd", [float("inf"), float("nan"), -1.0, 1e308])
    def test_values_that_are_no_energies_leave_no_trace(self, odd: float) -> None:
        home = _lived_in()
        home.step(_observe(2.0, Detection(True, moving=odd, still=odd, distance=odd)))
        home.step(_observe(3.0, Targets((Target(odd, odd, odd), Target(1.0, 2.0, odd)))))
        json.dumps([home.snapshot(), home.explain("bedroom", T + 3.0)], allow_nan=False)

    def test_time_that_is_no_number_is_now(self) -> None:
        home = _lived_in()
        odd = replace(_observe(1.0, WALKER), host_t=float("nan"), measured_t=float("inf"))
        home.step(odd)
        assert home.advance(float("nan")) == []
        assert _occupied(home) is True


def test_a_person_calibrates_one_node_and_not_its_room() -> None:
    house = House("home", (Room("bedroom", (Mount("node-1"), Mount("node-2"))),))
    home = Home(house)
    for node in ("node-1", "node-2"):
        home.step(_observe(0.0, Connection(Availability.ONLINE), node))
        home.step(_observe(0.0, _announcement(), node))
    effects = home.step(_wish(1.0, "calibrate", node="node-2"))
    (command,) = [each for each in effects if isinstance(each, Command)]
    assert (command.node, command.name, dict(command.fields)) == (
        "node-2",
        "calibrate",
        {"kind": "all"},
    )
    later = _commands(home.advance(T + 100.0))
    assert not [name for name, _ in later if name == "calibrate"]
    assert _commands(home.step(_wish(101.0, "calibrate", node="elsewhere"))) == []
