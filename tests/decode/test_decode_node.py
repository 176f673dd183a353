from dataclasses import replace
import json
import struct

import numpy as np
import pytest
from tests.decode.conftest import (
    BOOT,
    INFO,
    LD2450_FRAME,
    NODE,
    ROOT,
    SITE,
    message,
    raw,
    readings,
    sample,
)

from halcyon.core.command import Command
from halcyon.core.message import Message
from halcyon.core.observation import Observation
from halcyon.core.reading import (
    Acknowledged,
    Ambient,
    Announcement,
    Availability,
    Breath,
    BreathUnit,
    Connection,
    Detection,
    Motion,
    MotionLevel,
    NodeEvent,
    Quadrature,
    Target,
    Targets,
    Traffic,
)
from halcyon.core.snapshot import Json, SnapshotError
from halcyon.decode.node import Effect, Node

ONLINE = Connection(Availability.ONLINE)
OFFLINE = Connection(Availability.OFFLINE)


def observed(effects: list[Effect]) -> list[Observation]:
    return [each for each in effects if isinstance(each, Observation)]


def commands(effects: list[Effect]) -> list[Command]:
    return [each for each in effects if isinstance(each, Command)]


def event(number: int, t: float, uptime: float, **fields: Json) -> Message:
    stamp: dict[str, Json] = {"n": number, "b": BOOT, "ms": int(uptime * 1000)}
    return message("e/button", {"id": f"e{number}", **stamp, **fields}, t)


# Availability and announcements.


def test_availability_is_said_when_it_changes() -> None:
    node = Node(SITE, NODE)
    assert node.availability is None
    [first] = observed(node.step(message("avail", b"online", retain=True)))
    assert first == Observation(SITE, NODE, 1000.0, 1000.0, ONLINE, live=False)
    assert node.step(message("avail", b"online", 1001.0)) == []
    [gone] = observed(node.step(message("avail", b"offline", 1002.0)))
    assert (gone.reading, gone.live) == (OFFLINE, True)
    assert readings(node.step(message("avail", b"sleeping", 1003.0))) == [
        Connection(Availability.SLEEPING)
    ]


def test_an_announcement_is_said_when_it_changes() -> None:
    node = Node(SITE, NODE)
    [first] = observed(node.step(message("info", INFO, retain=True)))
    assert isinstance(first.reading, Announcement)
    assert first.reading == node.announcement
    assert not first.live
    assert node.step(message("info", INFO, 1001.0)) == []
    [changed] = readings(node.step(message("info", INFO | {"fw": "2"}, 1002.0)))
    assert isinstance(changed, Announcement)
    assert changed.firmware == "2"


def test_a_cleared_announcement_removes_the_node(node: Node) -> None:
    assert readings(node.step(message("info", b""))) == [OFFLINE]
    assert node.announcement is None
    assert node.step(message("info", b"", retain=True)) == []


def test_a_broken_announcement_keeps_the_good_one(node: Node) -> None:
    known = node.announcement
    [said] = readings(node.step(message("info", b"{")))
    assert isinstance(said, Traffic)
    assert said.bad == 1
    assert node.announcement is known


def test_a_wrong_member_of_an_announcement_is_counted() -> None:
    node = Node(SITE, NODE)
    node.step(message("info", INFO | {"room": "Not An Id"}))
    assert node.announcement is not None
    assert node.announcement.room is None
    assert node.problem == "halcyon/1/home/bed-1/info: room is wrong"


def test_another_major_version_is_shown_and_dropped(node: Node) -> None:
    assert readings(node.step(message("info", {"v": 2, "whatever": []}, 1001.0))) == [
        Connection(Availability.UNSUPPORTED)
    ]
    assert node.announcement is None
    assert node.step(sample(0, 1002.0, temp=20)) == []
    assert node.step(message("avail", b"offline", 1003.0)) == []
    assert node.availability is Availability.UNSUPPORTED
    assert commands(node.advance(2000.0)) == []
    back = readings(node.step(message("info", INFO, 2001.0)))
    assert [type(each) for each in back] == [Connection, Announcement]
    assert back[0] == OFFLINE


# Streams.


def test_a_sample_says_what_it_holds(node: Node) -> None:
    assert node.step(sample(0, 1010.0, presence=True, temp=20.5)) == [
        Observation(SITE, NODE, 1010.0, 1010.0, Detection(present=True)),
        Observation(SITE, NODE, 1010.0, 1010.0, Ambient(temperature=20.5)),
    ]


