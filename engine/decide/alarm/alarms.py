"""The alarms of a site's sleepers, and what they hear of people, nodes and sleep."""

from collections.abc import Callable, Iterable

from ...core.command import Command
from ...core.house import Room
from ...core.output import AlarmEvent, Fact, Output, Respiration, SleepSession, SleepStage
from ...core.reading import (
    Acknowledged,
    Announcement,
    BodyMovement,
    Connection,
    Intent,
    NodeEvent,
    Reading,
    WallClock,
)
from ...core.sleep import Stage
from ...core.snapshot import Json, SnapshotError, flag_in, item, members_in, number_in, rows_in
from ...core.timers import Key, Timers
from .clock import Clock, clock_from
from .ringers import COMMAND, Ringers
from .sleeper import SleeperAlarm
from .wishes import Available, read_wish

ALARM = "alarm"
"""First part of the timers of alarms."""

OF_ALARMS = (Acknowledged, Announcement, BodyMovement, Connection, NodeEvent)
"""What sources say that alarms hear."""

_SCHEMA = 1
_RINGERS = (ALARM,)
"""The timer of what is said to nodes again; those of sleepers have their names behind it."""

_TOLD_BY_NODES = frozenset(
    {AlarmEvent.RINGING, AlarmEvent.SNOOZED, AlarmEvent.DISMISSED, AlarmEvent.MISSED}
)

MOVED = 0.5
"""Level of body movement that is more than a twitch: nodes send 1 for turning over."""

BREATHES_ANEW = 3.0
"""Breaths a minute by which the rate changes at once with an arousal, rather than by itself."""

type Effect = Output | Command


