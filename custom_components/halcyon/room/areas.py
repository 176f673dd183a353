"""Rooms and sleepers follow what they were made of: renames, and new ids of entities."""

from homeassistant.config_entries import ConfigSubentry
from homeassistant.core import Event, HomeAssistant, callback, split_entity_id
from homeassistant.helpers import (
    area_registry as ar,
    device_registry as dr,
    entity_registry as er,
)
from homeassistant.util import slugify

from ..const import CONF_AREA, CONF_PART, CONF_SLEEPER, CONF_SOURCE, CONF_SOURCES
from ..devices import room_identifier, sleeper_identifier
from ..hub import HalcyonConfigEntry
from .subentries import room_config, room_subentries, room_title


@callback
def async_follow_registries(hass: HomeAssistant, entry: HalcyonConfigEntry) -> None:
    """Keep rooms in step with the registries until the entry is unloaded."""

    @callback
    def area_changed(event: Event[ar.EventAreaRegistryUpdatedData]) -> None:
        if event.data["action"] == "update":
            async_rename_rooms(hass, entry)

    @callback
    def entity_changed(event: Event[er.EventEntityRegistryUpdatedData]) -> None:
        if event.data["action"] == "update" and "old_entity_id" in event.data:
            _rename_source(hass, entry, event.data["old_entity_id"], event.data["entity_id"])

    listen = hass.bus.async_listen
    entry.async_on_unload(listen(ar.EVENT_AREA_REGISTRY_UPDATED, area_changed))
    entry.async_on_unload(listen(er.EVENT_ENTITY_REGISTRY_UPDATED, entity_changed))
    # An area may have been renamed while the entry was not loaded.
    async_rename_rooms(hass, entry)


@callback
def async_rename_rooms(hass: HomeAssistant, entry: HalcyonConfigEntry) -> None:
    """Give every room, its device and its entity ids the name that its area has now."""
    for subentry in list(room_subentries(entry)):
        data, old = subentry.data, subentry.title
        title = room_title(hass, data[CONF_AREA], data[CONF_PART], old)
        if title != old:
            hass.config_entries.async_update_subentry(entry, subentry, title=title)
            room = room_config(subentry)
            identifier = room_identifier(entry.entry_id, room.id)
            _rename_device(hass, entry, identifier, title, old)


@callback
def async_room_changed(
    hass: HomeAssistant,
    entry: HalcyonConfigEntry,
    subentry: ConfigSubentry,
    old: str,
    *,
    moved: bool,
) -> None:
    """Let a room's device follow a change of its title, and of its area if that `moved`."""
    room = room_config(subentry)
    identifier = room_identifier(entry.entry_id, room.id)
    _rename_device(hass, entry, identifier, room.title, old)
    device = _device(hass, entry, identifier)
    if moved and device is not None:
        dr.async_get(hass).async_update_device(device.id, area_id=room.area)


@callback
def async_sleeper_renamed(
    hass: HomeAssistant, entry: HalcyonConfigEntry, subentry: ConfigSubentry, old: str
) -> None:
    """Let a sleeper's device and entity ids follow a change of their name."""
    identifier = sleeper_identifier(entry.entry_id, subentry.data[CONF_SLEEPER])
    _rename_device(hass, entry, identifier, subentry.title, old)


def _device(
    hass: HomeAssistant, entry: HalcyonConfigEntry, identifier: tuple[str, str]
) -> dr.DeviceEntry | None:
    return dr.async_get(hass).async_get_device_by_identifier(identifier, entry.entry_id)


def _rename_device(
    hass: HomeAssistant,
    entry: HalcyonConfigEntry,
    identifier: tuple[str, str],
    title: str,
    old: str,
) -> None:
    devices, entities = dr.async_get(hass), er.async_get(hass)
    device = _device(hass, entry, identifier)
    if device is None or title == old:
        return
    devices.async_update_device(device.id, name=title)
    start = f"{slugify(old)}_"
    for entity in er.async_entries_for_device(entities, device.id, include_disabled_entities=True):
        domain, object_id = split_entity_id(entity.entity_id)
        # An id that a person chose does not begin with the old name; it stays.
        if object_id.startswith(start):
            wish = f"{title} {object_id.removeprefix(start)}"
            new = entities.async_get_available_entity_id(domain, wish)
            entities.async_update_entity(entity.entity_id, new_entity_id=new)


def _rename_source(hass: HomeAssistant, entry: HalcyonConfigEntry, old: str, new: str) -> None:
    for subentry in list(room_subentries(entry)):
        sources = subentry.data[CONF_SOURCES]
        renamed = [
            {**source, CONF_SOURCE: new} if source[CONF_SOURCE] == old else source
            for source in sources
        ]
        if renamed != sources:
            data = {**subentry.data, CONF_SOURCES: renamed}
            hass.config_entries.async_update_subentry(entry, subentry, data=data)
