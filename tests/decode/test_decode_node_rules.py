"""The rules of the reducers and of bad input, over everything a node may send."""

from collections.abc import Iterable
from dataclasses import replace
import json
import struct

from hypothesis import given, settings, strategies as st
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

from halcyon.core.message import Message
from halcyon.core.reading import Ambient
from halcyon.core.snapshot import Json
from halcyon.decode.node import Effect, Node

_CHANNELS = ["avail", "info", "s/env", "w/breath", "w/ultrasound", "raw/radar", "e/button", "ack/x"]

_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner),
    max_leaves=6,
)
_STAMPED = st.builds(
    lambda stamp, body: json.dumps(stamp | body).encode(),
    st.fixed_dictionaries(
        {"b": st.sampled_from([BOOT, 1]), "n": st.integers(0, 2**32), "ms": st.integers(0, 2**32)}
    ),
    st.dictionaries(
        st.sampled_from(
            ["v", "boot", "streams", "id", "ok", "t", "rr", "targets", "breath", "temp"]
        ),
        _JSON,
    ),
)
_BINARY = st.builds(
    lambda head, tail: head + tail,
    st.sampled_from([b"", b"HN01", b"HN01" + struct.pack("<I", BOOT), b"HW\x01\x01", LD2450_FRAME]),
    st.binary(max_size=60),
)
_HOSTILE = st.builds(
    lambda channel, payload, retain: message(channel, payload, retain=retain),
    st.sampled_from(_CHANNELS),
    st.sampled_from([b"", b"[" * 2048, b'{"v":2}', b"\xff" * 9000]) | _STAMPED | _BINARY,
    st.booleans(),
)


@settings(max_examples=200)
@given(st.lists(_HOSTILE, max_size=8))
def test_whatever_arrives_nothing_raises_and_a_reborn_node_is_heard(bad: list[Message]) -> None:
    node = Node(SITE, NODE)
    for each in bad:
        node.step(each)
    node.step(message("info", INFO | {"boot": 77}))
    good = message("s/env", {"n": 0, "b": 77, "ms": 0, "temp": 21.5})
    assert Ambient(temperature=21.5) in readings(node.step(good))
    assert node.step(raw(0, 1000.0, b"", boot=77)) == []
    json.dumps(node.snapshot(), allow_nan=False)


_UNSTAMPED = st.builds(
    message,
    st.sampled_from([*_CHANNELS, "s/other"]),
    st.binary(max_size=40).filter(lambda data: data != b"" and not data.startswith(b"H")),
)


@given(st.lists(_UNSTAMPED, max_size=20))
def test_noise_between_good_messages_loses_none_of_them(noise: list[Message]) -> None:
    node = Node(SITE, NODE)
    node.step(message("info", INFO))
    heard = 0
    for number, each in enumerate(noise):
        node.step(each)
        heard += Ambient(temperature=20.0) in readings(node.step(sample(number, 1000.0, temp=20)))
    assert heard == len(noise)
    assert node.traffic.bad >= len([each for each in noise if each.topic != f"{ROOT}avail"])


def _life() -> st.SearchStrategy[list[Message]]:
    """Plausible messages of two boots, with pauses up to minutes between them."""
    kinds = st.sampled_from(["sample", "raw", "event", "info", "avail", "bad", "old"])
    steps = st.tuples(kinds, st.floats(0, 100), st.integers(0, 6), st.booleans())
    return st.lists(steps, max_size=25).map(_messages)


def _messages(steps: Iterable[tuple[str, float, int, bool]]) -> list[Message]:
    messages, t = [], 1000.0
    for kind, pause, number, flag in steps:
        t += pause
        stamp: dict[str, Json] = {"b": BOOT, "n": number, "ms": int((t - 1000) * 1000)}
        messages.append(
            {
                "sample": sample(number, t, presence=flag, temp=20 + number),
                "raw": raw(number, t, LD2450_FRAME[:11] if flag else LD2450_FRAME[11:]),
                "event": message("e/button", {"id": f"e{number}", **stamp}, t),
                "info": message("info", INFO, t, retain=flag),
                "avail": message("avail", b"online" if flag else b"offline", t),
                "bad": message("s/env", b"{", t, retain=flag),
                "old": message("s/env", stamp | {"b": 1 + number, "temp": 5}, t),
            }[kind]
        )
    return messages


def _run(node: Node, messages: Iterable[Message]) -> list[Effect]:
    return [effect for each in messages for effect in node.step(each)]


@given(_life(), st.lists(st.floats(1000, 4000), max_size=20))
def test_a_replay_with_ticks_is_the_same(messages: list[Message], ticks: list[float]) -> None:
    plain, ticked = Node(SITE, NODE), Node(SITE, NODE)
    expected = _run(plain, messages) + plain.advance(4000.0)
    told: list[Effect] = []
    waiting = sorted(ticks)
    for each in messages:
        while waiting and waiting[0] <= each.host_t:
            told += ticked.advance(waiting.pop(0))
        told += ticked.step(each)
    for tick in waiting:
        told += ticked.advance(tick)
    assert told + ticked.advance(4000.0) == expected
    assert ticked.snapshot() == plain.snapshot()


@given(_life(), st.integers(0, 25))
def test_a_restart_between_two_messages_changes_nothing(messages: list[Message], at: int) -> None:
    plain, before, after = (Node(SITE, NODE) for _ in range(3))
    expected = _run(plain, messages) + plain.advance(4000.0)
    told = _run(before, messages[:at])
    after.restore(json.loads(json.dumps(before.snapshot())))
    assert told + _run(after, messages[at:]) + after.advance(4000.0) == expected


@given(_life())
def test_time_never_goes_back_and_nothing_is_measured_in_the_future(
    messages: list[Message],
) -> None:
    node, last = Node(SITE, NODE), 0.0
    for each in messages:
        for effect in node.step(each):
            t = getattr(effect, "host_t", getattr(effect, "t", 0.0))
            assert t >= last
            assert getattr(effect, "measured_t", t) <= t
            last = t


@given(_life())
def test_the_same_messages_twice_say_nothing_twice(messages: list[Message]) -> None:
    """Redelivery, as after a lost acknowledgement: samples, bytes and events count once."""
    once, twice = Node(SITE, NODE), Node(SITE, NODE)
    kept = [each for each in messages if not each.retain]
    expected = [repr(each) for each in _run(once, kept) if "Traffic" not in repr(each)]
    doubled = [copy for each in kept for copy in (each, replace(each, qos=1))]
    told = [repr(each) for each in _run(twice, doubled) if "Traffic" not in repr(each)]
    assert told == expected


def test_a_flood_does_not_touch_other_nodes() -> None:
    quiet, loud = Node(SITE, "quiet"), Node(SITE, NODE)
    for number in range(2000):
        flood = sample(number, 1001.0, temp=20)
        assert quiet.step(flood) == []
        loud.step(flood)
    other = replace(sample(0, 1001.0, temp=19), topic=f"halcyon/1/{SITE}/quiet/s/env")
    assert Ambient(temperature=19.0) in readings(quiet.step(other))
    assert loud.traffic.flooding
    assert not quiet.traffic.flooding
