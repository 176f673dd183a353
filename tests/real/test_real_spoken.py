"""From a voice in a room to the lamp, and to the answer in the same room: every part is real.

A speaker node whose microphone is a recording, the service with its models, a broker, and a Home
Assistant with its own assistant, whose voice a server of Wyoming lends.
"""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, contextmanager, suppress
import json
import os
from pathlib import Path
import sys
from typing import Any

import aiomqtt
import numpy as np
import pytest
import pytest_asyncio
import pytest_socket
import soundfile
from tests.speech_hear.conftest import spoken
from wyoming.audio import AudioChunk, AudioStart, AudioStop
from wyoming.event import Event, async_read_event, async_write_event
from wyoming.info import Attribution, Describe, Info, TtsProgram, TtsVoice
from wyoming.tts import Synthesize

from halcyon_speaker.spectra import resampled
from stage.broker import Broker
from stage.client import Client
from stage.hass import INTEGRATION, Hass
from stage.home import confirm_discovery
from stage.process import LOOPBACK, Process, free_port, until
from stage.speaker import PROGRAM

pytestmark = pytest.mark.asyncio(loop_scope="module")

NODE = "speaker-1"
ENGINE = "halcyon/1/home/$engine/"
INFO = {"v": 1, "boot": 7, "model": "speaker", "room": "kitchen", "streams": {}}
SATELLITE = "assist_satellite.kitchen_speaker_1_satellite"
RATE = 48_000
_BEFORE_S, _AFTER_S = 4.0, 40.0
"""How long the room is quiet: until the node is connected, and for as long as it may answer."""

_HEARD = 0.05
"""An answer is louder than what a node plays without one, which is nothing."""

_LIGHTS = ("light.bedroom", "light.kitchen")
_CONFIGURATION = """\
assist_pipeline:
input_boolean:
  bedroom:
  kitchen:
template:
  - light:
""" + "".join(
    f"""\
      - name: {room}
        unique_id: {room}
        state: "{{{{ states('input_boolean.{room}') }}}}"
        turn_on: {{action: input_boolean.turn_on, target: {{entity_id: input_boolean.{room}}}}}
        turn_off: {{action: input_boolean.turn_off, target: {{entity_id: input_boolean.{room}}}}}
"""
    for room in ("bedroom", "kitchen")
)


