"""What a node knows of alarms."""

from dataclasses import dataclass, field
from enum import StrEnum

from .moments import Moment


class Phase(StrEnum):
    """What an alarm does that is not over."""

    HELD = "held"
    RINGING = "ringing"
    SNOOZED = "snoozed"


class Happened(StrEnum):
    """What can become of an alarm."""

    RINGING = "ringing"
    SNOOZED = "snoozed"
    DISMISSED = "dismissed"
    MISSED = "missed"


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened to an occurrence. Its id is the same whenever it is told."""

    id: str
    occurrence: str
    what: Happened
    at: Moment


@dataclass(frozen=True, slots=True)
class Alarm:
    """An occurrence that is not over.

    `at` is when it is to ring or began to, `first` when it rang for the first time. `until` is
    when it gives up ringing, boot seconds; None while it does not ring, as after a restart.
    """

    occurrence: str
    at: Moment
    sound: str | None
    volume: float
    phase: Phase = Phase.HELD
    first: Moment | None = None
    until: float | None = None


@dataclass(frozen=True, slots=True)
class Steadiness:
    """How far the wall clock is ahead of the machine's, and since when, boot seconds."""

    offset: float
    since: float


@dataclass(frozen=True, slots=True)
class Alarms:
    """All that a node knows of alarms: those to come, those that are over, and what is to be told.

    `over` and `events` are in the order in which it happened.
    """

    alarms: tuple[Alarm, ...] = ()
    over: tuple[str, ...] = ()
    events: tuple[Event, ...] = ()
    steadiness: Steadiness | None = field(default=None, compare=False)

    def get(self, occurrence: str) -> Alarm | None:
        """The alarm of an occurrence that is not over."""
        return next((each for each in self.alarms if each.occurrence == occurrence), None)

    @property
    def ringing(self) -> Alarm | None:
        """What is to be heard now: the loudest of the alarms that ring."""
        loud = [each for each in self.alarms if each.until is not None]
        return max(loud, key=lambda each: each.volume, default=None)
