"""What every parser does with a serial stream, whatever is in it and however it is cut."""

import base64
from itertools import pairwise
import json
import math
import random

from hypothesis import given, strategies as st
import pytest

from halcyon.core.reading import Breath, NodeEvent, Reading
from halcyon.core.snapshot import Json, SnapshotError
from halcyon.decode.radars import PROTOCOLS, Parser, make_parser

from .conftest import BAUD, FOREIGN, FRAMES, T, is_plausible, ld2450, parser_of, read, tinyframe

LONGEST_REST = 128
CHECKED = sorted(set(PROTOCOLS) - {"ld2410", "ld2412", "ld2420", "ld2450", "rd03d"})

protocols = st.sampled_from(sorted(PROTOCOLS))


@st.composite
def streams(draw: st.DrawFn) -> tuple[str, bytes]:
    """A protocol and a stream of sound, foreign, cut and damaged frames with noise between."""
    protocol = draw(protocols)
    frames = st.sampled_from(FRAMES[protocol] + FOREIGN[protocol])

    @st.composite
    def cut(inner: st.DrawFn) -> bytes:
        frame = inner(frames)
        return frame[: inner(st.integers(1, len(frame)))]

    @st.composite
    def damaged(inner: st.DrawFn) -> bytes:
        frame = bytearray(inner(frames))
        frame[inner(st.integers(0, len(frame) - 1))] ^= inner(st.integers(1, 255))
        return bytes(frame)

    parts = st.one_of(frames, frames, cut(), damaged(), st.binary(max_size=40))
    return protocol, b"".join(draw(st.lists(parts, max_size=8)))


def feed_cut(
    parser: Parser, data: bytes, cuts: list[int], baud: int
) -> list[tuple[float, Reading]]:
    """Feed data in chunks, each with the time at which its last byte leaves the radar."""
    results = []
    for start, end in pairwise([0, *sorted(cuts), len(data)]):
        results += parser.feed(data[start:end], T + (end - len(data)) * 10 / baud)
    return results


def same(one: list[tuple[float, Reading]], other: list[tuple[float, Reading]]) -> bool:
    """Equal readings at equal times, up to the rounding of unix seconds."""
    return len(one) == len(other) and all(
        math.isclose(t1, t2, rel_tol=0, abs_tol=1e-6) and _same(first, second)
        for (t1, first), (t2, second) in zip(one, other, strict=True)
    )


def _same(first: Reading, second: Reading) -> bool:
    match first, second:
        case Breath(times, values, unit), Breath(other_times, other_values, other_unit):
            return times == pytest.approx(other_times, rel=0, abs=1e-6) and (values, unit) == (
                other_values,
                other_unit,
            )
        case NodeEvent(kind), NodeEvent(other_kind):
            return kind == other_kind
        case _:
            return first == second


def test_unknown_protocol_has_no_parser() -> None:
    assert make_parser("ld9999") is None
    assert set(FRAMES) == set(PROTOCOLS)


@pytest.mark.parametrize("protocol", sorted(PROTOCOLS))
def test_sound_frames_are_read_and_foreign_ones_skipped(protocol: str) -> None:
    parser = parser_of(protocol)
    before, after = FOREIGN[protocol][0], FOREIGN[protocol][-1]
    t_after = T + len(after) * 10 / BAUD[protocol]
    for frame in FRAMES[protocol]:
        alone = parser.feed(frame, T)
        assert all(is_plausible(reading) for _, reading in alone)
        assert same(parser.feed(before + frame + after, t_after), alone)
    assert parser.bad == 0


@given(protocols, st.lists(st.binary(max_size=300), max_size=6))
def test_arbitrary_bytes_never_raise_nor_pile_up(protocol: str, chunks: list[bytes]) -> None:
    parser = parser_of(protocol)
    for chunk in chunks:
        assert all(is_plausible(reading) for _, reading in parser.feed(chunk, T))
        assert_bounded(parser)


