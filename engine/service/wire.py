"""Wyoming's events as they come over a socket, within bounds.

The library reads whatever length a client announces; a client of which we know nothing must not
decide how much memory we use.
"""

import asyncio
from typing import cast, override

from wyoming.event import Event, async_read_event

LONGEST_PART = 256 * 1024
"""Bytes of one part of an event: 8 s of sound, and more names than any home has."""

_LONGEST_HEADER = 64 * 1024


class WireError(Exception):
    """A client says what is no event of Wyoming, or one that is too long."""


class BoundedReader(asyncio.StreamReader):
    """A stream that refuses to collect more than `LONGEST_PART` bytes at once."""

    def __init__(self) -> None:
        super().__init__(limit=_LONGEST_HEADER)

    @override
    async def readline(self) -> bytes:
        # The library takes a header that is too long for the end of the connection.
        try:
            return await self.readuntil()
        except asyncio.IncompleteReadError as end:
            if end.partial:
                raise WireError("the connection ended within an event") from end
            return b""
        except asyncio.LimitOverrunError as error:
            raise WireError(f"a header is longer than {_LONGEST_HEADER} bytes") from error

    @override
    async def readexactly(self, n: int) -> bytes:
        if n > LONGEST_PART:
            raise WireError(f"a part of {n} bytes is longer than {LONGEST_PART}")
        return await super().readexactly(n)


async def read_event(reader: BoundedReader) -> Event | None:
    """The next event, None at the end of the connection; raises WireError and OSError."""
    try:
        event = await async_read_event(reader)
    except (KeyError, TypeError, AttributeError) as error:
        raise WireError("a header must be an object with a type and, if any, lengths") from error
    except asyncio.IncompleteReadError as error:
        raise WireError("the connection ended within an event") from error
    except RecursionError as error:
        raise WireError("an event is nested too deep") from error
    if event is None:
        # The library answers both the end and what is no JSON with None.
        if reader.at_eof():
            return None
        raise WireError("a header or its data are not JSON")
    kind, data = cast("object", event.type), cast("object", event.data)
    if not isinstance(kind, str) or not isinstance(data, dict):
        raise WireError("an event needs a type in words, and data as an object")
    return event
