"""What routines ought to do, worked out second by second without a single timer.

It shares nothing with the engine: it reads the documents itself, counts seconds one at a time,
and keeps what was told in plain dictionaries. That makes it slow and easy to check.
"""

from collections.abc import Iterable
from typing import Any

from .streams import LENGTH_S, Event
from .world import Doc, World

type Told = tuple[int, str, str]
"""A second, a routine, and what it did: the event of a run, or the topic it published."""

_STATES = frozenset(
    {"motion", "occupancy", "zone", "bed", "trying_to_sleep", "stage"}
    | {"all_asleep", "environment", "node", "wakeable"}
)


def expected(routines: Iterable[Doc], events: Iterable[Event]) -> list[Told]:
    """What the routines do, given what is told; they begin on a Friday at 23:52."""
    home = World()
    model = [_Routine(each, home) for each in routines]
    pending = list(events)
    told: list[Told] = []
    second = 0
    while second <= 2 * LENGTH_S:
        for routine in model:
            told += routine.tick(second)
        while pending and pending[0].t <= second:
            event = pending.pop(0)
            for routine in model:
                told += routine.tick(second)
            if event.kind == "restart":
                away = int(str(event.body["away"]))
                second, pending = second + away, _later(pending, second + away)
                home.restart()
                for routine in model:
                    routine.look(live=False, second=second)
                continue
            home.take(event)
            for routine in model:
                told += routine.resume_wait(event, second)
                told += routine.take(event, second)
        for routine in model:
            told += routine.tick(second)
            routine.pass_second()
        second += 1
    return told


def _later(events: list[Event], t: int) -> list[Event]:
    """What was to be told while nobody listened is told at the end of it."""
    return [Event(max(each.t, t), each.kind, each.body, each.live) for each in events]


class _Counter:
    """A state that is waited for: the seconds for which it was so and could be told."""

    def __init__(self, doc: Doc, home: World, *, was: bool | None = None) -> None:
        self.doc = doc
        self.was = was
        self.counted: int | None = None
        self._home = home

    def look(self, *, live: bool) -> bool:
        """Whether it counts at once."""
        state = self._home.state(self.doc, was=self.was)
        if state is None or (state and self.was):
            return False
        news, self.was, self.counted = self.was is not None, state, None
        if not state or not live:
            return False
        if not self.doc.get("for_s"):
            return news
        self.counted = 0
        return False

    def look_again(self, *, live: bool) -> bool:
        """The same in a wait: what is only remembered does not end it."""
        remembered = not live and not self.was and self._home.state(self.doc, was=self.was)
        return False if remembered else self.look(live=live)

    def is_full(self) -> bool:
        if self.counted is None or self.counted < self.doc["for_s"]:
            return False
        self.counted = None
        return True

    def pass_second(self) -> None:
        known = self._home.state(self.doc, was=self.was) is not None
        if self.counted is not None and known:
            self.counted += 1


class _Run:
    """Where a run is, and for how many more seconds it stays there."""

    def __init__(self) -> None:
        self.at = -1
        self.left: int | None = None
        self.counter: _Counter | None = None


