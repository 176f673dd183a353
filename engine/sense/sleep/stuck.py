"""Distances that a radar repeats though whoever is before it moved: the MR60BHA2 freezes them."""

import math

from ...core.snapshot import Json, flag_in, number_in
from .second import Second

STUCK_AFTER = 600.0
"""Seconds for which a distance may repeat to the last digit through movements before it counts
as stuck: people lie still for longer, but no radar measures the same to a centimetre after they
turned over."""

_MOVES_FROM = 0.3
_LOST_BELOW = 0.35
"""Movement, and quality of breathing, from which somebody moved."""


class Stuck:
    """Which distances of one node can be believed."""

    def __init__(self) -> None:
        self._value = math.nan
        self._since = 0.0
        self._moved = False

    def trusted(self, seen: Second) -> float | None:
        """The distance of a second, metres; None where there is none, or it is stuck."""
        if seen.distance is None:
            return None
        if seen.distance != self._value:
            self._value, self._since, self._moved = seen.distance, seen.t, False
            return seen.distance
        self._moved |= seen.movement is not None and seen.movement >= _MOVES_FROM
        self._moved |= seen.quality is not None and seen.quality < _LOST_BELOW
        return None if self._moved and seen.t - self._since > STUCK_AFTER else seen.distance

    def snapshot(self) -> Json:
        """The state as JSON."""
        if math.isnan(self._value):
            return None
        return {"value": self._value, "since": self._since, "moved": self._moved}

    def restore(self, state: Json) -> None:
        """Take up a state; raises SnapshotError if it is none."""
        if state is None:
            self._value = math.nan
            return
        value, since = number_in(state, "value"), number_in(state, "since")
        self._value, self._since, self._moved = value, since, flag_in(state, "moved")
