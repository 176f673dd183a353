"""Where the engine of a site runs: in the event loop while that is cheap, else in a thread.

A frame of a radar costs the engine about a tenth of a millisecond. From one room that is
nothing, and to hand it to a thread and back takes two wake-ups, which together are longer: a
light would come on later for no gain. But 16 rooms send a few hundred frames a second, several
percent of a core, which the loop must not spend. So the loop works within a budget of its time,
and what comes beyond it goes to one thread. Frames leave half of the budget to what comes
seldom: a motion detector that speaks while 16 rooms stream is worked on in the loop as well.
What falls due by time alone nobody waits for, and it may be the report of a whole night: that is
the thread's, always.

Only the loop hands work over, and it works itself only when the thread has finished everything:
then the thread sleeps, so the two never touch the engine at once and nothing is overtaken. What
comes while the thread is busy waits for it, so the thread is never busy for long: after every
piece of work it says what follows and gives Python's lock away, which the loop would otherwise
wait 5 ms for. The engine reads no clock: time comes with the messages and with the ticks of the
loop.
"""

import asyncio
from collections.abc import Callable, Iterable
from dataclasses import dataclass
import logging
from queue import SimpleQueue
import threading
import time

from ..display import Display
from ..engine.core.command import Command
from ..engine.core.message import Message
from ..engine.core.output import Moved, Output
from ..engine.decode.topics import Channel, parse_topic
from ..engine.pipeline import Pipeline
from ..shown import Change
from .computing import Batch

_LOGGER = logging.getLogger(__name__)

TICK_SECONDS = 1.0
"""How often the loop ticks: the engine asks for `advance` at least this often."""


LOOP_SHARE = 0.01
"""The share of the loop's time that the engine may take; its whole budget is 2 %."""

_BURST_SECONDS = 0.02
"""What may be saved up: somebody walking in after a quiet time is shown at once."""

_RESERVE_SECONDS = _BURST_SECONDS / 2
"""What streams leave of it: a motion detector speaks once, and does not wait for frames."""

_STREAMS = frozenset({Channel.RAW, Channel.WAVEFORM})

_PAUSE_SECONDS = 20e-6
"""For which the thread sleeps after every piece of work, so that the loop can have the
interpreter's lock at once. It would otherwise wait until Python takes the lock from the thread,
which is 5 ms, and that several times while frames wait."""


@dataclass(frozen=True, slots=True)
class _Step:
    """Something that the engine does of its own accord."""

    take: Callable[[], Iterable[Output | Command]]


type Work = Message | float | _Step
"""What has effects: a message, a tick (host time), a step."""