class Alarms:
    """All alarms of a site. Its timers begin with ALARM."""

    def __init__(self, site: str, timers: Timers) -> None:
        self._site = site
        self._timers = timers
        self._clock = Clock()
        self._ringers = Ringers(site, self._clock)
        self._hosts: dict[str, bool] = {}
        self._sleepers: dict[str, SleeperAlarm] = {}
        self._rates: dict[str, float] = {}
        # The room of each sleeper, and the sleepers whom a node watches.
        self._rooms: dict[str, str] = {}
        self._beds: dict[str, list[str]] = {}

    def settle(self, rooms: Iterable[Room]) -> None:
        """The house was described anew."""
        self._rooms.clear()
        self._beds.clear()
        for room in rooms:
            for sleeper in room.sleepers:
                self._rooms.setdefault(sleeper.id, room.id)
                self._beds.setdefault(sleeper.node, []).append(sleeper.id)

    def wish(self, intent: Intent, t: float) -> list[Effect]:
        """A person or the host wants something of an alarm; other intents pass."""
        wish = read_wish(intent)
        if wish is None:
            return []
        if isinstance(wish, Available):
            self._hosts[wish.ringer] = wish.on
            return self._all(lambda alarm: alarm.review(t), t)
        name = intent.get("sleeper")
        if not isinstance(name, str) or not name:
            return []
        alarm = self._sleepers.get(name)
        if alarm is None:
            alarm = self._sleepers[name] = self._new(name)
        return self._told(alarm, alarm.wish(wish, t), t)

    def clock(self, told: WallClock, t: float) -> list[Effect]:
        """The host tells its wall clock."""
        if not self._clock.take(told, t):
            return []
        return self._all(lambda alarm: alarm.clock_set(t), t)

    def hear(self, source: str, reading: Reading, t: float) -> list[Effect]:
        """Something that a node said, whether just now or while nobody listened."""
        match reading:
            case Acknowledged() | Announcement() | Connection():
                self._ringers.hear(source, reading, t)
                return self._all(lambda alarm: alarm.review(t), t)
            case NodeEvent() if reading.kind == COMMAND:
                occurrence, event = reading.get("occurrence"), reading.get("event")
                alarm = self._sleepers.get(str(occurrence).partition(":")[0])
                if alarm is None or source not in alarm.nodes or event not in _TOLD_BY_NODES:
                    return []
                return self._told(alarm, alarm.happened(source, str(occurrence), str(event), t), t)
            case BodyMovement() if reading.level >= MOVED:
                return self._stirred(self._beds.get(source, ()), t)
        return []

    def follow(self, told: Iterable[Output]) -> list[Effect]:
        """What rooms told of sleepers."""
        effects: list[Effect] = []
        for output in told:
            fact, t = output.fact, output.t
            if isinstance(fact, SleepStage) and (alarm := self._sleepers.get(fact.sleeper)):
                effects += self._told(alarm, alarm.staged(fact, output.at, t), t)
            elif isinstance(fact, Respiration):
                effects += self._breathes(fact, t)
            elif isinstance(fact, SleepSession) and fact.report is not None:
                self._learn(fact)
        return effects

    def wake(self, key: Key, t: float) -> list[Effect]:
        """A timer is due."""
        if key == _RINGERS:
            return self._said(t)
        alarm = self._sleepers.get(key[1])
        return [] if alarm is None else self._told(alarm, alarm.advance(t), t)

    def resume(self, t: float) -> None:
        """Go on after the host was away. What follows comes when time goes on."""
        self._clock.restart()
        self._ringers.resume(t)
        for alarm in self._sleepers.values():
            alarm.resume(t)
            self._plan(alarm, t)
        self._plan_ringers()

    def recall(self, state: Json, by: float, t: float) -> None:
        """Take up and go on with a snapshot of a clock that was ahead.

        Host time is another by `by` seconds than the snapshot's, and now it is t.
        """
        self.restore(state)
        self._ringers.shift(by)
        self._clock.restart()
        for alarm in self._sleepers.values():
            alarm.recall(by, t)
        self.resume(t)

    def current(self, t: float) -> list[Output]:
        """What is planned for every sleeper, and which of the host's ringers ring."""
        return [
            self._output(alarm.sleeper, fact, t)
            for alarm in self._sleepers.values()
            for fact in (alarm.plan, *alarm.loud)
            if fact is not None
        ]

    def explain(self, sleeper: str, t: float) -> Json:
        """What there is to say of a sleeper's alarm; None for one who has none."""
        alarm = self._sleepers.get(sleeper)
        return None if alarm is None else alarm.explain(t)

    def snapshot(self) -> Json:
        """The state as JSON."""
        return {
            "schema": _SCHEMA,
            "clock": self._clock.snapshot(),
            "ringers": self._ringers.snapshot(),
            "hosts": dict(self._hosts),
            "rates": dict(self._rates),
            "sleepers": {name: alarm.snapshot() for name, alarm in self._sleepers.items()},
        }

    def restore(self, state: Json) -> None:
        """Take up a snapshot, before the timers are; what does not fit begins anew."""
        self._sleepers.clear()
        try:
            if number_in(state, "schema") != _SCHEMA:
                return
            hosts = item(state, "hosts")
            known = {name: flag_in(hosts, name) for name in members_in(state, "hosts")}
            rates = item(state, "rates")
            breathing = {name: number_in(rates, name) for name in members_in(state, "rates")}
            clock = clock_from(item(state, "clock"))
            self._ringers.restore(item(state, "ringers"))
            sleepers = members_in(state, "sleepers")
        except SnapshotError:
            return
        self._clock.ahead, self._clock.zone = clock.ahead, clock.zone
        self._hosts.clear()
        self._hosts.update(known)
        self._rates = breathing
        for name, saved in sleepers.items():
            alarm = self._new(name)
            try:
                alarm.restore(saved)
            except SnapshotError:
                continue
            self._sleepers[name] = alarm

    def _new(self, name: str) -> SleeperAlarm:
        return SleeperAlarm(name, self._clock, self._ringers, self._hosts)

    def _learn(self, fact: SleepSession) -> None:
        """A night is over, and was looked at as a whole."""
        alarm = self._sleepers.get(fact.sleeper)
        if alarm is not None:
            alarm.waking.learn(_stages(fact.report))

    def _breathes(self, fact: Respiration, t: float) -> list[Effect]:
        before = self._rates.pop(fact.sleeper, None)
        if fact.rate_bpm is None:
            return []
        self._rates[fact.sleeper] = fact.rate_bpm
        if before is None or abs(fact.rate_bpm - before) < BREATHES_ANEW:
            return []
        return self._stirred((fact.sleeper,), t)

    def _stirred(self, sleepers: Iterable[str], t: float) -> list[Effect]:
        effects: list[Effect] = []
        for name in sleepers:
            if (alarm := self._sleepers.get(name)) is not None:
                effects += self._told(alarm, alarm.stirred(t), t)
        return effects

    def _all(self, does: Callable[[SleeperAlarm], list[Fact]], t: float) -> list[Effect]:
        """Let every alarm do something."""
        effects: list[Effect] = []
        for alarm in self._sleepers.values():
            effects += self._told(alarm, does(alarm), t)
        return effects

    def _told(self, alarm: SleeperAlarm, facts: list[Fact], t: float) -> list[Effect]:
        """What an alarm told, and what nodes are asked now."""
        self._plan(alarm, t)
        return [*(self._output(alarm.sleeper, fact, t) for fact in facts), *self._said(t)]

    def _said(self, t: float) -> list[Effect]:
        """What is to be said to nodes at time t, and what is planned now."""
        effects: list[Effect] = list(self._ringers.due(t))
        self._plan_ringers()
        for alarm in self._sleepers.values():
            plan = alarm.news()
            effects += [] if plan is None else [self._output(alarm.sleeper, plan, t)]
        return effects

    def _plan(self, alarm: SleeperAlarm, t: float) -> None:
        """Be woken when the alarm has something to do."""
        key, due = (ALARM, alarm.sleeper), alarm.next_deadline
        if due is None:
            self._timers.cancel(key)
        elif (due := max(due, t)) != self._timers.deadline(key):
            self._timers.set(key, due)

    def _plan_ringers(self) -> None:
        """Be woken when something is to be said to nodes again."""
        due = self._ringers.next_due
        if due is None:
            self._timers.cancel(_RINGERS)
        elif due != self._timers.deadline(_RINGERS):
            self._timers.set(_RINGERS, due)

    def _output(self, sleeper: str, fact: Fact, t: float) -> Output:
        return Output(t, t, self._site, self._rooms.get(sleeper), fact)


def _stages(report: Json) -> list[Stage | None]:
    """The stages of a night's report, as they look from the whole night."""
    try:
        rows = rows_in(item(report, "epochs"), "revised")
    except SnapshotError:
        return []
    return [Stage(row) if isinstance(row, str) and row in Stage else None for row in rows]
