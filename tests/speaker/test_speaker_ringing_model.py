"""Whatever happens to a node, no alarm is missed on it and none rings twice.

The node's alarms run beside a model that knows the true time, which the node does not: clocks are
turned, the process is killed, the machine loses its power and comes back with its clock or
without, and people say what people say. Model and node must agree on what is heard all along.
"""

from dataclasses import dataclass
import json

from hypothesis import settings, strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from halcyon_speaker.alarms import Alarms
from halcyon_speaker.commands import RefusedError
from halcyon_speaker.moments import Now
from halcyon_speaker.orders import Cancel, Dismiss, Order, Ring, SetAlarm, Snooze
from halcyon_speaker.remembering import from_json, to_json
from halcyon_speaker.ringing import (
    GRACE_S,
    MOST_AHEAD_S,
    RING_S,
    SETTLED_S,
    advance,
    next_deadline,
    step,
)

UNIX = 1_800_000_000.0
UNSET = 1_000.0
"""What the wall clock of a machine says that has no clock of its own."""

# Whole seconds, which floats hold exactly, so that model and node agree to the second.
OCCURRENCES = st.sampled_from(["a", "b", "c"])
AWAY = st.integers(-2400, 6 * 3600)
WAITS = st.integers(1, 3 * 3600)
STEPS = st.integers(-4 * 3600, 4 * 3600)
OUTAGES = st.integers(0, 3600)
BLIND = st.integers(1, round(SETTLED_S) - 1)


@dataclass
class Expected:
    """What the true time makes of an occurrence: `due` by it, `label` by the wall clock."""

    due: float
    label: float
    until: float | None = None
    known: bool = True
    rang: bool = False
    snoozed: bool = False


