"""Utterances as a host hears them: sound in, off the event loop, and what was understood out."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
import os
from typing import Protocol

from ..speech.language.household import Household
from ..speech.listener import Heard
from ..speech.recognisers.recogniser import RATE, SAMPLE_BYTES

LONGEST_SECONDS = 60.0
"""No command takes longer; what does is a microphone that was left open."""

MOST_AT_ONCE = 16
"""Utterances at the same time: more rooms than people speak in at once."""


class HearingError(Exception):
    """Why something is not heard. `code` is for machines, the message for people."""

    def __init__(self, code: str, text: str) -> None:
        super().__init__(text)
        self.code = code


@dataclass(frozen=True, slots=True)
class Asked:
    """What is known before somebody speaks: their home, their place in it, and what was said last.

    `language` is a BCP 47 tag, None for the service's own. `slower` is by what factor their pauses
    are longer than other people's, from 1.
    """

    household: Household = field(default_factory=Household)
    language: str | None = None
    slower: float = 1.0


class Listener(Protocol):
    """One utterance, blocking, from one thread at a time."""

    def feed(self, pcm: bytes) -> Heard | None:
        """Take sound of any length; what was concluded from it, None for nothing new."""

    def finish(self) -> Heard:
        """There is no more sound: what was said."""


type Open = Callable[[Asked], Listener]
"""Begins an utterance, blocking; raises HearingError where nothing can be heard."""


class Hearing:
    """All utterances that a service hears, on as many threads as there are processors.

    Each utterance has at most one chunk of sound under way: whoever sends it waits for it, so
    that what waits is bounded by what a connection holds.
    """

    def __init__(self, open_listener: Open) -> None:
        self._open = open_listener
        self._pool = ThreadPoolExecutor(os.process_cpu_count(), thread_name_prefix="hearing")
        self._running = 0

    async def begin(self, asked: Asked) -> Utterance:
        """Hear an utterance; raises HearingError."""
        if self._running >= MOST_AT_ONCE:
            raise HearingError("busy", f"{MOST_AT_ONCE} utterances are heard already; try later")
        self._running += 1
        try:
            listener = await self.run(self._open, asked)
        except BaseException:
            self._running -= 1
            raise
        return Utterance(listener, self)

    async def close(self) -> None:
        """Hear nothing more, once what is being computed is done."""
        await asyncio.to_thread(self._pool.shutdown, cancel_futures=True)

    async def run[**P, R](self, work: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
        """Do blocking work of an utterance in a thread."""
        # A client may vanish at any time, but a recogniser must not be used by two threads: what
        # was begun is waited for, whoever is cancelled.
        task = asyncio.get_running_loop().run_in_executor(self._pool, lambda: work(*args, **kwargs))
        try:
            return await asyncio.shield(task)
        except asyncio.CancelledError:
            await asyncio.wait((task,))
            raise

    def ended(self) -> None:
        """An utterance leaves its place to another."""
        self._running -= 1


class Utterance:
    """One utterance; after its final word, or its close, there is nothing more to feed."""

    def __init__(self, listener: Listener, hearing: Hearing) -> None:
        self._listener = listener
        self._hearing = hearing
        self._bytes = 0
        self._is_open = True

    async def feed(self, pcm: bytes) -> Heard | None:
        """Take sound of any length in the format of recognisers; what is new of it.

        Raises HearingError where the utterance does not end.
        """
        self._bytes += len(pcm)
        if self._bytes > LONGEST_SECONDS * RATE * SAMPLE_BYTES:
            raise HearingError("too-long", f"nobody speaks for {LONGEST_SECONDS:.0f} s; begin anew")
        heard = await self._hearing.run(self._listener.feed, pcm)
        if heard is not None and heard.final:
            self.close()
        return heard

    async def finish(self) -> Heard:
        """There is no more sound: what was said."""
        heard = await self._hearing.run(self._listener.finish)
        self.close()
        return heard

    def close(self) -> None:
        """Give up what was begun; called again it does nothing."""
        if self._is_open:
            self._is_open = False
            self._hearing.ended()
