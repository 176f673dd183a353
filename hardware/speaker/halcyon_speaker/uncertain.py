"""Which moments are worth keeping as new training data: those in which the node was not sure."""

from collections import deque

from halcyon.core.reading import MotionLevel
from halcyon.service.transport import Letter

from .sensing import Seen

SNIPPET_S = 10.0
_AFTER_S = 5.0
"""How much of a snippet lies after the moment that made it worth keeping."""

UNSURE = (0.35, 0.65)
"""A score between these says that it might as well have been the other."""

_SHORT_S = 1.5
"""A movement that was over so soon may have been none."""

_PAUSE_S = 60.0
"""A restless evening must not fill the disk."""


class Uncertain:
    """Keeps the last chunks, and gives those around an uncertain moment. Times are host seconds."""

    def __init__(self) -> None:
        self._chunks: deque[tuple[float, Letter]] = deque()
        self._level: MotionLevel | None = None
        self._since = 0.0
        self._due: float | None = None
        self._resting = 0.0

    def step(self, t: float, letter: Letter, seen: Seen) -> list[tuple[float, Letter]]:
        """Take in a chunk and what was seen; gives the chunks of a snippet when one is whole."""
        self._chunks.append((t, letter))
        while self._chunks[0][0] <= t - SNIPPET_S:
            self._chunks.popleft()
        if self._is_uncertain(t, seen) and self._due is None and t >= self._resting:
            self._due = t + _AFTER_S
        if self._due is None or t < self._due:
            return []
        self._due, self._resting = None, t + _PAUSE_S
        return list(self._chunks)

    def forget(self) -> None:
        """Drop what was kept, because standby was asked for."""
        self._chunks.clear()
        self._due = None

    def _is_uncertain(self, t: float, seen: Seen) -> bool:
        brief = False
        if seen.level is not self._level:
            moved = self._level in {MotionLevel.MINOR, MotionLevel.MAJOR}
            ended = seen.level is MotionLevel.NONE
            brief = moved and ended and t - self._since < _SHORT_S
            self._level, self._since = seen.level, t
        low, high = UNSURE
        return brief or low <= seen.score <= high
