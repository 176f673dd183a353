"""What routines ought to do, worked out second by second without a single timer.

It shares nothing with the engine: it reads the documents itself, counts seconds one at a time,
and keeps what was told in plain dictionaries. That makes it slow and easy to check.
"""

from collections.abc import Iterable
from typing import Any

from .streams import BEDS, LENGTH_S, ROOMS, SLEEPERS, Event

type Doc = dict[str, Any]
type Told = tuple[int, str, str]
"""A second, a routine, and what it did: the event of a run, or the topic it published."""

_STATES = ("motion", "occupancy", "bed", "stage", "all_asleep", "environment", "node", "wakeable")
_ON_PEOPLE = ("motion", "occupancy", "bed", "stage")
_DAY_S = 86400
_BEGINS = 23 * 3600 + 52 * 60
_DAYS = ("fri", "sat")


def expected(routines: Iterable[Doc], events: Iterable[Event]) -> list[Told]:
    """What the routines do, given what is told; they begin on a Friday at 23:52."""
    home = _Home()
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


class _Home:
    """The last word about everything."""

    def __init__(self) -> None:
        self.occupied: Doc = dict.fromkeys(ROOMS)
        self.sources: Doc = {room: [] for room in ROOMS}
        self.lux: Doc = dict.fromkeys(ROOMS)
        self.in_bed: Doc = dict.fromkeys(SLEEPERS)
        self.stage: Doc = dict.fromkeys(SLEEPERS)
        self.asleep: Doc = dict.fromkeys(SLEEPERS)
        self.window: Doc = dict.fromkeys(SLEEPERS, False)
        self.wakeable: Doc = dict.fromkeys(SLEEPERS, False)
        self.nodes: Doc = {}
        self.mode: str | None = None

    def restart(self) -> None:
        """Every sensor of people is unavailable until it is told of again."""
        for room, rows in self.sources.items():
            self.sources[room] = [[name, kind, None] for name, kind, _ in rows]

    def take(self, event: Event) -> None:
        body: Doc = dict(event.body)
        match event.kind:
            case "presence":
                self.occupied[body["room"]] = body["occupied"]
            case "sensors":
                self.sources[body["room"]] = body["sources"]
            case "air":
                self.lux[body["room"]] = body["lux"]
            case "bed":
                self.in_bed[body["sleeper"]] = body["in_bed"]
            case "stage":
                self.stage[body["sleeper"]] = body["stage"]
                self._wake(body["sleeper"])
            case "night":
                self.asleep[body["sleeper"]] = body["event"] == "fell_asleep"
            case "node":
                self.nodes[body["node"]] = body["is"]
            case "mode":
                self.mode = body["value"]
            case "alarm":
                name, what = body["sleeper"], body["event"]
                self.window[name] = what in {"window_opened", "ringing", "snoozed"}
                self.wakeable[name] &= self.window[name]
                self.wakeable[name] |= what == "ringing"
                self._wake(name)

    def _wake(self, name: str) -> None:
        if self.window[name] and self.stage[name] in {"awake", "light_sleep"}:
            self.wakeable[name] = True

    def state(self, doc: Doc, *, was: bool | None) -> bool | None:
        """Whether a state is so; None where nobody can tell."""
        kind = doc["kind"]
        if kind in {"motion", "occupancy"}:
            return self._of_room(doc)
        if kind in {"bed", "stage"}:
            return self._of_bed(doc)
        if kind == "wakeable":
            return bool(self.wakeable[doc["sleeper"]])
        if kind == "all_asleep":
            asleep = [self.asleep[name] for name in doc["sleepers"] or SLEEPERS]
            return False if False in asleep else (None if None in asleep else True)
        if kind == "node":
            known = self.nodes.get(doc["node"])
            return None if known is None else (known == "offline") == doc["offline"]
        lux, back = self.lux[doc["room"]], doc["hysteresis"] if was else 0
        if lux is None:
            return None
        return bool(lux > 20 - back if "above" in doc else lux < 20 + back)

    def _of_room(self, doc: Doc) -> bool | None:
        rows = self.sources[doc["room"]]
        if doc["kind"] == "motion":
            rows = [row for row in rows if doc["source"] in {None, row[1]}]
            counts = ("major",) if doc["major"] else ("major", "minor")
            if any(row[2] in counts for row in rows):
                return bool(doc["detected"])
            return None if any(row[2] is None for row in rows) else not doc["detected"]
        occupied = self.occupied[doc["room"]]
        away = [row[2] is None for row in rows]
        if occupied is None or all(away) or (not occupied and any(away)):
            return None
        return bool(occupied == doc["occupied"])

    def _of_bed(self, doc: Doc) -> bool | None:
        name = doc["sleeper"]
        if any(row[0] == BEDS[name] and row[2] is None for row in self.sources[ROOMS[0]]):
            return None
        if doc["kind"] == "bed":
            return None if self.in_bed[name] is None else self.in_bed[name] == doc["in_bed"]
        return None if self.stage[name] is None else self.stage[name] in doc["stages"]

    def holds(self, doc: Doc, second: int) -> bool:
        """Whether a condition is fulfilled."""
        is_so: bool | None
        match doc["kind"]:
            case "occupancy":
                is_so = self.occupied[doc["room"]]
            case "light":
                lux = self.lux[doc["room"]]
                is_so = None if lux is None else lux < doc["below"]
            case "mode":
                is_so = None if self.mode is None else self.mode in doc["values"]
            case "bed":
                is_so = self.in_bed[doc["sleeper"]]
            case "asleep":
                is_so = self.state({"kind": "all_asleep", "sleepers": []}, was=None)
            case _:
                is_so = _is_time(doc, second)
        if is_so is None:
            return bool(doc["if_unknown"])
        return is_so != doc["negate"]


def _is_time(doc: Doc, second: int) -> bool:
    """Look at every second of the window, on the day on which it began."""
    day, now = divmod(_BEGINS + second, _DAY_S)
    after, before = (_second_of(doc[key]) for key in ("after", "before"))
    begin, end = after or 0, _DAY_S if before is None else before
    if end < begin:
        end += _DAY_S
    for began, at in ((day, now), (day - 1, now + _DAY_S)):
        on = not doc["days"] or (0 <= began < len(_DAYS) and _DAYS[began] in doc["days"])
        if on and begin <= at < end:
            return True
    return False


def _second_of(text: str | None) -> int | None:
    return None if text is None else int(text[:2]) * 3600 + int(text[3:]) * 60


class _Counter:
    """A state that is waited for: the seconds for which it was so and could be told."""

    def __init__(self, doc: Doc, home: _Home, *, was: bool | None = None) -> None:
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

    def __init__(self, doc: Doc, home: _Home) -> None:
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
            return body["room"] == doc["room"] and body["event"] == doc["event"]
        case ("night", "night") | ("alarm", "alarm"):
            return body["sleeper"] == doc["sleeper"] and body["event"] == doc["event"]
        case "command", "said":
            here = doc["room"] in {None, body["room"]}
            return here and body["final"] and _SAYS[doc["phrases"][0]](body["text"])
    return False


_SAYS = {
    "good night": lambda text: text == "Good night!",
    "turn … on": lambda text: text in {"turn the lamp on", "turn on"},
    "movie time please": lambda text: False,
}
"""Which of the things that are said are which of the phrases."""
