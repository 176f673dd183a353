"""Frames of the LD2450 and RD-03D."""

import pytest

from halcyon.core.reading import Target, Targets

from .conftest import T, command, ld2450, parser_of, read

VENDOR_SAMPLE = bytes.fromhex("AAFF0300 0E03B18610004001 0000000000000000 0000000000000000 55CC")


@pytest.mark.parametrize("protocol", ["ld2450", "rd03d"])
def test_vendor_sample(protocol: str) -> None:
    assert ld2450((-782, 1713, -16, 320)) == VENDOR_SAMPLE
    assert read(protocol, VENDOR_SAMPLE) == [Targets((Target(-0.782, 1.713, -0.16),))]


def test_three_targets_in_the_order_of_the_radar() -> None:
    assert read("ld2450", ld2450((5, 2500, 40, 360), (-900, 800, 0, 360), (0, 1, -7, 1))) == [
        Targets((Target(0.005, 2.5, 0.4), Target(-0.9, 0.8, 0.0), Target(0.0, 0.001, -0.07)))
    ]


def test_an_empty_frame_says_nobody() -> None:
    assert read("ld2450", ld2450()) == [Targets(())]


def test_both_zeros_of_sign_magnitude_are_zero() -> None:
    slot = bytes.fromhex("0080 E883 0080 6801")
    frame = bytes.fromhex("AAFF0300") + slot + bytes(16) + bytes.fromhex("55CC")
    assert read("ld2450", frame) == [Targets((Target(0.0, 1.0, 0.0),))]


def test_coordinates_left_over_in_an_untracked_slot_are_nobody() -> None:
    assert read("ld2450", ld2450((-782, 1713, 0, 0), (100, 900, 5, 360))) == [
        Targets((Target(0.1, 0.9, 0.05),))
    ]


def test_a_target_behind_the_antenna_is_nobody() -> None:
    assert read("ld2450", ld2450((300, -40, 0, 360))) == [Targets(())]
    assert read("ld2450", ld2450((300, 0, 0, 360))) == [Targets(())]


def test_header_and_footer_inside_an_untracked_slot_do_not_cut_the_frame() -> None:
    tracked = bytes.fromhex("0E03 B186 1000 4001")
    header_inside = bytes.fromhex("AAFF 0300 0000 0000")
    footer_inside = bytes.fromhex("55CC 55CC 55CC 0000")
    frame = (
        bytes.fromhex("AAFF0300") + tracked + header_inside + footer_inside + bytes.fromhex("55CC")
    )
    parser = parser_of("ld2450")
    assert [r for _, r in parser.feed(frame * 3, T)] == [
        Targets((Target(-0.782, 1.713, -0.16),))
    ] * 3
    assert parser.bad == 0


@pytest.mark.parametrize(
    "slot",
    [
        (10_001, 1000, 0, 360),
        (0, 10_001, 0, 360),
        (0, -10_001, 0, 360),
        (0, 1000, 1_501, 360),
        (0, 1000, 0, 10_001),
    ],
)
def test_impossible_values_discard_the_frame(slot: tuple[int, int, int, int]) -> None:
    parser = parser_of("ld2450")
    assert parser.feed(ld2450((100, 900, 5, 360), slot), T) == []
    parser.feed(ld2450(), T)
    assert parser.bad == 1


def test_a_lost_byte_costs_one_frame() -> None:
    frame = ld2450((100, 900, 5, 360))
    parser = parser_of("ld2450")
    results = parser.feed(frame[:11] + frame[12:] + frame * 2, T)
    assert [reading for _, reading in results] == [Targets((Target(0.1, 0.9, 0.05),))] * 2
    assert parser.bad == 1


def test_acknowledgements_between_frames_are_skipped_silently() -> None:
    parser = parser_of("ld2450")
    acknowledgement = command(bytes.fromhex("FF01 0000 0100 4000"))
    results = parser.feed(acknowledgement + ld2450() + acknowledgement * 2 + ld2450(), T)
    assert [reading for _, reading in results] == [Targets(()), Targets(())]
    assert parser.bad == 0


def test_an_acknowledgement_of_impossible_length_hides_nothing() -> None:
    parser = parser_of("ld2450")
    endless = bytes.fromhex("FDFCFBFA FFFF")
    assert [reading for _, reading in parser.feed(endless + ld2450(), T)] == [Targets(())]
    assert parser.bad == 1
