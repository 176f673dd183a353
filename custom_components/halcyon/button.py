"""Learning what an empty room looks like, and sounds like; running a routine now."""

from typing import override

from homeassistant.components.button import ButtonEntity, ButtonEntityDescription
from homeassistant.const import EntityCategory, Platform
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .alarm.entities import ALARM_BUTTONS, DISMISS, SNOOZE
from .appearing import add_entities, add_to_routines
from .entity import ControlEntity, HalcyonEntity, LastingControlEntity
from .hub import HalcyonConfigEntry

PARALLEL_UPDATES = 0

ROOM_BUTTONS = (
    ButtonEntityDescription(
        key="calibrate",
        translation_key="calibrate",
        entity_category=EntityCategory.CONFIG,
        entity_registry_enabled_default=False,
    ),
)

TONE_BUTTONS = (
    ButtonEntityDescription(
        key="calibrate",
        translation_key="calibrate",
        entity_category=EntityCategory.CONFIG,
    ),
)

ROUTINE_BUTTONS = (ButtonEntityDescription(key="run", translation_key="run"),)


async def async_setup_entry(
    hass: HomeAssistant,
    entry: HalcyonConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Add the buttons of every room, of its ultrasonic nodes, and of every routine."""
    add_entities(entry, async_add_entities, RoomCalibrateButton, rooms=ROOM_BUTTONS)
    add_entities(entry, async_add_entities, NodeCalibrateButton, tones=TONE_BUTTONS)
    add_entities(entry, async_add_entities, AlarmButton, alarms=ALARM_BUTTONS)
    add_to_routines(entry, async_add_entities, RoutineRunButton, ROUTINE_BUTTONS)


class AlarmButton(HalcyonEntity, ButtonEntity):
    """One thing that somebody wants of an alarm."""

    platform_domain = Platform.BUTTON

    @override
    async def async_press(self) -> None:
        wishes, sleeper, what = self.hub.alarms.wishes, self.subject.name, self.key.quantity
        if what == SNOOZE:
            wishes.snooze(sleeper, None)
        elif what == DISMISS:
            wishes.dismiss(sleeper)
        else:
            wishes.skip(sleeper, on=True)


class RoomCalibrateButton(LastingControlEntity, ButtonEntity):
    """Lets all nodes of a room learn it."""

    platform_domain = Platform.BUTTON

    @override
    async def async_press(self) -> None:
        self.hub.async_calibrate(self.subject.name)


class NodeCalibrateButton(ControlEntity, ButtonEntity):
    """Lets one node choose its tone and learn the quiet room."""

    platform_domain = Platform.BUTTON

    @override
    async def async_press(self) -> None:
        self.hub.async_calibrate_node(self.subject.name)


class RoutineRunButton(HalcyonEntity, ButtonEntity):
    """Runs a routine now, whatever its conditions."""

    platform_domain = Platform.BUTTON

    @override
    async def async_press(self) -> None:
        self.hub.routines.async_run(self.subject.name)
