"""The devices of a site: one for each room, sleeper and routine, and each node in a room."""

from collections.abc import Mapping
from typing import Any

from homeassistant.config_entries import SOURCE_INTEGRATION_DISCOVERY, ConfigEntry
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import area_registry as ar, device_registry as dr, discovery_flow
from homeassistant.helpers.device_registry import DeviceEntry, DeviceEntryType, DeviceInfo
from homeassistant.helpers.typing import UNDEFINED

from .const import CONF_SITE, DOMAIN, MANUFACTURER
from .discovery import found_id, found_node
from .engine.core.reading import Announcement
from .models import model_of
from .offers import async_withdraw
from .room.subentries import RoomConfig, room_configs, room_of
from .routine.subentries import RoutineConfig, routine_configs
from .sleep.subentries import SleeperConfig, sleeper_configs


def room_identifier(entry_id: str, room: str) -> tuple[str, str]:
    """What identifies a room's device."""
    return DOMAIN, f"{entry_id}_room_{room}"


def sleeper_identifier(entry_id: str, sleeper: str) -> tuple[str, str]:
    """What identifies a sleeper's device."""
    return DOMAIN, f"{entry_id}_sleeper_{sleeper}"


def routine_identifier(entry_id: str, routine: str) -> tuple[str, str]:
    """What identifies a routine's device."""
    return DOMAIN, f"{entry_id}_routine_{routine}"


def node_identifier(entry_id: str, node: str) -> tuple[str, str]:
    """What identifies a node's device."""
    return DOMAIN, f"{entry_id}_node_{node}"


def device_info(identifier: tuple[str, str]) -> DeviceInfo:
    """How an entity names the device that it belongs to."""
    return DeviceInfo(identifiers={identifier})


def node_of(entry: ConfigEntry[Any], device: DeviceEntry) -> str | None:
    """The node whose device this is; None for the device of a room."""
    start = node_identifier(entry.entry_id, "")[1]
    for domain, name in device.identifiers:
        if domain == DOMAIN and name.startswith(start):
            return name.removeprefix(start)
    return None


def room_of_device(entry: ConfigEntry[Any], device: DeviceEntry) -> RoomConfig | None:
    """The room whose device this is; None for the device of a node."""
    return next(
        (
            room
            for room in room_configs(entry)
            if room_identifier(entry.entry_id, room.id) in device.identifiers
        ),
        None,
    )


def sleeper_of_device(entry: ConfigEntry[Any], device: DeviceEntry) -> SleeperConfig | None:
    """The sleeper whose device this is; None for any other device."""
    return next(
        (
            sleeper
            for sleeper in sleeper_configs(entry)
            if sleeper_identifier(entry.entry_id, sleeper.id) in device.identifiers
        ),
        None,
    )


def routine_of_device(entry: ConfigEntry[Any], device: DeviceEntry) -> RoutineConfig | None:
    """The routine whose device this is; None for any other device."""
    return next(
        (
            routine
            for routine in routine_configs(entry)
            if routine_identifier(entry.entry_id, routine.id) in device.identifiers
        ),
        None,
    )


@callback
def async_make_devices(
    hass: HomeAssistant, entry: ConfigEntry[Any], announcements: Mapping[str, Announcement]
) -> None:
    """Make the devices of all that there is, and drop those of what is no more.

    A node's device belongs to the entry itself: moving the node moves nothing else.
    """
    registry = dr.async_get(hass)
    rooms = room_configs(entry)
    wanted = set[tuple[str, str]]()
    for room in rooms:
        wanted.add(room_identifier(entry.entry_id, room.id))
        _make_room(hass, entry, room)
        for node in room.nodes:
            wanted.add(node_identifier(entry.entry_id, node))
            _make_node(hass, entry, room, node, announcements.get(node))
    for sleeper in sleeper_configs(entry):
        wanted.add(sleeper_identifier(entry.entry_id, sleeper.id))
        async_make_sleeper(hass, entry, sleeper)
    for routine in routine_configs(entry):
        wanted.add(routine_identifier(entry.entry_id, routine.id))
        async_make_routine(hass, entry, routine)
    for device in dr.async_entries_for_config_entry(registry, entry.entry_id):
        if not device.identifiers & wanted:
            registry.async_remove_device(device.id)
    site = entry.data[CONF_SITE]
    async_withdraw(hass, {found_id(site, node) for room in rooms for node in room.nodes})


