"""Learning what an empty room looks like."""

from typing import override

from homeassistant.components.button import ButtonEntity, ButtonEntityDescription
from homeassistant.const import EntityCategory, Platform
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .entity import RoomControlEntity, add_entities
from .hub import HalcyonConfigEntry

PARALLEL_UPDATES = 0

BUTTONS = (
    ButtonEntityDescription(
        key="calibrate",
        translation_key="calibrate",
        entity_category=EntityCategory.CONFIG,
        entity_registry_enabled_default=False,
    ),
)


async def async_setup_entry(
    hass: HomeAssistant,
    entry: HalcyonConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Add the buttons of every room."""
    add_entities(entry, async_add_entities, CalibrateButton, rooms=BUTTONS)


class CalibrateButton(RoomControlEntity, ButtonEntity):
    """Calibrates the nodes of a room."""

    platform_domain = Platform.BUTTON

    @override
    async def async_press(self) -> None:
        self.hub.async_calibrate(self.subject.name)
