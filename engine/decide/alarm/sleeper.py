"""One sleeper's alarm: when it rings, and what becomes of it. docs/alarm.md says why."""

from dataclasses import replace
from itertools import islice
import math

from ...core.output import Alarm, AlarmEvent, AlarmPlan, Fact, Ring, SleepStage
from ...core.snapshot import Json, item, optional_number_in
from ..calendar import read_date
from .active import TESTS_S, Active, Phase, active_from
from .clock import Clock
from .handing import hand_over, opens, planned
from .hearsay import said_of
from .orders import Op, Order
from .ringers import Ringers
from .schedule import Schedule, schedule_from
from .settings import Settings, settings_from
from .waking import Waking
from .wishes import Arm, Dates, Describe, Dismiss, SetOnce, Skip, Snooze

LATE_S = 1800.0
"""A ringer that comes back this late still rings, at once; later than that nobody wants it."""

STEPPED_S = 12 * 3600.0
"""The same where the wall clock was set past an alarm while the engine ran: whoever it was for is
still asleep, however wrong the clock had been. Half a day on it is another day's."""

RING_S = 900.0
"""So long an alarm rings where nobody reacts: the nodes' own time."""

SNOOZED_S = 7200.0
"""So long after it first rang it is not snoozed any further; nodes refuse it too."""

CONFIRM_S = 5.0
"""So long a node may take to say that it rings, before the host's ringers do."""

SETTLE_S = 5.0
"""After a restart the host tells its clock, and nodes what became of alarms, within this time."""

HANDED = 2
"""Occurrences that a node holds: the next, and one more for a home that stays broken."""

_HANDED_WITHIN_S = 30 * 86400.0
"""Nodes take none that is further away."""

_SAME_S = 1e-3
"""A moment and the same moment by the other clock, after rounding."""

_ENDS = frozenset({AlarmEvent.DISMISSED, AlarmEvent.MISSED})
_DATE = len("2026-11-21")

type OwnWish = Describe | Arm | SetOnce | Dates | Skip | Snooze | Dismiss


