"""What makes a routine run: a state that became true and stayed so, or something that happened.

Where a time is given, only time counts in which the sensors that a state rests on were watching.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar

from ...core.house import SensorKind
from ...core.output import AlarmEvent, Movement, SessionEvent
from ...core.sleep import Stage
from .codec import Field, OneOf, Shape, one_of
from .kinds import Choice, Flag, Identifier, Listed, Number, Text

LONGEST_S = 7 * 86400.0
"""A week: no state is waited for longer than until its day comes round."""

HALF_TRYING = 0.5
"""The score of intent from which somebody tries to sleep, unless the routine says otherwise: a
chance of one in two."""

_MOST_PHRASES = 16
_LONGEST_PHRASE = 120


class Quantity(StrEnum):
    """What a room's air and light are measured in; the units are those of `environment`."""

    TEMPERATURE = "temp"
    HUMIDITY = "rh"
    LIGHT = "lux"
    CO2 = "co2"


@dataclass(frozen=True, slots=True)
class Motion:
    """Something moves in a room, or nothing has for a time; `source` None is any kind of sensor.

    Small movements count unless `major` is asked for.
    """

    kind: ClassVar[str] = "motion"
    room: str
    detected: bool = True
    source: SensorKind | None = None
    major: bool = False
    for_s: float = 0.0


@dataclass(frozen=True, slots=True)
class Moving:
    """A room's motion started, continued or stopped, as its motion event says."""

    kind: ClassVar[str] = "motion_event"
    room: str
    event: Movement = Movement.STARTED
    source: SensorKind | None = None


@dataclass(frozen=True, slots=True)
class Occupancy:
    """A room is occupied, or is not."""

    kind: ClassVar[str] = "occupancy"
    room: str
    occupied: bool = True
    for_s: float = 0.0


@dataclass(frozen=True, slots=True)
class InZone:
    """Somebody is in a zone of a room, or nobody is: it was entered or left."""

    kind: ClassVar[str] = "zone"
    room: str
    zone: str
    inside: bool = True
    for_s: float = 0.0


@dataclass(frozen=True, slots=True)
class Bed:
    """A sleeper lies in bed, or does not."""

    kind: ClassVar[str] = "bed"
    sleeper: str
    in_bed: bool = True
    for_s: float = 0.0


@dataclass(frozen=True, slots=True)
class Trying:
    """A sleeper in bed tries to sleep: the score of intent reached `score`."""

    kind: ClassVar[str] = "trying_to_sleep"
    sleeper: str
    score: float = HALF_TRYING
    for_s: float = 0.0


@dataclass(frozen=True, slots=True)
class Staged:
    """A sleeper entered one of the stages."""

    kind: ClassVar[str] = "stage"
    sleeper: str
    stages: tuple[Stage, ...]
    for_s: float = 0.0


@dataclass(frozen=True, slots=True)
class Night:
    """Something happened in a sleeper's night: fell asleep, woke up, got up."""

    kind: ClassVar[str] = "night"
    sleeper: str
    event: SessionEvent


@dataclass(frozen=True, slots=True)
class AllAsleep:
    """The last of the sleepers fell asleep; none named are all of the home."""

    kind: ClassVar[str] = "all_asleep"
    sleepers: tuple[str, ...] = ()
    for_s: float = 0.0


@dataclass(frozen=True, slots=True)
class Alarmed:
    """Something happened to a sleeper's alarm; `window_opened` is the opening of its window."""

    kind: ClassVar[str] = "alarm"
    sleeper: str
    event: AlarmEvent = AlarmEvent.RINGING


@dataclass(frozen=True, slots=True)
class Wakeable:
    """A sleeper can be woken gently: within the window of their alarm they sleep lightly, or wake.

    Once in each window; where the alarm itself finds the moment and rings, that is it.
    """

    kind: ClassVar[str] = "wakeable"
    for_s: ClassVar[float] = 0.0
    sleeper: str


@dataclass(frozen=True, slots=True)
class Crossing:
    """A room's air or light rose above a limit or fell below it.

    `hysteresis` is by how much it must go back before it can cross again.
    """

    kind: ClassVar[str] = "environment"
    room: str
    quantity: Quantity
    above: float | None = None
    below: float | None = None
    hysteresis: float = 0.0
    for_s: float = 0.0


@dataclass(frozen=True, slots=True)
class NodeAway:
    """A node is offline, or is back."""

    kind: ClassVar[str] = "node"
    node: str
    offline: bool = True
    for_s: float = 0.0


