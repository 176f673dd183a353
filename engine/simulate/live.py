"""Playing a scenario to a real broker in real time, one MQTT client a node.

The only module here that reads a clock and opens sockets.
"""

import asyncio
from collections.abc import Callable, Iterable
import contextlib
from dataclasses import replace
import logging
import socket

import aiomqtt

from ..core.message import TOPIC_ROOT, Message
from .scenario import Scenario
from .simulation import Simulation

_BLOCK_S = 1.0
"""How far ahead it computes, and so how soon a command shows."""

_KEEPALIVE_S = 15
"""As ESPHome's."""

_LOGGER = logging.getLogger(__name__)

_RETRY_S = 1.0
_RETRY_MOST_S = 30.0

type _Obey = Callable[[str, str, bytes], list[Message]]
"""Answers to a command: node, name, payload."""


async def play(
    scenario: Scenario,
    host: str,
    port: int,
    *,
    start: float,
    speed: float = 1.0,
    site: str | None = None,
    username: str | None = None,
    password: str | None = None,
    until: float | None = None,
) -> None:
    """Publish a scenario to a broker, `speed` times as fast as it would happen.

    `start` is the unix time that the nodes' clocks show at the beginning, `site` overrides the
    scenario's, `until` ends it after so many scenario seconds. A scenario that loops plays for
    ever without. A node that reboots or flaps cuts its connection, so that the broker publishes
    its last will. A broker that cannot be reached is waited for; what is said meanwhile is lost.
    """
    if site is not None:
        scenario = replace(scenario, house=replace(scenario.house, site=site))
    simulation = Simulation(scenario, start, rounds=None, block=_BLOCK_S)
    clock = _Clock(start, speed)

    def obey(node: str, name: str, payload: bytes) -> list[Message]:
        return simulation.command(node, name, payload, clock.now())

    base = f"{TOPIC_ROOT}/{scenario.house.site}/"
    links = {
        node.id: _Link(host, port, username, password, base, node.id, obey)
        for node in scenario.nodes
    }
    async with asyncio.TaskGroup() as group:
        keepers = [group.create_task(link.keep()) for link in links.values()]
        try:
            for message in simulation.messages():
                if until is not None and message.host_t - start > until:
                    break
                await clock.wait(message.host_t)
                await links[message.topic.split("/")[3]].carry(message)
        finally:
            for link in links.values():
                await link.farewell()
            for keeper in keepers:
                keeper.cancel()


class _Clock:
    """Scenario time as it passes."""

    def __init__(self, start: float, speed: float) -> None:
        self._start = start
        self._speed = speed
        self._began = asyncio.get_running_loop().time()

    def now(self) -> float:
        """The unix time that it is in the scenario."""
        elapsed = asyncio.get_running_loop().time() - self._began
        return self._start + elapsed * self._speed

    async def wait(self, t: float) -> None:
        """Sleep until it is t in the scenario."""
        await asyncio.sleep(max(0.0, (t - self.now()) / self._speed))


class _Link:
    """The connection of one node, kept open as long as the node is meant to be online."""

    def __init__(
        self,
        host: str,
        port: int,
        username: str | None,
        password: str | None,
        base: str,
        node: str,
        obey: _Obey,
    ) -> None:
        self._host = host
        self._port = port
        self._username = username
        self._password = password
        self._prefix = f"{base}{node}/"
        self._node = node
        self._obey = obey
        self._info = b""
        self._wanted = asyncio.Event()
        self._is_over = False
        self._client: aiomqtt.Client | None = None

    async def carry(self, message: Message) -> None:
        """Publish a message, or act on it where it is about the connection itself."""
        kind = message.topic.removeprefix(self._prefix)
        if kind == "avail" and message.payload == b"offline":
            self._die()
        elif kind == "info":
            self._info = message.payload
            self._wanted.set()
            await self._publish([message])
        elif kind != "avail":
            await self._publish([message])

    async def farewell(self) -> None:
        """Say that the node goes, as one that is switched off in order does; connect no more."""
        self._is_over = True
        self._wanted.clear()
        if self._client is not None:
            with contextlib.suppress(aiomqtt.MqttError):
                await self._client.publish(self._prefix + "avail", b"offline", qos=1, retain=True)

    async def keep(self) -> None:
        """Connect whenever the node is meant to be online, and read its commands."""
        pause = _RETRY_S
        # A connection that breaks while it is being left hides that its keeper was cancelled.
        while not self._is_over:
            await self._wanted.wait()
            try:
                async with self._connection() as client:
                    await self._greet(client)
                    pause = _RETRY_S
                    self._client = client
                    async for received in client.messages:
                        await self._command(received)
            except aiomqtt.MqttError as error:
                if self._wanted.is_set():
                    _LOGGER.warning(
                        "%s at %s:%d: %s; trying again in %g s",
                        self._node,
                        self._host,
                        self._port,
                        error,
                        pause,
                    )
            finally:
                self._client = None
            if self._wanted.is_set():
                await asyncio.sleep(pause)
                pause = min(2 * pause, _RETRY_MOST_S)

    def _connection(self) -> aiomqtt.Client:
        return aiomqtt.Client(
            self._host,
            self._port,
            username=self._username,
            password=self._password,
            identifier=self._prefix.replace("/", "-").strip("-"),
            protocol=aiomqtt.ProtocolVersion.V311,
            will=aiomqtt.Will(self._prefix + "avail", b"offline", qos=1, retain=True),
            keepalive=_KEEPALIVE_S,
        )

    async def _greet(self, client: aiomqtt.Client) -> None:
        await client.subscribe(self._prefix + "cmd/+", qos=1)
        await client.publish(self._prefix + "avail", b"online", qos=1, retain=True)
        await client.publish(self._prefix + "info", self._info, qos=1, retain=True)

    async def _command(self, received: aiomqtt.Message) -> None:
        name = received.topic.value.removeprefix(self._prefix + "cmd/")
        if not received.retain and isinstance(received.payload, bytes):
            await self._publish(self._obey(self._node, name, received.payload))

    async def _publish(self, messages: Iterable[Message]) -> None:
        """Publish; without a connection the messages are lost, as on a node."""
        for message in messages:
            if self._client is not None:
                retain = message.topic == self._prefix + "info"
                with contextlib.suppress(aiomqtt.MqttError):
                    await self._client.publish(
                        message.topic, message.payload, qos=message.qos, retain=retain
                    )

    def _die(self) -> None:
        """Cut the connection without a word, so that the broker publishes the last will."""
        self._wanted.clear()
        client, self._client = self._client, None
        if client is None:
            return
        # aiomqtt can only say goodbye; a node that loses its power does not.
        line = client._client.socket()  # noqa: SLF001
        if isinstance(line, socket.socket):
            with contextlib.suppress(OSError):
                line.shutdown(socket.SHUT_RDWR)
