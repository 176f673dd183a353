"""The stand-in of the host as a process: `python -m stage.nights.host CONFIG`.

What it must not forget is in a journal, written before its effect. The sleeper reaches it through
a port of its own, which needs no broker. What it does goes into a log, a line of JSON each.
"""

import asyncio
import contextlib
import json
from pathlib import Path
import secrets
import time

import aiomqtt

from halcyon.core.message import topic_of
from halcyon.core.snapshot import flag_in
from halcyon.service.store import Saved, Store, encode

from ..process import LOOPBACK
from .config import Config, given, log_of
from .standin import StandIn

_TICK_S = 0.05
_RETRY_S = 0.3


class Host:
    """The stand-in beside a broker and a disk."""

    def __init__(self, config: Config) -> None:
        self._config = config
        self._log = log_of(config)
        self._folder = Path(config.folder)
        self._store = Store(self._folder, "host")
        saved = self._store.load()
        state = None if saved is None else saved.state
        self._plan = StandIn(
            config.occurrence,
            config.deadline,
            config.smart,
            dismissed=state is not None and flag_in(state, "dismissed"),
            rang=state is not None and flag_in(state, "rang"),
        )
        self._salt = secrets.token_hex(4)
        self._loud = False
        self._prefix = topic_of(config.site, config.node) + "/"

    async def run(self) -> None:
        """Serve until killed."""
        server = await asyncio.start_server(self._press, LOOPBACK, self._config.button)
        async with server, asyncio.TaskGroup() as group:
            group.create_task(self._ring())
            group.create_task(self._talk())

    async def _press(self, _: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """The sleeper says that it is over."""
        self._plan.dismissed = True
        self._keep()
        self._log("dismissed")
        self._look()
        writer.write(b"done")
        await writer.drain()
        writer.close()

    async def _ring(self) -> None:
        while True:
            self._look()
            await asyncio.sleep(_TICK_S)

    def _look(self) -> None:
        rang = self._plan.rang
        loud = self._plan.rings(time.time())
        if self._plan.rang is not rang:
            self._keep()
        if loud is not self._loud:
            self._loud = loud
            self._log("rings" if loud else "rests")

    async def _talk(self) -> None:
        while True:
            with contextlib.suppress(aiomqtt.MqttError, OSError):
                async with (
                    aiomqtt.Client(LOOPBACK, self._config.port, timeout=2.0) as client,
                    asyncio.TaskGroup() as group,
                ):
                    await client.subscribe(self._prefix + "#", qos=1)
                    group.create_task(self._hear(client))
                    group.create_task(self._ask(client))
            await asyncio.sleep(_RETRY_S)

    async def _ask(self, client: aiomqtt.Client) -> None:
        while True:
            body = self._plan.due(time.time(), self._salt)
            if body is not None:
                now = time.time()
                payload = json.dumps(body | {"t": now, "expires": now + 10.0})
                await client.publish(self._prefix + "cmd/alarm", payload, qos=1)
            await asyncio.sleep(_TICK_S)

    async def _hear(self, client: aiomqtt.Client) -> None:
        async for message in client.messages:
            name = message.topic.value.removeprefix(self._prefix)
            if name == "avail" and message.payload != b"online":
                self._plan.gone()
            elif name == "info" and message.payload:
                body = json.loads(message.payload)
                self._plan.announced({each["id"] for each in body["alarms"]})
            elif name == "ack/alarm":
                body = json.loads(message.payload)
                op = self._plan.answered(body["id"], body.get("error"))
                if op is not None:
                    self._log(f"{op} confirmed")
            elif name == "e/alarm":
                body = json.loads(message.payload)
                self._log(f"node {body['event']}")

    def _keep(self) -> None:
        state = {"dismissed": self._plan.dismissed, "rang": self._plan.rang}
        self._store.write(encode(Saved(time.time(), dict(state))))


if __name__ == "__main__":
    asyncio.run(Host(given()).run())
