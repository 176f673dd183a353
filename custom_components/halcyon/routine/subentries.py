"""Routines as Home Assistant keeps them, in subentries, and as the engine reads them."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from homeassistant.config_entries import ConfigEntry, ConfigSubentry, ConfigSubentryData
from homeassistant.const import CONF_SEQUENCE

from ..const import CONF_ROUTINE, CONF_RULE, SUBENTRY_ROUTINE
from ..engine.core.snapshot import Json
from ..engine.decide.routines.routine import Routine, RoutineError, routine_from_json
from ..room.subentries import identifier, room_configs
from ..sleep.subentries import sleeper_configs


@dataclass(frozen=True, slots=True)
class RoutineConfig:
    """One routine subentry: when it runs is its `rule`, what it does then its `sequence`.

    The rule is what `routine_from_json` reads but for id and name, and the sequence is what a
    person chose: actions of Home Assistant.
    """

    subentry_id: str
    title: str
    id: str
    rule: Mapping[str, Json]
    sequence: Sequence[Any]

    @property
    def document(self) -> dict[str, Json]:
        """The routine as the engine reads it."""
        return {**self.rule, "id": self.id, "name": self.title, "hosted": True}


def routine_config(subentry: ConfigSubentry) -> RoutineConfig:
    """Read one subentry."""
    data = subentry.data
    return RoutineConfig(
        subentry_id=subentry.subentry_id,
        title=subentry.title,
        id=data[CONF_ROUTINE],
        rule=data[CONF_RULE],
        sequence=data[CONF_SEQUENCE],
    )


def routine_subentries(entry: ConfigEntry[Any]) -> Iterator[ConfigSubentry]:
    """The subentries that are routines."""
    return (each for each in entry.subentries.values() if each.subentry_type == SUBENTRY_ROUTINE)


def routine_configs(entry: ConfigEntry[Any]) -> tuple[RoutineConfig, ...]:
    """All routines of an entry."""
    return tuple(routine_config(subentry) for subentry in routine_subentries(entry))


class Problem(NamedTuple):
    """Why a routine cannot run: `orphaned` or `broken`, and what is gone or wrong."""

    key: str
    detail: str


def routine_problem(entry: ConfigEntry[Any], routine: RoutineConfig) -> Problem | None:
    """Why the engine cannot take a routine; None where it can."""
    try:
        read = routine_from_json(routine.document)
    except RoutineError as error:
        return Problem("broken", str(error))
    gone = _named(read) - {room.id for room in room_configs(entry)}
    gone -= {each.id for each in sleeper_configs(entry)}
    return Problem("orphaned", ", ".join(sorted(gone))) if gone else None


def _named(routine: Routine) -> set[str]:
    """The rooms and sleepers that a routine names."""
    named = set[str]()
    for part in (*routine.triggers, *routine.conditions):
        named |= {name for key in ("room", "sleeper") if (name := getattr(part, key, None))}
        named |= set(getattr(part, "sleepers", ()))
    return named


def new_routine(
    entry: ConfigEntry[Any] | None, title: str, rule: Mapping[str, Json], sequence: Sequence[Any]
) -> ConfigSubentryData:
    """A routine that an entry does not have yet, with an id of its own."""
    taken = set() if entry is None else {each.id for each in routine_configs(entry)}
    routine = identifier(title, taken, "routine")
    return ConfigSubentryData(
        data={CONF_ROUTINE: routine, CONF_RULE: dict(rule), CONF_SEQUENCE: list(sequence)},
        subentry_type=SUBENTRY_ROUTINE,
        title=title,
        unique_id=f"routine_{routine}",
    )
