"""What a node remembers of alarms, as JSON for its disk."""

from halcyon.core.snapshot import (
    Json,
    SnapshotError,
    item,
    number_in,
    optional_number_in,
    rows_in,
    text_in,
)

from .alarms import Alarm, Alarms, Event, Happened, Phase
from .moments import Moment

SCHEMA = 1


def to_json(state: Alarms, machine: str) -> Json:
    """The state for the disk; `machine` names this start of the machine."""
    return {
        "schema": SCHEMA,
        "machine": machine,
        "alarms": [_alarm(each) for each in state.alarms],
        "over": list(state.over),
        "events": [_event(each) for each in state.events],
    }


def from_json(state: Json, machine: str) -> Alarms:
    """What `to_json` gave; raises SnapshotError for anything else.

    What rang is not heard until time has come to it again, and moments by the machine's clock
    are forgotten where the machine has started anew.
    """
    if number_in(state, "schema") != SCHEMA:
        raise SnapshotError("alarms were written by another version of the node")
    known = text_in(state, "machine") == machine
    over = rows_in(state, "over")
    return Alarms(
        alarms=tuple(_alarm_from(each, known=known) for each in rows_in(state, "alarms")),
        over=tuple(text_in(over, index) for index in range(len(over))),
        events=tuple(_event_from(each, known=known) for each in rows_in(state, "events")),
    )


def _alarm(alarm: Alarm) -> Json:
    return {
        "occurrence": alarm.occurrence,
        "at": _moment(alarm.at),
        "sound": alarm.sound,
        "volume": alarm.volume,
        "phase": str(alarm.phase),
        "first": None if alarm.first is None else _moment(alarm.first),
    }


def _alarm_from(state: Json, *, known: bool) -> Alarm:
    first = item(state, "first")
    return Alarm(
        occurrence=text_in(state, "occurrence"),
        at=_moment_from(item(state, "at"), known=known),
        sound=None if item(state, "sound") is None else text_in(state, "sound"),
        volume=number_in(state, "volume"),
        phase=_one_of(Phase, state, "phase"),
        first=None if first is None else _moment_from(first, known=known),
    )


def _event(event: Event) -> Json:
    return {
        "id": event.id,
        "occurrence": event.occurrence,
        "what": str(event.what),
        "at": _moment(event.at),
    }


def _event_from(state: Json, *, known: bool) -> Event:
    return Event(
        id=text_in(state, "id"),
        occurrence=text_in(state, "occurrence"),
        what=_one_of(Happened, state, "what"),
        at=_moment_from(item(state, "at"), known=known),
    )


def _moment(moment: Moment) -> Json:
    return {"unix": moment.unix, "boot": moment.boot}


def _moment_from(state: Json, *, known: bool) -> Moment:
    boot = optional_number_in(state, "boot")
    return Moment(number_in(state, "unix"), boot if known else None)


def _one_of[Kind: (Phase, Happened)](kinds: type[Kind], state: Json, key: str) -> Kind:
    try:
        return kinds(text_in(state, key))
    except ValueError as error:
        raise SnapshotError(f"snapshot holds another {key} than there are") from error
