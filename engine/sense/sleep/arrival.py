"""Whether whoever is before a radar walked in: what is seen from afar is as large as a person.

Echoes fall with the distance, so that a cat or a dog is seen first when it is near already, but a
person on the way from the door to the bed is followed over metres. What jumps from one distance to
another is two things, not one that walks.
"""

from dataclasses import dataclass

from ...core.snapshot import Json, flag_in, item, number_in, optional_number_in
from .second import Second

FAR_M = 2.0
"""Metres from which only what is as large as a person is seen (chosen): modules are said to see
adults at 3 to 6 m, and a tenth of the echo, as of a cat, is as strong at half the distance."""

_CLOSER_M = 0.8
"""How much nearer somebody must come to have walked."""

_FASTEST_M_S = 1.6
"""Metres a second; people walk at 1.0 to 1.5 (Bohannon, Age and Ageing 26, 1997)."""

_AT_ONCE = 0.75
"""The share of a way that may be made between two measurements: more is a jump."""

_GAP_S = 3.0
"""Seconds between two distances of one way; modules send one every second or two."""

_BACK_M = 0.15
"""How much further away somebody who comes nearer may seem to be: a radar's noise."""

_GONE_S = 10.0
"""Seconds without a distance after which whoever walked in is not there any more."""


@dataclass(frozen=True, slots=True)
class _Way:
    """A way towards the node: metres where it began, its longest step, and how many there were."""

    began: float
    longest: float = 0.0
    steps: int = 0


class Arrival:
    """The distances of one node, second by second.

    `walked_in` says whether whoever is there came from afar, None of a node that knows no distance;
    `at` is since when they are there, host seconds.
    """

    def __init__(self) -> None:
        self.at: float | None = None
        self._measures = False
        self._last: tuple[float, float] | None = None
        self._way: _Way | None = None

    @property
    def walked_in(self) -> bool | None:
        """Whether whoever is there walked in."""
        return self.at is not None if self._measures else None

    def take(self, seen: Second) -> None:
        """Take a second."""
        last, distance = self._last, seen.distance
        if last is not None and seen.t - last[0] > _GONE_S:
            self.at = self._last = self._way = last = None
        if distance is None:
            return
        self._measures = True
        if distance >= FAR_M:
            self.at = None
        self._way = self._onward(seen.t, distance)
        self._last = seen.t, distance
        way = self._way
        come = way.began - distance
        if (
            self.at is None
            and way.steps > 1
            and way.began >= FAR_M
            and come >= _CLOSER_M
            and way.longest <= _AT_ONCE * come
        ):
            self.at = seen.t

    def _onward(self, t: float, distance: float) -> _Way:
        """The way that leads to a distance: that of before, or one that begins there."""
        way, last = self._way, self._last
        if way is None or last is None or t - last[0] > _GAP_S:
            return _Way(distance)
        nearer = last[1] - distance
        if not -_BACK_M <= nearer <= _FASTEST_M_S * (t - last[0]):
            return _Way(distance)
        if nearer <= _BACK_M:
            return way
        return _Way(way.began, max(way.longest, nearer), way.steps + 1)

    def snapshot(self) -> Json:
        """The state as JSON."""
        way = self._way
        return {
            "at": self.at,
            "measures": self._measures,
            "last": None if self._last is None else list(self._last),
            "way": None if way is None else [way.began, way.longest, way.steps],
        }

    def restore(self, state: Json) -> None:
        """Take up a state; raises SnapshotError if it is none."""
        at, measures = optional_number_in(state, "at"), flag_in(state, "measures")
        last, way = item(state, "last"), item(state, "way")
        self._last = None if last is None else (number_in(last, 0), number_in(last, 1))
        self._way = None
        if way is not None:
            self._way = _Way(number_in(way, 0), number_in(way, 1), int(number_in(way, 2)))
        self.at, self._measures = at, measures
