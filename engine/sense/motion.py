"""How much somebody moves in a room: none, minor or major, and who says so."""

from dataclasses import dataclass
import math

from ..core.output import Moved
from ..core.reading import MotionLevel
from ..core.snapshot import Json, number_in, optional_number_in, rows_in, text_in
from .clocks import Clocks
from .episode import Episode

MOTION_LASTS = 5.0
"""Seconds that a movement stands after its last sign, so that steps make one movement."""

MAJOR_SPEED = 0.35
"""Metres per second from which a target walks: below a slow indoor walk, above the sway of
someone who stands or shifts in a chair."""

_RANK = {MotionLevel.NONE: 0, MotionLevel.MINOR: 1, MotionLevel.MAJOR: 2}


@dataclass(slots=True)
class _Mark:
    """A movement of one size seen by one source, and until when it stands."""

    until: float
    score: float
    label: str


class RoomMotion:
    """The movements of one room's sources, and the episode that they make."""

    def __init__(self, clocks: Clocks) -> None:
        self.episode = Episode(clocks)
        self._clocks = clocks
        self._marks: dict[tuple[str, MotionLevel], _Mark] = {}

    def saw(
        self, source: str, level: MotionLevel, score: float, label: str, t: float, until: float
    ) -> None:
        """A source saw movement at t that it claims to go on until then (infinity: no end)."""
        until = max(t, until)
        self.episode.saw(source, level, label, t, until)
        stands = until + MOTION_LASTS
        mark = self._marks.get((source, level))
        if mark is None:
            self._marks[source, level] = _Mark(stands, score, label)
        else:
            mark.until, mark.score, mark.label = max(mark.until, stands), score, label

    def ended(self, source: str, t: float) -> None:
        """The source says that it sees no movement any more."""
        self.episode.ended(source, t)
        for level in (MotionLevel.MINOR, MotionLevel.MAJOR):
            mark = self._marks.get((source, level))
            if mark is not None:
                mark.until = min(mark.until, t + MOTION_LASTS)

    def clear(self) -> None:
        """Forget all movements."""
        self.episode.clear()
        self._marks.clear()

    def forget(self, source: str) -> None:
        """Forget a source that left the room."""
        self.episode.forget(source)
        for level in (MotionLevel.MINOR, MotionLevel.MAJOR):
            self._marks.pop((source, level), None)

    def shift(self, source: str, seconds: float) -> None:
        """Move the movements of a source forward: its clock stood for so long."""
        for level in (MotionLevel.MINOR, MotionLevel.MAJOR):
            mark = self._marks.get((source, level))
            if mark is not None:
                mark.until += seconds

    def state(self, t: float) -> Moved:
        """The largest movement that stands at time t."""
        best, level = None, MotionLevel.NONE
        for (source, size), mark in self._marks.items():
            if mark.until > self._clocks.now(source, t) and (
                best is None or (_RANK[size], mark.score) > (_RANK[level], best.score)
            ):
                best, level = mark, size
        if best is None:
            return Moved(MotionLevel.NONE, 0.0, None)
        return Moved(level, best.score, best.label)

    def level(self, source: str, t: float) -> MotionLevel:
        """The largest movement of one source that stands at time t."""
        now = self._clocks.now(source, t)
        for level in (MotionLevel.MAJOR, MotionLevel.MINOR):
            mark = self._marks.get((source, level))
            if mark is not None and mark.until > now:
                return level
        return MotionLevel.NONE

    def next_end(self, t: float) -> float | None:
        """When the next movement that stands at time t ends, None where none will."""
        ends = [
            self._clocks.when(source, mark.until)
            for (source, _), mark in self._marks.items()
            if mark.until > self._clocks.now(source, t)
        ]
        end = min(ends, default=math.inf)
        return end if math.isfinite(end) else None

    def snapshot(self) -> Json:
        """The state as JSON."""
        return [
            {
                "source": source,
                "level": str(level),
                "until": mark.until if math.isfinite(mark.until) else None,
                "score": mark.score,
                "label": mark.label,
            }
            for (source, level), mark in self._marks.items()
        ]

    def restore(self, state: Json) -> None:
        """Take up a state; raises SnapshotError if it is none."""
        marks: dict[tuple[str, MotionLevel], _Mark] = {}
        for row in rows_in({"marks": state}, "marks"):
            until = optional_number_in(row, "until")
            level = text_in(row, "level")
            if level in MotionLevel:
                marks[text_in(row, "source"), MotionLevel(level)] = _Mark(
                    math.inf if until is None else until,
                    number_in(row, "score"),
                    text_in(row, "label"),
                )
        self._marks = marks
