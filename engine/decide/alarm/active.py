"""The occurrence that is next or now, and what it is at."""

from dataclasses import dataclass
from enum import StrEnum

from ...core.snapshot import (
    Json,
    SnapshotError,
    item,
    number_in,
    optional_number_in,
    rows_in,
    text_in,
)
from .schedule import Occurrence, occurrence_from

TESTS_S = (3600.0, 60.0)
"""Ringers are tested so long before they are needed: early enough for a person to mend it, and
late enough to know."""


class Phase(StrEnum):
    """What an alarm is at."""

    SET = "set"
    WINDOW = "window"
    """It rings at the next good moment."""
    RINGING = "ringing"
    SNOOZED = "snoozed"

    @property
    def has_rung(self) -> bool:
        """Whether it has rung already."""
        return self in {Phase.RINGING, Phase.SNOOZED}


@dataclass(slots=True)
class Active:
    """One occurrence. `deadline` is unix time by the wall, all other times are host time.

    `tests` of its ringers have begun. It rang first at `first_rang`; ringing or a snooze ends at
    `until`; nodes are to confirm by `confirm_at` that they ring. The host's ringers in `loud` ring.
    """

    occurrence: Occurrence
    deadline: float
    phase: Phase = Phase.SET
    tests: int = 0
    first_rang: float = 0.0
    until: float = 0.0
    confirm_at: float | None = None
    loud: tuple[str, ...] = ()

    @property
    def id(self) -> str:
        """The occurrence's."""
        return self.occurrence.id

    def shift(self, by: float) -> None:
        """Host time is another by as many seconds."""
        self.first_rang += by
        self.until += by
        self.confirm_at = None if self.confirm_at is None else self.confirm_at + by

    def to_json(self) -> Json:
        """The occurrence for a snapshot."""
        return {
            "occurrence": self.occurrence.to_json(),
            "deadline": self.deadline,
            "phase": self.phase,
            "tests": self.tests,
            "first_rang": self.first_rang,
            "until": self.until,
            "confirm_at": self.confirm_at,
            "loud": [*self.loud],
        }


def active_from(sleeper: str, state: Json) -> Active:
    """The occurrence of a snapshot; raises SnapshotError."""
    phase = text_in(state, "phase")
    if phase not in Phase:
        raise SnapshotError(f"no alarm is {phase!r}")
    return Active(
        occurrence_from(sleeper, item(state, "occurrence")),
        deadline=number_in(state, "deadline"),
        phase=Phase(phase),
        tests=int(number_in(state, "tests")),
        first_rang=number_in(state, "first_rang"),
        until=number_in(state, "until"),
        confirm_at=optional_number_in(state, "confirm_at"),
        loud=tuple(map(str, rows_in(state, "loud"))),
    )
