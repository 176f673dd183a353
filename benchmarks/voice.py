"""From the end of a spoken command to what it does, in a real Home Assistant, beside its own way.

A synthetic voice says commands to one Home Assistant by three ways in turn: an Assist pipeline
that hears through Halcyon's entity, a satellite that sends its microphone over MQTT, and an Assist
pipeline with Home Assistant's own Wyoming integration and its own detector of the end of speech,
which is the peer: the same recogniser, but it is told when the sound ends. Sound is sent as it
would be spoken, 20 ms at a time. The clock runs from the last sample of the voice to the change of
the entity's state. HALCYON_BENCH_COMMANDS says how often each is said, 12 by default.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine, Iterable
from contextlib import AsyncExitStack, asynccontextmanager
from functools import partial
import io
import json
import os
from pathlib import Path
import sys
import tempfile
import time
import wave

import aiomqtt
import numpy as np
from wyoming.event import async_read_event, async_write_event
from wyoming.info import Info

from benchmarks.home import say
from benchmarks.report import Better, Result
from benchmarks.samples import percentile
from halcyon.speech.recognisers.recogniser import RATE
from halcyon.speech.sound import resampled
from stage.broker import Broker
from stage.client import Client
from stage.hass import INTEGRATION, Hass
from stage.process import LOOPBACK, Process, StageError, free_port, until

COMMANDS = int(os.environ.get("HALCYON_BENCH_COMMANDS", "12"))

_FRAME_SECONDS = 0.02
_FRAME = int(RATE * _FRAME_SECONDS) * 2
_LEAD, _TAIL = 0.5, 5.0
"""Seconds of a quiet room before a command and, at most, after it."""

_SETTLED = 6.0

_THINGS = ("Reading lamp", "Ceiling light", "Kettle", "Garden fountain")

_CONFIGURATION = """\
assist_pipeline:
input_boolean:
"""

_PATIENCE = 20.0
"""Seconds after the sound in which a machine that is busy may still come to a command."""


class Sound:
    """What a microphone hears, 20 ms at a time at the moments at which it would."""

    def __init__(self, voice: np.ndarray[tuple[int], np.dtype[np.float64]]) -> None:
        silences = (np.zeros(int(seconds * RATE)) for seconds in (_LEAD, _TAIL))
        heard = np.concatenate((next(silences), voice, next(silences)))
        # A room is never digitally silent.
        heard += np.random.default_rng(1).normal(0.0, 3e-4, heard.size)
        self._pcm = (heard * 32767).astype("<i2").tobytes()
        self._voice_seconds = _LEAD + len(voice) / RATE
        self.voice_ended = 0.0
        """On the clock of perf_counter, once it has begun."""

    async def frames(self) -> AsyncIterator[bytes]:
        """The sound, from now on."""
        began = time.perf_counter()
        self.voice_ended = began + self._voice_seconds
        for number, start in enumerate(range(0, len(self._pcm), _FRAME)):
            due = began + (number + 1) * _FRAME_SECONDS
            await asyncio.sleep(max(0.0, due - time.perf_counter()))
            yield self._pcm[start : start + _FRAME]


type Way = Callable[[Client, Sound], Coroutine[None, None, None]]


def measure() -> Iterable[Result]:
    """The median and the 90th percentile of both ways, beside the peer's."""
    took = asyncio.run(_measure())
    peer = took.pop("peer")
    for way, seconds in took.items():
        for name, percent in (("median", 50.0), ("90th percentile", 90.0)):
            yield Result(
                name=f"end of speech to action {way}, {name}",
                value=percentile(seconds, percent),
                unit="s",
                target=1.0,
                better=Better.LOWER,
                peer="Assist by Home Assistant's Wyoming and its own end of speech",
                peer_value=percentile(peer, percent),
                bounds_ratio=True,
                note=f"{len(seconds)} and {len(peer)} of {COMMANDS} commands came true; synthetic",
            )