@dataclass(frozen=True, slots=True)
class Command:
    """Somebody said one of the phrases.

    Phrases are plain words; case, accents and punctuation do not count. `…` stands for any words
    or none. `room`, `source` and `speaker` None are anybody, anywhere; `confidence` is the least,
    0-1.
    """

    kind: ClassVar[str] = "command"
    phrases: tuple[str, ...]
    room: str | None = None
    source: str | None = None
    speaker: str | None = None
    confidence: float = 0.0


LASTING = (
    Motion,
    Occupancy,
    InZone,
    Bed,
    Trying,
    Staged,
    AllAsleep,
    Wakeable,
    Crossing,
    NodeAway,
)
"""The classes of Lasting."""

type Lasting = (
    Motion | Occupancy | InZone | Bed | Trying | Staged | AllAsleep | Wakeable | Crossing | NodeAway
)
"""Triggers that are a state, true or not."""

type Happening = Moving | Night | Alarmed | Command
"""Triggers that happen."""

type Trigger = Lasting | Happening

_ROOM = Field(Identifier(), required=True)
_SLEEPER = Field(Text(64), required=True)
_FOR = Field(Number(0.0, LONGEST_S), 0.0)
_SOURCE = Field(Choice(SensorKind))
_LIMIT = Field(Number(-1e6, 1e6))


def _one_limit(crossing: Crossing) -> str | None:
    if (crossing.above is None) is (crossing.below is None):
        return "give either above or below"
    return None


def _has_words(command: Command) -> str | None:
    for phrase in command.phrases:
        if not any(letter.isalnum() for letter in phrase):
            return f"the phrase {phrase!r} has no words"
    return None


TRIGGERS: OneOf[Trigger] = one_of(
    "trigger",
    "kind",
    {
        Motion.kind: Shape(
            Motion,
            {
                "room": _ROOM,
                "detected": Field(Flag(), default=True),
                "source": _SOURCE,
                "major": Field(Flag(), default=False),
                "for_s": _FOR,
            },
        ),
        Moving.kind: Shape(
            Moving,
            {"room": _ROOM, "event": Field(Choice(Movement), Movement.STARTED), "source": _SOURCE},
        ),
        Occupancy.kind: Shape(
            Occupancy, {"room": _ROOM, "occupied": Field(Flag(), default=True), "for_s": _FOR}
        ),
        InZone.kind: Shape(
            InZone,
            {"room": _ROOM, "zone": _ROOM, "inside": Field(Flag(), default=True), "for_s": _FOR},
        ),
        Bed.kind: Shape(
            Bed, {"sleeper": _SLEEPER, "in_bed": Field(Flag(), default=True), "for_s": _FOR}
        ),
        Trying.kind: Shape(
            Trying,
            {"sleeper": _SLEEPER, "score": Field(Number(0.05, 1.0), HALF_TRYING), "for_s": _FOR},
        ),
        Staged.kind: Shape(
            Staged,
            {
                "sleeper": _SLEEPER,
                "stages": Field(Listed(Choice(Stage), 1, len(Stage)), required=True),
                "for_s": _FOR,
            },
        ),
        Night.kind: Shape(
            Night, {"sleeper": _SLEEPER, "event": Field(Choice(SessionEvent), required=True)}
        ),
        AllAsleep.kind: Shape(AllAsleep, {"sleepers": Field(Listed(Text(64)), ()), "for_s": _FOR}),
        Alarmed.kind: Shape(
            Alarmed, {"sleeper": _SLEEPER, "event": Field(Choice(AlarmEvent), AlarmEvent.RINGING)}
        ),
        Wakeable.kind: Shape(Wakeable, {"sleeper": _SLEEPER}),
        Crossing.kind: Shape(
            Crossing,
            {
                "room": _ROOM,
                "quantity": Field(Choice(Quantity), required=True),
                "above": _LIMIT,
                "below": _LIMIT,
                "hysteresis": Field(Number(0.0, 1e5), 0.0),
                "for_s": _FOR,
            },
            _one_limit,
        ),
        NodeAway.kind: Shape(
            NodeAway,
            {
                "node": Field(Text(), required=True),
                "offline": Field(Flag(), default=True),
                "for_s": _FOR,
            },
        ),
        Command.kind: Shape(
            Command,
            {
                "phrases": Field(Listed(Text(_LONGEST_PHRASE), 1, _MOST_PHRASES), required=True),
                "room": Field(Identifier()),
                "source": Field(Text()),
                "speaker": Field(Text()),
                "confidence": Field(Number(0.0, 1.0), 0.0),
            },
            _has_words,
        ),
    },
)
"""How triggers are written."""
