"""Whether a rate that a module computed can be a breath: lungs do not jump, made-up rates do.

Modules average over a quarter of a minute and more, so that what they measure changes by little
from one second to the next. Before fans and curtains some make rates up, which leap about.
"""

import math

from ..core.snapshot import Json, number_in, optional_number_in

_JUMP_BPM = 4.0
"""Breaths per minute from one report to the next that no average changes by (chosen: a breath more
or less in fifteen seconds)."""

_DOUBTED_S = 20.0
"""Seconds for which a rate is not believed after it jumped."""

_NEXT_S = 10.0
"""Seconds within which two reports follow each other."""


class Steadiness:
    """The rates that one module reports. Times are host seconds."""

    def __init__(self) -> None:
        self._rate: float | None = None
        self._at = self._doubted = -math.inf

    def take(self, rate: float, t: float) -> bool:
        """Take a rate, breaths per minute; whether it is to be believed."""
        follows = self._rate is not None and t - self._at <= _NEXT_S
        if follows and self._rate is not None and abs(rate - self._rate) > _JUMP_BPM:
            self._doubted = t
        self._rate, self._at = rate, t
        return t - self._doubted > _DOUBTED_S

    def snapshot(self) -> Json:
        """The state as JSON."""
        return {
            "rate": self._rate,
            "at": self._at if self._rate is not None else 0.0,
            "doubted": self._doubted if math.isfinite(self._doubted) else None,
        }

    def restore(self, state: Json) -> None:
        """Take up a state; raises SnapshotError if it is none."""
        rate, at = optional_number_in(state, "rate"), number_in(state, "at")
        doubted = optional_number_in(state, "doubted")
        self._rate, self._at = rate, -math.inf if rate is None else at
        self._doubted = -math.inf if doubted is None else doubted
