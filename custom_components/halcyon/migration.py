"""Entries that an older version made."""

from typing import Any

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import entity_registry as er

from .const import CONF_BED, CONF_ROOM, CONF_SOURCE, CONF_SOURCES
from .devices import async_make_sleeper
from .room.subentries import room_subentries, subentry_of
from .sleep.subentries import SleeperConfig, new_sleeper, sleeper_configs

MINOR_VERSION = 2
"""Since 2 sleepers are subentries; before, every source with a flag was one of its room."""

_MOVED = ("in_bed", "respiration", "heart_rate")


async def async_migrate_entry(hass: HomeAssistant, entry: ConfigEntry[Any]) -> bool:
    """Take up an entry of an older version; one of a newer major version is refused."""
    if entry.version > 1:
        return False
    if entry.minor_version < MINOR_VERSION:
        _make_sleepers(hass, entry)
    return True


@callback
def _make_sleepers(hass: HomeAssistant, entry: ConfigEntry[Any]) -> None:
    """Make a sleeper of every source that watches a bed, and give it the entities that it had."""
    for room in list(room_subentries(entry)):
        sources = room.data[CONF_SOURCES]
        beds = [source[CONF_SOURCE] for source in sources if source.get(CONF_BED)]
        for node in beds:
            title = room.title if len(beds) == 1 else f"{room.title} {node}"
            made = new_sleeper(entry, f"{title} sleeper", node)
            hass.config_entries.async_add_subentry(entry, subentry_of(made))
            sleeper = next(each for each in sleeper_configs(entry) if each.node == node)
            _move_entities(hass, entry, room.data[CONF_ROOM], sleeper)
        kept = [{k: v for k, v in source.items() if k != CONF_BED} for source in sources]
        data = {**room.data, CONF_SOURCES: kept}
        hass.config_entries.async_update_subentry(entry, room, data=data)
    hass.config_entries.async_update_entry(entry, minor_version=MINOR_VERSION)


def _move_entities(
    hass: HomeAssistant, entry: ConfigEntry[Any], room: str, sleeper: SleeperConfig
) -> None:
    """Move entities from the room to the sleeper; with their ids they keep their history."""
    before = f"{entry.entry_id}_room_{room}_{sleeper.node}_"
    after = f"{entry.entry_id}_sleeper_{sleeper.id}_"
    moved = {before + key: after + key for key in _MOVED}
    device = async_make_sleeper(hass, entry, sleeper)
    registry = er.async_get(hass)
    for entity in er.async_entries_for_config_entry(registry, entry.entry_id):
        if entity.unique_id in moved:
            registry.async_update_entity(
                entity.entity_id,
                new_unique_id=moved[entity.unique_id],
                config_subentry_id=sleeper.subentry_id,
                device_id=device.id,
            )