def test_a_wrong_field_is_counted_once_a_message(node: Node) -> None:
    said = readings(node.step(sample(0, 1010.0, presence=1, bed=2, temp=20)))
    assert said[0] == Ambient(temperature=20.0)
    assert node.traffic.bad == 1
    assert node.problem == "halcyon/1/home/bed-1/s/env: bed is wrong"


@pytest.mark.parametrize(
    "stamp", [{}, {"n": True}, {"n": -1}, {"n": 2**32}, {"n": 1.0}, {"b": "7"}, {"ms": None}]
)
def test_a_sample_without_its_stamp_is_bad(node: Node, stamp: dict[str, Json]) -> None:
    whole: dict[str, Json] = {"n": 0, "b": BOOT, "ms": 0, "temp": 20} if stamp else {"temp": 20}
    node.step(message("s/env", whole | stamp))
    assert node.traffic.bad == 1


def test_measured_times_follow_the_fastest_message(node: Node) -> None:
    node.step(sample(0, 1010.0, temp=20))
    late = replace(sample(1, 1011.0, temp=20), host_t=1011.5)
    [said] = observed(node.step(late))
    assert said.host_t == 1011.5
    assert said.measured_t == pytest.approx(1011.0, abs=1e-3)


def test_raw_bytes_go_to_the_parser_that_was_announced(node: Node) -> None:
    assert node.step(raw(0, 1010.0, LD2450_FRAME[:7])) == []
    assert node.step(raw(1, 1010.1, LD2450_FRAME[7:])) == [
        Observation(SITE, NODE, 1010.1, 1010.1, Targets((Target(-0.782, 1.713, -0.16),)))
    ]


def test_raw_bytes_without_an_announcement_are_counted_and_asked_about() -> None:
    node = Node(SITE, NODE)
    said = readings(node.step(raw(0, 1010.0, LD2450_FRAME)))
    assert [type(each) for each in said] == [Traffic]
    assert node.traffic.bad == 1
    assert [each.name for each in commands(node.advance(1020.0))] == ["rebirth"]


def test_waveforms(node: Node) -> None:
    def chunk(kind: int, number: int, ch: int, data: bytes) -> bytes:
        head = (b"HW", 1, kind, BOOT, number, 10_000_000, 125_000_000, 2, ch, 20_000_000, -600, 1)
        return struct.pack("<2sBBIIqIHHIhH", *head) + data

    breath = chunk(1, 0, 1, struct.pack("<2f", 0.5, 1.0))
    [said] = observed(node.step(message("w/breath", breath, 1010.2)))
    assert said.reading == Breath((1010.075, 1010.2), (0.5, 1.0), BreathUnit.RADIANS)
    assert said.measured_t == 1010.2

    tone = struct.pack("<8h", *range(8))
    [first] = readings(node.step(message("w/ultrasound", chunk(2, 0, 4, tone), 1010.3)))
    assert isinstance(first, Quadrature)
    np.testing.assert_array_equal(first.samples, [[0.5j, 1 + 1.5j], [2 + 2.5j, 3 + 3.5j]])
    assert not first.lost
    [second] = readings(node.step(message("w/ultrasound", chunk(2, 2, 4, tone), 1010.4)))
    assert isinstance(second, Quadrature)
    assert second.lost
    assert node.step(message("w/breath", breath, 1010.5)) == []
    assert node.traffic.duplicate == 1
    assert node.step(message("w/unknown", breath, 1010.5)) == []
    assert node.traffic.bad == 0


def test_retained_streams_seed_or_are_refused(node: Node) -> None:
    kept = replace(sample(0, 1010.0, temp=20), retain=True)
    assert node.step(kept) == [
        Observation(SITE, NODE, 1010.0, 1010.0, Ambient(temperature=20.0), live=False)
    ]
    assert readings(node.step(replace(kept, retain=False))) == [Ambient(temperature=20.0)]
    node.step(replace(raw(0, 1011.0, LD2450_FRAME), retain=True))
    assert node.traffic.bad == 1
    assert readings(node.step(raw(0, 1011.0, LD2450_FRAME))) != []


# Order, reboots and replays.


