"""Calibrating: choosing carrier and level by a sweep, then learning the quiet room."""

from collections.abc import Callable
from enum import StrEnum

from halcyon.core.reading import MotionLevel
from halcyon.sense.ultrasound.sweep import Chosen, Unusable

from .listener import Chunk
from .sensing import Sensing
from .sweeping import Sweeper

STILL_S = 10.0
"""Nothing may have moved for so long before the quiet room is learned."""

_GIVE_UP_S = 600.0
"""A room that does not come to rest within this is not quiet; what was learned before stands."""


class Kind(StrEnum):
    """What is to be calibrated."""

    SWEEP = "sweep"
    FLOOR = "floor"
    ALL = "all"


class Calibration:
    """What of a calibration is still to be done. Times are host seconds.

    `chosen` is called with what a sweep came to. The quiet room is learned only once nobody has
    moved for STILL_S; the detector itself passes over frames in which somebody does. A sound that
    is played meanwhile comes first, and what was under way begins anew after it.
    """

    def __init__(
        self,
        kind: Kind,
        t: float,
        sensing: Sensing,
        sweeper: Callable[[], Sweeper],
        chosen: Callable[[Chosen | Unusable], None],
    ) -> None:
        self._sensing = sensing
        self._make = sweeper if kind is not Kind.FLOOR else None
        self._sweeper: Sweeper | None = None
        self._chosen = chosen
        self._floor = kind is not Kind.SWEEP
        self._learning = False
        self._began = self._still_since = t
        self.done = False

    @property
    def sweeping(self) -> bool:
        """Whether tones are being tried, so that nothing can be sensed."""
        return self._make is not None

    def step(self, chunk: Chunk, t: float) -> None:
        """Take in a chunk that ends at t."""
        if chunk.reading.playback:
            self._begin_again(t)
        elif self._make is not None:
            self._sweep(chunk, t)
        elif self._floor:
            self._learn(t)
        else:
            self.done = True

    def _begin_again(self, t: float) -> None:
        """A sound is played: what was measured beside it counts for nothing."""
        if self._sweeper is not None:
            self._sweeper.give_up()
            self._sweeper = None
        self._learning = False
        self._began = self._still_since = t

    def _sweep(self, chunk: Chunk, t: float) -> None:
        if self._make is None:
            return
        if self._sweeper is None:
            self._sweeper = self._make()
        self._sweeper.step(chunk)
        result = self._sweeper.result
        if result is not None:
            self._make = self._sweeper = None
            self._began = self._still_since = t
            self._chosen(result)
            if isinstance(result, Unusable):
                self.done = True

    def _learn(self, t: float) -> None:
        detector = self._sensing.detector
        if self._sensing.seen.level in {MotionLevel.MINOR, MotionLevel.MAJOR}:
            self._still_since = t
        if not self._learning:
            if t - self._still_since >= STILL_S:
                detector.calibrate(t)
                self._learning = True
        elif detector.calibration.progress is None:
            self.done = True
        if t - self._began > _GIVE_UP_S:
            self.done = True
