"""Tunnelled serial bytes: a 16-byte header, then what the radar sent."""

from contextlib import suppress
import struct

from ..core.reading import Reading, Stream
from ..core.snapshot import Json, SnapshotError, item, members_in, number_in, text_in
from .malformed import MalformedError
from .radars import Parser, make_parser
from .stamp import Stamp

MAX_BYTES = 2048

HEADER = struct.Struct("<4sIII")
"""magic, boot, seq, ms (uptime of the last byte)."""

MAGIC = b"HN01"

_MOST_STREAMS = 16
"""More radars than one node has; beyond it the stream that began first starts anew."""


def read_raw(payload: bytes) -> tuple[Stamp, bytes]:
    """The stamp of the last byte, and the bytes; raises MalformedError without a header."""
    if not HEADER.size <= len(payload) <= MAX_BYTES:
        raise MalformedError(f"a raw chunk has {HEADER.size} to {MAX_BYTES} bytes")
    magic, boot, number, ms = HEADER.unpack_from(payload)
    if magic != MAGIC:
        raise MalformedError("a raw chunk that does not begin with HN01")
    return Stamp(boot, number, ms), payload[HEADER.size :]


class RawStreams:
    """The parsers of one node's tunnelled streams, one for each stream and boot."""

    def __init__(self) -> None:
        self._parsers: dict[str, tuple[int, str, Parser]] = {}

    def feed(
        self, stream: Stream | None, boot: int, data: bytes, measured_t: float
    ) -> tuple[list[tuple[float, Reading]], int]:
        """The readings that the bytes complete, with their times, and how many frames were bad.

        `measured_t` is the time of the last byte. Raises MalformedError for a stream that was
        not announced with a protocol that somebody can parse.
        """
        if stream is None or stream.protocol is None:
            raise MalformedError("a raw stream that was not announced with its protocol")
        known = self._parsers.get(stream.name)
        if known is not None and known[:2] == (boot, stream.protocol):
            parser = known[2]
        else:
            parser = _parser_for(stream.protocol)
            self._parsers.pop(stream.name, None)
            if len(self._parsers) >= _MOST_STREAMS:
                del self._parsers[next(iter(self._parsers))]
            self._parsers[stream.name] = (boot, stream.protocol, parser)
        before = parser.bad
        return parser.feed(data, measured_t), parser.bad - before

    def snapshot(self) -> Json:
        """The parsers with the bytes that wait in them."""
        return {
            name: [boot, protocol, parser.snapshot()]
            for name, (boot, protocol, parser) in self._parsers.items()
        }

    def restore(self, state: Json) -> None:
        """Take up a snapshot; raises SnapshotError if it is none.

        A parser whose own part does not fit starts anew, at the cost of one frame.
        """
        for name in members_in({"parsers": state}, "parsers"):
            row = item(state, name)
            parser = make_parser(text_in(row, 1))
            if parser is not None:
                with suppress(SnapshotError):
                    parser.restore(item(row, 2))
                self._parsers[name] = (int(number_in(row, 0)), text_in(row, 1), parser)


def _parser_for(protocol: str) -> Parser:
    parser = make_parser(protocol)
    if parser is None:
        raise MalformedError(f"no parser for the radar protocol {protocol}")
    return parser
