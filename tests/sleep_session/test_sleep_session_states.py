"""When a night begins, falls asleep, wakes, gets up and ends, epoch by epoch."""

from collections.abc import Iterable
from itertools import pairwise
import json

from hypothesis import assume, given, settings, strategies as st

from halcyon.core.output import SessionEvent
from halcyon.core.sleep import EPOCH_S
from halcyon.sense.sleep.session import (
    ENDS_AFTER,
    LONGEST,
    STARTS_AFTER,
    UNKNOWN_AT_MOST,
    Moment,
    Seen,
    Session,
)

T = 1_795_143_000.0
STARTED, FELL_ASLEEP = SessionEvent.STARTED, SessionEvent.FELL_ASLEEP
WOKE_UP, GOT_UP, ENDED = SessionEvent.WOKE_UP, SessionEvent.GOT_UP, SessionEvent.ENDED

type Spell = tuple[float, str]
"""Minutes, and what the epochs are: a(wake), s(leep), ? (in bed, no stage), o(ut), u(nknown)."""


def _play(session: Session, spells: Iterable[Spell], t: float = T) -> list[Moment]:
    moments: list[Moment] = []
    bed = out = t
    before = "o"
    for minutes, kinds in spells:
        for index in range(round(minutes * 60 / EPOCH_S)):
            kind = kinds[index % len(kinds)]
            bed = t if before == "o" and kind != "o" else bed
            out = t if before != "o" and kind == "o" else out
            t, before = t + EPOCH_S, kind if kind != "u" else before
            seen = {"o": Seen(False, None, out), "u": Seen(None)}.get(kind, Seen(True, bed))
            asleep = {"a": False, "s": True}.get(kind)
            moments += session.step(t, seen, asleep=asleep)
            if session.is_over:
                return moments
    return moments


def _told(*spells: Spell) -> list[tuple[SessionEvent, float]]:
    """What happened, and when: minutes since the first epoch began."""
    return [(each.event, (each.at - T) / 60) for each in _play(Session(), spells)]


def test_a_session_starts_after_five_minutes_and_began_with_going_to_bed() -> None:
    session = Session()
    assert _play(session, [(2, "o")]) == []
    assert _play(session, [(4.5, "a")], T + 120) == []
    assert _play(session, [(0.5, "a")], T + 390) == [Moment(STARTED, T + 120)]
    assert session.start == T + 120
    assert STARTS_AFTER == 300


def test_who_only_sits_down_has_no_session() -> None:
    assert _told((4, "a"), (3, "o")) == []


def test_falling_asleep_is_told_when_it_lasts_and_dated_back() -> None:
    assert _told((20, "a"), (4, "s")) == [(STARTED, 0), (FELL_ASLEEP, 20)]
    assert _told((20, "a"), (3.5, "s")) == [(STARTED, 0)]


def test_half_minutes_of_the_other_kind_change_nothing() -> None:
    assert _told((60, "aaaas")) == [(STARTED, 0)]
    assert _told((20, "a"), (60, "ssssa")) == [(STARTED, 0), (FELL_ASLEEP, 20)]


def test_epochs_without_a_stage_say_nothing() -> None:
    assert _told((60, "?")) == [(STARTED, 0)]
    # Every other epoch is not enough to know that it lasts.
    assert _told((20, "a"), (60, "?s")) == [(STARTED, 0)]
    assert _told((20, "a"), (20, "ssss?")) == [(STARTED, 0), (FELL_ASLEEP, 20)]


def test_a_night_with_its_end() -> None:
    assert _told((15, "a"), (400, "s"), (10, "a"), (60, "o")) == [
        (STARTED, 0),
        (FELL_ASLEEP, 15),
        (WOKE_UP, 415),
        (GOT_UP, 425),
        (ENDED, 425),
    ]
    assert ENDS_AFTER == 25 * 60


def test_who_gets_up_from_sleep_woke() -> None:
    assert _told((5, "a"), (60, "s"), (30, "o"))[-3:] == [(WOKE_UP, 65), (GOT_UP, 65), (ENDED, 65)]


