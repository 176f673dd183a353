"""Pausing a room, whose nodes then stop sensing, or a sleeper, and sparing the ears of pets."""

from typing import Any, override

from homeassistant.components.switch import SwitchEntity, SwitchEntityDescription
from homeassistant.const import EntityCategory, Platform
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .appearing import add_entities
from .entity import ControlEntity, LastingControlEntity
from .hub import HalcyonConfigEntry

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


async def async_setup_entry(
    hass: HomeAssistant,
    entry: HalcyonConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Add the switches of every room and sleeper, and of ultrasonic nodes."""
    add_entities(entry, async_add_entities, RoomStandbySwitch, rooms=STANDBY_SWITCHES)
    add_entities(entry, async_add_entities, SleeperStandbySwitch, nights=STANDBY_SWITCHES)
    add_entities(entry, async_add_entities, PetsSwitch, tones=TONE_SWITCHES)


class StandbySwitch(LastingControlEntity, SwitchEntity):
    """Whether something is paused."""

    platform_domain = Platform.SWITCH

    @property
    @override
    def is_on(self) -> bool:
        return self.value is True


class RoomStandbySwitch(StandbySwitch):
    """Whether a room is paused."""

    @override
    async def async_turn_on(self, **kwargs: Any) -> None:
        self.hub.async_set_standby(self.subject.name, on=True)

    @override
    async def async_turn_off(self, **kwargs: Any) -> None:
        self.hub.async_set_standby(self.subject.name, on=False)


class SleeperStandbySwitch(StandbySwitch):
    """Whether a sleeper is not watched, though the room is."""

    @override
    async def async_turn_on(self, **kwargs: Any) -> None:
        self.hub.async_set_resting(self.subject.name, on=True)

    @override
    async def async_turn_off(self, **kwargs: Any) -> None:
        self.hub.async_set_resting(self.subject.name, on=False)


class PetsSwitch(ControlEntity, SwitchEntity):
    """Whether animals live here, which hear the tone: the node says what it was told last."""

    platform_domain = Platform.SWITCH

    @property
    @override
    def is_on(self) -> bool | None:
        value = self.value
        return value if isinstance(value, bool) else None

    @override
    async def async_turn_on(self, **kwargs: Any) -> None:
        self.hub.async_set_pets(self.subject.name, present=True)

    @override
    async def async_turn_off(self, **kwargs: Any) -> None:
        self.hub.async_set_pets(self.subject.name, present=False)