class _Routine:
    """One routine, as its document says."""

    def __init__(self, doc: Doc, home: World) -> None:
        self._doc = doc
        self._home = home
        self._counters = [
            _Counter(each, home) if each["kind"] in _STATES else None for each in doc["triggers"]
        ]
        self._run: _Run | None = None
        self._waiting = 0
        self._began: int | None = None
        self._last: dict[int, Any] = {}

    def tick(self, second: int) -> list[Told]:
        """What has come to its end by this second."""
        told: list[Told] = []
        while (run := self._run) is not None:
            if run.counter is not None and run.counter.is_full():
                told += self._go_on(run, second)
            elif run.left == 0:
                step = self._doc["sequence"][run.at]
                if step["do"] == "wait" and not step["go_on"]:
                    run.at = len(self._doc["sequence"])
                told += self._go_on(run, second)
            else:
                break
        for index, counter in enumerate(self._counters):
            if counter is not None and counter.is_full():
                told += self._trigger(index, ("for", second), second)
        return told

    def resume_wait(self, event: Event, second: int) -> list[Told]:
        """Whoever waits goes first: what begins to wait because of an event waits for another."""
        run = self._run
        if run is None or not 0 <= run.at < len(self._doc["sequence"]):
            return []
        step = self._doc["sequence"][run.at]
        if step["do"] != "wait":
            return []
        if run.counter is None:
            came = event.live and _happens(step["until"], event)
        else:
            came = run.counter.look_again(live=event.live)
        return self._go_on(run, second) if came else []

    def take(self, event: Event, second: int) -> list[Told]:
        told: list[Told] = []
        told += self.look(live=event.live, second=second)
        for index, doc in enumerate(self._doc["triggers"]):
            if event.live and doc["kind"] not in _STATES and _happens(doc, event):
                told += self._trigger(index, (event.kind, second), second)
        return told

    def look(self, *, live: bool, second: int) -> list[Told]:
        told: list[Told] = []
        for index, counter in enumerate(self._counters):
            if counter is not None and counter.look(live=live):
                told += self._trigger(index, ("at once", second), second)
        return told

    def pass_second(self) -> None:
        for counter in self._counters:
            if counter is not None:
                counter.pass_second()
        if self._run is not None:
            if self._run.left is not None:
                self._run.left -= 1
            if self._run.counter is not None:
                self._run.counter.pass_second()

    def _trigger(self, index: int, occasion: object, second: int) -> list[Told]:
        if self._last.get(index) == occasion:
            return []
        self._last[index] = occasion
        name = self._doc["id"]
        cools = self._began is not None and second - self._began < self._doc["cooldown_s"]
        if cools or not all(self._home.holds(each, second) for each in self._doc["conditions"]):
            return [(second, name, "skipped")]
        if self._run is None:
            return self._start(second)
        if self._doc["mode"] == "single":
            return [(second, name, "skipped")]
        if self._doc["mode"] == "restart":
            return [(second, name, "stopped"), *self._start(second)]
        if self._waiting + 1 >= self._doc["max_runs"]:
            return [(second, name, "skipped")]
        self._waiting += 1
        return [(second, name, "queued")]

    def _start(self, second: int) -> list[Told]:
        self._run, self._began = _Run(), second
        return [(second, self._doc["id"], "started"), *self._go_on(self._run, second)]

    def _go_on(self, run: _Run, second: int) -> list[Told]:
        """Take the next steps."""
        told: list[Told] = []
        sequence, name = self._doc["sequence"], self._doc["id"]
        run.left, run.counter = None, None
        run.at += 1
        while run.at < len(sequence):
            step = sequence[run.at]
            if step["do"] == "publish":
                told.append((second, name, step["topic"]))
            elif step["do"] == "delay":
                run.left = step["for_s"]
                return told
            else:
                run.left = step["timeout_s"]
                if step["until"]["kind"] not in _STATES:
                    return told
                run.counter = _Counter(step["until"], self._home, was=False)
                if not run.counter.look(live=True):
                    return told
                run.left, run.counter = None, None
            run.at += 1
        self._run = None
        told.append((second, name, "finished"))
        if self._waiting:
            self._waiting -= 1
            told += self._start(second)
        return told


def _happens(doc: Doc, event: Event) -> bool:
    body: Doc = dict(event.body)
    match doc["kind"], event.kind:
        case "motion_event", "moved":
            return bool(body["room"] == doc["room"] and body["event"] == doc["event"])
        case ("night", "night") | ("alarm", "alarm"):
            return bool(body["sleeper"] == doc["sleeper"] and body["event"] == doc["event"])
        case "command", "said":
            here = doc["room"] in {None, body["room"]}
            return bool(here and body["final"] and body["text"] in _SAYS[doc["phrases"][0]])
    return False


_SAYS = {
    "good night": {"Good night!"},
    "turn … on": {"turn the lamp on", "turn on"},
    "movie time please": set[str](),
}
"""Which of the things that are said are which of the phrases."""
