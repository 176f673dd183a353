"""When a night begins, falls asleep, wakes, gets up and ends: a state for every half minute."""

from dataclasses import dataclass

from ...core.output import SessionEvent
from ...core.sleep import EPOCH_S
from ...core.snapshot import (
    Json,
    flag_in,
    item,
    number_in,
    optional_number_in,
    rows_in,
)

STARTS_AFTER = 300.0
"""Seconds in bed after which a session starts: who only sits down to undress is gone by then."""

UP_AFTER = 60.0
"""Seconds out of bed after which somebody got up: who lay where no radar sees is found again."""

ENDS_AFTER = 25 * 60.0
"""Seconds out of bed that end a session; a trip to the bathroom at night is shorter."""

UNKNOWN_AT_MOST = 4 * 3600.0
"""Seconds without knowing who is in bed after which a session ended when it was last known: a
power cut or an update in the night is shorter, and a night has no larger hole in it."""

LONGEST = 24 * 3600.0
"""Seconds after which a session ends in bed, and the next one begins: of who is ill as well, a
day has one report."""

PERSISTS = 10
OF_WHICH = 8
"""Epochs that are looked at, and how many of them must agree, for falling asleep and for waking
to have happened: five minutes without more than two blips."""


@dataclass(frozen=True, slots=True)
class Seen:
    """Who is in bed at the end of an epoch, None where it is not known.

    `since` is when whoever is in bed was first seen there, `last` when somebody was last seen
    there; unix seconds.
    """

    in_bed: bool | None
    since: float | None = None
    last: float | None = None


@dataclass(frozen=True, slots=True)
class Moment:
    """What happened, and when."""

    event: SessionEvent
    at: float


class Session:
    """A stay in bed: at first only a possible one, then one that has started.

    `start` is when they went to bed, `asleep` and `woke` the last time they fell asleep and woke,
    and `first_asleep` the first; None before there was any. Times are unix seconds. Once it
    `is_over`, another one is needed.
    """

    def __init__(self) -> None:
        self.start: float | None = None
        self.is_on = False
        self.is_over = False
        self.up_since: float | None = None
        self.first_asleep: float | None = None
        self.asleep: float | None = None
        self.woke: float | None = None
        self._is_up = False
        self._known = 0.0
        self._recent: list[bool | None] = []

    @property
    def is_up(self) -> bool:
        """Whether they got up during the session."""
        return self._is_up

    @property
    def is_asleep(self) -> bool:
        """Whether they fell asleep and have not woken since."""
        return self.asleep is not None and (self.woke is None or self.woke < self.asleep)

    @property
    def end(self) -> float:
        """When it ended if it ends now: when they got up, or were last known to lie there."""
        return self._known if self.up_since is None else self.up_since

    def step(
        self, end: float, seen: Seen, *, asleep: bool | None, may_start: bool = True
    ) -> list[Moment]:
        """Take the epoch that ended at `end`; `asleep` is None where no stage is known.

        It starts once it `may_start`: as long as that may be an animal, it waits.
        """
        moments: list[Moment] = []
        if seen.in_bed is not None:
            self._known = end
        if seen.in_bed:
            self._lie(end, seen, moments, may_start=may_start)
        elif seen.in_bed is False:
            self._rise(end, seen, moments)
        if self.start is None or self.is_over:
            return moments
        if self.up_since is None:
            self._doze(end, moments, asleep=asleep)
        if end - self._known >= UNKNOWN_AT_MOST or end - self.start >= LONGEST:
            self._finish(moments)
        return moments

    def stop(self) -> list[Moment]:
        """End it now, on a person's wish."""
        moments: list[Moment] = []
        self._finish(moments)
        return moments

    def _lie(self, end: float, seen: Seen, moments: list[Moment], *, may_start: bool) -> None:
        if self.start is None:
            self.start = min(end, max(end - EPOCH_S, seen.since or 0.0))
        self.up_since, self._is_up = None, False
        if not self.is_on and may_start and end - self.start >= STARTS_AFTER:
            self.is_on = True
            moments.append(Moment(SessionEvent.STARTED, self.start))

    def _rise(self, end: float, seen: Seen, moments: list[Moment]) -> None:
        if self.start is None:
            return
        if not self.is_on:
            self._finish(moments)
            return
        if self.up_since is None:
            # Who woke was seen awake in bed, so they got up no sooner.
            earliest = max(self.start, self.woke or self.start, self.asleep or self.start)
            self.up_since = max(earliest, min(end, seen.last or end - EPOCH_S))
            self._recent.clear()
        if not self._is_up and end - self.up_since >= UP_AFTER:
            self._is_up = True
            if self.is_asleep:
                self._wake(self.up_since, moments)
            moments.append(Moment(SessionEvent.GOT_UP, self.up_since))
        if end - self.up_since >= ENDS_AFTER:
            self._finish(moments)

    def _doze(self, end: float, moments: list[Moment], *, asleep: bool | None) -> None:
        """Whether the sleep or the wake of the last epochs lasts."""
        recent = self._recent
        recent.append(asleep)
        del recent[:-PERSISTS]
        if not self.is_on or recent.count(not self.is_asleep) < OF_WHICH:
            return
        since = end - (len(recent) - recent.index(not self.is_asleep)) * EPOCH_S
        if self.is_asleep:
            self._wake(since, moments)
        else:
            self.asleep = since
            if self.first_asleep is None:
                self.first_asleep = since
            moments.append(Moment(SessionEvent.FELL_ASLEEP, since))

    def _wake(self, at: float, moments: list[Moment]) -> None:
        self.woke = at
        moments.append(Moment(SessionEvent.WOKE_UP, at))

    def _finish(self, moments: list[Moment]) -> None:
        self.is_over = True
        if self.is_on:
            if self.is_asleep:
                self._wake(self.end, moments)
            moments.append(Moment(SessionEvent.ENDED, self.end))

    def snapshot(self) -> Json:
        """The state as JSON."""
        return {
            "start": self.start,
            "is_on": self.is_on,
            "up_since": self.up_since,
            "is_up": self._is_up,
            "known": self._known,
            "asleep": [self.first_asleep, self.asleep, self.woke],
            "recent": list(self._recent),
        }

    def restore(self, state: Json) -> None:
        """Take up a state; raises SnapshotError if it is none."""
        slept = item(state, "asleep")
        recent = {"recent": rows_in(state, "recent")}
        self.start, self.is_on = optional_number_in(state, "start"), flag_in(state, "is_on")
        self.up_since = optional_number_in(state, "up_since")
        self._is_up, self._known = flag_in(state, "is_up"), number_in(state, "known")
        self.first_asleep, self.asleep, self.woke = (optional_number_in(slept, k) for k in range(3))
        self._recent = [
            None if asleep is None else flag_in(recent["recent"], index)
            for index, asleep in enumerate(recent["recent"])
        ]
