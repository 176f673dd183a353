"""Where people come into a room, as its radars have seen it: learned, few, and forgotten again.

A person who starts to be seen, walking, in a room that nobody was in came through a door. Who is
last seen walking at that place has left by it. A doorway never holds a room and never switches
one; it only shortens what is believed of somebody who walked out.
"""

from dataclasses import dataclass
import math

from ..core.house import Point
from ..core.snapshot import Json, item, number_in, rows_in

WITHIN = 0.9
"""Metres around a doorway that are it: a second of walking until a track has settled. Wider, and
who steps out of view beside the door would have left."""

DOUBTED_FOR = 120.0
"""Seconds after somebody seemed to leave in which who begins to walk away from every doorway is
the same person, whom the radar had lost: the doorway was none, and neither is the new place."""

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
        self._exit: _Doorway | None = None

    def came_in(self, point: Point, t: float) -> None:
        """Somebody began to walk at a point of a room that was empty as far as anybody saw."""
        nearest = self._nearest(point)
        if nearest is None:
            left = self._exit
            if left is not None and t - left.used <= DOUBTED_FOR:
                self._known = [each for each in self._known if _apart(each, _point(left)) > WITHIN]
                return
            self._known.append(_Doorway(*point, t))
            self._known = sorted(self._known, key=lambda each: each.used)[-_AT_MOST:]
            return
        nearest.x, nearest.y = (nearest.x + point[0]) / 2.0, (nearest.y + point[1]) / 2.0
        nearest.used = t

    def leads_out(self, point: Point, t: float) -> bool:
        """Whether the last one, seen walking at a point at time t, has left by a doorway."""
        nearest = self._nearest(point)
        if nearest is None or t - nearest.used > _FORGOTTEN_AFTER:
            return False
        self._exit = _Doorway(*point, t)
        return True

    def _nearest(self, point: Point) -> _Doorway | None:
        nearest = min(self._known, key=lambda each: _apart(each, point), default=None)
        return nearest if nearest is not None and _apart(nearest, point) <= WITHIN else None

    def snapshot(self) -> Json:
        """The state as JSON."""
        return {
            "known": [_to_json(each) for each in self._known],
            "exit": None if self._exit is None else _to_json(self._exit),
        }

    def restore(self, state: Json) -> None:
        """Take up a state; raises SnapshotError if it is none."""
        known = [_from_json(row) for row in rows_in(state, "known")]
        left = item(state, "exit")
        self._known, self._exit = known, None if left is None else _from_json(left)


def _to_json(doorway: _Doorway) -> Json:
    return [doorway.x, doorway.y, doorway.used]


def _from_json(row: Json) -> _Doorway:
    return _Doorway(number_in(row, 0), number_in(row, 1), number_in(row, 2))


def _point(doorway: _Doorway) -> Point:
    return doorway.x, doorway.y


def _apart(doorway: _Doorway, point: Point) -> float:
    return math.hypot(doorway.x - point[0], doorway.y - point[1])