class SleeperAlarm:
    """The alarm of one sleeper. What it wants of nodes it tells `ringers`; facts it returns.

    `hosts` are the host's ringers, of all sleepers, and whether each is available.
    """

    def __init__(
        self, sleeper: str, clock: Clock, ringers: Ringers, hosts: dict[str, bool]
    ) -> None:
        self.sleeper = sleeper
        self.waking = Waking()
        self.plan: AlarmPlan | None = None
        self._clock = clock
        self._ringers = ringers
        self._hosts = hosts
        self._schedule = Schedule(sleeper)
        self._settings = Settings()
        self._active: Active | None = None
        # Unix time up to which all that was due has been seen to.
        self._mark = -math.inf
        self._resumed_at = -math.inf
        self._is_resumed = False
        self._facts: list[Fact] = []

    @property
    def nodes(self) -> tuple[str, ...]:
        """The nodes that ring it."""
        return self._settings.nodes

    @property
    def next_deadline(self) -> float | None:
        """When `advance` has something to do, host time; None for never."""
        active = self._active
        if active is None:
            return None
        if active.phase.has_rung:
            if self._is_resumed:
                return self._resumed_at
            until = active.until
            return until if active.confirm_at is None else min(until, active.confirm_at)
        if self._is_unsettled(active):
            return self._resumed_at + SETTLE_S
        moments = [active.deadline]
        if active.phase is Phase.SET:
            moments.append(self._opens(active))
        if active.tests < len(TESTS_S):
            moments.append(active.deadline - TESTS_S[active.tests])
        return self._clock.host(min(moments))

    def wish(self, wish: OwnWish, t: float) -> list[Fact]:
        """A person wants something at time t."""
        match wish:
            case Describe():
                self._describe(wish, t)
            case Arm():
                self._arm(t, on=wish.on)
            case SetOnce():
                self._set_once(wish, t)
            case Dates():
                given = dict(wish.given)
                if (self._schedule.off, self._schedule.given) != (wish.off, given):
                    self._schedule.off, self._schedule.given = wish.off, given
                    self._changed(t)
            case Skip():
                self._skip(t, on=wish.on)
            case Snooze():
                self._snooze(wish.minutes, t)
            case Dismiss():
                if self._active is not None and self._active.phase is not Phase.SET:
                    self._end(AlarmEvent.DISMISSED, t)
        return self._settle(t)

    def advance(self, t: float) -> list[Fact]:
        """Time has come to t: do what is due."""
        self._pass(t, LATE_S)
        return self._settle(t)

    def clock_set(self, t: float) -> list[Fact]:
        """The wall clock or the zone was set."""
        # A clock that was ahead has passed alarms that are still to come.
        self._mark = min(self._mark, self._clock.unix(t))
        if self._active is not None and not self._active.phase.has_rung:
            self._time_again(self._active)
        self._follow(t)
        self._pass(t, STEPPED_S)
        return self._settle(t)

    def staged(self, told: SleepStage, at: float, t: float) -> list[Fact]:
        """The stage of the epoch that ended at `at`."""
        self.waking.staged(said_of(told.stage, told.confidence, told.probabilities), at)
        return self._consider(t)

    def stirred(self, t: float) -> list[Fact]:
        """The sleeper moved, or breathes otherwise than before."""
        self.waking.stirred()
        return self._consider(t)

    def happened(self, node: str, occurrence: str, event: str, t: float) -> list[Fact]:
        """A node says what became of an occurrence, perhaps long ago."""
        active = self._active
        if active is None or active.id != occurrence:
            busy = active is not None and active.phase.has_rung
            active = self._known(occurrence) if event == AlarmEvent.RINGING and not busy else None
            if active is None:
                if event in _ENDS:
                    self._schedule.end(occurrence)
                    self._follow(t)
                return self._settle(t)
            self._active = active
        match event:
            case AlarmEvent.RINGING if active.phase is Phase.RINGING:
                active.confirm_at = None
            case AlarmEvent.RINGING:
                self._ask(active, Op.RING, t)
                self._rings(active, t)
            case AlarmEvent.SNOOZED if active.phase is not Phase.SNOOZED:
                at = self._ringers.rings_at(node, occurrence)
                ahead = 0.0 if at is None else at - self._clock.unix(t)
                self._snooze(ahead / 60 if ahead > 0 else None, t, but=node)
            case AlarmEvent.DISMISSED:
                self._end(AlarmEvent.DISMISSED, t)
            case AlarmEvent.MISSED if not active.phase.has_rung:
                self._end(AlarmEvent.MISSED, t)
        return self._settle(t)

    def review(self, t: float) -> list[Fact]:
        """Something was heard of the ringers."""
        active = self._active
        if active is not None and (active.phase is not Phase.SET or self._is_unsettled(active)):
            self._learn(active, t)
        return self._settle(t)

    def _learn(self, active: Active, t: float) -> None:
        """What became of an alarm on the nodes while nobody listened."""
        if active.confirm_at is not None and self._is_confirmed(active):
            active.confirm_at = None
        for node in self._settings.nodes:
            at, unix = self._ringers.rings_at(node, active.id), self._clock.unix(t)
            if self._ringers.is_over(node, active.id):
                self._end(AlarmEvent.DISMISSED, t)
                return
            asleep = at is not None and at > unix and active.phase is not Phase.SNOOZED
            if at is not None and asleep and self._is_just_back(active, t):
                self._snooze((at - unix) / 60, t, but=node)

    def resume(self, t: float) -> None:
        """Go on after the host was away: what rings is to be told again, when time goes on."""
        self._resumed_at = t
        active = self._active
        self._is_resumed = active is not None and active.phase.has_rung
        if active is not None:
            for node in self._settings.nodes:
                self._ringers.test(node, active.id, t)

    # What changes what is planned.

    def _describe(self, wish: Describe, t: float) -> None:
        if (wish.week, wish.settings) == (self._schedule.week, self._settings):
            return
        self._schedule.week, self._settings = wish.week, wish.settings
        self.waking.patience_min = wish.settings.patience_min
        self._changed(t)

    def _arm(self, t: float, *, on: bool) -> None:
        if on is self._schedule.armed or (on and not self._settings.has_ringer):
            return
        self._schedule.armed = on
        if not on and self._active is not None and self._active.phase.has_rung:
            self._end(AlarmEvent.DISMISSED, t)
        self._changed(t)

    def _set_once(self, wish: SetOnce, t: float) -> None:
        zone = self._clock.zone
        if zone is None:
            return
        unix, day = self._clock.unix(t), wish.day
        if day is None:
            day, _ = zone.local(unix)
            if wish.second is not None and zone.unix(day, wish.second) <= unix:
                day += 1
        active = self._active
        ringing = active.occurrence if active is not None and active.phase.has_rung else None
        self._schedule.change(day, wish.second, ringing)
        self._changed(t)

    def _skip(self, t: float, *, on: bool) -> None:
        zone, active = self._clock.zone, self._active
        if zone is None:
            return
        if not on:
            self._schedule.skipped.clear()
            self._changed(t)
            return
        after = self._clock.unix(t)
        if active is not None and not active.phase.has_rung:
            self._schedule.skipped.add(active.id)
            self._tell(active, AlarmEvent.SKIPPED)
            self._changed(t)
        elif (following := next(self._schedule.upcoming(zone, after), None)) is not None:
            self._schedule.skipped.add(following[1].id)
            self._facts.append(Alarm(self.sleeper, following[1].id, AlarmEvent.SKIPPED))

    def _changed(self, t: float) -> None:
        """Another schedule counts from now on: what it would have rung earlier is past."""
        self._mark = self._clock.unix(t)
        if self._clock.zone is not None:
            today, _ = self._clock.zone.local(self._mark)
            self._schedule.forget_before(today)
        self._follow(t)

    def _follow(self, t: float) -> None:
        """Take up what comes next."""
        active, zone = self._active, self._clock.zone
        if active is not None and active.phase.has_rung:
            return
        coming = None if zone is None else next(self._schedule.upcoming(zone, self._mark), None)
        if coming is None:
            self._active = None
        elif active is None or (active.deadline, active.occurrence) != coming:
            deadline, occurrence = coming
            self._active = Active(occurrence, deadline)
            # What is near is tested by being handed over.
            ahead = deadline - self._clock.unix(t)
            self._active.tests = sum(ahead <= test for test in TESTS_S)
            self._tell(self._active, AlarmEvent.SET)

    def _time_again(self, active: Active) -> None:
        """When the active occurrence rings by the clock as it is now."""
        if self._clock.zone is None:
            return
        deadline = self._clock.zone.unix(active.occurrence.day, active.occurrence.second)
        if deadline != active.deadline:
            active.deadline = deadline
            self._tell(active, AlarmEvent.SET)

    # What time brings.

    def _pass(self, t: float, late: float) -> None:
        """Everything that is due at t; what is later than `late` is missed."""
        while (active := self._active) is not None:
            if active.phase.has_rung:
                if not self._pass_rung(active, t):
                    return
            elif self._clock.unix(t) + _SAME_S - active.deadline > late:
                # It is past, but not over: the clock may be wrong, and a node may know better.
                self._tell(active, AlarmEvent.MISSED)
                self._active, self._mark = None, active.deadline
                self._follow(t)
            else:
                self._pass_waiting(active, t)
                return

    def _pass_rung(self, active: Active, t: float) -> bool:
        """What is due of an alarm that has rung; whether it is over by that."""
        if self._is_resumed:
            self._is_resumed = False
            if active.phase is Phase.RINGING:
                self._sound(active, on=bool(active.loud))
        if active.confirm_at is not None and t >= active.confirm_at:
            active.confirm_at = None
            self._sound(active, on=True)
        if t < active.until:
            return False
        if active.phase is Phase.RINGING:
            self._end(AlarmEvent.MISSED, t)
            return True
        self._ring(active, t)
        return False

    def _pass_waiting(self, active: Active, t: float) -> None:
        """What is due of an alarm that has not rung."""
        unix = self._clock.unix(t) + _SAME_S
        if unix >= active.deadline:
            if not self._is_unsettled(active) or t >= self._resumed_at + SETTLE_S:
                self._ring(active, t)
            return
        if active.phase is Phase.SET and unix >= self._opens(active):
            active.phase = Phase.WINDOW
            self._tell(active, AlarmEvent.WINDOW_OPENED)
        due = sum(active.deadline - unix <= test for test in TESTS_S)
        if due > active.tests:
            active.tests = due
            for node in self._settings.nodes:
                self._ringers.test(node, active.id, t)

    def _consider(self, t: float) -> list[Fact]:
        """Ring now if no better moment is to be expected before it must."""
        active = self._active
        if active is not None:
            if active.phase is Phase.WINDOW:
                end, start = self._clock.host(active.deadline), -math.inf
            elif active.phase is Phase.SNOOZED:
                # The first half of a snooze is the person's, whatever they do with it.
                end, start = active.until, active.until - self._settings.snooze_min * 60 / 2
            else:
                return []
            window = self._settings.window_min * 60
            if start <= t and end - t <= window and self.waking.is_best(t, end):
                self._ring(active, t)
                return self._settle(t)
        return []

    def _ring(self, active: Active, t: float) -> None:
        """Let everything ring that is there to ring."""
        there = any(self._can_be_awaited(node, active, t) for node in self._settings.nodes)
        self._ask(active, Op.RING, t)
        self._rings(active, t)
        if there:
            active.confirm_at = t + CONFIRM_S
        else:
            self._sound(active, on=True)

    def _rings(self, active: Active, t: float) -> None:
        """It rings from now on."""
        if not active.phase.has_rung:
            active.first_rang = t
        active.phase, active.until = Phase.RINGING, t + RING_S
        self._tell(active, AlarmEvent.RINGING)

    def _can_be_awaited(self, node: str, active: Active, t: float) -> bool:
        """Whether the host's ringers may wait for a node to say that it rings."""
        if active.phase is Phase.SNOOZED or self._clock.unix(t) + _SAME_S < active.deadline:
            # There is time to see that it does not.
            silent = self._ringers.is_silent(node, active.id)
            return self._ringers.has(node, active.id) and not silent
        return self._ringers.is_there(node, active.id, t)

    def _is_confirmed(self, active: Active) -> bool:
        return any(
            self._ringers.wanted(node, active.id) is Op.RING and self._ringers.has(node, active.id)
            for node in self._settings.nodes
        )

    def _snooze(self, minutes: float | None, t: float, but: str | None = None) -> None:
        active = self._active
        if active is None or not active.phase.has_rung:
            if active is None or but is None:
                return
            active.first_rang = t
        until = t + 60 * (self._settings.snooze_min if minutes is None else minutes)
        if until - active.first_rang > SNOOZED_S:
            return
        active.phase, active.until, active.confirm_at = Phase.SNOOZED, until, None
        self._ask(active, Op.SNOOZE, t, but=but)
        self._sound(active, on=False)
        self._tell(active, AlarmEvent.SNOOZED)

    def _end(self, event: AlarmEvent, t: float) -> None:
        """The active occurrence is over, and the next one is taken up."""
        active = self._active
        if active is None:
            return
        self._schedule.end(active.id)
        self._sound(active, on=False)
        self._ask(active, Op.DISMISS, t)
        self._tell(active, event)
        self._active, self._is_resumed = None, False
        self._mark = max(self._mark, min(active.deadline, self._clock.unix(t)))
        self._follow(t)

    def _ask(self, active: Active, op: Op, t: float, but: str | None = None) -> None:
        """Want something of all nodes but one."""
        loud = self._settings if op is Op.RING else Settings()
        at = self._clock.unix(active.until) if op is Op.SNOOZE else None
        for node in self._settings.nodes:
            if node != but:
                order = Order(op, at, loud.sound, loud.volume)
                self._ringers.want(node, active.id, order, t)

    def _sound(self, active: Active, *, on: bool) -> None:
        """Switch the host's ringers."""
        ringers = self._settings.ringers if on else active.loud
        active.loud = ringers if on else ()
        self._facts += [
            Ring(
                self.sleeper,
                active.id,
                ringer,
                on,
                self._settings.sound if on else None,
                self._settings.volume if on else None,
            )
            for ringer in ringers
        ]

    # What follows from it.

    def _settle(self, t: float) -> list[Fact]:
        """Hand over what nodes are to know, and give what is to be told."""
        coming, over = self._coming(t), self._schedule.over
        unix = self._clock.unix(t)
        hand_over(self._ringers, self._settings, self._prefix, coming, over, self._rung, unix, t)
        facts, self._facts = self._facts, []
        return facts

    def news(self) -> AlarmPlan | None:
        """What is planned, where that is another than was told; then it is told."""
        plan = self._planned()
        if plan == self.plan:
            return None
        self.plan = plan
        return plan

    def _coming(self, t: float) -> dict[str, float]:
        """The occurrences that nodes are to hold, and when they ring (unix seconds)."""
        zone = self._clock.zone
        if zone is None or not self._schedule.armed:
            return {}
        last = self._clock.unix(t) + _HANDED_WITHIN_S
        ahead = islice(self._schedule.upcoming(zone, self._mark), HANDED)
        return {each.id: at for at, each in ahead if at <= last and each.id != self._rung}

    def _planned(self) -> AlarmPlan:
        plan = planned(self._active, self._settings, self._ringers, self._hosts, self._clock)
        return replace(plan, sleeper=self.sleeper, armed=self._schedule.armed)

    def _tell(self, active: Active, event: AlarmEvent) -> None:
        self._facts.append(Alarm(self.sleeper, active.id, event))

    def _opens(self, active: Active) -> float:
        """When the window opens, unix seconds."""
        return opens(active, self._settings)

    def _is_unsettled(self, active: Active) -> bool:
        """Whether it was due before the host came back, and a node may have rung it."""
        return self._clock.host(active.deadline) <= self._resumed_at

    def _is_just_back(self, active: Active, t: float) -> bool:
        """Whether nodes may be about to say what they did with it while nobody listened."""
        return self._is_unsettled(active) and t <= self._resumed_at + SETTLE_S

    def _known(self, occurrence: str) -> Active | None:
        """An occurrence that a node rings though it is not next here; None for one that is over."""
        zone, date = self._clock.zone, occurrence.removeprefix(self._prefix)[:_DATE]
        try:
            found = self._schedule.on(read_date(date))
        except ValueError:
            return None
        if zone is None or found is None or found.id != occurrence:
            return None
        if occurrence in self._schedule.over or occurrence in self._schedule.skipped:
            return None
        return Active(found, zone.unix(found.day, found.second))

    @property
    def _prefix(self) -> str:
        return f"{self.sleeper}:"

    @property
    def _rung(self) -> str | None:
        """The occurrence that has rung and is not over."""
        active = self._active
        return active.id if active is not None and active.phase.has_rung else None

    def snapshot(self) -> Json:
        """The state as JSON."""
        return {
            "schedule": self._schedule.snapshot(),
            "settings": self._settings.to_json(),
            "active": None if self._active is None else self._active.to_json(),
            "mark": self._mark if math.isfinite(self._mark) else None,
            "waking": self.waking.snapshot(),
        }

    def restore(self, state: Json) -> None:
        """Take up a snapshot; raises SnapshotError."""
        schedule = schedule_from(self.sleeper, item(state, "schedule"))
        settings, active = settings_from(item(state, "settings")), item(state, "active")
        mark = optional_number_in(state, "mark")
        self._active = None if active is None else active_from(self.sleeper, active)
        self._schedule, self._settings = schedule, settings
        self._mark = -math.inf if mark is None else mark
        self.waking.restore(item(state, "waking"))
        self.waking.patience_min = settings.patience_min
        self.plan = self._planned()
