"""The moments at which somebody began and ceased to move."""

from collections.abc import Callable
from typing import override

from homeassistant.components.event import (
    EventDeviceClass,
    EventEntity,
    EventEntityDescription,
)
from homeassistant.const import Platform
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback
from homeassistant.helpers.start import async_at_started

from .display import Key
from .entity import HalcyonEntity, add_entities
from .hub import HalcyonConfigEntry, Hub
from .subject import Subject

PARALLEL_UPDATES = 0

DETECTED = "detected"
CLEARED = "cleared"

EVENTS = (
    EventEntityDescription(
        key="motion",
        translation_key="motion",
        device_class=EventDeviceClass.MOTION,
        event_types=[DETECTED, CLEARED],
    ),
)


async def async_setup_entry(
    hass: HomeAssistant,
    entry: HalcyonConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Add the events of every room."""
    add_entities(entry, async_add_entities, RoomEvent, rooms=EVENTS)


class RoomEvent(HalcyonEntity, EventEntity):
    """The edges of one value of a room.

    It is always available: automations ignore a state that comes out of unavailable, and an
    event must not be lost that way. For the same reason edges that fall due while Home
    Assistant starts are delivered when it has started and its automations listen.
    """

    platform_domain = Platform.EVENT

    def __init__(self, hub: Hub, subject: Subject, description: EventEntityDescription) -> None:
        super().__init__(hub, subject, description)
        self._was = self.value
        self._held: list[str] = []
        self._deliver: Callable[[str], None] = self._held.append

    @property
    @override
    def available(self) -> bool:
        return True

    @property
    @override
    def watched(self) -> tuple[Key, ...]:
        return (self.key,)

    @override
    async def async_added_to_hass(self) -> None:
        await super().async_added_to_hass()
        self.async_on_remove(async_at_started(self.hass, self._home_started))

    @callback
    def _home_started(self, _hass: HomeAssistant) -> None:
        self._deliver = self._trigger
        for event in self._held:
            self._trigger(event)
        self._held.clear()

    @callback
    def _trigger(self, event: str) -> None:
        self._trigger_event(event)
        self.async_write_ha_state()

    @callback
    @override
    def _changed(self) -> None:
        was, self._was = self._was, self.value
        # What was not known before has not happened now.
        if was is False and self._was is True:
            self._deliver(DETECTED)
        elif was is True and self._was is False:
            self._deliver(CLEARED)
