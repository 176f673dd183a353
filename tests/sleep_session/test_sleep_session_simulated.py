"""A short simulated night through everything: radar, presence, epochs, stages, session, report."""

from collections.abc import Iterator
from itertools import pairwise

import pytest
from tests.sleep_session.bedroom import START, house

from halcyon.core.output import Output, SessionEvent, SleepIntent, SleepSession, SleepStage
from halcyon.core.sleep import Stage
from halcyon.decide.home import Home
from halcyon.simulate.nights import Doing, Night, Order, draw_night, observations

SEED = 3


@pytest.fixture(scope="module")
def night() -> Night:
    order = Order(
        module="breath", hours=1.2, activity=Doing.READING, trips=0, faults=False, apart=None
    )
    return draw_night(SEED, "train", order)


@pytest.fixture(scope="module")
def told(night: Night) -> list[Output]:
    home = Home(house())
    effects = [
        effect
        for each in observations(night.told, "home", "bed", START)
        for effect in home.step(each)
    ]
    effects += home.advance(START + night.seconds)
    return [each for each in effects if isinstance(each, Output)]


def _events(told: list[Output]) -> Iterator[tuple[SessionEvent, float]]:
    for each in told:
        if isinstance(each.fact, SleepSession):
            yield each.fact.event, each.at - START


def test_the_session_has_the_times_of_the_night(night: Night, told: list[Output]) -> None:
    spent, events = night.owner, dict(_events(told))
    assert spent is not None
    assert spent.asleep is not None
    assert events[SessionEvent.STARTED] == pytest.approx(spent.bed, abs=90)
    assert events[SessionEvent.FELL_ASLEEP] == pytest.approx(spent.asleep, abs=600)
    assert events[SessionEvent.GOT_UP] == pytest.approx(spent.up, abs=120)
    assert list(_events(told))[-1][0] is SessionEvent.ENDED


def test_reading_is_no_intent_and_sleep_is(night: Night, told: list[Output]) -> None:
    spent = night.owner
    assert spent is not None
    assert spent.asleep is not None
    reading, asleep = list[float](), list[float]()
    for each in told:
        if isinstance(each.fact, SleepIntent) and each.fact.score is not None:
            at = each.at - START
            if spent.bed + 180 < at < spent.tried:
                reading.append(each.fact.score)
            elif spent.asleep + 300 < at < (spent.woke or spent.up):
                asleep.append(each.fact.score)
    assert sum(reading) / len(reading) < 0.4
    assert sum(asleep) / len(asleep) > 0.7


def test_nobody_goes_from_wake_to_deep_sleep_or_to_dreams(told: list[Output]) -> None:
    stages = [each.fact.stage for each in told if isinstance(each.fact, SleepStage)]
    assert len(stages) > 100
    for before, after in pairwise(stages):
        assert not (before is Stage.AWAKE and after in {Stage.DEEP, Stage.REM})


def test_nobody_sleeps_deeply_before_they_fell_asleep(told: list[Output]) -> None:
    fell = dict(_events(told))[SessionEvent.FELL_ASLEEP]
    early = {
        each.fact.stage
        for each in told
        if isinstance(each.fact, SleepStage) and each.at - START < fell
    }
    assert Stage.AWAKE in early
    assert not early & {Stage.DEEP, Stage.REM}


def test_the_report_is_of_this_night(night: Night, told: list[Output]) -> None:
    spent = night.owner
    (report,) = [
        each.fact.report
        for each in told
        if isinstance(each.fact, SleepSession) and each.fact.event is SessionEvent.ENDED
    ]
    assert spent is not None
    assert isinstance(report, dict)
    assert report["start"] == pytest.approx(START + spent.bed, abs=90)
    assert report["end"] == pytest.approx(START + spent.up, abs=120)
    assert report["tried"] == pytest.approx(START + spent.tried, abs=900)
