"""A house whose rooms and sleepers say what a test wants, and automations made of blueprints.

The Halcyon service computes the rooms here, so that a test says its outputs and nothing else:
the entities, and with them all that an automation can see, are the integration's own.
"""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
import json
from pathlib import Path
import time
from typing import Any

from freezegun.api import FrozenDateTimeFactory
from homeassistant.const import EVENT_HOMEASSISTANT_STARTED
from homeassistant.core import CoreState, HomeAssistant, ServiceCall
from homeassistant.setup import async_setup_component
from homeassistant.util import dt as dt_util
import pytest
from pytest_homeassistant_custom_component.common import (
    async_fire_mqtt_message,
    async_fire_time_changed,
)
from pytest_homeassistant_custom_component.typing import MqttMockHAClient
from tests.integration.conftest import (
    custom_integrations,
    expected_lingering_timers,
    frozen,
    room,
    set_up,
    sleeper,
)

from custom_components.halcyon.engine.core.output import (
    Fact,
    InBed,
    MotionEvent,
    Moved,
    Movement,
    Output,
    Presence,
    SessionEvent,
    SleepSession,
)
from custom_components.halcyon.engine.core.reading import MotionLevel
from custom_components.halcyon.hub import HalcyonConfigEntry

__all__ = ["custom_integrations", "expected_lingering_timers", "frozen"]

BLUEPRINTS = Path(__file__).parents[2] / "blueprints" / "automation" / "halcyon"

MINUTE = 60.0

ALARM = {"week": {"mon": "07:00"}, "media_players": ["media_player.alarm"]}
"""An alarm whose times do not matter, because the service says what it is at."""

_ROUNDS = 12
"""Turns of the event loop after which nothing that a test caused is still on its way. A run of an
automation that waits is a task that never ends by itself, so nothing can wait for all tasks."""

_OFF, _ON = "off", "on"
_SWITCHED = {"turn_on": _ON, "turn_off": _OFF, "media_pause": "paused", "media_play": "playing"}


