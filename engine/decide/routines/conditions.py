"""What must be so when a routine is triggered. All conditions of a routine must hold."""

from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar

from ...core.sleep import Stage
from ..calendar import read_time
from .codec import Field, OneOf, Shape, one_of
from .kinds import Choice, Flag, Identifier, Listed, Number, Text

HORIZON = -0.833
"""Degrees of the sun's centre at sunrise and sunset: its radius, and what the air refracts."""


class Day(StrEnum):
    """A day of the week, in its order."""

    MON = "mon"
    TUE = "tue"
    WED = "wed"
    THU = "thu"
    FRI = "fri"
    SAT = "sat"
    SUN = "sun"


@dataclass(frozen=True, slots=True)
class Time:
    """The time of day is from `after` on and before `before`, HH:MM[:SS], on one of the days.

    Where `after` is later than `before` it is over midnight, and the day is that of the evening.
    No days are all days.
    """

    kind: ClassVar[str] = "time"
    after: str | None = None
    before: str | None = None
    days: tuple[Day, ...] = ()
    negate: bool = False
    if_unknown: bool = False


@dataclass(frozen=True, slots=True)
class Sun:
    """The sun is above or below so many degrees: below -0.833 is from sunset to sunrise."""

    kind: ClassVar[str] = "sun"
    above: float | None = None
    below: float | None = None
    negate: bool = False
    if_unknown: bool = False


@dataclass(frozen=True, slots=True)
class Light:
    """A room is darker than `below` lux, or brighter than `above`."""

    kind: ClassVar[str] = "light"
    room: str
    above: float | None = None
    below: float | None = None
    negate: bool = False
    if_unknown: bool = False


@dataclass(frozen=True, slots=True)
class Sleeps:
    """A sleeper is in one of the stages."""

    kind: ClassVar[str] = "stage"
    sleeper: str
    stages: tuple[Stage, ...]
    negate: bool = False
    if_unknown: bool = False


@dataclass(frozen=True, slots=True)
class Asleep:
    """Every one of the sleepers is asleep; none named are all of the home."""

    kind: ClassVar[str] = "asleep"
    sleepers: tuple[str, ...] = ()
    negate: bool = False
    if_unknown: bool = False


@dataclass(frozen=True, slots=True)
class Lies:
    """A sleeper is in bed."""

    kind: ClassVar[str] = "bed"
    sleeper: str
    negate: bool = False
    if_unknown: bool = False


@dataclass(frozen=True, slots=True)
class Occupied:
    """A room is occupied."""

    kind: ClassVar[str] = "occupancy"
    room: str
    negate: bool = False
    if_unknown: bool = False


@dataclass(frozen=True, slots=True)
class Mode:
    """What the host tells under a name, such as a helper's state, is one of the values."""

    kind: ClassVar[str] = "mode"
    name: str
    values: tuple[str, ...]
    negate: bool = False
    if_unknown: bool = False


type Condition = Time | Sun | Light | Sleeps | Asleep | Lies | Occupied | Mode

_ROOM = Field(Identifier(), required=True)
_SLEEPER = Field(Text(64), required=True)
_COMMON = {
    "negate": Field(Flag(), default=False),
    "if_unknown": Field(Flag(), default=False),
}
_DEGREES = Field(Number(-90.0, 90.0))
_LUX = Field(Number(0.0, 200_000.0))


def _a_time(time: Time) -> str | None:
    for text in (time.after, time.before):
        try:
            _ = None if text is None else read_time(text)
        except ValueError as error:
            return str(error)
    if time.after is time.before is None and not time.days:
        return "give after, before or days"
    if time.after is not None and time.after == time.before:
        return "after and before are the same time; leave out both for the whole day"
    return None


def _a_limit(limits: Sun | Light) -> str | None:
    if limits.above is limits.below is None:
        return "give above, below or both"
    return None


CONDITIONS: OneOf[Condition] = one_of(
    "condition",
    "kind",
    {
        Time.kind: Shape(
            Time,
            {
                "after": Field(Text(8)),
                "before": Field(Text(8)),
                "days": Field(Listed(Choice(Day), 0, len(Day)), ()),
                **_COMMON,
            },
            _a_time,
        ),
        Sun.kind: Shape(Sun, {"above": _DEGREES, "below": _DEGREES, **_COMMON}, _a_limit),
        Light.kind: Shape(
            Light, {"room": _ROOM, "above": _LUX, "below": _LUX, **_COMMON}, _a_limit
        ),
        Sleeps.kind: Shape(
            Sleeps,
            {
                "sleeper": _SLEEPER,
                "stages": Field(Listed(Choice(Stage), 1, len(Stage)), required=True),
                **_COMMON,
            },
        ),
        Asleep.kind: Shape(Asleep, {"sleepers": Field(Listed(Text(64)), ()), **_COMMON}),
        Lies.kind: Shape(Lies, {"sleeper": _SLEEPER, **_COMMON}),
        Occupied.kind: Shape(Occupied, {"room": _ROOM, **_COMMON}),
        Mode.kind: Shape(
            Mode,
            {
                "name": Field(Text(), required=True),
                "values": Field(Listed(Text(), 1), required=True),
                **_COMMON,
            },
        ),
    },
)
"""How conditions are written."""
