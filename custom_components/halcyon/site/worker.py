"""Where the engine of a site runs: in the event loop while that is cheap, else in a thread.

A frame of a radar costs the engine about a tenth of a millisecond. From one room that is
nothing, and to hand it to a thread and back takes two wake-ups, which together are longer: a
light would come on later for no gain. But 16 rooms send a few hundred frames a second, several
percent of a core, which the loop must not spend. So the loop works within a budget of its time,
and what comes beyond it goes to one thread. What comes seldom has a budget of its own: a motion
detector that speaks while 16 rooms stream is worked on in the loop as well.
What falls due by time alone nobody waits for, and it may be the report of a whole night: that is
the thread's, unless a detector speaks at that very moment.

Whoever works holds the engine. A frame never waits for that, it goes to the thread. A detector
does: the thread holds the engine for one piece of work, which is shorter than its waking up would
be. It overtakes the frames of other nodes, which then count as some milliseconds younger; what
waits of its own node is done before it. What the thread finished is delivered before what comes
later, by whoever delivers first. The engine reads no clock: time comes with the messages and with
the ticks of the loop.
"""

import asyncio
from collections import deque
from collections.abc import Callable, Iterable
from queue import SimpleQueue
import threading
import time
from typing import TypeIs

from ..display import Display
from ..engine.core.command import Command
from ..engine.core.message import Message
from ..engine.core.output import Output
from ..engine.decode.topics import Channel, parse_topic
from ..engine.pipeline import Pipeline
from ..shown import Change
from .budget import Budget
from .computing import Batch
from .turns import Step, Turns, Work

FRAMES_SHARE = 0.005
SELDOM_SHARE = 0.02
"""The shares of the loop's time that the engine may take for frames, and for what comes seldom.
The latter is spent by a client that floods, and by nobody else."""

_STREAMS = frozenset({Channel.RAW, Channel.WAVEFORM})

_PATIENCE_SECONDS = 2e-3
"""For which a detector that speaks waits for the thread: a frame, or the stage of a sleeper, is
done by then. A state that is being saved, or the report of a night, is not."""

_PAUSE_SECONDS = 20e-6
"""For which the thread sleeps after every piece of work, so that the loop can have the
interpreter's lock at once. It would otherwise wait until Python takes the lock from the thread,
which is 5 ms, and that several times while frames wait."""


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
        self.turns = Turns(pipeline, display, show)
        self._pipeline = pipeline
        self._site = pipeline.home.house.site
        self._loop = loop
        self._deliver = deliver
        self._frames, self._seldom = Budget(FRAMES_SHARE), Budget(SELDOM_SHARE)
        # Held by whoever touches the engine, the display or what waits for them.
        self._engine = threading.Lock()
        # Whether the loop holds it: what it shows then may make somebody post.
        self._at_work = False
        # Besides work there are functions to run; None ends the thread.
        self._waiting: deque[Work | Callable[[], None] | None] = deque()
        # One ring for everything that waits, or that waited and was taken by the loop.
        self._bell: SimpleQueue[None] = SimpleQueue()
        # What the thread concluded and nobody delivered yet, in order.
        self._concluded: deque[Batch] = deque()
        self._thread = threading.Thread(target=self._run, name=f"halcyon {self._site}", daemon=True)

    def start(self) -> None:
        """Begin to work."""
        self._thread.start()

    def post(self, message: Message) -> None:
        """Take a message."""
        address = parse_topic(message.topic, self._site)
        if address is None:
            self._work(message, self._seldom)
        elif address.channel in _STREAMS:
            self._work(message, self._frames)
        else:
            self._hurry(message, address.node)

    def tick(self, t: float) -> None:
        """Let time pass up to t."""
        self._work(t, self._seldom)

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
        self._give(Step(step))

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

    def _work(self, work: Message | float, budget: Budget) -> None:
        """Work here where the budget allows it and the thread is at rest, else hand it over."""
        t = work.host_t if isinstance(work, Message) else work
        if self._at_work or not budget.is_left() or not self._engine.acquire(blocking=False):
            self._give(work)
            return
        if self._waiting or self._pipeline.may_be_due(t):
            self._engine.release()
            self._give(work)
            return
        self._do_here((work,), budget)

    def _hurry(self, message: Message, node: str) -> None:
        """Work here on what a node says seldom, waiting for the thread if need be."""
        if (
            self._at_work
            or not self._seldom.is_left()
            or not self._engine.acquire(timeout=_PATIENCE_SECONDS)
        ):
            self._give(message)
            return
        earlier = [each for each in self._waiting if self._is_of(each, node)]
        for each in earlier:
            self._waiting.remove(each)
        self._do_here((*earlier, message), self._seldom)

    def _is_of(self, work: Work | Callable[[], None] | None, node: str) -> TypeIs[Message]:
        if not isinstance(work, Message):
            return False
        address = parse_topic(work.topic, self._site)
        return address is not None and address.node == node

    def _do_here(self, works: Iterable[Message | float], budget: Budget) -> None:
        """Do this in the loop, which holds the engine, and show it after what came before."""
        # Processor time, because what others took of the machine is not this work's to answer for.
        began = time.thread_time()
        self._at_work = True
        try:
            self._deliver_concluded()
            batches = [self.turns.do(work, here=True) for work in works]
        finally:
            self._at_work = False
            self._engine.release()
        budget.spend(time.thread_time() - began)
        for batch in filter(None, batches):
            self._deliver(batch)

    def _give(self, work: Work | Callable[[], None] | None) -> None:
        self._waiting.append(work)
        self._bell.put(None)

    def _deliver_concluded(self) -> None:
        while self._concluded:
            self._deliver(self._concluded.popleft())

    def _run(self) -> None:
        while True:
            self._bell.get()
            with self._engine:
                if not self._waiting:
                    continue
                work = self._waiting.popleft()
                if work is None:
                    return
                if isinstance(work, Message | float | Step):
                    if batch := self.turns.do(work):
                        self._concluded.append(batch)
                        self._loop.call_soon_threadsafe(self._deliver_concluded)
                else:
                    work()
            time.sleep(_PAUSE_SECONDS)


def _finish[T](future: asyncio.Future[T], result: T) -> None:
    if not future.done():
        future.set_result(result)


def _fail[T](future: asyncio.Future[T], error: Exception) -> None:
    if not future.done():
        future.set_exception(error)


def _nothing() -> None:
    """What is run to know that everything before it was."""
