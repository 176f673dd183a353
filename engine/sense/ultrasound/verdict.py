"""From scores a frame to a state: nobody moves, somebody moves a little, somebody moves about.

An empty room asks for more than an occupied one: only major motion switches it on, and minor
motion holds it. How much is asked depends on the time since the last major movement, because a
person who was seen walking a minute ago is likely still there. Evidence is summed over frames
(Page's cumulative sum, Biometrika 41, 1954), so that a clear walk is seen at once and a faint
one a little later. Frames overlap, so a single one amid a pause, as of a tone in bursts, tells as
much as those that it stands for.
"""

from dataclasses import dataclass, fields
import math

from ...core.reading import MotionLevel
from ...core.snapshot import Json, flag_in, number_in, optional_number_in, rows_in
from .baseband import HOP_S


@dataclass(frozen=True, slots=True)
class KindScores:
    """How likely each kind is in a frame, 0-1 each: several go on at once."""

    major: float = 0.0
    minor: float = 0.0
    machine: float = 0.0
    air: float = 0.0
    transient: float = 0.0


KINDS = tuple(each.name for each in fields(KindScores))
"""Their names, in the order in which the network says them."""


@dataclass(frozen=True, slots=True)
class Thresholds:
    """When evidence counts: `start` and `hold` are scores of a frame, in log-odds.

    Above them evidence grows. `needed` is the sum of log-odds at which a movement begins.
    """

    start: float
    hold: float
    needed: float


EMPTY_MAJOR = Thresholds(start=0.0, hold=-0.5, needed=4.5)
OCCUPIED_MAJOR = Thresholds(start=-0.5, hold=-1.0, needed=1.0)
MINOR = Thresholds(start=0.0, hold=-0.5, needed=3.0)
"""Chosen on validation scenes; see MODEL.md."""

FRESH_S = 60.0
"""For so long after a major movement minor motion is believed most easily."""
FADED_S = 1800.0
"""So long after it a room counts as empty, unless the rest of the home knows better."""
_FADED_ODDS = 2.0
"""What is asked for more, in log-odds, at the end of that time."""

_FADED_IF_OCCUPIED = 0.5
"""Where others say that somebody is there, no more than half of it is asked."""

GAP_S = 2.0
"""After such a pause what went on before says nothing about what goes on now."""

EVIDENCE_LIMIT = 6.0
"""Log-odds of one frame count for no more than this: scores are never so sure."""
_ONE_FRAME, _ONE_GLIMPSE = 0.2, 0.6
"""Of what is needed: it takes five frames at least, because the window of a single blow fills
three, and two of those that stand for several."""
_STANDS_FOR = 3
"""Frames: what one that comes alone counts for at most; a window is about as long."""
SPARE = 4.0
"""How much evidence beyond what is needed is kept, so that a movement that ended is soon over."""


class Evidence:
    """The evidence for one kind of movement, and whether it goes on."""

    def __init__(self) -> None:
        self.value = 0.0
        self.on = False

    def step(
        self,
        odds: float,
        limits: Thresholds,
        *,
        more: float = 0.0,
        frames: int = 1,
        knocked: bool = False,
    ) -> bool:
        """Take in the log-odds of a frame that stands for some.

        `more` is asked for beyond the limits; one in which something `knocked` is no evidence for.
        """
        asked = (limits.hold if self.on else limits.start) + more
        part = min(frames * _ONE_FRAME, _ONE_GLIMPSE)
        most = 0.0 if knocked else part * limits.needed
        gained = min(frames * (odds - asked), most)
        self.value = min(max(0.0, self.value + gained), limits.needed + SPARE)
        if self.value >= limits.needed:
            self.on = True
        elif not self.value:
            self.on = False
        return self.on

    def clear(self) -> None:
        """Forget it."""
        self.value, self.on = 0.0, False


class Judge:
    """The state machine of one node."""

    def __init__(self) -> None:
        self._major, self._minor = Evidence(), Evidence()
        self._last_major: float | None = None
        self._last: float | None = None
        self._occupied = False

    def occupied(self, *, occupied: bool) -> None:
        """What the rest of the room says."""
        self._occupied = occupied

    def step(self, scores: KindScores, t: float, *, knocked: bool = False) -> MotionLevel:
        """Take in the scores of the frame that ends at t; gives what goes on.

        `knocked` is whether a knock rings in it.
        """
        if self._last is not None and t - self._last > GAP_S:
            self._major.clear()
            self._minor.clear()
        frames = _frames_between(self._last, t)
        self._last = t
        since = math.inf if self._last_major is None else max(0.0, t - self._last_major)
        empty = not self._occupied and since > FADED_S
        limits = EMPTY_MAJOR if empty else OCCUPIED_MAJOR
        major = coming(scores) if empty else scores.major
        if self._major.step(log_odds(major), limits, frames=frames, knocked=knocked):
            self._last_major = t
            since, empty = 0.0, False
        if empty:
            self._minor.clear()
            return MotionLevel.NONE
        faded = min(max((since - FRESH_S) / (FADED_S - FRESH_S), 0.0), 1.0)
        if self._occupied:
            faded = min(faded, _FADED_IF_OCCUPIED)
        either = max(scores.minor, scores.major)
        minor = self._minor.step(
            log_odds(either), MINOR, more=_FADED_ODDS * faded, frames=frames, knocked=knocked
        )
        if self._major.on:
            return MotionLevel.MAJOR
        return MotionLevel.MINOR if minor else MotionLevel.NONE

    def cease(self) -> None:
        """Forget what goes on, and who was there."""
        self._major.clear()
        self._minor.clear()
        self._last_major = self._last = None

    def snapshot(self) -> Json:
        """The state as JSON."""
        return {
            "major": [self._major.value, self._major.on],
            "minor": [self._minor.value, self._minor.on],
            "last_major": self._last_major,
            "last": self._last,
            "occupied": self._occupied,
        }

    def restore(self, state: Json) -> None:
        """Take up a state; raises SnapshotError if it is none."""
        from_state = {key: _pair(state, key) for key in ("major", "minor")}
        last_major, last = (optional_number_in(state, key) for key in ("last_major", "last"))
        occupied = flag_in(state, "occupied")
        self._major.value, self._major.on = from_state["major"]
        self._minor.value, self._minor.on = from_state["minor"]
        self._last_major, self._last, self._occupied = last_major, last, occupied


def _frames_between(last: float | None, t: float) -> int:
    """How many frames the one that ends at t stands for, from the end of the last one on."""
    if last is None:
        return 1
    return min(max(round((t - last) / HOP_S), 1), _STANDS_FOR)


def coming(scores: KindScores) -> float:
    """How likely somebody comes in, 0-1, where nobody was before.

    A walk across the line of sight looks like minor motion in part, so that this counts too, but
    half: alone it is never more likely than not.
    """
    return 1.0 - (1.0 - scores.major) * (1.0 - _MINOR_SHARE * scores.minor)


_MINOR_SHARE = 0.5


def log_odds(score: float) -> float:
    """The logarithm of the odds of a score, as far as one frame counts."""
    if score <= 0:
        return -EVIDENCE_LIMIT
    if score >= 1:
        return EVIDENCE_LIMIT
    return min(max(math.log(score / (1 - score)), -EVIDENCE_LIMIT), EVIDENCE_LIMIT)


def _pair(state: Json, key: str) -> tuple[float, bool]:
    rows = rows_in(state, key)
    return number_in(rows, 0), flag_in(rows, 1)
