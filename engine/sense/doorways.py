"""Where people come into a room, as its radars have seen it: learned, few, and forgotten again.

A person who starts to be seen, walking, in a room that nobody was in came through a door. Who is
last seen walking at that place has left by it. A doorway never holds a room and never switches
one; it only shortens what is believed of somebody who walked out.
"""

from dataclasses import dataclass
import math

from ..core.house import Point
from ..core.snapshot import Json, number_in, rows_in

WITHIN = 1.2
"""Metres around a doorway that are it: a second of walking until a track has settled, and half a
metre by which first positions are off."""

_AT_MOST = 4
"""Doorways of a room; one that is used more drives out the one unused for longest."""

_FORGOTTEN_AFTER = 30 * 86_400.0
"""Seconds: whoever moves a sensor has the old places for a month at most."""


@dataclass(slots=True)
class _Doorway:
    """A place in room coordinates, and when somebody last came in there."""

    x: float
    y: float
    used: float


class Doorways:
    """The doorways of one room."""

    def __init__(self) -> None:
        self._known: list[_Doorway] = []

    def __len__(self) -> int:
        return len(self._known)

    def came_in(self, point: Point, t: float) -> None:
        """Somebody came in at a point."""
        nearest = self._nearest(point)
        if nearest is None:
            self._known.append(_Doorway(*point, t))
            self._known = sorted(self._known, key=lambda each: each.used)[-_AT_MOST:]
            return
        nearest.x, nearest.y = (nearest.x + point[0]) / 2.0, (nearest.y + point[1]) / 2.0
        nearest.used = t

    def leads_out(self, point: Point, t: float) -> bool:
        """Whether who walks at a point is in a doorway."""
        nearest = self._nearest(point)
        return nearest is not None and t - nearest.used <= _FORGOTTEN_AFTER

    def refuted(self, point: Point) -> None:
        """Who seemed to leave at a point had not."""
        nearest = self._nearest(point)
        if nearest is not None:
            self._known.remove(nearest)

    def _nearest(self, point: Point) -> _Doorway | None:
        nearest = min(self._known, key=lambda each: _apart(each, point), default=None)
        return nearest if nearest is not None and _apart(nearest, point) <= WITHIN else None

    def snapshot(self) -> Json:
        """The state as JSON."""
        return [[each.x, each.y, each.used] for each in self._known]

    def restore(self, state: Json) -> None:
        """Take up a state; raises SnapshotError if it is none."""
        self._known = [
            _Doorway(number_in(row, 0), number_in(row, 1), number_in(row, 2))
            for row in rows_in({"doorways": state}, "doorways")
        ]


def _apart(doorway: _Doorway, point: Point) -> float:
    return math.hypot(doorway.x - point[0], doorway.y - point[1])
