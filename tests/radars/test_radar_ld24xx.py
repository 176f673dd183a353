"""Frames of the LD2410, LD2412 and LD2420."""

import pytest

from halcyon.core.reading import Detection, Gates, Reading

from .conftest import T, command, envelope, ld241x, ld2410_gates, ld2420, parser_of, read

# Both as Tasmota's driver documents them from a real module.
CAPTURED_EMPTY = bytes.fromhex("F4F3F2F1 0D00 02AA 00 0000 00 0000 37 0000 5500 F8F7F6F5")
CAPTURED_PERSON = bytes.fromhex("F4F3F2F1 0D00 02AA 03 4600 34 0000 3C 0000 5500 F8F7F6F5")

QUIET_MOVING = [44, 27, 9, 5, 4, 3, 3, 2, 2]
QUIET_STILL = [100, 100, 13, 9, 8, 7, 5, 4, 3]
PERSON_MOVING = [70, 51, 64, 67, 24, 8, 8, 6, 3]
PERSON_STILL = [0, 0, 100, 100, 51, 18, 16, 14, 7]


def test_captured_empty_room_and_its_stale_energy() -> None:
    assert read("ld2410", CAPTURED_EMPTY) == [Detection(present=False, moving=0.0, still=0.0)]


def test_captured_person_whose_detected_distance_is_0() -> None:
    assert read("ld2410", CAPTURED_PERSON) == [
        Detection(present=True, moving=0.52, still=0.6, distance=0.7)
    ]


def test_engineering_frame_of_the_ld2410() -> None:
    gates = ld2410_gates(PERSON_MOVING, PERSON_STILL)
    frame = ld241x(3, (30, 70), (91, 100), 33, gates)
    assert len(frame) == 45
    assert read("ld2410", frame) == [
        Detection(present=True, moving=0.7, still=1.0, distance=0.3),
        Gates(
            tuple(share / 100 for share in PERSON_MOVING),
            tuple(share / 100 for share in PERSON_STILL),
            0.75,
        ),
    ]


def test_engineering_frame_without_light_and_out() -> None:
    gates = ld2410_gates(PERSON_MOVING, PERSON_STILL)[:-2]
    assert len(read("ld2410", ld241x(3, (30, 70), (91, 100), 33, gates))) == 2


def test_a_still_person_is_where_the_still_echo_is() -> None:
    assert read("ld2410", ld241x(2, (150, 40), (310, 44), 310)) == [
        Detection(present=True, moving=0.0, still=0.44, distance=3.1)
    ]


def test_engineering_frame_of_the_ld2412() -> None:
    gates = bytes([*range(14), *range(20, 34), 90])
    detection, energies = read("ld2412", ld241x(1, (150, 80), (0, 0), 150, gates))
    assert detection == Detection(present=True, moving=0.8, still=0.0, distance=1.5)
    assert energies == Gates(
        tuple(share / 100 for share in range(14)),
        tuple(share / 100 for share in range(20, 34)),
        0.75,
    )


def discarded(frame: bytes) -> bool:
    """Whether the LD2410's parser counts a frame as bad and reads the next one."""
    parser = parser_of("ld2410")
    nothing = parser.feed(frame, T) == []
    return nothing and len(parser.feed(CAPTURED_PERSON, T)) == 1 and parser.bad > 0


@pytest.mark.parametrize(("state", "moving_cm"), [(1, 0), (1, 60), (2, 0), (3, 0)])
def test_phantom_that_no_gate_supports_is_discarded(state: int, moving_cm: int) -> None:
    gates = ld2410_gates(QUIET_MOVING, QUIET_STILL)
    assert discarded(ld241x(state, (moving_cm, 99), (0, 13), 0, gates))


def test_a_target_at_no_distance_that_a_gate_supports_is_read() -> None:
    moving = [*QUIET_MOVING[:3], 30, *QUIET_MOVING[4:]]
    still = [*QUIET_STILL[:2], 40, *QUIET_STILL[3:]]
    for gates in (ld2410_gates(moving, QUIET_STILL), ld2410_gates(QUIET_MOVING, still)):
        assert len(read("ld2410", ld241x(1, (0, 99), (0, 13), 0, gates))) == 2


