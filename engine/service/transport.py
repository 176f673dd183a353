"""One MQTT connection that is made again whenever it breaks.

The client is aiomqtt, which does not reconnect by itself. MQTT 5 is spoken where the broker
does, 3.1.1 elsewhere. What waits to be sent while there is no connection is dropped: it would be
stale when it arrived, and whoever holds the state says everything anew on a new connection.
"""

import asyncio
from collections import deque
from collections.abc import Callable, Iterable
import contextlib
from dataclasses import dataclass
import logging
import secrets

import aiomqtt
from paho.mqtt.reasoncodes import ReasonCode

from ..core.message import Message
from .broker import Broker
from .client import (
    MOST_WAITING,
    REFUSED,
    UNSUPPORTED_VERSION,
    connection,
    explain,
    reason_of,
)
from .clock import HostClock
from .stopping import before, stopped_within

_LOGGER = logging.getLogger(__name__)

FIRST_RETRY = 1.0
LONGEST_RETRY = 60.0
_STEADY = 30.0
"""Seconds that a connection must have lasted for the next failure to count as the first."""

_COMPLAIN_EVERY = 60.0

_FAILURE = 128
"""Reason codes from here on are refusals."""


@dataclass(frozen=True, slots=True)
class Letter:
    """One message to publish."""

    topic: str
    payload: bytes
    qos: int = 0
    retain: bool = False


class Backoff:
    """How long to wait before the next attempt: exponential, with full jitter.

    Marc Brooker, "Exponential Backoff And Jitter", AWS Architecture Blog, 2015: after a broker
    restarts, clients that draw from the whole interval come back spread out.
    """

    def __init__(self, first: float = FIRST_RETRY, longest: float = LONGEST_RETRY) -> None:
        self._first = first
        self._longest = longest
        self._ceiling = first

    def next(self) -> float:
        """Seconds, between nothing and a ceiling that doubles each time."""
        ceiling, self._ceiling = self._ceiling, min(self._ceiling * 2.0, self._longest)
        return secrets.SystemRandom().uniform(0.0, ceiling)

    def reset(self) -> None:
        """Begin again with the shortest wait."""
        self._ceiling = self._first


