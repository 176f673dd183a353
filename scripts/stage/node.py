"""A node that says what it is told to, over and over, as a real one does."""

import asyncio
from contextlib import suppress
import json
import secrets
import time
from types import TracebackType
from typing import Self

import aiomqtt

from .broker import Broker
from .client import Json

_PERIOD_S = 0.1
_RETRY_S = 0.2


class Node:
    """One node of protocol 1 with one JSON stream; use it with `async with`.

    It sends its `fields` ten times a second and comes back whenever the broker does.
    """

    def __init__(self, broker: Broker, name: str, *, room: str, site: str = "home") -> None:
        self.fields: dict[str, Json] = {}
        self._broker = broker
        self._room = room
        self._base = f"halcyon/1/{site}/{name}"
        self._boot = secrets.randbits(32)
        self._began = time.monotonic()
        self._count = 0

    async def __aenter__(self) -> Self:
        self._is_over = False
        self._task = asyncio.create_task(self._live())
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._is_over = True
        self._task.cancel()
        with suppress(asyncio.CancelledError):
            await self._task

    async def forget(self) -> None:
        """Clear what the broker retains of the node."""
        async with aiomqtt.Client(self._broker.host, self._broker.port) as client:
            for leaf in ("avail", "info"):
                await client.publish(f"{self._base}/{leaf}", b"", qos=1, retain=True)

    async def _live(self) -> None:
        will = aiomqtt.Will(f"{self._base}/avail", b"offline", qos=1, retain=True)
        # A connection that breaks while it is being left hides that the task was cancelled.
        while not self._is_over:
            # A broker that is away is the rule in these tests, not a fault.
            with suppress(aiomqtt.MqttError):
                async with aiomqtt.Client(
                    self._broker.host, self._broker.port, will=will
                ) as client:
                    await self._speak(client)
            await asyncio.sleep(_RETRY_S)

    async def _speak(self, client: aiomqtt.Client) -> None:
        info = {
            "v": 1,
            "boot": self._boot,
            "fw": "bench",
            "model": "bench",
            "room": self._room,
            "streams": {"bench": {"enc": "json"}},
        }
        await client.publish(f"{self._base}/avail", b"online", qos=1, retain=True)
        await client.publish(f"{self._base}/info", json.dumps(info), qos=1, retain=True)
        while True:
            stamp = {
                "n": self._count,
                "b": self._boot,
                "ms": int(1000 * (time.monotonic() - self._began)),
            }
            self._count += 1
            await client.publish(f"{self._base}/s/bench", json.dumps(stamp | self.fields))
            await asyncio.sleep(_PERIOD_S)
