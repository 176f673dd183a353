"""Alarms of the node as a process: set over a real broker, found in the sound that it plays."""

import asyncio
from contextlib import AsyncExitStack
import json
from pathlib import Path
import time

import numpy as np
from numpy.typing import NDArray
import pytest
import soundfile
from tests.speaker.conftest import PATIENCE, Listener, NodeProcess, Start

from halcyon.decide.alarm.melodies import MELODIES
from stage.broker import Broker
from stage.process import until

pytestmark = [pytest.mark.real, pytest.mark.enable_socket]

RATE = 48_000
TONES_HZ = 12_000.0
QUIET = 1e-6
SLACK_S = 0.8
"""For machines that run tests: the node's own part is a block of 50 ms and a write to the disk."""


class Bed:
    """A node that hears a silent recording; what it plays is written to files, one for each run."""

    def __init__(self, folder: Path, start: Start, listener: Listener) -> None:
        self.folder = folder
        self.listener = listener
        self._start = start
        self._runs = 0
        quiet = 1e-4 * np.random.default_rng(1).standard_normal(60 * RATE)
        soundfile.write(folder / "quiet.wav", quiet.astype(np.float32), RATE, subtype="PCM_16")

    async def node(self) -> NodeProcess:
        """Start the node and wait until it is there."""
        self._runs += 1
        seen = len(self.listener.of("avail"))
        node = self._start(
            f"file:{self.folder}/quiet.wav", sound=f'played = "played-{self._runs}.wav"'
        )
        await until(
            lambda: b"online" in self.listener.of("avail")[seen:], PATIENCE, f"the node: {node}"
        )
        return node

    async def set(self, away: float, occurrence: str = "a", **keys: object) -> float:
        """Set an alarm; its deadline."""
        at = time.time() + away
        await self._insist(op="set", occurrence=occurrence, at_unix=at, sound="beacon", **keys)
        return at

    async def dismiss(self, occurrence: str = "a") -> None:
        await self._insist(op="dismiss", occurrence=occurrence)

    async def _insist(self, **keys: object) -> None:
        """Ask until it is kept, as a host does: disks of machines that run tests may be slow."""
        for _ in range(5):
            at = keys.get("at_unix")
            away = {"in_ms": 1000 * (at - time.time())} if isinstance(at, float) else {}
            answer = await self.listener.ask("alarm", **keys, **away)
            if answer["ok"] is True or "did not answer within" not in str(answer["error"]):
                break
        assert answer["ok"] is True, answer

    async def happened(self, what: str) -> float:
        """Wait until the node tells of something; when that is."""
        await self.listener.wait("e/alarm", lambda payload: json.loads(payload)["event"] == what)
        return time.time()

    def told(self) -> list[str]:
        bodies = [json.loads(each) for each in self.listener.of("e/alarm")]
        # What is told again has the same id.
        return list({each["id"]: each["event"] for each in bodies}.values())

    def played(self, run: int) -> NDArray[np.float32]:
        """The samples of a run so far; the header of a file that is still written lies."""
        raw = (self.folder / f"played-{run}.wav").read_bytes()[44:]
        samples = np.frombuffer(raw[: len(raw) // 2 * 2], dtype="<i2").astype(np.float32)
        return np.asarray(samples / np.float32(32768))

    async def beeps(self, run: int) -> None:
        """Wait until a run's last second is an alarm."""
        await until(lambda: is_beacon(self.end(run)), PATIENCE, "the alarm's sound")

    async def rests(self, run: int) -> None:
        """Wait until a run's end is silent."""
        await until(lambda: is_quiet(self.end(run)[-RATE // 5 :]), PATIENCE, "silence")

    def end(self, run: int) -> NDArray[np.float32]:
        """The last second of a run, silent where there was none yet."""
        padded = np.concatenate([np.zeros(RATE, dtype=np.float32), self.played(run)])
        return np.asarray(padded[-RATE:])

    def held(self) -> list[str]:
        """What the node announces."""
        return [each["id"] for each in json.loads(self.listener.of("info")[-1])["alarms"]]


@pytest.fixture
def bed(tmp_path: Path, start: Start, listener: Listener) -> Bed:
    return Bed(tmp_path, start, listener)


def audible(samples: NDArray[np.float32]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Frequencies below the tone's, and the power at each of them."""
    power = np.abs(np.fft.rfft(samples * np.hanning(len(samples)))).astype(np.float64) ** 2
    frequencies = np.fft.rfftfreq(len(samples), 1 / RATE).astype(np.float64)
    below = frequencies < TONES_HZ
    return frequencies[below], power[below] / len(samples) ** 2


def is_beacon(samples: NDArray[np.float32]) -> bool:
    """Whether the sound of an alarm is in it: its fundamental and its odd partials."""
    frequencies, power = audible(samples)
    own = np.abs(frequencies / 520.0 - np.round(frequencies / 520.0)) < 0.06
    return bool(
        power.sum() > QUIET
        and abs(frequencies[power.argmax()] - 520.0) < 5.0
        and power[own].sum() > 0.95 * power.sum()
    )


def is_quiet(samples: NDArray[np.float32]) -> bool:
    return bool(audible(samples)[1].sum() < QUIET)


def heard_from(samples: NDArray[np.float32]) -> float | None:
    """When the first sound begins, s."""
    size = RATE // 20
    parts = range(0, len(samples) - size, size)
    return next((at / RATE for at in parts if not is_quiet(samples[at : at + size])), None)


async def test_it_rings_at_the_deadline_with_its_own_sound_and_nothing_else(bed: Bed) -> None:
    node = await bed.node()
    at = await bed.set(3.0)
    assert bed.held() == ["a"]
    kept = json.loads((bed.folder / "state" / "alarms.json").read_text())
    assert [each["occurrence"] for each in kept["state"]["alarms"]] == ["a"]
    heard = await bed.happened("ringing")
    assert 0.0 <= heard - at < SLACK_S
    began = len(bed.played(1)) / RATE
    await bed.beeps(1)
    await asyncio.sleep(1.0)
    await bed.dismiss()
    await bed.rests(1)
    samples = bed.played(1)
    node.process.kill()
    first = heard_from(samples)
    assert first is not None
    assert first == pytest.approx(began, abs=SLACK_S)
    assert is_beacon(samples[round(first * RATE) :][: 2 * RATE])
    assert is_quiet(samples[-RATE // 5 :])
    assert bed.told() == ["ringing", "dismissed"]
    assert bed.held() == []


async def test_without_a_broker_it_rings_all_the_same_and_tells_later(
    bed: Bed, broker: Broker
) -> None:
    await bed.node()
    await bed.set(4.0)
    broker.kill()
    await bed.beeps(1)
    await broker.start()
    async with AsyncExitStack() as stack:
        again = Listener(broker)
        await again.open(stack)
        told = json.loads(await again.wait("e/alarm"))
        assert told["event"] == "ringing"
        assert (await again.ask("alarm", occurrence="a", op="dismiss"))["ok"] is True
    await bed.rests(1)


async def test_a_power_cut_over_the_deadline_and_another_while_it_rings(bed: Bed) -> None:
    node = await bed.node()
    await bed.set(2.0)
    node.process.kill()
    await asyncio.sleep(2.5)
    assert is_quiet(bed.played(1))
    node = await bed.node()
    await bed.happened("ringing")
    await bed.beeps(2)
    node.process.kill()
    node = await bed.node()
    await bed.beeps(3)
    await bed.dismiss()
    node.process.kill()
    await bed.node()
    await asyncio.sleep(2.0)
    assert is_quiet(bed.played(4))
    assert bed.told() == ["ringing", "dismissed"]


async def test_standby_and_calibration_do_not_stop_it(bed: Bed) -> None:
    await bed.node()
    assert (await bed.listener.ask("standby", on=True))["ok"] is True
    await bed.set(1.5)
    await bed.happened("ringing")
    await bed.beeps(1)
    assert (await bed.listener.ask("standby", on=False))["ok"] is True
    assert (await bed.listener.ask("calibrate", kind="floor"))["ok"] is True
    await asyncio.sleep(1.0)
    assert is_beacon(bed.played(1)[-RATE:])


async def test_it_is_snoozed_and_what_cannot_be_is_refused(bed: Bed) -> None:
    await bed.node()
    answer = await bed.listener.ask("alarm", occurrence="a", op="snooze")
    assert answer["ok"] is False
    assert "does not ring" in str(answer["error"])
    unknown = await bed.listener.ask(
        "alarm", occurrence="a", op="set", at_unix=time.time() + 9, in_ms=9000, sound="gong"
    )
    assert unknown["ok"] is False
    assert ", ".join(MELODIES) in str(unknown["error"])
    assert (await bed.listener.ask("alarm", occurrence="a", op="ring"))["ok"] is True
    await bed.happened("ringing")
    await bed.beeps(1)
    assert (await bed.listener.ask("alarm", occurrence="a", op="snooze"))["ok"] is True
    await bed.rests(1)
    assert bed.held() == ["a"]


async def test_a_sound_from_the_folder_takes_over_once_it_is_loaded(bed: Bed) -> None:
    sounds = bed.folder / "state" / "sounds"
    sounds.mkdir(parents=True)
    t = np.arange(2 * RATE) / RATE
    whistle = (0.5 * np.sin(2 * np.pi * 2000 * t)).astype(np.float32)
    soundfile.write(sounds / "whistle.wav", whistle, RATE)
    await bed.node()
    answer = await bed.listener.ask("alarm", occurrence="a", op="ring", sound="whistle")
    assert answer["ok"] is True

    def whistles() -> bool:
        frequencies, power = audible(bed.end(1))
        return bool(power.sum() > QUIET and abs(frequencies[power.argmax()] - 2000.0) < 5.0)

    await until(whistles, PATIENCE, "the whistle")
