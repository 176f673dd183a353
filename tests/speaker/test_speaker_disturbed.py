"""What goes wrong with the sound of a node, from the microphones to what a home says of it."""

from collections.abc import AsyncGenerator, Callable
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray
import pytest
from tests.speaker.conftest import RATE, MakeRig, Rig, setting

from halcyon.core.command import Command
from halcyon.core.house import House, Mount, Room
from halcyon.core.message import Message
from halcyon.core.output import MotionEvent, Output, Presence, Ultrasound
from halcyon.pipeline import Pipeline
from halcyon_speaker.sources.device import Block

type Sound = NDArray[np.float32]
type Change = Callable[[Sound, NDArray[np.float64]], Sound]
"""What a fault makes of samples (n, microphones) and their times in seconds."""

LEVELS_KNOWN_S = 11.0
"""After so long what is normal for a microphone is known."""
STRANGER_HZ = 20_150.0


def covered(sound: Sound, _: NDArray[np.float64]) -> Sound:
    return sound * np.array([1e-3, 1.0], dtype=np.float32)


def overdriven(sound: Sound, _: NDArray[np.float64]) -> Sound:
    return np.clip(1e3 * sound, -1.0, 1.0)


def unplugged(sound: Sound, _: NDArray[np.float64]) -> Sound:
    return np.zeros_like(sound)


def stuck(sound: Sound, _: NDArray[np.float64]) -> Sound:
    return np.full_like(sound, 0.3)


def beside_a_stranger(sound: Sound, t: NDArray[np.float64]) -> Sound:
    """Another node plays without a pause, 32 dB below the own tone."""
    loudness = 0.1 * 10 ** (-32 / 20)
    tone = loudness * np.sin(2 * np.pi * STRANGER_HZ * t)
    return np.asarray(sound + tone[:, None].astype(np.float32), dtype=np.float32)


def disturb(made: Rig, change: Change, since: float = 0.0) -> None:
    """Change what the microphones of a node hear from so many seconds on."""
    blocks = made._blocks

    async def changed() -> AsyncGenerator[Block]:
        heard = 0
        async for block in blocks:
            t = (heard + np.arange(len(block.samples))) / RATE
            heard += len(block.samples)
            samples = np.where((t >= since)[:, None], change(block.samples, t), block.samples)
            yield replace(block, samples=samples)

    made._blocks = changed()


def told(pipeline: Pipeline, messages: list[Message]) -> list[Output | Command]:
    return [effect for message in messages for effect in pipeline.receive(message)]


@pytest.mark.parametrize(
    ("change", "trouble", "since", "within"),
    [
        (covered, "blocked", LEVELS_KNOWN_S, 32.0),
        (overdriven, "clipped", 2.0, 4.0),
        (unplugged, "silent", 2.0, 4.0),
        (stuck, "silent", 2.0, 4.0),
    ],
)
async def test_a_fault_is_a_state_and_no_movement(
    rig: MakeRig, change: Change, trouble: str, since: float, within: float
) -> None:
    made = rig(steady=True)
    disturb(made, change, since)
    await made.run(since + within)
    bodies = [body for _, body in made.samples()]
    assert [body["ultrasound"]["trouble"] for body in bodies if "ultrasound" in body][-1] == trouble
    assert {body["motion"]["state"] for body in bodies if "motion" in body} == {"none"}
    home = House("home", (Room("living-room", (Mount("box"),)),))
    outputs = told(Pipeline(home), list(made.messages()))
    facts = [each.fact for each in outputs if isinstance(each, Output)]
    assert [each.trouble for each in facts if isinstance(each, Ultrasound)][-1] == trouble
    assert not any(isinstance(each, MotionEvent) for each in facts)
    assert not any(isinstance(each, Presence) and each.occupied for each in facts)


async def test_two_nodes_that_hear_each_other_are_given_other_carriers(rig: MakeRig) -> None:
    made, other = rig(setting(), steady=True), rig(setting(seed=8), steady=True)
    disturb(made, beside_a_stranger)
    await other.run(2.0)
    await made.run(28.0)
    tones = [body["ultrasound"] for _, body in made.samples() if "ultrasound" in body]
    assert tones[-1]["trouble"] == "interference"
    assert {body["motion"]["state"] for _, body in made.samples() if "motion" in body} == {"none"}
    rooms = tuple(Room(f"{name}-room", (Mount(name),)) for name in ("box", "other"))
    pipeline = Pipeline(House("home", rooms))
    theirs = [
        replace(each, topic=each.topic.replace("/box/", "/other/")) for each in other.messages()
    ]
    asked = told(pipeline, theirs) + told(pipeline, list(made.messages()))
    emit = [each for each in asked if isinstance(each, Command) and each.name == "emit"]
    carrier = float(str(dict(emit[-1].fields)["carrier_hz"]))
    assert abs(carrier - 20_000.0) >= 1200.0
    assert made.ask("emit", carrier_hz=carrier)["ok"]
    await made.run(66.0)
    tones = [body["ultrasound"] for _, body in made.samples() if "ultrasound" in body]
    assert tones[-1]["trouble"] != "interference"
    assert tones[-1]["carrier_hz"] == pytest.approx(carrier, abs=100.0)
