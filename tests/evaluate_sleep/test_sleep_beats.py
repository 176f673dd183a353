"""What single beats tell of an epoch."""

import numpy as np
from numpy.typing import NDArray
import pytest

from halcyon.core.sleep import Hypnogram, Stage
from halcyon.evaluate.sleep.beats import RECENT_S, beats
from halcyon.evaluate.sleep.recordings.night import Night, Series, Subject
from halcyon.evaluate.sleep.sensing import sleep_epoch
from halcyon.evaluate.sleep.stager import epochs, wakeful

END = 1000.0


def of(intervals: NDArray[np.float64]) -> Series:
    """The rates of intervals, the last of which ends right before END."""
    t = np.cumsum(intervals)
    return Series(t - t[-1] + END - 0.01, 60.0 / intervals)


def swinging(period_s: float) -> Series:
    """A heart whose rate goes up and down by five with a period."""
    t, at = [END - RECENT_S], END - RECENT_S
    while at < END:
        at += 60.0 / (60.0 + 5.0 * np.sin(2.0 * np.pi * at / period_s))
        t.append(at)
    found = np.array(t[:-1])
    return Series(found[1:], 60.0 / np.diff(found))


def test_how_intervals_differ_is_told_without_those_of_missed_beats() -> None:
    intervals = np.insert(np.tile([0.95, 1.05], 20), 30, [2.1, 1.6])
    found = beats(of(intervals), END)
    assert found is not None
    assert found.rmssd == pytest.approx(0.1)
    assert found.swings is None


@pytest.mark.parametrize(("period", "name"), [(150.0, "slow"), (45.0, "middle"), (12.0, "fast")])
def test_swings_are_told_by_their_period(period: float, name: str) -> None:
    found = beats(swinging(period), END)
    assert found is not None
    assert found.swings is not None
    powers = {each: getattr(found.swings, each) for each in ("slow", "middle", "fast")}
    assert max(powers, key=lambda each: powers[each]) == name
    assert powers[name] == pytest.approx(12.5, rel=0.5)


def test_even_swings_return() -> None:
    found = beats(swinging(45.0), END)
    assert found is not None
    assert found.swings is not None
    assert found.swings.share is not None
    assert found.swings.evenness is not None
    assert found.swings.share > 0.8
    assert found.swings.evenness > 0.6


def test_a_heart_like_a_clock_swings_by_nothing() -> None:
    found = beats(of(np.full(320, 1.0)), END)
    assert found is not None
    assert found.rmssd == pytest.approx(0.0, abs=1e-9)
    assert found.swings is not None
    assert found.swings.middle == pytest.approx(0.0, abs=1e-9)
    assert (found.swings.share, found.swings.evenness) == (None, None)


def test_few_beats_tell_nothing() -> None:
    assert beats(of(np.full(5, 1.0)), END) is None
    assert beats(Series(np.empty(0), np.empty(0)), END) is None


def test_only_nights_of_single_beats_tell_of_them_and_moved_ones_the_same() -> None:
    t = np.cumsum(np.tile([0.95, 1.05], 30))
    reference = Hypnogram(0.0, (Stage.AWAKE, Stage.LIGHT))
    night = Night("n", Subject("s"), dated=False, reference=reference, beats=t)
    first, second = (sleep_epoch(each).heart for each in epochs(night))
    assert first is not None
    assert second is not None
    assert first.beats is not None
    assert first.beats.rmssd == pytest.approx(0.1)
    (moved,) = wakeful(night, 0.5)
    assert sleep_epoch(moved).heart == first
    watch = Night("n", Subject("s"), dated=False, reference=reference, heart=night.pulse)
    assert [each.recent for each in epochs(watch)] == [None, None]
