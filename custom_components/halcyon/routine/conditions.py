"""What must be so for a routine to run, as its form asks for it and as the engine reads it."""

from collections.abc import Iterable, Iterator, Mapping
from itertools import chain
from typing import Any

from ..engine.core.snapshot import Json
from ..engine.decide.routines.conditions import (
    HORIZON,
    Asleep,
    Condition,
    Lies,
    Light,
    Mode,
    Occupied,
    Sleeps,
    Sun,
    Time,
)
from .rule import AnswerError, Answers

SECTIONS = {
    "time": ("after", "before", "days", "sun"),
    "place": ("occupied", "empty", "light_room", "below", "above"),
    "sleep": ("asleep", "awake", "in_bed", "out_of_bed", "stage_of", "stages"),
    "modes": ("mode", "states"),
}
"""The sections of the form, and their fields."""

DARK, BRIGHT = "dark", "bright"

_MANY = {
    "occupied": (Occupied.kind, False),
    "empty": (Occupied.kind, True),
    "asleep": (Asleep.kind, False),
    "awake": (Asleep.kind, True),
    "in_bed": (Lies.kind, False),
    "out_of_bed": (Lies.kind, True),
}
"""Fields that name several, the condition on each of these, and whether it must not hold."""

_FIELDS = {condition: field for field, condition in _MANY.items()}


def conditions_of(given: Mapping[str, Answers]) -> list[dict[str, Json]]:
    """The conditions that the sections of a form ask for, all of which must hold.

    Raises AnswerError.
    """
    answers = {key: value for section in given.values() for key, value in section.items()}
    return [*chain.from_iterable(part(answers) for part in (_when, _light, _who, _stage, _mode))]


def condition_answers(conditions: Iterable[Condition]) -> dict[str, dict[str, Any]]:
    """What the sections of the form were filled in with."""
    answers: dict[str, Any] = {}
    for condition in conditions:
        for field, value in _answers(condition):
            known = answers.get(field, [])
            answers[field] = known + value if field in _MANY else value
    return {
        name: {field: answers[field] for field in fields if answers.get(field) not in (None, [])}
        for name, fields in SECTIONS.items()
    }


def _when(given: Answers) -> Iterator[dict[str, Json]]:
    time = {key: given[key] for key in ("after", "before", "days") if given.get(key)}
    if time:
        yield {"kind": Time.kind, **time}
    if "sun" in given:
        yield {"kind": Sun.kind, "below" if given["sun"] == DARK else "above": HORIZON}


def _light(given: Answers) -> Iterator[dict[str, Json]]:
    limits = {key: given[key] for key in ("below", "above") if key in given}
    if "light_room" in given:
        if not limits:
            raise AnswerError("light_limit_needed")
        yield {"kind": Light.kind, "room": given["light_room"], **limits}
    elif limits:
        raise AnswerError("light_room_needed")


def _who(given: Answers) -> Iterator[dict[str, Json]]:
    for field, (kind, negate) in _MANY.items():
        for name in given.get(field, ()):
            match kind:
                case Occupied.kind:
                    about: dict[str, Json] = {"room": name}
                case Asleep.kind:
                    about = {"sleepers": [name]}
                case _:
                    about = {"sleeper": name}
            yield {"kind": kind, **about} | ({"negate": True} if negate else {})


def _stage(given: Answers) -> Iterator[dict[str, Json]]:
    if ("stage_of" in given) is not bool(given.get("stages")):
        raise AnswerError("stages_needed")
    if "stage_of" in given:
        yield {"kind": Sleeps.kind, "sleeper": given["stage_of"], "stages": given["stages"]}


def _mode(given: Answers) -> Iterator[dict[str, Json]]:
    if ("mode" in given) is not bool(given.get("states")):
        raise AnswerError("states_needed")
    if "mode" in given:
        yield {"kind": Mode.kind, "name": given["mode"], "values": given["states"]}


def _answers(condition: Condition) -> list[tuple[str, Any]]:
    match condition:
        case Time(after, before, days):
            return [("after", after), ("before", before), ("days", [*map(str, days)])]
        case Sun(_, below):
            return [("sun", BRIGHT if below is None else DARK)]
        case Light(room, above, below):
            return [("light_room", room), ("above", above), ("below", below)]
        case Sleeps(sleeper, stages):
            return [("stage_of", sleeper), ("stages", [*map(str, stages)])]
        case Mode(name, values):
            return [("mode", name), ("states", [*values])]
        case Occupied(room):
            names = [room]
        case Lies(sleeper):
            names = [sleeper]
        case Asleep(sleepers):
            names = [*sleepers]
    return [(_FIELDS[condition.kind, condition.negate], names)]
