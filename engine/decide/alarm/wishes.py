"""What people and hosts ask of alarms, as it comes in `$host/intent`; see docs/protocol.md."""

from dataclasses import dataclass
import re

from ...core.reading import Intent
from ..calendar import read_date, read_time
from .settings import (
    LONGEST_WINDOW_MIN,
    PATIENCE_MIN,
    PATIENCE_RANGE_MIN,
    SNOOZE_MIN,
    SNOOZE_RANGE_MIN,
    VOLUME_RANGE,
    WINDOW_MIN,
    Settings,
)

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")

_RINGER = re.compile(r"[^\s,]{1,255}")
_NODE = re.compile(r"[a-z0-9-]{1,32}", re.ASCII)
_LONGEST_SOUND = 256


@dataclass(frozen=True, slots=True)
class Describe:
    """A sleeper's alarm as it is by the week: the whole description anew."""

    week: tuple[int | None, ...]
    settings: Settings


@dataclass(frozen=True, slots=True)
class Arm:
    """Switch the alarm on or off."""

    on: bool


@dataclass(frozen=True, slots=True)
class SetOnce:
    """One date's alarm; `day` None is the next time that it is `second`, `second` None is none."""

    day: int | None
    second: int | None


@dataclass(frozen=True, slots=True)
class Dates:
    """What a calendar says: dates without an alarm, and dates with one at a time of their own."""

    off: frozenset[int]
    given: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class Skip:
    """Leave out the next occurrence, or do not after all."""

    on: bool


@dataclass(frozen=True, slots=True)
class Snooze:
    """Be silent for a while; None is for as long as usual."""

    minutes: float | None


@dataclass(frozen=True, slots=True)
class Dismiss:
    """It is over."""


@dataclass(frozen=True, slots=True)
class Available:
    """Whether one of the host's ringers can ring; that is so of all sleepers."""

    ringer: str
    on: bool


type Wish = Describe | Arm | SetOnce | Dates | Skip | Snooze | Dismiss | Available


def read_wish(intent: Intent) -> Wish | None:
    """The wish in an intent; None for one that is of something else, or not as it should be."""
    try:
        return _read(intent)
    except ValueError:
        return None


def _read(intent: Intent) -> Wish | None:
    match intent.name:
        case "alarm":
            return Describe(
                tuple(_time(intent, day) for day in DAYS),
                Settings(
                    nodes=_names(intent, "nodes", _NODE),
                    ringers=_names(intent, "ringers", _RINGER),
                    window_min=_number(intent, "window_min", WINDOW_MIN, 0.0, LONGEST_WINDOW_MIN),
                    snooze_min=_number(intent, "snooze_min", SNOOZE_MIN, *SNOOZE_RANGE_MIN),
                    patience_min=_number(intent, "patience_min", PATIENCE_MIN, *PATIENCE_RANGE_MIN),
                    sound=_sound(intent),
                    volume=_volume(intent),
                ),
            )
        case "alarm_arm":
            return Arm(_flag(intent, "on"))
        case "alarm_set":
            return SetOnce(_date(intent, "date"), _time(intent, "time"))
        case "alarm_dates":
            return Dates(
                frozenset(read_date(text) for text in _listed(intent, "off")),
                tuple(_moment(text) for text in _listed(intent, "at")),
            )
        case "alarm_skip":
            return Skip(intent.get("on") is None or _flag(intent, "on"))
        case "snooze":
            minutes = intent.get("minutes")
            return Snooze(
                None if minutes is None else _number(intent, "minutes", 0.0, *SNOOZE_RANGE_MIN)
            )
        case "dismiss":
            return Dismiss()
        case "alarm_ringer":
            (ringer,) = _names(intent, "ringer", _RINGER)
            return Available(ringer, _flag(intent, "available"))
    return None


def _flag(intent: Intent, key: str) -> bool:
    match intent.get(key):
        case bool(value):
            return value
    raise ValueError(f"{key} must be true or false")


def _number(intent: Intent, key: str, default: float, low: float, high: float) -> float:
    value = intent.get(key)
    if value is None:
        return default
    if isinstance(value, bool | str) or not low <= value <= high:
        raise ValueError(f"{key} must be a number from {low:g} to {high:g}")
    return value


def _text(intent: Intent, key: str) -> str:
    value = intent.get(key)
    if value is not None and not isinstance(value, str):
        raise ValueError(f"{key} must be a text")
    return value or ""


def _listed(intent: Intent, key: str) -> list[str]:
    return [each.strip() for each in _text(intent, key).split(",") if each.strip()]


def _names(intent: Intent, key: str, form: re.Pattern[str]) -> tuple[str, ...]:
    names = tuple(dict.fromkeys(_listed(intent, key)))
    if not all(form.fullmatch(name) for name in names):
        raise ValueError(f"{key} must be names, parted by commas")
    return names


def _time(intent: Intent, key: str) -> int | None:
    text = _text(intent, key)
    return read_time(text) if text else None


def _date(intent: Intent, key: str) -> int | None:
    text = _text(intent, key)
    return read_date(text) if text else None


def _moment(text: str) -> tuple[int, int]:
    date, _, time = text.partition("T")
    return read_date(date), read_time(time)


def _sound(intent: Intent) -> str | None:
    text = _text(intent, "sound")
    if len(text) > _LONGEST_SOUND or not text.isprintable():
        raise ValueError("sound must be a name or an address")
    return text or None


def _volume(intent: Intent) -> float | None:
    if intent.get("volume") is None:
        return None
    return _number(intent, "volume", 1.0, *VOLUME_RANGE)