def test_a_trip_to_the_bathroom_does_not_end_it() -> None:
    told = _told((10, "a"), (120, "s"), (20, "o"), (5, "a"), (120, "s"), (30, "o"))
    assert told == [
        (STARTED, 0),
        (FELL_ASLEEP, 10),
        (WOKE_UP, 130),
        (GOT_UP, 130),
        (FELL_ASLEEP, 155),
        (WOKE_UP, 275),
        (GOT_UP, 275),
        (ENDED, 275),
    ]


def test_whom_the_radar_loses_for_half_a_minute_did_not_get_up() -> None:
    assert _told((10, "a"), (60, "s"), (0.5, "o"), (60, "s")) == [(STARTED, 0), (FELL_ASLEEP, 10)]


def test_a_gap_in_the_night_is_bridged_and_is_no_absence() -> None:
    told = _told((10, "a"), (60, "s"), (180, "u"), (60, "s"), (60, "o"))
    assert told == [
        (STARTED, 0),
        (FELL_ASLEEP, 10),
        (WOKE_UP, 310),
        (GOT_UP, 310),
        (ENDED, 310),
    ]


def test_what_is_unknown_for_hours_ended_when_it_was_last_known() -> None:
    assert _told((10, "a"), (60, "s"), (300, "u"))[-2:] == [(WOKE_UP, 70), (ENDED, 70)]
    # Who got up before is not back in bed as long as nobody knows.
    assert _told((10, "a"), (60, "s"), (5, "o"), (300, "u"))[-1] == (ENDED, 70)
    assert UNKNOWN_AT_MOST == 4 * 3600


def test_a_stay_that_is_no_session_yet_is_forgotten_when_nobody_knows() -> None:
    session = Session()
    assert _play(session, [(3, "a"), (300, "u")]) == []
    assert session.is_over


def test_a_day_in_bed_has_a_report() -> None:
    told = _told((26 * 60, "?"))
    assert told == [(STARTED, 0), (ENDED, LONGEST / 60)]


def test_a_nap_is_a_session() -> None:
    assert [event for event, _ in _told((4, "a"), (20, "s"), (30, "o"))] == [
        STARTED,
        FELL_ASLEEP,
        WOKE_UP,
        GOT_UP,
        ENDED,
    ]


def test_a_wish_ends_it_at_once() -> None:
    session = Session()
    _play(session, [(10, "a"), (60, "s")])
    end = T + 70 * 60
    assert session.stop() == [Moment(WOKE_UP, end), Moment(ENDED, end)]
    assert Session().stop() == []


_spells = st.lists(
    st.tuples(
        st.sampled_from([0.5, 1.0, 4.0, 7.0, 30.0, 130.0]),
        st.sampled_from(["a", "s", "as", "sssa", "?", "s?", "o", "u", "uo", "ao"]),
    ),
    max_size=12,
)


@settings(max_examples=200)
@given(_spells)
def test_events_are_in_order_and_each_has_its_reason(spells: list[Spell]) -> None:
    session = Session()
    moments = _play(session, spells)
    assert [each.event for each in moments].count(STARTED) == (1 if moments else 0)
    if moments:
        assert moments[0].event is STARTED
    assert session.is_over == (bool(moments) and moments[-1].event is ENDED) or not session.is_on
    asleep = False
    for before, now in pairwise(moments):
        assert now.at >= before.at
        if now.event in {FELL_ASLEEP, WOKE_UP}:
            assert (now.event is FELL_ASLEEP) is not asleep
            asleep = not asleep
        if now.event in {GOT_UP, ENDED}:
            assert not asleep


@settings(max_examples=100)
@given(_spells, st.data())
def test_a_session_that_was_saved_goes_on_alike(spells: list[Spell], data: st.DataObject) -> None:
    cut = data.draw(st.integers(0, len(spells)))
    session, restored = Session(), Session()
    _play(session, spells[:cut])
    assume(not session.is_over)
    restored.restore(json.loads(json.dumps(session.snapshot())))
    later = T + 60 * sum(minutes for minutes, _ in spells[:cut])
    assert _play(restored, spells[cut:], later) == _play(session, spells[cut:], later)
    assert restored.snapshot() == session.snapshot()
