"""Wyoming: the protocol by which Home Assistant and its satellites have speech recognised.

A client may go on sending after it was answered, because we hear ourselves when somebody has
stopped speaking: what follows the answer is dropped until it asks again.
"""

import asyncio
from collections.abc import Callable
import contextlib
from functools import partial
import logging
from typing import Any

from wyoming.asr import (
    Transcribe,
    Transcript,
    TranscriptChunk,
    TranscriptStart,
    TranscriptStop,
    VadSensitivity,
)
from wyoming.audio import AudioChunk, AudioStart, AudioStop
from wyoming.error import Error
from wyoming.event import Event, Eventable, async_write_event
from wyoming.info import Describe, Info
from wyoming.ping import Ping, Pong

from ..core.snapshot import Json
from ..speech.language.household import Household, HouseholdError
from ..speech.listener import Heard
from ..speech.sound import SoundError, check_format
from .hearing import Asked, Hearing, HearingError, Utterance
from .households import asked_about
from .wire import BoundedReader, WireError, read_event

_LOGGER = logging.getLogger(__name__)

MOST_CLIENTS = 32
"""Connections at once: twice as many as are heard, because some only wait."""

_PATIENCE = 30.0
"""Seconds without an event after which a client has vanished, and in which it takes an answer."""

_RELAXED = 1.25 / 0.7
"""How much longer Home Assistant itself waits where somebody chose "relaxed" (2026.11)."""

CONTEXT = "halcyon"
"""The key of a transcript's context, and of a request's, under which ours lies."""


class WyomingServer:
    """Serves Wyoming on a TCP port.

    `describe` says what there is, `home` what is known of the home now.
    """

    def __init__(
        self, hearing: Hearing, describe: Callable[[], Info], home: Callable[[], Household]
    ) -> None:
        self._hearing = hearing
        self._describe = describe
        self._home = home
        self._server: asyncio.Server | None = None
        self._sessions: set[asyncio.Task[None]] = set()

    async def start(self, host: str | None, port: int) -> int:
        """Listen; returns the port, which differs from a given 0. Raises OSError."""
        loop = asyncio.get_running_loop()

        def connected() -> asyncio.StreamReaderProtocol:
            reader = BoundedReader()
            begin = partial(self._connected, reader)
            return asyncio.StreamReaderProtocol(reader, begin, loop=loop)

        self._server = await loop.create_server(connected, host, port)
        return int(self._server.sockets[0].getsockname()[1])

    async def stop(self) -> None:
        """Hang up on everybody."""
        if self._server is not None:
            self._server.close()
        for session in self._sessions:
            session.cancel()
        await asyncio.gather(*self._sessions, return_exceptions=True)

    def _connected(
        self, reader: BoundedReader, _same: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        session = _Session(self._hearing, self._describe, self._home, reader, writer)
        is_full = len(self._sessions) >= MOST_CLIENTS
        task = asyncio.ensure_future(session.refuse() if is_full else session.run())
        self._sessions.add(task)
        task.add_done_callback(self._sessions.discard)


class _Session:
    """One connection."""

    def __init__(
        self,
        hearing: Hearing,
        describe: Callable[[], Info],
        home: Callable[[], Household],
        reader: BoundedReader,
        writer: asyncio.StreamWriter,
    ) -> None:
        self._hearing = hearing
        self._describe = describe
        self._home = home
        self._reader = reader
        self._writer = writer
        self._asked = Asked(home())
        self._utterance: Utterance | None = None

    async def run(self) -> None:
        """Answer until the client leaves, vanishes or says what cannot be understood."""
        try:
            while (event := await self._next()) is not None:
                try:
                    await self._take(event)
                except HearingError as error:
                    self._give_up()
                    await self._say(Error(str(error), error.code))
        except WireError as error:
            await self._part("malformed", str(error))
        except TimeoutError:
            await self._part("timeout", f"nothing was heard for {_PATIENCE:.0f} s")
        except OSError:
            _LOGGER.debug("A client of Wyoming vanished")
        except Exception:
            _LOGGER.exception("Hearing failed; this is a bug of Halcyon")
            await self._part("internal", "hearing failed; the service's log says why")
        finally:
            self._give_up()
            self._writer.close()

    async def refuse(self) -> None:
        """Say that there are too many."""
        await self._part("busy", f"{MOST_CLIENTS} clients are connected already; try later")
        self._writer.close()

    async def _next(self) -> Event | None:
        # Who waits for a wake word may wait for hours; who speaks does not.
        if self._utterance is None:
            return await read_event(self._reader)
        async with asyncio.timeout(_PATIENCE):
            return await read_event(self._reader)

    async def _take(self, event: Event) -> None:
        try:
            await self._obey(event)
        except (KeyError, TypeError, ValueError) as error:
            raise HearingError("malformed", f"{event.type} lacks what belongs to it") from error

    async def _obey(self, event: Event) -> None:
        kind = event.type
        if Describe.is_type(kind):
            await self._say(self._describe())
        elif Ping.is_type(kind):
            await self._say(Pong.from_event(event))
        elif Transcribe.is_type(kind):
            self._give_up()
            self._asked = _asked(Transcribe.from_event(event), self._home())
        elif AudioStart.is_type(kind):
            self._give_up()
            _check(event.data)
            self._utterance = await self._hearing.begin(self._asked)
        elif AudioChunk.is_type(kind) and self._utterance is not None:
            _check(event.data)
            heard = await self._utterance.feed(event.payload or b"")
            if heard is not None and heard.final:
                await self._answer(heard)
        elif AudioStop.is_type(kind) and self._utterance is not None:
            await self._answer(await self._utterance.finish())

    async def _answer(self, heard: Heard) -> None:
        self._give_up()
        text = heard.text if heard.accepted else ""
        context = {CONTEXT: context_of(heard)}
        language = self._asked.language
        await self._say(TranscriptStart(language=language))
        if text:
            await self._say(TranscriptChunk(text))
        await self._say(Transcript(text, context, language))
        await self._say(TranscriptStop())
        # The next utterance of this connection is another turn, with another context.
        self._asked = Asked(self._home(), language)

    def _give_up(self) -> None:
        if self._utterance is not None:
            self._utterance.close()
            self._utterance = None

    async def _part(self, code: str, text: str) -> None:
        with contextlib.suppress(OSError, TimeoutError):
            await self._say(Error(text, code))

    async def _say(self, said: Eventable) -> None:
        async with asyncio.timeout(_PATIENCE):
            await async_write_event(said.event(), self._writer)


def context_of(heard: Heard) -> dict[str, Json]:
    """What a transcript holds beside its text; seconds are of sound from the start."""
    return {
        "text": heard.text,
        "nbest": [{"text": each.text, "score": each.score} for each in heard.nbest],
        "accepted": heard.accepted,
        "confidence": heard.confidence,
        "clarify": heard.clarify,
        "at": heard.at,
        "speech_end": heard.speech_end,
    }


def _asked(request: Transcribe, home: Household) -> Asked:
    ours = (request.context or {}).get(CONTEXT)
    try:
        household = asked_about(home, ours, request.transcript_names)
    except HouseholdError as error:
        raise HearingError("bad-context", str(error)) from error
    is_slow = request.vad_sensitivity == VadSensitivity.RELAXED
    return Asked(household, request.language, _RELAXED if is_slow else 1.0)


def _check(data: dict[str, Any]) -> None:
    """Raise HearingError for sound that is not in the one format."""
    try:
        check_format(data["rate"], data["width"], data["channels"])
    except SoundError as error:
        raise HearingError("bad-format", str(error)) from error