@given(streams())
def test_damaged_streams_give_only_plausible_readings(case: tuple[str, bytes]) -> None:
    protocol, data = case
    assert all(map(is_plausible, read(protocol, data)))


@pytest.mark.parametrize("protocol", sorted(PROTOCOLS))
def test_64_kib_of_garbage_are_forgotten(protocol: str) -> None:
    garbage = random.Random(7).randbytes(65_536)
    parser = parser_of(protocol)
    for start in range(0, len(garbage), 2_048):
        parser.feed(garbage[start : start + 2_048], T)
        assert_bounded(parser)
    assert parser.bad > 100
    frame = FRAMES[protocol][-1]
    assert len(parser.feed(frame * 12, T)) >= 11 * len(read(protocol, frame))


@pytest.mark.parametrize("protocol", sorted(PROTOCOLS))
@pytest.mark.parametrize("pattern", [b"\x00", b"\x01", b"\xff", b"\x53\x59", b"\xf4\xf3\xf2\xf1"])
def test_repeated_start_bytes_are_no_frames(protocol: str, pattern: bytes) -> None:
    parser = parser_of(protocol)
    assert parser.feed(pattern * 2_000, T) == []
    assert_bounded(parser)


def assert_bounded(parser: Parser) -> None:
    state = parser.snapshot()
    assert isinstance(state, dict)
    rest, marks = state["rest"], state["marks"]
    assert isinstance(rest, str)
    assert isinstance(marks, list)
    assert len(base64.b64decode(rest)) <= LONGEST_REST
    assert len(marks) <= LONGEST_REST


@given(streams(), st.data())
def test_chunks_read_like_the_whole(case: tuple[str, bytes], data: st.DataObject) -> None:
    protocol, stream = case
    cuts = data.draw(st.lists(st.integers(0, len(stream)), max_size=12))
    whole, chunked = parser_of(protocol), parser_of(protocol)
    expected = whole.feed(stream, T)
    assert same(feed_cut(chunked, stream, cuts, BAUD[protocol]), expected)
    assert chunked.bad == whole.bad


@given(streams())
def test_single_bytes_read_like_the_whole(case: tuple[str, bytes]) -> None:
    protocol, stream = case
    whole, chunked = parser_of(protocol), parser_of(protocol)
    expected = whole.feed(stream, T)
    cuts = list(range(1, len(stream)))
    assert same(feed_cut(chunked, stream, cuts, BAUD[protocol]), expected)
    assert chunked.bad == whole.bad


@given(streams(), st.data())
def test_a_restart_anywhere_changes_nothing(case: tuple[str, bytes], data: st.DataObject) -> None:
    protocol, stream = case
    at = data.draw(st.integers(0, len(stream)))
    unbroken, before, after = (parser_of(protocol) for _ in range(3))
    expected = unbroken.feed(stream[:at], T) + unbroken.feed(stream[at:], T + 1)
    results = before.feed(stream[:at], T)
    after.restore(json.loads(json.dumps(before.snapshot())))
    results += after.feed(stream[at:], T + 1)
    assert results == expected
    assert after.snapshot() == unbroken.snapshot()


@given(protocols, st.data())
def test_resynchronises_within_one_frame(protocol: str, data: st.DataObject) -> None:
    frame = data.draw(st.sampled_from(FRAMES[protocol]))
    other = data.draw(st.sampled_from(FRAMES[protocol]))
    garbage = data.draw(
        st.one_of(st.binary(max_size=200), st.integers(1, len(other)).map(lambda n: other[:n]))
    )
    parser = parser_of(protocol)
    parser.feed(garbage, T - 1)
    expected = [type(reading) for reading in read(protocol, frame)]
    count = LONGEST_REST // len(frame) + 3
    results = parser.feed(frame * count, T)
    second_on = results[len(results) - (count - 1) * len(expected) :]
    assert [type(reading) for _, reading in second_on] == expected * (count - 1)
    alone = parser_of(protocol)
    alone.feed(frame, T - 1)
    assert same(second_on, alone.feed(frame * (count - 1), T))


