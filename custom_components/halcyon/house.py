"""A site as the engine reads it: its rooms, with those who sleep in them, and its routines."""

from collections.abc import Container
from typing import Any

from homeassistant.config_entries import ConfigEntry

from .const import CONF_SITE
from .engine.core.house import House, house_from_json
from .room.subentries import engine_room, room_config, room_configs, room_subentries
from .routine.subentries import routine_configs, routine_problem
from .sleep.subentries import engine_sleepers, sleeper_configs


def house_of(entry: ConfigEntry[Any], disabled: Container[str] = ()) -> House:
    """The site as the engine reads it; raises HouseError where a subentry does not hold.

    `disabled` are the routines that do not run for now. One that cannot is left out.
    """
    rooms = [
        engine_room(room.data) | {"sleepers": engine_sleepers(entry, room_config(room).nodes)}
        for room in room_subentries(entry)
    ]
    routines = [
        {**routine.document, "enabled": routine.id not in disabled}
        for routine in routine_configs(entry)
        if routine_problem(entry, routine) is None
    ]
    return house_from_json(
        {
            "site": entry.data[CONF_SITE],
            "automatic": False,
            "rooms": [*rooms],
            "routines": [*routines],
        },
    )


def description_of(entry: ConfigEntry[Any]) -> object:
    """Everything that people have described; the entry has more, such as how it was found."""
    return (
        dict(entry.data),
        dict(entry.options),
        [(each.subentry_id, each.title, dict(each.data)) for each in entry.subentries.values()],
    )


def structure_of(entry: ConfigEntry[Any]) -> object:
    """What entities and subscriptions follow from; a change of anything else is taken up live."""
    return (
        dict(entry.data),
        dict(entry.options),
        [(room.subentry_id, room.id, room.sources) for room in room_configs(entry)],
        [
            (each.subentry_id, each.id, each.node, each.room, each.alarm is not None)
            for each in sleeper_configs(entry)
        ],
    )
