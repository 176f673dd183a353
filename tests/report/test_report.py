from dataclasses import replace

import pytest
from tests.report.made import START, calm, night

from halcyon.core.output import Environment
from halcyon.core.sleep import Stage
from halcyon.sense.sleep.epoch import Breathing, Movement, SleepEpoch
from halcyon.sense.sleep.report import QUANTITIES, Spread, report


def test_the_figures_of_a_night() -> None:
    figures = report(night("WWWWLLDDRRWWLLWW", tried=2, asleep=4, woke=14)).figures
    assert figures.time_in_bed == 8.0
    assert figures.unknown == 0.0
    assert figures.asleep == 4.0
    assert figures.awake == 4.0
    assert (figures.light_sleep, figures.deep_sleep, figures.rem) == (2.0, 1.0, 1.0)
    assert figures.latency == 1.0
    assert figures.wake_after_onset == 2.0
    assert figures.rem_latency == 2.0
    assert figures.awakenings == 1
    assert figures.efficiency == pytest.approx(100 * 8 / 14, abs=0.05)


def test_the_figures_are_of_the_revised_stages_where_there_are_any() -> None:
    summed = report(night("WWWWWWWW", "WWLLLLWW", asleep=2))
    assert summed.figures.asleep == 2.0
    assert summed.stages == summed.revised
    assert report(night("WWLLLLLL", asleep=2)).figures.asleep == 3.0


def test_reading_in_bed_is_no_latency_and_no_inefficiency() -> None:
    figures = report(night("W" * 60 + "WWLL" * 1, tried=60, asleep=62, woke=64)).figures
    assert figures.latency == 1.0
    assert figures.efficiency == 50.0
    assert figures.time_in_bed == 32.0


def test_who_is_out_of_bed_is_awake_whatever_was_staged() -> None:
    figures = report(night("LLLL??LL", away=(3, 4), asleep=0)).figures
    assert figures.out_of_bed == 1.0
    assert figures.wake_after_onset == 1.0
    assert figures.awakenings == 1
    assert figures.unknown == 0.5


def test_nothing_is_claimed_of_a_night_without_stages() -> None:
    figures = report(night("????", away=(1,), tried=None)).figures
    assert figures.time_in_bed == 2.0
    assert figures.out_of_bed == 0.5
    assert figures.asleep is None
    assert figures.awake is None
    assert figures.efficiency is None
    assert figures.latency is None
    assert figures.awakenings is None


def test_a_night_awake_has_no_latency_but_an_efficiency() -> None:
    figures = report(night("WWWW", tried=1)).figures
    assert figures.asleep == 0.0
    assert figures.latency is None
    assert figures.wake_after_onset is None
    assert figures.efficiency == 0.0


def test_latency_is_not_known_where_it_is_not_known_when_they_tried() -> None:
    assert report(night("WWLL", tried=None, asleep=2)).figures.latency is None


def test_how_they_breathed_is_told_of_their_sleep() -> None:
    def sensed(epoch: int) -> SleepEpoch:
        rate = 20.0 if epoch < 10 else 12.0 + epoch % 3
        return replace(calm(epoch), breathing=Breathing(rate))

    summed = report(night("W" * 10 + "L" * 60, asleep=10, sensed=sensed))
    assert summed.spreads["respiration"] == Spread(13.0, 12.0, 14.0)


def test_a_few_epochs_are_no_range() -> None:
    def sensed(epoch: int) -> SleepEpoch:
        return calm(epoch) if epoch < 19 else SleepEpoch(calm(epoch).start)

    assert report(night("L" * 100, asleep=0, sensed=sensed)).spreads["heart_rate"] is None


def test_coverage_is_of_the_time_in_bed() -> None:
    def sensed(epoch: int) -> SleepEpoch:
        return replace(calm(epoch), heart=None if epoch % 2 else calm(epoch).heart, movement=None)

    coverage = report(night("LLL?", away=(3,), sensed=sensed)).coverage
    assert coverage.stage == 100.0
    assert coverage.respiration == 100.0
    assert coverage.heart_rate == pytest.approx(66.7)
    assert coverage.movement == 0.0


def test_unknown_air_stays_unknown() -> None:
    summed = report(night("L" * 30, asleep=0, air=lambda _: Environment(None, 40.0, None, None)))
    assert summed.spreads["temperature"] is None
    assert summed.spreads["humidity"] == Spread(40.0, 40.0, 40.0)
    assert set(summed.series["temperature"]) == {None}


def test_the_document_holds_both_hypnograms_and_every_quantity() -> None:
    moved = replace(calm(0), movement=Movement(0.12345, 0.5))
    document = report(night("WL?", "WLL", sensed=lambda _: moved)).to_json()
    epochs = document["epochs"]
    assert isinstance(epochs, dict)
    assert epochs["first"] == START
    assert epochs["told"] == ["awake", "light_sleep", None]
    assert epochs["revised"] == [Stage.AWAKE, Stage.LIGHT, Stage.LIGHT]
    assert epochs["movement"] == [0.123] * 3
    assert QUANTITIES.keys() < epochs.keys()


def test_a_night_without_epochs_is_reported_all_the_same() -> None:
    summed = report(night(""))
    assert summed.figures.time_in_bed == 0.0
    assert summed.coverage.respiration is None
