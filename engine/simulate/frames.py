"""Serial frames as radars send them: the encoders of what `decode.radars` takes apart.

Layouts: LD2450 and LD2410 from the vendor's serial protocol documents and ESPHome's ld2450 and
ld2410 components; TinyFrame from the vendor's LD6002 document; 53 59 from the R60ABD1 manual.
"""

from collections.abc import Sequence
import struct

type Slot = tuple[int, int, int, int]
"""One LD2450 target: x mm, y mm, speed cm/s, resolution mm."""

LD2450_SLOTS = 3
LD2410_GATES = 9

_EMPTY_SLOT = bytes(8)


def ld2450(slots: Sequence[Slot | None]) -> bytes:
    """A periodic LD2450 frame, 30 bytes; None is a slot without a target."""
    filled = [*slots, *[None] * LD2450_SLOTS][:LD2450_SLOTS]
    body = b"".join(_EMPTY_SLOT if slot is None else _slot(*slot) for slot in filled)
    return b"\xaa\xff\x03\x00" + body + b"\x55\xcc"


def _slot(x: int, y: int, speed: int, resolution: int) -> bytes:
    return struct.pack("<4H", _signed(x), _signed(y), _signed(speed), resolution)


def _signed(value: int) -> int:
    """Sign and magnitude: bit 15 set for positive."""
    magnitude = min(abs(value), 0x7FFF)
    return magnitude | 0x8000 if value >= 0 else magnitude


def ld2410(
    state: int,
    moving: tuple[int, int],
    still: tuple[int, int],
    distance: int,
    engineering: tuple[bytes, bytes, int, int] | None = None,
) -> bytes:
    """A periodic LD2410 frame: 23 bytes, 45 in engineering mode.

    `state` has bit 0 for moving and bit 1 for still; `moving` and `still` are distance cm and
    energy 0-100; `engineering` is nine moving and nine still energies, light 0-255 and OUT.
    """
    body = struct.pack("<BHBHBH", state, *moving, *still, distance)
    if engineering is None:
        data = b"\x02\xaa" + body + b"\x55\x00"
    else:
        gates_moving, gates_still, light, out = engineering
        last = LD2410_GATES - 1
        gates = bytes((last, last)) + gates_moving + gates_still + bytes((light, out))
        data = b"\x01\xaa" + body + gates + b"\x55\x00"
    return b"\xf4\xf3\xf2\xf1" + struct.pack("<H", len(data)) + data + b"\xf8\xf7\xf6\xf5"


def tinyframe(number: int, kind: int, data: bytes) -> bytes:
    """A TinyFrame of the LD6002 family: big-endian header, little-endian data."""
    header = struct.pack(">BHHH", 1, number & 0xFFFF, len(data), kind)
    return header + _parity(header) + data + _parity(data)


def _parity(data: bytes) -> bytes:
    value = 0
    for byte in data:
        value ^= byte
    return bytes((~value & 0xFF,))


def r60(control: int, command: int, data: bytes) -> bytes:
    """A frame of the R60ABD1 family (C1001, MR60BHA1)."""
    head = struct.pack(">2sBBH", b"SY", control, command, len(data)) + data
    return head + bytes((sum(head) & 0xFF,)) + b"TC"
