"""Rooms as Home Assistant keeps them, in subentries, and as the engine reads them."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from homeassistant.config_entries import ConfigEntry, ConfigSubentry, ConfigSubentryData
from homeassistant.core import HomeAssistant, callback, valid_entity_id
from homeassistant.helpers import area_registry as ar
from homeassistant.util import slugify

from ..const import (
    CONF_AREA,
    CONF_MIRRORED,
    CONF_PART,
    CONF_QUIET_MINUTES,
    CONF_ROOM,
    CONF_ROTATION,
    CONF_SENSITIVITY,
    CONF_SOURCE,
    CONF_SOURCES,
    CONF_X,
    CONF_Y,
    CONF_ZONES,
    SUBENTRY_ROOM,
)
from ..engine.core.house import QUIET_MINUTES, Sensitivity
from ..engine.core.snapshot import Json

_LONGEST_ID = 32


@dataclass(frozen=True, slots=True)
class RoomConfig:
    """One room subentry. Its sources are node ids, or entity ids of Home Assistant."""

    subentry_id: str
    title: str
    id: str
    area: str
    part: str
    sources: tuple[str, ...]
    sensitivity: str

    @property
    def nodes(self) -> tuple[str, ...]:
        """The MQTT nodes among the sources."""
        return tuple(source for source in self.sources if not is_entity(source))

    @property
    def entities(self) -> tuple[str, ...]:
        """The entities of Home Assistant among the sources."""
        return tuple(source for source in self.sources if is_entity(source))


def is_entity(source: str) -> bool:
    """Whether a source is an entity of Home Assistant: node ids hold no full stop."""
    return valid_entity_id(source)


def room_config(subentry: ConfigSubentry) -> RoomConfig:
    """Read one subentry."""
    data = subentry.data
    sources = data[CONF_SOURCES]
    return RoomConfig(
        subentry_id=subentry.subentry_id,
        title=subentry.title,
        id=data[CONF_ROOM],
        area=data[CONF_AREA],
        part=data[CONF_PART],
        sources=tuple(source[CONF_SOURCE] for source in sources),
        sensitivity=data[CONF_SENSITIVITY],
    )


def room_subentries(entry: ConfigEntry[Any]) -> Iterator[ConfigSubentry]:
    """The subentries that are rooms."""
    return (each for each in entry.subentries.values() if each.subentry_type == SUBENTRY_ROOM)


def room_configs(entry: ConfigEntry[Any]) -> tuple[RoomConfig, ...]:
    """All rooms of an entry."""
    return tuple(room_config(subentry) for subentry in room_subentries(entry))


def room_of(entry: ConfigEntry[Any], source: str) -> RoomConfig | None:
    """The room in which a source is mounted."""
    return next((room for room in room_configs(entry) if source in room.sources), None)


def engine_room(data: Mapping[str, Any]) -> dict[str, Json]:
    """One room as house_from_json reads it, without who sleeps there."""
    return {
        "id": data[CONF_ROOM],
        "sensitivity": data[CONF_SENSITIVITY],
        "quiet_minutes": quiet_minutes_of(data),
        "nodes": [
            {
                "node": source[CONF_SOURCE],
                "x": source[CONF_X],
                "y": source[CONF_Y],
                "rotation": source[CONF_ROTATION],
                "mirrored": source[CONF_MIRRORED],
            }
            for source in data[CONF_SOURCES]
        ],
        "zones": data[CONF_ZONES],
    }


def quiet_minutes_of(data: Mapping[str, Any]) -> float:
    """The minutes without movement after which a room's motion has stopped."""
    # Rooms that were made before this could be set have the default.
    return float(data.get(CONF_QUIET_MINUTES, QUIET_MINUTES))


def new_source(source: str) -> dict[str, Any]:
    """A source that hangs at the room's origin and looks along its y axis."""
    return {
        CONF_SOURCE: source,
        CONF_X: 0.0,
        CONF_Y: 0.0,
        CONF_ROTATION: 0.0,
        CONF_MIRRORED: False,
    }