async def _measure() -> dict[str, list[float]]:
    took: dict[str, list[float]] = {"through Assist": [], "through MQTT": [], "peer": []}
    async with _home() as (hass, broker, port), AsyncExitStack() as stack:
        proxy = await asyncio.start_server(partial(_waiting_for_the_end, port), LOOPBACK, 0)
        stack.callback(proxy.close)
        client = await stack.enter_async_context(hass.client())
        ways: dict[str, Way] = {
            "through Assist": partial(_assist, await _pipeline(client, "stt.halcyon_speech")),
            "peer": partial(_assist, await _peer(client, proxy.sockets[0].getsockname()[1])),
        }
        mqtt = await stack.enter_async_context(aiomqtt.Client(broker.host, broker.port))
        ways["through MQTT"] = partial(_hermes, mqtt)
        # The first of all pays for what Home Assistant loads on its first use, and does not count.
        for number in range(-1, COMMANDS):
            thing = _THINGS[number % len(_THINGS)]
            for way, send in ways.items():
                seconds = await _say(client, send, thing)
                say(f"{way}: {thing} {'-' if seconds is None else f'{seconds:.2f} s'}")
                if seconds is not None and number >= 0:
                    took[way].append(seconds)
    return took


async def _say(client: Client, send: Way, thing: str) -> float | None:
    """Say one command; the seconds until it came true, None where it did not."""
    entity = _entity(thing)
    wanted = "off" if client.states[entity].state == "on" else "on"
    changed: asyncio.Future[float] = asyncio.get_running_loop().create_future()

    def note(state: object) -> None:
        if client.states[entity].state == wanted and not changed.done():
            changed.set_result(time.perf_counter())

    client.on_change.append(note)
    sound = Sound(_spoken(f"turn {wanted} the {thing.lower()}"))
    sending = asyncio.create_task(send(client, sound))
    try:
        at = await asyncio.wait_for(changed, _PATIENCE)
    except TimeoutError:
        return None
    finally:
        client.on_change.remove(note)
        sending.cancel()
        await asyncio.gather(sending, return_exceptions=True)
    return at - sound.voice_ended


def _entity(thing: str) -> str:
    return f"input_boolean.{thing.lower().replace(' ', '_')}"


async def _assist(pipeline: str, client: Client, sound: Sound) -> None:
    """Say it to an assistant, as a browser does."""
    run = {"start_stage": "stt", "end_stage": "intent", "pipeline": pipeline}
    async with client.events("assist_pipeline/run", **run, input={"sample_rate": RATE}) as events:
        while (event := await events.get())["type"] != "run-start":
            pass
        handler = event["data"]["runner_data"]["stt_binary_handler_id"]
        async for frame in sound.frames():
            if not events.empty() and (event := events.get_nowait())["type"] == "stt-end":
                # Home Assistant takes no more.
                break
            await client.send(handler, frame)
        # Whoever leaves early ends the run.
        while event["type"] not in {"run-end", "error"}:
            event = await events.get()


async def _hermes(mqtt: aiomqtt.Client, _client: Client, sound: Sound) -> None:
    """Say it to a satellite that sends its microphone over MQTT."""
    await mqtt.publish("hermes/asr/startListening", json.dumps({"siteId": "kitchen"}))
    async for frame in sound.frames():
        file = io.BytesIO()
        with wave.open(file, "wb") as opened:
            opened.setparams((1, 2, RATE, 0, "NONE", ""))
            opened.writeframes(frame)
        await mqtt.publish("hermes/audioServer/kitchen/audioFrame", file.getvalue())


def _spoken(text: str) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    """A synthetic voice saying a text, without the silence around it."""
    from hibari import SAMPLE_RATE, Hibari

    samples = resampled(np.asarray(Hibari()(text), np.float64), SAMPLE_RATE)
    loud = np.flatnonzero(np.abs(samples) > 0.01 * np.abs(samples).max())
    return np.asarray(samples[loud[0] : loud[-1] + 1])


