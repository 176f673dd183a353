from itertools import pairwise

from hypothesis import given, strategies as st
import pytest

from halcyon.core.snapshot import SnapshotError
from halcyon.sense.ultrasound.air import Air
from halcyon.sense.ultrasound.staleness import (
    AGE_S,
    DAY_S,
    FALL_S,
    RISE_S,
    STALE_AFTER_S,
    STALE_AGE_S,
    Conditions,
    Drift,
    Freshness,
    Judgement,
    Staleness,
    correction,
)

FRESH = Judgement(Freshness.FRESH)
LEARNED = Conditions(level=-20.0, noise=-90.0, air=Air(20.0, 50.0))


def watched() -> Staleness:
    return Staleness(0.0, LEARNED, carrier=32_000.0, path=8.0)


def test_correction_is_what_the_air_takes_more_or_less() -> None:
    dry, damp = Air(20.0, 20.0), Air(20.0, 50.0)
    # 0.67 and 1.02 dB/m at 32 kHz (ISO 9613-1): 2.8 dB over 4 m and back.
    assert correction(damp, dry, 32_000.0, 8.0) == pytest.approx(2.8, abs=0.1)
    assert correction(dry, damp, 32_000.0, 8.0) == pytest.approx(-2.8, abs=0.1)
    assert correction(damp, damp, 32_000.0, 8.0) == 0
    assert correction(None, damp, 32_000.0, 8.0) == correction(damp, None, 32_000.0, 8.0) == 0


def test_what_stays_is_fresh_until_it_is_old() -> None:
    assert watched().judge(AGE_S) == FRESH
    assert watched().judge(AGE_S + 1) == Judgement(Freshness.DRIFTED, (Drift.AGE,))
    assert watched().judge(STALE_AGE_S + 1).freshness is Freshness.STALE


@pytest.mark.parametrize(
    ("now", "drift"),
    [
        (Conditions(level=-24.0), Drift.LEVEL),
        (Conditions(level=-16.0), Drift.LEVEL),
        (Conditions(noise=-83.0), Drift.NOISE),
        (Conditions(air=Air(20.0, 15.0)), Drift.AIR),
    ],
)
def test_a_change_that_lasts_is_a_drift_and_goes_when_it_goes(
    now: Conditions, drift: Drift
) -> None:
    staleness = watched()
    staleness.observe(now, 100.0)
    assert staleness.judge(100.0 + RISE_S - 1) == FRESH
    assert staleness.judge(100.0 + RISE_S) == Judgement(Freshness.DRIFTED, (drift,))
    staleness.observe(LEARNED, 2000.0)
    assert staleness.judge(2000.0 + FALL_S - 1).freshness is Freshness.DRIFTED
    assert staleness.judge(2000.0 + FALL_S) == FRESH


def test_a_shower_is_no_drift() -> None:
    staleness = watched()
    staleness.observe(Conditions(air=Air(26.0, 95.0)), 0.0)
    staleness.observe(LEARNED, RISE_S - 10)
    assert staleness.judge(DAY_S / 2) == FRESH


def test_a_change_about_its_limit_does_not_flap() -> None:
    staleness = watched()
    told = []
    for k in range(400):
        staleness.observe(Conditions(level=-20.0 + (3.1 if k % 40 < 20 else 2.9)), 60.0 * k)
        told.append(staleness.judge(60.0 * k).freshness)
    assert sum(a is not b for a, b in pairwise(told)) == 1


def test_a_drift_without_an_empty_room_or_a_large_one_is_stale() -> None:
    small, large = watched(), watched()
    small.observe(Conditions(level=-24.0), 0.0)
    large.observe(Conditions(level=-27.0), 0.0)
    assert small.judge(RISE_S).freshness is Freshness.DRIFTED
    assert large.judge(RISE_S).freshness is Freshness.STALE
    assert small.judge(RISE_S + STALE_AFTER_S + 1).freshness is Freshness.STALE


def test_what_is_unknown_is_no_change() -> None:
    blind = Staleness(0.0, Conditions(), 20_000.0, 6.0)
    blind.observe(Conditions(level=0.0, noise=0.0, air=Air(0.0, 0.0)), 0.0)
    assert blind.judge(DAY_S / 2) == FRESH
    told = watched()
    told.observe(Conditions(), 0.0)
    assert told.judge(DAY_S / 2) == FRESH


observations = st.lists(
    st.tuples(st.floats(0, 3000), st.floats(-30, -10), st.lists(st.floats(0, 1), max_size=3)),
    max_size=12,
)


@given(observations)
def test_it_does_not_matter_how_often_it_is_judged_or_kept(
    history: list[tuple[float, float, list[float]]],
) -> None:
    asked, left = watched(), watched()
    t = 0.0
    for pause, level, looks in history:
        for part in sorted(looks):
            asked.judge(t + part * pause)
        kept = watched()
        kept.restore(asked.snapshot())
        asked = kept
        t += pause
        asked.observe(Conditions(level=level), t)
        left.observe(Conditions(level=level), t)
    assert asked.judge(t + 700) == left.judge(t + 700)


@pytest.mark.parametrize("state", [None, {}, {"level": [-1, None, None]}, {"level": "x"}])
def test_what_is_no_snapshot_is_refused(state: object) -> None:
    with pytest.raises(SnapshotError):
        watched().restore(state)  # type: ignore[arg-type]
