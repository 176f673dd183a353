"""Scenarios are read strictly: a mistake is named with its place."""

from collections.abc import Callable, Iterator
import contextlib
import json
from pathlib import Path
from typing import Any

from hypothesis import given, strategies as st
import pytest

import halcyon
from halcyon.core.house import Mount
from halcyon.simulate import (
    Scenario,
    ScenarioError,
    Simulation,
    busy_house,
    load_scenario,
    scenario_from_json,
    scenario_names,
)

type Document = dict[str, Any]

FAULTS = Path(halcyon.simulate.__file__).parent / "scenarios" / "faults.json"


def test_the_shipped_scenarios_are_those_that_the_documents_name() -> None:
    assert scenario_names() == [
        "curtain",
        "evening",
        "fan",
        "faults",
        "ghost",
        "night",
        "night_empty",
        "pet",
        "still_sleeper",
        "two_people",
    ]
    assert all(len(load_scenario(name).description) > 20 for name in scenario_names())


def test_a_file_of_ones_own_is_read_like_a_shipped_one(
    tmp_path: Path, bedroom: Callable[..., Document]
) -> None:
    path = tmp_path / "mine.json"
    path.write_text(json.dumps(bedroom("ld2450", "environment", rotation=90)))
    scenario = load_scenario(str(path))
    assert scenario.name == "mine"
    assert scenario.house.rooms[0].mounts == (Mount("node-1", 2.0, 0.1, rotation=90.0),)
    assert [each.stream for each in scenario.nodes[0].sensors] == ["radar", "env"]
    assert scenario.plan("bedroom").area == pytest.approx(14.0)


@pytest.mark.parametrize("content", [b"{", b"\xff\xfe", b"[" * 100_000, None])
def test_what_cannot_be_read_at_all_says_so(tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "broken.json"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(ScenarioError, match=r"broken\.json"):
        load_scenario(str(path))


def test_an_unknown_name_lists_the_known_ones() -> None:
    with pytest.raises(ScenarioError, match="no scenario 'evenig': give a file or one of curtain"):
        load_scenario("evenig")


def _set(document: Document, path: str, value: object) -> None:
    *way, last = path.split("/")
    place: Any = document
    for key in way:
        place = place[int(key) if key.isdigit() else key]
    place[int(last) if last.isdigit() else last] = value


@pytest.mark.parametrize(
    ("path", "value", "message"),
    [
        ("duration", "long", r"scenario: duration must be a number from 1 to"),
        ("duration", 0, r"scenario: duration must be a number from 1 to"),
        ("duration", float("nan"), r"scenario: duration must be a number"),
        ("description", "", r"scenario: description must be a text"),
        ("loop", 1, r"scenario: loop must be true or false"),
        ("sede", 3, r"scenario: unknown key 'sede'; known are"),
        ("house/site", "My Home", r"scenario, house: site 'My Home'"),
        ("plans", [], r"plans: room 'bedroom' has no plan"),
        ("plans", {}, r"scenario: plans must be a list"),
        ("plans/0", 5, r"plans\[0\] must be an object"),
        ("plans/0/room", "attic", r"plans\[0\]: room must be one of bedroom, not 'attic'"),
        ("plans/0/outline", [[0, 0], [1, 1]], r"plans\[0\]: outline needs at least three"),
        ("plans/0/outline", [[0, 0], [1, "a"], [2, 2]], r"outline must hold positions \[x, y\]"),
        ("plans/0/door", [1], r"plans\[0\]: door must hold positions"),
        ("nodes/0/sensors", [], r"nodes\[0\]: sensors must list at least one sensor"),
        ("nodes/0/sensors/0/kind", "lidar", r"nodes\[0\], sensors\[0\]: kind must be one of"),
        ("nodes/0/sensors/0/form", "jpeg", r"form must be one of raw, json, not 'jpeg'"),
        ("nodes/0/id", "other", r"nodes\[0\]: node other is not mounted in room bedroom"),
        ("actors/0/script/0/do", "jump", r"script\[0\]: do must be one of"),
        ("actors/0/script/0/do", "walk", r"script\[0\]: enter a room before walk"),
        ("actors/0/script/1/do", "enter", r"script\[1\]: leave first, to enter again"),
        ("actors/0/breaths_per_minute", 90, r"breaths_per_minute must be a number from 4 to 40"),
        ("things", [{"kind": "bear"}], r"things\[0\]: kind must be one of fan"),
        (
            "things",
            [{"kind": "mirror", "room": "bedroom", "at": [1, 1], "to": [1, 1]}],
            r"things\[0\]: at and to are the ends of the mirror and must differ",
        ),
        ("faults", [{"kind": "flap", "node": "node-9", "at": 1}], r"node must be one of node-1"),
        (
            "faults",
            [{"kind": "lose", "node": "node-1", "at": 1, "amount": 2}],
            r"faults\[0\]: amount must be a number from 0 to 1",
        ),
    ],
)
def test_a_mistake_is_named_with_its_place(
    path: str,
    value: object,
    message: str,
    bedroom: Callable[..., Document],
    visitor: Document,
) -> None:
    document = bedroom("ld2450") | {"actors": [visitor]}
    _set(document, path, value)
    with pytest.raises(ScenarioError, match=message):
        scenario_from_json(document, "test")


def _places(value: object, path: str = "") -> Iterator[str]:
    rows = enumerate(value) if isinstance(value, list) else ()
    members = value.items() if isinstance(value, dict) else rows
    for key, inner in members:
        yield f"{path}{key}"
        yield from _places(inner, f"{path}{key}/")


_SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5)
_JSON = st.recursive(
    _SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=6,
)