@pytest.mark.parametrize("energy", [91, 99, 100])
def test_latched_energy_at_no_distance_is_discarded_in_basic_frames(energy: int) -> None:
    assert discarded(ld241x(1, (0, energy), (0, 13), 0))


def test_a_near_person_in_basic_frames_is_read() -> None:
    assert read("ld2410", ld241x(1, (0, 90), (0, 0), 0)) == [
        Detection(present=True, moving=0.9, still=0.0)
    ]
    assert len(read("ld2410", ld241x(1, (40, 99), (0, 0), 0))) == 1
    assert len(read("ld2410", ld241x(2, (0, 99), (0, 60), 0))) == 1


@pytest.mark.parametrize(
    "frame",
    [
        ld241x(7, (70, 52), (0, 60), 0),
        ld241x(3, (1_201, 52), (0, 60), 0),
        ld241x(3, (70, 101), (0, 60), 0),
        ld241x(3, (70, 52), (0, 255), 0),
        ld241x(3, (70, 52), (0, 60), 70, ld2410_gates([101, *PERSON_MOVING[1:]], PERSON_STILL)),
        CAPTURED_PERSON[:-1] + b"\x00",
        CAPTURED_PERSON[:17] + b"\x00" + CAPTURED_PERSON[18:],
        CAPTURED_PERSON[:7] + b"\xab" + CAPTURED_PERSON[8:],
        CAPTURED_PERSON[:6] + b"\x01" + CAPTURED_PERSON[7:],
        CAPTURED_PERSON[:5] + b"\xff" + CAPTURED_PERSON[6:],
    ],
)
def test_damaged_and_impossible_frames_are_discarded(frame: bytes) -> None:
    assert discarded(frame)


def test_a_radar_that_measures_its_background_sees_nobody_and_says_nothing() -> None:
    parser = parser_of("ld2412")
    assert parser.feed(ld241x(4, (0, 0), (0, 0), 0), T) == []
    assert parser.bad == 0


@pytest.mark.parametrize("protocol", ["ld2410", "ld2412"])
def test_acknowledgements_are_skipped_silently(protocol: str) -> None:
    parser = parser_of(protocol)
    engineering_on = command(bytes.fromhex("6201 0000"))
    stream = engineering_on + CAPTURED_PERSON + engineering_on + CAPTURED_PERSON
    assert len(parser.feed(stream, T)) == 2
    assert parser.bad == 0


def test_ld2420_energy_frames() -> None:
    assert len(ld2420(1, 253)) == 45
    assert read("ld2420", ld2420(1, 253)) == [Detection(present=True, distance=2.53)]
    assert read("ld2420", ld2420(1, 0)) == [Detection(present=True)]


def test_ld2420_keeps_no_distance_of_somebody_who_left() -> None:
    assert read("ld2420", ld2420(0, 253)) == [Detection(present=False)]


@pytest.mark.parametrize(
    "frame", [ld2420(2, 253), ld2420(1, 1_201), ld2420(1, 253)[:-1] + b"\x00", envelope(bytes(34))]
)
def test_damaged_ld2420_frames_are_discarded(frame: bytes) -> None:
    parser = parser_of("ld2420")
    assert parser.feed(frame + ld2420(0, 0), T) == [(T, Detection(present=False))]
    assert parser.bad == 1


@pytest.mark.parametrize(
    ("line", "readings"),
    [
        (b"ON\r\n", [Detection(present=True)]),
        (b"OFF\r\n", [Detection(present=False)]),
        (b"Range 123\r\n", [Detection(distance=1.23)]),
        (b"Range 0086\r\n", [Detection(distance=0.86)]),
        (b"Range 0\r\n", []),
        (b"Range 9999\r\n", []),
        (b"Range 99999\r\n", []),
        (b"ON", []),
        (b"firmware v1.5.9\r\n", []),
    ],
)
def test_ld2420_simple_mode(line: bytes, readings: list[Reading]) -> None:
    assert read("ld2420", line) == readings


def test_ld2420_may_change_between_text_and_frames() -> None:
    stream = b"ON\r\nRange 253\r\n" + ld2420(1, 253) + b"OFF\r\n"
    assert read("ld2420", stream) == [
        Detection(present=True),
        Detection(distance=2.53),
        Detection(present=True, distance=2.53),
        Detection(present=False),
    ]
