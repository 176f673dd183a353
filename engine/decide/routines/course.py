"""The course of one routine: its runs, one after the other, and what was told of them last."""

from collections import deque
import math

from ...core.output import Fact, Output, RoutineEvent, RoutineRun, SkipReason
from ...core.snapshot import (
    Json,
    item,
    members_in,
    optional_item,
    optional_number_in,
    rows_in,
    text_in,
)
from .judging import judge
from .knowledge import Knowledge
from .routine import Mode, Routine
from .run import Run, digest, run_from


class Course:
    """What becomes of a routine's triggers. Facts are what is told at the time they are made."""

    def __init__(self, site: str, routine: Routine, known: Knowledge) -> None:
        self.routine = routine
        self.active: Run | None = None
        self.ran: Json = None
        self.skipped: Json = None
        self._site = site
        self._known = known
        self._queue: deque[Run] = deque()
        self._began = -math.inf
        # The last occasion of each trigger: what is told of it again is not another.
        self._last: dict[str, str] = {}

    @property
    def next_due(self) -> float | None:
        """When time brings a run on."""
        return None if self.active is None else self.active.next_due

    @property
    def waits(self) -> bool:
        """Whether a run waits for something to be so or to happen."""
        return self.active is not None and self.active.watch is not None

    @property
    def queued(self) -> int:
        """How many runs wait their turn."""
        return len(self._queue)

    def cools_until(self) -> float | None:
        """Until when it does not begin again, None where it may."""
        until = self._began + self.routine.cooldown_s
        return until if self.routine.cooldown_s > 0.0 and math.isfinite(until) else None

    def trigger(
        self, index: int, occasion: str | float, t: float, why: dict[str, Json]
    ) -> list[Fact]:
        """The trigger of a number came true at `occasion`, and its time has come at t."""
        kind = self.routine.triggers[index].kind
        run_id = digest(self._site, self.routine.id, index, occasion)
        if self._last.get(str(index)) == run_id:
            return []
        self._last[str(index)] = run_id
        rows: list[Json] = []
        fulfilled = True
        for condition in self.routine.conditions:
            is_so, row = judge(condition, self._known, t)
            fulfilled = fulfilled and is_so
            rows.append(row)
        run = Run(run_id, kind, why | {"conditions": rows})
        if self.routine.cooldown_s > 0.0 and t < self._began + self.routine.cooldown_s:
            return self._skip(run, SkipReason.COOLDOWN, t)
        if not fulfilled:
            return self._skip(run, SkipReason.CONDITION, t)
        return self._take_on(run, t)

    def wish(self, t: float) -> list[Fact]:
        """A person wants it to run, whatever its conditions say."""
        return self._take_on(Run(digest(self._site, self.routine.id, "wish", t), None, None), t)

    def see(self, output: Output, t: float, *, live: bool) -> list[Fact]:
        """Take in an output that a run may wait for."""
        run = self.active
        if run is None or not run.see(self.routine, output, self._known, t, live=live):
            return []
        return self._proceed(t)

    def pass_time(self, t: float) -> list[Fact]:
        """Time has come to t."""
        facts: list[Fact] = []
        while self.active is not None and self.active.pass_time(self.routine, t):
            facts += self._proceed(t)
        return facts

    def done(self, run: str, t: float) -> list[Fact]:
        """The host says that a run is over."""
        if not self.routine.hosted or self.active is None or self.active.id != run:
            return []
        return self._finish(RoutineEvent.FINISHED, t)

    def stop(self, t: float) -> list[Fact]:
        """End what runs and forget what waits."""
        self._queue.clear()
        return [] if self.active is None else self._finish(RoutineEvent.STOPPED, t)

    def resume(self, since: float, t: float) -> list[Fact]:
        """Nobody listened from since to t. What a host ran ended with the host."""
        if self.routine.hosted:
            return self.stop(t)
        if self.active is not None:
            self.active.resume(self.routine, since, t)
        return []

    def _take_on(self, run: Run, t: float) -> list[Fact]:
        if self.active is None:
            return self._start(run, t)
        match self.routine.mode:
            case Mode.SINGLE:
                return self._skip(run, SkipReason.RUNNING, t)
            case Mode.RESTART:
                return [*self.stop(t), *self._start(run, t)]
            case Mode.QUEUED:
                if 1 + len(self._queue) >= self.routine.max_runs:
                    return self._skip(run, SkipReason.QUEUE_FULL, t)
                self._queue.append(run)
                return [self._fact(run, RoutineEvent.QUEUED)]

    def _start(self, run: Run, t: float) -> list[Fact]:
        self.active, self._began = run, t
        self.ran = {"t": t, "run": run.id, "trigger": run.trigger, "why": run.why}
        return [self._fact(run, RoutineEvent.STARTED), *self._proceed(t)]

    def _proceed(self, t: float) -> list[Fact]:
        run = self.active
        if run is None:
            return []
        facts: list[Fact] = [*run.proceed(self.routine, self._known, t)]
        if run.is_over(self.routine):
            facts += self._finish(RoutineEvent.FINISHED, t)
        return facts

    def _finish(self, event: RoutineEvent, t: float) -> list[Fact]:
        run, self.active = self.active, None
        told: list[Fact] = [] if run is None else [self._fact(run, event)]
        return told + (self._start(self._queue.popleft(), t) if self._queue else [])

    def _skip(self, run: Run, reason: SkipReason, t: float) -> list[Fact]:
        self.skipped = {
            "t": t,
            "run": run.id,
            "trigger": run.trigger,
            "reason": str(reason),
            "why": run.why,
        }
        return [self._fact(run, RoutineEvent.SKIPPED, reason)]

    def _fact(self, run: Run, event: RoutineEvent, reason: SkipReason | None = None) -> RoutineRun:
        told = event in {RoutineEvent.STARTED, RoutineEvent.SKIPPED}
        why = run.why if told else None
        return RoutineRun(self.routine.id, run.id, event, run.trigger, reason, why)

    def snapshot(self) -> Json:
        """The state as JSON."""
        return {
            "active": None if self.active is None else self.active.snapshot(),
            "queue": [run.snapshot() for run in self._queue],
            "began": self._began if math.isfinite(self._began) else None,
            "last": dict(self._last),
            "ran": self.ran,
            "skipped": self.skipped,
        }

    def restore(self, state: Json) -> None:
        """Take up a snapshot; raises SnapshotError, and stays as it was then."""
        active = None if item(state, "active") is None else run_from(item(state, "active"))
        queue = deque(run_from(row) for row in rows_in(state, "queue"))
        began, rows = optional_number_in(state, "began"), members_in(state, "last")
        last = {index: text_in(item(state, "last"), index) for index in rows}
        self.active, self._queue, self._last = active, queue, last
        self._began = -math.inf if began is None else began
        self.ran, self.skipped = optional_item(state, "ran"), optional_item(state, "skipped")
