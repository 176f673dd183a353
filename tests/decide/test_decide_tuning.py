"""Nodes that would disturb each other are given carriers apart."""

from dataclasses import replace
from itertools import combinations
import json

from halcyon.core.command import Command
from halcyon.core.house import House, Mount, Room
from halcyon.core.observation import Observation
from halcyon.core.reading import Announcement, Reading, Sounding, SoundTrouble, Stream
from halcyon.decide.carriers import SPACING_HZ
from halcyon.decide.dialogue import Effect
from halcyon.decide.home import Home

T = 1_795_143_000.0
STREAM = Stream("ultrasound", "iq", carriers=(18_500.0, 22_500.0), computes=True)
FINE = Sounding(20_500.0, -20.0, 70.0, T)
DISTURBED = replace(FINE, trouble=SoundTrouble.INTERFERENCE)


def home(*rooms: tuple[str, ...]) -> Home:
    made = Home(
        House("home", tuple(Room(f"r{k}", tuple(map(Mount, row))) for k, row in enumerate(rooms)))
    )
    for row in rooms:
        for node in row:
            say(made, 0.0, Announcement(1, 1, None, None, None, (STREAM,)), node)
    return made


def say(home: Home, t: float, reading: Reading, node: str) -> list[Effect]:
    return home.step(Observation("home", node, T + t, T + t, reading))


def carriers(effects: list[Effect]) -> dict[str, float]:
    return {
        each.node: float(str(dict(each.fields)["carrier_hz"]))
        for each in effects
        if isinstance(each, Command) and each.name == "emit"
    }


def sweeps(effects: list[Effect]) -> list[str]:
    return [
        each.node
        for each in effects
        if isinstance(each, Command) and dict(each.fields).get("kind") == "sweep"
    ]


def test_a_single_node_keeps_its_carrier() -> None:
    made = home(("a",), ("b",))
    assert carriers(say(made, 1.0, FINE, "a") + say(made, 1.0, FINE, "b")) == {}


def test_nodes_of_one_room_are_kept_apart() -> None:
    made = home(("a", "b", "c"))
    given = dict.fromkeys("abc", 20_500.0)
    for node in "abc":
        given |= carriers(say(made, 1.0, FINE, node))
    for one, other in combinations(given.values(), 2):
        assert abs(one - other) >= SPACING_HZ
    assert all(18_500.0 <= each <= 22_500.0 for each in given.values())


def test_who_obeyed_is_asked_no_more() -> None:
    made = home(("a", "b"))
    say(made, 1.0, FINE, "a")
    [(node, carrier)] = carriers(say(made, 1.0, FINE, "b")).items()
    obeyed = say(made, 2.0, replace(FINE, carrier=carrier), node)
    assert carriers(obeyed) == {}
    made.advance(T + 4000.0)
    assert carriers(say(made, 5000.0, replace(FINE, carrier=carrier), node)) == {}


def test_who_hears_another_room_is_told_of_another_carrier_and_back_is_nobody() -> None:
    made = home(("a",), ("b",))
    say(made, 1.0, FINE, "a")
    say(made, 1.0, FINE, "b")
    moved = carriers(say(made, 2.0, DISTURBED, "b"))
    [(node, carrier)] = moved.items()
    assert abs(carrier - 20_500.0) >= SPACING_HZ
    assert carriers(say(made, 3.0, replace(FINE, carrier=carrier), node)) == {}
    assert carriers(say(made, 4.0, FINE, "a" if node == "b" else "b")) == {}


def test_a_stranger_on_the_carrier_makes_the_node_look_for_another_at_most_hourly() -> None:
    made = home(("a",))
    say(made, 1.0, FINE, "a")
    assert sweeps(say(made, 2.0, DISTURBED, "a")) == ["a"]
    assert sweeps(say(made, 60.0, DISTURBED, "a")) == []
    copy = Home(made.house)
    copy.restore(json.loads(json.dumps(made.snapshot())))
    assert sweeps(say(copy, 3000.0, DISTURBED, "a")) == []
    assert sweeps(say(copy, 3603.0, DISTURBED, "a")) == ["a"]
