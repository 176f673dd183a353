"""Frames of the LD6002, LD6002B, MR60BHA2 and MR60FDA2."""

import math
import struct

import pytest

from halcyon.core.reading import (
    Breath,
    BreathUnit,
    Detection,
    NodeEvent,
    Reading,
    Target,
    Targets,
    Vitals,
)

from .conftest import T, floats, ld6002b_targets, parser_of, read, tinyframe

PHASE = bytes.fromhex("01 8000 000C 0A13 6B 0000A03F 0000003F CDCCCCBD 2F")
# Logged by an owner of an MR60BHA2 with nobody in front of it.
LOGGED_EMPTY = bytes.fromhex("0167E300040A166200000000FF 0167E400040A146700000000FF")

VITAL = ["ld6002", "mr60bha2"]


@pytest.mark.parametrize("protocol", VITAL)
def test_breathing_phase_in_radians(protocol: str) -> None:
    assert tinyframe(0x0A13, floats(1.25, 0.5, -0.1)) == PHASE
    assert read(protocol, PHASE) == [Breath((T,), (0.5,), BreathUnit.RADIANS)]


def test_0x0a13_of_the_ld6002b_is_no_phase() -> None:
    parser = parser_of("ld6002b")
    assert parser.feed(PHASE + tinyframe(0x0A13, struct.pack("<I", 300)), T) == []
    assert parser.feed(tinyframe(0x0A14, b"\x01") + tinyframe(0x0A14, floats(14.0)), T) == []
    assert parser.bad == 0


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf, 100.1, -1e30])
def test_an_impossible_phase_is_discarded(value: float) -> None:
    assert read("ld6002", tinyframe(0x0A13, floats(0.0, value, 0.0))) == []


@pytest.mark.parametrize("protocol", VITAL)
@pytest.mark.parametrize(
    ("kind", "value", "reading"),
    [
        (0x0A14, 14.5, Vitals(respiration=14.5)),
        (0x0A14, 0.0, Vitals()),
        (0x0A14, 61.0, Vitals()),
        (0x0A14, math.nan, Vitals()),
        (0x0A15, 61.0, Vitals(heart=61.0)),
        (0x0A15, 0.0, Vitals()),
        (0x0A15, 221.0, Vitals()),
        (0x0A15, math.inf, Vitals()),
    ],
)
def test_rates_and_the_rate_0_of_nobody(
    protocol: str, kind: int, value: float, reading: Reading
) -> None:
    assert read(protocol, tinyframe(kind, floats(value))) == [reading]


def test_logged_frames_of_an_empty_room() -> None:
    parser = parser_of("mr60bha2")
    assert parser.feed(LOGGED_EMPTY, T) == [(T, Vitals())]
    assert parser.bad == 0


@pytest.mark.parametrize(
    ("flag", "centimetres", "readings"),
    [
        (1, 84.5, [Detection(distance=0.845)]),
        (0, 84.5, []),
        (1, 0.0, []),
        (1, 1_001.0, []),
        (1, math.nan, []),
        (7, 84.5, []),
    ],
)
def test_range(flag: int, centimetres: float, readings: list[Reading]) -> None:
    frame = tinyframe(0x0A16, struct.pack("<If", flag, centimetres))
    assert read("mr60bha2", frame) == readings


@pytest.mark.parametrize("size", [1, 2, 4])
@pytest.mark.parametrize("protocol", ["ld6002", "mr60bha2", "mr60fda2"])
def test_presence_of_any_width(protocol: str, size: int) -> None:
    for present in (True, False):
        frame = tinyframe(0x0F09, int(present).to_bytes(size, "little"))
        assert read(protocol, frame) == [Detection(present=present)]


def test_targets_of_the_mr60bha2_are_left_alone() -> None:
    assert read("mr60bha2", ld6002b_targets((0.5, 1.25, 0.75))) == []


def test_targets_of_the_ld6002b_move_at_an_unknown_speed() -> None:
    assert read("ld6002b", ld6002b_targets((0.5, 1.25, 0.75), (-1.5, 2.0, 0.0))) == [
        Targets((Target(0.5, 1.25, None), Target(-1.5, 2.0, None)))
    ]
    assert read("ld6002b", ld6002b_targets()) == [Targets(())]


@pytest.mark.parametrize("axis", [math.nan, math.inf, 10.5, -10.5])
def test_impossible_targets_are_discarded(axis: float) -> None:
    for row in ((axis, 1.0, 0.0), (1.0, axis, 0.0), (1.0, 1.0, axis)):
        assert read("ld6002b", ld6002b_targets((1.0, 1.0, 0.0), row)) == []


def test_targets_that_do_not_match_their_count_are_discarded() -> None:
    data = struct.pack("<ifffii", 2, 0.5, 1.25, 0.75, 0, 0)
    assert read("ld6002b", tinyframe(0x0A04, data)) == []


@pytest.mark.parametrize(("areas", "present"), [((0, 0, 0, 0), False), ((0, 0, 1, 0), True)])
def test_areas_of_the_ld6002b(areas: tuple[int, int, int, int], present: bool) -> None:
    assert read("ld6002b", tinyframe(0x0A0A, struct.pack("<4I", *areas))) == [
        Detection(present=present)
    ]


def test_a_fall_is_one_event_while_it_is_reported() -> None:
    parser = parser_of("mr60fda2")
    fallen, upright = tinyframe(0x0E02, b"\x01"), tinyframe(0x0E02, b"\x00")
    assert parser.feed(upright, T) == []
    ((t, first),) = parser.feed(fallen, T + 1)
    assert (t, first) == (T + 1, NodeEvent("fall", f"fall-{round((T + 1) * 1000)}"))
    assert parser.feed(fallen * 3, T + 2) == []
    restarted = parser_of("mr60fda2")
    restarted.restore(parser.snapshot())
    assert restarted.feed(fallen, T + 3) == []
    assert parser.feed(upright, T + 4) == []
    ((_, second),) = parser.feed(fallen, T + 5)
    assert second != first


def test_an_impossible_fall_is_none() -> None:
    assert read("mr60fda2", tinyframe(0x0E02, b"\x02")) == []
    assert read("mr60bha2", tinyframe(0x0E02, b"\x01")) == []


def test_logs_and_point_clouds_are_skipped_silently() -> None:
    parser = parser_of("ld6002")
    log = tinyframe(0x0100, b"\x01[I] \x01\x01 boot ok\r\n")
    cloud = tinyframe(0x0A08, bytes(range(256)) * 4)
    settings = tinyframe(0x0201, b"")
    results = parser.feed(log + PHASE + cloud + settings + PHASE, T)
    assert len(results) == 2
    assert parser.bad == 0


def test_a_frame_that_claims_65535_bytes_is_noise() -> None:
    parser = parser_of("ld6002")
    endless = struct.pack(">BHHH", 1, 5, 65_535, 0x0A08)
    check = 0xFF
    for byte in endless:
        check ^= byte
    assert len(parser.feed(endless + bytes([check]) + PHASE, T)) == 1
    assert parser.bad == 1


@pytest.mark.parametrize("at", range(len(PHASE)))
def test_a_wrong_byte_anywhere_fails_a_check(at: int) -> None:
    damaged = bytearray(PHASE)
    damaged[at] ^= 0x10
    parser = parser_of("ld6002")
    assert parser.feed(bytes(damaged) + PHASE, T) == [(T, Breath((T,), (0.5,), BreathUnit.RADIANS))]
    assert parser.bad == 1