@dataclass
class House:
    """A house with two rooms, two sleepers, and things that do as they are told."""

    hass: HomeAssistant
    entry: HalcyonConfigEntry
    freezer: FrozenDateTimeFactory
    calls: list[ServiceCall] = field(default_factory=list)

    async def settle(self) -> None:
        """Wait until what was said has had its effect."""
        for _ in range(2):
            for _ in range(_ROUNDS):
                await asyncio.sleep(0)
            await self.entry.runtime_data.async_settle()

    async def says(self, where: str, *facts: Fact) -> None:
        """Let a room or one of its sleepers be told of."""
        now = time.time()
        for fact in facts:
            output = Output(now, now, "home", where, fact)
            topic = f"halcyon/1/home/$engine/out/{where}"
            async_fire_mqtt_message(self.hass, topic, json.dumps(output.to_json()))
        await self.settle()

    async def enters(self, where: str) -> None:
        """Let somebody walk into a room."""
        await self.says(
            where,
            Presence(True, 0.9),
            Moved(MotionLevel.MAJOR, 0.9, "radar"),
            MotionEvent(Movement.STARTED, "radar"),
        )

    async def rests(self, where: str) -> None:
        """Let nothing move in a room in which somebody is, for as long as it takes."""
        await self.says(where, Moved(MotionLevel.NONE, 0.0, "radar"))
        await self.passes(5 * MINUTE)
        await self.says(where, MotionEvent(Movement.STOPPED, "radar"))

    async def leaves(self, where: str) -> None:
        """Let a room be empty."""
        await self.says(where, Moved(MotionLevel.NONE, 0.0, "radar"), Presence(False, 0.9))

    async def sleeps(self, *sleepers: str) -> None:
        """Let sleepers, by the names of their nodes, go to bed and fall asleep."""
        for each in sleepers:
            await self.says("bedroom", InBed(each, in_bed=True))
            await self.says("bedroom", SleepSession(each, SessionEvent.FELL_ASLEEP))

    async def gets_up(self, *sleepers: str) -> None:
        """Let sleepers get out of bed."""
        for each in sleepers:
            await self.says("bedroom", InBed(each, in_bed=False))

    async def service(self, state: str) -> None:
        """Let the service come or go, and with it whether anything is known."""
        async_fire_mqtt_message(self.hass, "halcyon/1/home/$engine/state", state)
        await self.settle()

    async def passes(self, seconds: float, step: float | None = None) -> None:
        """Let time pass, in steps no longer than what an automation waits for in turn.

        Over more than half an hour what matters is a matter of minutes.
        """
        if step is None:
            step = 15.0 if seconds <= 30.0 * MINUTE else MINUTE
        steps = max(1, round(seconds / step))
        for _ in range(steps):
            self.freezer.tick(seconds / steps)
            async_fire_time_changed(self.hass, dt_util.utcnow())
            await self.settle()

    async def puts(self, entity_id: str, state: str, **attributes: object) -> None:
        """Let something that is not Halcyon's be so."""
        self.hass.states.async_set(entity_id, state, attributes)
        await self.settle()

    async def automate(self, blueprint: str, **inputs: object) -> None:
        """Make an automation of a blueprint, as the editor does."""
        await self._add(blueprint, inputs)
        assert self.state(f"automation.{blueprint}") == _ON

    async def restarts(self, blueprint: str, **inputs: object) -> None:
        """Start Home Assistant with an automation that it had before; states stay as they are."""
        self.hass.set_state(CoreState.starting)
        await self._add(blueprint, inputs)
        self.hass.set_state(CoreState.running)
        self.hass.bus.async_fire(EVENT_HOMEASSISTANT_STARTED)
        await self.settle()

    async def _add(self, blueprint: str, inputs: dict[str, object]) -> None:
        config = {
            "id": blueprint,
            "alias": blueprint,
            "use_blueprint": {"path": f"halcyon/{blueprint}.yaml", "input": inputs},
        }
        assert await async_setup_component(self.hass, "automation", {"automation": [config]})
        await self.settle()

    def state(self, entity_id: str) -> str | None:
        """The state of an entity, None where there is none."""
        found = self.hass.states.get(entity_id)
        return None if found is None else found.state

    def called(self, *actions: str) -> list[tuple[str, list[str]]]:
        """Which of some actions (all, if none is named) were called, and for what, so far."""
        return [
            (name, list(call.data.get("entity_id", [])))
            for call in self.calls
            if (name := f"{call.domain}.{call.service}") in actions or not actions
        ]

    def obey(self, domain: str, *services: str) -> None:
        """Offer actions that note that they were called, and set the states of their targets."""

        async def serve(call: ServiceCall) -> None:
            self.calls.append(call)
            for entity_id in call.data.get("entity_id", []):
                self._set(entity_id, call)

        for service in services:
            self.hass.services.async_register(domain, service, serve)

    def _set(self, entity_id: str, call: ServiceCall) -> None:
        state = self.hass.states.get(entity_id)
        if state is None or state.state == "unavailable" or call.service not in _SWITCHED:
            return
        attributes = dict(state.attributes)
        percent: Any = call.data.get("brightness_pct")
        if percent is not None:
            attributes["brightness"] = round(2.55 * percent)
        self.hass.states.async_set(
            entity_id, _SWITCHED[call.service], attributes, context=call.context
        )


@pytest.fixture
async def house(
    hass: HomeAssistant,
    mqtt_mock: MqttMockHAClient,
    freezer: FrozenDateTimeFactory,
    tmp_path: Path,
) -> AsyncIterator[House]:
    """A house that is set up, in which nothing was said yet; the blueprints are installed."""
    hass.config.config_dir = str(tmp_path)
    await hass.config.async_set_time_zone("UTC")
    folder = tmp_path / "blueprints" / "automation"
    folder.mkdir(parents=True)
    (folder / "halcyon").symlink_to(BLUEPRINTS)
    parts = (
        room(hass, "Bedroom", "bed", "bed-2"),
        room(hass, "Living room", "wall"),
        sleeper("Anna", "bed", alarm=ALARM),
        sleeper("Ben", "bed-2"),
    )
    entry = await set_up(hass, *parts, host="service")
    made = House(hass, entry, freezer)
    made.obey("light", "turn_on", "turn_off")
    made.obey("homeassistant", "turn_on", "turn_off")
    made.obey("media_player", "media_pause", "turn_off", "volume_set", "play_media")
    await made.service("online")
    yield made
    # A run that still waits would be waited for at the end.
    for name in hass.states.async_entity_ids("automation"):
        await hass.services.async_call("automation", "turn_off", {"entity_id": name})
    await made.settle()
