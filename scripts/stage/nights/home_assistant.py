"""A real Home Assistant as the host of nights: one that lives through many of them.

Its own ringer is an action that writes the time into a file again and again while it runs, so
that what is in the file is when it was heard. It is killed and started again as its nights say.
"""

import asyncio
import contextlib
from datetime import datetime
import json
from pathlib import Path
import time
from zoneinfo import ZoneInfo

import aiohttp

from ..alarm import Alarm, give_alarm
from ..broker import Broker
from ..client import Client, Members
from ..hass import INTEGRATION, Hass
from ..home import confirm_discovery
from ..process import StageError, until
from .sleeping_node import SleepingNode
from .tonight import NODE, SITE, SLEEPER, Tonight
from .verdict import Span, merged

_ZONE = "Europe/Berlin"
_PATIENCE_S = 60.0
_RETRY_S = 0.2
_LOOK_S = 0.05

_COMMAND = """\
shell_command:
  beat: "date +%s.%N >> {beats}"
"""

_RINGS = [
    {
        "repeat": {
            "while": [{"condition": "template", "value_template": "{{ true }}"}],
            "sequence": [{"action": "shell_command.beat"}, {"delay": {"milliseconds": 200}}],
        }
    }
]


class HomeAssistant:
    """Home Assistant in a folder, with a broker, a speaker node and a sleeper who has an alarm."""

    def __init__(self, folder: Path, quiet: Path) -> None:
        self.broker = Broker(folder / "broker", persistence=True)
        self._folder = folder
        self._quiet = quiet
        self._beats = folder / "beats"
        extra = _COMMAND.format(beats=self._beats)
        self._hass = Hass(folder / "config", name="Nights", zone=_ZONE, extra=extra)
        self._client: Client | None = None
        self._following: asyncio.Task[None] | None = None
        self._alarm: Alarm | None = None
        self._tonight = Tonight(0.0, None, folder)
        self._pressed = False
        self._occurrence: str | None = None
        self.dismissed: float | None = None
        self.confirmed: float | None = None

    # A home before its nights.

    async def set_up(self) -> None:
        """Do what a person does once: add the node, a sleeper, and an alarm that both ring."""
        await self.broker.start()
        self._hass.install(INTEGRATION)
        await self._hass.start()
        await self._hass.set_up_mqtt(self.broker.host, self.broker.port)
        node = SleepingNode(self._folder / "first", self._quiet, self.broker.port)
        node.start()
        try:
            async with self._hass.client() as client:
                await confirm_discovery(client)
                (entry,) = await client.entries("halcyon")
                step = await client.start_subentry_flow(entry["entry_id"], "sleeper")
                made = await client.answer_subentry_flow(step, name=SLEEPER.title(), node=NODE)
                if made["type"] != "create_entry":
                    raise StageError(f"there is no sleeper: {made}")
                self._alarm = await give_alarm(client, SITE, NODE, action=_RINGS)
        finally:
            node.kill()
        self._following = asyncio.create_task(self._follow())

    async def close(self) -> None:
        """End everything."""
        if self._following is not None:
            self._following.cancel()
        self._hass.kill()
        self.broker.kill()

    def problems(self) -> list[str]:
        """Errors of the integration with their traces, from all nights.

        Home Assistant logs errors of its own where a broker dies while it connects.
        """
        logged = self._hass.problems()
        return [each for each in logged if "Traceback" in each and "custom_components" in each]

    # A night.

    @property
    def is_set(self) -> bool:
        """Whether the node keeps the alarm and Home Assistant knows that it does."""
        return self._occurrence is not None

    @property
    def rings(self) -> bool:
        """Whether its own ringer was heard."""
        return bool(self.heard())

    async def begin(self, tonight: Tonight) -> None:
        """Set the alarm, by the action that a person or an automation would take."""
        self._tonight, self._pressed = tonight, False
        self._occurrence = self.dismissed = self.confirmed = None
        self._beats.unlink(missing_ok=True)
        await until(self._has_alarm, _PATIENCE_S, "the alarm in Home Assistant")
        at = datetime.fromtimestamp(tonight.deadline, ZoneInfo(_ZONE))
        await self._act("halcyon.set_alarm", "alarm", time=f"{at:%H:%M:%S}")

    async def press(self) -> None:
        """Dismiss by the button; in vain while Home Assistant is away."""
        with contextlib.suppress(StageError, aiohttp.ClientError, ConnectionError):
            await self._act("button.press", "dismiss")
            self._pressed = True

    async def start(self) -> None:
        """Start it again, and wait until it runs."""
        await self._hass.start()

    def kill(self) -> None:
        """End it as a power cut would."""
        self._hass.kill()

    def heard(self) -> list[Span]:
        """When its action ran."""
        beats = self._beats.read_text().split() if self._beats.exists() else []
        return merged(Span(float(each), float(each)) for each in beats)

    async def leave(self) -> None:
        """Go on as a home does: mend what the night has broken, and end an alarm that still rings.

        That is so after a night that was given up. Raises StageError.
        """
        if not self.broker.running:
            await self.broker.start()
        if not self._hass.running:
            await self._hass.start()
        await until(self._has_alarm, _PATIENCE_S, "the alarm in Home Assistant")
        await until(self._is_over, _PATIENCE_S, "the end of the night's alarm")

    async def _is_over(self) -> bool:
        if self._shows("next_alarm") != "unknown":
            await self.press()
        return self._shows("next_alarm") == "unknown"

    def _has_alarm(self) -> bool:
        """Whether its entities are there, which they are a while after Home Assistant is."""
        return self._shows("alarm") not in {None, "unavailable"}

    def _shows(self, entity: str) -> str | None:
        """The state of an entity of the alarm; None while Home Assistant is away."""
        if self._client is None or self._alarm is None:
            return None
        state = self._client.states.get(self._alarm.entities[entity])
        return None if state is None else state.state

    async def _act(self, action: str, entity: str, **data: str) -> None:
        if self._client is None or self._alarm is None or not self._has_alarm():
            # Home Assistant would take an action on entities that are missing, and do nothing.
            raise StageError("Home Assistant is away")
        await self._client.act(action, self._alarm.entities[entity], **data)

    async def _follow(self) -> None:
        """Look at what it shows, whenever it runs, and at what the node keeps."""
        while True:
            with contextlib.suppress(StageError, aiohttp.ClientError, ConnectionError):
                async with self._hass.client() as self._client:
                    while self._hass.running and not self._client.broken:
                        self._look()
                        await asyncio.sleep(_LOOK_S)
            self._client = None
            self._look()
            await asyncio.sleep(_RETRY_S)

    def _look(self) -> None:
        now, kept = time.time(), self._kept()
        if self._occurrence is None and self._is_held() and (alarms := kept.get("alarms")):
            self._occurrence = alarms[0]["occurrence"]
        if self._pressed and self.dismissed is None and self._shows("next_alarm") == "unknown":
            self.dismissed = now
        if self.confirmed is None and self._occurrence in kept.get("over", ()):
            self.confirmed = now

    def _is_held(self) -> bool:
        if self._client is None or self._alarm is None:
            return False
        state = self._client.states.get(self._alarm.entities["alarm"])
        return state is not None and state.attributes.get("rings_by_itself") is True

    def _kept(self) -> Members:
        """What the node keeps of alarms; nothing while it has no file."""
        with contextlib.suppress(OSError, ValueError, KeyError):
            found: Members = json.loads(self._tonight.alarms.read_text())["state"]
            return found
        return {}