@given(st.sampled_from(CHECKED), st.data())
def test_a_damaged_byte_costs_only_its_frame(protocol: str, data: st.DataObject) -> None:
    frames = data.draw(st.lists(st.sampled_from(FRAMES[protocol]), min_size=2, max_size=5))
    stream = b"".join(frames)
    at = data.draw(st.integers(0, len(stream) - 1))
    damaged = bytearray(stream)
    damaged[at] ^= data.draw(st.integers(1, 255))
    sound = parser_of(protocol).feed(stream, T)
    results = parser_of(protocol).feed(bytes(damaged), T)
    assert len(results) >= len(sound) - 1
    assert all(result in sound for result in results)


def test_a_reading_carries_the_time_of_its_last_byte() -> None:
    parser = parser_of("ld2450")
    frame = ld2450((0, 1000, 0, 360))
    first, second = parser.feed(frame + frame + b"\x00" * 8, T)
    assert second[0] == pytest.approx(T - 8 * 10 / 256_000, abs=1e-6)
    assert first[0] == pytest.approx(T - 38 * 10 / 256_000, abs=1e-6)


def test_a_frame_cut_in_two_carries_the_time_of_its_end() -> None:
    parser = parser_of("ld2450")
    frame = ld2450((0, 1000, 0, 360))
    assert parser.feed(frame[:29], T) == []
    ((t, _),) = parser.feed(frame[29:] + frame[:10], T + 5)
    assert t == pytest.approx(T + 5 - 10 * 10 / 256_000, abs=1e-6)


def test_a_frame_held_up_by_a_forged_header_keeps_its_time() -> None:
    parser = parser_of("mr60bha2")
    forged = tinyframe(0x0A13, bytes(12))[:8]
    assert parser.feed(forged, T) == []
    assert parser.feed(tinyframe(0x0F09, b"\x01"), T + 1) == []
    assert parser.feed(b"\x00", T + 5) == []
    ((t, _),) = parser.feed(b"\x00" * 7, T + 9)
    assert t == pytest.approx(T + 1, abs=1e-6)


def test_noise_is_counted_in_frames() -> None:
    parser = parser_of("ld2450")
    parser.feed(ld2450() + b"\x00" * 10 + ld2450(), T)
    assert parser.bad == 1
    parser.feed(b"\x00" * 10 + ld2450(), T)
    assert parser.bad == 2
    parser.feed(b"\x00" * 300, T)
    assert parser.bad == 12


def test_noise_after_a_skipped_frame_is_counted() -> None:
    parser = parser_of("ld6002")
    parser.feed(tinyframe(0x0202, b"") + b"\x00", T)
    assert parser.bad == 1
    cut_off = tinyframe(0x0A08, bytes(range(90)))[:9]
    parser.feed(cut_off + tinyframe(0x0F09, b"\x01") + b"\x00", T)
    assert parser.bad == 2


@pytest.mark.parametrize(
    "change",
    [
        {"protocol": "ld2410"},
        {"rest": "%%%"},
        {"rest": "AAAA"},
        {"marks": [[4, T]]},
        {"marks": [["x", T]]},
        {"marks": None},
        {"bad": -1},
        {"noise": 0.5},
        {"foreign": "many"},
        {"lasting": 3},
    ],
)
def test_a_broken_snapshot_is_refused_and_changes_nothing(change: dict[str, Json]) -> None:
    parser = parser_of("ld2450")
    parser.feed(ld2450()[:17], T)
    before = parser.snapshot()
    assert isinstance(before, dict)
    with pytest.raises(SnapshotError):
        parser.restore(before | change)
    assert parser.snapshot() == before
    with pytest.raises(SnapshotError):
        parser.restore(None)
