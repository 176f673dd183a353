"""One run of a routine: how far it is in its sequence, and what it waits for."""

from dataclasses import dataclass
import hashlib
import json

from ...core.output import Action, Output
from ...core.snapshot import Json, item, number_in, optional_number_in, text_in
from .happenings import happens
from .knowledge import Knowledge
from .routine import Routine
from .states import rests_on_people, state_of
from .steps import STEPS, Delay, Wait
from .triggers import LASTING
from .watch import Watch, watch_from

_DIGITS = 16


def digest(*parts: Json) -> str:
    """The same short text for the same parts, whenever and wherever it is made."""
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()[:_DIGITS]


@dataclass(slots=True)
class Run:
    """A run that is under way or waits its turn; `step` is the next step to take.

    `due` is when a delay or the patience of a wait is over, host seconds, None while neither
    runs; `watch` is what a wait remembers of the state that it waits for.
    """

    id: str
    trigger: str | None
    why: Json
    step: int = 0
    due: float | None = None
    watch: Watch | None = None

    @property
    def next_due(self) -> float | None:
        """When time brings it on, None while it does not."""
        if self.watch is None or self.watch.due is None:
            return self.due
        return self.watch.due if self.due is None else min(self.due, self.watch.due)

    def is_over(self, routine: Routine) -> bool:
        """Whether there is nothing more to do."""
        return not routine.hosted and self.step >= len(routine.sequence)

    def proceed(self, routine: Routine, known: Knowledge, t: float) -> list[Action]:
        """Take all the steps that can be taken at time t, and say what is to be done."""
        done: list[Action] = []
        while self.step < len(routine.sequence):
            step = routine.sequence[self.step]
            match step:
                case Delay():
                    self.due = t + step.for_s
                    return done
                case Wait():
                    self.due = t + step.timeout_s
                    self.watch = Watch(was=False)
                    if not self._is_so(step, known, t, live=True):
                        return done
                    self._arrive()
                case _:
                    action = digest(self.id, self.step)
                    done.append(Action(action, routine.id, self.id, self.step, STEPS.write(step)))
                    self.step += 1
        return done

    def see(
        self, routine: Routine, output: Output, known: Knowledge, t: float, *, live: bool
    ) -> bool:
        """Take in an output at time t; whether what was waited for is there."""
        step = routine.sequence[self.step] if self.step < len(routine.sequence) else None
        if not isinstance(step, Wait):
            return False
        until = step.until
        if isinstance(until, LASTING):
            came = self._is_so(step, known, t, live=live)
        else:
            came = live and happens(until, output)
        if came:
            self._arrive()
        return came

    def pass_time(self, routine: Routine, t: float) -> bool:
        """Whether time has brought it on at t; a wait that gives up may end the run."""
        step = routine.sequence[self.step] if self.step < len(routine.sequence) else None
        if self.watch is not None and self.watch.is_due(t):
            self._arrive()
            return True
        if self.due is None or t < self.due:
            return False
        self._arrive()
        if isinstance(step, Wait) and not step.go_on:
            self.step = len(routine.sequence)
        return True

    def resume(self, routine: Routine, since: float, t: float) -> None:
        """Nobody listened from since to t: go on with the time that was left."""
        if self.due is not None:
            self.due = t + max(0.0, self.due - since)
        if self.watch is not None and self.step < len(routine.sequence):
            step = routine.sequence[self.step]
            people = isinstance(step, Wait) and rests_on_people(step.until)
            self.watch.resume(since, t, frozen=people)

    def _is_so(self, step: Wait, known: Knowledge, t: float, *, live: bool) -> bool:
        watch, until = self.watch, step.until
        if watch is None or not isinstance(until, LASTING):
            return False
        state = state_of(until, known, was=watch.was)
        if state and not watch.was and not live:
            # It is waited for on: what was retained triggers nothing, here too.
            return False
        return watch.see(state, t, until.for_s, live=live)

    def _arrive(self) -> None:
        self.step, self.due, self.watch = self.step + 1, None, None

    def snapshot(self) -> Json:
        """The state as JSON."""
        return {
            "id": self.id,
            "trigger": self.trigger,
            "why": self.why,
            "step": self.step,
            "due": self.due,
            "watch": None if self.watch is None else self.watch.snapshot(),
        }


def run_from(row: Json) -> Run:
    """The run of a snapshot; raises SnapshotError."""
    return Run(
        text_in(row, "id"),
        None if item(row, "trigger") is None else text_in(row, "trigger"),
        item(row, "why"),
        int(number_in(row, "step")),
        optional_number_in(row, "due"),
        None if item(row, "watch") is None else watch_from(item(row, "watch")),
    )