class Nights(RuleBasedStateMachine):
    """One node, and a model of what must be heard of it."""

    def __init__(self) -> None:
        super().__init__()
        self.t, self.started, self.error, self.machine = UNIX, UNIX - 100.0, 0.0, 0
        self.steady_since = self.t
        self.state = Alarms()
        self.expected: dict[str, Expected] = {}
        self.over: set[str] = set()
        self.rings: dict[str, int] = {}
        self.heard: dict[str, int] = {}
        self.told: set[str] = set()
        self.look()

    @property
    def now(self) -> Now:
        return Now(self.t + self.error, self.t - self.started)

    def look(self) -> None:
        self.state = advance(self.state, self.now)
        self.listen()

    def listen(self) -> None:
        """Count what the node tells of ringing; what it tells again has the same id."""
        for event in self.state.events:
            if event.id not in self.told:
                self.told.add(event.id)
                if event.what == "ringing":
                    self.heard[event.occurrence] = self.heard.get(event.occurrence, 0) + 1

    # The model: what is due, rings, or is missed by a moment of the true time.

    def settle(self) -> None:
        settled = self.t >= self.steady_since + SETTLED_S
        for name, each in list(self.expected.items()):
            each.known = each.known or (settled and each.label > self.t + self.error)
            if each.until is None and self.is_due(each):
                if self.t - each.due <= GRACE_S:
                    self.begin(name, each)
                elif each.known or settled:
                    self.end(name)
            elif each.until is not None and self.t >= each.until:
                self.end(name)

    def is_due(self, each: Expected) -> bool:
        return self.t >= each.due or self.t + self.error >= each.label

    def begin(self, name: str, each: Expected) -> None:
        if not each.rang or each.snoozed:
            self.rings[name] = self.rings.get(name, 0) + 1
        each.rang, each.snoozed, each.until = True, False, self.t + RING_S

    def end(self, name: str) -> None:
        self.expected.pop(name, None)
        self.over.add(name)

    def next_moment(self) -> float:
        """When the model has something to do next."""
        moments = [
            min(each.due, each.label - self.error) if each.until is None else each.until
            for each in self.expected.values()
        ]
        moments.append(self.steady_since + SETTLED_S)
        moments = [each for each in moments if each > self.t]
        return min(moments, default=self.t + 1e9)

    def ask(self, order: Order) -> bool:
        """Whether the node follows an order."""
        try:
            self.state = step(self.state, order, self.now)
        except RefusedError:
            return False
        self.listen()
        return True

    # What people and hosts say, no two things at the same moment.

    @rule(name=OCCURRENCES, away=AWAY)
    def set(self, name: str, away: int) -> None:
        self.wait(1)
        before = self.expected.get(name)
        again = before is not None and before.rang and before.label == self.t + away
        possible = (
            name not in self.over
            and (before is None or not before.rang)
            and away >= -GRACE_S
            and self.error <= MOST_AHEAD_S
        )
        assert self.ask(SetAlarm(name, self.t + away, float(away))) is (possible or again)
        if possible:
            self.expected[name] = Expected(self.t + away, self.t + away)
            self.settle()

    @rule(name=OCCURRENCES)
    def ring(self, name: str) -> None:
        self.wait(1)
        assert self.ask(Ring(name)) is (name not in self.over)
        if name in self.over:
            return
        each = self.expected.setdefault(name, Expected(self.t, self.t + self.error))
        if each.until is None:
            if each.snoozed or not each.rang:
                each.due, each.label = self.t, self.t + self.error
                each.known = True
            self.begin(name, each)

    @rule(name=OCCURRENCES, away=st.integers(60, 1800))
    def snooze(self, name: str, away: int) -> None:
        self.wait(1)
        each = self.expected.get(name)
        followed = self.ask(Snooze(name, float(away)))
        if followed:
            # How often is for the node to say; that it must ring is not.
            assert each is not None
            each.due, each.label = self.t + away, self.t + self.error + away
            each.known = True
            each.until, each.rang, each.snoozed = None, True, True

    @rule(name=OCCURRENCES)
    def dismiss(self, name: str) -> None:
        self.wait(1)
        assert self.ask(Dismiss(name))
        self.end(name)

    @rule(name=OCCURRENCES)
    def cancel(self, name: str) -> None:
        self.wait(1)
        each = self.expected.get(name)
        assert self.ask(Cancel(name))
        if each is not None and each.rang:
            self.end(name)
        self.expected.pop(name, None)

    # What happens to the node.

    @rule(seconds=WAITS)
    def wait(self, seconds: int) -> None:
        until = self.t + seconds
        while self.t < until:
            due = next_deadline(self.state, self.now)
            by_node = until if due is None else self.started + due
            # The node must not sleep through a moment of the model; it may wake in vain.
            self.t = min(until, max(by_node, self.t + 1.0))
            while self.next_moment() < self.t:
                at, self.t = self.t, self.next_moment()
                self.settle()
                self.t = at
            self.settle()
            self.look()

    @precondition(lambda self: self.t - self.steady_since >= SETTLED_S or self.machine == 0)
    @rule(seconds=STEPS)
    def turn_the_clock(self, seconds: int) -> None:
        self.look()
        self.error += seconds
        self.steady_since = self.t
        self.settle()
        self.look()

    @rule(seconds=OUTAGES)
    def kill_the_process(self, seconds: int) -> None:
        kept = json.dumps(to_json(self.state, str(self.machine)))
        self.interrupt(seconds)
        self.state = from_json(json.loads(kept), str(self.machine))
        self.steady_since = self.t
        self.settle()
        self.look()

    @precondition(lambda self: self.error == 0)
    @rule(seconds=OUTAGES, blind=st.none() | BLIND)
    def cut_the_power(self, seconds: int, blind: int | None) -> None:
        """The machine starts anew; `blind` is for how long it knows no time then."""
        kept = json.dumps(to_json(self.state, str(self.machine)))
        self.interrupt(seconds)
        self.started, self.machine = self.t - 5.0, self.machine + 1
        self.state = from_json(json.loads(kept), str(self.machine))
        for each in self.expected.values():
            each.due, each.known = each.label, False
        if blind is not None:
            self.error = UNSET - self.t
            self.look()
            assert self.state.ringing is None
            self.t += blind
            self.look()
            assert self.state.ringing is None
            self.error = 0.0
        self.steady_since = self.t
        self.settle()
        self.look()

    def interrupt(self, seconds: int) -> None:
        self.t += seconds
        for each in self.expected.values():
            each.until = None

    @invariant()
    def what_is_heard_is_what_must_be_heard(self) -> None:
        heard = {
            each.occurrence: self.started + each.until
            for each in self.state.alarms
            if each.until is not None
        }
        assert heard == {
            name: each.until for name, each in self.expected.items() if each.until is not None
        }
        assert (self.state.ringing is not None) is bool(heard)

    @invariant()
    def nothing_is_lost_and_nothing_comes_back(self) -> None:
        assert {each.occurrence for each in self.state.alarms} == set(self.expected)
        assert set(self.state.over) == self.over

    @invariant()
    def every_ring_is_told_once(self) -> None:
        assert self.heard == self.rings
        ids = [each.id for each in self.state.events]
        assert len(set(ids)) == len(ids)


TestNights = Nights.TestCase
TestNights.settings = settings(max_examples=150, stateful_step_count=40, deadline=None)
