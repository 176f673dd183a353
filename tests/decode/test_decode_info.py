import pytest

from halcyon.core.reading import Announcement, HeldAlarm, NodeLight, Stream
from halcyon.core.snapshot import Json
from halcyon.decode.info import read_announcement, read_version
from halcyon.decode.malformed import MalformedError


def test_everything_that_a_node_may_say_of_itself() -> None:
    body: dict[str, Json] = {
        "v": 1,
        "boot": 3735928559,
        "fw": "2026.10.0",
        "model": "mr60bha2",
        "room": "bedroom",
        "streams": {
            "radar": {"enc": "uart", "proto": "mr60bha2"},
            "ultrasound": {"enc": "iq", "mics": 2, "rate_hz": 1000, "zero": 0, "scale": 3e-5},
            "env": {"enc": "json"},
        },
        "alarms": [{"id": "a1", "at": 1795143205}],
        "light": {"brightness": 0.4, "rgb": [255, 120, 0]},
        "unknown": {"deep": [1]},
    }
    assert read_announcement(body) == (
        Announcement(
            version=1,
            boot=3735928559,
            firmware="2026.10.0",
            model="mr60bha2",
            room="bedroom",
            streams=(
                Stream("radar", "uart", protocol="mr60bha2"),
                Stream("ultrasound", "iq", None, 2, 1000.0, 0.0, 3e-5),
                Stream("env", "json"),
            ),
            alarms=(HeldAlarm("a1", 1795143205.0),),
            rings=True,
            light=NodeLight(0.4, (255.0, 120.0, 0.0)),
        ),
        None,
    )


@pytest.mark.parametrize(
    ("light", "read"),
    [
        ({"brightness": 0}, NodeLight(0.0)),
        ({"brightness": 1, "rgb": None}, NodeLight(1.0)),
        (None, None),
    ],
)
def test_a_light_may_have_one_colour(light: Json, read: NodeLight | None) -> None:
    announcement, wrong = read_announcement({"v": 1, "boot": 1, "light": light})
    assert (announcement.light, wrong) == (read, None)


@pytest.mark.parametrize(
    "light",
    [
        True,
        [],
        {},
        {"brightness": 1.1},
        {"brightness": "bright"},
        {"brightness": 1, "rgb": [1, 2]},
        {"brightness": 1, "rgb": [1, 2, 3, 4]},
        {"brightness": 1, "rgb": [1, 2, 256]},
        {"brightness": 1, "rgb": "red"},
    ],
)
def test_a_light_that_is_none_costs_nothing_else(light: Json) -> None:
    announcement, wrong = read_announcement({"v": 1, "boot": 1, "model": "x", "light": light})
    assert (announcement.light, announcement.model, wrong) == (None, "x", "light")


@pytest.mark.parametrize(
    ("body", "rings"), [({"alarms": []}, True), ({}, False), ({"alarms": "none"}, False)]
)
def test_who_holds_no_alarm_may_hold_one(body: dict[str, Json], rings: bool) -> None:
    announcement, _ = read_announcement({"boot": 0, **body})
    assert (announcement.rings, announcement.alarms) == (rings, ())


def test_a_boot_id_is_enough() -> None:
    assert read_announcement({"boot": 0}) == (Announcement(1, 0, None, None, None, ()), None)


@pytest.mark.parametrize("boot", [None, True, -1, 2**32, 1.0, "7"])
def test_without_a_boot_id_it_is_none(boot: Json) -> None:
    with pytest.raises(MalformedError, match="boot"):
        read_announcement({"boot": boot})


@pytest.mark.parametrize(
    ("member", "wrong"),
    [
        ({"fw": 1}, "fw"),
        ({"model": "x" * 65}, "model"),
        ({"room": "Living Room"}, "room"),
        ({"room": "a/b"}, "room"),
        ({"streams": []}, "streams"),
        ({"streams": {"radar": {"enc": "uart", "proto": 7}}}, "streams"),
        ({"streams": {"radar": {}}}, "streams"),
        ({"streams": {"a/b": {"enc": "json"}}}, "streams"),
        ({"streams": {"radar": "uart"}}, "streams"),
        ({"streams": {"radar": {"enc": "iq", "scale": 1e30}}}, "streams"),
    ],
)
def test_a_wrong_member_is_left_out(member: dict[str, Json], wrong: str) -> None:
    announcement, named = read_announcement({"boot": 7} | member)
    assert announcement == Announcement(1, 7, None, None, None, ())
    assert named == wrong


@pytest.mark.parametrize("row", [{"id": "x"}, "x"])
def test_a_wrong_alarm_is_left_out(row: Json) -> None:
    announcement, named = read_announcement({"boot": 7, "alarms": [row]})
    assert announcement == Announcement(1, 7, None, None, None, (), rings=True)
    assert named == "alarms"


def test_a_wrong_stream_costs_no_other() -> None:
    announcement, wrong = read_announcement(
        {"boot": 7, "streams": {"bad": 1, "env": {"enc": "json"}}}
    )
    assert announcement.streams == (Stream("env", "json"),)
    assert wrong == "streams"


@pytest.mark.parametrize(("v", "major"), [(1, 1), (1.9, 1), (2, 2), (0, 0)])
def test_the_major_version(v: Json, major: int) -> None:
    assert read_version({"v": v}) == major


@pytest.mark.parametrize("v", [None, "1", True, -1, 1e300])
def test_what_is_no_version(v: Json) -> None:
    with pytest.raises(MalformedError):
        read_version({"v": v})
