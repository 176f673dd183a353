"""The encoders against frames that real radars or their makers' documents gave."""

import struct

from hypothesis import given, strategies as st

from halcyon.core.reading import Targets
from halcyon.decode.radars import make_parser
from halcyon.simulate.frames import ld2410, ld2450, r60, tinyframe


def test_ld2450_is_the_vendors_example() -> None:
    expected = "AAFF03000E03B18610004001" + "00" * 16 + "55CC"
    assert ld2450([(-782, 1713, -16, 320)]) == bytes.fromhex(expected)


def test_ld2450_has_three_slots_whatever_is_given() -> None:
    assert len(ld2450([])) == len(ld2450([None, (1, 1, 1, 1)])) == len(ld2450([(0, 1, 2, 3)] * 5))


def test_ld2410_is_what_tasmota_captured() -> None:
    nobody = bytes.fromhex("F4F3F2F10D0002AA00000000000037000055 00F8F7F6F5".replace(" ", ""))
    both = bytes.fromhex("F4F3F2F10D0002AA03460034000 03C00005500F8F7F6F5".replace(" ", ""))
    assert ld2410(0, (0, 0), (0, 0x37), 0) == nobody
    assert ld2410(3, (0x46, 0x34), (0, 0x3C), 0) == both


def test_ld2410_engineering_mode_keeps_the_gates_where_esphome_reads_them() -> None:
    moving, still = bytes(range(10, 19)), bytes(range(30, 39))
    frame = ld2410(1, (120, 60), (0, 0), 120, (moving, still, 77, 1))
    assert len(frame) == 45
    assert frame[19:28] == moving
    assert frame[28:37] == still
    assert frame[37:39] == b"\x4d\x01"


def test_tinyframe_is_the_vendors_example_with_its_length_corrected() -> None:
    expected = "018000000C0A136B0000A03F0000003FCDCCCCBD2F"
    phases = struct.pack("<fff", 1.25, 0.5, -0.1)
    assert tinyframe(0x8000, 0x0A13, phases) == bytes.fromhex(expected)


def test_r60_is_the_manuals_query() -> None:
    assert r60(0x80, 0x81, b"\x0f") == bytes.fromhex("5359808100010FBD5443")


_MM = st.integers(-6000, 6000)


@given(st.lists(st.tuples(_MM, st.integers(1, 6000), st.integers(-500, 500)), max_size=3))
def test_ld2450_is_read_back_exactly(rows: list[tuple[int, int, int]]) -> None:
    parser = make_parser("ld2450")
    assert parser is not None
    frame = ld2450([(x, y, speed, 360) for x, y, speed in rows])
    [(_, reading)] = parser.feed(frame, 1.0)
    assert isinstance(reading, Targets)
    back = [(each.x * 1000, each.y * 1000, (each.velocity or 0) * 100) for each in reading.targets]
    assert [tuple(map(round, each)) for each in back] == rows
