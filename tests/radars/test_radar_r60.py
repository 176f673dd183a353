"""Frames of the R60ABD1, C1001 and MR60BHA1."""

import pytest

from halcyon.core.reading import (
    Bed,
    BodyMovement,
    Breath,
    BreathUnit,
    Detection,
    NodeEvent,
    Reading,
    Vitals,
)

from .conftest import T, parser_of, r60, read

# From the manual: a query, which only a wire that carries both directions shows us.
QUERY = bytes.fromhex("53 59 80 81 00 01 0F BD 54 43")

MODELS = ["c1001", "mr60bha1", "r60abd1"]


def test_encoder_makes_the_query_of_the_manual() -> None:
    assert r60(0x80, 0x81, b"\x0f") == QUERY


@pytest.mark.parametrize("protocol", MODELS)
@pytest.mark.parametrize(
    ("control", "command", "data", "readings"),
    [
        (0x80, 0x01, b"\x00", [Detection(present=False)]),
        (0x80, 0x01, b"\x01", [Detection(present=True)]),
        (0x80, 0x03, b"\x00", [BodyMovement(0.0)]),
        (0x80, 0x03, b"\x64", [BodyMovement(1.0)]),
        (0x80, 0x04, b"\x00\x96", [Detection(distance=1.5)]),
        (0x80, 0x04, b"\x00\x00", []),
        (0x81, 0x02, b"\x0e", [Vitals(respiration=14.0)]),
        (0x81, 0x02, b"\x23", [Vitals(respiration=35.0)]),
        (0x81, 0x02, b"\x24", [Vitals()]),
        (0x81, 0x02, b"\x00", [Vitals()]),
        (0x84, 0x01, b"\x00", [Bed(occupied=False)]),
        (0x84, 0x01, b"\x01", [Bed(occupied=True)]),
        (0x84, 0x01, b"\x02", []),
        (0x85, 0x02, b"\x3d", [Vitals(heart=61.0)]),
        (0x85, 0x02, b"\x00", [Vitals()]),
        (0x85, 0x02, b"\xff", [Vitals()]),
    ],
)
def test_reports(
    protocol: str, control: int, command: int, data: bytes, readings: list[Reading]
) -> None:
    parser = parser_of(protocol)
    assert [reading for _, reading in parser.feed(r60(control, command, data), T)] == readings
    assert parser.bad == 0


@pytest.mark.parametrize("protocol", MODELS)
def test_the_breathing_wave_is_five_samples_over_the_last_second(protocol: str) -> None:
    (wave,) = read(protocol, r60(0x81, 0x05, bytes([0, 64, 128, 192, 255])))
    assert isinstance(wave, Breath)
    assert wave.values == (-128.0, -64.0, 0.0, 64.0, 127.0)
    assert wave.unit is BreathUnit.RELATIVE
    assert [round(t - T, 6) for t in wave.times] == [-0.8, -0.6, -0.4, -0.2, 0.0]


@pytest.mark.parametrize(
    ("control", "command", "data"),
    [
        (0x80, 0x01, b"\x02"),
        (0x80, 0x03, b"\x65"),
        (0x80, 0x04, b"\x03\xe9"),
        (0x84, 0x01, b"\x03"),
        (0x83, 0x01, b"\x02"),
    ],
)
def test_values_out_of_range_are_discarded(control: int, command: int, data: bytes) -> None:
    parser = parser_of("c1001")
    assert parser.feed(r60(control, command, data), T) == []
    parser.feed(r60(0x80, 0x01, b"\x01"), T)
    assert parser.bad == 1


@pytest.mark.parametrize(
    "frame",
    [
        r60(0x84, 0x02, b"\x01"),
        r60(0x84, 0x0C, bytes([1, 0, 14, 61, 2, 3, 4, 1])),
        r60(0x84, 0x0D, bytes(12)),
        r60(0x80, 0x05, bytes(6)),
        r60(0x85, 0x05, bytes(5)),
        r60(0x81, 0x01, b"\x04"),
        r60(0x81, 0x05, b"\x0e"),
        r60(0x01, 0x01, b"\x0f"),
        r60(0x81, 0x82, b"\x0f"),
        QUERY,
    ],
)
def test_stages_summaries_and_queries_are_skipped_silently(frame: bytes) -> None:
    parser = parser_of("r60abd1")
    present = r60(0x80, 0x01, b"\x01")
    assert [reading for _, reading in parser.feed(frame + present + frame, T)] == [
        Detection(present=True)
    ]
    assert parser.bad == 0


def test_a_fall_is_the_business_of_the_c1001() -> None:
    fallen, upright = r60(0x83, 0x01, b"\x01"), r60(0x83, 0x01, b"\x00")
    events = read("c1001", fallen * 2 + upright + fallen)
    assert [event.kind for event in events if isinstance(event, NodeEvent)] == ["fall", "fall"]
    assert read("r60abd1", fallen) == []


@pytest.mark.parametrize("at", [6, 7, 8, 9])
def test_wrong_data_sum_or_footer_is_discarded(at: int) -> None:
    damaged = bytearray(r60(0x85, 0x02, b"\x3d"))
    damaged[at] ^= 0x04
    parser = parser_of("r60abd1")
    sound = r60(0x85, 0x02, b"\x3e")
    assert parser.feed(bytes(damaged) + sound, T) == [(T, Vitals(heart=62.0))]
    assert parser.bad == 1


def test_a_frame_of_impossible_length_is_noise() -> None:
    parser = parser_of("r60abd1")
    endless = bytes.fromhex("5359 8102 FFFF")
    assert len(parser.feed(endless + r60(0x80, 0x01, b"\x01"), T)) == 1
    assert parser.bad == 1
