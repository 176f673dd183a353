"""Pausing a room: its radars stop sending, and nothing is concluded."""

from typing import Any, override

from homeassistant.components.switch import SwitchEntity, SwitchEntityDescription
from homeassistant.const import EntityCategory, Platform
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .entity import RoomControlEntity, add_entities
from .hub import HalcyonConfigEntry

PARALLEL_UPDATES = 0

SWITCHES = (
    SwitchEntityDescription(
        key="standby",
        translation_key="standby",
        entity_category=EntityCategory.CONFIG,
    ),
)


async def async_setup_entry(
    hass: HomeAssistant,
    entry: HalcyonConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Add the switches of every room."""
    add_entities(entry, async_add_entities, StandbySwitch, rooms=SWITCHES)


class StandbySwitch(RoomControlEntity, SwitchEntity):
    """Whether a room is paused."""

    platform_domain = Platform.SWITCH

    @property
    @override
    def is_on(self) -> bool:
        return self.subject.name in self.hub.standby

    @override
    async def async_turn_on(self, **kwargs: Any) -> None:
        self.hub.async_set_standby(self.subject.name, on=True)
        self.async_write_ha_state()

    @override
    async def async_turn_off(self, **kwargs: Any) -> None:
        self.hub.async_set_standby(self.subject.name, on=False)
        self.async_write_ha_state()
