"""Stagers go by what has been, from the signals as they came."""

from collections.abc import Sequence

from hypothesis import given, settings, strategies as st
import numpy as np
import pytest
from tests.evaluate_sleep.conftest import hypnogram, recorded

from halcyon.core.sleep import EPOCH_S, Stage
from halcyon.evaluate.sleep.baselines import BASELINES, AllLight, EvenIsDeep, FasterIsAwake
from halcyon.evaluate.sleep.causality import leak
from halcyon.evaluate.sleep.recordings.night import Night, Series, Subject
from halcyon.evaluate.sleep.stager import Epoch, emitted, epochs, judged, wakeful

HOUR = 120
"""Epochs."""


def rest(count: int, level: float = 60.0) -> list[float | None]:
    return [level + 0.1 * (n % 2) for n in range(count)]


def epoch(rate: float | None, at: float = 0.0) -> Epoch:
    t, values = ([], []) if rate is None else ([at + 15.0], [rate])
    return Epoch(at, Series(np.array(t, dtype=np.float64), np.array(values, dtype=np.float64)))


class Recalls:
    """Wakes up a fixed number of epochs after it was made: what no stager may do."""

    def __init__(self) -> None:
        self.seen: list[Epoch] = []

    def step(self, epoch: Epoch) -> Stage:
        self.seen.append(epoch)
        return Stage.AWAKE if epoch.pulse.values.size else Stage.LIGHT


def test_epochs_follow_the_reference_and_bring_what_was_before() -> None:
    night = recorded("WL.", [50.0, 51.0, None, 53.0, 54.0], start=1000.0)
    found = list(epochs(night))
    assert [each.start for each in found] == [940.0, 970.0, 1000.0, 1030.0, 1060.0]
    assert [each.pulse.values.tolist() for each in found] == [[50.0], [51.0], [], [53.0], [54.0]]


def test_a_sample_belongs_to_one_epoch() -> None:
    t = np.array([0.0, 29.999, 30.0, 59.0])
    night = Night(
        "n", Subject("s"), dated=False, reference=hypnogram("WL"), heart=Series(t, np.ones(4))
    )
    assert [each.pulse.t.tolist() for each in epochs(night)] == [[0.0, 29.999], [30.0, 59.0]]


def test_beats_give_a_rate_when_the_second_has_come() -> None:
    night = Night(
        "n",
        Subject("s"),
        dated=False,
        reference=hypnogram("WL"),
        beats=np.array([28.5, 29.5, 31.5]),
    )
    first, second = epochs(night)
    assert (first.pulse.t.tolist(), first.pulse.values.tolist()) == ([29.5], [60.0])
    assert (second.pulse.t.tolist(), second.pulse.values.tolist()) == ([31.5], [30.0])


def test_only_epochs_of_the_reference_are_judged() -> None:
    night = recorded("WL.D", [None] * 3 + [60.0, None, 60.0, 60.0])
    one, said = judged(Recalls, night)
    assert one.device == hypnogram("WLWW")
    assert said == []


def test_a_night_without_signals_is_not_staged() -> None:
    night = Night("n", Subject("s"), dated=False, reference=hypnogram("WL"))
    assert judged(AllLight, night)[0].device == hypnogram("..")


def test_wake_before_is_the_persons_own_in_front_of_everything() -> None:
    night = recorded("WWLW", [40.0, 70.0, None, 50.0, 71.0])
    before = wakeful(night, 2.0)
    first = next(iter(epochs(night)))
    assert [each.pulse.values.tolist() for each in before] == [[70.0], [71.0]] * 2
    assert [each.start for each in before] == [first.start - k * EPOCH_S for k in (4, 3, 2, 1)]
    assert all(each.start <= t < each.start + EPOCH_S for each in before for t in each.pulse.t)
    one, said = judged(Recalls, night, before)
    assert len(said) == 4
    assert len(one.device.stages) == 4


def test_without_wake_there_is_none_to_put_before() -> None:
    assert wakeful(recorded("LLD", [60.0, 60.0, 60.0]), 30.0) == []


@pytest.mark.parametrize("name", BASELINES)
@given(
    rates=st.lists(st.none() | st.floats(40.0, 120.0), min_size=30, max_size=60),
    last=st.integers(0, 28),
)
@settings(max_examples=20)
def test_no_baseline_sees_the_future(name: str, rates: list[float | None], last: int) -> None:
    night = recorded("L" * 30, rates)
    assert leak(lambda each: judged(BASELINES[name], each)[0].device.stages, night, last) is None


def test_who_looks_at_the_whole_night_is_found_out() -> None:
    def centred(night: Night) -> Sequence[Stage | None]:
        pulse = night.pulse
        mean = 0.0 if pulse is None or not pulse.values.size else float(pulse.values.mean())
        return [
            Stage.AWAKE if each.pulse.values.size and each.pulse.values[0] > mean else Stage.LIGHT
            for each in epochs(night)
        ]

    night = recorded("L" * 20, [60.0] * 10 + [61.0] * 10)
    assert leak(centred, night, 9) == 0


def test_the_rule_of_a_quarter_of_an_hour_counts_from_its_start() -> None:
    said = emitted(BASELINES["asleep after 15 min"], [epoch(None)] * 40)
    assert said == [Stage.AWAKE] * 30 + [Stage.LIGHT] * 10


def test_a_fast_heart_is_awake_once_rest_is_known() -> None:
    stager = FasterIsAwake()
    said = [stager.step(epoch(rate)) for rate in [*rest(HOUR), 80.0, None, 60.0]]
    assert said[:9] == [None] * 9
    assert set(said[9:HOUR]) == {Stage.LIGHT}
    assert said[HOUR:] == [Stage.AWAKE, None, Stage.LIGHT]


def test_rest_is_that_of_the_last_two_hours() -> None:
    stager = FasterIsAwake()
    said = [stager.step(epoch(r)) for r in [*rest(2 * HOUR, 50.0), *rest(2 * HOUR, 65.0)]]
    assert said[2 * HOUR] is Stage.AWAKE
    assert said[-1] is Stage.LIGHT


def test_an_even_heart_is_deep_and_an_uneven_one_rem() -> None:
    rng = np.random.default_rng(1)
    uneven = [float(r) for r in rng.choice([55.0, 63.0], HOUR)]
    middle = [float(r) for r in 58.0 + rng.choice([0.0, 4.0], HOUR)]
    for rates, stage in ((rest(HOUR), Stage.DEEP), (uneven, Stage.REM), (middle, Stage.LIGHT)):
        stager = EvenIsDeep()
        said = [stager.step(epoch(rate)) for rate in rates]
        assert said[-1] is stage
