"""The comparison behind the demo's check: it must see every way to be wrong."""

from collections.abc import Sequence
from typing import Any

from hypothesis import given, strategies as st
import pytest

from stage.follow import Comparison, Finding, Pace, Span, sampled, spans, table

WATCHED = Span(0.0, 100.0)
PACE = Pace(on_within=2.0, off_within=20.0, holds=True)


def judge(
    truth: Sequence[Span], shown: Sequence[Span], *, pace: Pace = PACE
) -> list[tuple[str, bool]]:
    findings = Comparison("Room", "occupancy", pace, WATCHED).judge(truth, shown)
    return [(finding.seen, finding.good) for finding in findings]


def test_a_faithful_entity_is_found_so() -> None:
    assert judge([Span(10.0, 40.0)], [Span(10.5, 55.0)]) == [
        ("0.5 s late", True),
        ("on for 30 s", True),
        ("15.0 s late", True),
    ]


@pytest.mark.parametrize(
    ("shown", "complaint"),
    [
        ([], "never on"),
        ([Span(13.0, 55.0)], "3.0 s late"),
        ([Span(10.5, 30.0)], "off at 30 s"),
        ([Span(10.5, 20.0), Span(25.0, 45.0)], "off at 20 s"),
        ([Span(10.5, 61.0)], "21.0 s late"),
        ([Span(10.5)], "still on"),
        ([Span(2.0, 4.0), Span(10.5, 45.0)], "on at 2 s for no reason"),
        ([Span(10.5, 45.0), Span(60.0)], "on at 60 s for no reason"),
    ],
)
def test_every_way_to_be_wrong_is_seen(shown: list[Span], complaint: str) -> None:
    wrong = [seen for seen, good in judge([Span(10.0, 40.0)], shown) if not good]

    assert wrong == [complaint]


@pytest.mark.parametrize(
    ("truth", "shown"),
    [
        (Span(99.0), []),
        (Span(50.0, 90.0), [Span(50.0)]),
        (Span(50.0), [Span(50.0)]),
    ],
)
def test_what_could_still_follow_is_not_judged(truth: Span, shown: list[Span]) -> None:
    assert all(good for _, good in judge([truth], shown))


def test_a_room_may_stay_on_until_the_next_person_comes() -> None:
    findings = judge([Span(10.0, 40.0), Span(50.0, 60.0)], [Span(10.0, 70.0)])

    assert all(good for _, good in findings)
    assert ("10.0 s late", True) in findings


def test_an_entity_that_need_not_hold_may_rest() -> None:
    pace = Pace(on_within=2.0, off_within=20.0, holds=False)

    assert all(
        good
        for _, good in judge([Span(10.0, 40.0)], [Span(10.0, 15.0), Span(38.0, 45.0)], pace=pace)
    )


def test_nothing_true_and_nothing_shown_is_nothing_to_say() -> None:
    assert judge([], []) == []


changes = st.lists(st.tuples(st.floats(0, 100), st.booleans()), max_size=20).map(
    lambda pairs: sorted(pairs, key=lambda pair: pair[0])
)


@given(changes)
def test_stretches_are_in_order_and_apart(given: list[Any]) -> None:
    found = spans(given)

    ends = [each.end for each in found]
    assert None not in ends[:-1]
    edges = [t for each in found for t in (each.start, each.end) if t is not None]
    assert edges == sorted(edges)


def test_a_sampled_truth_is_its_changes() -> None:
    assert sampled(lambda t: 3.0 <= t < 7.0, Span(0.0, 10.0), 0.5) == [
        (0.0, False),
        (3.0, True),
        (7.0, False),
    ]


def test_the_table_says_what_is_wrong() -> None:
    text = table([Finding("Bedroom", "in_bed", "on at 3 s", "never on", good=False)])

    assert text.splitlines()[-1].split() == (
        ["Bedroom", "in_bed", "on", "at", "3", "s", "never", "on", "WRONG"]
    )
