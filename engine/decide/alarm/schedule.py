"""Which alarms a sleeper has: by the week, changed once, left out, or given by a calendar."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field

from ...core.snapshot import (
    Json,
    item,
    number_in,
    optional_number_in,
    rows_in,
    text_in,
)
from ..calendar import Zone, date_text, weekday

AHEAD_DAYS = 8
"""An alarm by the week comes within as many days, the present one included, or never."""

_KEPT_DAYS = 3
"""Changes for dates that are longer past are forgotten."""

_MOST_OVER = 64
"""Occurrences remembered as over: weeks of them, however a clock is set back."""


@dataclass(frozen=True, slots=True)
class Change:
    """What a person set for one date: seconds after midnight, None for no alarm.

    `turn` counts the alarms of a date, from 1: who was woken at seven may ask for nine.
    """

    second: int | None
    turn: int = 1


@dataclass(frozen=True, slots=True)
class Occurrence:
    """One ring of a sleeper's alarm, on a local date (days since 1970) and a second of it."""

    sleeper: str
    day: int
    second: int
    turn: int = 1

    @property
    def id(self) -> str:
        """What it is called everywhere."""
        name = f"{self.sleeper}:{date_text(self.day)}"
        return name if self.turn == 1 else f"{name}:{self.turn}"

    def to_json(self) -> Json:
        """The occurrence for a snapshot."""
        return [self.day, self.second, self.turn]


def occurrence_from(sleeper: str, state: Json) -> Occurrence:
    """The occurrence of a snapshot; raises SnapshotError."""
    day, second, turn = (int(number_in(state, place)) for place in range(3))
    return Occurrence(sleeper, day, second, turn)


@dataclass(slots=True)
class Schedule:
    """Everything that decides when a sleeper is woken.

    `week` has seconds after midnight, Monday first, None for no alarm. A person's change for a
    date counts before a calendar's `given` time, that before the dates that are `off`, and those
    before the week.
    """

    sleeper: str
    armed: bool = False
    week: tuple[int | None, ...] = (None,) * 7
    changes: dict[int, Change] = field(default_factory=dict)
    given: dict[int, int] = field(default_factory=dict)
    off: frozenset[int] = frozenset()
    skipped: set[str] = field(default_factory=set)
    over: dict[str, None] = field(default_factory=dict)

    def on(self, day: int) -> Occurrence | None:
        """The occurrence of a date, whether or not it is skipped or over."""
        if (change := self.changes.get(day)) is not None:
            if change.second is None:
                return None
            return Occurrence(self.sleeper, day, change.second, change.turn)
        second = self.given.get(day)
        if second is None and day not in self.off:
            second = self.week[weekday(day)]
        return None if second is None else Occurrence(self.sleeper, day, second)

    def upcoming(self, zone: Zone, after: float) -> Iterator[tuple[float, Occurrence]]:
        """What is to ring later than a time (unix seconds), with when, the soonest first."""
        if not self.armed:
            return
        today, _ = zone.local(after)
        days = {*range(today - 1, today + AHEAD_DAYS), *self.changes, *self.given}
        found = [
            (at, occurrence)
            for day in days
            if day >= today - 1 and (occurrence := self.on(day)) is not None
            if (at := zone.unix(day, occurrence.second)) > after
            if occurrence.id not in self.skipped and occurrence.id not in self.over
        ]
        yield from sorted(found, key=lambda each: (each[0], each[1].day, each[1].turn))

    def change(self, day: int, second: int | None, ringing: Occurrence | None) -> None:
        """Set or leave out the alarm of one date.

        A date whose alarm is over, or rings now, gets another one.
        """
        turn, before = 1, self.on(day)
        if before is not None:
            turn = before.turn + (before.id in self.over or before == ringing)
        self.changes[day] = Change(second, turn)
        if second is not None:
            self.skipped.discard(Occurrence(self.sleeper, day, second, turn).id)

    def end(self, occurrence: str) -> None:
        """An occurrence is over and never rings again."""
        self.over.pop(occurrence, None)
        self.over[occurrence] = None
        while len(self.over) > _MOST_OVER:
            del self.over[next(iter(self.over))]

    def forget_before(self, day: int) -> None:
        """Drop what was set for dates long past."""
        first = day - _KEPT_DAYS
        for dates in (self.changes, self.given):
            for old in [each for each in dates if each < first]:
                del dates[old]
        self.off = frozenset(each for each in self.off if each >= first)
        oldest = f"{self.sleeper}:{date_text(first)}"
        self.skipped = {each for each in self.skipped if each >= oldest}

    def snapshot(self) -> Json:
        """The schedule as JSON."""
        return {
            "armed": self.armed,
            "week": [*self.week],
            "changes": [[day, each.second, each.turn] for day, each in self.changes.items()],
            "given": [[day, second] for day, second in self.given.items()],
            "off": [*sorted(self.off)],
            "skipped": [*sorted(self.skipped)],
            "over": [*self.over],
        }


def schedule_from(sleeper: str, state: Json) -> Schedule:
    """The schedule of a snapshot; raises SnapshotError."""
    week = rows_in(state, "week")
    return Schedule(
        sleeper,
        armed=item(state, "armed") is True,
        week=tuple(_second(week, place) for place in range(7)),
        changes={
            int(number_in(row, 0)): Change(_second(row, 1), int(number_in(row, 2)))
            for row in rows_in(state, "changes")
        },
        given={int(number_in(row, 0)): int(number_in(row, 1)) for row in rows_in(state, "given")},
        off=frozenset(_days(state, "off")),
        skipped=set(_texts(state, "skipped")),
        over=dict.fromkeys(_texts(state, "over")),
    )


def _second(row: Json, place: int) -> int | None:
    second = optional_number_in(row, place)
    return None if second is None else int(second)


def _days(state: Json, key: str) -> Collection[int]:
    rows = rows_in(state, key)
    return [int(number_in(rows, place)) for place in range(len(rows))]


def _texts(state: Json, key: str) -> Collection[str]:
    rows = rows_in(state, key)
    return [text_in(rows, place) for place in range(len(rows))]
