"""When what was learned no longer fits, as the node measures it."""

import json

import numpy as np
import pytest

from halcyon.core.reading import MotionLevel, Quadrature
from halcyon.core.snapshot import SnapshotError
from halcyon.sense.ultrasound.air import Air
from halcyon.sense.ultrasound.floor import Learned
from halcyon.sense.ultrasound.staleness import Conditions, Freshness
from halcyon_speaker.ageing import Ageing, conditions_from_json, conditions_to_json
from halcyon_speaker.listener import Chunk
from halcyon_speaker.sensing import Seen

NOBODY = Learned()
LEARNED = Learned(at=1_000.0, carrier=20_000.0)
HOUR = 3600.0


def chunk(amplitude: float = 0.1, level: float = -20.0, *, emitting: bool = True) -> Chunk:
    reading = Quadrature(
        stream="ultrasound",
        samples=np.full((50, 2), amplitude, dtype=np.complex64),
        rate=1000.0,
        carrier=20_000.0,
        level=level,
        emitting=emitting,
        settling=False,
        playback=False,
        clipped=False,
        lost=False,
    )
    return Chunk(reading, np.zeros((2400, 2), dtype=np.float32), 0.0, 0.05, 0.05)


def watched(
    minutes: float, heard: Chunk, ratio: float = 80.0, air: tuple[float, float] | None = None
) -> Freshness:
    """How fresh it is after a quiet minute was learned and then so much time passed."""
    ageing = Ageing(Conditions())
    ageing.air(20.0, 50.0)
    seen = Seen(MotionLevel.NONE, 0.0, ratio=80.0)
    for index in range(400):
        ageing.observe(chunk(), seen, NOBODY, index * 0.05)
    assert ageing.observe(chunk(), seen, LEARNED, 1_000.0) is not None
    if air is not None:
        ageing.air(*air)
    later = Seen(MotionLevel.NONE, 0.0, ratio=ratio)
    t = 1_000.0
    while t < 1_000.0 + 60 * minutes:
        t += 1.0
        ageing.observe(heard, later, LEARNED, t)
    return ageing.judge(t)


def test_a_room_that_stays_is_fresh_for_a_day() -> None:
    assert watched(40, chunk()) is Freshness.FRESH


def test_a_quieter_tone_is_no_change_of_the_room() -> None:
    assert watched(40, chunk(0.1 * 10**-0.5, -30.0), ratio=70.0) is Freshness.FRESH


def test_a_device_that_was_moved_is_noticed() -> None:
    assert watched(40, chunk(0.1 * 10 ** (4 / 20)), ratio=84.0) is Freshness.DRIFTED
    assert watched(40, chunk(0.1 * 10 ** (8 / 20)), ratio=88.0) is Freshness.STALE


def test_a_louder_room_is_noticed() -> None:
    assert watched(40, chunk(), ratio=72.0) is Freshness.DRIFTED


def test_other_air_is_noticed_where_it_matters() -> None:
    assert watched(40, chunk(), air=(20.0, 49.0)) is Freshness.FRESH


def test_what_cannot_be_measured_changes_nothing() -> None:
    assert watched(40, chunk(0.5, emitting=False), ratio=40.0) is Freshness.FRESH


def test_what_was_learned_before_a_restart_is_judged_by_what_was_kept() -> None:
    ageing = Ageing(Conditions(level=0.0, noise=-100.0))
    seen = Seen(MotionLevel.NONE, 0.0, ratio=80.0)
    assert ageing.observe(chunk(), seen, LEARNED, 1_060.0) is None
    assert ageing.judge(1_060.0) is Freshness.FRESH
    assert ageing.judge(1_000.0 + 25 * HOUR) is Freshness.DRIFTED
    assert ageing.judge(1_000.0 + 31 * 24 * HOUR) is Freshness.STALE


def test_nothing_learned_does_not_age() -> None:
    assert Ageing(Conditions()).judge(1e9) is Freshness.FRESH


@pytest.mark.parametrize(
    "conditions",
    [Conditions(), Conditions(-3.0, -100.0), Conditions(None, None, Air(21.0, 40.0))],
)
def test_conditions_travel(conditions: Conditions) -> None:
    assert (
        conditions_from_json(json.loads(json.dumps(conditions_to_json(conditions)))) == conditions
    )


def test_what_are_no_conditions_is_refused() -> None:
    with pytest.raises(SnapshotError):
        conditions_from_json([1.0])
