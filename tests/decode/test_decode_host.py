import json

from hypothesis import given, strategies as st
import pytest

from halcyon.core.message import Message
from halcyon.core.observation import HOST, Observation
from halcyon.core.reading import Intent, WallClock
from halcyon.core.snapshot import Json
from halcyon.decode.host import decode_host


def host(kind: str, body: Json, *, retain: bool = False) -> Message:
    return Message(f"$host/{kind}", json.dumps(body).encode(), 1000.0, retain)


def test_the_wall_clock() -> None:
    assert decode_host(host("clock", {"unix": 1795143205.5, "tz": "Europe/Berlin"}), "home") == [
        Observation("home", HOST, 1000.0, 1000.0, WallClock(1795143205.5, "Europe/Berlin"))
    ]


def test_an_intent_with_its_own_keys() -> None:
    body: Json = {"name": "standby", "room": "bedroom", "on": True, "deep": {"left": "out"}}
    [said] = decode_host(host("intent", body), "home")
    assert said.reading == Intent("standby", (("on", True), ("room", "bedroom")))
    assert said.live


def test_a_retained_intent_is_not_live() -> None:
    [said] = decode_host(host("intent", {"name": "standby"}, retain=True), "home")
    assert not said.live


@pytest.mark.parametrize(
    "message",
    [
        host("clock", {"unix": "now", "tz": "UTC"}),
        host("clock", {"unix": 1}),
        host("clock", []),
        host("intent", {}),
        host("intent", {"name": 7}),
        host("entity", {"entity_id": "sensor.x"}),
        host("unknown", {"name": "x"}),
        Message("halcyon/1/home/bed-1/avail", b"online", 1000.0),
        Message("$host/clock", b"\xff", 1000.0),
        Message("$host/intent", b'{"name":"' + b"x" * 20_000 + b'"}', 1000.0),
    ],
)
def test_what_says_nothing(message: Message) -> None:
    assert decode_host(message, "home") == []


@given(
    st.sampled_from(["clock", "intent", "entity"]),
    st.binary(max_size=60)
    | st.dictionaries(
        st.sampled_from(
            [
                "unix",
                "tz",
                "name",
                "entity_id",
                "domain",
                "device_class",
                "state",
                "unit",
                "changed",
            ]
        ),
        st.none() | st.booleans() | st.floats() | st.text(max_size=8) | st.just("sensor"),
    ).map(lambda body: json.dumps(body).encode()),
)
def test_nothing_raises(kind: str, payload: bytes) -> None:
    for said in decode_host(Message(f"$host/{kind}", payload, 1000.0), "home"):
        assert said.site == "home"
