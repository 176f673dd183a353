"""The node's samples: presence, rates, air and light."""

import struct

from tests.hardware.native_node import EMPTY, SOMEBODY, NativeNode, Sent

from halcyon.core.reading import Ambient, Detection, Reading, Vitals
from halcyon.decode.sample import read_sample
from halcyon.simulate import frames


def readings(sent: Sent) -> list[Reading]:
    found, wrong = read_sample(sent.json, 0.0)
    assert wrong is None
    return found


def test_presence_is_said_at_once_and_then_every_second(radar: NativeNode) -> None:
    radar.run(EMPTY, 0, 3_300)
    radar.run(SOMEBODY, 3_300, 6_000)
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
    radar.run(SOMEBODY, 0, 1_000)
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
