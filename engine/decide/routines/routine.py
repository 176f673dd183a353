"""A routine as people describe it: what triggers it, what must be so then, and what it does."""

from dataclasses import dataclass
from enum import StrEnum

from ...core.snapshot import Json
from .codec import Field, RoutineError, Shape
from .conditions import CONDITIONS, Condition
from .kinds import Choice, Flag, Identifier, Listed, Number, Text, Whole
from .steps import STEPS, Step
from .triggers import LONGEST_S, TRIGGERS, Trigger

__all__ = [
    "Mode",
    "Routine",
    "RoutineError",
    "routine_from_json",
    "routine_schema",
    "routine_to_json",
    "routines_from_json",
]

MOST_QUEUED = 10
"""Runs that wait or run at most, unless the routine says otherwise: as many as Home Assistant's."""


class Mode(StrEnum):
    """What a trigger does while an earlier run is not over."""

    SINGLE = "single"
    """Nothing: the run that is under way goes on."""
    RESTART = "restart"
    """It ends the run and begins another."""
    QUEUED = "queued"
    """It waits its turn."""


@dataclass(frozen=True, slots=True)
class Routine:
    """One routine. Any of `triggers` triggers it; all of `conditions` must hold at that moment.

    `hosted` says that the host runs its actions: the engine tells when, and is told when they are
    over. Otherwise the engine takes the steps of `sequence` itself. `max_runs` counts a queued
    routine's run and those that wait; `cooldown_s` is how long after the beginning of a run no
    other begins.
    """

    id: str
    name: str
    triggers: tuple[Trigger, ...]
    conditions: tuple[Condition, ...] = ()
    sequence: tuple[Step, ...] = ()
    mode: Mode = Mode.SINGLE
    max_runs: int = MOST_QUEUED
    cooldown_s: float = 0.0
    enabled: bool = True
    hosted: bool = False


def _whole(routine: Routine) -> str | None:
    if routine.hosted and routine.sequence:
        return "the host runs the actions of a hosted routine; leave out sequence"
    return None


_ROUTINE = Shape(
    Routine,
    {
        "id": Field(Identifier(), required=True),
        "name": Field(Text(100), required=True),
        "triggers": Field(Listed(TRIGGERS, 1, 16), required=True),
        "conditions": Field(Listed(CONDITIONS, 0, 16), ()),
        "sequence": Field(Listed(STEPS, 0, 64), ()),
        "mode": Field(Choice(Mode), Mode.SINGLE),
        "max_runs": Field(Whole(2, 100), MOST_QUEUED),
        "cooldown_s": Field(Number(0.0, LONGEST_S), 0.0),
        "enabled": Field(Flag(), default=True),
        "hosted": Field(Flag(), default=False),
    },
    _whole,
)


def routine_from_json(document: Json) -> Routine:
    """Read a routine; raises RoutineError, which names the place and what is allowed there."""
    try:
        return _ROUTINE.read(document, "routine")
    except RecursionError as error:
        raise RoutineError("routine is nested too deeply") from error


def routine_to_json(routine: Routine) -> dict[str, Json]:
    """The document that routine_from_json reads; what is as usual is left out."""
    return _ROUTINE.write(routine)


def routines_from_json(documents: tuple[Json, ...]) -> tuple[Routine, ...]:
    """The routines of a house; raises RoutineError, also for two of the same id."""
    routines = tuple(map(routine_from_json, documents))
    ids = [routine.id for routine in routines]
    if len(set(ids)) != len(ids):
        raise RoutineError("two routines have the same id; give each its own")
    return routines


def routine_schema() -> dict[str, Json]:
    """The JSON Schema of a routine: docs/schemas/routine.schema.json."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Routine",
        **_ROUTINE.schema(),
        "$defs": {each.name: each.definition() for each in (TRIGGERS, CONDITIONS, STEPS)},
    }
