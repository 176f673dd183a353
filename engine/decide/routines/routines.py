"""The routines of a site: what triggers them, and what becomes of their runs."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from ...core.command import Command
from ...core.house import Room
from ...core.output import Fact, Output
from ...core.reading import Intent, Mode, Sun, WallClock
from ...core.snapshot import Json, SnapshotError, item, members_in, number_in, rows_in
from ...core.timers import Key, Timers
from .course import Course
from .explaining import explain
from .happenings import happens, occasion_of
from .knowledge import Knowledge, Subject
from .routine import Routine, routine_to_json
from .states import rests_on_people, state_of, subjects
from .triggers import LASTING, TRIGGERS, Happening, Lasting
from .watch import Watch, watch_from

ROUTINE = "routine"
"""First part of the timers of routines."""

_SCHEMA = 1

type Effect = Output | Command


@dataclass(slots=True)
class _Watched:
    """A routine, what is remembered of its states, and its course."""

    routine: Routine
    course: Course
    watches: dict[int, Watch] = field(default_factory=dict)

    @property
    def next_due(self) -> float | None:
        """When time has something to do for it."""
        dues = [watch.due for watch in self.watches.values() if watch.due is not None]
        if (due := self.course.next_due) is not None:
            dues.append(due)
        return min(dues, default=None)


class Routines:
    """All routines of a site, as a part of its home. Its timers begin with ROUTINE.

    A trigger is told once for every time that it comes true. What is told of the past, retained or
    replayed, is remembered and triggers nothing; while the sensors that a state rests on are
    unavailable, no time passes for it.
    """

    def __init__(self, site: str, timers: Timers) -> None:
        self._site = site
        self._timers = timers
        self._known = Knowledge()
        self._routines: dict[str, _Watched] = {}
        # Which states an output about a subject may change, and what may just have happened.
        self._states: dict[Subject, list[tuple[_Watched, int, Lasting]]] = {}
        self._happenings: list[tuple[_Watched, int, Happening]] = []

    def settle(self, routines: Iterable[Routine], rooms: Iterable[Room], t: float) -> list[Effect]:
        """The house was described anew at time t; what stays as it was keeps its state."""
        before, self._routines = self._routines, {}
        told: list[Effect] = []
        self._known.settle(rooms)
        for routine in routines:
            if routine.enabled:
                self._routines[routine.id] = self._taken_up(
                    before.pop(routine.id, None), routine, t
                )
        for name, gone in before.items():
            told += self._told(gone.course.stop(t), t)
            self._timers.cancel((ROUTINE, name))
        self._index()
        for watched in self._routines.values():
            self._plan(watched)
        return told

    def _taken_up(self, known: _Watched | None, routine: Routine, t: float) -> _Watched:
        if known is not None and known.routine == routine:
            return known
        watched = _Watched(routine, Course(self._site, routine, self._known))
        before = {} if known is None else dict(enumerate(known.routine.triggers))
        for index, trigger in enumerate(routine.triggers):
            if not isinstance(trigger, LASTING):
                continue
            if known is not None and before.get(index) == trigger:
                watched.watches[index] = known.watches[index]
                continue
            watch = watched.watches[index] = Watch()
            watch.see(state_of(trigger, self._known, was=None), t, trigger.for_s, live=False)
        return watched

    def follow(self, told: Iterable[Effect], *, live: bool = True) -> list[Effect]:
        """What the home told. What is not live is known from now on, and triggers nothing."""
        effects: list[Effect] = []
        if not self._routines:
            return effects
        for output in told:
            if isinstance(output, Output):
                effects += self._take(output, live=live)
        return effects

    def hear(self, said: WallClock | Sun | Mode, t: float) -> None:
        """What the host says of the clock, the sun and modes, which conditions look at."""
        self._known.hear(said, t)

    def wish(self, intent: Intent, t: float) -> list[Effect]:
        """`routine_done` {routine, run}: a hosted run is over; `routine_run` {routine}: run it."""
        watched = self._routines.get(str(intent.get("routine")))
        if watched is None:
            return []
        match intent.name:
            case "routine_done":
                facts = watched.course.done(str(intent.get("run")), t)
            case "routine_run":
                facts = watched.course.wish(t)
            case _:
                return []
        self._plan(watched)
        return self._told(facts, t)

    def wake(self, key: Key, t: float) -> list[Effect]:
        """A timer is due."""
        watched = self._routines.get(key[1])
        if watched is None:
            return []
        facts = watched.course.pass_time(t)
        for index, watch in watched.watches.items():
            if watch.is_due(t):
                facts += self._trigger(watched, index, t)
        self._plan(watched)
        return self._told(facts, t)

    def resume(self, since: float, t: float) -> list[Effect]:
        """Nobody listened from since to t: every time that runs goes on with what was left."""
        effects: list[Effect] = []
        self._known.clock.restart()
        for watched in self._routines.values():
            for index, watch in watched.watches.items():
                watch.resume(since, t, frozen=rests_on_people(watched.routine.triggers[index]))
            effects += self._told(watched.course.resume(since, t), t)
            self._plan(watched)
        return effects

    def explain(self, routine: str, t: float) -> Json:
        """Why a routine ran or did not; None for one that is not known or not enabled."""
        watched = self._routines.get(routine)
        if watched is None:
            return None
        return explain(watched.course, watched.watches, self._known, t)

    def _take(self, output: Output, *, live: bool) -> list[Effect]:
        t, facts = output.t, list[Fact]()
        changed = self._known.take(output)
        # First those that wait: what begins to wait because of an output waits for another.
        for watched in self._routines.values():
            if watched.course.waits:
                facts += watched.course.see(output, t, live=live)
                self._plan(watched)
        for subject in changed:
            facts += self._look(subject, t, live=live)
        for watched, index, happening in self._happenings if live else ():
            if happens(happening, output):
                why = self._why(watched, index, t)
                facts += watched.course.trigger(index, occasion_of(output), t, why)
                self._plan(watched)
        return self._told(facts, t)

    def _look(self, subject: Subject, t: float, *, live: bool) -> list[Fact]:
        """Something was told about a subject: look at the states that it may change."""
        facts: list[Fact] = []
        for watched, index, trigger in self._states.get(subject, ()):
            watch = watched.watches[index]
            state = state_of(trigger, self._known, was=watch.was)
            if watch.see(state, t, trigger.for_s, live=live):
                facts += self._trigger(watched, index, t)
            self._plan(watched)
        return facts

    def _trigger(self, watched: _Watched, index: int, t: float) -> list[Fact]:
        since = watched.watches[index].since
        occasion = t if since is None else since
        return watched.course.trigger(index, occasion, t, self._why(watched, index, occasion))

    @staticmethod
    def _why(watched: _Watched, index: int, since: float) -> dict[str, Json]:
        trigger = TRIGGERS.write(watched.routine.triggers[index])
        return {"trigger": trigger, "since": since}

    def _told(self, facts: Iterable[Fact], t: float) -> list[Effect]:
        return [Output(t, t, self._site, None, fact) for fact in facts]

    def _plan(self, watched: _Watched) -> None:
        """Be woken when time has something to do."""
        key, due = (ROUTINE, watched.routine.id), watched.next_due
        if due is None:
            self._timers.cancel(key)
        elif due != self._timers.deadline(key):
            self._timers.set(key, due)

    def _index(self) -> None:
        self._states.clear()
        self._happenings.clear()
        for watched in self._routines.values():
            for index, trigger in enumerate(watched.routine.triggers):
                if not isinstance(trigger, LASTING):
                    self._happenings.append((watched, index, trigger))
                    continue
                for subject in subjects(trigger, self._known.residents):
                    self._states.setdefault(subject, []).append((watched, index, trigger))

    def snapshot(self) -> Json:
        """The state as JSON."""
        return {
            "schema": _SCHEMA,
            "known": self._known.snapshot(),
            "routines": {
                name: {
                    "routine": routine_to_json(watched.routine),
                    "watches": [[i, watch.snapshot()] for i, watch in watched.watches.items()],
                    "course": watched.course.snapshot(),
                }
                for name, watched in self._routines.items()
            },
        }

    def restore(self, state: Json) -> None:
        """Take up a snapshot, before the timers are; what does not fit begins anew.

        What people configured counts: a routine that is another now begins anew.
        """
        try:
            if number_in(state, "schema") != _SCHEMA:
                return
            saved = members_in(state, "routines")
            self._known.restore(item(state, "known"))
        except SnapshotError, ValueError:
            return
        for name, watched in self._routines.items():
            try:
                self._restore(watched, saved.get(name))
            except SnapshotError:
                continue

    @staticmethod
    def _restore(watched: _Watched, state: Json) -> None:
        if item(state, "routine") != routine_to_json(watched.routine):
            return
        watches = {
            int(number_in(row, 0)): watch_from(item(row, 1)) for row in rows_in(state, "watches")
        }
        if watches.keys() != watched.watches.keys():
            raise SnapshotError("snapshot holds the states of other triggers")
        watched.course.restore(item(state, "course"))
        watched.watches.update(watches)
