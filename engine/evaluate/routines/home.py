"""The engine's own routines, stepped through the same streams as the model."""

from collections.abc import Iterable
import json
from random import Random
from typing import Any

from ...core.house import House, Mount, Room, Sleeper
from ...core.output import (
    Action,
    Alarm,
    AlarmEvent,
    Environment,
    Fact,
    InBed,
    MotionEvent,
    Moved,
    Movement,
    NodeStatus,
    Output,
    Presence,
    RoutineRun,
    SessionEvent,
    SleepIntent,
    SleepSession,
    SleepStage,
    Spoken,
)
from ...core.reading import Availability, Mode, MotionLevel, WallClock
from ...core.sleep import Stage
from ...core.snapshot import Json
from ...core.timers import Timers
from ...decide.calendar import DAY_S, day_of
from ...decide.routines.routine import routine_from_json
from ...decide.routines.routines import Effect, Routines
from .model import Told
from .streams import BEDS, LENGTH_S, MODE, ROOMS, Event

_EAST_S = 3600
START = day_of(2026, 11, 20) * DAY_S + 23 * 3600 + 52 * 60 - _EAST_S
"""A Friday at 23:52, by a wall an hour ahead of UTC; unix seconds."""

_SITE = "home"


class Engine:
    """Routines and their timers, as a host runs them that is now and then restarted."""

    def __init__(self, documents: Iterable[dict[str, Json]], rng: Random) -> None:
        sleepers = tuple(Sleeper(name, node) for name, node in BEDS.items())
        mounts = tuple(Mount(node) for node in BEDS.values())
        self._rooms = (Room(ROOMS[0], mounts, sleepers=sleepers), Room(ROOMS[1]))
        self._house = House(_SITE, self._rooms)
        self._parsed = [routine_from_json(each) for each in documents]
        self._rng = rng
        self._t = float(START)
        self._sources: dict[str, Moved] = {}
        self._told: list[Told] = []
        self._begin()
        self._routines.hear(WallClock(self._t, "Europe/Berlin", None, ((0.0, _EAST_S),)), self._t)

    def run(self, events: Iterable[Event]) -> list[Told]:
        """Everything that is told, until all times have run out."""
        for event in events:
            t = max(self._t, float(START + event.t))
            while self._rng.random() < 0.3:
                self._advance(self._rng.uniform(self._t, t))
            self._advance(t)
            if event.kind == "restart":
                self._restart(float(str(event.body["away"])))
            elif event.kind == "mode":
                self._routines.hear(Mode(MODE, _text(event.body["value"])), t)
            else:
                self._follow(event)
        self._advance(float(START + 2 * LENGTH_S))
        return self._told

    def _begin(self) -> None:
        self._timers = Timers()
        self._routines = Routines(_SITE, self._timers)
        self._routines.settle(self._parsed, self._rooms, self._t)

    def _advance(self, t: float) -> None:
        for key, deadline in self._timers.due(t):
            self._keep(self._routines.wake(key, deadline))
        self._t = max(self._t, t)

    def _restart(self, away: float) -> None:
        state = json.loads(json.dumps([self._routines.snapshot(), self._timers.snapshot()]))
        self._begin()
        self._routines.restore(state[0])
        self._timers.restore(state[1])
        since, self._t = self._t, self._t + away
        self._keep(self._routines.resume(since, self._t))
        for room, moved in self._sources.items():
            blind = tuple((name, kind, None) for name, kind, _ in moved.sources)
            self._tell(Moved(None, None, None, blind), room, live=False)

    def _follow(self, event: Event) -> None:
        fact, room = _fact(dict(event.body), event.kind), event.body.get("room")
        if isinstance(fact, Moved):
            self._sources[str(room)] = fact
        self._tell(fact, _text(room), live=event.live)

    def _tell(self, fact: Fact, room: str | None, *, live: bool) -> None:
        output = Output(self._t, self._t, _SITE, room, fact)
        self._keep(self._routines.follow([output], live=live))

    def _keep(self, effects: Iterable[Effect]) -> None:
        for effect in effects:
            if not isinstance(effect, Output):
                continue
            second = round(effect.t) - START
            match effect.fact:
                case RoutineRun() as run:
                    self._told.append((second, run.routine, str(run.event)))
                case Action(do={"topic": str(topic)}) as action:
                    self._told.append((second, action.routine, topic))


def _text(value: Json) -> str | None:
    return None if value is None else str(value)


def _fact(body: dict[str, Any], kind: str) -> Fact:
    match kind:
        case "presence":
            return Presence(body["occupied"], None, zones=tuple(body["zones"]))
        case "sensors":
            rows = tuple((n, k, v and MotionLevel(v)) for n, k, v in body["sources"])
            return Moved(None, None, None, rows)
        case "air":
            return Environment(None, None, body["lux"], None)
        case "said":
            return Spoken(body["text"], (), None, None, None, body["final"])
        case "moved":
            return MotionEvent(Movement(body["event"]), None)
        case "node":
            return NodeStatus(body["node"], Availability(body["is"]), 0, 0, 0, 0, None)
    return _fact_of(body["sleeper"], kind, body)


def _fact_of(sleeper: str, kind: str, body: dict[str, Any]) -> Fact:
    match kind:
        case "bed":
            return InBed(sleeper, body["in_bed"])
        case "intent":
            return SleepIntent(sleeper, body["score"])
        case "stage":
            return SleepStage(sleeper, body["stage"] and Stage(body["stage"]), None)
        case "night":
            return SleepSession(sleeper, SessionEvent(body["event"]))
    return Alarm(sleeper, "occurrence", AlarmEvent(body["event"]))