def test_duplicates_and_gaps_are_counted(node: Node) -> None:
    for number in (0, 1, 1, 4, 3):
        node.step(sample(number, 1010.0, temp=20))
    assert (node.traffic.duplicate, node.traffic.gap) == (2, 2)


def test_messages_of_older_boots_are_dropped(node: Node) -> None:
    reborn = message("s/env", {"n": 0, "b": 8, "ms": 0, "temp": 21}, 1011.0)
    assert readings(node.step(reborn)) == [Ambient(temperature=21.0)]
    assert node.step(sample(0, 1012.0, temp=20)) == []
    assert node.traffic.duplicate == 1


def test_a_replay_from_before_the_last_eight_boots_does_not_silence_the_node(node: Node) -> None:
    node.step(message("s/env", {"n": 0, "b": 1, "ms": 0, "temp": 99}, 1010.0))
    assert node.step(sample(0, 1011.0, temp=20)) == []
    [asked] = commands(node.step(sample(1, 1021.0, temp=20)))
    assert asked.name == "rebirth"
    node.step(message("info", INFO, 1021.1))
    assert readings(node.step(sample(2, 1022.0, temp=20))) == [Ambient(temperature=20.0)]


def test_a_replayed_announcement_does_not_silence_the_node(node: Node) -> None:
    node.step(message("info", INFO | {"boot": 1}, 1010.0))
    assert node.step(sample(0, 1011.0, temp=20)) == []
    assert [each.name for each in commands(node.advance(1021.0))] == ["rebirth"]


# Events and answers.


def test_an_event_happens_once(node: Node) -> None:
    press = event(0, 1010.0, 10.0, name="left")
    assert node.step(press) == [
        Observation(SITE, NODE, 1010.0, 1010.0, NodeEvent("button", "e0", (("name", "left"),)))
    ]
    assert node.step(replace(press, host_t=1011.0)) == []
    again = message("e/button", {"id": "e0", "b": BOOT, "n": 1, "ms": 12_000}, 1012.0)
    assert node.step(again) == []
    assert node.traffic.duplicate == 2


def test_an_old_event_is_not_live(node: Node) -> None:
    node.step(sample(0, 1010.0, temp=20))
    assert [each.live for each in observed(node.step(event(0, 1020.0, 11.0)))] == [True]
    assert [each.live for each in observed(node.step(event(1, 1031.0, 20.0)))] == [False]


def test_a_retained_event_is_not_live_and_does_not_use_up_its_id(node: Node) -> None:
    press = event(0, 1010.0, 10.0)
    assert [e.live for e in observed(node.step(replace(press, retain=True)))] == [False]
    assert [e.live for e in observed(node.step(press))] == [True]


def test_a_motion_event_is_motion(node: Node) -> None:
    body: dict[str, Json] = {"id": "m", "b": BOOT, "n": 0, "ms": 0, "state": "major"}
    assert readings(node.step(message("e/motion", body))) == [Motion(MotionLevel.MAJOR)]


def test_answers_to_commands(node: Node) -> None:
    assert readings(node.step(message("ack/rate", {"id": "c", "ok": True}))) == [
        Acknowledged("rate", "c", ok=True)
    ]


# Counters, floods and requests.


def test_counters_are_reported_a_minute_after_a_message(node: Node) -> None:
    assert node.next_deadline == 1060.0
    assert node.advance(1059.9) == []
    assert node.advance(1060.0) == [
        Observation(SITE, NODE, 1060.0, 1060.0, Traffic(2, 0, 0, 0, None))
    ]
    assert node.next_deadline is None


def test_a_silent_node_reports_nothing(node: Node) -> None:
    node.advance(1060.0)
    node.step(sample(0, 1100.0, temp=20))
    assert node.next_deadline == 1160.0


def test_bad_messages_are_reported_when_they_begin(node: Node) -> None:
    told = [
        each.bad
        for second in range(200)
        for each in readings(node.step(message("s/env", b"?", 1000.0 + second)))
        if isinstance(each, Traffic)
    ]
    # At once, and then with the counters, each time before the message of that second.
    assert told == [1, 60, 120, 180]


