"""A room's own corner of its home's timers."""

from ..core.timers import Key, Timers


class Scope:
    """Timers whose keys begin with the same prefix; names are unique within it.

    Timers here are alarm clocks, not decisions: whoever is woken evaluates its state at the
    deadline and may find that nothing is due yet. That lets a stream of evidence push a
    deadline out without touching the timer at every message.
    """

    def __init__(self, timers: Timers, prefix: Key) -> None:
        self._timers = timers
        self._prefix = prefix

    def wake(self, name: str, deadline: float | None) -> None:
        """Be woken at the deadline at the latest; None leaves an earlier wish alone."""
        if deadline is None:
            return
        key = (*self._prefix, name)
        known = self._timers.deadline(key)
        if known is None or known > deadline:
            self._timers.set(key, deadline)

    def cancel(self, name: str) -> None:
        """Do not be woken."""
        self._timers.cancel((*self._prefix, name))
