"""The forms of a routine: what each step asks, and what can be chosen there."""

from collections.abc import Callable, Iterable, Mapping
from enum import StrEnum
from typing import Any, Literal

from homeassistant.config_entries import ConfigEntry
from homeassistant.const import CONF_FOR, CONF_MODE, CONF_NAME, CONF_SEQUENCE
from homeassistant.data_entry_flow import section
from homeassistant.helpers.selector import (
    ActionSelector,
    BooleanSelector,
    DurationSelector,
    EntitySelector,
    NumberSelector,
    NumberSelectorConfig,
    NumberSelectorMode,
    SelectOptionDict,
    Selector,
    SelectSelector,
    SelectSelectorConfig,
    SelectSelectorMode,
    TextSelector,
    TextSelectorConfig,
    TimeSelector,
)
import voluptuous as vol

from ..const import CONF_ROOM, CONF_ZONES
from ..engine.core.house import SensorKind
from ..engine.core.output import AlarmEvent, Movement, SessionEvent
from ..engine.core.sleep import Stage
from ..engine.decide.routines.conditions import Day
from ..engine.decide.routines.routine import Mode
from ..engine.decide.routines.triggers import TRIGGERS, Quantity
from ..room.form import node_options
from ..room.subentries import room_configs, room_subentries
from ..sleep.subentries import sleeper_configs
from .conditions import BRIGHT, DARK, SECTIONS
from .rule import (
    ANY,
    FLAGS,
    HEARD_IN,
    NO,
    NODES,
    ROOMS,
    SLEEPERS,
    YES,
    ZONES,
    about,
    zone_option,
)

CONF_KINDS = "kinds"
CONF_BEHAVIOUR = "behaviour"
CONF_COOLDOWN = "cooldown"
CONF_YAML = "yaml"

KINDS = (
    "motion_event",
    "motion",
    "occupancy",
    "zone",
    "bed",
    "trying_to_sleep",
    "night",
    "stage",
    "all_asleep",
    "wakeable",
    "alarm",
    "environment",
    "command",
    "node",
)
"""What can trigger a routine, in the order in which it is offered."""

_NOT_ASKED = {"command": frozenset({"source", "speaker", "confidence"})}
"""What automations can ask of a kind, and people seldom want."""

_EVENTS: Mapping[str, type[StrEnum]] = {
    "motion_event": Movement,
    "night": SessionEvent,
    "alarm": AlarmEvent,
}

_LOWEST, _HIGHEST = -50.0, 100_000.0
"""Degrees, percent, lux and ppm: what a limit can be, over all quantities."""


def name_schema() -> vol.Schema:
    """What a routine is called, and what can trigger it."""
    return vol.Schema(
        {
            vol.Required(CONF_NAME): TextSelector(),
            vol.Required(CONF_KINDS): _choice(KINDS, "routine_trigger", multiple=True),
        }
    )


def trigger_schema(entry: ConfigEntry, kind: str) -> vol.Schema:
    """The fields of one kind of trigger."""
    fields = TRIGGERS.shapes[kind].fields
    named = about(kind)
    marker = vol.Optional(named) if kind in ANY else vol.Required(named)
    schema: dict[vol.Marker, Any] = {marker: _several(_NAMES[named](entry))}
    rare: dict[vol.Marker, Any] = {}
    for name in (each for each in fields if each not in _NOT_ASKED.get(kind, ())):
        if name == "event":
            schema[vol.Required("event")] = _choice(_EVENTS[kind], f"routine_{kind}")
        elif name in FLAGS:
            schema[vol.Required(name, default=YES)] = _choice((YES, NO), f"routine_{name}")
        elif name in _ASKED and fields[name].required:
            schema[vol.Required(name)] = _ASKED[name]
        elif name in _ASKED:
            rare[vol.Optional(name)] = _ASKED[name]
        elif name == "for_s":
            schema[vol.Optional(CONF_FOR)] = DurationSelector()
    return vol.Schema(schema | rare)


