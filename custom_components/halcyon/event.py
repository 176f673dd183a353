"""The moments at which movement began, went on and had stopped."""

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

from .appearing import add_entities
from .display import Key
from .engine.core.output import Movement
from .entity import HalcyonEntity
from .hub import HalcyonConfigEntry, Hub
from .subject import Subject

PARALLEL_UPDATES = 0

ATTR_SOURCE = "source"

EVENTS = (
    EventEntityDescription(
        key="motion",
        translation_key="motion",
        device_class=EventDeviceClass.MOTION,
        event_types=[str(event) for event in Movement],
    ),
)


async def async_setup_entry(
    hass: HomeAssistant,
    entry: HalcyonConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Add the events of every room."""
    add_entities(entry, async_add_entities, MotionEventEntity, rooms=EVENTS)


class MotionEventEntity(HalcyonEntity, EventEntity):
    """What happened to the movement in a room, and which kind of sensor saw it.

    It is always available: automations ignore a state that comes out of unavailable, and an
    event must not be lost that way. For the same reason what happens while Home Assistant
    starts is told when it has started and its automations listen.
    """

    platform_domain = Platform.EVENT

    def __init__(self, hub: Hub, subject: Subject, description: EventEntityDescription) -> None:
        super().__init__(hub, subject, description)
        self._movement = Key(subject.scope, subject.name, "movement")
        self._moved_by = Key(subject.scope, subject.name, "moved_by")
        self._held: list[tuple[str, str | None]] = []
        self._tell: Callable[[str, str | None], None] = self._hold

    @property
    @override
    def available(self) -> bool:
        return True

    @property
    @override
    def watched(self) -> tuple[Key, ...]:
        return (self._movement,)

    @override
    async def async_added_to_hass(self) -> None:
        await super().async_added_to_hass()
        self.async_on_remove(async_at_started(self.hass, self._home_started))

    @callback
    def _home_started(self, _hass: HomeAssistant) -> None:
        self._tell = self._trigger
        for event, source in self._held:
            self._trigger(event, source)
        self._held.clear()

    def _hold(self, event: str, source: str | None) -> None:
        # That it goes on is told again within minutes, to whoever listens then.
        if event != Movement.CONTINUED:
            self._held.append((event, source))

    @callback
    def _trigger(self, event: str, source: str | None) -> None:
        self._trigger_event(event, {} if source is None else {ATTR_SOURCE: source})
        self.async_write_ha_state()

    @callback
    @override
    def _changed(self) -> None:
        # What is said of a room while none of its sensors is there is not worth acting on.
        if super().available:
            event, source = (self.hub.values.get(key) for key in (self._movement, self._moved_by))
            self._tell(str(event), source if isinstance(source, str) else None)
