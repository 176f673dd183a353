"""A room's own corner of its home's timers."""

from collections.abc import Callable
from enum import Enum

from ..core.timers import Key, Timers


class Scope:
    """Timers whose keys begin with the same prefix, one for each member of an enumeration.

    Timers here are alarm clocks, not decisions: whoever is woken evaluates its state at the
    deadline and may find that nothing is due yet. That lets a stream of evidence push a
    deadline out without touching the timer at every message.
    """

    def __init__(self, timers: Timers, prefix: Key) -> None:
        self._timers = timers
        self._prefix = prefix
        self._keys: dict[Enum, Key] = {}

    def wake(self, aspect: Enum, deadline: float | None) -> None:
        """Be woken at the deadline at the latest; None leaves an earlier wish alone."""
        if deadline is None:
            return
        known = self.planned(aspect)
        if known is None or known > deadline:
            self._timers.set(self._key(aspect), deadline)

    def later(self, plan: Callable[[], None]) -> None:
        """Call plan, which sets timers, before anybody asks when the next one is due."""
        self._timers.later(plan)

    def planned(self, aspect: Enum) -> float | None:
        """When it will be woken, None where nothing is planned."""
        return self._timers.deadline(self._key(aspect))

    def cancel(self, aspect: Enum) -> None:
        """Do not be woken."""
        self._timers.cancel(self._key(aspect))

    def _key(self, aspect: Enum) -> Key:
        key = self._keys.get(aspect)
        if key is None:
            key = self._keys[aspect] = (*self._prefix, str(aspect.value))
        return key