def conditions_schema(entry: ConfigEntry, answers: Mapping[str, Any]) -> vol.Schema:
    """What must be so when a routine is triggered; sections that hold answers are open."""
    rooms, sleepers = _rooms(entry), _sleepers(entry)
    selectors: dict[str, Selector[Any]] = {
        "after": TimeSelector(),
        "before": TimeSelector(),
        "days": _choice(Day, "routine_day", multiple=True),
        "sun": _clearable((DARK, BRIGHT), "routine_sun"),
        "occupied": _several(rooms),
        "empty": _several(rooms),
        "light_room": _one(rooms),
        "below": _LUX,
        "above": _LUX,
        "asleep": _several(sleepers),
        "awake": _several(sleepers),
        "in_bed": _several(sleepers),
        "out_of_bed": _several(sleepers),
        "stage_of": _one(sleepers),
        "stages": _STAGES,
        "mode": EntitySelector(),
        "states": TextSelector(TextSelectorConfig(multiple=True)),
    }
    return vol.Schema(
        {
            vol.Optional(name): section(
                vol.Schema({vol.Optional(field): selectors[field] for field in fields}),
                {"collapsed": not answers.get(name)},
            )
            for name, fields in SECTIONS.items()
        }
    )


def actions_schema() -> vol.Schema:
    """What the routine does, and what happens while it does it."""
    behaviour = {
        vol.Required(CONF_MODE, default=str(Mode.SINGLE)): _choice(Mode, "routine_mode"),
        vol.Optional(CONF_COOLDOWN): DurationSelector(),
    }
    return vol.Schema(
        {
            vol.Required(CONF_SEQUENCE): ActionSelector(),
            vol.Required(CONF_BEHAVIOUR): section(vol.Schema(behaviour), {"collapsed": True}),
        }
    )


def automation_schema() -> vol.Schema:
    """A text to copy."""
    return vol.Schema({vol.Optional(CONF_YAML): TextSelector(TextSelectorConfig(multiline=True))})


def _rooms(entry: ConfigEntry) -> list[SelectOptionDict]:
    return [SelectOptionDict(value=room.id, label=room.title) for room in room_configs(entry)]


def _sleepers(entry: ConfigEntry) -> list[SelectOptionDict]:
    return [SelectOptionDict(value=each.id, label=each.title) for each in sleeper_configs(entry)]


def _zones(entry: ConfigEntry) -> list[SelectOptionDict]:
    return [
        SelectOptionDict(
            value=zone_option(room.data[CONF_ROOM], zone["id"]),
            label=f"{room.title} - {zone[CONF_NAME]}",
        )
        for room in room_subentries(entry)
        for zone in room.data[CONF_ZONES]
    ]


_NAMES: Mapping[str, Callable[[ConfigEntry], list[SelectOptionDict]]] = {
    HEARD_IN: _rooms,
    ROOMS: _rooms,
    SLEEPERS: _sleepers,
    ZONES: _zones,
    NODES: node_options,
}


def _several(options: list[SelectOptionDict]) -> SelectSelector:
    return SelectSelector(SelectSelectorConfig(options=options, multiple=True))


def _one(options: list[SelectOptionDict]) -> SelectSelector:
    return SelectSelector(SelectSelectorConfig(options=options, mode=SelectSelectorMode.DROPDOWN))


def _choice(options: Iterable[str], translation: str, *, multiple: bool = False) -> SelectSelector:
    return SelectSelector(
        SelectSelectorConfig(
            options=[str(option) for option in options],
            translation_key=translation,
            multiple=multiple,
        )
    )


def _clearable(options: Iterable[str], translation: str) -> SelectSelector:
    """A choice that can be taken back, which a list of few options does not let people do."""
    return SelectSelector(
        SelectSelectorConfig(
            options=[str(option) for option in options],
            translation_key=translation,
            mode=SelectSelectorMode.DROPDOWN,
        )
    )


def _number(low: float, high: float, step: float | Literal["any"] = "any") -> NumberSelector:
    return NumberSelector(
        NumberSelectorConfig(min=low, max=high, step=step, mode=NumberSelectorMode.BOX)
    )


_STAGES = _choice(Stage, "routine_stage", multiple=True)
_LUX = NumberSelector(
    NumberSelectorConfig(min=0, max=_HIGHEST, mode=NumberSelectorMode.BOX, unit_of_measurement="lx")
)
_ASKED: Mapping[str, Selector[Any]] = {
    "source": _clearable(SensorKind, "routine_source"),
    "major": BooleanSelector(),
    "stages": _STAGES,
    "quantity": _choice(Quantity, "routine_quantity"),
    "above": _number(_LOWEST, _HIGHEST),
    "below": _number(_LOWEST, _HIGHEST),
    "hysteresis": _number(0.0, _HIGHEST),
    "phrases": TextSelector(TextSelectorConfig(multiple=True)),
}
"""Fields that are asked for wherever a trigger has them."""
