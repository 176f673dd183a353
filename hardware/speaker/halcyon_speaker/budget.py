"""What sensing may cost, and what happens when it costs more: sound is left out, never delayed."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

SHARE = 0.25
"""The part of one core that sensing may take."""

_RESERVE_S = 0.5
"""Seconds of computing that may be saved up: a slow start, a page fault, a warm-up."""

REMEMBERED_S = 60.0
"""A node that left sound out is called overloaded for so long after."""


class Budget:
    """Time earned by sound that comes in and spent by computing; `clock` counts CPU seconds."""

    def __init__(self, clock: Callable[[], float], share: float = SHARE) -> None:
        self._clock = clock
        self._share = share
        self._left = _RESERVE_S
        self.spent = 0.0
        self.sounded = 0.0
        self.dropped = 0
        self._last_drop: float | None = None

    def earn(self, seconds: float) -> bool:
        """Sound of so many seconds came in; whether there is time to look at it."""
        self.sounded += seconds
        self._left = min(_RESERVE_S, self._left + self._share * seconds)
        return self._left > 0

    @contextmanager
    def spending(self) -> Iterator[None]:
        """What is computed within is paid for."""
        began = self._clock()
        try:
            yield
        finally:
            took = self._clock() - began
            self.spent += took
            self._left -= took

    def drop(self) -> None:
        """A chunk was left out."""
        self.dropped += 1
        self._last_drop = self.sounded

    @property
    def overloaded(self) -> bool:
        """Whether a chunk was left out lately."""
        return self._last_drop is not None and self.sounded - self._last_drop < REMEMBERED_S

    @property
    def used(self) -> float:
        """The part of a core that sensing took so far, 0 to 1."""
        return self.spent / self.sounded if self.sounded else 0.0
