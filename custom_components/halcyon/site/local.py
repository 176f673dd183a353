"""Rooms that are computed inside Home Assistant: the engine in a thread of its own.

Nothing of the engine but its vocabulary is imported before it is opened.
"""

import asyncio
from collections.abc import Callable
from dataclasses import asdict
from functools import partial
import logging
from typing import Any

from ..display import Display
from ..engine.core.house import House
from ..engine.core.reading import Announcement
from ..engine.core.snapshot import Json, SnapshotError
from ..engine.decode.topics import node_filters
from ..shown import NODE, Change
from ..store import Stored, shown_rows
from .computing import Batch

_LOGGER = logging.getLogger(__name__)


class LocalComputer:
    """The engine of a site. All that touches it runs in the thread of the worker."""

    configurable = True
    feeds_rooms = None

    def __init__(
        self,
        loop: asyncio.AbstractEventLoop,
        site: str,
        deliver: Callable[[Batch], None],
        show: Callable[[Change], None],
    ) -> None:
        self.filters = node_filters(site)
        self._loop = loop
        self._deliver = deliver
        self._show = show
        self._placed: frozenset[str] = frozenset()

    def open(self, house: House, stored: Stored | None, t: float) -> Batch:
        """Import the engine, make it of what was stored, blocking; returns what is known at t."""
        from ..engine.pipeline import Pipeline
        from .worker import Worker

        self._pipeline = Pipeline(house)
        self._display = Display(house)
        self._worker = Worker(self._loop, self._pipeline, self._display, self._deliver, self._show)
        self.post = self._worker.post
        self.tick = self._worker.tick
        self.settle = self._worker.settle
        self.start = self._worker.start
        self.stop = self._worker.stop
        known = Batch()
        if stored is not None:
            self._restore(stored, t)
            for output in self._pipeline.current(t):
                known.changes += self._display.take(output)
                known.note(output, ())
        return known

    @property
    def watched(self) -> frozenset[str]:
        """The rooms whose every presence output is delivered."""
        return self._worker.turns.watched

    @watched.setter
    def watched(self, rooms: frozenset[str]) -> None:
        self._worker.turns.watched = rooms

    @property
    def placed(self) -> frozenset[str]:
        """The nodes whose Doppler is delivered."""
        return self._placed

    @placed.setter
    def placed(self, nodes: frozenset[str]) -> None:
        for node in sorted(self._placed ^ nodes):
            watch = partial(self._pipeline.watch_doppler, node, on=node in nodes)
            self._worker.begin(watch)
        self._placed = nodes

    def announcements(self) -> dict[str, Announcement]:
        """What the nodes said of themselves, before the start."""
        return {
            name: node.announcement
            for name, node in self._pipeline.nodes.items()
            if node.announcement is not None
        }

    async def configure(self, house: House) -> None:
        """Take up another description of the same rooms."""
        self._display.configure(house)
        await self._worker.perform(partial(self._pipeline.configure, house))

    async def explain(self, room: str, t: float) -> Json:
        """The evidence behind a room's state."""
        return await self._worker.call(partial(self._pipeline.explain, room, t))

    async def explain_routine(self, routine: str, t: float) -> Json:
        """Why a routine ran or did not; None for one that is switched off."""
        return await self._worker.call(partial(self._pipeline.home.explain_routine, routine, t))

    async def explain_alarm(self, sleeper: str, t: float) -> Json:
        """Why an alarm rang, and what is known of the next; None for a sleeper without one."""
        return await self._worker.call(partial(self._pipeline.home.explain_alarm, sleeper, t))

    async def report(self) -> dict[str, Any]:
        """What is known of every node, for diagnostics."""
        return await self._worker.call(self._report)

    async def forget(self, node: str) -> None:
        """Drop a node for good."""
        await self._worker.call(partial(self._forget, node))

    async def save(self) -> tuple[Json, list[Json]]:
        """The engine's state and the rows of what is shown, for the store."""
        return await self._worker.call(
            lambda: (self._pipeline.snapshot(), self._display.snapshot())
        )

    def greeting(self) -> None:
        """The nodes need none: what they said of themselves is retained."""

    def deletion(self, sleeper: str, start: float) -> None:
        """Nobody else keeps nights."""

    def _restore(self, stored: Stored, t: float) -> None:
        try:
            if stored["t"] <= t:
                reset = self._pipeline.restore(stored["engine"])
                if reset:
                    _LOGGER.warning("These parts of the stored state start anew: %s", reset)
                self._pipeline.resume(t)
            else:
                # A state from the future belongs to a clock that was wrong, or is wrong now.
                self._pipeline.recall(stored["engine"], t)
        except SnapshotError as error:
            _LOGGER.warning("The stored state was not used: %s", error)
        self._display.restore(shown_rows(stored, t))

    def _report(self) -> dict[str, Any]:
        return {
            name: {
                "announcement": asdict(node.announcement) if node.announcement else None,
                "availability": node.availability,
                "traffic": asdict(node.traffic),
                "problem": node.problem,
            }
            for name, node in sorted(self._pipeline.nodes.items())
        }

    def _forget(self, node: str) -> None:
        self._pipeline.forget(node)
        self._display.forget(NODE, node)
