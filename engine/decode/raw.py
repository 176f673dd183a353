"""Tunnelled serial bytes: a 16-byte header, then what the radar sent."""

import struct

from .malformed import MalformedError
from .stamp import Stamp

MAX_BYTES = 2048

HEADER = struct.Struct("<4sIII")
"""magic, boot, seq, ms (uptime of the last byte)."""

MAGIC = b"HN01"


def read_raw(payload: bytes) -> tuple[Stamp, bytes]:
    """The stamp of the last byte, and the bytes; raises MalformedError without a header."""
    if not HEADER.size <= len(payload) <= MAX_BYTES:
        raise MalformedError(f"a raw chunk has {HEADER.size} to {MAX_BYTES} bytes")
    magic, boot, number, ms = HEADER.unpack_from(payload)
    if magic != MAGIC:
        raise MalformedError("a raw chunk that does not begin with HN01")
    return Stamp(boot, number, ms), payload[HEADER.size :]
