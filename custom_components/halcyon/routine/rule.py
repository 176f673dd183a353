"""When a routine runs, as its form asks for it and as the engine reads it."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any, cast

from homeassistant.const import CONF_FOR

from ..engine.core.snapshot import Json
from ..engine.decide.routines.triggers import (
    AllAsleep,
    Command,
    Crossing,
    InZone,
    Motion,
    Moving,
    NodeAway,
    Occupancy,
)

type Answers = Mapping[str, Any]
"""What a person filled in, by field."""

type Rule = Mapping[str, Json]
"""When a routine runs: what routine_from_json reads, but for id and name."""

YES, NO = "yes", "no"

ROOMS, SLEEPERS, ZONES, NODES, HEARD_IN = "rooms", "sleepers", "zones", "nodes", "heard_in"
MANY = {ROOMS: "room", SLEEPERS: "sleeper", ZONES: "zone", NODES: "node", HEARD_IN: "room"}
"""The fields that name several, any of which triggers, and what the engine calls one of them."""

_ABOUT = {
    Command.kind: HEARD_IN,
    Crossing.kind: ROOMS,
    InZone.kind: ZONES,
    Motion.kind: ROOMS,
    Moving.kind: ROOMS,
    NodeAway.kind: NODES,
    Occupancy.kind: ROOMS,
}

ANY = frozenset({AllAsleep.kind, Command.kind})
"""Triggers that need not name what they are about: then it is all of the home."""

FLAGS = frozenset({"detected", "in_bed", "inside", "occupied", "offline"})
"""Members of triggers that are true or false, and asked for in words."""

_ZONE_OF = "/"
"""Between a room and its zone in one option."""

_FOR_S = "for_s"


class AnswerError(ValueError):
    """An answer that makes no routine: the key of the message, its field, and what it is about."""

    def __init__(self, key: str, field: str = "base", what: str = "") -> None:
        super().__init__(key)
        self.key = key
        self.field = field
        self.what = what


def about(kind: str) -> str:
    """The field that says what the triggers of a kind are about."""
    return _ABOUT.get(kind, SLEEPERS)


def zone_option(room: str, zone: str) -> str:
    """A zone of a room as one option of a form: ids hold no slash."""
    return f"{room}{_ZONE_OF}{zone}"


def duration(seconds: float) -> dict[str, int]:
    """Seconds as a duration selector shows them."""
    whole = round(seconds)
    return {"hours": whole // 3600, "minutes": whole // 60 % 60, "seconds": whole % 60}


def seconds(given: Mapping[str, float]) -> float:
    """What a duration selector gives, in seconds."""
    return timedelta(**given).total_seconds()


def triggers_of(kind: str, given: Answers) -> list[dict[str, Json]]:
    """The triggers that one form asks for: one for each that it names; raises AnswerError."""
    _check_trigger(kind, given)
    rest: dict[str, Json] = {
        key: value == YES if key in FLAGS else value
        for key, value in given.items()
        if key not in MANY and key != CONF_FOR
    }
    if waits := seconds(given.get(CONF_FOR, {})):
        rest[_FOR_S] = waits
    if kind == AllAsleep.kind:
        everybody = {SLEEPERS: given[SLEEPERS]} if given.get(SLEEPERS) else {}
        return [{"kind": kind, **everybody, **rest}]
    field = about(kind)
    if not given.get(field):
        return [{"kind": kind, **rest}]
    return [{"kind": kind, **_named(kind, MANY[field], each), **rest} for each in given[field]]


def _check_trigger(kind: str, given: Answers) -> None:
    for field in (about(kind), "stages"):
        if field in given and not given[field] and kind not in ANY:
            raise AnswerError("choose_one", field)
    if kind == Crossing.kind and ("above" in given) is ("below" in given):
        raise AnswerError("one_limit", "above")
    if kind == Command.kind:
        for phrase in given["phrases"] or ("",):
            if not any(letter.isalnum() for letter in phrase):
                raise AnswerError("phrase_needed", "phrases")


def _named(kind: str, member: str, option: str) -> dict[str, Json]:
    if kind == InZone.kind:
        room, _, zone = option.partition(_ZONE_OF)
        return {"room": room, "zone": zone}
    return {member: option}


def trigger_answers(rule: Rule, kind: str) -> dict[str, Any]:
    """What the form of a kind of trigger was filled in with; empty for a kind that is new."""
    same = [trigger for trigger in _triggers(rule) if trigger["kind"] == kind]
    if not same:
        return {}
    first = dict(same[0])
    answers: dict[str, Any] = {}
    member = MANY[about(kind)]
    if member in first:
        answers[about(kind)] = [_option(kind, member, trigger) for trigger in same]
    for key, value in first.items():
        if key == _FOR_S:
            answers[CONF_FOR] = duration(cast("float", value))
        elif key in FLAGS:
            answers[key] = YES if value else NO
        elif key not in ("kind", *MANY.values()):
            answers[key] = value
    return answers


def _option(kind: str, member: str, trigger: Mapping[str, Json]) -> str:
    if kind == InZone.kind:
        return zone_option(str(trigger["room"]), str(trigger["zone"]))
    return str(trigger[member])


def kinds_in(rule: Rule) -> list[str]:
    """The kinds of triggers of a rule, each once, in their order."""
    return list(dict.fromkeys(str(trigger["kind"]) for trigger in _triggers(rule)))


def _triggers(rule: Rule) -> list[Mapping[str, Json]]:
    return cast("list[Mapping[str, Json]]", rule.get("triggers", []))
