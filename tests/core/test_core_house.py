"""A house is read as it was described; what cannot be used is named."""

import json

from hypothesis import given, strategies as st
import pytest

from halcyon.core.house import (
    House,
    HouseError,
    Mount,
    Room,
    Side,
    Sleeper,
    ZoneKind,
    house_from_json,
    house_to_json,
)
from halcyon.core.snapshot import Json


def _bedroom(*sleepers: Json) -> Json:
    return {"site": "home", "rooms": [{"id": "bedroom", "sleepers": [*sleepers]}]}


BEDROOM: Json = {
    "id": "bedroom",
    "nodes": [{"node": "bed-1", "x": 1, "rotation": 90, "mirrored": True, "reach": 4}],
    "zones": [{"id": "fan", "kind": "exclusion", "polygon": [[0, 0], [1, 0], [1, 1]]}],
    "sleepers": [{"id": "anna", "node": "bed-1", "side": "left", "bed_near": 0.4, "bed_far": 1.3}],
    "sensitivity": "high",
    "colour": "ignored",
}


def test_a_description_survives_json() -> None:
    house = house_from_json({"site": "home", "rooms": [BEDROOM]})
    assert house.rooms[0].zones[0].kind is ZoneKind.EXCLUSION
    assert house.rooms[0].mounts[0] == Mount("bed-1", 1.0, 0.0, 90.0, mirrored=True, reach=4.0)
    assert house.rooms[0].sleepers[0] == Sleeper("anna", "bed-1", Side.LEFT, 0.4, 1.3)
    assert house_from_json(json.loads(json.dumps(house_to_json(house)))) == house


def test_of_a_bed_no_more_need_be_said_than_its_node() -> None:
    room: Json = {"id": "bedroom", "sleepers": [{"id": "anna", "node": "bed-1"}]}
    house = house_from_json({"site": "home", "rooms": [room]})
    assert house.rooms[0].sleepers == (Sleeper("anna", "bed-1"),)
    assert house_from_json(house_to_json(house)) == house


def test_a_house_without_rooms_grows_by_itself() -> None:
    assert house_from_json({}, "home") == House("home", automatic=True)
    assert not house_from_json({"rooms": [BEDROOM]}, "home").automatic


@pytest.mark.parametrize(
    ("document", "match"),
    [
        ([], "house must be an object"),
        ({}, "site must be a text"),
        ({"site": "My Home"}, "site 'My Home'"),
        ({"site": "home", "rooms": {}}, "rooms must be a list"),
        ({"site": "home", "rooms": [{}]}, r"rooms\[0\]: id"),
        ({"site": "home", "rooms": [BEDROOM, BEDROOM]}, "same id"),
        (
            _bedroom({"id": "anna", "node": "bed"}, {"id": "ben", "node": "bed"}),
            "cannot watch both anna and ben",
        ),
        (
            _bedroom({"id": "anna", "node": "bed-1"}, {"id": "anna", "node": "bed-2"}),
            "two sleepers are called anna",
        ),
        (_bedroom({"id": "anna", "node": "bed", "side": "middle"}), "left, right"),
        (
            _bedroom({"id": "anna", "node": "bed", "bed_near": 1.2, "bed_far": 0.4}),
            "bed_near must be nearer",
        ),
        (_bedroom({"id": "anna", "node": "bed", "bed_far": 40}), "bed_far must be a number"),
        ({"site": "home", "rooms": [{"id": "a", "sensitivity": "max"}]}, "low, medium, high"),
        ({"site": "home", "rooms": [{"id": "a", "nodes": [{}]}]}, r"room a, nodes\[0\]: node"),
        (
            {"site": "home", "rooms": [{"id": "a", "nodes": [{"node": "n", "x": "1"}]}]},
            "x must be a number",
        ),
        (
            {"site": "home", "rooms": [{"id": "a", "nodes": [{"node": "n", "y": 10**400}]}]},
            r"room a, nodes\[0\]: y must be a number",
        ),
        (
            {"site": "home", "rooms": [{"id": "a", "zones": [{"id": "z", "polygon": [[0, 0]]}]}]},
            "three corners",
        ),
        (
            {"site": "home", "rooms": [{"id": "a", "zones": [{"id": "z", "polygon": [1, 2, 3]}]}]},
            r"\[x, y\]",
        ),
    ],
)
def test_what_cannot_be_used_is_named(document: Json, match: str) -> None:
    with pytest.raises(HouseError, match=match):
        house_from_json(document)


def test_a_mount_turns_counter_clockwise() -> None:
    assert Mount("n", x=1.0, y=2.0).to_room(0.5, 3.0) == pytest.approx((1.5, 5.0))
    assert Mount("n", rotation=90.0).to_room(0.0, 1.0) == pytest.approx((-1.0, 0.0))
    assert Mount("n", mirrored=True).to_room(1.0, 1.0) == pytest.approx((-1.0, 1.0))


length = st.floats(-20, 20, allow_nan=False)


@given(x=length, y=length, mount_x=length, mount_y=length, turn=st.floats(-720, 720), flip=...)
def test_a_mount_keeps_distances(
    x: float, y: float, mount_x: float, mount_y: float, turn: float, flip: bool
) -> None:
    mount = Mount("n", mount_x, mount_y, turn, flip)
    there, here = mount.to_room(x, y), mount.to_room(0.0, 0.0)
    distance = ((there[0] - here[0]) ** 2 + (there[1] - here[1]) ** 2) ** 0.5
    assert distance == pytest.approx((x * x + y * y) ** 0.5, abs=1e-9)


def test_rooms_are_found_by_source_and_replaced_by_id() -> None:
    house = House("home", (Room("a", (Mount("n"),)), Room("b")))
    assert house.room_of("n") == house.rooms[0]
    assert house.room_of("other") is None
    changed = house.with_room(Room("a"))
    assert [room.id for room in changed.rooms] == ["b", "a"]
    assert changed.room_of("n") is None
