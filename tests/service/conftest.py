"""A real broker, a client that remembers what it saw, and `halcyon` as a process."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import AsyncExitStack
import os
from pathlib import Path
import signal
import subprocess
import sys

import aiomqtt
import pytest

from stage.broker import Broker
from stage.process import LOOPBACK, until

PATIENCE = 30.0
"""Seconds after which what a test waits for will not come any more: three times as long as an MQTT
client itself waits for an answer."""


class Client:
    """An MQTT 3.1.1 client, as nodes are, that remembers everything it saw."""

    def __init__(self, port: int, filters: tuple[str, ...], username: str | None) -> None:
        self.seen: list[tuple[str, bytes, bool]] = []
        self._filters = filters
        self._client = aiomqtt.Client(
            LOOPBACK,
            port,
            username=username,
            password=username,
            protocol=aiomqtt.ProtocolVersion.V311,
        )

    async def open(self, stack: AsyncExitStack) -> None:
        await stack.enter_async_context(self._client)
        for each in self._filters:
            await self._client.subscribe(each, qos=1)
        reader = asyncio.create_task(self._read())
        stack.callback(reader.cancel)

    async def publish(self, topic: str, payload: bytes | str, *, retain: bool = False) -> None:
        await self._client.publish(topic, payload, 1, retain)

    def payloads(self, topic: str) -> list[bytes]:
        return [payload for seen, payload, _ in self.seen if seen == topic]

    async def wait_for(self, topic: str, payload: bytes | None = None, count: int = 1) -> None:
        def enough() -> bool:
            found = self.payloads(topic)
            return len(found if payload is None else [f for f in found if f == payload]) >= count

        await until(enough, PATIENCE, f"{count} x {payload!r} on {topic}")

    async def _read(self) -> None:
        async for got in self._client.messages:
            self.seen.append((got.topic.value, got.payload, bool(got.retain)))


class Halcyon:
    """`halcyon` as a process of its own."""

    def __init__(self, folder: Path, arguments: tuple[str, ...]) -> None:
        self._log = folder / f"halcyon-{len(list(folder.glob('halcyon-*.log')))}.log"
        with self._log.open("wb") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "halcyon", *arguments],
                stdout=log,
                stderr=log,
                env=os.environ | {"XDG_STATE_HOME": str(folder), "XDG_CONFIG_HOME": str(folder)},
            )

    @property
    def said(self) -> str:
        return self._log.read_text()

    async def says(self, text: str) -> None:
        await until(lambda: text in self.said, PATIENCE, f"{text!r}\n{self.said}")

    async def ended(self) -> int:
        await until(lambda: self.process.poll() is not None, PATIENCE, f"the end\n{self.said}")
        return self.process.returncode

    async def stop(self, number: int = signal.SIGTERM) -> int:
        self.process.send_signal(number)
        return await self.ended()


type Connect = Callable[..., Awaitable[Client]]
type Start = Callable[..., Halcyon]
type Configure = Callable[..., str]


@pytest.fixture
async def broker(tmp_path: Path, socket_enabled: None) -> AsyncIterator[Broker]:
    started = Broker(tmp_path / "broker")
    await started.start()
    yield started
    started.stop()


@pytest.fixture
async def connect() -> AsyncIterator[Connect]:
    """Make clients, which are closed at the end."""
    async with AsyncExitStack() as stack:

        async def make(port: int, *filters: str, username: str | None = None) -> Client:
            client = Client(port, filters, username)
            await client.open(stack)
            return client

        yield make


@pytest.fixture
def halcyon(tmp_path: Path) -> Iterator[Start]:
    """Start `halcyon` processes, which are gone at the end."""
    started: list[Halcyon] = []

    def start(*arguments: str) -> Halcyon:
        started.append(Halcyon(tmp_path, arguments))
        return started[-1]

    yield start
    for each in started:
        each.process.kill()
        each.process.wait()


@pytest.fixture
def configure(tmp_path: Path) -> Configure:
    """Write a configuration for a broker on this machine; returns its path."""

    def write(port: int, top: str = 'sensing = "service"', mqtt: str = "") -> str:
        path = tmp_path / "halcyon.toml"
        # Speech has tests of its own, and models that take their time.
        speech = "[speech]\nenabled = false\n"
        path.write_text(f'{top}\n[mqtt]\nhost = "{LOOPBACK}"\nport = {port}\n{mqtt}\n{speech}')
        return str(path)

    return write
