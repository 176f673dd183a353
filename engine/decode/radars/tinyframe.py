"""TinyFrame radars: Hi-Link LD6002 and LD6002B, Seeed MR60BHA2 and MR60FDA2.

    01 | id u16 | length u16 | type u16 | check | data | check

The header is big endian, the data little endian; a check is the inverted exclusive or of all
header bytes before it, or of the data; a frame without data has only the first. The same type
means different things on different models: 0x0A13 is the breathing phase on LD6002 and MR60BHA2,
but a sleep time on LD6002B.

Only the types and lengths below are waited for; all others (logs 0x0100, point clouds 0x0A08,
settings) are skipped without counting as damage.

Layouts: Hi-Link's LD6002 protocol manual (its example of 0x0A13 has a wrong length; 12 is what
the radar sends), ESPHome's `ld6002b`, `seeed_mr60bha2` and `seeed_mr60fda2` components.
"""

from collections.abc import Callable
from functools import reduce
from operator import xor
import re
import struct
from typing import override

from ...core.reading import Breath, BreathUnit, Detection, Target, Targets
from .body import REACH, heart, respiration
from .framing import NOISE, WAIT, Condition, Kind, Meaning, StreamParser, Verdict

HEADER_SIZE = 8
LONGEST_FOREIGN = 2_048
"""Bytes of data in a frame to be skipped; a raw message carries no more, the field 65535."""
WIDEST_PHASE = 100.0
"""Radians. At 60 GHz they are 40 mm of chest, several times the deepest breath."""
MOST_TARGETS = 3
"""What an LD6002B tracks."""

_START = re.compile(rb"\x01")
_HEAD = struct.Struct(">HH")
_FLOAT = struct.Struct("<f")
_PHASE = struct.Struct("<fff")
_RANGE = struct.Struct("<If")
_TARGET = struct.Struct("<fffii")
_COUNT_SIZE = 4

type _Decode = Callable[[bytes, float], Meaning | None]
"""What a frame's data says at a time, None where it cannot be true."""


class TinyFrame(StreamParser):
    """Breathing phase, rates, presence, targets and falls, depending on the model."""

    def __init__(self, protocol: str) -> None:
        baud, self._decoders = _MODELS[protocol]
        longest = HEADER_SIZE + max(length for _, length in self._decoders) + 1
        super().__init__(protocol, baud, _START, 1, longest)

    @override
    def _judge(self, buffer: bytes, at: int) -> Verdict:
        if len(buffer) < at + HEADER_SIZE:
            return WAIT
        # A check over data and its own check always comes to 255.
        if reduce(xor, buffer[at : at + HEADER_SIZE]) != 0xFF:
            return NOISE
        length, kind = _HEAD.unpack_from(buffer, at + 3)
        size = HEADER_SIZE + length + 1 if length else HEADER_SIZE
        if (kind, length) in self._decoders:
            return Kind.OURS, size
        return (Kind.FOREIGN, size) if length <= LONGEST_FOREIGN else NOISE

    @override
    def _read(self, buffer: bytes, at: int, end: int, t: float) -> Meaning | None:
        if reduce(xor, buffer[at + HEADER_SIZE : end]) != 0xFF:
            return None
        length, kind = _HEAD.unpack_from(buffer, at + 3)
        return self._decoders[kind, length](buffer[at + HEADER_SIZE : end - 1], t)


def _phase(data: bytes, t: float) -> Meaning | None:
    _, breath, _ = _PHASE.unpack(data)
    if not abs(breath) <= WIDEST_PHASE:
        return None
    return (Breath((t,), (breath,), BreathUnit.RADIANS),)


def _respiration(data: bytes, _t: float) -> Meaning | None:
    return (respiration(_FLOAT.unpack(data)[0]),)


def _heart(data: bytes, _t: float) -> Meaning | None:
    return (heart(_FLOAT.unpack(data)[0]),)


def _range(data: bytes, _t: float) -> Meaning | None:
    # Hi-Link's manual says that the flag is 1 where the distance counts; ESPHome's first driver
    # took the distance where it is 0. Nobody there is what 0 means in either, with 0 cm or the
    # last distance behind it, so only 1 is believed.
    flag, distance_cm = _RANGE.unpack(data)
    if flag != 1 or not 0 < distance_cm <= REACH * 100:
        return ()
    return (Detection(distance=distance_cm / 100),)


def _presence(data: bytes, _t: float) -> Meaning | None:
    """A flag of any width, or the flags of several areas."""
    return (Detection(present=any(data)),)


def _targets(data: bytes, _t: float) -> Meaning | None:
    rows = list(_TARGET.iter_unpack(data[_COUNT_SIZE:]))
    if int.from_bytes(data[:_COUNT_SIZE], "little") != len(rows):
        return None
    # The Doppler index has no documented scale, so how fast they move stays unknown.
    targets = tuple(Target(x, y, None) for x, y, _z, _doppler, _cluster in rows)
    possible = all(abs(axis) <= REACH for row in rows for axis in row[:3])
    return (Targets(targets),) if possible else None


def _fall(data: bytes, _t: float) -> Meaning | None:
    fallen = int.from_bytes(data, "little")
    return (Condition("fall", holds=fallen == 1),) if fallen <= 1 else None


def _flag(kind: int, decode: _Decode) -> dict[tuple[int, int], _Decode]:
    # ESPHome reads a flag from one or two bytes, other drivers from four.
    return {(kind, size): decode for size in (1, 2, 4)}


_VITAL: dict[tuple[int, int], _Decode] = {
    (0x0A13, _PHASE.size): _phase,
    (0x0A14, _FLOAT.size): _respiration,
    (0x0A15, _FLOAT.size): _heart,
    (0x0A16, _RANGE.size): _range,
    **_flag(0x0F09, _presence),
}
# 0x0A04 of the MR60BHA2 is left alone: drivers disagree whether its targets follow a count.

_AREAS: dict[tuple[int, int], _Decode] = {
    (0x0A0A, 16): _presence,
    **{(0x0A04, _COUNT_SIZE + n * _TARGET.size): _targets for n in range(MOST_TARGETS + 1)},
}

_FALLS: dict[tuple[int, int], _Decode] = {**_flag(0x0E02, _fall), **_flag(0x0F09, _presence)}

_MODELS = {
    "ld6002": (1_382_400, _VITAL),
    "ld6002b": (115_200, _AREAS),
    "mr60bha2": (115_200, _VITAL),
    "mr60fda2": (115_200, _FALLS),
}
