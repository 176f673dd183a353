"""Deadlines in event time: what a reducer wants to be told when nothing else happens."""

from collections.abc import Callable, Iterator
import heapq
import math

from .snapshot import Json, number_in, rows_in

type Key = tuple[str, ...]


class Timers:
    """Named deadlines, due in the order (deadline, creation).

    Setting a key again replaces its deadline and counts as a new creation.
    """

    def __init__(self) -> None:
        self._running: dict[Key, tuple[float, int]] = {}
        self._created = 0
        # Replaced and cancelled timers stay in the heap until they surface.
        self._heap: list[tuple[float, int, Key]] = []
        self._plans: list[Callable[[], None]] = []

    def later(self, plan: Callable[[], None]) -> None:
        """Put off setting timers: plan is called once, before deadlines are asked for."""
        self._plans.append(plan)

    def _settle(self) -> None:
        plans, self._plans = self._plans, []
        for plan in plans:
            plan()

    def set(self, key: Key, deadline: float) -> None:
        """Make key due at deadline (unix seconds); one that is not finite is a ValueError."""
        if not math.isfinite(deadline):
            raise ValueError(f"timer {key} needs a finite deadline, not {deadline}")
        self._created += 1
        self._running[key] = (deadline, self._created)
        heapq.heappush(self._heap, (deadline, self._created, key))

    def cancel(self, key: Key) -> None:
        """Forget key; it need not exist."""
        self._running.pop(key, None)

    def deadline(self, key: Key) -> float | None:
        """When key is due, None where it is not running."""
        timer = self._running.get(key)
        return None if timer is None else timer[0]

    def may_be_due(self, t: float) -> bool:
        """Whether anything can be due up to t: cheap, and wrong only for what was cancelled."""
        if self._plans:
            self._settle()
        return bool(self._heap) and self._heap[0][0] <= t

    @property
    def next_deadline(self) -> float | None:
        """The earliest deadline, None where nothing runs."""
        if self._plans:
            self._settle()
        heap = self._heap
        while heap:
            deadline, created, key = heap[0]
            if self._running.get(key) == (deadline, created):
                return deadline
            heapq.heappop(heap)
        return None

    def due(self, t: float) -> Iterator[tuple[Key, float]]:
        """Remove and yield what is due up to t, each with its deadline.

        Timers that are set while iterating are yielded too if they are due.
        """
        while (deadline := self.next_deadline) is not None and deadline <= t:
            key = heapq.heappop(self._heap)[2]
            del self._running[key]
            yield key, deadline

    def snapshot(self) -> Json:
        """All timers as JSON, in creation order."""
        self._settle()
        running = sorted(self._running.items(), key=lambda item: item[1][1])
        return {"running": [[list(key), timer[0]] for key, timer in running]}

    def restore(self, state: Json) -> None:
        """Replace all timers with those of a snapshot; raises SnapshotError if it is none."""
        running = [(_key(row), number_in(row, 1)) for row in rows_in(state, "running")]
        self._running.clear()
        self._heap.clear()
        self._plans.clear()
        for key, at in running:
            self.set(key, at)


def _key(row: Json) -> Key:
    return tuple(str(part) for part in rows_in(row, 0))
