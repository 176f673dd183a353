"""The node's raw stream and its announcement, byte by byte: what leaves, and when."""

from itertools import pairwise

import pytest
from tests.hardware.native_node import EMPTY, HEADER, PREFIX, RESIDUE, SOMEBODY, NativeNode

from halcyon.decode.info import read_announcement
from halcyon.decode.raw import read_raw

HOLD_MS = 60_000
"""How long raw bytes go on after the last sight of somebody."""


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
    radar.run(SOMEBODY, 0, 10_000)
    for topic in ("s/radar", "s/env"):
        sent = radar.on(topic)
        assert [each.json["n"] for each in sent] == list(range(len(sent)))
        assert {each.json["b"] for each in sent} == {7}
        assert len(sent) == 10
    numbers = [HEADER.unpack_from(sent.payload)[2] for sent in radar.on("raw/radar")]
    assert numbers == list(range(100))


def test_a_frame_of_ten_a_second_travels_alone(radar: NativeNode) -> None:
    radar.run(SOMEBODY, 0, 5_000)
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
    assert expected.startswith(radar.raw_bytes())
    assert len(radar.raw_bytes()) > 0.98 * len(expected)
    assert max(len(each.payload) for each in sent) <= 1_024
    assert len(sent) <= max(10 * 20, 10 * size * 1_000 // every_ms // 1_000)
    times = [HEADER.unpack_from(each.payload)[3] for each in sent]
    assert all(later - earlier <= 100 + every_ms for earlier, later in pairwise(times))


def test_nothing_raw_leaves_an_empty_room(radar: NativeNode) -> None:
    radar.run(EMPTY, 0, 30_000)
    radar.run(RESIDUE, 30_000, 60_000)
    assert radar.on("raw/radar") == []
    assert {sent.json["presence"] for sent in radar.on("s/radar")} == {False}


def test_the_frame_that_shows_somebody_is_the_first_to_leave(radar: NativeNode) -> None:
    radar.run(EMPTY, 0, 1_000)
    radar.run(SOMEBODY, 1_000, 2_000)
    assert radar.raw_bytes() == SOMEBODY * 10


def test_raw_bytes_stop_a_minute_after_the_last_sight_of_somebody(radar: NativeNode) -> None:
    radar.feed(SOMEBODY, 0)
    radar.loop(50)
    for ms in (1_000, HOLD_MS - 100):
        radar.feed(EMPTY, ms)
        radar.loop(ms + 20)
    assert radar.raw_bytes() == SOMEBODY + EMPTY * 2
    radar.feed(EMPTY, HOLD_MS)
    radar.loop(HOLD_MS + 20)
    assert radar.raw_bytes() == SOMEBODY + EMPTY * 2


def test_the_hold_survives_the_wrap_of_the_uptime(radar: NativeNode) -> None:
    wrap = 2**32
    radar.feed(SOMEBODY, wrap - 30_000)
    radar.loop(wrap - 29_950)
    radar.feed(EMPTY, wrap + 29_900)
    radar.loop(wrap + 29_950)
    assert radar.raw_bytes() == SOMEBODY + EMPTY
    radar.feed(EMPTY, wrap + 30_000)
    radar.loop(wrap + 30_050)
    assert radar.raw_bytes() == SOMEBODY + EMPTY
    for days in range(1, 51):
        radar.loop(wrap + days * 86_400_000)
    radar.feed(EMPTY, 2 * wrap - 29_000)
    radar.loop(2 * wrap - 28_950)
    assert radar.raw_bytes() == SOMEBODY + EMPTY


def test_what_waits_when_the_broker_goes_is_never_sent_late(radar: NativeNode) -> None:
    radar.feed(SOMEBODY, 1_000)
    radar.loop(1_001, connected=False)
    radar.feed(SOMEBODY, 2_000)
    radar.loop(2_050, connected=False)
    for ms in range(10_000, 11_000, 20):
        radar.loop(ms)
    assert radar.on("raw/radar") == []
