"""What Hi-Link's 24 GHz radars share: the acknowledgements between their measurements.

FD FC FB FA | length u16 little endian | that many bytes | 04 03 02 01
"""

import struct

from .framing import NOISE, WAIT, Kind, Verdict

COMMAND_HEADER = b"\xfd\xfc\xfb\xfa"
DATA_HEADER = b"\xf4\xf3\xf2\xf1"
DATA_FOOTER = b"\xf8\xf7\xf6\xf5"
ENVELOPE_SIZE = 10
"""Bytes around the payload of a frame of either kind: header, length and footer."""
LONGEST_COMMAND = 64
"""Vendors split what is longer, because the radars' own buffers end there."""

_LENGTH = struct.Struct("<H")


def payload_length(buffer: bytes, at: int) -> int | None:
    """The length that a frame claims for its payload, None while it has not arrived."""
    if len(buffer) < at + 6:
        return None
    length: int = _LENGTH.unpack_from(buffer, at + 4)[0]
    return length


def judge_command(buffer: bytes, at: int) -> Verdict:
    """Whether an acknowledgement of a command starts here."""
    length = payload_length(buffer, at)
    if length is None:
        return WAIT
    return (Kind.FOREIGN, length + ENVELOPE_SIZE) if length <= LONGEST_COMMAND else NOISE
