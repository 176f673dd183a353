"""Breathing and body movement of a sleeper, epoch by epoch, from a radar's waveform."""

from ...core.reading import Breath
from ...core.sleep import EPOCH_S
from ...core.snapshot import Json, item, optional_number_in
from ..respiration import BreathTracker
from .epoch import Breathing, Movement

_SAID_AT_LEAST = 0.4
"""Quality below which a rate is a guess."""


class Breaths:
    """The last minutes of one sleeper's waveform."""

    def __init__(self) -> None:
        self._tracker = BreathTracker()
        self._last: tuple[float, float | None, float] | None = None

    def take(self, reading: Breath) -> None:
        """Take samples in; those without a finite time or of an impossible value are left out."""
        estimate = self._tracker.take(reading)
        if estimate is not None:
            self._last = estimate.at, estimate.rate, estimate.quality

    def epoch(self, end: float) -> tuple[Breathing | None, Movement | None]:
        """Breath and movement in the thirty seconds of measured time before `end` (unix).

        None where there was no waveform, or none that can be judged. Asked again it answers the
        same; only what was taken in after `end` is never looked at, if it is asked in time.
        """
        if self._last is None or not end - EPOCH_S < self._last[0] <= end:
            return None, None
        _, rate, quality = self._last
        return Breathing(rate if quality >= _SAID_AT_LEAST else None, quality), None

    def snapshot(self) -> Json:
        """The state as JSON."""
        return {
            "tracker": self._tracker.snapshot(),
            "last": None if self._last is None else list(self._last),
        }

    def restore(self, state: Json) -> None:
        """Take up a state; raises SnapshotError if it is none."""
        last = item(state, "last")
        if last is not None:
            at, rate, quality = (optional_number_in(last, index) for index in range(3))
            self._last = at or 0.0, rate, quality or 0.0
        self._tracker.restore(item(state, "tracker"))
