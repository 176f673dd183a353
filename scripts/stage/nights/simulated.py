"""A night in event time: the node's own alarms and the stand-in, and everything else simulated.

Nothing here is a process: the node's disk is JSON in memory, the network a flag. What it adds to
nights with real processes is hours, outages that outlast the half hour in which a node still
rings, and numbers.
"""

from collections.abc import Callable
import heapq
import itertools
import json
from typing import Any

from halcyon_speaker.alarms import Alarms, Happened
from halcyon_speaker.commands import Asked, RefusedError
from halcyon_speaker.moments import Now
from halcyon_speaker.orders import read_order
from halcyon_speaker.remembering import from_json, to_json
from halcyon_speaker.ringing import advance, step

from .plan import HOURS, Fault, Plan, What
from .standin import StandIn
from .verdict import Record, Ringer, Span

_UNIX = 1_800_000_000.0
_UNSET = 1_000.0
_LOOK_S, _FAR_S = 1.0, 20.0
_AFTERWARDS_S = 2 * 3600.0
_OCCURRENCE = "alex-tonight"


class _Node:
    """The node's alarms on a machine that may be off, forget the time, or be out of reach."""

    def __init__(self, t: float) -> None:
        self.started, self.ahead, self.machine = t - 60.0, 0.0, 0
        self.disk = to_json(Alarms(), "0")
        self.state: Alarms | None = Alarms()
        self.events = 0

    def now(self, t: float) -> Now:
        return Now(t + self.ahead, t - self.started)

    @property
    def rings(self) -> bool:
        return self.state is not None and self.state.ringing is not None

    def look(self, t: float) -> None:
        if self.state is not None:
            self._take(advance(self.state, self.now(t)))

    def obey(self, body: dict[str, Any], t: float) -> str | None:
        """Follow a command; what went wrong."""
        if self.state is None:
            return "off"
        try:
            order = read_order(Asked("alarm", str(body["id"]), body))
            self.look(t)
            self._take(step(self.state, order, self.now(t)))
        except RefusedError as error:
            return str(error)
        return None

    def stop(self) -> None:
        self.state = None

    def start(self, t: float, *, anew: bool, ahead: float | None) -> None:
        if anew:
            self.started, self.machine = t - 5.0, self.machine + 1
        if ahead is not None:
            self.ahead = ahead
        self.state = from_json(json.loads(json.dumps(self.disk)), str(self.machine))
        self.look(t)

    def _take(self, state: Alarms) -> None:
        before = () if self.state is None else self.state.events
        self.events += sum(
            each.what is Happened.RINGING and each not in before for each in state.events
        )
        self.state = state
        self.disk = to_json(state, str(self.machine))


