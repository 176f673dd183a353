"""How much of the event loop's time may be taken."""

import time

_BURST_SECONDS = 0.02
"""What may be saved up: somebody walking in after a quiet time is shown at once."""

_MOST_OWED = 0.005
"""A collection of garbage that falls into a frame, 50 ms once in minutes, is not paid back in full:
frames would go the longer way for ten seconds, and lights follow late."""


class Budget:
    """Processor time, seconds, that is earned as a share of the time that passes."""

    def __init__(self, share: float) -> None:
        self.share = share
        self._credit = _BURST_SECONDS
        self._counted_at = time.perf_counter()

    def is_left(self) -> bool:
        """Whether some is left now."""
        now = time.perf_counter()
        earned = (now - self._counted_at) * self.share
        self._credit = min(_BURST_SECONDS, self._credit + earned)
        self._counted_at = now
        return self._credit > 0.0

    def spend(self, seconds: float) -> None:
        """Take from it, more than there is if need be."""
        self._credit = max(-_MOST_OWED, self._credit - seconds)
