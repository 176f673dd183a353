"""Commands as the node reads, obeys and answers them."""

from collections.abc import Iterator, Mapping
import ctypes
import json

from hypothesis import given, strategies as st
import pytest
from tests.hardware.native_node import EMPTY, SOMEBODY, NativeNode

from halcyon.core.command import Command
from halcyon.core.snapshot import Json

HOLD_MS = 60_000
"""How long raw bytes go on after the last sight of somebody."""


def ask(
    node: NativeNode, name: str, fields: Mapping[str, Json], ms: int = 0, *, unix: int = -1
) -> str | None:
    """Send a command; its error, None where it was obeyed."""
    node.sent.clear()
    node.command(name, {"id": "c1", **fields}, ms, unix=unix)
    (ack,) = node.on(f"ack/{name}")
    assert (ack.qos, ack.retain) == (1, False)
    assert ack.json["id"] == "c1"
    assert ack.json["ok"] is (ack.json["error"] is None)
    error = ack.json["error"]
    assert error is None or isinstance(error, str)
    return error


def test_rebirth_announces_again(radar: NativeNode) -> None:
    assert ask(radar, "rebirth", {}) is None
    assert len(radar.on("info")) == 1


def test_in_standby_nothing_of_the_radar_leaves(radar: NativeNode) -> None:
    radar.run(SOMEBODY, 0, 1_000)
    radar.feed(SOMEBODY, 1_000)
    assert ask(radar, "standby", {"on": True}, 1_005) is None
    assert radar.standby == [True]
    radar.sent.clear()
    radar.run(SOMEBODY, 1_010, 5_000)
    assert radar.sent == []
    assert ask(radar, "standby", {"on": False}, 5_000) is None
    assert radar.standby == [True, False]
    radar.loop(5_000)
    assert radar.on("s/radar")[0].json["presence"] is True
    radar.run(SOMEBODY, 5_000, 6_000)
    assert radar.raw_bytes() == SOMEBODY * 10


def test_standby_outlives_a_restart(radar: NativeNode) -> None:
    radar.restored(standby=True)
    radar.run(SOMEBODY, 0, 2_000)
    assert radar.sent == []
    assert ask(radar, "rate", {"stream": "radar", "hz": 10}, 2_000) is None
    radar.run(SOMEBODY, 2_000, 3_000)
    assert radar.on("raw/radar") == []


