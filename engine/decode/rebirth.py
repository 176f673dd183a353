"""When to ask a node for the announcement that its data belongs to."""

from ..core.timers import Timers

KEY = ("rebirth",)
"""The timer that says that it is time to ask."""

FIRST_WAIT = 10.0
"""Seconds that data may come without its announcement, which a node sends when it connects."""

LAST_WAIT = 3600.0
"""The wait doubles from request to request up to this: some nodes cannot answer."""


class Rebirth:
    """Waits on the node's timers; `wait` is how long before the next request."""

    def __init__(self, timers: Timers) -> None:
        self._timers = timers
        self.wait = FIRST_WAIT

    def missing(self, t: float) -> None:
        """Data came at time t whose announcement is missing."""
        if self._timers.deadline(KEY) is None:
            self._timers.set(KEY, t + self.wait)

    def asked(self) -> None:
        """The timer was due and the node was asked; the next request waits longer."""
        self.wait = min(2 * self.wait, LAST_WAIT)

    def settled(self) -> None:
        """The announcement is there, or nobody wants it."""
        if self._timers.deadline(KEY) is not None:
            self._timers.cancel(KEY)
        self.wait = FIRST_WAIT