async def _pipeline(client: Client, engine: str) -> str:
    """A new assistant that hears by an entity."""
    made = await client.ask(
        "assist_pipeline/pipeline/create",
        name=engine,
        language="en",
        conversation_engine="conversation.home_assistant",
        conversation_language="en",
        stt_engine=engine,
        stt_language="en",
        tts_engine=None,
        tts_language=None,
        tts_voice=None,
        wake_word_entity=None,
        wake_word_id=None,
    )
    return str(made["id"])


async def _peer(client: Client, port: int) -> str:
    step = await client.start_flow("wyoming")
    await client.answer_flow(step, host=LOOPBACK, port=port)
    await client.wait_for(lambda states: any(map(_is_peer, states)), "the peer's entity")
    return await _pipeline(client, next(filter(_is_peer, client.states)))


def _is_peer(entity: str) -> bool:
    return entity.startswith("stt.") and entity != "stt.halcyon_speech"


async def _waiting_for_the_end(
    port: int, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
) -> None:
    """The same service as one that needs to be told when the sound ends."""
    service_reader, service_writer = await asyncio.open_connection(LOOPBACK, port)
    ended = asyncio.Event()

    async def ask() -> None:
        while (event := await async_read_event(reader)) is not None:
            await async_write_event(event, service_writer)
            if event.type == "audio-stop":
                ended.set()

    async def answer() -> None:
        while (event := await async_read_event(service_reader)) is not None:
            if event.type == "info":
                info = Info.from_event(event)
                info.asr[0].requires_external_vad = True
                event = info.event()
            elif event.type.startswith("transcript"):
                await ended.wait()
            await async_write_event(event, writer)

    tasks = [asyncio.create_task(ask()), asyncio.create_task(answer())]
    await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    writer.close()
    service_writer.close()


@asynccontextmanager
async def _home() -> AsyncIterator[tuple[Hass, Broker, int]]:
    """A broker, the service with its models, and a Home Assistant with some things to switch."""
    things = "".join(f"  {name.lower().replace(' ', '_')}:\n    name: {name}\n" for name in _THINGS)
    with tempfile.TemporaryDirectory(prefix="halcyon-bench-") as made:
        folder = Path(made)
        broker = Broker(folder / "broker")
        hass = Hass(folder / "config", extra=_CONFIGURATION + things)
        hass.install(INTEGRATION)
        port = free_port()
        config = folder / "halcyon.toml"
        config.write_text(
            f'store = "state"\n[mqtt]\nhost = "{LOOPBACK}"\nport = {broker.port}\n[speech]\n'
            f'port = {port}\nbind = "{LOOPBACK}"\naddress = "{LOOPBACK}"\nzeroconf = false\n'
        )
        command = [sys.executable, "-m", "halcyon", "run", "--config", str(config)]
        service = Process(command, folder / "halcyon.log")
        try:
            await broker.start()
            service.start()
            say("starting Home Assistant")
            await hass.start()
            await hass.set_up_mqtt(broker.host, broker.port)
            async with hass.client() as client:
                await client.ask(
                    "homeassistant/expose_entity",
                    assistants=["conversation"],
                    entity_ids=[_entity(name) for name in _THINGS],
                    should_expose=True,
                )
                step = await client.start_flow("halcyon")
                await client.answer_flow(step, name="Home", site="home")
                await client.wait_for_state("stt.halcyon_speech", "unknown", 90.0)
            await until(lambda: "Speech is heard" in service.log.read_text(), 60.0, "the models")
            # Names are told once their changes have settled.
            await asyncio.sleep(_SETTLED)
            yield hass, broker, port
        except StageError:
            say(service.log.read_text())
            raise
        finally:
            hass.stop()
            service.stop()
            broker.stop()
            for problem in hass.problems():
                say(problem)
