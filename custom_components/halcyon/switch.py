"""Pausing a room, whose nodes then stop sensing, a sleeper, or a routine; sparing pets' ears."""

from typing import Any, override

from homeassistant.components.switch import SwitchEntity, SwitchEntityDescription
from homeassistant.const import EntityCategory, Platform
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .alarm.entities import ALARM_SWITCHES
from .appearing import add_entities, add_to_routines
from .entity import ControlEntity, HalcyonEntity
from .hub import HalcyonConfigEntry
from .shown import ROUTINE

PARALLEL_UPDATES = 0

STANDBY_SWITCHES = (
    SwitchEntityDescription(
        key="standby",
        translation_key="standby",
        entity_category=EntityCategory.CONFIG,
    ),
)

TONE_SWITCHES = (
    SwitchEntityDescription(
        key="pets",
        translation_key="pets",
        entity_category=EntityCategory.CONFIG,
    ),
)

ROUTINE_SWITCHES = (SwitchEntityDescription(key=ROUTINE, translation_key="routine", name=None),)


async def async_setup_entry(
    hass: HomeAssistant,
    entry: HalcyonConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Add the switches of every room, sleeper and routine, and of ultrasonic nodes."""
    add_entities(entry, async_add_entities, RoomStandbySwitch, rooms=STANDBY_SWITCHES)
    add_entities(entry, async_add_entities, SleeperStandbySwitch, nights=STANDBY_SWITCHES)
    add_entities(entry, async_add_entities, PetsSwitch, tones=TONE_SWITCHES)
    add_entities(entry, async_add_entities, ArmedSwitch, alarms=ALARM_SWITCHES)
    add_to_routines(entry, async_add_entities, RoutineSwitch, ROUTINE_SWITCHES)


class ValueSwitch(HalcyonEntity, SwitchEntity):
    """A value of the hub that a person turns on and off."""

    platform_domain = Platform.SWITCH

    async def turn(self, *, on: bool) -> None:
        """Let the hub know of it."""
        raise NotImplementedError

    @property
    @override
    def is_on(self) -> bool | None:
        value = self.value
        return value if isinstance(value, bool) else None

    @override
    async def async_turn_on(self, **kwargs: Any) -> None:
        await self.turn(on=True)

    @override
    async def async_turn_off(self, **kwargs: Any) -> None:
        await self.turn(on=False)


class StandbySwitch(ValueSwitch):
    """A pause, wherever the rooms are computed. It stands while the nodes are away."""

    @property
    @override
    def available(self) -> bool:
        return self.hub.is_heeded


class RoomStandbySwitch(StandbySwitch):
    """Whether a room is paused."""

    @override
    async def turn(self, *, on: bool) -> None:
        self.hub.settings.async_set_standby(self.subject.name, on=on)


class SleeperStandbySwitch(StandbySwitch):
    """Whether a sleeper is not watched, though the room is."""

    @override
    async def turn(self, *, on: bool) -> None:
        self.hub.settings.async_set_resting(self.subject.name, on=on)


class ArmedSwitch(ValueSwitch):
    """Whether a sleeper is to be woken."""

    @override
    async def turn(self, *, on: bool) -> None:
        self.hub.alarms.wishes.arm(self.subject.name, on=on)


class PetsSwitch(ControlEntity, ValueSwitch):
    """Whether animals live here, which hear the tone: the node says what it was told last."""

    @override
    async def turn(self, *, on: bool) -> None:
        self.hub.async_set_pets(self.subject.name, present=on)


class RoutineSwitch(ValueSwitch):
    """Whether a routine runs when it is triggered; switching it off ends what it is doing."""

    @override
    async def turn(self, *, on: bool) -> None:
        await self.hub.async_enable_routine(self.subject.name, on=on)
