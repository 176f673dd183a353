"""Nodes keep the protocol, and their faults do what they say."""

from collections import Counter
from collections.abc import Callable
import itertools
import json
import struct
from typing import Any

import pytest

from halcyon.core.message import Message
from halcyon.core.observation import Observation
from halcyon.decode.node import Node
from halcyon.simulate import Scenario, ScenarioError, Simulation

type Document = dict[str, Any]
type Hear = Callable[[Document], list[Message]]
type Samples = Callable[[list[Message], str], list[Document]]


def headers(messages: list[Message]) -> list[tuple[int, int, int]]:
    """Boot, sequence number and uptime in ms of the raw messages."""
    rows = []
    for message in messages:
        if "/raw/" in message.topic:
            magic, boot, number, uptime = struct.unpack_from("<4sIII", message.payload)
            assert magic == b"HN01"
            rows.append((boot, number, uptime))
    return rows


def with_fault(document: Document, **fault: object) -> Document:
    return document | {"faults": [{"node": "node-1", **fault}]}


def test_a_host_finds_avail_and_info_retained_and_then_only_live_messages(
    bedroom: Callable[..., Document], hear: Hear, start: float
) -> None:
    messages = hear(bedroom("ld2450", "environment"))
    avail, info, *live = messages
    assert (avail.topic, avail.payload) == ("halcyon/1/home/node-1/avail", b"online")
    assert (avail.retain, avail.qos, info.retain, info.qos) == (True, 1, True, 1)
    body = json.loads(info.payload)
    assert body["v"] == 1
    assert body["room"] == "bedroom"
    assert body["streams"] == {
        "radar": {"enc": "uart", "proto": "ld2450"},
        "env": {"enc": "json"},
    }
    assert {(each.retain, each.qos) for each in live} == {(False, 0)}
    assert {boot for boot, _, _ in headers(messages)} == {body["boot"]}
    assert avail.host_t == start


def test_streams_count_from_nought_and_uptime_follows_the_nodes_own_clock(
    bedroom: Callable[..., Document], hear: Hear
) -> None:
    document = bedroom("ld2450", duration=1000.0)
    document["nodes"][0]["drift_ppm"] = 400
    rows = headers(hear(document))
    assert [number for _, number, _ in rows] == list(range(len(rows)))
    assert rows[-1][2] - rows[0][2] == pytest.approx(999_900 * 1.0004, abs=1.5)


