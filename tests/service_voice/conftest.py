"""A Wyoming server on a real socket, before a listener that a test scripts."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest
from tests.service.conftest import broker, connect, halcyon
from wyoming.asr import Transcribe, Transcript
from wyoming.audio import AudioChunk, AudioStart, AudioStop
from wyoming.client import AsyncTcpClient
from wyoming.event import Event
from wyoming.info import Info

from halcyon.service.hearing import Asked, Hearing
from halcyon.service.wyoming import WyomingServer
from halcyon.speech.language.household import Entity, Household
from halcyon.speech.listener import Heard

__all__ = ["broker", "connect", "halcyon"]

LOOPBACK = "127.0.0.1"
SECOND = b"\0" * 32_000
"""A second of sound in the one format."""

HOME = Household(entities=(Entity("Reading lamp"),))


def heard(text: str = "turn on the light", *, accepted: bool = True) -> Heard:
    return Heard(
        revision=1,
        text=text,
        nbest=(),
        accepted=accepted,
        confidence=0.9,
        clarify=None,
        final=True,
        withdrawn=False,
        at=1.2,
        speech_end=0.9,
        passes=(),
        compute=0.0,
        pauses=(),
    )


@dataclass
class StubListener:
    """Stands in for a recogniser: says what it is told to, once it has heard enough seconds."""

    asked: Asked
    says: Heard
    after: float
    seconds: float = 0.0
    work: Callable[[], object] = lambda: None

    def feed(self, pcm: bytes) -> Heard | None:
        self.work()
        self.seconds += len(pcm) / len(SECOND)
        return self.says if self.seconds >= self.after else None

    def finish(self) -> Heard:
        return self.says


@dataclass
class Stage:
    """A server, what its listeners were asked, and what they say."""

    says: Heard = field(default_factory=heard)
    after: float = float("inf")
    opened: list[StubListener] = field(default_factory=list)
    work: Callable[[], object] = lambda: None
    port: int = 0

    def open(self, asked: Asked) -> StubListener:
        listener = StubListener(asked, self.says, self.after, work=self.work)
        self.opened.append(listener)
        return listener

    @asynccontextmanager
    async def client(self) -> AsyncIterator[AsyncTcpClient]:
        async with AsyncTcpClient(LOOPBACK, self.port) as client:
            yield client


@pytest.fixture
async def stage(socket_enabled: None) -> AsyncIterator[Stage]:
    async with AsyncExitStack() as stack:
        stage = Stage()
        hearing = Hearing(stage.open)
        stack.push_async_callback(hearing.close)
        server = WyomingServer(hearing, Info, lambda: HOME)
        stage.port = await server.start(LOOPBACK, 0)
        stack.push_async_callback(server.stop)
        yield stage


async def start(
    client: AsyncTcpClient,
    *,
    language: str | None = None,
    names: list[str] | None = None,
    context: dict[str, Any] | None = None,
) -> None:
    request = Transcribe(language=language, transcript_names=names, context=context)
    await client.write_event(request.event())
    await client.write_event(AudioStart(16_000, 2, 1).event())


async def speak(client: AsyncTcpClient, seconds: int = 1) -> None:
    for _ in range(seconds):
        await client.write_event(AudioChunk(16_000, 2, 1, SECOND).event())


async def stop(client: AsyncTcpClient) -> None:
    await client.write_event(AudioStop().event())


async def answer(client: AsyncTcpClient) -> Transcript:
    """The transcript, of the four events of an answer."""
    said = [await following(client) for _ in range(4)]
    kinds = ["transcript-start", "transcript-chunk", "transcript", "transcript-stop"]
    assert [event.type for event in said] == kinds
    return Transcript.from_event(said[2])


async def following(client: AsyncTcpClient) -> Event:
    event = await asyncio.wait_for(client.read_event(), 10.0)
    assert event is not None
    return event