class Voice:
    """A server of Wyoming that speaks: a second of a tone, whatever it is asked to say."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.port = 0

    async def start(self) -> asyncio.Server:
        server = await asyncio.start_server(self._serve, LOOPBACK, 0)
        self.port = server.sockets[0].getsockname()[1]
        return server

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while (event := await async_read_event(reader)) is not None:
            for said in self._answer(event):
                await async_write_event(said, writer)
        writer.close()

    def _answer(self, event: Event) -> list[Event]:
        if Describe.is_type(event.type):
            by = Attribution("test", "test")
            voice = TtsVoice("tone", by, True, None, None, ["en"])
            return [Info(tts=[TtsProgram("tone", by, True, None, None, [voice])]).event()]
        if Synthesize.is_type(event.type):
            self.asked.append(Synthesize.from_event(event).text)
            n = np.arange(16_000)
            pcm = (8000 * np.sin(2 * np.pi * 440 * n / 16_000)).astype("<i2").tobytes()
            return [
                AudioStart(16_000, 2, 1).event(),
                AudioChunk(16_000, 2, 1, pcm).event(),
                AudioStop().event(),
            ]
        return []


class House:
    """A home with a light in two rooms, a node in one of them, and somebody who speaks there."""

    def __init__(self, home: Client, voice: Voice, folder: Path, broker: Broker) -> None:
        self.home = home
        self.voice = voice
        self.folder = folder
        self.broker = broker

    def hear(self, sentence: str) -> None:
        """What the microphone will hear: a quiet room, and a voice that was never recorded."""
        pcm = np.frombuffer(spoken(sentence), "<i2").astype(np.float32) / np.float32(32768)
        voice = resampled(np.asarray(pcm, dtype=np.float32), 16_000, RATE)
        noise = np.random.default_rng(1).normal(0, 3e-4, round((_BEFORE_S + _AFTER_S) * RATE))
        before, after = np.split(noise.astype(np.float32), [round(_BEFORE_S * RATE)])
        soundfile.write(self.folder / "heard.wav", np.concatenate([before, voice, after]), RATE)

    @contextmanager
    def node(self) -> Iterator[None]:
        """The node, which hears `heard.wav` and writes what it plays to `played.wav`."""
        config = self.folder / "speaker.toml"
        config.write_text(
            f"""
            node = "{NODE}"
            room = "kitchen"
            state = "{self.folder}/state"
            [mqtt]
            host = "{self.broker.host}"
            port = {self.broker.port}
            [sound]
            source = "file:{self.folder}/heard.wav"
            played = "{self.folder}/played.wav"
            [voice]
            wake_word = "hey_jarvis"
            """
        )
        process = Process(
            [sys.executable, "-m", "halcyon_speaker", "run", "--config", str(config)],
            self.folder / "speaker.log",
            environment={**os.environ, "PYTHONPATH": str(PROGRAM)},
        )
        process.start()
        try:
            yield
        finally:
            process.stop()

    def loudness(self) -> float:
        """Of what was played; a file that is being written has no end yet."""
        with suppress(soundfile.SoundFileError):
            samples, _ = soundfile.read(self.folder / "played.wav", dtype="float32")
            return float(np.abs(samples).max(initial=0.0))
        return 0.0

    def light(self, room: str) -> str:
        """The state of the light of a room."""
        return self.home.states[f"light.{room}"].state


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def house(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[House]:
    pytest_socket.enable_socket()
    folder: Path = tmp_path_factory.mktemp("spoken")
    async with AsyncExitStack() as stack:
        broker = Broker(folder / "broker")
        stack.callback(broker.stop)
        await broker.start()
        voice = Voice()
        stack.callback((await voice.start()).close)
        service = _service(folder, broker)
        stack.callback(service.stop)
        service.start()
        hass = Hass(folder / "config", extra=_CONFIGURATION)
        hass.install(INTEGRATION)
        stack.callback(hass.stop)
        await hass.start()
        await hass.set_up_mqtt(broker.host, broker.port)
        home = await stack.enter_async_context(hass.client())
        # It would name an address of this machine on which it does not listen.
        await home.ask("config/core/update", internal_url=hass.url)
        await _speaks(home, voice.port)
        async with aiomqtt.Client(broker.host, broker.port) as link:
            await link.subscribe(ENGINE + "home", 1)
            await link.publish(f"halcyon/1/home/{NODE}/avail", "online", 1, retain=True)
            await link.publish(f"halcyon/1/home/{NODE}/info", json.dumps(INFO), 1, retain=True)
            await confirm_discovery(home)
            await _furnish(home)
            # Names are told once their changes have settled.
            async with asyncio.timeout(60.0):
                async for message in link.messages:
                    told = json.loads(message.payload)
                    if [each["area"] for each in told["entities"]] == ["Bedroom", "Kitchen"]:
                        break
        await until(lambda: "Speech is heard" in service.log.read_text(), 60.0, "the models")
        yield House(home, voice, folder, broker)


def _service(folder: Path, broker: Broker) -> Process:
    config = folder / "halcyon.toml"
    config.write_text(
        f'store = "state"\n[mqtt]\nhost = "{LOOPBACK}"\nport = {broker.port}\n'
        f'[speech]\nport = {free_port()}\nbind = "{LOOPBACK}"\naddress = "{LOOPBACK}"\n'
        "zeroconf = false\n"
    )
    command = [sys.executable, "-m", "halcyon", "run", "--config", str(config)]
    return Process(command, folder / "service.log")


async def _speaks(home: Client, port: int) -> None:
    """Lend the preferred assistant a voice."""
    step = await home.start_flow("wyoming")
    await home.answer_flow(step, host=LOOPBACK, port=port)
    await home.wait_for(lambda states: "tts.tone" in states, "the voice")
    listed = await home.ask("assist_pipeline/pipeline/list")
    chosen: dict[str, Any] = dict(listed["pipelines"][0])
    number = chosen.pop("id")
    chosen |= {"tts_engine": "tts.tone", "tts_language": "en", "tts_voice": "tone"}
    await home.ask("assist_pipeline/pipeline/update", pipeline_id=number, **chosen)


async def _furnish(home: Client) -> None:
    """Put a light into each of two rooms, of which may be spoken, and nothing else."""
    areas = {each["name"]: each["area_id"] for each in await home.ask("config/area_registry/list")}
    for room in ("Bedroom", "Kitchen"):
        if room not in areas:
            made = await home.ask("config/area_registry/create", name=room)
            areas[room] = made["area_id"]
        entity = f"light.{room.lower()}"
        await home.ask(
            "config/entity_registry/update", entity_id=entity, area_id=areas[room], name="Light"
        )
    listed = await home.ask("homeassistant/expose_entity/list")
    known = set(listed["exposed_entities"]) | set(home.states)
    for wanted, entities in (
        (False, sorted(known - set(_LIGHTS))),
        (True, [*_LIGHTS]),
    ):
        await home.ask(
            "homeassistant/expose_entity",
            assistants=["conversation"],
            entity_ids=entities,
            should_expose=wanted,
        )


async def test_the_light_of_this_room_is_switched_and_the_answer_is_spoken(house: House) -> None:
    house.hear("hey jarvis, turn on the lights")
    with house.node():
        await house.home.wait_for_state("light.kitchen", "on", 60.0)
        assert house.light("bedroom") == "off"
        command = house.home.states["event.kitchen_command"].attributes
        assert command["text"] == "turn on the lights"
        await until(lambda: bool(house.voice.asked), 20.0, "an answer")
        await until(lambda: house.loudness() > _HEARD, 40.0, "the answer")


async def test_it_is_asked_and_announces_by_its_own_voice(house: House) -> None:
    house.voice.asked.clear()
    house.hear("turn off the kettle")
    with house.node():
        await house.home.wait_for_state(SATELLITE, "idle", 30.0)
        announced = asyncio.create_task(
            house.home.act("assist_satellite.announce", SATELLITE, message="Dinner is ready")
        )
        await until(lambda: house.loudness() > _HEARD, 40.0, "the announcement")
        await announced
    assert house.voice.asked == ["Dinner is ready"]


async def test_a_recording_can_be_said_instead(house: House) -> None:
    house.hear("turn off the lights")
    await house.home.act("light.turn_on", "light.kitchen")
    program = [sys.executable, "-m", "halcyon_speaker", "say", str(house.folder / "heard.wav")]
    said = await asyncio.create_subprocess_exec(
        *program,
        "--config",
        str(house.folder / "speaker.toml"),
        env={**os.environ, "PYTHONPATH": str(PROGRAM)},
        stdout=asyncio.subprocess.PIPE,
    )
    output, _ = await said.communicate()
    assert output.decode().strip() == "turn off the lights"
    await house.home.wait_for_state("light.kitchen", "off", 20.0)
