"""What every message of a stream says of itself: which boot, which number, which uptime."""

from typing import NamedTuple

from ..core.snapshot import Json
from .malformed import MalformedError
from .strict_json import as_number

U32 = 2**32
"""Boot ids, sequence numbers and uptimes in milliseconds are unsigned and wrap here."""


class Stamp(NamedTuple):
    """`ms` is the uptime of the newest value, modulo 2^32; `unix` the node's own wall clock."""

    boot: int
    number: int
    ms: float
    unix: float | None = None


def read_stamp(body: dict[str, Json]) -> Stamp:
    """The stamp of a sample or event; raises MalformedError without b, n or ms."""
    return Stamp(_u32(body, "b"), _u32(body, "n"), _u32(body, "ms"), as_number(body.get("t")))


def _u32(body: dict[str, Json], key: str) -> int:
    value = body.get(key)
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value < U32:
        raise MalformedError(f"{key} must be an integer from 0 to 2^32 - 1")
    return value
