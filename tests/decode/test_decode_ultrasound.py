"""What an ultrasonic node says, and what of it is dropped and counted."""

import struct

from hypothesis import given, strategies as st
import pytest
from tests.decode.conftest import BOOT, message, readings

from halcyon.core.message import Message
from halcyon.core.reading import Motion, MotionLevel, Quadrature, Reading, Sounding, SoundTrouble
from halcyon.core.snapshot import Json
from halcyon.decode.info import read_announcement
from halcyon.decode.node import Node
from halcyon.decode.sample import read_sample

HEARD: dict[str, Json] = {
    "carrier_hz": 20_500,
    "level_db": -18.5,
    "cnr_db": 71,
    "calibrated": 1_795_143_000,
    "trouble": None,
    "pets": False,
}


def read(**fields: Json) -> tuple[list[Reading], str | None]:
    return read_sample(fields, 100.0)


def test_a_computing_node_says_what_moves_and_how_well_it_hears() -> None:
    motion: Json = {
        "state": "minor", "score": 0.7, "machine": 0.1, "air": 0, "transient": None
    }  # fmt: skip
    assert read(ultrasound=HEARD, motion=motion) == (
        [
            Sounding(20_500.0, -18.5, 71.0, 1_795_143_000.0, None, pets=False),
            Motion(MotionLevel.MINOR, 0.7, machine=0.1, air=0.0, transient=None),
        ],
        None,
    )


@pytest.mark.parametrize("trouble", list(SoundTrouble))
def test_every_trouble_is_understood(trouble: SoundTrouble) -> None:
    assert read(ultrasound={"trouble": str(trouble)}) == ([Sounding(trouble=trouble)], None)


@pytest.mark.parametrize("trouble", ["on fire", "", 3, ["blocked"]])
def test_a_trouble_that_is_unknown_does_not_pass_for_none(trouble: Json) -> None:
    assert read(ultrasound=HEARD | {"trouble": trouble}) == ([], "ultrasound")


def test_a_wrong_member_costs_no_other() -> None:
    wrong: dict[str, Json] = {"level_db": 3, "cnr_db": "good", "pets": 1}
    readings, refused = read(ultrasound=HEARD | wrong)
    assert readings == [Sounding(20_500.0, None, None, 1_795_143_000.0)]
    assert refused == "ultrasound"


@pytest.mark.parametrize("kind", ["machine", "air", "transient"])
def test_a_wrong_share_leaves_the_verdict(kind: str) -> None:
    readings, refused = read(motion={"state": "none", kind: 2})
    assert readings == [Motion(MotionLevel.NONE)]
    assert refused == "motion"


def test_an_announcement_says_what_an_ultrasonic_node_can_do() -> None:
    body: dict[str, Json] = {
        "v": 1,
        "boot": 1,
        "streams": {
            "ultrasound": {
                "enc": "iq",
                "mics": 4,
                "rate_hz": 2000,
                "carriers_hz": [32_000, 41_000],
                "computes": True,
            }
        },
    }
    announcement, wrong = read_announcement(body)
    [stream] = announcement.streams
    assert wrong is None
    assert (stream.microphones, stream.rate_hz) == (4, 2000.0)
    assert stream.carriers == (32_000.0, 41_000.0)
    assert stream.computes


@pytest.mark.parametrize(
    "carriers", [[], [20_000], [22_000, 18_000], ["a", "b"], [1, 2, 3], {"low": 1}, [-1, 5]]
)
def test_a_stream_with_carriers_that_are_none_is_left_out(carriers: Json) -> None:
    body: dict[str, Json] = {
        "v": 1,
        "boot": 1,
        "streams": {"ultrasound": {"enc": "iq", "carriers_hz": carriers}},
    }
    announcement, wrong = read_announcement(body)
    assert announcement.streams == ()
    assert wrong == "streams"


def iq(
    number: int, *, samples: int = 50, channels: int = 4, dt_ns: int = 1_000_000, cut: int = 0
) -> Message:
    head = (b"HW", 1, 2, BOOT, number, 10_000_000, dt_ns, samples, channels, 20_000_000, -1200, 1)
    body = struct.pack("<2sBBIIqIHHIhH", *head) + bytes(2 * samples * channels)
    return message("w/ultrasound", body[: len(body) - cut], 1010.2)


def test_a_chunk_of_another_shape_than_announced_is_passed_on_to_be_judged(node: Node) -> None:
    [one] = readings(node.step(iq(0, channels=2)))
    [fast] = readings(node.step(iq(1, dt_ns=20_833)))
    assert isinstance(one, Quadrature)
    assert isinstance(fast, Quadrature)
    assert one.samples.shape == (50, 1)
    assert fast.rate == pytest.approx(48_000, rel=1e-4)
    assert node.traffic.bad == 0


@pytest.mark.parametrize(
    "broken",
    [iq(0, cut=1), iq(0, cut=200), iq(0, channels=3), iq(0, samples=0), iq(0, dt_ns=0)],
    ids=["short by a byte", "cut in half", "odd", "empty", "no rate"],
)
def test_what_is_truncated_or_impossible_is_dropped_and_counted(
    node: Node, broken: Message
) -> None:
    assert not [each for each in readings(node.step(broken)) if isinstance(each, Quadrature)]
    assert node.traffic.bad == 1


def test_a_chunk_after_missing_ones_says_so(node: Node) -> None:
    [first] = readings(node.step(iq(0)))
    [second] = readings(node.step(iq(3)))
    assert isinstance(first, Quadrature)
    assert isinstance(second, Quadrature)
    assert (first.lost, second.lost) == (False, True)


@given(
    body=st.dictionaries(
        st.sampled_from(sorted(HEARD)),
        st.none()
        | st.booleans()
        | st.integers()
        | st.floats(allow_nan=False)
        | st.text(max_size=9),
    )
)
def test_no_sounding_raises_or_says_what_no_microphone_hears(body: dict[str, Json]) -> None:
    for sounding in read(ultrasound=body)[0]:
        assert isinstance(sounding, Sounding)
        assert sounding.carrier is None or 0.0 <= sounding.carrier <= 200_000.0
        assert sounding.level is None or sounding.level <= 0.0
