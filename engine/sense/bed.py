"""Whether somebody lies in a bed: what speaks for it, how long it must, how long it is believed."""

from dataclasses import dataclass
from enum import StrEnum
import math

from ..core.snapshot import Json, flag_in, item, number_in, optional_item, optional_number_in

BREATHING_FROM = 0.5
"""Steady quality from which a waveform is somebody's breath. Nine of ten half minutes of real
airflow have it, one of twenty of a random walk, and white noise never."""

BREATHING_WITHIN = 1.5
"""Metres within which these radars measure breath (vendors); beyond, somebody only passes."""

ABSENT_AFTER = 90.0
"""Seconds without any support after which a bed is empty: turning over costs ten seconds, and
the half-minute window has to fill again."""

KEPT_FOR = 600.0
"""Seconds after the last support for which a body in the same place is taken for who lay there, at
most: no longer beyond `ABSENT_AFTER` than they were heard before."""

STALE_BREATH = 20.0
"""Seconds after somebody seemed to get up during which breathing is that of before: by then
two thirds of the half-minute window are of after."""

GOT_UP_AFTER = 10.0
"""Seconds after which a bed is empty that somebody seemed to leave, if nobody is seen in it."""

BREATHLESS_AFTER = 25.0
"""The same for a bed where somebody breathed, unless he is found to breathe on: time for a fresh
window to say so."""

UNSEEN_AFTER = 60.0
"""Seconds of watching after which a bed nothing is known of is empty: establishing breath takes
up to fifty, and saying empty before would make every restart at night a getting up."""


class Support(StrEnum):
    """What speaks for somebody lying there."""

    VERDICT = "verdict"
    BREATHING = "breathing"
    TARGET = "target"
    PLACE = "place"
    """Somebody came in and lies still where the bed is, whether or not they are heard to breathe:
    enough to be found, not to stay."""


_NEEDED = {
    # The module has a hysteresis of its own.
    Support.VERDICT: 0.0,
    # Beyond the half window that the first estimate takes; it stays well under a minute.
    Support.BREATHING: 10.0,
    # Long enough for sitting down on the edge to be something else.
    Support.TARGET: 20.0,
    Support.PLACE: 15.0,
}
"""Seconds for which a support must last before it says that somebody lies down."""

_INTERRUPTED = 5.0
"""Seconds without a support after which it begins anew."""


@dataclass(slots=True)
class _Mark:
    """A support: since when without interruption, when last, and until when it is believed."""

    since: float
    last: float
    until: float


