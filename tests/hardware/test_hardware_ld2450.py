"""ESPHome's own LD2450 component and our parser, given the same frames."""

from collections.abc import Iterator
import math
from pathlib import Path
import random
from typing import NamedTuple

import pytest
from tests.hardware.esphome_cli import Esphome
from tests.hardware.firmware_process import Firmware

from halcyon.core.reading import Target, Targets
from halcyon.decode.radars import make_parser
from halcyon.simulate.frames import Slot, ld2450

ZONE = (-1.0, 0.5, 1.5, 3.0)
"""Left, near, right, far in metres: what firmware/ld2450.yaml sets."""

FRAMES = 150


class Seen(NamedTuple):
    """What ESPHome made of a frame: counts, and millimetres and mm/s a slot."""

    people: int
    moving: int
    inside: int
    slots: tuple[tuple[float, float, float] | None, ...]


@pytest.fixture(scope="module")
def program(esphome: Esphome) -> Path:
    return esphome.build("ld2450")


@pytest.fixture
def firmware(program: Path, tmp_path: Path) -> Iterator[Firmware]:
    with Firmware.running(program, tmp_path) as firmware:
        yield firmware


def esphome_sees(firmware: Firmware, frame: bytes) -> Seen:
    firmware.line(frame)
    rows = [tuple(map(float, firmware.read_line().split())) for _ in range(4)]
    people, moving, inside = (int(count) for count in rows[0])
    slots = tuple(None if math.isnan(x) else (x, y, v) for x, y, v in rows[1:])
    return Seen(people, moving, inside, slots)


def we_see(frame: bytes) -> tuple[Target, ...]:
    parser = make_parser("ld2450")
    assert parser is not None
    ((_, targets),) = parser.feed(frame, 0.0)
    assert isinstance(targets, Targets)
    return targets.targets


def millimetres(target: Target) -> tuple[int, int, int]:
    assert target.velocity is not None
    return round(target.x * 1000), round(target.y * 1000), round(target.velocity * 1000)


def in_zone(target: Target) -> bool:
    left, near, right, far = ZONE
    return left <= target.x <= right and near <= target.y <= far


def some_slot(random_: random.Random) -> Slot | None:
    if random_.random() < 0.3:
        return None
    return (
        random_.randint(-5000, 5000),
        random_.randint(1, 6000),
        random_.choice((0, random_.randint(-300, 300))),
        random_.choice((75, 320, 360)),
    )


def test_places_speeds_and_counts_agree(firmware: Firmware) -> None:
    random_ = random.Random(2450)
    zones = 0
    for _ in range(FRAMES):
        slots = [some_slot(random_) for _ in range(3)]
        frame = ld2450(slots)
        theirs, ours = esphome_sees(firmware, frame), we_see(frame)
        assert [slot is not None for slot in theirs.slots] == [slot is not None for slot in slots]
        assert list(map(millimetres, ours)) == [slot for slot in theirs.slots if slot is not None]
        assert theirs.people == len(ours)
        assert theirs.moving == sum(target.velocity != 0 for target in ours)
        assert theirs.inside == sum(map(in_zone, ours))
        zones += theirs.inside
    assert zones > FRAMES // 10


def test_an_empty_frame_is_an_empty_room_at_once(firmware: Firmware) -> None:
    somebody = ld2450([(0, 2000, 10, 320)])
    assert esphome_sees(firmware, somebody).inside == len(we_see(somebody)) == 1
    nobody = ld2450([])
    assert esphome_sees(firmware, nobody) == Seen(0, 0, 0, (None, None, None))
    assert we_see(nobody) == ()


def test_a_residual_slot_is_somebody_for_esphome_and_nobody_for_us(firmware: Firmware) -> None:
    """The one difference, which is meant: a slot without a resolution tracks nothing."""
    frame = ld2450([(200, 1500, 0, 320), (400, 2000, 0, 0)])
    assert esphome_sees(firmware, frame).inside == 2
    assert len(we_see(frame)) == 1
