"""Learning what an empty room looks like, and sounds like."""

from typing import override

from homeassistant.components.button import ButtonEntity, ButtonEntityDescription
from homeassistant.const import EntityCategory, Platform
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .appearing import add_entities
from .entity import ControlEntity, LastingControlEntity
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


async def async_setup_entry(
    hass: HomeAssistant,
    entry: HalcyonConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Add the buttons of every room, and of its ultrasonic nodes."""
    add_entities(entry, async_add_entities, RoomCalibrateButton, rooms=ROOM_BUTTONS)
    add_entities(entry, async_add_entities, NodeCalibrateButton, tones=TONE_BUTTONS)


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