def identifier(text: str, taken: set[str], fallback: str) -> str:
    """An id of the engine for a name that people gave, other than those taken."""
    base = slugify(text, separator="-")[:_LONGEST_ID].strip("-") or fallback
    candidate, count = base, 1
    while candidate in taken:
        count += 1
        suffix = f"-{count}"
        candidate = base[: _LONGEST_ID - len(suffix)] + suffix
    return candidate


def room_title(hass: HomeAssistant, area_id: str, part: str, fallback: str) -> str:
    """The room's name: that of its area, and of the part of it that is meant."""
    area = ar.async_get(hass).async_get_area(area_id)
    name = fallback if area is None else area.name
    return f"{name} {part}".strip()


def new_room(
    hass: HomeAssistant,
    entry: ConfigEntry[Any] | None,
    area: str,
    *,
    part: str = "",
    sensitivity: str = Sensitivity.MEDIUM,
    quiet_minutes: float = QUIET_MINUTES,
    sources: Iterable[dict[str, Any]] = (),
    zones: Iterable[dict[str, Any]] = (),
) -> ConfigSubentryData:
    """A room that an entry does not have yet, with an id of its own."""
    title = room_title(hass, area, part, area)
    taken = set() if entry is None else {room.id for room in room_configs(entry)}
    room = identifier(title, taken, "room")
    return ConfigSubentryData(
        data={
            CONF_ROOM: room,
            CONF_AREA: area,
            CONF_PART: part,
            CONF_SENSITIVITY: str(sensitivity),
            CONF_QUIET_MINUTES: quiet_minutes,
            CONF_SOURCES: list(sources),
            CONF_ZONES: list(zones),
        },
        subentry_type=SUBENTRY_ROOM,
        title=title,
        unique_id=room,
    )


def subentry_of(new: ConfigSubentryData) -> ConfigSubentry:
    """A new room or sleeper as a subentry."""
    return ConfigSubentry(
        data=MappingProxyType(dict(new["data"])),
        subentry_type=new["subentry_type"],
        title=new["title"],
        unique_id=new.get("unique_id"),
    )


def suggest_area(hass: HomeAssistant, wish: str | None) -> str | None:
    """The area whose name or alias is the room that a node wishes for."""
    for area in ar.async_get(hass).async_list_areas():
        names = {slugify(name, separator="-") for name in (area.name, area.id, *area.aliases)}
        if wish is not None and slugify(wish, separator="-") in names:
            return area.id
    return None


@callback
def async_pick_area(hass: HomeAssistant, chosen: str | None, wish: str | None) -> str | None:
    """The chosen area, else that which a node wishes for, made if need be."""
    if chosen is not None or wish is None:
        return chosen
    return suggest_area(hass, wish) or ar.async_get(hass).async_create(spoken(wish)).id


def spoken(room: str) -> str:
    """A room id as people would write it."""
    return room.replace("-", " ").capitalize()


@callback
def async_mount(
    hass: HomeAssistant, entry: ConfigEntry[Any], subentry: ConfigSubentry, source: dict[str, Any]
) -> None:
    """Hang a source into a room, and take it out of the one it was in."""
    async_unmount(hass, entry, source[CONF_SOURCE])
    data = {**subentry.data, CONF_SOURCES: [*subentry.data[CONF_SOURCES], source]}
    hass.config_entries.async_update_subentry(entry, subentry, data=data)


@callback
def async_unmount(
    hass: HomeAssistant, entry: ConfigEntry[Any], source: str, but: str | None = None
) -> None:
    """Take a source out of the rooms it is in, except one."""
    for subentry in list(room_subentries(entry)):
        sources = subentry.data[CONF_SOURCES]
        kept = [each for each in sources if each[CONF_SOURCE] != source]
        if kept != sources and subentry.subentry_id != but:
            data = {**subentry.data, CONF_SOURCES: kept}
            hass.config_entries.async_update_subentry(entry, subentry, data=data)
