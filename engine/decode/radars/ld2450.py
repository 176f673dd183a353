"""Hi-Link LD2450 and Ai-Thinker RD-03D: up to three targets in a frame of 30 bytes.

    AA FF 03 00 | 3 times (x, y, speed, resolution: u16 little endian) | 55 CC

x and y are millimetres, speed centimetres a second, all sign-magnitude where a set top bit means
positive; resolution is millimetres. There is no checksum.

Layout and signs: ESPHome's `ld2450` component, whose positive speeds move away from the radar.
"""

import re
import struct
from typing import override

from ...core.reading import Target, Targets
from .framing import Kind, Meaning, StreamParser, Verdict
from .hilink import COMMAND_HEADER, judge_command

HEADER = b"\xaa\xff\x03\x00"
FOOTER = b"\x55\xcc"

FRAME_SIZE = 30
BAUD = 256_000
REACH_MM = 10_000
"""Vendors promise 6 m (LD2450) and 8 m (RD-03D). Any slot that held a header or a footer by
chance would lie beyond 10 m, so this bound also keeps a frame from being cut at a wrong place."""
FASTEST_CM_S = 1_500
"""A sprinter runs 12 m/s."""

_SLOTS = struct.Struct("<12H")
_NEGATIVE_BELOW = 0x8000
_FRAME: Verdict = (Kind.OURS, FRAME_SIZE)
_STARTS = re.compile(re.escape(HEADER) + b"|" + re.escape(COMMAND_HEADER))


class Ld2450(StreamParser):
    """One `Targets` reading a frame, in the radar's order, without the empty slots."""

    def __init__(self, protocol: str) -> None:
        super().__init__(protocol, BAUD, _STARTS, len(HEADER), FRAME_SIZE)

    @override
    def _judge(self, buffer: bytes, at: int) -> Verdict:
        return _FRAME if buffer[at] == HEADER[0] else judge_command(buffer, at)

    @override
    def _read(self, buffer: bytes, at: int, end: int, t: float) -> Meaning | None:
        if not buffer.startswith(FOOTER, end - len(FOOTER)):
            return None
        slots = _SLOTS.unpack_from(buffer, at + len(HEADER))
        targets = []
        for slot in (0, 4, 8):
            x, y, speed, resolution = slots[slot : slot + 4]
            # A slot that tracks nothing has no resolution, but may keep the coordinates of a
            # target long gone (seen by ESPHome's users as ghosts in zones).
            if resolution == 0:
                continue
            x, y, speed = _signed(x), _signed(y), _signed(speed)
            if (
                abs(x) > REACH_MM
                or abs(y) > REACH_MM
                or abs(speed) > FASTEST_CM_S
                or resolution > REACH_MM
            ):
                return None
            # Behind the antenna there is nothing to see.
            if y > 0:
                targets.append(Target(x / 1000, y / 1000, speed / 100))
        return (Targets(tuple(targets)),)


def _signed(raw: int) -> int:
    return raw - _NEGATIVE_BELOW if raw >= _NEGATIVE_BELOW else -raw
