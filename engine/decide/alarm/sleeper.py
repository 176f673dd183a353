"""One sleeper's alarm: when it rings, and what becomes of it. docs/alarm.md says why."""

from dataclasses import replace
import math

from ...core.output import AlarmEvent, AlarmPlan, Fact, Ring, SleepStage
from ...core.snapshot import Json, item, optional_item
from .active import TESTS_S, Active, Phase
from .clock import Clock
from .explaining import explain
from .handing import hand_over, opens, planned
from .hearsay import said_of
from .planning import Planning
from .ringers import Ringers
from .ringing import Because, Ringing
from .settings import Settings
from .waking import Waking
from .wishes import Arm, Dates, Describe, Dismiss, SetOnce, Skip, Snooze

LATE_S = 1800.0
"""A ringer that comes back this late still rings, at once; later than that nobody wants it."""

STEPPED_S = 12 * 3600.0
"""The same where the wall clock was set past an alarm while the engine ran: whoever it was for is
still asleep, however wrong the clock had been. Half a day on it is another day's."""

SETTLE_S = 5.0
"""After a restart the host tells its clock, and nodes what became of alarms, within this time."""

_SAME_S = 1e-3
"""A moment and the same moment by the other clock, after rounding."""

_ENDS = frozenset({AlarmEvent.DISMISSED, AlarmEvent.MISSED})

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
        self._planning = Planning(sleeper, clock)
        self._resumed_at = -math.inf
        self._is_resumed = False
        self._ringing = Ringing(sleeper, clock, ringers, self._planning)

    @property
    def nodes(self) -> tuple[str, ...]:
        """The nodes that ring it."""
        return self._settings.nodes

    @property
    def _settings(self) -> Settings:
        return self._planning.settings

    @property
    def _active(self) -> Active | None:
        return self._planning.active

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
                self._planning.describe(wish, t)
                self.waking.patience_min = self._settings.patience_min
            case Arm():
                self._arm(t, on=wish.on)
            case SetOnce():
                self._planning.set_once(wish, t)
            case Dates():
                self._planning.dates(wish, t)
            case Skip():
                self._planning.skip(t, on=wish.on)
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
        self._planning.clock_set(t)
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
        if event == AlarmEvent.MISSED and not self._may_be_missed(occurrence, t):
            return self._settle(t)
        active = self._active
        if active is None or active.id != occurrence:
            busy = active is not None and active.phase.has_rung
            active = (
                self._planning.known(occurrence)
                if event == AlarmEvent.RINGING and not busy
                else None
            )
            if active is None:
                if event in _ENDS:
                    self._planning.schedule.end(occurrence)
                    self._planning.follow(t)
                return self._settle(t)
            self._planning.active = active
        match event:
            case AlarmEvent.RINGING if active.phase is Phase.RINGING:
                active.confirm_at = None
            case AlarmEvent.RINGING:
                self._ringing.join(active, t)
            case AlarmEvent.SNOOZED if active.phase is not Phase.SNOOZED:
                at = self._ringers.rings_at(node, occurrence)
                ahead = 0.0 if at is None else at - self._clock.unix(t)
                self._snooze(ahead / 60 if ahead > 0 else None, t, but=node)
            case AlarmEvent.DISMISSED:
                self._end(AlarmEvent.DISMISSED, t)
            case AlarmEvent.MISSED if not active.phase.has_rung:
                self._end(AlarmEvent.MISSED, t)
        return self._settle(t)

    def _may_be_missed(self, occurrence: str, t: float) -> bool:
        """Whether it is too late for an occurrence here as well: a node's clock may be wrong."""
        known = self._planning.known(occurrence)
        return known is None or self._clock.unix(t) - known.deadline > LATE_S

    def review(self, t: float) -> list[Fact]:
        """Something was heard of the ringers."""
        active = self._active
        if active is not None and (active.phase is not Phase.SET or self._is_unsettled(active)):
            self._learn(active, t)
        return self._settle(t)

    def _learn(self, active: Active, t: float) -> None:
        """What became of an alarm on the nodes while nobody listened."""
        self._ringing.confirm(active)
        for node in self._settings.nodes:
            at, unix = self._ringers.rings_at(node, active.id), self._clock.unix(t)
            if self._ringers.is_over(node, active.id):
                self._end(AlarmEvent.DISMISSED, t)
                return
            asleep = at is not None and at > unix and active.phase is not Phase.SNOOZED
            if at is not None and asleep and self._is_just_back(active, t):
                self._snooze((at - unix) / 60, t, but=node)

    def recall(self, by: float, t: float) -> None:
        """Take up what a clock kept that was ahead; host time is another by `by` seconds."""
        self._planning.recall(by, t)

    def resume(self, t: float) -> None:
        """Go on after the host was away: what rings is to be told again, when time goes on."""
        self._resumed_at = t
        active = self._active
        self._is_resumed = active is not None and active.phase.has_rung
        if active is not None:
            for node in self._settings.nodes:
                self._ringers.test(node, active.id, t)

    def _arm(self, t: float, *, on: bool) -> None:
        planning = self._planning
        if on is planning.schedule.armed or (on and not self._settings.has_ringer):
            return
        planning.schedule.armed = on
        if not on and planning.rung is not None:
            self._end(AlarmEvent.DISMISSED, t)
        planning.changed(t)

    # What time brings.

    def _pass(self, t: float, late: float) -> None:
        """Everything that is due at t; what is later than `late` is missed."""
        while (active := self._active) is not None:
            if active.phase.has_rung:
                if not self._pass_rung(active, t):
                    return
            elif self._clock.unix(t) + _SAME_S - active.deadline > late:
                self._planning.miss(active, t)
            else:
                self._pass_waiting(active, t)
                return

    def _pass_rung(self, active: Active, t: float) -> bool:
        """What is due of an alarm that has rung; whether it is over by that."""
        if self._is_resumed:
            self._is_resumed = False
            if active.phase is Phase.RINGING:
                self._ringing.sound(active, on=bool(active.loud))
        if active.confirm_at is not None and t >= active.confirm_at:
            active.confirm_at = None
            self._ringing.sound(active, on=True)
        if t < active.until:
            return False
        if active.phase is Phase.RINGING:
            self._end(AlarmEvent.MISSED, t)
            return True
        self._ringing.ring(active, Because.SNOOZE, t)
        return False

    def _pass_waiting(self, active: Active, t: float) -> None:
        """What is due of an alarm that has not rung."""
        unix = self._clock.unix(t) + _SAME_S
        if unix >= active.deadline:
            if not self._is_unsettled(active) or t >= self._resumed_at + SETTLE_S:
                self._ringing.ring(active, Because.DEADLINE, t)
            return
        if active.phase is Phase.SET and unix >= self._opens(active):
            active.phase = Phase.WINDOW
            self._planning.tell(active, AlarmEvent.WINDOW_OPENED)
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
                self._ringing.ring(active, Because.GOOD_MOMENT, t)
                return self._settle(t)
        return []

    def _snooze(self, minutes: float | None, t: float, but: str | None = None) -> None:
        """A person wants to rest, or a node says that one does."""
        active = self._active
        if active is None or not active.phase.has_rung:
            if active is None or but is None:
                return
            active.first_rang = t
        self._ringing.snooze(active, minutes, t, but)

    def _end(self, event: AlarmEvent, t: float) -> None:
        """The active occurrence is over, and the next one is taken up."""
        if self._active is not None:
            self._is_resumed = False
            self._ringing.end(self._active, event, t)

    # What follows from it.

    def _settle(self, t: float) -> list[Fact]:
        """Hand over what nodes are to know, and give what is to be told."""
        planning = self._planning
        hand_over(
            self._ringers,
            planning.settings,
            planning.prefix,
            planning.coming(t),
            planning.schedule.over,
            planning.rung,
            self._clock.unix(t),
            t,
        )
        facts: list[Fact] = [*planning.told, *self._ringing.told]
        planning.told, self._ringing.told = [], []
        return facts

    @property
    def loud(self) -> list[Ring]:
        """What rings of what the host rings."""
        return [] if self._active is None else self._ringing.loud(self._active)

    def news(self) -> AlarmPlan | None:
        """What is planned, where that is another than was told; then it is told."""
        plan = self._planned()
        if plan == self.plan:
            return None
        self.plan = plan
        return plan

    def explain(self, t: float) -> dict[str, Json]:
        """What there is to say of it at time t, and of why it rang last."""
        said = explain(self._planned(), self._settings, self._ringers, self._hosts)
        lightness = self.waking.lightness if self.waking.knows(t) else None
        return {"sleeper": self.sleeper, **said, "light": lightness, "rang": self._ringing.rang}

    def _planned(self) -> AlarmPlan:
        plan = planned(self._active, self._settings, self._ringers, self._hosts, self._clock)
        return replace(plan, sleeper=self.sleeper, armed=self._planning.schedule.armed)

    def _opens(self, active: Active) -> float:
        """When the window opens, unix seconds."""
        return opens(active, self._settings)

    def _is_unsettled(self, active: Active) -> bool:
        """Whether it was due before the host came back, and a node may have rung it."""
        return self._clock.host(active.deadline) <= self._resumed_at

    def _is_just_back(self, active: Active, t: float) -> bool:
        """Whether nodes may be about to say what they did with it while nobody listened."""
        return self._is_unsettled(active) and t <= self._resumed_at + SETTLE_S

    def snapshot(self) -> Json:
        """The state as JSON."""
        return {
            **self._planning.snapshot(),
            "waking": self.waking.snapshot(),
            "rang": self._ringing.rang,
        }

    def restore(self, state: Json) -> None:
        """Take up a snapshot; raises SnapshotError."""
        self._planning.restore(state)
        self._ringing.rang = optional_item(state, "rang")
        self.waking.restore(item(state, "waking"))
        self.waking.patience_min = self._settings.patience_min
        self.plan = self._planned()
