"""The 53 59 family: MicRadar R60ABD1, DFRobot C1001 (SEN0623), Seeed MR60BHA1.

    53 59 | control | command | length u16 big endian | data | sum | 54 43

The sum is the low byte of all bytes before it. Only what the radar reports by itself is read.
Answers to queries (command + 0x80) are not: on a wire that carries both directions the query
itself, whose data is 0x0F, would pass for a value of 15. The radar's own sleep stages, scores
and apnea counts are not either: they change every ten minutes and their method is unknown.

Layout and ranges: MicRadar's R60ABD1 manual 3.0 and the drivers of Seeed and DFRobot. Seeed's
first driver for the MR60BHA1 has heart rates at 81/02 and breathing rates at 81/05; the limits
and lengths below keep the former out as impossible and the latter as unknown. 80/05, the
position, is not read, because the manual contradicts itself on its sign.
"""

from collections.abc import Callable
import re
import struct
from typing import override

from ...core.reading import Bed, BodyMovement, Breath, BreathUnit, Detection
from .body import REACH, heart, respiration
from .framing import NOISE, WAIT, Condition, Kind, Meaning, StreamParser, Verdict

BAUD = 115_200
FOOTER = b"\x54\x43"
HEADER_SIZE = 6
OVERHEAD = 9
"""Bytes around the data: header, sum and footer."""
LONGEST_FOREIGN = 64
"""Bytes of data in a frame to be skipped; the longest in the manual has 12."""
HIGHEST_RESPIRATION = 35.0
"""Per minute, the upper end of the radar's own range."""
WAVE_PERIOD = 0.2
"""Seconds between the samples of a wave, which come five at a time, once a second."""
WAVE_SIZE = 5
WAVE_ZERO = 128

_START = re.compile(rb"\x53\x59")
_HEAD = struct.Struct(">BBH")

type _Decode = Callable[[bytes, float], Meaning | None]
"""What a frame's data says at a time, None where it cannot be true."""


class R60(StreamParser):
    """Presence, distance, body movement, breathing wave, rates, bed and falls."""

    def __init__(self, protocol: str) -> None:
        self._decoders = _MODELS[protocol]
        longest = max(length for _, _, length in self._decoders) + OVERHEAD
        super().__init__(protocol, BAUD, _START, 2, longest)

    @override
    def _judge(self, buffer: bytes, at: int) -> Verdict:
        if len(buffer) < at + HEADER_SIZE:
            return WAIT
        control, command, length = _HEAD.unpack_from(buffer, at + 2)
        if (control, command, length) in self._decoders:
            return Kind.OURS, length + OVERHEAD
        return (Kind.FOREIGN, length + OVERHEAD) if length <= LONGEST_FOREIGN else NOISE

    @override
    def _read(self, buffer: bytes, at: int, end: int, t: float) -> Meaning | None:
        if (
            not buffer.startswith(FOOTER, end - len(FOOTER))
            or sum(buffer[at : end - 3]) & 0xFF != buffer[end - 3]
        ):
            return None
        control, command, length = _HEAD.unpack_from(buffer, at + 2)
        decode = self._decoders[control, command, length]
        return decode(buffer[at + HEADER_SIZE : end - 3], t)


def _presence(data: bytes, _t: float) -> Meaning | None:
    return (Detection(present=data[0] == 1),) if data[0] <= 1 else None


def _body_movement(data: bytes, _t: float) -> Meaning | None:
    return (BodyMovement(data[0] / 100),) if data[0] <= 100 else None


def _distance(data: bytes, _t: float) -> Meaning | None:
    distance_cm = int.from_bytes(data, "big")
    if distance_cm > REACH * 100:
        return None
    return (Detection(distance=distance_cm / 100),) if distance_cm else ()


def _respiration(data: bytes, _t: float) -> Meaning | None:
    return (respiration(data[0], HIGHEST_RESPIRATION),)


def _heart(data: bytes, _t: float) -> Meaning | None:
    return (heart(data[0]),)


def _wave(data: bytes, t: float) -> Meaning | None:
    times = tuple(t - WAVE_PERIOD * before for before in reversed(range(WAVE_SIZE)))
    values = tuple(float(sample - WAVE_ZERO) for sample in data)
    return (Breath(times, values, BreathUnit.RELATIVE),)


def _bed(data: bytes, _t: float) -> Meaning | None:
    # 2 says that the radar does not watch a bed.
    if data[0] > 2:
        return None
    return (Bed(data[0] == 1),) if data[0] != 2 else ()


def _fall(data: bytes, _t: float) -> Meaning | None:
    return (Condition("fall", holds=data[0] == 1),) if data[0] <= 1 else None


_SLEEP: dict[tuple[int, int, int], _Decode] = {
    (0x80, 0x01, 1): _presence,
    (0x80, 0x03, 1): _body_movement,
    (0x80, 0x04, 2): _distance,
    (0x81, 0x02, 1): _respiration,
    (0x81, 0x05, WAVE_SIZE): _wave,
    (0x84, 0x01, 1): _bed,
    (0x85, 0x02, 1): _heart,
}

_MODELS = {
    "r60abd1": _SLEEP,
    # Switched to its other mode, the C1001 watches for falls instead.
    "c1001": {**_SLEEP, (0x83, 0x01, 1): _fall},
    "mr60bha1": _SLEEP,
}
