"""The node's C++, byte by byte: what leaves, when, and under which number."""

from collections.abc import Callable, Iterator, Mapping
import ctypes
from itertools import pairwise
import json
import math
import struct

from hypothesis import given, strategies as st
import pytest
from tests.hardware.native_node import PREFIX, NativeNode, Sent

from halcyon.core.message import Message
from halcyon.core.observation import Observation
from halcyon.core.reading import Ambient, Breath, Detection, Gates, Reading, Targets, Vitals
from halcyon.core.snapshot import Json
from halcyon.decode import node as decoder
from halcyon.decode.info import read_announcement
from halcyon.decode.radars import make_parser
from halcyon.decode.raw import read_raw
from halcyon.decode.sample import read_sample
from halcyon.simulate import frames

HOLD_MS = 60_000
HEADER = struct.Struct("<4sIII")

EMPTY = frames.ld2450([])
SOMEBODY = frames.ld2450([(-782, 1713, -16, 320)])
RESIDUE = frames.ld2450([(500, 2000, 0, 0)])


@pytest.fixture
def radar(node: NativeNode) -> NativeNode:
    """A connected node with an LD2450 that has been announced."""
    node.radar("ld2450", "TrackingWatcher")
    node.loop(0)
    node.sent.clear()
    return node


def run(node: NativeNode, data: bytes, start: int, end: int, step: int = 100) -> None:
    """Give the node the same bytes every step, and time in between as ESPHome does."""
    for ms in range(start, end, step):
        node.feed(data, ms)
        for later in range(ms, ms + step, 20):
            node.loop(later)


def raw_bytes(node: NativeNode) -> bytes:
    return b"".join(sent.payload[HEADER.size :] for sent in node.on("raw/radar"))


def readings(sent: Sent) -> list[Reading]:
    found, wrong = read_sample(sent.json, 0.0)
    assert wrong is None
    return found


# What the node says of itself.


def test_a_node_announces_itself_when_the_broker_is_there(node: NativeNode) -> None:
    node.radar("mr60bha2", "PhaseWatcher")
    node.environment(60_000, 20.0, 50.0, 10.0, 600.0)
    node.loop(0, connected=False)
    assert node.sent == []
    node.loop(20)
    info = node.sent[0]
    assert (info.topic, info.qos, info.retain) == (PREFIX + "info", 1, True)
    assert info.json == {
        "v": 1,
        "boot": 7,
        "fw": "0.1.0 (test)",
        "model": 'a "radar"',
        "room": "bedroom",
        "streams": {
            "radar": {"enc": "uart", "proto": "mr60bha2"},
            "env": {"enc": "json"},
        },
    }
    announcement, wrong = read_announcement(info.json)
    assert wrong is None
    assert [stream.name for stream in announcement.streams] == ["radar", "env"]


def test_it_announces_itself_again_after_every_connection_and_only_then(node: NativeNode) -> None:
    node.radar("ld2450", "TrackingWatcher")
    for ms in range(0, 5_000, 20):
        node.loop(ms, connected=not 1_000 <= ms < 2_000)
    assert len(node.on("info")) == 2


# Raw bytes: header, numbers, chunks.


def test_a_raw_chunk_is_the_header_of_the_protocol_and_the_bytes(radar: NativeNode) -> None:
    radar.feed(SOMEBODY, 1_234)
    radar.loop(1_250)
    (sent,) = radar.on("raw/radar")
    assert (sent.qos, sent.retain) == (0, False)
    assert sent.payload == HEADER.pack(b"HN01", 7, 0, 1_234) + SOMEBODY
    stamp, data = read_raw(sent.payload)
    assert (stamp.boot, stamp.number, stamp.ms, data) == (7, 0, 1_234, SOMEBODY)


def test_every_topic_counts_from_zero_without_a_gap(radar: NativeNode) -> None:
    radar.environment(1_000, 20.0, 50.0, 10.0, 600.0)
    run(radar, SOMEBODY, 0, 10_000)
    for topic in ("s/radar", "s/env"):
        sent = radar.on(topic)
        assert [each.json["n"] for each in sent] == list(range(len(sent)))
        assert {each.json["b"] for each in sent} == {7}
        assert len(sent) == 10
    numbers = [HEADER.unpack_from(sent.payload)[2] for sent in radar.on("raw/radar")]
    assert numbers == list(range(100))