@given(data=st.data(), value=_JSON)
def test_any_value_in_any_place_is_read_or_named(data: st.DataObject, value: object) -> None:
    document = json.loads(FAULTS.read_text(encoding="utf-8"))
    path = data.draw(st.sampled_from(sorted(_places(document))))
    _set(document, path, value)
    with contextlib.suppress(ScenarioError):
        assert scenario_from_json(document, "test").nodes


@pytest.mark.parametrize("what", ["nodes", "actors"])
def test_twins_are_refused(what: str, bedroom: Callable[..., Document], visitor: Document) -> None:
    document = bedroom("ld2450") | {"actors": [visitor]}
    document[what] = document[what] * 2
    with pytest.raises(ScenarioError, match=f"{what}: two have the id"):
        scenario_from_json(document, "test")


def test_a_loop_must_end_as_it_began(bedroom: Callable[..., Document], sleeper: Document) -> None:
    document = bedroom("ld2450") | {"actors": [sleeper], "loop": True}
    with pytest.raises(ScenarioError, match=r"actor anna: .* must end with leave"):
        scenario_from_json(document, "test")


@pytest.mark.parametrize("bed", ["mr60bha2", "c1001", "breath"])
def test_a_busy_house_has_what_every_room_needs(bed: str, start: float) -> None:
    scenario = busy_house(5, 3, 60.0, occupied=True, bed=bed)
    assert isinstance(scenario, Scenario)
    simulation = Simulation(scenario, start)
    topics = {message.topic for message in simulation.messages()}
    assert len(scenario.house.rooms) == 5
    assert sum("/raw/" in topic or "/w/" in topic for topic in topics) == 10
    assert all(
        truth.lying == 1 and truth.respiration for truth in simulation.truth(start + 30).values()
    )


def test_people_of_a_busy_house_come_and_go_each_in_his_own_time(start: float) -> None:
    scenario = busy_house(8, 3, 7200.0)
    assert len({person.script[0].at for person in scenario.people}) == 8
    simulation = Simulation(scenario, start)
    taken = [
        truth.occupied
        for t in range(0, 7200, 240)
        for truth in simulation.truth(start + t).values()
    ]
    assert 0.2 < sum(taken) / len(taken) < 0.9
