"""The home as it may be spoken of: what `$engine/home` and every request to hear something say."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
import logging

from homeassistant.components.homeassistant.exposed_entities import async_should_expose
from homeassistant.core import HomeAssistant, State, callback
from homeassistant.helpers import (
    area_registry as ar,
    device_registry as dr,
    entity_registry as er,
    floor_registry as fr,
)

from ..engine.core.snapshot import Json
from ..room.subentries import RoomConfig

_LOGGER = logging.getLogger(__name__)

VERSION = 1
"""The major version of the document."""

ASSISTANT = "conversation"
"""Whose exposed entities may be spoken of: those of Assist."""

MOST_ENTITIES = 1000
"""Beyond this a home is told in part: nobody knows so many names, and a grammar costs memory."""

LONGEST_NAME = 100
"""Longer names are left out; nobody says them."""

_MOST_ALIASES = 20

type Described = dict[str, Json]


@dataclass(frozen=True, slots=True)
class Own:
    """What of a home only Halcyon knows: its rooms, and names of its routines and alarms."""

    rooms: tuple[RoomConfig, ...] = ()
    paused: frozenset[str] = frozenset()
    routines: tuple[str, ...] = ()
    alarms: tuple[str, ...] = ()


@callback
def async_home(hass: HomeAssistant, own: Own) -> Described:
    """The document of a home, without states, so that it changes only when people change it."""
    areas = ar.async_get(hass)
    return {
        "halcyon_home": VERSION,
        **async_household(hass, own, states=False),
        "rooms": [
            {
                "id": room.id,
                "area": None if (area := areas.async_get_area(room.area)) is None else area.name,
                "nodes": [*room.nodes],
                "paused": room.id in own.paused,
            }
            for room in own.rooms
        ],
    }


@callback
def async_household(hass: HomeAssistant, own: Own, *, states: bool) -> Described:
    """Everything that may be named, and with `states` what state it is in."""
    floors, areas = fr.async_get(hass), ar.async_get(hass)
    people = [_name(state.name) for state in hass.states.async_all("person")]
    return {
        "language": hass.config.language,
        "entities": [*_entities(hass, states=states)],
        "areas": [
            {
                "name": area.name,
                "aliases": _aliases(area.aliases),
                "floor": None
                if area.floor_id is None or (floor := floors.async_get_floor(area.floor_id)) is None
                else floor.name,
            }
            for area in areas.async_list_areas()
            if _name(area.name)
        ],
        "floors": [
            {"name": floor.name, "aliases": _aliases(floor.aliases)}
            for floor in floors.async_list_floors()
            if _name(floor.name)
        ],
        "people": [name for name in people if name],
        "routines": [name for name in own.routines if _name(name)],
        "alarms": [name for name in own.alarms if _name(name)],
    }


def names_in(household: Described) -> list[str]:
    """Every name of a household, for those who take names alone."""
    found: list[str] = []
    for key in ("entities", "areas", "floors", "people", "routines"):
        members = household[key]
        for each in members if isinstance(members, list) else ():
            name = each.get("name") if isinstance(each, dict) else each
            if isinstance(name, str):
                found.append(name)
    return list(dict.fromkeys(found))


def _entities(hass: HomeAssistant, *, states: bool) -> Iterator[Described]:
    registry, devices, areas = er.async_get(hass), dr.async_get(hass), ar.async_get(hass)
    told = 0
    for state in sorted(hass.states.async_all(), key=lambda each: each.entity_id):
        if not async_should_expose(hass, ASSISTANT, state.entity_id):
            continue
        if told == MOST_ENTITIES:
            _LOGGER.warning(
                "More than %d entities are exposed to Assist; the others cannot be spoken of",
                MOST_ENTITIES,
            )
            return
        entry = registry.async_get(state.entity_id)
        names = _names(hass, state, entry)
        if not names:
            continue
        area = None if entry is None else _area_of(entry, devices)
        place = None if area is None else areas.async_get_area(area)
        told += 1
        described: Described = {
            "name": names[0],
            "aliases": [*names[1 : _MOST_ALIASES + 1]],
            "area": None if place is None else place.name,
            "domain": state.domain,
        }
        yield described | ({"state": state.state} if states else {})


def _names(hass: HomeAssistant, state: State, entry: er.RegistryEntry | None) -> list[str]:
    if entry is None:
        names = [state.name]
    else:
        names = er.async_get_entity_aliases(hass, entry, allow_empty=False)
    return list(dict.fromkeys(name for name in map(_name, names) if name))


def _area_of(entry: er.RegistryEntry, devices: dr.DeviceRegistry) -> str | None:
    if entry.area_id is not None or entry.device_id is None:
        return entry.area_id
    device = devices.async_get(entry.device_id)
    return None if device is None else device.area_id


def _aliases(aliases: Iterable[str]) -> list[Json]:
    named = sorted(name for name in map(_name, aliases) if name)
    return [*named[:_MOST_ALIASES]]


def _name(text: str) -> str:
    """A name as it may be said; empty for one that nobody says."""
    stripped = text.strip()
    return stripped if len(stripped) <= LONGEST_NAME else ""
