"""How readily a room turns occupied."""

from typing import override

from homeassistant.components.select import SelectEntity, SelectEntityDescription
from homeassistant.const import EntityCategory, Platform
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .appearing import add_entities
from .const import CONF_SENSITIVITY
from .engine.core.house import Sensitivity
from .entity import LastingControlEntity
from .hub import HalcyonConfigEntry
from .platforms import has_assist

PARALLEL_UPDATES = 0

SELECTS = (
    SelectEntityDescription(
        key="sensitivity",
        translation_key="sensitivity",
        entity_category=EntityCategory.CONFIG,
        options=[str(level) for level in Sensitivity],
    ),
)


async def async_setup_entry(
    hass: HomeAssistant,
    entry: HalcyonConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Add the selects of every room, and of every node that hears."""
    add_entities(entry, async_add_entities, SensitivitySelect, rooms=SELECTS)
    if has_assist(hass):
        from .voice.satellite_select import async_add_choices

        async_add_choices(entry, async_add_entities)


class SensitivitySelect(LastingControlEntity, SelectEntity):
    """The sensitivity of a room, which is part of its description and kept there."""

    platform_domain = Platform.SELECT

    @property
    @override
    def current_option(self) -> str | None:
        value = self.value
        return value if isinstance(value, str) else None

    @override
    async def async_select_option(self, option: str) -> None:
        room = self.hub.rooms[self.subject.name]
        subentry = self.hub.entry.subentries[room.subentry_id]
        self.hass.config_entries.async_update_subentry(
            self.hub.entry, subentry, data={**subentry.data, CONF_SENSITIVITY: option}
        )