class _Dream:
    """One simulated night. Things happen in the order of their times."""

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self._deadline = _UNIX + plan.lead
        smart = None if plan.smart is None else self._deadline - plan.smart
        self._node = _Node(_UNIX)
        self._host = StandIn(_OCCURRENCE, self._deadline, smart)
        self._down = {"node": 0, "broker": 0, "host": 0, "network": 0}
        self._blind = 0
        self._was_reached = False
        self._sleeper_at: float | None = None
        self._record = Record(self._deadline)
        self._open: dict[str, float] = {}
        self._queue: list[tuple[float, int, Callable[[float], None]]] = []
        self._order = itertools.count()

    def run(self) -> Record:
        """The night as it was."""
        t, end = _UNIX, self._deadline + self._plan.reaction + _AFTERWARDS_S
        for fault in self._plan.faults:
            self._at(max(_UNIX + 10.0, self._deadline + fault.at), self._break(fault))
        while t < end:
            while self._queue and self._queue[0][0] <= t:
                _, _, happen = heapq.heappop(self._queue)
                happen(t)
            self._look(t)
            if self._record.confirmed is not None and not self._queue and t > self._deadline:
                end = min(end, t + 60.0)
            t += self._pause(t)
        for name in list(self._open):
            self._note(name, t, is_so=False)
        return self._record

    def _pause(self, t: float) -> float:
        """How long nothing needs to be looked at: longer while the night is young and quiet."""
        moment = self._queue[0][0] if self._queue else self._deadline
        is_young = t < self._deadline - HOURS.smart - _FAR_S
        return _FAR_S if is_young and moment > t + _FAR_S else _LOOK_S

    def _at(self, t: float, happen: Callable[[float], None]) -> None:
        heapq.heappush(self._queue, (t, next(self._order), happen))

    def _look(self, t: float) -> None:
        self._node.look(t)
        if self._sleeper_at is not None and t >= self._sleeper_at and not self._down["host"]:
            if self._record.dismissed is None:
                self._record.dismissed = t
            self._host.dismissed = True
        self._talk(t)
        node, host = self._node.rings, not self._down["host"] and self._host.rings(t)
        self._note(Ringer.NODE, t, is_so=node)
        self._note(Ringer.HOST, t, is_so=host)
        knows = self._node.state is not None and not self._blind
        self._note("able", t, is_so=knows)
        self._record.rings = self._node.events
        if (node or host) and self._sleeper_at is None:
            self._sleeper_at = t + self._plan.reaction

    def _talk(self, t: float) -> None:
        """Host and node, where broker and network let them."""
        reached = not any(self._down.values()) and self._node.state is not None
        if reached and not self._was_reached and self._node.state is not None:
            self._host.announced({each.occurrence for each in self._node.state.alarms})
        if self._was_reached and not reached and not (self._down["broker"] or self._down["host"]):
            self._host.gone()
        self._was_reached = reached
        if self._down["host"] or self._down["broker"]:
            return
        body = self._host.due(t, "dream")
        if body is None or not reached:
            return
        error = self._node.obey(body, t)
        confirmed = self._host.answered(str(body["id"]), error)
        if confirmed == "dismiss" and self._record.confirmed is None:
            self._record.confirmed = t

    def _note(self, name: str, t: float, *, is_so: bool) -> None:
        """Remember from when to when something was so."""
        if is_so:
            self._open.setdefault(name, t)
        elif name in self._open:
            span = Span(self._open.pop(name), t)
            if name == "able":
                self._record.able.append(span)
            else:
                self._record.heard.setdefault(Ringer(name), []).append(span)

    def _break(self, fault: Fault) -> Callable[[float], None]:
        def happen(t: float) -> None:
            match fault.what:
                case What.KILL_NODE | What.CUT_POWER:
                    if not self._down["node"]:
                        self._stop_node(fault, t)
                case What.KILL_BROKER:
                    self._away("broker", fault, t)
                case What.KILL_HOST:
                    self._away("host", fault, t)
                case What.PARTITION:
                    self._away("network", fault, t)
                case What.TURN_CLOCK:
                    if not self._down["node"] and not self._blind:
                        self._node.ahead += fault.by

        return happen

    def _away(self, name: str, fault: Fault, t: float) -> None:
        self._down[name] += 1

        def back(_: float) -> None:
            self._down[name] -= 1

        self._at(t + fault.lasts, back)

    def _stop_node(self, fault: Fault, t: float) -> None:
        self._node.stop()
        self._down["node"] += 1
        anew = fault.what is What.CUT_POWER

        def back(t: float) -> None:
            self._down["node"] -= 1
            blind = anew and fault.blind > 0
            ahead = _UNSET - t if blind else 0.0
            self._node.start(t, anew=anew, ahead=ahead if anew else None)
            if blind:
                self._blind += 1
                self._at(t + fault.blind, sees)

        def sees(t: float) -> None:
            self._blind -= 1
            if not self._blind:
                self._node.ahead = 0.0
                self._node.look(t)

        self._at(t + fault.lasts, back)


def dream(plan: Plan) -> Record:
    """One simulated night; the same for the same plan."""
    return _Dream(plan).run()
