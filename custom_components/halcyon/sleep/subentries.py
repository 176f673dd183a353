"""Sleepers as Home Assistant keeps them, in subentries: whose side of a bed a node watches."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from homeassistant.config_entries import ConfigEntry, ConfigSubentry, ConfigSubentryData

from ..alarm.config import AlarmConfig, alarm_config
from ..const import (
    CONF_BED_FAR,
    CONF_BED_NEAR,
    CONF_NODE,
    CONF_PERSON,
    CONF_SIDE,
    CONF_SLEEPER,
    SUBENTRY_SLEEPER,
)
from ..engine.core.message import is_id
from ..engine.core.snapshot import Json
from ..room.subentries import identifier, room_of


@dataclass(frozen=True, slots=True)
class SleeperConfig:
    """One sleeper subentry. `room` is the room in which the node hangs, None while in none."""

    subentry_id: str
    title: str
    id: str
    node: str
    person: str | None
    room: str | None
    alarm: AlarmConfig | None = None


def sleeper_subentries(entry: ConfigEntry[Any]) -> Iterator[ConfigSubentry]:
    """The subentries that are sleepers."""
    return (each for each in entry.subentries.values() if each.subentry_type == SUBENTRY_SLEEPER)


def sleeper_configs(entry: ConfigEntry[Any]) -> tuple[SleeperConfig, ...]:
    """All sleepers of an entry."""
    found = []
    for subentry in sleeper_subentries(entry):
        data = subentry.data
        room = room_of(entry, data[CONF_NODE])
        found.append(
            SleeperConfig(
                subentry_id=subentry.subentry_id,
                title=subentry.title,
                id=data[CONF_SLEEPER],
                node=data[CONF_NODE],
                person=data.get(CONF_PERSON),
                room=None if room is None else room.id,
                alarm=alarm_config(data),
            )
        )
    return tuple(found)


def engine_sleepers(entry: ConfigEntry[Any], nodes: Iterable[str]) -> list[Json]:
    """The sleepers whom these nodes watch, as house_from_json reads them."""
    watching = set(nodes)
    return [
        {"id": data[CONF_SLEEPER], "node": data[CONF_NODE]}
        | {key: data[key] for key in (CONF_SIDE, CONF_BED_NEAR, CONF_BED_FAR) if key in data}
        for data in (subentry.data for subentry in sleeper_subentries(entry))
        if data[CONF_NODE] in watching
    ]


def new_sleeper(
    entry: ConfigEntry[Any] | None, title: str, node: str, settings: Mapping[str, Any] | None = None
) -> ConfigSubentryData:
    """A sleeper whom an entry does not have yet, with an id of its own."""
    taken = set() if entry is None else {each.id for each in sleeper_configs(entry)}
    # The first whom a node watches is called after it, as everywhere nobody chose a name.
    name = node if is_id(node) and node not in taken else identifier(title, taken, "sleeper")
    return ConfigSubentryData(
        data={CONF_SLEEPER: name, CONF_NODE: node, **(settings or {})},
        subentry_type=SUBENTRY_SLEEPER,
        title=title,
        unique_id=f"sleeper_{name}",
    )
