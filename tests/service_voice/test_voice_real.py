"""`halcyon run` hears: real models, a real broker, and a voice that was never recorded."""

import asyncio
import io
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any
import wave

import numpy as np
import pytest
from tests.service_voice.conftest import following
from tests.speech_hear.conftest import spoken
from wyoming.asr import Transcribe, Transcript
from wyoming.audio import AudioChunk, AudioStart, AudioStop
from wyoming.client import AsyncTcpClient
from wyoming.event import Event
from wyoming.info import Describe, Info

from stage.broker import Broker
from stage.process import LOOPBACK, free_port, until

if TYPE_CHECKING:
    from tests.service.conftest import Client, Connect, Halcyon, Start

pytestmark = [pytest.mark.real, pytest.mark.enable_socket]

ENGINE = "halcyon/1/home/$engine/"
HOME = {
    "halcyon_home": 1,
    "entities": [
        {"name": "Reading lamp", "area": "Kitchen", "domain": "light"},
        {"name": "Kettle", "area": "Kitchen", "domain": "switch"},
    ],
    "areas": [{"name": "Kitchen"}],
    "rooms": [{"id": "kitchen", "area": "Kitchen", "nodes": ["satellite"]}],
}
COMMAND = "turn on the reading lamp"
_CHUNK = 3200
"""A tenth of a second."""

_MOST_MORE = 60
"""Megabytes: half an hour of sound would be 58, and what was learned of it far more."""


class House:
    """A service with its broker, and a client that heard what it said."""

    def __init__(self, service: Halcyon, client: Client, port: int) -> None:
        self.service = service
        self.client = client
        self.port = port

    async def told(self, topic: str, count: int = 1) -> list[dict[str, Any]]:
        await until(lambda: len(self.client.payloads(topic)) >= count, 30.0, topic)
        return [json.loads(payload) for payload in self.client.payloads(topic)]


@pytest.fixture
async def house(broker: Broker, connect: Connect, halcyon: Start, tmp_path: Path) -> House:
    port = free_port()
    config = tmp_path / "halcyon.toml"
    config.write_text(
        f'[mqtt]\nhost = "{LOOPBACK}"\nport = {broker.port}\n'
        f'[speech]\nport = {port}\nbind = "{LOOPBACK}"\naddress = "{LOOPBACK}"\nzeroconf = false\n'
    )
    client = await connect(broker.port, ENGINE + "#", "hermes/#")
    service = halcyon("run", "--config", str(config))
    await until(lambda: "Speech is heard" in service.said, 60.0, "the models")
    await client.publish(ENGINE + "home", json.dumps(HOME))
    return House(service, client, port)


async def test_a_command_is_heard_by_wyoming_and_by_hermes_and_as_text(house: House) -> None:
    info = (await house.told(ENGINE + "info"))[-1]
    assert info["wyoming"] == {"host": LOOPBACK, "port": house.port}
    pcm = spoken(COMMAND)

    async with AsyncTcpClient(LOOPBACK, house.port) as client:
        await client.write_event(Describe().event())
        (program,) = Info.from_event(await following(client)).asr
        assert program.requires_external_vad is False
        assert program.models[0].installed
        await client.write_event(Transcribe(language="en").event())
        await client.write_event(AudioStart(16_000, 2, 1).event())
        for start in range(0, len(pcm), _CHUNK):
            chunk = AudioChunk(16_000, 2, 1, pcm[start : start + _CHUNK])
            await client.write_event(chunk.event())
        await client.write_event(AudioStop().event())
        while (event := await following(client)).type != "transcript":
            pass
    assert Transcript.from_event(event).text.lower() == COMMAND

    start_body = json.dumps({"siteId": "satellite", "sessionId": "s"})
    await house.client.publish("hermes/asr/startListening", start_body)
    for start in range(0, len(pcm), _CHUNK):
        frame = _wav(pcm[start : start + _CHUNK])
        await house.client.publish("hermes/audioServer/satellite/audioFrame", frame)
    await house.client.publish("hermes/asr/stopListening", start_body)
    (captured,) = await house.told("hermes/asr/textCaptured")
    assert captured["text"].lower() == COMMAND
    heard = (await house.told(ENGINE + "recognised"))[-1]
    assert (heard["final"], heard["node"], heard["room"]) == (True, "satellite", "kitchen")

    asked = {"utterance": "satellite/v1", "node": "satellite", "text": "turn on the reading clamp"}
    before = len(house.client.payloads(ENGINE + "recognised"))
    await house.client.publish(ENGINE + "cmd/recognise", json.dumps(asked))
    weighed = (await house.told(ENGINE + "recognised", before + 1))[-1]
    assert (weighed["utterance"], weighed["final"]) == ("satellite/v1", True)
    assert await house.service.stop() == 0


async def _hear(port: int, pcm: bytes, *, ends: bool = True) -> Event:
    """What the service answers to a sound: a transcript or an error."""
    async with AsyncTcpClient(LOOPBACK, port) as client:
        await client.write_event(Transcribe(language="en").event())
        await client.write_event(AudioStart(16_000, 2, 1).event())

        async def send() -> None:
            for start in range(0, len(pcm), _CHUNK):
                chunk = AudioChunk(16_000, 2, 1, pcm[start : start + _CHUNK])
                await client.write_event(chunk.event())
            if ends:
                await client.write_event(AudioStop().event())

        sending = asyncio.create_task(send())
        try:
            async with asyncio.timeout(120.0):
                while True:
                    event = await client.read_event()
                    assert isinstance(event, Event)
                    if event.type in ("transcript", "error"):
                        return event
        finally:
            sending.cancel()


def _resident(pid: int) -> int:
    """Megabytes of memory that a process holds."""
    status = Path(f"/proc/{pid}/status").read_text()
    return int(status.partition("VmRSS:")[2].split()[0]) // 1024


async def test_sound_that_is_no_command_harms_nobody(house: House) -> None:
    command = spoken(COMMAND)
    assert Transcript.from_event(await _hear(house.port, command)).text.lower() == COMMAND
    before = _resident(house.service.process.pid)

    silence = await _hear(house.port, b"\0" * 10 * 32_000)
    assert Transcript.from_event(silence).text == ""
    samples = np.frombuffer(command, "<i2").astype(np.int32)
    clipped = np.clip(40 * samples, -32768, 32767).astype("<i2").tobytes()
    assert (await _hear(house.port, clipped)).type == "transcript"

    # Half an hour of noise without an end, beside which somebody else is heard.
    noise = np.random.default_rng(1).normal(0, 3000, 16_000).astype("<i2").tobytes()
    endless, other = await asyncio.gather(
        _hear(house.port, noise * 1800, ends=False), _hear(house.port, command)
    )
    # Nobody speaks, so it is over early; who speaks for a minute is told that it is too long.
    assert Transcript.from_event(endless).text == ""
    assert Transcript.from_event(other).text.lower() == COMMAND
    assert _resident(house.service.process.pid) - before < _MOST_MORE
    assert await house.service.stop() == 0


def _wav(pcm: bytes) -> bytes:
    file = io.BytesIO()
    with wave.open(file, "wb") as opened:
        opened.setframerate(16_000)
        opened.setsampwidth(2)
        opened.setnchannels(1)
        opened.writeframes(pcm)
    return file.getvalue()