def test_a_frame_of_ten_a_second_travels_alone(radar: NativeNode) -> None:
    run(radar, SOMEBODY, 0, 5_000)
    assert {sent.payload[HEADER.size :] for sent in radar.on("raw/radar")} == {SOMEBODY}


@pytest.mark.parametrize(("size", "every_ms"), [(60, 5), (5, 5), (5, 25), (30, 40)])
def test_a_radar_that_hardly_pauses_is_cut(radar: NativeNode, size: int, every_ms: int) -> None:
    data = bytes(range(1, size + 1))
    radar.feed(SOMEBODY, 0)
    for ms in range(0, 10_000, 5):
        if ms % every_ms == 0:
            radar.feed(data, ms)
        radar.loop(ms)
    sent = radar.on("raw/radar")
    expected = SOMEBODY + data * (10_000 // every_ms)
    assert expected.startswith(raw_bytes(radar))
    assert len(raw_bytes(radar)) > 0.98 * len(expected)
    assert max(len(each.payload) for each in sent) <= 1_024
    assert len(sent) <= max(10 * 20, 10 * size * 1_000 // every_ms // 1_000)
    times = [HEADER.unpack_from(each.payload)[3] for each in sent]
    assert all(later - earlier <= 100 + every_ms for earlier, later in pairwise(times))


# The gate: privacy of an empty room.


def test_nothing_raw_leaves_an_empty_room(radar: NativeNode) -> None:
    run(radar, EMPTY, 0, 30_000)
    run(radar, RESIDUE, 30_000, 60_000)
    assert radar.on("raw/radar") == []
    assert {sent.json["presence"] for sent in radar.on("s/radar")} == {False}


def test_the_frame_that_shows_somebody_is_the_first_to_leave(radar: NativeNode) -> None:
    run(radar, EMPTY, 0, 1_000)
    run(radar, SOMEBODY, 1_000, 2_000)
    assert raw_bytes(radar) == SOMEBODY * 10


def test_raw_bytes_stop_a_minute_after_the_last_sight_of_somebody(radar: NativeNode) -> None:
    radar.feed(SOMEBODY, 0)
    radar.loop(50)
    for ms in (1_000, HOLD_MS - 100):
        radar.feed(EMPTY, ms)
        radar.loop(ms + 20)
    assert raw_bytes(radar) == SOMEBODY + EMPTY * 2
    radar.feed(EMPTY, HOLD_MS)
    radar.loop(HOLD_MS + 20)
    assert raw_bytes(radar) == SOMEBODY + EMPTY * 2


def test_the_hold_survives_the_wrap_of_the_uptime(radar: NativeNode) -> None:
    wrap = 2**32
    radar.feed(SOMEBODY, wrap - 30_000)
    radar.loop(wrap - 29_950)
    radar.feed(EMPTY, wrap + 29_900)
    radar.loop(wrap + 29_950)
    assert raw_bytes(radar) == SOMEBODY + EMPTY
    radar.feed(EMPTY, wrap + 30_000)
    radar.loop(wrap + 30_050)
    assert raw_bytes(radar) == SOMEBODY + EMPTY
    for days in range(1, 51):
        radar.loop(wrap + days * 86_400_000)
    radar.feed(EMPTY, 2 * wrap - 29_000)
    radar.loop(2 * wrap - 28_950)
    assert raw_bytes(radar) == SOMEBODY + EMPTY


def test_what_waits_when_the_broker_goes_is_never_sent_late(radar: NativeNode) -> None:
    radar.feed(SOMEBODY, 1_000)
    radar.loop(1_001, connected=False)
    radar.feed(SOMEBODY, 2_000)
    radar.loop(2_050, connected=False)
    for ms in range(10_000, 11_000, 20):
        radar.loop(ms)
    assert radar.on("raw/radar") == []


# Samples.


def test_presence_is_said_at_once_and_then_every_second(radar: NativeNode) -> None:
    run(radar, EMPTY, 0, 3_300)
    run(radar, SOMEBODY, 3_300, 6_000)
    said = [(sent.json["ms"], sent.json["presence"]) for sent in radar.on("s/radar")]
    assert said == [
        (0, False),
        (1_000, False),
        (2_000, False),
        (3_000, False),
        (3_300, True),
        (4_300, True),
        (5_300, True),
    ]
    assert readings(radar.on("s/radar")[-1]) == [Detection(present=True)]


def test_a_radar_that_falls_silent_is_not_believed_for_ever(radar: NativeNode) -> None:
    run(radar, SOMEBODY, 0, 1_000)
    for ms in range(1_000, 30_000, 100):
        radar.loop(ms)
    last = radar.on("s/radar")[-1].json
    assert last["presence"] is True
    assert last["ms"] < 11_000


def test_a_sample_carries_the_wall_clock_only_where_it_is_known(radar: NativeNode) -> None:
    radar.feed(EMPTY, 0)
    radar.loop(0)
    radar.loop(1_000, unix=1_795_143_205)
    first, second = radar.on("s/radar")
    assert "t" not in first.json
    assert second.json["t"] == 1_795_143_205


def test_rates_are_said_while_somebody_is_there_and_never_zero(node: NativeNode) -> None:
    node.radar("mr60bha2", "PhaseWatcher")
    present = frames.tinyframe(1, 0x0F09, b"\x01\x00")
    rates = frames.tinyframe(2, 0x0A14, struct.pack("<f", 14.25)) + frames.tinyframe(
        3, 0x0A15, struct.pack("<f", 61.0)
    )
    zero = frames.tinyframe(4, 0x0A14, bytes(4)) + frames.tinyframe(5, 0x0A15, bytes(4))
    absent = frames.tinyframe(6, 0x0F09, b"\x00\x00")
    for ms, data in ((0, present + rates), (1_000, zero), (2_000, rates + absent)):
        node.feed(data, ms)
        node.loop(ms)
    first, second, third = (sent.json for sent in node.on("s/radar"))
    # The format rounds half to even, as the rate is a float that is a half exactly.
    assert (first["presence"], first["rr"], first["hr"]) == (True, 14.2, 61.0)
    assert second.keys() == {"presence", "n", "b", "ms"}
    assert third.keys() == {"presence", "n", "b", "ms"}
    assert third["presence"] is False
    assert Vitals(14.2, 61.0) in readings(node.on("s/radar")[0])


def test_what_is_not_measured_is_not_said(node: NativeNode) -> None:
    unknown = float("nan")
    node.environment(60_000, unknown, unknown, unknown, unknown)
    node.loop(0)
    assert node.on("s/env") == []
    node.measure(21.456, unknown, 0.0, unknown)
    node.loop(20)
    (sent,) = node.on("s/env")
    assert readings(sent) == [Ambient(temperature=21.46, illuminance=0.0)]
    node.loop(60_000)
    node.loop(60_020)
    assert len(node.on("s/env")) == 2


# Commands.


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
    run(radar, SOMEBODY, 0, 1_000)
    radar.feed(SOMEBODY, 1_000)
    assert ask(radar, "standby", {"on": True}, 1_005) is None
    assert radar.standby == [True]
    radar.sent.clear()
    run(radar, SOMEBODY, 1_010, 5_000)
    assert radar.sent == []
    assert ask(radar, "standby", {"on": False}, 5_000) is None
    assert radar.standby == [True, False]
    radar.loop(5_000)
    assert radar.on("s/radar")[0].json["presence"] is True
    run(radar, SOMEBODY, 5_000, 6_000)
    assert raw_bytes(radar) == SOMEBODY * 10


def test_standby_outlives_a_restart(radar: NativeNode) -> None:
    radar.restored(standby=True)
    run(radar, SOMEBODY, 0, 2_000)
    assert radar.sent == []
    assert ask(radar, "rate", {"stream": "radar", "hz": 10}, 2_000) is None
    run(radar, SOMEBODY, 2_000, 3_000)
    assert radar.on("raw/radar") == []


def test_the_engine_can_open_and_mute_the_raw_stream(radar: NativeNode) -> None:
    assert ask(radar, "rate", {"stream": "radar", "hz": 10}, 0) is None
    run(radar, EMPTY, 0, 1_000)
    assert raw_bytes(radar) == EMPTY * 10
    assert ask(radar, "rate", {"stream": "radar", "hz": 0}, 1_000) is None
    run(radar, SOMEBODY, 1_000, 3_000)
    assert radar.on("raw/radar") == []
    assert radar.on("s/radar") != []
    assert ask(radar, "rate", {"stream": "radar", "hz": 10}, 3_000) is None
    run(radar, EMPTY, 3_000, 3_000 + HOLD_MS + 1_000)
    assert raw_bytes(radar) == EMPTY * (HOLD_MS // 100)


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


# The radars: the node sees somebody exactly when the engine does.


def gates(state: int) -> bytes:
    return frames.ld2410(state, (70, 52), (60, 40), 70)


def engineering(state: int) -> bytes:
    return frames.ld2410(state, (70, 52), (60, 40), 70, (bytes(range(9)), bytes(9), 80, 1))


CASES = [
    ("ld2450", "TrackingWatcher", SOMEBODY, True),
    ("ld2450", "TrackingWatcher", EMPTY, False),
    ("ld2450", "TrackingWatcher", RESIDUE, False),
    ("ld2450", "TrackingWatcher", frames.ld2450([None, None, (1, 400, 0, 320)]), True),
    *[("ld2410", "GateWatcher", gates(state), state != 0) for state in range(4)],
    *[("ld2410", "GateWatcher", engineering(state), state != 0) for state in range(4)],
    ("mr60bha2", "PhaseWatcher", frames.tinyframe(9, 0x0F09, b"\x01\x00"), True),
    ("mr60bha2", "PhaseWatcher", frames.tinyframe(9, 0x0F09, b"\x00\x00"), False),
    ("c1001", "ReportWatcher", frames.r60(0x80, 0x01, b"\x01"), True),
    ("c1001", "ReportWatcher", frames.r60(0x80, 0x01, b"\x00"), False),
]


def seen_by_the_engine(protocol: str, data: bytes) -> bool | None:
    parser = make_parser(protocol)
    assert parser is not None
    seen: bool | None = None
    for _, reading in parser.feed(data, 0.0):
        if isinstance(reading, Targets):
            seen = bool(reading.targets)
        elif isinstance(reading, Detection) and reading.present is not None:
            seen = reading.present
    return seen


@pytest.mark.parametrize(("protocol", "watcher", "frame", "present"), CASES)
def test_the_node_sees_what_the_engine_sees(
    node: NativeNode, protocol: str, watcher: str, frame: bytes, present: bool
) -> None:
    assert seen_by_the_engine(protocol, frame) is present
    node.radar(protocol, watcher)
    node.loop(0)
    node.feed(frame, 0)
    node.loop(50)
    (sent,) = node.on("s/radar")
    assert sent.json["presence"] is present
    assert raw_bytes(node) == (frame if present else b"")


@pytest.mark.parametrize(
    ("watcher", "frame"),
    [
        ("TrackingWatcher", SOMEBODY),
        ("GateWatcher", engineering(3)),
        ("PhaseWatcher", frames.tinyframe(9, 0x0F09, b"\x01\x00")),
        ("ReportWatcher", frames.r60(0x80, 0x01, b"\x01")),
    ],
)
@given(noise=st.binary(max_size=80), cuts=st.lists(st.integers(0, 400), max_size=6))
def test_a_frame_is_seen_after_any_noise_and_in_any_pieces(
    library: ctypes.CDLL, *, watcher: str, frame: bytes, noise: bytes, cuts: list[int]
) -> None:
    node = NativeNode(library)
    node.radar("any", watcher)
    # Noise may begin like a long frame; as many bytes as the longest frame has end the doubt.
    data = noise + frame * (1 + 1_100 // len(frame))
    ends = sorted({min(cut, len(data)) for cut in cuts} | {len(data)})
    for start, end in pairwise([0, *ends]):
        node.feed(data[start:end], 0)
    node.loop(0)
    (sent,) = node.on("s/radar")
    node.close()
    assert sent.json["presence"] is True


def breathing(t: float) -> bytes:
    phase = 0.3 * math.sin(2 * math.pi * 0.25 * t)
    return frames.tinyframe(1, 0x0A13, struct.pack("<fff", 2 + phase, phase, 0.01))


def wave(t: float) -> bytes:
    values = [128 + round(40 * math.sin(2 * math.pi * 0.25 * (t + i / 5))) for i in range(5)]
    return frames.r60(0x81, 0x05, bytes(values))


@pytest.mark.parametrize(
    ("protocol", "watcher", "sight", "stream", "every_ms", "kind"),
    [
        ("ld2450", "TrackingWatcher", b"", lambda _: SOMEBODY, 100, Targets),
        ("ld2410", "GateWatcher", b"", lambda _: engineering(3), 100, Gates),
        (
            "mr60bha2",
            "PhaseWatcher",
            frames.tinyframe(9, 0x0F09, b"\x01\x00"),
            breathing,
            125,
            Breath,
        ),
        ("c1001", "ReportWatcher", frames.r60(0x80, 0x01, b"\x01"), wave, 1_000, Breath),
    ],
)
def test_the_engine_reads_every_frame_of_a_minute(
    node: NativeNode,
    protocol: str,
    watcher: str,
    sight: bytes,
    stream: Callable[[float], bytes],
    every_ms: int,
    kind: type[Reading],
) -> None:
    """Through the node and the engine's decoder nothing is lost or bad."""
    node.radar(protocol, watcher)
    node.loop(0)
    host = decoder.Node("home", "bed-1")
    start = 1_795_143_205.0
    readings: list[Reading] = []
    for ms in range(0, 60_000, 5):
        if ms % every_ms == 0:
            node.feed((sight if ms % 10_000 == 0 else b"") + stream(ms / 1_000), ms)
        node.loop(ms)
        for sent in node.sent:
            message = Message(sent.topic, sent.payload, start + ms / 1_000, qos=sent.qos)
            effects = host.step(message)
            readings += [each.reading for each in effects if isinstance(each, Observation)]
        node.sent.clear()
    assert host.problem is None
    assert (host.traffic.bad, host.traffic.gap, host.traffic.duplicate) == (0, 0, 0)
    assert sum(isinstance(reading, kind) for reading in readings) >= 60_000 // every_ms - 1
    assert Detection(present=True) in readings


def test_a_damaged_frame_is_not_believed(library: ctypes.CDLL) -> None:
    for watcher, frame in (
        ("TrackingWatcher", SOMEBODY[:-1] + b"\x00"),
        ("GateWatcher", engineering(3)[:-1] + b"\x00"),
        ("PhaseWatcher", frames.tinyframe(9, 0x0F09, b"\x01\x00")[:-1] + b"\x00"),
        ("ReportWatcher", frames.r60(0x80, 0x01, b"\x01").replace(b"\x01", b"\x02")),
    ):
        node = NativeNode(library)
        node.radar("any", watcher)
        node.feed(frame, 0)
        node.loop(0)
        assert node.on("s/radar") == []
        node.close()


def test_the_radar_is_told_to_report_in_full_once_it_has_started(node: NativeNode) -> None:
    node.radar("ld2410", "GateWatcher")
    node.loop(1_900)
    assert node.written == []
    for ms in range(2_000, 10_000, 20):
        node.loop(ms, connected=False)
    assert node.written == [
        bytes.fromhex("FDFCFBFA 0400 FF00 0100 04030201"),
        bytes.fromhex("FDFCFBFA 0200 6200 04030201"),
        bytes.fromhex("FDFCFBFA 0200 FE00 04030201"),
    ]


def test_a_bed_radar_is_told_to_send_its_waveform(node: NativeNode) -> None:
    node.radar("c1001", "ReportWatcher")
    for ms in range(0, 10_000, 20):
        node.loop(ms)
    assert node.written == [
        frames.r60(control, command, b"\x01")
        for control, command in (
            (0x80, 0x00),
            (0x81, 0x00),
            (0x81, 0x0C),
            (0x85, 0x00),
            (0x84, 0x00),
        )
    ]