def test_the_engine_opens_the_raw_stream_for_a_minute(radar: NativeNode) -> None:
    assert ask(radar, "rate", {"stream": "radar", "hz": 10}, 0) is None
    radar.run(EMPTY, 0, HOLD_MS + 1_000)
    assert radar.raw_bytes() == EMPTY * (HOLD_MS // 100)


def test_who_asks_again_in_time_keeps_the_raw_stream_open(radar: NativeNode) -> None:
    for start in range(0, 180_000, 45_000):
        assert ask(radar, "rate", {"stream": "radar", "hz": 10}, start) is None
        radar.run(EMPTY, start, start + 45_000)
        assert radar.raw_bytes() == EMPTY * 450


def test_a_request_withdrawn_leaves_it_to_the_radar(radar: NativeNode) -> None:
    ask(radar, "rate", {"stream": "radar", "hz": 10}, 0)
    assert ask(radar, "rate", {"stream": "radar", "hz": 0}, 1_000) is None
    radar.run(EMPTY, 1_000, 2_000)
    assert radar.on("raw/radar") == []
    radar.run(SOMEBODY, 2_000, 2_100)
    assert radar.raw_bytes() == SOMEBODY
    assert ask(radar, "rate", {"stream": "radar", "hz": 0}, 2_100) is None
    radar.run(EMPTY, 2_100, 3_000)
    assert radar.raw_bytes() == EMPTY * 9


def test_a_request_in_standby_opens_nothing_afterwards(radar: NativeNode) -> None:
    ask(radar, "standby", {"on": True}, 0)
    ask(radar, "rate", {"stream": "radar", "hz": 10}, 1_000)
    ask(radar, "standby", {"on": False}, 2_000)
    radar.run(EMPTY, 2_000, 3_000)
    assert radar.on("raw/radar") == []


def test_the_engine_sets_the_pace_of_the_environment(node: NativeNode) -> None:
    node.environment(60_000, 20.0, 50.0, 10.0, 600.0)
    node.loop(0)
    assert ask(node, "rate", {"stream": "env", "hz": 0.5}, 0) is None
    for ms in range(20, 10_020, 20):
        node.loop(ms)
    assert len(node.on("s/env")) == 5
    assert ask(node, "rate", {"stream": "env", "hz": 0}, 10_000) is None
    for ms in range(10_020, 200_000, 500):
        node.loop(ms)
    assert node.on("s/env") == []


@pytest.mark.parametrize(
    ("name", "fields", "told"),
    [
        ("play", {"url": "x"}, "does not know"),
        ("standby", {}, "on: true or false"),
        ("standby", {"on": 1}, "on: true or false"),
        ("rate", {"stream": "radar"}, "hz"),
        ("rate", {"stream": "radar", "hz": -1}, "hz"),
        ("rate", {"stream": "breath", "hz": 1}, "no such stream"),
        ("rate", {"hz": 1}, "no such stream"),
    ],
)
def test_what_cannot_be_done_is_said(
    radar: NativeNode, name: str, fields: dict[str, Json], told: str
) -> None:
    error = ask(radar, name, fields)
    assert error is not None
    assert told in error


def test_a_command_that_came_too_late_is_refused_where_the_time_is_known(
    radar: NativeNode,
) -> None:
    assert ask(radar, "standby", {"on": True, "expires": 1_000.5}, unix=1_000) is None
    assert ask(radar, "standby", {"on": False, "expires": 1_000.5}, unix=1_001) is not None
    assert radar.standby == [True]
    assert ask(radar, "standby", {"on": False, "expires": 1_000.5}) is None


@pytest.mark.parametrize("ahead", [-5, 0, 5])
def test_a_host_whose_clock_is_a_little_off_is_obeyed(radar: NativeNode, ahead: int) -> None:
    command = Command("home", "bed-1", "rate", 1_000.0, (("hz", 10.0), ("stream", "radar")))
    radar.command("rate", command.payload(), unix=1_000 - ahead)
    (ack,) = radar.on("ack/rate")
    assert ack.json == {"id": command.id, "ok": True, "error": None}


@pytest.mark.parametrize(
    "topic",
    [
        "halcyon/1/home/bed-2/cmd/rebirth",
        "halcyon/1/home/bed-1/cmd/",
        "halcyon/1/home/bed-1/cmd/a/b",
        "halcyon/1/home/bed-1/cmd/Rebirth",
        "halcyon/1/home/bed-1/cmd/" + "a" * 33,
        "other/x",
    ],
)
def test_a_topic_that_is_not_its_own_is_not_answered(node: NativeNode, topic: str) -> None:
    node.command(topic, {"id": "c1"})
    assert node.sent == []


def objects() -> st.SearchStrategy[dict[str, Json]]:
    scalars: st.SearchStrategy[Json] = (
        st.none()
        | st.booleans()
        | st.integers()
        | st.floats(allow_nan=False, allow_infinity=False)
        | st.text()
    )
    values: st.SearchStrategy[Json] = st.recursive(
        scalars,
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
        max_leaves=3,
    )
    return st.dictionaries(st.text(), values, max_size=5)


@pytest.fixture(scope="module")
def witness(library: ctypes.CDLL) -> Iterator[NativeNode]:
    """A node whose state does not matter, for properties of single commands."""
    node = NativeNode(library)
    yield node
    node.close()


@given(body=objects(), command_id=st.text(min_size=1), plain=st.booleans())
def test_the_id_of_a_command_returns_as_it_came(
    witness: NativeNode, *, body: dict[str, Json], command_id: str, plain: bool
) -> None:
    witness.sent.clear()
    text = json.dumps({**body, "id": command_id}, ensure_ascii=plain)
    payload = text.encode("utf-8", "surrogatepass")
    witness.command("rebirth", payload)
    (ack,) = witness.on("ack/rebirth")
    answered = json.loads(ack.payload.decode("utf-8", "surrogatepass"))
    assert answered == {"id": command_id, "ok": True, "error": None}


@given(payload=st.binary(max_size=200) | st.text(alphabet='{}[]":,\\u0n1e-.tf ').map(str.encode))
def test_any_bytes_get_exactly_one_answer(witness: NativeNode, payload: bytes) -> None:
    witness.sent.clear()
    witness.command("standby", payload)
    (ack,) = witness.sent
    body = json.loads(ack.payload.decode("utf-8", "replace"))
    try:
        asked = json.loads(payload)
    except ValueError, RecursionError:
        assert body["ok"] is False
    else:
        obeyed = isinstance(asked, dict) and bool(asked.get("id")) and "on" in asked
        assert body["ok"] <= obeyed


@pytest.mark.parametrize(
    "payload",
    [
        b"",
        b"{",
        b"[]",
        b'{"id":"a"} x',
        b'{"id":"a",}',
        b'{"id":"a","x":01}',
        b'{"id":"a","x":+1}',
        b'{"id":"a","x":.5}',
        b'{"id":"a","x":NaN}',
        b'{"id":"a\n"}',
        b'{"id":"\\x"}',
        b'{"id":"\\u12g4"}',
        b'{"id":"a","x":' + b"[" * 5 + b"]" * 5 + b"}",
        b'{"id":"' + b"a" * 4096 + b'"}',
    ],
)
def test_what_is_not_json_or_too_much_is_refused(radar: NativeNode, payload: bytes) -> None:
    radar.command("rebirth", payload)
    (ack,) = radar.on("ack/rebirth")
    assert ack.json == {"id": None, "ok": False, "error": "the payload is not a JSON object"}
    assert radar.on("info") == []
