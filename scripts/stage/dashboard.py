"""The dashboard of the demo: rooms that live, with Home Assistant's own cards only."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from .client import Members

_HOURS_SHOWN = 0.25
"""A demo is looked at for minutes: one round of the evening takes ten."""

DOPPLER_PAGE = "/local/doppler.html"

_TILES = {
    "occupancy": ("Occupancy", "teal"),
    "motion": ("Motion", "amber"),
    "in_bed": ("In bed", "indigo"),
    "respiration": ("Respiration", "light-blue"),
    "illuminance": ("Light", "yellow"),
    "co2": ("Carbon dioxide", "green"),
    "lamp": ("Routine lamp", "orange"),
}
_NIGHT_TILES = {
    "stage": ("Stage", "deep-purple"),
    "asleep": ("Asleep", "indigo"),
    "in_bed": ("In bed", "indigo"),
    "respiration": ("Respiration", "light-blue"),
    "time_asleep": ("Last night: asleep", "green"),
    "efficiency": ("Last night: efficiency", "green"),
}
_FOLLOWED = ("occupancy", "motion", "in_bed")
_TOLD = ("occupancy", "in_bed", "lamp")
"""Somebody who moves is told of too often to be worth a line each time."""


@dataclass(frozen=True, slots=True)
class RoomView:
    """One room, its entities by key (`occupancy`, `temperature` …), its ultrasonic nodes."""

    name: str
    icon: str
    entities: Mapping[str, str]
    ultrasonic: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class SleeperView:
    """One sleeper, their entities by key (`stage`, `asleep`, `night` …), and a note."""

    name: str
    entities: Mapping[str, str]
    note: str


def dashboard(rooms: Sequence[RoomView], sleepers: Sequence[SleeperView] = ()) -> Members:
    """The configuration of a dashboard with one section a room and a sleeper."""
    sections = [*map(_section, rooms), *map(_sleeper, sleepers)]
    return {
        "title": "Halcyon",
        "views": [
            {
                "title": "Home",
                "path": "home",
                "icon": "mdi:home-heart",
                "type": "sections",
                "max_columns": 3,
                "badges": [
                    {
                        "type": "entity",
                        "entity": room.entities["occupancy"],
                        "name": room.name,
                        "show_name": True,
                        "color": "accent",
                    }
                    for room in rooms
                ],
                "sections": [*sections, _happenings(rooms)],
            }
        ],
    }


def _section(room: RoomView) -> Members:
    entities = room.entities
    badges = [
        {"type": "entity", "entity": entities[key]}
        for key in ("temperature", "humidity")
        if key in entities
    ]
    cards: list[Members] = [
        {
            "type": "heading",
            "heading": room.name,
            "icon": room.icon,
            "heading_style": "title",
            "badges": badges,
        }
    ]
    cards += [
        {"type": "tile", "entity": entities[key], "name": name, "color": color}
        for key, (name, color) in _TILES.items()
        if key in entities
    ]
    cards.append(
        {
            "type": "history-graph",
            "hours_to_show": _HOURS_SHOWN,
            "entities": [
                {"entity": entities[key], "name": _TILES[key][0]}
                for key in _FOLLOWED
                if key in entities
            ],
            "grid_options": {"columns": "full"},
        }
    )
    cards += [_doppler(node) for node in room.ultrasonic]
    return {"type": "grid", "cards": cards}


def _sleeper(sleeper: SleeperView) -> Members:
    entities = sleeper.entities
    cards: list[Members] = [
        {
            "type": "heading",
            "heading": sleeper.name,
            "icon": "mdi:power-sleep",
            "heading_style": "title",
        },
        {"type": "markdown", "content": sleeper.note, "grid_options": {"columns": "full"}},
    ]
    cards += [
        {"type": "tile", "entity": entities[key], "name": name, "color": color}
        for key, (name, color) in _NIGHT_TILES.items()
        if key in entities
    ]
    cards += [
        {
            "type": "history-graph",
            "hours_to_show": _HOURS_SHOWN,
            "entities": [
                {"entity": entities[key], "name": _NIGHT_TILES[key][0]}
                for key in ("stage", "asleep")
            ],
            "grid_options": {"columns": "full"},
        },
        {
            "type": "picture-entity",
            "entity": entities["night"],
            "show_name": False,
            "show_state": False,
            "grid_options": {"columns": "full"},
        },
    ]
    return {"type": "grid", "cards": cards}


def _doppler(node: str) -> Members:
    """The way to the page that shows what an ultrasonic node hears."""
    return {
        "type": "heading",
        "heading": f"What {node} hears",
        "heading_style": "subtitle",
        "icon": "mdi:sine-wave",
        "tap_action": {"action": "url", "url_path": f"{DOPPLER_PAGE}?node={node}"},
    }


def _happenings(rooms: Sequence[RoomView]) -> Members:
    followed = [room.entities[key] for room in rooms for key in _TOLD if key in room.entities]
    return {
        "type": "grid",
        "cards": [
            {
                "type": "heading",
                "heading": "What happened",
                "icon": "mdi:text-box-outline",
                "heading_style": "title",
            },
            {
                "type": "logbook",
                "target": {"entity_id": followed},
                "hours_to_show": _HOURS_SHOWN,
                "grid_options": {"columns": "full", "rows": 7},
            },
        ],
    }
