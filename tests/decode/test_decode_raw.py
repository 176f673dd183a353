import struct

import pytest
from tests.decode.conftest import LD2450_FRAME

from halcyon.core.reading import Stream, Target, Targets
from halcyon.decode.malformed import MalformedError
from halcyon.decode.raw import RawStreams, read_raw
from halcyon.decode.stamp import Stamp

RADAR = Stream("radar", "uart", "ld2450")
SEEN = Targets((Target(-0.782, 1.713, -0.16),))


def test_the_header_and_the_bytes() -> None:
    payload = b"HN01" + struct.pack("<III", 3735928559, 42, 934211) + b"\xaa\xff"
    assert read_raw(payload) == (Stamp(3735928559, 42, 934211), b"\xaa\xff")
    assert read_raw(payload[:16])[1] == b""


@pytest.mark.parametrize("payload", [b"", b"HN01" + bytes(11), b"HN02" + bytes(12), bytes(2049)])
def test_what_is_no_chunk(payload: bytes) -> None:
    with pytest.raises(MalformedError):
        read_raw(payload)


def test_a_frame_over_two_chunks() -> None:
    streams = RawStreams()
    assert streams.feed(RADAR, 1, LD2450_FRAME[:20], 100.0) == ([], 0)
    assert streams.feed(RADAR, 1, LD2450_FRAME[20:], 100.1) == ([(100.1, SEEN)], 0)


def test_a_reboot_forgets_half_a_frame() -> None:
    streams = RawStreams()
    streams.feed(RADAR, 1, LD2450_FRAME[:20], 100.0)
    found, _ = streams.feed(RADAR, 2, LD2450_FRAME[20:], 100.1)
    assert found == []


def test_half_a_frame_survives_a_restart() -> None:
    before, after = RawStreams(), RawStreams()
    before.feed(RADAR, 1, LD2450_FRAME[:20], 100.0)
    after.restore(before.snapshot())
    assert after.feed(RADAR, 1, LD2450_FRAME[20:], 100.1) == ([(100.1, SEEN)], 0)


def test_noise_is_counted() -> None:
    streams = RawStreams()
    found, bad = streams.feed(RADAR, 1, b"noise" * 10 + LD2450_FRAME, 100.0)
    assert [reading for _, reading in found] == [SEEN]
    assert bad > 0


@pytest.mark.parametrize(
    "stream", [None, Stream("radar", "uart"), Stream("radar", "uart", "unheard-of")]
)
def test_a_stream_that_nobody_can_parse(stream: Stream | None) -> None:
    with pytest.raises(MalformedError):
        RawStreams().feed(stream, 1, LD2450_FRAME, 100.0)


def test_inventing_streams_has_an_end() -> None:
    streams = RawStreams()
    for index in range(1000):
        streams.feed(Stream(f"radar-{index}", "uart", "ld2450"), 1, LD2450_FRAME, 100.0)
    state = streams.snapshot()
    assert isinstance(state, dict)
    assert len(state) < 100
    assert "radar-999" in state
