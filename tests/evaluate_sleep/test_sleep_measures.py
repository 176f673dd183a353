"""A night's figures, counted by hand."""

from dataclasses import fields

from hypothesis import given
from tests.evaluate_sleep.conftest import hypnogram, nights

from halcyon.core.sleep import Hypnogram
from halcyon.sense.sleep.measures import Measures, measure


def test_a_night_with_everything() -> None:
    found = measure(hypnogram("WWWLLDDDWLRRWWLWW", start=600.0))
    assert found == Measures(
        time_in_bed=8.5,
        unknown=0.0,
        total_sleep=4.5,
        awake=4.0,
        light=2.0,
        deep=1.5,
        rem=1.0,
        efficiency=4.5 / 8.5,
        onset_latency=1.5,
        wake_after_onset=2.5,
        rem_latency=3.5,
        awakenings=2,
        onset=690.0,
        offset=600.0 + 15 * 30.0,
    )


def test_nothing_begins_with_the_onset_of_a_night_without_sleep() -> None:
    found = measure(hypnogram("WW.W"))
    assert (found.total_sleep, found.unknown, found.efficiency) == (0.0, 0.5, 0.0)
    assert found.onset_latency is None
    assert found.wake_after_onset is None
    assert found.rem_latency is None
    assert found.awakenings is None
    assert found.onset is None
    assert found.offset is None


def test_of_nothing_known_there_is_no_efficiency() -> None:
    assert measure(hypnogram("...")).efficiency is None
    assert measure(hypnogram("")).time_in_bed == 0.0


def test_what_is_unseen_may_have_begun_earlier() -> None:
    assert measure(hypnogram("W.LL")).onset_latency is None
    assert measure(hypnogram("W.WL")).onset_latency == 1.5
    assert measure(hypnogram("L.R")).rem_latency is None
    assert measure(hypnogram("L.LR")).rem_latency == 1.5
    assert measure(hypnogram(".LWR")).rem_latency is None, "onset may be earlier, too"
    assert measure(hypnogram("LL.")).offset is None
    assert measure(hypnogram("LLW")).offset == 60.0
    assert measure(hypnogram("LL")).offset == 60.0


def test_an_awakening_ends_in_sleep() -> None:
    assert measure(hypnogram("WLWWLWLWW")).awakenings == 2
    assert measure(hypnogram("LW.WL")).awakenings == 1
    assert measure(hypnogram("LL")).awakenings == 0


@given(nights())
def test_the_parts_make_the_whole(night: Hypnogram) -> None:
    found = measure(night)
    assert found.light + found.deep + found.rem == found.total_sleep
    assert found.total_sleep + found.awake + found.unknown == found.time_in_bed
    if found.wake_after_onset is not None and found.onset_latency is not None:
        known = len([s for s in night.stages if s is not None]) / 2
        before = night.stages[: round(found.onset_latency * 2)]
        waking = len([s for s in before if s is not None]) / 2
        assert waking + found.total_sleep + found.wake_after_onset == known


@given(nights())
def test_the_clock_moves_only_what_is_on_it(night: Hypnogram) -> None:
    here, later = measure(night), measure(Hypnogram(night.start + 3600.0, night.stages))
    for field in fields(Measures):
        value, moved = getattr(here, field.name), getattr(later, field.name)
        on_it = field.name in {"onset", "offset"} and value is not None
        assert moved == (value + 3600.0 if on_it else value)