def test_messages_arrive_late_by_milliseconds_and_never_overtake(
    bedroom: Callable[..., Document], hear: Hear
) -> None:
    everything = hear(bedroom("ld2450", duration=600.0))
    messages = [message for message in everything if "/raw/" in message.topic]
    lag = [
        message.host_t - uptime / 1000
        for message, (_, _, uptime) in zip(messages, headers(messages), strict=True)
    ]
    lag = sorted(each - min(lag) for each in lag)
    assert 0.003 < lag[len(lag) // 2] < 0.03
    assert 0.15 < lag[-1] < 1.0
    times = [message.host_t for message in everything]
    assert times == sorted(times)


def test_samples_carry_what_the_protocol_asks_for(
    bedroom: Callable[..., Document], hear: Hear, samples: Samples, start: float
) -> None:
    document = bedroom("environment", duration=300.0)
    timed = samples(hear(document), "env")
    document["nodes"][0]["sntp"] = False
    untimed = samples(hear(document), "env")
    assert [body["n"] for body in timed] == list(range(10))
    assert all(start <= body["t"] < start + 300 for body in timed)
    assert not any("t" in body for body in untimed)
    assert len({body["b"] for body in timed}) == 1


def test_a_bed_stream_runs_from_presence_until_a_minute_after(
    bedroom: Callable[..., Document], hear: Hear, samples: Samples, start: float
) -> None:
    document = bedroom("mr60bha2", duration=300.0)
    document["nodes"][0]["open"] = False
    script = [
        {"do": "enter", "at": 60, "room": "bedroom"},
        {"do": "lie", "to": [[2.0, 1.2]], "for": 60},
        {"do": "leave"},
    ]
    document["actors"] = [{"id": "anna", "script": script}]
    messages = hear(document)
    flags = [(body["t"] - start, body["presence"]) for body in samples(messages, "radar")]
    assert len(flags) == pytest.approx(300 / 1.1, rel=0.1)
    on = next(t for t, flag in flags if flag)
    off = max(t for t, flag in flags if flag)
    raw = [message.host_t - start for message in messages if "/raw/" in message.topic]
    assert raw[0] == pytest.approx(on, abs=1.5)
    assert raw[-1] == pytest.approx(off + 60, abs=2.5)


def test_a_reboot_changes_the_boot_id_and_starts_all_counters_anew(
    bedroom: Callable[..., Document], hear: Hear, start: float
) -> None:
    messages = hear(with_fault(bedroom("ld2450"), kind="reboot", at=30))
    avail = [each.payload for each in messages if each.topic.endswith("/avail")]
    infos = [json.loads(each.payload) for each in messages if each.topic.endswith("/info")]
    assert avail == [b"online", b"offline", b"online"]
    first, second = (info["boot"] for info in infos)
    assert first != second
    rows = headers(messages)
    boots = [boot for boot, _, _ in rows]
    change = boots.index(second)
    assert set(boots[:change]) == {first}
    assert set(boots[change:]) == {second}
    assert rows[change][1] == 0
    assert rows[change][2] < 8000 < rows[0][2]
    raw = [each.host_t - start for each in messages if "/raw/" in each.topic]
    assert raw[change] - raw[change - 1] == pytest.approx(6.0, abs=0.5)


def test_a_flap_loses_messages_but_keeps_the_boot(
    bedroom: Callable[..., Document], hear: Hear
) -> None:
    document = with_fault(bedroom("ld2450"), kind="flap", at=30, amount=20)
    messages = hear(document | {"faults": [document["faults"][0] | {"for": 60}]})
    avail = [each.payload for each in messages if each.topic.endswith("/avail")]
    assert avail == [b"online"] + [b"offline", b"online"] * 3
    rows = headers(messages)
    assert len({boot for boot, _, _ in rows}) == 1
    gaps = [after[1] - before[1] - 1 for before, after in itertools.pairwise(rows)]
    assert [gap for gap in gaps if gap] == pytest.approx([40, 40, 40], abs=1)


def test_duplicates_are_the_same_bytes_again(bedroom: Callable[..., Document], hear: Hear) -> None:
    fault = {"kind": "duplicate", "at": 30, "for": 60, "amount": 0.3}
    messages = hear(with_fault(bedroom("ld2450"), **fault))
    copies = Counter(each.payload for each in messages if "/raw/" in each.topic)
    assert set(copies.values()) == {1, 2}
    assert sum(count == 2 for count in copies.values()) == pytest.approx(180, abs=40)


def test_lost_messages_leave_gaps(bedroom: Callable[..., Document], hear: Hear) -> None:
    fault = {"kind": "lose", "at": 30, "for": 60, "amount": 0.2}
    numbers = [number for _, number, _ in headers(hear(with_fault(bedroom("ld2450"), **fault)))]
    assert numbers == sorted(set(numbers))
    assert numbers[-1] + 1 - len(numbers) == pytest.approx(120, abs=35)


def test_a_silent_node_says_nothing_and_does_not_go_offline(
    bedroom: Callable[..., Document], hear: Hear, start: float
) -> None:
    fault = {"kind": "silent", "at": 30, "for": 60}
    messages = hear(with_fault(bedroom("ld2450", "pir"), **fault))
    assert [each.payload for each in messages if each.topic.endswith("avail")] == [b"online"]
    assert not [each for each in messages if start + 31 < each.host_t < start + 90]


def test_a_skewed_clock_is_wrong_only_in_t(
    bedroom: Callable[..., Document], hear: Hear, samples: Samples
) -> None:
    fault = {"kind": "skew", "at": 200, "amount": -40}
    bodies = samples(hear(with_fault(bedroom("environment", duration=400.0), **fault)), "env")
    offsets = [body["t"] - body["ms"] / 1000 for body in bodies]
    assert offsets[-1] - offsets[0] == pytest.approx(-40, abs=0.01)
    assert [body["n"] for body in bodies] == list(range(len(bodies)))


def test_a_flood_is_as_heavy_as_asked(
    bedroom: Callable[..., Document], hear: Hear, start: float
) -> None:
    fault = {"kind": "flood", "at": 30, "for": 20, "amount": 150}
    messages = hear(with_fault(bedroom("environment"), **fault))
    flood = [each.host_t - start for each in messages if each.topic.endswith("/s/debug")]
    assert len(flood) == 3000
    assert 30 <= flood[0] < flood[-1] < 51


def test_faults_come_back_in_every_round(
    bedroom: Callable[..., Document], build: Callable[[Document], Scenario], start: float
) -> None:
    document = with_fault(bedroom("ld2450", duration=60.0), kind="reboot", at=20)
    simulation = Simulation(build(document | {"loop": True}), start, rounds=3)
    messages = list(simulation.messages())
    assert len({boot for boot, _, _ in headers(messages)}) == 4
    offline = [each.host_t - start for each in messages if each.payload == b"offline"]
    assert offline == pytest.approx([26, 86, 146], abs=0.6)


def test_a_node_must_be_back_before_the_loop_ends(
    bedroom: Callable[..., Document], build: Callable[[Document], Scenario]
) -> None:
    document = with_fault(bedroom("ld2450", duration=60.0), kind="reboot", at=57)
    with pytest.raises(ScenarioError, match=r"63 s is when the node is back"):
        Simulation(build(document | {"loop": True}), 0.0)


def test_the_decoder_counts_exactly_the_faults(
    bedroom: Callable[..., Document], hear: Hear, samples: Samples
) -> None:
    document = bedroom("ld2450") | {
        "faults": [
            {"kind": "duplicate", "node": "node-1", "at": 10, "for": 20, "amount": 0.2},
            {"kind": "lose", "node": "node-1", "at": 50, "for": 20, "amount": 0.2},
        ]
    }
    document["nodes"][0]["sensors"][0]["form"] = "json"
    messages = hear(document)
    heard = [body["n"] for body in samples(messages, "radar")]
    node = Node("home", "node-1")
    for message in messages:
        node.step(message)
    assert node.traffic.duplicate == len(heard) - len(set(heard)) > 20
    assert node.traffic.gap == max(heard) + 1 - len(set(heard)) > 20
    assert node.traffic.bad == 0


def answers(messages: list[Message], name: str) -> list[Document]:
    return [json.loads(each.payload) for each in messages if each.topic.endswith(f"ack/{name}")]


def command(simulation: Simulation, t: float, name: str, **fields: object) -> list[Message]:
    body = json.dumps({"id": "c1", "t": t, "expires": t + 10} | fields).encode()
    return simulation.command("node-1", name, body, t)


def play(
    simulation: Simulation, start: float, *plan: tuple[float, str, Document]
) -> tuple[list[float], list[float]]:
    """Give commands at their times; when raw frames and when the radar's verdicts came."""
    waiting, raw, verdicts = list(plan), list[float](), list[float]()
    for message in simulation.messages():
        while waiting and message.host_t - start >= waiting[0][0]:
            t, name, fields = waiting.pop(0)
            acks = command(simulation, start + t, name, **fields)
            assert answers(acks, name) == [{"id": "c1", "ok": True, "error": None}]
        if "/raw/" in message.topic:
            raw.append(message.host_t - start)
        elif message.topic.endswith("/s/radar"):
            verdicts.append(message.host_t - start)
    return raw, verdicts


def test_a_request_opens_the_raw_stream_of_an_empty_room_for_a_minute(
    bedroom: Callable[..., Document], build: Callable[[Document], Scenario], start: float
) -> None:
    document = bedroom("mr60bha2", duration=200.0)
    document["nodes"][0]["open"] = False
    raw, _ = play(
        Simulation(build(document), start, block=1.0),
        start,
        (20.0, "rate", {"stream": "radar", "hz": 10}),
        (100.0, "rate", {"stream": "radar", "hz": 10}),
        (120.0, "rate", {"stream": "radar", "hz": 0}),
    )
    counts = Counter(int(t // 10) for t in raw)
    assert min(counts[k] for k in (3, 4, 5, 6, 7, 11)) > 70
    assert not [t for t in raw if t < 20 or 81 < t < 100 or t > 121.1]


def test_standby_silences_the_radar_and_a_withdrawn_request_does_not(
    bedroom: Callable[..., Document],
    sleeper: Document,
    build: Callable[[Document], Scenario],
    start: float,
) -> None:
    document = bedroom("mr60bha2", "environment", duration=200.0) | {"actors": [sleeper]}
    document["nodes"][0]["open"] = False
    raw, verdicts = play(
        Simulation(build(document), start, block=1.0),
        start,
        (20.0, "rate", {"stream": "radar", "hz": 0}),
        (60.0, "standby", {"on": True}),
        (70.0, "rate", {"stream": "radar", "hz": 10}),
        (80.0, "standby", {"on": False}),
    )
    counts = Counter(int(t // 10) for t in raw)
    assert min(counts[k] for k in (1, 2, 3, 4, 5, 12, 13)) > 70
    assert counts[7] == 0
    # Standby silences the radar's verdicts too, and nothing else; the air's next sample is when
    # this test lifts it.
    assert not [t for t in verdicts if 62 < t < 80]
    assert [t for t in verdicts if 30 < t < 40]


def test_a_node_that_is_away_hears_nothing_and_keeps_its_standby(
    bedroom: Callable[..., Document],
    sleeper: Document,
    build: Callable[[Document], Scenario],
    start: float,
) -> None:
    document = bedroom("mr60bha2", duration=120.0) | {"actors": [sleeper]}
    document = with_fault(document, kind="reboot", at=60)
    simulation = Simulation(build(document), start, block=1.0)
    _, verdicts = play(simulation, start, (50.0, "standby", {"on": True}))
    assert [t for t in verdicts if t < 50]
    assert not [t for t in verdicts if t > 52]
    assert command(simulation, start + 62.0, "standby", on=False) == []
    assert answers(command(simulation, start + 66.0, "standby", on=False), "standby")[0]["ok"]


@pytest.mark.parametrize(("ahead", "obeyed"), [(-5.0, True), (5.0, True), (11.0, False)])
def test_a_command_counts_until_it_expires_by_the_clock_of_the_node(
    ahead: float,
    *,
    obeyed: bool,
    bedroom: Callable[..., Document],
    build: Callable[[Document], Scenario],
    start: float,
) -> None:
    document = with_fault(bedroom("ld2450"), kind="skew", at=0, amount=ahead)
    simulation = Simulation(build(document), start)
    asked = command(simulation, start + 5.0, "rate", stream="radar", hz=10)
    assert answers(asked, "rate")[0]["ok"] is obeyed


def test_rebirth_publishes_the_announcement_again(
    bedroom: Callable[..., Document], build: Callable[[Document], Scenario], start: float
) -> None:
    simulation = Simulation(build(bedroom("ld2450")), start)
    greeting = next(each for each in simulation.messages() if each.topic.endswith("/info"))
    replies = command(simulation, start, "rebirth")
    assert [each.payload for each in replies if each.topic.endswith("/info")] == [greeting.payload]


@pytest.mark.parametrize("name", ["alarm", "emit", "play", "light", "calibrate"])
def test_commands_for_parts_that_it_lacks_are_acknowledged(
    name: str, bedroom: Callable[..., Document], build: Callable[[Document], Scenario]
) -> None:
    simulation = Simulation(build(bedroom("ld2450")), 0.0)
    assert answers(command(simulation, 5.0, name), name)[0]["ok"] is True


def test_what_is_no_command_is_refused_or_ignored(
    bedroom: Callable[..., Document], build: Callable[[Document], Scenario]
) -> None:
    simulation = Simulation(build(bedroom("ld2450")), 0.0)
    refused = answers(command(simulation, 5.0, "explode"), "explode")[0]
    assert (refused["ok"], refused["error"]) == (False, "unknown command explode")
    assert answers(command(simulation, 5.0, "rate", hz=3), "rate")[0]["ok"] is False
    for payload in (b"", b"{", b"[]", b"\xff", b"[" * 100_000):
        assert simulation.command("node-1", "rate", payload, 5.0) == []
    assert simulation.command("node-9", "rebirth", b"{}", 5.0) == []


def test_every_reading_is_placed_where_it_was_measured(
    bedroom: Callable[..., Document],
    hear: Hear,
    decoded: Callable[[list[Message]], list[Observation]],
) -> None:
    observations = decoded(hear(bedroom("ld2450", duration=900.0)))
    late = [each.host_t - each.measured_t for each in observations if each.measured_t > 0][500:]
    assert max(late) < 1.0
    assert min(late) > -0.01