class Link:
    """The connection of one client.

    `filters` are subscribed to on every connection; `receive` is called with every message,
    stamped by `clock`; the letters of `greet` are sent after every connection and those of
    `part` before a wanted end. The broker publishes `will` when the connection breaks.
    """

    def __init__(
        self,
        broker: Broker,
        clock: HostClock,
        *,
        identity: str,
        filters: Iterable[str] = (),
        will: Letter | None = None,
        receive: Callable[[Message], None],
        greet: Callable[[], Iterable[Letter]] = tuple,
        part: Callable[[], Iterable[Letter]] = tuple,
        backoff: Backoff | None = None,
    ) -> None:
        self._broker = broker
        self._clock = clock
        # Two clients of one name would take the connection from each other for ever.
        self._identity = f"{identity}-{secrets.token_hex(4)}"
        self._filters = tuple(filters)
        self._will = will
        self._receive = receive
        self._greet = greet
        self._part = part
        self._backoff = backoff or Backoff()
        self._protocol = aiomqtt.ProtocolVersion.V5
        self._waiting: deque[tuple[Letter, Callable[[], None]]] = deque(maxlen=MOST_WAITING)
        self._posted = asyncio.Event()
        self._connected = False
        self._complained = float("-inf")

    def send(self, letter: Letter, delivered: Callable[[], None] = lambda: None) -> bool:
        """Send soon; a letter without a connection, or one too many, is dropped.

        Whether there is a connection. `delivered` is called once it is sent and, from QoS 1 on,
        the broker has confirmed it.
        """
        if self._connected:
            if len(self._waiting) == MOST_WAITING:
                self._complain("the broker takes our messages too slowly; the oldest are dropped")
            self._waiting.append((letter, delivered))
            self._posted.set()
        return self._connected

    async def run(self, stop: asyncio.Event) -> None:
        """Keep connected until stop is set."""
        while not stop.is_set():
            since = self._clock.now()
            try:
                await self._session(stop)
            except* (aiomqtt.MqttError, OSError) as group:
                error = group.exceptions[0]
            else:
                continue
            if self._clock.now() - since > _STEADY:
                self._backoff.reset()
            await stopped_within(stop, self._next_try(error))

    def _next_try(self, error: BaseException) -> float:
        """Report a failure; returns how many seconds to wait."""
        code = reason_of(error)
        if code == UNSUPPORTED_VERSION and self._protocol is aiomqtt.ProtocolVersion.V5:
            self._protocol = aiomqtt.ProtocolVersion.V311
            _LOGGER.info("The broker does not speak MQTT 5, so we speak 3.1.1")
            return 0.0
        delay = LONGEST_RETRY if code in REFUSED else self._backoff.next()
        _LOGGER.warning("%s; trying again in %.0f s", explain(error, self._broker), delay)
        return delay

    async def _session(self, stop: asyncio.Event) -> None:
        """One connection, from its handshake to its end."""
        client = connection(self._broker, self._identity, self._protocol, will=_will(self._will))
        async with contextlib.AsyncExitStack() as stack:
            # A broker that does not answer must not hold up the end.
            if await before(stop, stack.enter_async_context(client)) is None:
                return
            await self._subscribe(client)
            _LOGGER.info(
                "Connected to %s:%d, MQTT %s",
                self._broker.host,
                self._broker.port,
                "5" if self._protocol is aiomqtt.ProtocolVersion.V5 else "3.1.1",
            )
            self._connected = True
            try:
                await self._exchange(client, stop)
            finally:
                self._connected = False
                self._waiting.clear()

    async def _exchange(self, client: aiomqtt.Client, stop: asyncio.Event) -> None:
        """Read and write until stop is set or the connection breaks."""
        for letter in self._greet():
            await _publish(client, letter)
        async with asyncio.TaskGroup() as group:
            tasks = [
                group.create_task(self._read(client)),
                group.create_task(self._write(client)),
            ]
            await stop.wait()
            for task in tasks:
                task.cancel()
        for letter in self._part():
            await _publish(client, letter)

    async def _subscribe(self, client: aiomqtt.Client) -> None:
        for topic in self._filters:
            for code in await client.subscribe(topic, qos=1):
                if (code.value if isinstance(code, ReasonCode) else code) >= _FAILURE:
                    _LOGGER.error(
                        "The broker does not let us read %s; allow it in its access list", topic
                    )

    async def _read(self, client: aiomqtt.Client) -> None:
        messages = client.messages
        async for received in messages:
            if len(messages) >= MOST_WAITING - 1:
                self._complain("messages come faster than they can be read; some are lost")
            self._receive(
                Message(
                    topic=received.topic.value,
                    payload=received.payload,
                    host_t=self._clock.now(),
                    retain=bool(received.retain),
                    qos=received.qos,
                )
            )

    async def _write(self, client: aiomqtt.Client) -> None:
        while True:
            await self._posted.wait()
            self._posted.clear()
            while self._waiting:
                letter, delivered = self._waiting.popleft()
                await _publish(client, letter)
                delivered()

    def _complain(self, text: str) -> None:
        now = self._clock.now()
        if now - self._complained > _COMPLAIN_EVERY:
            self._complained = now
            _LOGGER.warning("%s", text[0].upper() + text[1:])


def _will(letter: Letter | None) -> aiomqtt.Will | None:
    if letter is None:
        return None
    return aiomqtt.Will(letter.topic, letter.payload, letter.qos, retain=letter.retain)


async def _publish(client: aiomqtt.Client, letter: Letter) -> None:
    await client.publish(letter.topic, letter.payload, letter.qos, letter.retain)