def test_a_flood_is_limited_and_named_until_it_is_over(node: Node) -> None:
    said = [
        each
        for number in range(1000)
        for each in readings(node.step(sample(number, 1001.0, rr=12)))
    ]
    floods = [each for each in said if isinstance(each, Traffic)]
    assert [each.flooding for each in floods] == [True]
    assert len(said) - len(floods) <= 250
    assert node.traffic.received == 1002
    assert [r.flooding for r in readings(node.advance(1060.0)) if isinstance(r, Traffic)] == [True]
    assert [r.flooding for r in readings(node.advance(1180.0)) if isinstance(r, Traffic)] == [False]
    assert node.next_deadline is None


def test_ten_chunks_a_second_on_several_topics_are_no_flood(node: Node) -> None:
    for tick in range(3000):
        t = 1000.0 + tick / 10
        node.step(raw(tick, t, LD2450_FRAME))
        for stream in ("a", "b", "c"):
            head = (b"HW", 1, 3, BOOT, tick, tick * 100_000, 100_000_000, 1, 1, 0, 0, 0)
            chunk = struct.pack("<2sBBIIqIHHIhH", *head) + b"\x80"
            node.step(message(f"w/{stream}", chunk, t))
    assert not node.traffic.flooding
    assert (node.traffic.bad, node.traffic.gap, node.traffic.duplicate) == (0, 0, 0)


def test_requests_for_an_announcement_come_ever_more_rarely() -> None:
    node = Node(SITE, NODE)
    asked = [
        each.t
        for second in range(400)
        for each in commands(node.step(sample(second, 1000.0 + second, temp=20)))
    ]
    # After 10 s, and then 20, 40, 80 and 160 s after the time before.
    assert asked == [1010.0, 1030.0, 1070.0, 1150.0, 1310.0]
    node.step(message("info", INFO, 1400.0))
    assert commands(node.step(sample(400, 1401.0, temp=20))) == []


def test_an_announcement_in_time_is_not_asked_for() -> None:
    node = Node(SITE, NODE)
    node.step(sample(0, 1000.0, temp=20))
    node.step(message("info", INFO, 1009.0, retain=True))
    assert commands(node.advance(2000.0)) == []


def test_the_skew_of_the_nodes_own_clock(node: Node) -> None:
    body: dict[str, Json] = {"n": 0, "b": BOOT, "ms": 10_000, "t": 1013.5, "temp": 20}
    node.step(message("s/env", body, 1010.0))
    assert node.traffic.skew == 3.5


# What is not the node's own.


@pytest.mark.parametrize(
    "topic",
    [
        f"halcyon/1/{SITE}/other/avail",
        f"halcyon/1/other/{NODE}/avail",
        f"halcyon/2/{SITE}/{NODE}/avail",
        f"{ROOT}cmd/rate",
        f"{ROOT}s/UPPER",
        "$host/clock",
    ],
)
def test_messages_of_others_pass_without_effect(node: Node, topic: str) -> None:
    before = node.snapshot()
    assert node.step(Message(topic, b"offline", 1001.0)) == []
    assert node.snapshot() == before


def test_a_host_whose_clock_steps_back_does_not_turn_time_around(node: Node) -> None:
    node.step(sample(0, 1010.0, temp=20))
    [said] = observed(node.step(replace(sample(1, 1011.0, temp=21), host_t=500.0)))
    assert said.host_t == 1010.0


# Snapshots.


def test_a_snapshot_is_json_and_takes_everything_up(node: Node) -> None:
    node.step(raw(0, 1010.0, LD2450_FRAME[:7]))
    node.step(event(0, 1010.0, 10.0))
    state = json.loads(json.dumps(node.snapshot()))
    other = Node(SITE, NODE)
    other.restore(state)
    assert other.snapshot() == node.snapshot()
    assert other.announcement == node.announcement
    assert readings(other.step(raw(1, 1010.1, LD2450_FRAME[7:]))) != []


def test_a_snapshot_of_another_schema_leaves_a_new_node(node: Node) -> None:
    node.restore({"schema": 999})
    assert node.snapshot() == Node(SITE, NODE).snapshot()


@pytest.mark.parametrize(
    "key",
    ["schema", "introduction", "now", "timeline", "limits", "seen", "raw", "traffic", "timers"],
)
def test_a_broken_snapshot_changes_nothing(node: Node, key: str) -> None:
    before = node.snapshot()
    assert isinstance(before, dict)
    with pytest.raises(SnapshotError):
        node.restore(before | {key: "broken"})
    assert node.snapshot() == before
