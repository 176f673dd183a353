"""The moments at which movement began and stopped, and those of a sleeper's night."""

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
from homeassistant.util import dt as dt_util

from .alarm.entities import ALARM_EVENTS
from .alarm.shown import ALARM_CLOCK
from .appearing import add_entities
from .engine.core.output import Movement
from .entity import HalcyonEntity
from .hub import HalcyonConfigEntry, Hub
from .shown import Key, Value
from .sleep.words import MOMENTS, STAGE_CHANGED
from .subject import Subject
from .voice.entities import COMMAND_EVENTS, CommandEventEntity

PARALLEL_UPDATES = 0

ATTR_AT = "at"
ATTR_OCCURRENCE = "occurrence"
ATTR_SOURCE = "source"
ATTR_STAGE = "stage"
ATTR_STAGE_BEFORE = "stage_before"

MOTION_EVENTS = (
    EventEntityDescription(
        key="motion",
        translation_key="motion",
        device_class=EventDeviceClass.MOTION,
        event_types=[str(event) for event in Movement],
    ),
)

SLEEP_EVENTS = (
    EventEntityDescription(
        key="sleep",
        translation_key="sleep",
        event_types=[*map(str, MOMENTS), STAGE_CHANGED],
    ),
)


async def async_setup_entry(
    hass: HomeAssistant,
    entry: HalcyonConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Add the events of every room and sleeper."""
    add_entities(entry, async_add_entities, MotionEventEntity, rooms=MOTION_EVENTS)
    add_entities(entry, async_add_entities, SleepEventEntity, sleepers=SLEEP_EVENTS)
    add_entities(entry, async_add_entities, CommandEventEntity, measured=COMMAND_EVENTS)
    add_entities(entry, async_add_entities, AlarmEventEntity, alarms=ALARM_EVENTS)


class MomentEntity(HalcyonEntity, EventEntity):
    """Something that happens once. The quantity that `tells` of it is its key, or another.

    It is always available: automations ignore a state that comes out of unavailable, and an
    event must not be lost that way. For the same reason what happens while Home Assistant
    starts is told when it has started and its automations listen.
    """

    platform_domain = Platform.EVENT
    tells = ""
    repeated = frozenset[str]()
    """What is told again within minutes, to whoever listens then."""

    def __init__(self, hub: Hub, subject: Subject, description: EventEntityDescription) -> None:
        super().__init__(hub, subject, description)
        self._event = self._beside(self.tells or description.key)
        self._held: list[tuple[str, dict[str, Value]]] = []
        self._tell: Callable[[str, dict[str, Value]], None] = self._hold

    @property
    @override
    def available(self) -> bool:
        return True

    @property
    @override
    def watched(self) -> tuple[Key, ...]:
        return (self._event,)

    def attributes(self, event: str) -> dict[str, Value]:
        """What else is known of an event."""
        raise NotImplementedError

    @override
    async def async_added_to_hass(self) -> None:
        await super().async_added_to_hass()
        self.async_on_remove(async_at_started(self.hass, self._home_started))

    def _beside(self, quantity: str) -> Key:
        return Key(self.subject.scope, self.subject.name, quantity)

    @callback
    def _home_started(self, _hass: HomeAssistant) -> None:
        self._tell = self._trigger
        for event, attributes in self._held:
            self._trigger(event, attributes)
        self._held.clear()

    def _hold(self, event: str, attributes: dict[str, Value]) -> None:
        if event not in self.repeated:
            self._held.append((event, attributes))

    @callback
    def _trigger(self, event: str, attributes: dict[str, Value]) -> None:
        self._trigger_event(event, attributes)
        self.async_write_ha_state()

    @callback
    @override
    def _changed(self) -> None:
        # What is said of a room while none of its sensors is there is not worth acting on.
        if super().available:
            event = str(self.hub.values.get(self._event))
            self._tell(event, self.attributes(event))


class MotionEventEntity(MomentEntity):
    """What happened to the movement in a room, and which kind of sensor saw it."""

    tells = "movement"
    repeated = frozenset({Movement.CONTINUED})

    @override
    def attributes(self, event: str) -> dict[str, Value]:
        source = self.hub.values.get(self._beside("moved_by"))
        return {} if source is None else {ATTR_SOURCE: source}


class SleepEventEntity(MomentEntity):
    """What happened in a sleeper's night, and when: sleep is known some time after it began."""

    tells = "happened"

    @override
    def attributes(self, event: str) -> dict[str, Value]:
        value = self.hub.values.get
        at = value(self._beside("happened_at"))
        attributes: dict[str, Value] = {}
        if isinstance(at, float):
            attributes[ATTR_AT] = dt_util.utc_from_timestamp(at).isoformat()
        if event == STAGE_CHANGED:
            attributes[ATTR_STAGE] = value(self._beside("stage"))
            attributes[ATTR_STAGE_BEFORE] = value(self._beside("stage_before"))
        return attributes


class AlarmEventEntity(MomentEntity):
    """What happens to an alarm, in the words of Sleep as Android."""

    @override
    def attributes(self, event: str) -> dict[str, Value]:
        if self.key.quantity != ALARM_CLOCK:
            return {}
        return {ATTR_OCCURRENCE: self.hub.values.get(self._beside("occurrence"))}
