"""The service with the engine's alarm: `python -m stage.nights.engine_host CONFIG`.

It is what `halcyon run` runs. Only what it has no way in for yet is added: a sleeper's wishes,
said as a host says them, and a log of what it wants of its own ringer.
"""

import asyncio
from collections.abc import Collection
from datetime import UTC, datetime
import json
from pathlib import Path
from typing import override

from halcyon.core.command import Command
from halcyon.core.house import House, Mount, Room, Sleeper
from halcyon.core.message import Message
from halcyon.core.output import Alarm, AlarmEvent, AlarmPlan, Output, Ring
from halcyon.pipeline import Effect
from halcyon.service.broker import Broker
from halcyon.service.config import Config as ServiceConfig, Sensing
from halcyon.service.host import Service
from halcyon.service.stopping import stop_on_signals

from ..process import LOOPBACK
from .config import Config, given, log_of

_RINGER = "media_player.bed"
_AGAIN_S = 0.5


class Bedside(Service):
    """The service with a sleeper whose alarm is the night's."""

    def __init__(self, config: Config) -> None:
        self._night = config
        self._log = log_of(config)
        self._armed = self._set = self._held = False
        self._dismissals: set[str] = set()
        store = Path(config.folder) / "host"
        self._is_first = not store.exists()
        sleeper = Sleeper(config.sleeper, config.node)
        room = Room("bedroom", mounts=(Mount(config.node),), sleepers=(sleeper,))
        super().__init__(
            ServiceConfig(
                house=House(config.site, (room,)),
                store=store,
                broker=Broker(LOOPBACK, config.port),
                sensing=Sensing.SERVICE,
            )
        )

    @override
    async def run(self, stop: asyncio.Event) -> None:
        """Serve, and let the sleeper in."""
        server = await asyncio.start_server(self._press, LOOPBACK, self._night.button)
        async with server, asyncio.TaskGroup() as group:
            group.create_task(super().run(stop))
            group.create_task(self._describe())

    async def _describe(self) -> None:
        """Say what the alarm is, as a host does at every start, until it is armed."""
        self._wish("alarm_ringer", ringer=_RINGER, available=True)
        days = dict.fromkeys(("mon", "tue", "wed", "thu", "fri", "sat", "sun"))
        self._wish(
            "alarm",
            **days,
            nodes=self._night.node,
            ringers=_RINGER,
            window_min=0,
            sound="beacon",
            volume=0.8,
        )
        while self._is_first and not self._armed:
            self._wish("alarm_arm", on=True)
            await asyncio.sleep(_AGAIN_S)
        if self._is_first:
            at = datetime.fromtimestamp(self._night.deadline, UTC)
            self._wish("alarm_set", date=at.strftime("%Y-%m-%d"), time=at.strftime("%H:%M:%S"))
            self._set = True

    async def _press(self, _: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._wish("dismiss")
        writer.write(b"done")
        await writer.drain()
        writer.close()

    def _wish(self, name: str, **keys: str | float | bool | None) -> None:
        body = {"name": name, "sleeper": self._night.sleeper} | keys
        now = self._clock.now()
        self._receive(Message("$host/intent", json.dumps(body).encode(), now))

    @override
    def _receive(self, message: Message) -> None:
        super()._receive(message)
        if message.topic.endswith("/ack/alarm"):
            body = json.loads(message.payload)
            refused = "is over" in str(body.get("error"))
            if body.get("id") in self._dismissals and (body.get("ok") is True or refused):
                self._log("dismiss confirmed")

    @override
    def _send(self, effects: Collection[Effect]) -> None:
        super()._send(effects)
        for effect in effects:
            if isinstance(effect, Command):
                if effect.name == "alarm" and ("op", "dismiss") in effect.fields:
                    self._dismissals.add(effect.id)
                continue
            self._note(effect)

    def _note(self, output: Output) -> None:
        match output.fact:
            case AlarmPlan() as plan:
                self._armed = plan.armed
                if plan.held and not self._held:
                    self._held = True
                    self._log("set confirmed")
            case Ring() as ring:
                self._log("rings" if ring.on else "rests")
            case Alarm(event=AlarmEvent.DISMISSED):
                self._log("dismissed")
            case Alarm() as alarm:
                self._log(f"alarm {alarm.event}")


async def _serve() -> None:
    config = given()
    await Bedside(config).run(stop_on_signals())


if __name__ == "__main__":
    asyncio.run(_serve())
