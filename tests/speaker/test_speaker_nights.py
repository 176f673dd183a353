"""Simulated nights on which things break; and that their judge would notice if an alarm failed."""

from dataclasses import replace

import pytest

from halcyon_speaker.alarms import Alarms
from halcyon_speaker.moments import Now
from halcyon_speaker.orders import Dismiss, Order
from halcyon_speaker.ringing import step
from stage.nights import simulated
from stage.nights.plan import HOURS, SECONDS, Fault, Plan, What, draw
from stage.nights.simulated import dream
from stage.nights.verdict import Record, Ringer, Span, judge, merged

QUIET = Plan(0, HOURS.lead, None, 30.0, ())


def test_a_night_is_drawn_from_its_seed_and_number() -> None:
    plans = [draw(1, number, SECONDS) for number in range(50)]
    assert plans == [draw(1, number, SECONDS) for number in range(50)]
    assert len({each.faults for each in plans}) == 50
    assert {fault.what for each in plans for fault in each.faults} == set(What)
    assert draw(2, 0, SECONDS) != plans[0]


def test_nothing_is_missed_or_doubled_on_the_first_nights() -> None:
    verdicts = [judge(dream(draw(1, number, HOURS))) for number in range(40)]
    assert all(each.good for each in verdicts)


def test_a_quiet_night_rings_at_the_deadline() -> None:
    record = dream(QUIET)
    assert record.heard[Ringer.NODE] == [Span(record.deadline, record.deadline + 30.0)]
    assert not record.heard.get(Ringer.HOST)
    assert judge(record).late == 0.0


def test_both_sides_of_a_partition_are_counted() -> None:
    parted = Fault(What.PARTITION, at=-60.0, lasts=600.0)
    verdict = judge(dream(replace(QUIET, faults=(parted,))))
    assert verdict.good
    assert verdict.both


def test_a_node_that_does_not_heed_a_dismissal_would_be_caught(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def deaf(state: Alarms, order: Order, now: Now) -> Alarms:
        return state if isinstance(order, Dismiss) else step(state, order, now)

    monkeypatch.setattr(simulated, "step", deaf)
    assert judge(dream(QUIET)).doubled


def test_a_node_that_forgets_its_alarms_would_be_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(simulated, "from_json", lambda *_: Alarms())
    faults = (Fault(What.PARTITION, -300.0, 2000.0), Fault(What.KILL_NODE, -200.0, 10.0))
    verdict = judge(dream(replace(QUIET, faults=faults)))
    assert verdict.missed
    assert not verdict.unheard


def test_spans_with_short_pauses_are_one() -> None:
    spans = [Span(5.0, 6.0), Span(0.0, 1.0), Span(1.9, 3.0)]
    assert merged(spans) == [Span(0.0, 3.0), Span(5.0, 6.0)]


ABLE = [Span(0.0, 200.0)]
RANG = {Ringer.NODE: [Span(100.0, 110.0)]}


@pytest.mark.parametrize(
    ("record", "missed", "doubled", "unheard"),
    [
        (Record(100.0, ABLE, RANG, 110.0, 110.0, 1), False, False, False),
        (Record(100.0, ABLE, {}, None, None, 0), True, False, True),
        (
            Record(100.0, ABLE, {Ringer.NODE: [Span(131.0, 140.0)]}, 139.0, 140.0, 1),
            True,
            *[False] * 2,
        ),
        (Record(100.0, ABLE, RANG, 105.0, 106.0, 1), False, True, False),
        (Record(100.0, ABLE, RANG, 110.0, 110.0, 2), False, True, False),
        # It was dismissed elsewhere before this node was back.
        (
            Record(100.0, [Span(150.0, 200.0)], {Ringer.HOST: [Span(100.0, 120.0)]}, 120.0, 150.0),
            *[False] * 3,
        ),
        # It came back too late to ring, and nobody else did: this is no fault of the node.
        (Record(100.0, [Span(2000.0, 2100.0)], {}, None, None, 0), *[False] * 3),
    ],
)
def test_the_judge(record: Record, missed: bool, doubled: bool, unheard: bool) -> None:
    verdict = judge(record)
    assert (verdict.missed, verdict.doubled, verdict.unheard) == (missed, doubled, unheard)
