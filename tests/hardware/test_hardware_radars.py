"""The radars: the node sees somebody exactly when the engine does, and loses nothing."""

from collections.abc import Callable
import ctypes
from itertools import pairwise
import math
import struct

from hypothesis import given, strategies as st
import pytest
from tests.hardware.native_node import EMPTY, RESIDUE, SOMEBODY, NativeNode

from halcyon.core.message import Message
from halcyon.core.observation import Observation
from halcyon.core.reading import Breath, Detection, Gates, Reading, Targets
from halcyon.decode import node as decoder
from halcyon.decode.radars import make_parser
from halcyon.simulate import frames


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
    assert node.raw_bytes() == (frame if present else b"")


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
