"""A home of one node: rooms appear, presence follows a person, commands follow presence."""

from halcyon.core.command import Command
from halcyon.core.house import House
from halcyon.core.observation import Observation
from halcyon.core.output import Output, Presence
from halcyon.core.reading import Announcement, Reading, Stream, Target, Targets
from halcyon.decide.home import Home


def _observe(t: float, reading: Reading, source: str = "node-1") -> Observation:
    return Observation("home", source, t, t, reading)


def _announcement(room: str | None = "bedroom") -> Announcement:
    return Announcement(1, 7, "1.0", "ld2450", room, (Stream("radar", "uart", "ld2450"),))


def test_a_walker_turns_the_room_on_and_asks_for_the_stream() -> None:
    home = Home(House("home", automatic=True))
    home.step(_observe(100.0, _announcement()))
    effects = home.step(_observe(101.0, Targets((Target(0.5, 2.0, -0.6),))))

    presence = [e.fact for e in effects if isinstance(e, Output) and isinstance(e.fact, Presence)]
    assert [fact.occupied for fact in presence] == [True]
    commands = [e for e in effects if isinstance(e, Command)]
    assert [(c.name, dict(c.fields)) for c in commands] == [("rate", {"stream": "radar", "hz": 10})]


def test_who_left_is_gone_within_half_a_minute_and_the_stream_stops() -> None:
    home = Home(House("home", automatic=True))
    home.step(_observe(100.0, _announcement()))
    home.step(_observe(101.0, Targets((Target(0.5, 2.0, -0.6),))))
    effects = home.advance(131.0)

    facts = [e.fact for e in effects if isinstance(e, Output) and isinstance(e.fact, Presence)]
    assert facts[-1].occupied is False
    commands = [e for e in effects if isinstance(e, Command)]
    assert [(c.name, dict(c.fields)) for c in commands] == [("rate", {"stream": "radar", "hz": 0})]


def test_a_node_without_a_wish_gets_a_room_of_its_name() -> None:
    home = Home(House("home", automatic=True))
    home.step(_observe(100.0, _announcement(room=None)))
    assert [room.id for room in home.house.rooms] == ["node-1"]
