"""What can be asked of an alarm, and how `cmd/alarm` asks it."""

from dataclasses import dataclass

from .commands import Asked, RefusedError

VOLUME = 0.8
"""Of an alarm that does not say."""

_QUIETEST = 0.05
"""An alarm that cannot be heard is none."""

_SNOOZE_S = 540.0
_SHORTEST_SNOOZE_S, _LONGEST_SNOOZE_S = 60.0, 1800.0

_LONGEST_OCCURRENCE = 64
_FAR = 1e11
"""Bounds numbers, not time: what is too far is for the alarms to say."""


@dataclass(frozen=True, slots=True)
class SetAlarm:
    """Ring at a unix time, which is so many seconds away; `sound` None is the usual one."""

    occurrence: str
    at: float
    in_s: float
    sound: str | None = None
    volume: float = VOLUME


@dataclass(frozen=True, slots=True)
class Ring:
    """Ring now."""

    occurrence: str
    sound: str | None = None
    volume: float = VOLUME


@dataclass(frozen=True, slots=True)
class Snooze:
    """Be silent for so many seconds."""

    occurrence: str
    in_s: float = _SNOOZE_S


@dataclass(frozen=True, slots=True)
class Dismiss:
    """It is over."""

    occurrence: str


@dataclass(frozen=True, slots=True)
class Cancel:
    """It was never set."""

    occurrence: str


type Order = SetAlarm | Ring | Snooze | Dismiss | Cancel


def read_order(asked: Asked) -> Order:
    """The order of a command; raises RefusedError, which names the key."""
    occurrence = asked.text("occurrence", _LONGEST_OCCURRENCE)
    if occurrence is None:
        raise RefusedError("occurrence must say which morning of which alarm this is")
    match asked.text("op"):
        case "set":
            at = asked.number("at_unix", 0.0, _FAR)
            away = asked.number("in_ms", -_FAR, _FAR)
            if at is None or away is None:
                raise RefusedError("at_unix and in_ms must say when to ring")
            return SetAlarm(occurrence, at, away / 1000, asked.text("sound"), _volume(asked))
        case "ring":
            return Ring(occurrence, asked.text("sound"), _volume(asked))
        case "snooze":
            away = asked.number("in_ms", 1000 * _SHORTEST_SNOOZE_S, 1000 * _LONGEST_SNOOZE_S)
            return Snooze(occurrence) if away is None else Snooze(occurrence, away / 1000)
        case "dismiss":
            return Dismiss(occurrence)
        case "cancel":
            return Cancel(occurrence)
    raise RefusedError("op must be one of set, ring, snooze, dismiss, cancel")


def _volume(asked: Asked) -> float:
    given = asked.number("volume", _QUIETEST, 1.0)
    return VOLUME if given is None else given
