"""Encoders of radar frames, and what may be believed of a reading."""

from functools import reduce
from operator import xor
import struct

from halcyon.core.reading import (
    Bed,
    BodyMovement,
    Breath,
    BreathUnit,
    Detection,
    Gates,
    NodeEvent,
    Reading,
    Targets,
    Vitals,
)
from halcyon.decode.radars import Parser, make_parser

T = 1_795_143_205.0

BAUD = {
    "c1001": 115_200,
    "ld2410": 256_000,
    "ld2412": 115_200,
    "ld2420": 115_200,
    "ld2450": 256_000,
    "ld6002": 1_382_400,
    "ld6002b": 115_200,
    "mr60bha1": 115_200,
    "mr60bha2": 115_200,
    "mr60fda2": 115_200,
    "r60abd1": 115_200,
    "rd03d": 256_000,
}


def parser_of(protocol: str) -> Parser:
    parser = make_parser(protocol)
    assert parser is not None
    return parser


def read(protocol: str, data: bytes) -> list[Reading]:
    """The readings of some bytes that arrive at once."""
    return [reading for _, reading in parser_of(protocol).feed(data, T)]


def command(payload: bytes) -> bytes:
    length = struct.pack("<H", len(payload))
    return bytes.fromhex("FDFCFBFA") + length + payload + bytes.fromhex("04030201")


def ld2450(*slots: tuple[int, int, int, int]) -> bytes:
    """x mm, y mm, speed cm/s, resolution mm of up to three targets."""
    frame = bytes.fromhex("AAFF0300")
    for x, y, speed, resolution in (*slots, *[(0, 0, 0, 0)] * (3 - len(slots))):
        for value in (x, y, speed):
            frame += struct.pack("<H", value | 0x8000 if value > 0 else -value)
        frame += struct.pack("<H", resolution)
    return frame + bytes.fromhex("55CC")


def envelope(payload: bytes) -> bytes:
    length = struct.pack("<H", len(payload))
    return bytes.fromhex("F4F3F2F1") + length + payload + bytes.fromhex("F8F7F6F5")


def ld241x(
    state: int,
    moving: tuple[int, int],
    still: tuple[int, int],
    detected: int,
    engineering: bytes = b"",
) -> bytes:
    """(cm, percent) of the moving and the still target, cm detected, what engineering adds."""
    kind = 1 if engineering else 2
    head = struct.pack("<BBBHBHBH", kind, 0xAA, state, *moving, *still, detected)
    return envelope(head + engineering + bytes.fromhex("5500"))


def ld2410_gates(moving: list[int], still: list[int]) -> bytes:
    return bytes([8, 8, *moving, *still, 120, 1])


def ld2420(present: int, distance: int, energies: list[int] | None = None) -> bytes:
    return envelope(struct.pack("<BH16H", present, distance, *(energies or [700] * 16)))


def tinyframe(kind: int, data: bytes, frame_id: int = 0x8000) -> bytes:
    head = struct.pack(">BHHH", 1, frame_id, len(data), kind)
    frame = head + bytes([reduce(xor, head) ^ 0xFF])
    return frame + data + bytes([reduce(xor, data) ^ 0xFF]) if data else frame


def floats(*values: float) -> bytes:
    return struct.pack(f"<{len(values)}f", *values)


def ld6002b_targets(*rows: tuple[float, float, float]) -> bytes:
    data = struct.pack("<i", len(rows))
    for cluster, row in enumerate(rows):
        data += struct.pack("<fffii", *row, -3, cluster)
    return tinyframe(0x0A04, data)


def r60(control: int, kind: int, data: bytes) -> bytes:
    frame = bytes([0x53, 0x59, control, kind]) + struct.pack(">H", len(data)) + data
    return frame + bytes([sum(frame) & 0xFF]) + bytes.fromhex("5443")