@callback
def async_node_announced(
    hass: HomeAssistant, entry: ConfigEntry[Any], node: str, announcement: Announcement
) -> None:
    """Bring a node's device up to date, or offer a node that no room has."""
    room = room_of(entry, node)
    if room is not None:
        _make_node(hass, entry, room, node, announcement)
        return
    discovery_flow.async_create_flow(
        hass,
        DOMAIN,
        {"source": SOURCE_INTEGRATION_DISCOVERY},
        found_node(entry.data[CONF_SITE], node, announcement).to_json(),
    )


def _make_room(hass: HomeAssistant, entry: ConfigEntry[Any], room: RoomConfig) -> None:
    area = ar.async_get(hass).async_get_area(room.area)
    dr.async_get(hass).async_get_or_create(
        config_entry_id=entry.entry_id,
        config_subentry_id=room.subentry_id,
        identifiers={room_identifier(entry.entry_id, room.id)},
        manufacturer=MANUFACTURER,
        model="Room",
        name=room.title,
        suggested_area=None if area is None else area.name,
    )


def _make_node(
    hass: HomeAssistant,
    entry: ConfigEntry[Any],
    room: RoomConfig,
    node: str,
    announcement: Announcement | None,
) -> None:
    registry = dr.async_get(hass)
    area = ar.async_get(hass).async_get_area(room.area)
    # What was announced once stands until something else is announced.
    model = model_of(announcement.model) if announcement and announcement.model else None
    device = registry.async_get_or_create(
        config_entry_id=entry.entry_id,
        config_subentry_id=None,
        identifiers={node_identifier(entry.entry_id, node)},
        manufacturer=UNDEFINED if model is None else model.maker,
        model=UNDEFINED if model is None else model.name,
        name=node,
        suggested_area=None if area is None else area.name,
        sw_version=UNDEFINED if announcement is None else announcement.firmware,
    )
    _follow_area(hass, entry, device, room)


@callback
def async_make_sleeper(
    hass: HomeAssistant, entry: ConfigEntry[Any], sleeper: SleeperConfig
) -> DeviceEntry:
    """Make the device of a sleeper, or bring it up to date."""
    room = room_of(entry, sleeper.node)
    area = None if room is None else ar.async_get(hass).async_get_area(room.area)
    device = dr.async_get(hass).async_get_or_create(
        config_entry_id=entry.entry_id,
        config_subentry_id=sleeper.subentry_id,
        identifiers={sleeper_identifier(entry.entry_id, sleeper.id)},
        manufacturer=MANUFACTURER,
        model="Sleeper",
        name=sleeper.title,
        suggested_area=None if area is None else area.name,
    )
    if room is not None:
        _follow_area(hass, entry, device, room)
    return device


@callback
def async_make_routine(
    hass: HomeAssistant, entry: ConfigEntry[Any], routine: RoutineConfig
) -> None:
    """Make the device of a routine, or bring it up to date."""
    dr.async_get(hass).async_get_or_create(
        config_entry_id=entry.entry_id,
        config_subentry_id=routine.subentry_id,
        entry_type=DeviceEntryType.SERVICE,
        identifiers={routine_identifier(entry.entry_id, routine.id)},
        manufacturer=MANUFACTURER,
        model="Routine",
        name=routine.title,
    )


def _follow_area(
    hass: HomeAssistant, entry: ConfigEntry[Any], device: DeviceEntry, room: RoomConfig
) -> None:
    """Move a device into the area of its room."""
    # It was put into the area of the room that it hung in; where a person put it, it stays.
    ours = {each.area for each in room_configs(entry)}
    if device.area_id != room.area and device.area_id in ours:
        dr.async_get(hass).async_update_device(device.id, area_id=room.area)
