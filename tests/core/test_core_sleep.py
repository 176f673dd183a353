"""Hypnograms know when each of their epochs is."""

import math

import pytest

from halcyon.core.sleep import EPOCH_S, Hypnogram, Stage

NIGHT = Hypnogram(1_700_000_010.0, (None, Stage.AWAKE, None, Stage.REM, None))


def test_an_epoch_is_half_open() -> None:
    second = NIGHT.time_of(1)
    assert NIGHT.at(second) is Stage.AWAKE
    assert NIGHT.at(math.nextafter(second, 0)) is None
    assert NIGHT.at(NIGHT.time_of(3) + EPOCH_S - 0.01) is Stage.REM


def test_outside_of_it_nothing_is_known() -> None:
    assert NIGHT.at(NIGHT.start - 1) is None
    assert NIGHT.at(NIGHT.end) is None
    assert NIGHT.end == NIGHT.start + 5 * EPOCH_S


def test_trimming_keeps_the_clock_and_the_gaps_within() -> None:
    trimmed = NIGHT.trimmed()
    assert trimmed == Hypnogram(NIGHT.start + EPOCH_S, (Stage.AWAKE, None, Stage.REM))
    assert Hypnogram(5.0, (None, None)).trimmed() == Hypnogram(5.0, ())


@pytest.mark.parametrize("start", [math.nan, math.inf])
def test_a_start_that_is_no_time_is_refused(start: float) -> None:
    with pytest.raises(ValueError, match="cannot start"):
        Hypnogram(start, ())


def test_only_being_awake_is_no_sleep() -> None:
    assert [stage.is_sleep for stage in Stage] == [False, True, True, True]
