"""A heartbeat in the event loop: how late it comes, and what the processor did meanwhile."""

import asyncio
import time
from typing import Any

PERIOD = 0.001
"""Seconds from one beat to the next."""


class Heartbeat:
    """Every beat has its own time, whether or not the one before was late.

    A loop that is held up for 20 ms so makes twenty beats late, not one.
    """

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._began = 0.0
        self._late: list[int] = []
        self._next: asyncio.TimerHandle | None = None
        self._thread, self._process = 0.0, 0.0

    def start(self) -> None:
        """Begin to beat."""
        self._late = []
        self._thread, self._process = time.thread_time(), time.process_time()
        self._began = self._loop.time()
        self._beat()

    def stop(self) -> dict[str, Any]:
        """Stop and tell.

        `late` is the lateness of each beat in microseconds, `seconds` how long it beat, `thread`
        and `process` the seconds of processor time of the loop's thread and of the process.
        """
        if self._next is not None:
            self._next.cancel()
        return {
            "late": self._late,
            "seconds": self._loop.time() - self._began,
            "thread": time.thread_time() - self._thread,
            "process": time.process_time() - self._process,
        }

    def _beat(self) -> None:
        now = self._loop.time()
        while (at := self._began + len(self._late) * PERIOD) <= now:
            self._late.append(round((now - at) * 1e6))
        self._next = self._loop.call_at(at, self._beat)
