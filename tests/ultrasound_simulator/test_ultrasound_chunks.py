from dataclasses import replace
import json

import numpy as np
import pytest

from halcyon.core.message import Message
from halcyon.core.observation import Observation
from halcyon.core.reading import Quadrature
from halcyon.decode.node import Node
from halcyon.simulate.ultrasound.chunks import Sender, announced, to_chunks
from halcyon.simulate.ultrasound.rendering import Rendering, render
from halcyon.simulate.ultrasound.scene import Scene
from halcyon.simulate.ultrasound.source import Emission, Playback

SENDER = Sender(host_t=1000.0, uptime=20.0, boot=77)


def decoded(messages: list[Message], scene: Scene) -> list[tuple[Observation, Quadrature]]:
    """What the engine's own decoder makes of the messages."""
    node = Node("home", "speaker")
    info = {
        "v": 1,
        "boot": SENDER.boot,
        "fw": "1",
        "model": "speaker",
        "streams": {"ultrasound": announced(scene.device)},
    }
    root = "halcyon/1/home/speaker/"
    node.step(Message(root + "avail", b"online", 990.0))
    node.step(Message(root + "info", json.dumps(info).encode(), 990.0))
    found = [
        (each, each.reading)
        for message in messages
        for each in node.step(message)
        if isinstance(each, Observation) and isinstance(each.reading, Quadrature)
    ]
    assert node.problem is None
    return found


@pytest.mark.parametrize("rate", [1000.0, 2000.0])
def test_the_engine_reads_what_the_simulator_writes(rate: float) -> None:
    scene = Scene()
    carrier = 20_000.0 if rate == 1000 else 36_000.0
    scene = replace(scene, device=replace(scene.device, rate=rate, carrier=carrier))
    rendering = render(scene, 1.0, 1)
    found = decoded(to_chunks(rendering, scene, SENDER), scene)
    assert len(found) == 20
    samples = np.concatenate([reading.samples for _, reading in found])
    assert np.abs(samples - rendering.iq).max() < 1.01 / 32768
    first = found[0][1]
    assert (first.rate, first.carrier, first.level) == (rate, carrier, -20.0)
    assert first.emitting
    assert not any((first.settling, first.playback, first.clipped, first.lost))


def test_chunks_are_a_twentieth_of_a_second_apart() -> None:
    scene = Scene()
    found = decoded(to_chunks(render(scene, 2.0, 1), scene, SENDER), scene)
    times = [each.measured_t for each, _ in found]
    assert np.diff(times) == pytest.approx(0.05, abs=1e-3)


def test_a_clock_that_is_fast_sends_early() -> None:
    scene = Scene()
    messages = to_chunks(render(scene, 4.0, 1), scene, replace(SENDER, drift_ppm=1000.0))
    assert messages[-1].host_t - 1000.0 == pytest.approx(4.0 / 1.001 + 0.01, abs=1e-6)


def test_chunks_get_lost_on_the_way_and_in_the_node() -> None:
    scene = Scene()
    rendering = render(scene, 20.0, 1)
    dropped = to_chunks(rendering, scene, replace(SENDER, dropped=0.1, seed=3))
    overrun = to_chunks(rendering, scene, replace(SENDER, overrun=0.1, seed=3))
    for messages in (dropped, overrun):
        found = decoded(messages, scene)
        assert 330 < len(found) < 390
        gaps = np.round(np.diff([each.measured_t for each, _ in found]) / 0.05)
        after = [reading.lost for _, reading in found][1:]
        assert after == (gaps > 1).tolist()


def test_flags_follow_the_tone_and_the_music() -> None:
    scene = Scene(
        emission=Emission(on=0.2, period=0.5),
        playback=Playback(np.zeros(100, dtype=np.float32), 8000.0, start=1.0),
    )
    found = decoded(to_chunks(render(scene, 2.0, 1), scene, SENDER), scene)
    readings = [reading for _, reading in found]
    assert [each.emitting for each in readings[10:20]] == [False, True, True, False, *[False] * 6]
    assert readings[10].settling
    assert not readings[12].settling
    assert [each.playback for each in readings] == [False] * 20 + [True] * 20


def test_what_is_too_loud_is_marked() -> None:
    scene = Scene()
    scene = replace(scene, device=replace(scene.device, level=3.0))
    rendering = render(scene, 0.2, 1)
    assert all(r.clipped for _, r in decoded(to_chunks(rendering, scene, SENDER), scene))


def test_what_fills_no_chunk_is_left_out() -> None:
    scene = Scene()
    whole = render(scene, 0.12, 1)
    assert len(to_chunks(whole, scene, SENDER)) == 2
    nothing = Rendering(whole.iq[:0], whole.rate, whole.truth)
    assert to_chunks(nothing, scene, SENDER) == []
