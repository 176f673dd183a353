"""What a sleeper's alarm is to do next: which occurrence, by the schedule and the clock."""

from itertools import islice
import math

from ...core.output import Alarm, AlarmEvent
from ...core.snapshot import Json, item, optional_number_in
from ..calendar import read_date
from .active import TESTS_S, Active, active_from
from .clock import Clock
from .schedule import Schedule, schedule_from
from .settings import Settings, settings_from
from .wishes import Dates, Describe, SetOnce

HANDED = 2
"""Occurrences that a node holds: the next, and one more for a home that stays broken."""

_HANDED_WITHIN_S = 30 * 86400.0
"""Nodes take none that is further away."""

_DATE = len("2026-11-21")


class Planning:
    """The schedule and settings of a sleeper, and the occurrence that is next or now.

    `told` gathers what is to be told of it. An occurrence that has rung stays active until it is
    over, whatever the schedule says meanwhile.
    """

    def __init__(self, sleeper: str, clock: Clock) -> None:
        self.schedule = Schedule(sleeper)
        self.settings = Settings()
        self.active: Active | None = None
        self.told: list[Alarm] = []
        self._sleeper = sleeper
        self._clock = clock
        # Unix time up to which all that was due has been seen to.
        self._mark = -math.inf

    @property
    def prefix(self) -> str:
        """How the ids of the sleeper's occurrences begin."""
        return f"{self._sleeper}:"

    @property
    def rung(self) -> str | None:
        """The occurrence that has rung and is not over."""
        active = self.active
        return active.id if active is not None and active.phase.has_rung else None

    def describe(self, wish: Describe, t: float) -> None:
        """The whole alarm anew; the same again changes nothing."""
        if (wish.week, wish.settings) != (self.schedule.week, self.settings):
            self.schedule.week, self.settings = wish.week, wish.settings
            self.changed(t)

    def dates(self, wish: Dates, t: float) -> None:
        """What a calendar says, anew."""
        given = dict(wish.given)
        if (self.schedule.off, self.schedule.given) != (wish.off, given):
            self.schedule.off, self.schedule.given = wish.off, given
            self.changed(t)

    def set_once(self, wish: SetOnce, t: float) -> None:
        """One date's alarm; what rings on it now goes on."""
        zone = self._clock.zone
        if zone is None:
            return
        unix, day = self._clock.unix(t), wish.day
        if day is None:
            day, _ = zone.local(unix)
            if wish.second is not None and zone.unix(day, wish.second) <= unix:
                day += 1
        active = self.active
        ringing = active.occurrence if active is not None and active.phase.has_rung else None
        self.schedule.change(day, wish.second, ringing)
        self.changed(t)

    def skip(self, t: float, *, on: bool) -> None:
        """Leave out the next occurrence that has not rung, or none after all."""
        zone, active = self._clock.zone, self.active
        if zone is None:
            return
        if not on:
            self.schedule.skipped.clear()
            self.changed(t)
            return
        after = self._clock.unix(t)
        if active is not None and not active.phase.has_rung:
            self.schedule.skipped.add(active.id)
            self.tell(active, AlarmEvent.SKIPPED)
            self.changed(t)
        elif (following := next(self.schedule.upcoming(zone, after), None)) is not None:
            self.schedule.skipped.add(following[1].id)
            self.told.append(Alarm(self._sleeper, following[1].id, AlarmEvent.SKIPPED))

    def changed(self, t: float) -> None:
        """Another schedule counts from now on: what it would have rung earlier is past."""
        self._mark = self._clock.unix(t)
        if self._clock.zone is not None:
            today, _ = self._clock.zone.local(self._mark)
            self.schedule.forget_before(today)
        self.follow(t)

    def follow(self, t: float) -> None:
        """Take up what comes next."""
        active, zone = self.active, self._clock.zone
        if active is not None and active.phase.has_rung:
            return
        coming = None if zone is None else next(self.schedule.upcoming(zone, self._mark), None)
        if coming is None:
            self.active = None
        elif active is None or (active.deadline, active.occurrence) != coming:
            deadline, occurrence = coming
            self.active = Active(occurrence, deadline)
            # What is near is tested by being handed over.
            ahead = deadline - self._clock.unix(t)
            self.active.tests = sum(ahead <= test for test in TESTS_S)
            self.tell(self.active, AlarmEvent.SET)

    def _time_again(self, active: Active) -> None:
        """When the active occurrence rings by the clock as it is now."""
        if self._clock.zone is None:
            return
        deadline = self._clock.zone.unix(active.occurrence.day, active.occurrence.second)
        if deadline != active.deadline:
            active.deadline = deadline
            self.tell(active, AlarmEvent.SET)

    def known(self, occurrence: str) -> Active | None:
        """An occurrence that a node rings though it is not next here; None for one that is over."""
        zone, date = self._clock.zone, occurrence.removeprefix(self.prefix)[:_DATE]
        try:
            found = self.schedule.on(read_date(date))
        except ValueError:
            return None
        if zone is None or found is None or found.id != occurrence:
            return None
        if occurrence in self.schedule.over or occurrence in self.schedule.skipped:
            return None
        return Active(found, zone.unix(found.day, found.second))

    def coming(self, t: float) -> dict[str, float]:
        """The occurrences that nodes are to hold, and when they ring (unix seconds)."""
        zone = self._clock.zone
        if zone is None or not self.schedule.armed:
            return {}
        last = self._clock.unix(t) + _HANDED_WITHIN_S
        ahead = islice(self.schedule.upcoming(zone, self._mark), HANDED)
        return {each.id: at for at, each in ahead if at <= last and each.id != self.rung}

    def clock_set(self, t: float) -> None:
        """The wall clock or the zone was set."""
        # A clock that was ahead has passed alarms that are still to come.
        self._mark = min(self._mark, self._clock.unix(t))
        if self.active is not None and not self.active.phase.has_rung:
            self._time_again(self.active)
        self.follow(t)

    def recall(self, by: float, t: float) -> None:
        """The clock that kept this was ahead: host time is another by `by` seconds, now it is t.

        What that clock took for past may be still to come.
        """
        if self.active is not None:
            self.active.shift(by)
        self._mark = min(self._mark, self._clock.unix(t))
        self.follow(t)

    def miss(self, active: Active, t: float) -> None:
        """It is too late for an occurrence that has not rung.

        It is past, but not over: the clock may be wrong, and a node may know better.
        """
        self.tell(active, AlarmEvent.MISSED)
        self.active, self._mark = None, active.deadline
        self.follow(t)

    def end(self, active: Active, event: AlarmEvent, t: float) -> None:
        """An occurrence is over, and the next one is taken up."""
        self.schedule.end(active.id)
        self.tell(active, event)
        self.active = None
        self._mark = max(self._mark, min(active.deadline, self._clock.unix(t)))
        self.follow(t)

    def tell(self, active: Active, event: AlarmEvent) -> None:
        """Something happened to an occurrence."""
        self.told.append(Alarm(self._sleeper, active.id, event))

    def snapshot(self) -> dict[str, Json]:
        """The state as JSON."""
        return {
            "schedule": self.schedule.snapshot(),
            "settings": self.settings.to_json(),
            "active": None if self.active is None else self.active.to_json(),
            "mark": self._mark if math.isfinite(self._mark) else None,
        }

    def restore(self, state: Json) -> None:
        """Take up a snapshot; raises SnapshotError."""
        schedule = schedule_from(self._sleeper, item(state, "schedule"))
        settings, active = settings_from(item(state, "settings")), item(state, "active")
        mark = optional_number_in(state, "mark")
        self.active = None if active is None else active_from(self._sleeper, active)
        self.schedule, self.settings = schedule, settings
        self._mark = -math.inf if mark is None else mark
