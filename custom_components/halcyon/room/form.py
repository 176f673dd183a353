"""The form of a room: what it asks, what it shows, and what an answer means."""

from collections.abc import Mapping
import re
from typing import Any

from homeassistant.components.binary_sensor import (
    DOMAIN as BINARY_SENSOR,
    BinarySensorDeviceClass,
)
from homeassistant.components.event import DOMAIN as EVENT, EventDeviceClass
from homeassistant.components.sensor import DOMAIN as SENSOR, SensorDeviceClass
from homeassistant.config_entries import ConfigEntry, ConfigEntryState
from homeassistant.const import CONF_NAME, CONF_TYPE
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import section
from homeassistant.helpers import entity_registry as er
from homeassistant.helpers.selector import (
    AreaSelector,
    BooleanSelector,
    EntitySelector,
    EntitySelectorConfig,
    EntityWithDeviceFilterSelectorConfig,
    NumberSelector,
    NumberSelectorConfig,
    NumberSelectorMode,
    ObjectSelector,
    ObjectSelectorConfig,
    SelectOptionDict,
    SelectSelector,
    SelectSelectorConfig,
    SelectSelectorMode,
    TextSelector,
)
import voluptuous as vol

from ..const import (
    CONF_AREA,
    CONF_ENTITIES,
    CONF_MIRRORED,
    CONF_NODES,
    CONF_PART,
    CONF_PLACEMENT,
    CONF_POLYGON,
    CONF_QUIET_MINUTES,
    CONF_ROTATION,
    CONF_SENSITIVITY,
    CONF_SOURCE,
    CONF_SOURCES,
    CONF_X,
    CONF_Y,
    CONF_ZONES,
)
from ..engine.core.house import QUIET_MINUTES, Sensitivity, ZoneKind
from ..models import label_of
from .subentries import identifier, is_entity, new_source, quiet_minutes_of, room_configs

AREA_SELECTOR = AreaSelector()

_EVIDENCE = [
    EntityWithDeviceFilterSelectorConfig(
        domain=BINARY_SENSOR,
        device_class=[
            BinarySensorDeviceClass.MOTION,
            BinarySensorDeviceClass.OCCUPANCY,
            BinarySensorDeviceClass.PRESENCE,
        ],
    ),
    EntityWithDeviceFilterSelectorConfig(
        domain=SENSOR,
        device_class=[
            SensorDeviceClass.CO2,
            SensorDeviceClass.DISTANCE,
            SensorDeviceClass.HUMIDITY,
            SensorDeviceClass.ILLUMINANCE,
            SensorDeviceClass.TEMPERATURE,
        ],
    ),
    EntityWithDeviceFilterSelectorConfig(domain=EVENT, device_class=EventDeviceClass.MOTION),
]
"""The entities that the engine can take as evidence."""

_FARTHEST = 100.0
"""Metres from a room's origin; a number beyond is a slip of the finger."""

_LONGEST_QUIET_MINUTES = 240
"""Whoever waits longer wants to know of absence, which occupancy tells."""

_NUMBER = r"[+-]?\d+(?:\.\d+)?"
_CORNER = re.compile(rf"\(?\s*({_NUMBER})\s*,\s*({_NUMBER})\s*\)?")
_BETWEEN_CORNERS = re.compile(r"[\s;]*")


class RoomError(ValueError):
    """A form that makes no room: the key of the message, its field, and what it is about."""

    def __init__(self, key: str, field: str = "base", what: str = "") -> None:
        super().__init__(key)
        self.key = key
        self.field = field
        self.what = what


def part_of(given: Mapping[str, Any]) -> str:
    """Which part of the area the room is; empty: all of it."""
    return str(given.get(CONF_PART, "")).strip()


def sources_of(given: Mapping[str, Any]) -> list[dict[str, Any]]:
    """What senses in the room and where it hangs, as its subentry keeps it; raises RoomError."""
    sources = {
        name: new_source(name)
        for name in (*given.get(CONF_NODES, []), *given.get(CONF_ENTITIES, []))
    }
    for row in given.get(CONF_PLACEMENT, {}).get(CONF_SOURCES, []):
        if row[CONF_SOURCE] not in sources:
            raise RoomError("placed_elsewhere", what=row[CONF_SOURCE])
        sources[row[CONF_SOURCE]] |= {
            CONF_X: float(row.get(CONF_X, 0.0)),
            CONF_Y: float(row.get(CONF_Y, 0.0)),
            CONF_ROTATION: float(row.get(CONF_ROTATION, 0.0)),
            CONF_MIRRORED: bool(row.get(CONF_MIRRORED, False)),
        }
    return list(sources.values())


