"""From the bytes of an ultrasonic node that cannot compute to a room, and the rules on the way."""

from collections.abc import Iterator
from itertools import pairwise
import json
import math
import random
import struct

import numpy as np
import pytest
from tests.decide.meter import Meter

from halcyon.core.command import Command
from halcyon.core.house import House, Mount, Room
from halcyon.core.message import Message
from halcyon.core.output import Doppler, MotionEvent, Output, Presence, Ultrasound
from halcyon.core.reading import SoundTrouble
from halcyon.pipeline import Effect, Pipeline

START = 1_795_000_000.0
ROOT = "halcyon/1/home/speaker/"
INFO = {
    "v": 1,
    "boot": 7,
    "room": "den",
    "streams": {"ultrasound": {"enc": "iq", "mics": 2, "rate_hz": 1000}},
}
CHUNK = 50
CARRIER = 20_000.0


def chunks(seconds: float, walks_from: float, *, loss: float = 0.0) -> Iterator[Message]:
    """What a node sends in a room that somebody begins to walk about in."""
    rng = np.random.default_rng(5)
    for number in range(round(seconds * 1000 / CHUNK)):
        t = (number * CHUNK + np.arange(CHUNK)) / 1000
        signal = np.ones((CHUNK, 2), dtype=np.complex128)
        if t[0] >= walks_from:
            for gain, share, swing in ((-22, 1.0, 0.06), (-30, 1.2, 0.2), (-34, 0.9, 0.35)):
                way = 0.5 * share * t + swing * np.sin(4 * math.pi * t) / (2 * math.pi)
                echo = 10 ** (gain / 20) * np.exp(4j * math.pi * way * CARRIER / 343.2)
                signal += echo[:, None] * np.exp(1j * np.arange(2))
        signal += (
            10 ** (-90 / 20)
            * math.sqrt(500)
            * (rng.standard_normal((CHUNK, 2, 2)) @ np.array([1, 1j]))
        )
        pairs = np.stack([signal.real, signal.imag], axis=-1) * 0.1 * 32768
        head = (b"HW", 1, 2, 7, number, round(t[0] * 1e6), 1_000_000, CHUNK, 4)
        header = struct.pack("<2sBBIIqIHHIhH", *head, round(CARRIER * 1000), -2000, 1)
        if rng.random() >= loss:
            payload = header + np.round(pairs).astype("<i2").tobytes()
            yield Message(f"{ROOT}w/ultrasound", payload, START + float(t[-1]) + 0.02)


def arrived() -> Pipeline:
    pipeline = Pipeline(House("home", (Room("den", (Mount("speaker"),)),)))
    pipeline.receive(Message(f"{ROOT}avail", b"online", START, retain=True))
    pipeline.receive(Message(f"{ROOT}info", json.dumps(INFO).encode(), START, retain=True))
    return pipeline


def facts[F](effects: list[Effect], kind: type[F]) -> list[F]:
    return [e.fact for e in effects if isinstance(e, Output) and isinstance(e.fact, kind)]


def run(pipeline: Pipeline, messages: list[Message]) -> list[Effect]:
    return [effect for message in messages for effect in pipeline.receive(message)]


@pytest.mark.parametrize("loss", [0.0, 0.05])
def test_bytes_of_a_walk_become_presence_and_an_event(
    loss: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("halcyon.sense.listening.Detector", Meter)
    effects = run(arrived(), list(chunks(7.0, walks_from=4.0, loss=loss)))
    assert [fact.occupied for fact in facts(effects, Presence)][:2] == [False, True]
    assert [str(fact.event) for fact in facts(effects, MotionEvent)] == ["started"]
    assert facts(effects, Ultrasound)[0].carrier_hz == CARRIER


def test_ticks_and_a_restored_copy_change_nothing() -> None:
    messages = list(chunks(7.0, walks_from=3.0))
    plain, other = arrived(), arrived()
    expected, said, rng = run(plain, messages), list[Effect](), random.Random(2)
    for index, message in enumerate(messages):
        if index in {3, 70, 71, 110}:
            copy = Pipeline(other.home.house)
            assert copy.restore(json.loads(json.dumps(other.snapshot()))) == ()
            other = copy
        said += other.advance(message.host_t - 0.03 * rng.random())
        said += other.receive(message)
    assert said == expected
    end = START + 3000.0
    assert [*other.advance(START + 60.0), *other.advance(end)] == plain.advance(end)


def test_a_node_that_vanishes_leaves_nothing_concluded() -> None:
    pipeline = arrived()
    run(pipeline, list(chunks(7.0, walks_from=3.0)))
    effects = pipeline.advance(START + 9000.0)
    assert [fact.occupied for fact in facts(effects, Presence)][-1] is None
    assert False not in [fact.occupied for fact in facts(effects, Presence)]
    assert [str(fact.event) for fact in facts(effects, MotionEvent)] in ([], ["continued"])


def test_pictures_are_drawn_while_they_are_watched() -> None:
    pipeline = arrived()
    messages = list(chunks(6.0, walks_from=0.0))
    assert pipeline.watch_doppler("speaker", on=True) == []
    pictures = facts(run(pipeline, messages[:60]), Doppler)
    assert 20 <= len(pictures) <= 30
    assert not any(isinstance(each.fact, Doppler) for each in pipeline.current(START + 3.0))
    json.dumps([Output(0.0, 0.0, "home", None, each).to_json() for each in pictures])
    pipeline.watch_doppler("speaker", on=False)
    assert facts(run(pipeline, messages[60:]), Doppler) == []


def test_i_q_of_nothing_but_zeros_is_trouble_and_no_trigger() -> None:
    pipeline = arrived()
    messages = [
        Message(each.topic, each.payload[:36] + bytes(len(each.payload) - 36), each.host_t)
        for each in chunks(10.0, walks_from=0.0)
    ]
    effects = run(pipeline, messages)
    assert facts(effects, Ultrasound)[-1].trouble is SoundTrouble.SILENT
    assert not any(fact.occupied for fact in facts(effects, Presence))


def test_the_node_is_asked_for_its_i_q_again_and_again() -> None:
    pipeline = arrived()
    asked = [e for e in pipeline.advance(START + 200.0) if isinstance(e, Command)]
    rates = [round(e.t - START) for e in asked if e.name == "rate"]
    assert rates[:2] == [45, 90]
    assert max(b - a for a, b in pairwise(rates)) <= 45