class Bed:
    """One place in a bed. Times are those of the clock of the node that watches it.

    `since` is when whoever lies in it was first seen there, None while nobody does.
    """

    def __init__(self) -> None:
        self.occupied: bool | None = None
        self.since: float | None = None
        self._watched: float | None = None
        self._left: float | None = None
        self._heard = 0.0
        self._marks: dict[Support, _Mark] = {}

    def supports(self, support: Support, t: float, *, endless: bool = False) -> None:
        """Something speaks for somebody lying there at time t, until withdrawn if endless."""
        if support is Support.BREATHING and self.is_stale(t):
            return
        mark = self._marks.get(support)
        if mark is None or t - mark.last > _INTERRUPTED:
            mark = self._marks[support] = _Mark(t, t, t)
        if support is not Support.PLACE:
            self._heard += max(0.0, t - mark.last)
        mark.last = t
        mark.until = math.inf if endless else t + ABSENT_AFTER
        if t - mark.since >= _NEEDED[support]:
            if not self.occupied:
                self.since = mark.since
            self.occupied = True

    def keeps(self, t: float) -> None:
        """A body is seen where somebody lay, at time t: enough to stay, too little to come.

        Who reads or turns over breathes on unmeasured for minutes; a cat that lies down where
        somebody lay does not take their place for longer.
        """
        if self._left is not None and t - self._left <= BREATHLESS_AFTER:
            return
        kept = min(KEPT_FOR, ABSENT_AFTER + self._heard)
        for support, mark in self._marks.items():
            if support is not Support.PLACE and t < mark.until < mark.last + kept:
                mark.until = min(t + ABSENT_AFTER, mark.last + kept)

    def withdraw(self, support: Support, t: float) -> None:
        """A support is taken back."""
        mark = self._marks.get(support)
        if mark is not None:
            mark.until = min(mark.until, t)
        if self.occupied is None and t >= self._end():
            self.occupied = False

    @property
    def last_seen(self) -> float | None:
        """When somebody was last seen in it, None where nobody was."""
        lasts = [
            # A verdict holds until it is taken back, however seldom it is repeated.
            mark.until if support is Support.VERDICT else mark.last
            for support, mark in self._marks.items()
        ]
        last = max((each for each in lasts if math.isfinite(each)), default=None)
        left = self._left
        if last is not None and left is not None and left >= last - BREATHLESS_AFTER:
            return left
        return last

    def watched(self, t: float) -> bool:
        """The node is looking at time t; whether that is new for a bed nothing is known of."""
        self.settle(t)
        if self.occupied is not None or self._watched is not None:
            return False
        self._watched = t
        return True

    def is_stale(self, t: float) -> bool:
        """Whether the breathing at time t is that of somebody who seemed to get up since."""
        return self._left is not None and t - self._left < STALE_BREATH

    def got_up(self, t: float) -> None:
        """Somebody seemed to leave the bed; a verdict of the bed itself stands."""
        if self._left is not None and t - self._left <= BREATHLESS_AFTER:
            return
        self._left = t
        for support, mark in self._marks.items():
            if math.isfinite(mark.until):
                after = BREATHLESS_AFTER if support is Support.BREATHING else GOT_UP_AFTER
                mark.until = min(mark.until, t + after)

    def unknown(self) -> None:
        """Nobody watches the bed any more."""
        self.occupied = self.since = self._watched = self._left = None
        self._heard = 0.0
        self._marks.clear()

    def settle(self, t: float) -> None:
        """Turn empty if nothing is believed any more at time t."""
        end = self.next_end()
        if end is not None and t >= end:
            self.occupied, self.since, self._heard = False, None, 0.0

    def next_end(self) -> float | None:
        """When it will turn empty if nothing more is seen; None for never."""
        if self.occupied is None:
            return None if self._watched is None else self._watched + UNSEEN_AFTER
        end = self._end()
        return end if self.occupied and math.isfinite(end) else None

    def _end(self) -> float:
        return max((mark.until for mark in self._marks.values()), default=-math.inf)

    def shift(self, seconds: float) -> None:
        """Move all times forward: the node's clock stood for so long."""
        self.since = None if self.since is None else self.since + seconds
        self._watched = None if self._watched is None else self._watched + seconds
        self._left = None if self._left is None else self._left + seconds
        for mark in self._marks.values():
            mark.since += seconds
            mark.last += seconds
            mark.until += seconds

    def snapshot(self) -> Json:
        """The state as JSON."""
        return {
            "occupied": self.occupied,
            "since": self.since,
            "watched": self._watched,
            "left": self._left,
            "heard": self._heard,
            "marks": {
                str(support): {
                    "since": mark.since,
                    "last": mark.last,
                    "until": mark.until if math.isfinite(mark.until) else None,
                }
                for support, mark in self._marks.items()
            },
        }

    def restore(self, state: Json) -> None:
        """Take up a state; raises SnapshotError if it is none."""
        occupied = None if item(state, "occupied") is None else flag_in(state, "occupied")
        marks: dict[Support, _Mark] = {}
        rows = item(state, "marks")
        for support in Support:
            if isinstance(rows, dict) and support in rows:
                row = rows[support]
                until = optional_number_in(row, "until")
                marks[support] = _Mark(
                    number_in(row, "since"),
                    number_in(row, "last"),
                    math.inf if until is None else until,
                )
        watched, left = optional_number_in(state, "watched"), optional_number_in(state, "left")
        heard = optional_item(state, "heard")  # absent before it mattered
        self._heard = 0.0 if heard is None else number_in(state, "heard")
        since = optional_item(state, "since")  # absent before sleep was followed
        self.since = None if since is None else number_in(state, "since")
        self.occupied, self._marks = occupied, marks
        self._watched, self._left = watched, left
