"""What a radar takes for somebody in an empty room, and where: learned places of things."""

from dataclasses import dataclass
from enum import StrEnum
import math

from ..core.snapshot import Json, number_in, optional_number_in, rows_in, text_in

DAY = 86_400.0


class ThingKind(StrEnum):
    """How a place was learned."""

    STATIC = "static"
    """A target appeared there and never moved."""
    OSCILLATING = "oscillating"
    """A target moved to and fro there: a fan, a curtain."""
    CALIBRATED = "calibrated"
    """A target was there while a person said that the room was empty."""


_RADIUS = {
    # Ghosts jitter by centimetres.
    ThingKind.STATIC: 0.2,
    # What swings is seen all along its swing.
    ThingKind.OSCILLATING: 0.4,
    ThingKind.CALIBRATED: 0.3,
}
_RADIUS_PER_METRE = 0.1
"""Metres around a learned place that belong to it, and how much more for each metre of range:
three standard deviations of two degrees."""

_FORGOTTEN_AFTER = {
    # Furniture is moved, plants grow: a place without its ghost for a week is a place again.
    ThingKind.STATIC: 7 * DAY,
    # Fans rest for a season.
    ThingKind.OSCILLATING: 180 * DAY,
    # Only another calibration takes back what a person has said, or a year.
    ThingKind.CALIBRATED: 365 * DAY,
}

_PLACES_AT_MOST = 32

_GONE_AFTER = 30.0
"""Seconds without the thing, once a person has passed through its place, until it is forgotten:
the passer-by moved the chair, or was what the radar remembered."""


@dataclass(slots=True, eq=False)
class Thing:
    """A learned place, metres in the node's coordinates. `passed` is when somebody went there."""

    kind: ThingKind
    x: float
    y: float
    seen: float
    passed: float | None = None


class ClutterMap:
    """The learned places of one radar."""

    def __init__(self) -> None:
        self._things: list[Thing] = []

    def __len__(self) -> int:
        return len(self._things)

    def things(self, kind: ThingKind) -> list[Thing]:
        """The things of a kind."""
        return [thing for thing in self._things if thing.kind is kind]

    def at(self, x: float, y: float, beyond: float = 0.0) -> Thing | None:
        """The thing learned at a point in the node's coordinates, or so many metres beyond it."""
        for thing in self._things:
            radius = _RADIUS[thing.kind] + _RADIUS_PER_METRE * math.hypot(thing.x, thing.y)
            if math.hypot(x - thing.x, y - thing.y) <= radius + beyond:
                return thing
        return None

    def learn(self, kind: ThingKind, x: float, y: float, t: float) -> None:
        """Something there is not a person."""
        known = self.at(x, y)
        if known is not None and known.kind is kind:
            known.seen, known.passed = t, None
            return
        self._things.append(Thing(kind, x, y, t))
        if len(self._things) > _PLACES_AT_MOST:
            self._things.remove(min(self._things, key=lambda thing: thing.seen))

    def forget(self, thing: Thing) -> None:
        """What was learned turned out to be somebody."""
        self._things.remove(thing)

    def recalibrate(self) -> None:
        """Forget everything but what swings, before a person's word about the empty room."""
        self._things = [thing for thing in self._things if thing.kind is ThingKind.OSCILLATING]

    def passes(self, x: float, y: float, t: float) -> None:
        """A person is at a point."""
        thing = self.at(x, y)
        if thing is not None and thing.kind is not ThingKind.OSCILLATING:
            thing.passed = t

    def tidy(self, t: float) -> None:
        """Forget what is no longer there."""
        if self._things:
            self._things = [thing for thing in self._things if not _is_gone(thing, t)]

    def snapshot(self) -> Json:
        """The state as JSON."""
        return [
            {
                "kind": str(each.kind),
                "x": each.x,
                "y": each.y,
                "seen": each.seen,
                "passed": each.passed,
            }
            for each in self._things
        ]

    def restore(self, state: Json) -> None:
        """Take up a state; raises SnapshotError if it is none."""
        self._things = [
            Thing(
                ThingKind(text_in(row, "kind")),
                number_in(row, "x"),
                number_in(row, "y"),
                number_in(row, "seen"),
                optional_number_in(row, "passed"),
            )
            for row in rows_in({"things": state}, "things")
            if text_in(row, "kind") in ThingKind
        ]


def _is_gone(thing: Thing, t: float) -> bool:
    if thing.passed is not None and t - max(thing.passed, thing.seen) > _GONE_AFTER:
        return thing.passed >= thing.seen
    return t - thing.seen > _FORGOTTEN_AFTER[thing.kind]