_VITAL = [
    tinyframe(0x0A13, floats(1.25, 0.5, -0.1)),
    tinyframe(0x0A14, floats(14.0)),
    tinyframe(0x0A15, floats(61.0)),
    tinyframe(0x0A16, struct.pack("<If", 1, 84.5)),
    tinyframe(0x0F09, b"\x01\x00"),
]
_SLEEP = [
    r60(0x80, 0x01, b"\x01"),
    r60(0x80, 0x03, b"\x11"),
    r60(0x80, 0x04, b"\x00\x96"),
    r60(0x81, 0x02, b"\x0e"),
    r60(0x81, 0x05, bytes([128, 150, 170, 149, 127])),
    r60(0x84, 0x01, b"\x01"),
    r60(0x85, 0x02, b"\x3d"),
]
_TRACKS = [ld2450((-782, 1713, -16, 320)), ld2450(), ld2450((5, 2500, 40, 360), (900, 800, 0, 360))]

FRAMES: dict[str, list[bytes]] = {
    "c1001": [*_SLEEP, r60(0x83, 0x01, b"\x00")],
    "ld2410": [
        ld241x(3, (70, 52), (0, 60), 0),
        ld241x(0, (0, 0), (0, 55), 0),
        ld241x(
            3,
            (30, 70),
            (91, 100),
            33,
            ld2410_gates([70, 51, 64, 67, 24, 8, 8, 6, 3], [0, 0, 100, 100, 51, 18, 16, 14, 7]),
        ),
    ],
    "ld2412": [
        ld241x(2, (0, 0), (310, 44), 310),
        ld241x(1, (150, 80), (0, 0), 150, bytes([*range(14), *range(20, 34), 90])),
    ],
    "ld2420": [ld2420(1, 253), ld2420(0, 253), b"ON\r\n", b"Range 123\r\n", b"OFF\r\n"],
    "ld2450": _TRACKS,
    "ld6002": _VITAL,
    "ld6002b": [
        ld6002b_targets((0.5, 1.25, 0.75)),
        ld6002b_targets(),
        tinyframe(0x0A0A, struct.pack("<4I", 0, 1, 0, 0)),
    ],
    "mr60bha1": _SLEEP,
    "mr60bha2": _VITAL,
    "mr60fda2": [tinyframe(0x0E02, b"\x00"), tinyframe(0x0F09, b"\x01\x00\x00\x00")],
    "r60abd1": _SLEEP,
    "rd03d": _TRACKS,
}
"""Sound frames of every protocol."""

FOREIGN: dict[str, list[bytes]] = (
    {
        protocol: [command(bytes.fromhex("FF0100000100 4000"))]
        for protocol in ("ld2410", "ld2412", "ld2420", "ld2450", "rd03d")
    }
    | {
        protocol: [tinyframe(0x0100, b"[I] radar up\r\n"), tinyframe(0x0A08, bytes(range(90)))]
        for protocol in ("ld6002", "ld6002b", "mr60bha2", "mr60fda2")
    }
    | {
        protocol: [r60(0x01, 0x01, b"\x0f"), r60(0x84, 0x0D, bytes(12))]
        for protocol in ("c1001", "mr60bha1", "r60abd1")
    }
)
"""Sound frames that say nothing we read."""


def is_plausible(reading: Reading) -> bool:
    """Whether a reading keeps the bounds that its consumers rely on."""
    match reading:
        case Targets(targets):
            return all(
                abs(target.x) <= 10
                and abs(target.y) <= 10
                and (target.velocity is None or abs(target.velocity) <= 15)
                for target in targets
            )
        case Detection(_, moving, still, distance):
            shares = [share for share in (moving, still) if share is not None]
            return all(0 <= share <= 1 for share in shares) and (
                distance is None or 0 < distance <= 12
            )
        case Gates(moving_gates, still_gates, _):
            return len(moving_gates) == len(still_gates) and all(
                0 <= share <= 1 for share in moving_gates + still_gates
            )
        case Breath(times, values, unit):
            limit = 100 if unit is BreathUnit.RADIANS else 128
            return len(times) == len(values) and all(abs(value) <= limit for value in values)
        case Vitals(respiration, heart):
            return (respiration is None or 3 <= respiration <= 60) and (
                heart is None or 30 <= heart <= 220
            )
        case BodyMovement(level):
            return 0 <= level <= 1
        case Bed() | NodeEvent():
            return True
        case _:
            return False