class Worker:
    """Feeds messages and time to a pipeline. `deliver` and `show` are called in the loop.

    `show` is given what changed in a room where it can be shown at once, before the rest of its
    batch is made.
    """

    def __init__(
        self,
        loop: asyncio.AbstractEventLoop,
        pipeline: Pipeline,
        display: Display,
        deliver: Callable[[Batch], None],
        show: Callable[[Change], None],
    ) -> None:
        self.pipeline = pipeline
        self.display = display
        self.watched: frozenset[str] = frozenset()
        self._loop = loop
        self._deliver = deliver
        self._show = show
        self._now = 0.0
        self._asked: float | None = None
        self._failed: set[str] = set()
        self._credit = _BURST_SECONDS
        self._counted_at = time.perf_counter()
        # The loop counts what it gave to the thread and what came back as a batch, the thread
        # what it finished without one. While they differ, the engine is the thread's.
        self._given = 0
        self._delivered = 0
        self._finished = 0
        # Besides work there are functions to run; None ends the thread.
        self._queue: SimpleQueue[Work | Callable[[], None] | None] = SimpleQueue()
        self._thread = threading.Thread(
            target=self._run, name=f"halcyon {pipeline.home.house.site}", daemon=True
        )

    def start(self) -> None:
        """Begin to work."""
        self._thread.start()

    def post(self, message: Message) -> None:
        """Take a message."""
        address = parse_topic(message.topic, self.pipeline.home.house.site)
        streams = address is not None and address.channel in _STREAMS
        self._work(message, message.host_t, _RESERVE_SECONDS if streams else 0.0)

    def tick(self, t: float) -> None:
        """Let time pass up to t."""
        self._work(t, t)

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

        self._give(run)
        return await future

    def begin(self, step: Callable[[], Iterable[Output | Command]]) -> None:
        """Let the engine do something of its own accord; what follows from it is delivered."""
        self._give(_Step(step))

    async def perform(self, step: Callable[[], Iterable[Output | Command]]) -> None:
        """Let the engine do something, and wait until what follows from it is delivered."""
        self.begin(step)
        await self.call(_nothing)

    async def settle(self) -> None:
        """Wait until everything that was handed over has been delivered."""
        await self.call(_nothing)

    async def stop(self) -> None:
        """End the thread after what was handed over before, and wait for its end."""
        # At once, because the wait may be cut short when Home Assistant stops.
        self._give(None)
        await self._loop.run_in_executor(None, self._thread.join)

    def _work(self, work: Work, t: float, reserve: float = 0.0) -> None:
        """Work here if more than a reserve of the budget is left, else hand it over.

        `t` is the host time that passes with it.
        """
        began = time.perf_counter()
        earned = (began - self._counted_at) * LOOP_SHARE
        self._credit = min(_BURST_SECONDS, self._credit + earned)
        self._counted_at = began
        if (
            self._credit <= reserve
            or self._given != self._delivered + self._finished
            or self._is_due(t)
        ):
            self._give(work)
            return
        batch = self._do(work, here=True)
        self._credit -= time.perf_counter() - began
        if batch:
            self._deliver(batch)

    def _is_due(self, t: float) -> bool:
        """Whether time alone has effects up to t. Only while the thread has nothing to do."""
        deadline = self.pipeline.next_deadline
        return deadline is not None and deadline <= t

    def _give(self, work: Work | Callable[[], None] | None) -> None:
        self._given += 1
        self._queue.put(work)

    def _hand_over(self, batch: Batch) -> None:
        self._delivered += 1
        self._deliver(batch)

    def _run(self) -> None:
        while (work := self._queue.get()) is not None:
            if isinstance(work, Message | float | _Step):
                if batch := self._do(work):
                    self._loop.call_soon_threadsafe(self._hand_over, batch)
                else:
                    self._finished += 1
            else:
                work()
                self._finished += 1
            time.sleep(_PAUSE_SECONDS)

    def _do(self, work: Work, *, here: bool = False) -> Batch:
        """Take one piece of work; a fault of the engine costs this piece, not the site.

        Motion comes before everything else, because lights wait for it. `here` in the loop what
        changes in rooms is shown before the next is looked at.
        """
        batch = Batch()
        try:
            for effect in sorted(self._effects(work), key=_waits):
                if isinstance(effect, Command):
                    batch.order(effect)
                    continue
                changes = self.display.take(effect)
                if here and effect.room is not None:
                    for change in changes:
                        self._show(change)
                else:
                    batch.changes += changes
                batch.note(effect, self.watched)
        except Exception:
            what = work.topic if isinstance(work, Message) else type(work).__name__
            if what not in self._failed:
                self._failed.add(what)
                _LOGGER.exception("The engine failed at %s, and will do so silently from now", what)
        if isinstance(work, Message):
            self._note_announcement(work.topic, batch)
        elif isinstance(work, float):
            batch.changes += self.display.due(work)
        batch.deadline = self._wish()
        return batch

    def _effects(self, work: Work) -> Iterable[Output | Command]:
        if isinstance(work, Message):
            self._now = max(self._now, work.host_t)
            return self.pipeline.receive(work)
        if isinstance(work, float):
            self._now = max(self._now, work)
            self._asked = None
            return self.pipeline.advance(work)
        return work.take()

    def _note_announcement(self, topic: str, batch: Batch) -> None:
        address = parse_topic(topic, self.pipeline.home.house.site)
        if address is None or address.channel is not Channel.INFO:
            return
        node = self.pipeline.nodes.get(address.node)
        if node is not None and node.announcement is not None:
            batch.announced[address.node] = node.announcement

    def _wish(self) -> float | None:
        """A deadline that comes before the next regular tick and was not asked for yet."""
        deadline = self.pipeline.next_deadline
        # Frames move deadlines to and fro; only an earlier one is worth a word.
        if (
            deadline is None
            or deadline >= self._now + TICK_SECONDS
            or (self._asked is not None and deadline >= self._asked)
        ):
            return None
        self._asked = deadline
        return deadline


def _waits(effect: Output | Command) -> bool:
    return isinstance(effect, Command) or not isinstance(effect.fact, Moved)


def _finish[T](future: asyncio.Future[T], result: T) -> None:
    if not future.done():
        future.set_result(result)


def _fail[T](future: asyncio.Future[T], error: Exception) -> None:
    if not future.done():
        future.set_exception(error)


def _nothing() -> None:
    """What is run to know that everything before it was."""
