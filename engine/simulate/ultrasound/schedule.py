"""When something runs: it comes on, stays and goes off again, each within a moment."""

from dataclasses import dataclass
import math

import numpy as np

from .arrays import Flags, Floats


@dataclass(frozen=True, slots=True)
class Schedule:
    """On from `start` to `end` seconds; `rise` is how long it takes to come and to go.

    With a `period` it comes again every so many seconds.
    """

    start: float = -math.inf
    end: float = math.inf
    rise: float = 1.0
    period: float = 0.0

    def share(self, t: Floats) -> Floats:
        """How far it is on, 0 to 1, smoothly."""
        since, left = self._within(t)
        edges = np.clip(since / self.rise, 0, 1) * np.clip(left / self.rise + 1, 0, 1)
        smooth: Floats = edges * edges * (3 - 2 * edges)
        return smooth

    def runs(self, t: Floats) -> Flags:
        """When it is on or on its way."""
        since, left = self._within(t)
        running: Flags = (since >= 0) & (left > -self.rise)
        return running

    def _within(self, t: Floats) -> tuple[Floats, Floats]:
        if not self.period:
            return t - self.start, self.end - t
        since = (t - self.start) % self.period
        since = np.where(t >= self.start, since, -1.0)
        return since, self.end - self.start - since


ALWAYS = Schedule()