def zones_of(given: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The zones of the room, as its subentry keeps them; raises RoomError."""
    zones: dict[str, dict[str, Any]] = {}
    for row in given.get(CONF_PLACEMENT, {}).get(CONF_ZONES, []):
        name = row[CONF_NAME].strip()
        zone = identifier(name, set(zones), "zone")
        zones[zone] = {
            "id": zone,
            CONF_NAME: name,
            "kind": row[CONF_TYPE],
            CONF_POLYGON: read_polygon(name, row[CONF_POLYGON]),
        }
    return list(zones.values())


def read_polygon(name: str, text: str) -> list[list[float]]:
    """The corners of `0,0 4,0 4,3 0,3`, metres; raises RoomError."""
    corners: list[list[float]] = []
    place = _skip(text, 0)
    while place < len(text):
        corner = _CORNER.match(text, place)
        if corner is None:
            raise RoomError("zone_unreadable", what=name)
        corners.append([float(corner[1]), float(corner[2])])
        place = _skip(text, corner.end())
    if len(corners) < 3:
        raise RoomError("zone_needs_corners", what=name)
    if any(abs(number) > _FARTHEST for corner in corners for number in corner):
        raise RoomError("zone_too_far", what=name)
    return corners


def _skip(text: str, place: int) -> int:
    between = _BETWEEN_CORNERS.match(text, place)
    return place if between is None else between.end()


def suggested_values(data: Mapping[str, Any]) -> dict[str, Any]:
    """The data of a room's subentry, as its form shows it."""
    names = [source[CONF_SOURCE] for source in data[CONF_SOURCES]]
    return {
        CONF_AREA: data[CONF_AREA],
        CONF_PART: data[CONF_PART],
        CONF_NODES: [name for name in names if not is_entity(name)],
        CONF_ENTITIES: [name for name in names if is_entity(name)],
        CONF_SENSITIVITY: data[CONF_SENSITIVITY],
        CONF_QUIET_MINUTES: quiet_minutes_of(data),
        CONF_PLACEMENT: {
            CONF_SOURCES: [dict(source) for source in data[CONF_SOURCES]],
            CONF_ZONES: [
                {
                    CONF_NAME: zone[CONF_NAME],
                    CONF_TYPE: zone["kind"],
                    CONF_POLYGON: " ".join(f"{x:g},{y:g}" for x, y in zone[CONF_POLYGON]),
                }
                for zone in data[CONF_ZONES]
            ],
        },
    }


def room_schema(hass: HomeAssistant, entry: ConfigEntry) -> vol.Schema:
    """The fields of the form; the nodes are those that the site knows."""
    known = node_options(entry)
    nodes = SelectSelector(SelectSelectorConfig(options=known, multiple=True, sort=True))
    # An entity has a place too, and goes by its id.
    source = SelectSelector(
        SelectSelectorConfig(
            options=known, custom_value=True, mode=SelectSelectorMode.DROPDOWN, sort=True
        )
    )
    metres = NumberSelector(
        NumberSelectorConfig(
            min=-_FARTHEST,
            max=_FARTHEST,
            step=0.01,
            mode=NumberSelectorMode.BOX,
            unit_of_measurement="m",
        )
    )
    degrees = NumberSelector(
        NumberSelectorConfig(
            min=-180, max=360, step=1, mode=NumberSelectorMode.BOX, unit_of_measurement="°"
        )
    )
    placements = ObjectSelector(
        ObjectSelectorConfig(
            multiple=True,
            label_field=CONF_SOURCE,
            translation_key="placements",
            fields={
                CONF_SOURCE: {"selector": source, "required": True},
                CONF_X: {"selector": metres},
                CONF_Y: {"selector": metres},
                CONF_ROTATION: {"selector": degrees},
                CONF_MIRRORED: {"selector": BooleanSelector()},
            },
        )
    )
    kinds = SelectSelector(
        SelectSelectorConfig(options=[str(kind) for kind in ZoneKind], translation_key="zone_kind")
    )
    zones = ObjectSelector(
        ObjectSelectorConfig(
            multiple=True,
            label_field=CONF_NAME,
            translation_key="zones",
            fields={
                CONF_NAME: {"selector": TextSelector(), "required": True},
                CONF_TYPE: {"selector": kinds, "required": True},
                CONF_POLYGON: {"selector": TextSelector(), "required": True},
            },
        )
    )
    levels = SelectSelector(
        SelectSelectorConfig(
            options=[str(level) for level in Sensitivity], translation_key=CONF_SENSITIVITY
        )
    )
    minutes = NumberSelector(
        NumberSelectorConfig(
            min=1,
            max=_LONGEST_QUIET_MINUTES,
            step=1,
            mode=NumberSelectorMode.BOX,
            unit_of_measurement="min",
        )
    )
    evidence = EntitySelector(
        EntitySelectorConfig(
            multiple=True, filter=_EVIDENCE, exclude_entities=_own_entities(hass, entry)
        )
    )
    return vol.Schema(
        {
            vol.Required(CONF_AREA): AREA_SELECTOR,
            vol.Optional(CONF_PART): TextSelector(),
            vol.Optional(CONF_NODES): nodes,
            vol.Optional(CONF_ENTITIES): evidence,
            vol.Required(CONF_SENSITIVITY): levels,
            vol.Required(CONF_QUIET_MINUTES, default=QUIET_MINUTES): minutes,
            vol.Optional(CONF_PLACEMENT): section(
                vol.Schema(
                    {vol.Optional(CONF_SOURCES): placements, vol.Optional(CONF_ZONES): zones}
                ),
                {"collapsed": True},
            ),
        }
    )


def node_options(entry: ConfigEntry) -> list[SelectOptionDict]:
    """All nodes that are known, each with the room that it is in."""
    places = {node: room.title for room in room_configs(entry) for node in room.nodes}
    loaded = entry.state is ConfigEntryState.LOADED
    announced = entry.runtime_data.monitor.announcements if loaded else {}
    labels = {node: node for node in (*announced, *places)}
    for node, announcement in announced.items():
        labels[node] = label_of(node, announcement.model)
    for node, room in places.items():
        labels[node] += f" - {room}"
    return [SelectOptionDict(value=node, label=label) for node, label in labels.items()]


def _own_entities(hass: HomeAssistant, entry: ConfigEntry) -> list[str]:
    """A room must not be its own evidence."""
    return [
        each.entity_id
        for each in er.async_entries_for_config_entry(er.async_get(hass), entry.entry_id)
    ]
