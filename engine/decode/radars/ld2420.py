"""Hi-Link LD2420: presence and distance, in frames or as text.

    F4 F3 F2 F1 | 23 00 | presence u8 | distance cm u16 | 16 energies u16 | F8 F7 F6 F5
    ON, OFF, Range 123: text lines, each ended by carriage return and line feed

The energies have no documented scale (default thresholds run from 100 to 60000) and do not tell
moving from still, so they are not reported. There is no checksum.

Layouts: ESPHome's `ld2420` component.
"""

import re
import struct
from typing import override

from ...core.reading import Detection
from .framing import NOISE, WAIT, Kind, Meaning, StreamParser, Verdict
from .hilink import (
    COMMAND_HEADER,
    DATA_FOOTER,
    DATA_HEADER,
    ENVELOPE_SIZE,
    judge_command,
    payload_length,
)

BAUD = 115_200
"""Firmware from 1.5.3 on; earlier ones use 256000, which shifts a frame's time by 2 ms."""
PAYLOAD_SIZE = 35
FARTHEST_CM = 1_200
"""Sixteen gates of 0.75 m."""

_HEAD = struct.Struct("<BH")
_LINE_END = b"\r\n"
_LONGEST_LINE = 12
_STARTS = re.compile(
    b"|".join(
        (
            re.escape(DATA_HEADER),
            re.escape(COMMAND_HEADER),
            rb"ON\r\n",
            rb"OFF\r\n",
            rb"Range ?[0-9]{1,4}\r\n",
        )
    )
)


class Ld2420(StreamParser):
    """A `Detection` a frame or line. A line says presence or distance, never both."""

    def __init__(self, protocol: str) -> None:
        super().__init__(protocol, BAUD, _STARTS, _LONGEST_LINE, PAYLOAD_SIZE + ENVELOPE_SIZE)

    @override
    def _judge(self, buffer: bytes, at: int) -> Verdict:
        if buffer[at] == COMMAND_HEADER[0]:
            return judge_command(buffer, at)
        if buffer[at] != DATA_HEADER[0]:
            return Kind.OURS, buffer.index(_LINE_END, at) + len(_LINE_END) - at
        length = payload_length(buffer, at)
        if length is None:
            return WAIT
        return (Kind.OURS, length + ENVELOPE_SIZE) if length == PAYLOAD_SIZE else NOISE

    @override
    def _read(self, buffer: bytes, at: int, end: int, t: float) -> Meaning | None:
        if buffer[at] != DATA_HEADER[0]:
            return _read_line(buffer[at:end])
        present, distance_cm = _HEAD.unpack_from(buffer, at + 6)
        if (
            not buffer.startswith(DATA_FOOTER, end - len(DATA_FOOTER))
            or present > 1
            or distance_cm > FARTHEST_CM
        ):
            return None
        # The last distance stays in the frame after the person has gone.
        distance = distance_cm / 100 if present and distance_cm else None
        return (Detection(present=present == 1, distance=distance),)


def _read_line(line: bytes) -> Meaning | None:
    if line.startswith(b"O"):
        return (Detection(present=line.startswith(b"ON")),)
    distance_cm = int(line.removeprefix(b"Range"))
    if distance_cm > FARTHEST_CM:
        return None
    return (Detection(distance=distance_cm / 100),) if distance_cm else ()
