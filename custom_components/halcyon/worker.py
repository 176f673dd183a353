"""The one thread of a site that runs the engine.

A frame of a radar costs the engine tens to hundreds of microseconds, and 16 rooms send a few
hundred frames a second: in the event loop that would be several percent of a core. So the loop
only appends what arrives to a queue, a few microseconds, and the thread answers once for all
that was waiting, and only where something that is shown has changed. The hop costs a wake-up of
a sleeping thread and one of the loop, well under what the broker's own delivery takes.

Everything that touches the pipeline or the display runs in this thread. It reads no clock: time
comes with the messages and with the ticks of the loop.
"""

import asyncio
from collections.abc import Callable, Iterable
from functools import partial
import logging
from queue import SimpleQueue
import threading

from .computing import Batch
from .display import Display
from .engine.core.command import Command
from .engine.core.message import Message
from .engine.core.output import Output, Presence
from .engine.decode.topics import Channel, parse_topic
from .engine.pipeline import Pipeline

_LOGGER = logging.getLogger(__name__)

TICK_SECONDS = 1.0
"""How often the loop ticks: the engine asks for `advance` at least this often."""


class Worker:
    """Feeds messages to a pipeline in a thread of its own. `deliver` is called in the loop."""

    def __init__(
        self,
        loop: asyncio.AbstractEventLoop,
        pipeline: Pipeline,
        display: Display,
        deliver: Callable[[Batch], None],
    ) -> None:
        self.pipeline = pipeline
        self.display = display
        self.watched: frozenset[str] = frozenset()
        self._loop = loop
        self._deliver = deliver
        self._now = 0.0
        self._asked: float | None = None
        self._failed: set[str] = set()
        # Messages, ticks (host time), and functions to run; None ends the thread.
        self._queue: SimpleQueue[Message | float | Callable[[], None] | None] = SimpleQueue()
        self._thread = threading.Thread(
            target=self._run, name=f"halcyon {pipeline.home.house.site}", daemon=True
        )

    def start(self) -> None:
        """Begin to work."""
        self._thread.start()

    def post(self, message: Message) -> None:
        """Hand over a message; returns at once."""
        self._queue.put(message)

    def tick(self, t: float) -> None:
        """Let time pass up to t; returns at once."""
        self._queue.put(t)

    async def call[T](self, function: Callable[[], T]) -> T:
        """Run a function in the thread, after everything that was handed over before."""
        future: asyncio.Future[T] = self._loop.create_future()

        def run() -> None:
            try:
                result = function()
            except Exception as error:  # noqa: BLE001 - it is raised where it was asked for
                self._loop.call_soon_threadsafe(_fail, future, error)
            else:
                self._loop.call_soon_threadsafe(_finish, future, result)

        self._queue.put(run)
        return await future

    async def perform(self, step: Callable[[], Iterable[Output | Command]]) -> None:
        """Let the engine do something of its own accord, and show what follows from it."""

        def run() -> None:
            batch = Batch()
            self._take("a change of the configuration", step, batch)
            self._send(batch)

        await self.call(run)

    async def stop(self) -> None:
        """End the thread after what was handed over before, and wait for its end."""
        # At once, because the wait may be cut short when Home Assistant stops.
        self._queue.put(None)
        await self._loop.run_in_executor(None, self._thread.join)

    def _run(self) -> None:
        going = True
        while going:
            batch = Batch()
            going = self._do(self._queue.get(), batch)
            while going and not self._queue.empty():
                going = self._do(self._queue.get(), batch)
            self._send(batch)

    def _do(self, work: Message | float | Callable[[], None] | None, batch: Batch) -> bool:
        """Do one piece of work; False for the last."""
        match work:
            case None:
                return False
            case Message():
                self._now = max(self._now, work.host_t)
                self._take(work.topic, partial(self.pipeline.receive, work), batch)
                self._note_announcement(work.topic, batch)
            case float():
                self._now = max(self._now, work)
                self._asked = None
                self._take("a tick", partial(self.pipeline.advance, work), batch)
                batch.changes.extend(self.display.due(work))
            case _:
                work()
        return True

    def _take(
        self, what: str, step: Callable[[], Iterable[Output | Command]], batch: Batch
    ) -> None:
        """Take a step of the engine; a fault of it costs one message, not the site."""
        try:
            for effect in step():
                if isinstance(effect, Command):
                    batch.commands.append(effect)
                    continue
                batch.changes.extend(self.display.take(effect))
                if effect.room in self.watched and isinstance(effect.fact, Presence):
                    batch.live.append(effect)
        except Exception:
            if what not in self._failed:
                self._failed.add(what)
                _LOGGER.exception("The engine failed at %s, and will do so silently from now", what)

    def _note_announcement(self, topic: str, batch: Batch) -> None:
        address = parse_topic(topic, self.pipeline.home.house.site)
        if address is None or address.channel is not Channel.INFO:
            return
        node = self.pipeline.nodes.get(address.node)
        if node is not None and node.announcement is not None:
            batch.announced[address.node] = node.announcement

    def _send(self, batch: Batch) -> None:
        deadline = self.pipeline.next_deadline
        # Frames move deadlines to and fro; only one before the next tick is worth a word.
        if (
            deadline is not None
            and deadline < self._now + TICK_SECONDS
            and (self._asked is None or deadline < self._asked)
        ):
            self._asked = batch.deadline = deadline
        if batch:
            self._loop.call_soon_threadsafe(self._deliver, batch)


def _finish[T](future: asyncio.Future[T], result: T) -> None:
    if not future.done():
        future.set_result(result)


def _fail[T](future: asyncio.Future[T], error: Exception) -> None:
    if not future.done():
        future.set_exception(error)
