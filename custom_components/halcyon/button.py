"""Learning what an empty room looks like."""

from typing import override

from homeassistant.components.button import ButtonEntity, ButtonEntityDescription
from homeassistant.const import EntityCategory, Platform
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .entity import ControlEntity
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
    hub = entry.runtime_data
    for room in hub.rooms.values():
        async_add_entities(
            [CalibrateButton(hub, room, description) for description in BUTTONS],
            config_subentry_id=room.subentry_id,
        )


class CalibrateButton(ControlEntity, ButtonEntity):
    """Calibrates the nodes of a room."""

    platform_domain = Platform.BUTTON

    @override
    async def async_press(self) -> None:
        self.hub.async_calibrate(self.room.id)
