"""What is so in a home, by plain dictionaries: the half of the model that knows no time."""

from typing import Any

from .streams import BEDS, ROOMS, SLEEPERS, TRYING, Event

type Doc = dict[str, Any]

_DAY_S = 86400
_BEGINS = 23 * 3600 + 52 * 60
_DAYS = ("fri", "sat")
_WAVERS = 0.1
"""Who tries to sleep still does so a little below the score that was asked for."""


class World:
    """The last word about everything, as the model keeps it."""

    def __init__(self) -> None:
        self.occupied: Doc = dict.fromkeys(ROOMS)
        self.zones: Doc = {room: [] for room in ROOMS}
        self.sources: Doc = {room: [] for room in ROOMS}
        self.lux: Doc = dict.fromkeys(ROOMS)
        self.in_bed: Doc = dict.fromkeys(SLEEPERS)
        self.score: Doc = dict.fromkeys(SLEEPERS)
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
        """Remember what an event tells."""
        body: Doc = dict(event.body)
        match event.kind:
            case "presence":
                self.occupied[body["room"]] = body["occupied"]
                self.zones[body["room"]] = body["zones"]
            case "sensors":
                self.sources[body["room"]] = body["sources"]
            case "air":
                self.lux[body["room"]] = body["lux"]
            case "node":
                self.nodes[body["node"]] = body["is"]
            case "mode":
                self.mode = body["value"]
        if "sleeper" in body:
            self._take_of(body["sleeper"], event.kind, body)

    def _take_of(self, name: str, kind: str, body: Doc) -> None:
        match kind:
            case "bed":
                self.in_bed[name] = body["in_bed"]
            case "intent":
                self.score[name] = body["score"]
            case "stage":
                self.stage[name] = body["stage"]
                self._wake(name)
            case "night":
                self.asleep[name] = body["event"] == "fell_asleep"
            case "alarm":
                what = body["event"]
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
        if kind in {"motion", "occupancy", "zone"}:
            return self._of_room(doc)
        if kind in {"bed", "stage", "trying_to_sleep"}:
            return self._of_bed(doc, was=was)
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
        there = doc["zone"] in self.zones[doc["room"]] if doc["kind"] == "zone" else occupied
        if occupied is None or all(away) or (not there and any(away)):
            return None
        return bool(there == doc["inside" if doc["kind"] == "zone" else "occupied"])

    def _of_bed(self, doc: Doc, *, was: bool | None) -> bool | None:
        name = doc["sleeper"]
        if any(row[0] == BEDS[name] and row[2] is None for row in self.sources[ROOMS[0]]):
            return None
        if doc["kind"] == "bed":
            return None if self.in_bed[name] is None else self.in_bed[name] == doc["in_bed"]
        if doc["kind"] == "trying_to_sleep":
            if self.in_bed[name] is False:
                return False
            score = self.score[name]
            return None if score is None else bool(score >= TRYING - (_WAVERS if was else 0.0))
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
        return bool(is_so != doc["negate"])


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
