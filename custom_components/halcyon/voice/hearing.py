"""Asking the service, by Wyoming, what it is and what was said.

Imported where there is somebody to ask, because most homes have nobody.
"""

import asyncio
from collections.abc import AsyncIterable, AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from wyoming.asr import Transcribe, Transcript
from wyoming.audio import AudioChunk, AudioStart, AudioStop
from wyoming.client import AsyncTcpClient
from wyoming.error import Error
from wyoming.event import Event
from wyoming.info import Describe, Info

from ..engine.core.snapshot import Json
from .address import Address, HearingError, Known
from .household import Described, names_in

RATE, WIDTH, CHANNELS = 16_000, 2, 1
"""The one format that the service hears: samples a second, bytes of a sample, channels."""

_CONTEXT = "halcyon"

_PATIENCE = 5.0
"""Seconds to connect, and for an answer to what needs no thought."""

_LONGEST = 90.0
"""Seconds of an utterance; the service gives up before."""

_MOST_NAMES = 500


async def async_describe(address: Address) -> Known:
    """Ask the service what it hears; raises HearingError."""
    async with _connected(address) as client:
        await client.write_event(Describe().event())
        async with asyncio.timeout(_PATIENCE):
            while True:
                event = await _next(client)
                if Info.is_type(event.type):
                    return _known(Info.from_event(event))


async def async_transcribe(
    address: Address, language: str, household: Described, stream: AsyncIterable[bytes]
) -> dict[str, Any]:
    """What was said in a stream of sound, as soon as the service knows, though the stream goes on.

    Returns what the service says beside the text, with `text` as it stands: empty for what was
    not for this home. Raises HearingError.
    """
    async with _connected(address) as client, asyncio.timeout(_LONGEST):
        context: dict[str, Json] = {_CONTEXT: {"household": household}}
        names = names_in(household)[:_MOST_NAMES]
        request = Transcribe(language=language, context=context, transcript_names=names)
        await client.write_event(request.event())
        await client.write_event(AudioStart(RATE, WIDTH, CHANNELS).event())
        sending = asyncio.create_task(_send(client, stream))
        try:
            while True:
                event = await _next(client)
                if Transcript.is_type(event.type):
                    return _heard(Transcript.from_event(event))
        finally:
            sending.cancel()
            await asyncio.gather(sending, return_exceptions=True)


async def _send(client: AsyncTcpClient, stream: AsyncIterable[bytes]) -> None:
    chunks: AsyncIterator[bytes] = aiter(stream)
    async for chunk in chunks:
        await client.write_event(AudioChunk(RATE, WIDTH, CHANNELS, chunk).event())
    await client.write_event(AudioStop().event())


@asynccontextmanager
async def _connected(address: Address) -> AsyncIterator[AsyncTcpClient]:
    client = AsyncTcpClient(address.host, address.port)
    try:
        async with asyncio.timeout(_PATIENCE):
            await client.connect()
        try:
            yield client
        finally:
            await client.disconnect()
    except TimeoutError as error:
        raise HearingError(f"{address} does not answer") from error
    except OSError as error:
        raise HearingError(f"{address}: {error.strerror or error}") from error


async def _next(client: AsyncTcpClient) -> Event:
    """The next event; one that is an error is raised as HearingError, and the end as well."""
    try:
        event = await client.read_event()
    except (KeyError, TypeError, AttributeError, asyncio.IncompleteReadError) as error:
        raise HearingError("the service says what is no Wyoming") from error
    if event is None:
        raise HearingError("the service hung up")
    if Error.is_type(event.type):
        said = Error.from_event(event)
        raise HearingError(said.text, said.code)
    return event


def _known(info: Info) -> Known:
    models = [model for program in info.asr for model in program.models]
    languages = sorted({language for model in models for language in model.languages})
    return Known(tuple(languages), any(model.installed for model in models))


def _heard(transcript: Transcript) -> dict[str, Any]:
    ours = (transcript.context or {}).get(_CONTEXT)
    beside = ours if isinstance(ours, dict) else {}
    return beside | {"text": transcript.text}
