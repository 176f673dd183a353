"""What is collected of a sleeper, kept of a night, and put together in the morning."""

from collections.abc import Sequence
from dataclasses import replace
import json

from hypothesis import given, strategies as st
import pytest

from halcyon.core.house import Sleeper
from halcyon.core.output import Environment
from halcyon.core.reading import Breath, BreathUnit, Vitals
from halcyon.core.sleep import Stage
from halcyon.core.snapshot import SnapshotError
from halcyon.sense.sleep.attention import Attention
from halcyon.sense.sleep.epoch import Breathing, Heart, Movement, SleepEpoch
from halcyon.sense.sleep.geometry import Interval, Place
from halcyon.sense.sleep.likeness import Owner
from halcyon.sense.sleep.monitor import Monitor
from halcyon.sense.sleep.morning import lasting_sleep, night_of
from halcyon.sense.sleep.record import Record, Row
from halcyon.sense.sleep.session import Seen, Session
from halcyon.sense.sleep.stager import UNMEASURED, Staged
from halcyon.sense.sleep.trying import Trying

T = 1_795_143_000.0
AIR = Environment(19.5, 48.0, 0.4, 850.0)
ROW = Row(
    SleepEpoch(T, Breathing(14.2, 0.9, 0.05, 3.1, 0.95, 0.4), Heart(55.5, 1.5), Movement(0.1, 0.4)),
    True,
    Staged(Stage.LIGHT, 0.8, (0.1, 0.7, 0.1, 0.1)),
    2.5,
    AIR,
)


def test_what_is_kept_is_what_was_there_but_for_rounding() -> None:
    kept = Record().add(ROW)
    assert kept.sensed.breathing is not None
    assert ROW.sensed.breathing is not None
    assert kept.sensed.breathing.rate == pytest.approx(14.2, abs=0.01)
    assert kept.sensed.heart == Heart(55.5, 1.5)
    assert kept.air.co2 == 850.0
    assert kept.staged.stage is Stage.LIGHT
    assert kept.staged.probabilities == pytest.approx((0.1, 0.7, 0.1, 0.1), abs=1e-3)
    assert kept.in_bed is True


_maybe = st.none() | st.floats(0.0, 100.0)
_rows = st.builds(
    Row,
    st.builds(
        SleepEpoch,
        st.just(T),
        st.none() | st.builds(Breathing, _maybe, _maybe, _maybe, st.floats(0, 1e9), _maybe, _maybe),
        st.none() | st.builds(Heart, st.floats(30, 200), _maybe),
        st.none() | st.builds(Movement, st.floats(0, 1), st.floats(0, 1)),
        _maybe,
    ),
    st.none() | st.booleans(),
    st.just(UNMEASURED)
    | st.builds(Staged, st.sampled_from(Stage), _maybe, st.just((0.25, 0.25, 0.25, 0.25))),
    _maybe,
    st.builds(Environment, _maybe, _maybe, _maybe, st.floats(0, 1e6)),
)


@given(st.lists(_rows, max_size=80))
def test_a_record_survives_json_and_what_is_missing_stays_missing(rows: list[Row]) -> None:
    record, restored = Record(), Record()
    for k, row in enumerate(rows):
        sensed = replace(row.sensed, start=T + 30 * k)
        kept = record.add(replace(row, sensed=sensed))
        assert (kept.sensed.heart is None) is (row.sensed.heart is None)
        assert (kept.sensed.breathing is None) is (row.sensed.breathing is None)
        assert kept.in_bed is row.in_bed
        assert kept.staged.stage is row.staged.stage
    restored.restore(json.loads(json.dumps(record.snapshot(), allow_nan=False)))
    assert list(restored.rows()) == list(record.rows())
    assert [row.sensed.start for row in restored.rows()] == [T + 30 * k for k in range(len(rows))]


@pytest.mark.parametrize("state", [None, {}, {"start": None, "count": 3, "rows": None}])
def test_what_is_no_record_is_refused(state: dict[str, object] | None) -> None:
    with pytest.raises(SnapshotError):
        Record().restore(state)  # type: ignore[arg-type]  # that is the point


NOBODY_ELSE = frozenset[int]()


def _told(monitor: Monitor, start: float, seconds: int, respiration: float, heart: float) -> None:
    for k in range(seconds):
        monitor.vitals(Vitals(respiration, heart), start + k)


def test_rates_of_an_epoch_are_its_own() -> None:
    monitor = Monitor()
    _told(monitor, T, 30, 14.0, 60.0)
    _told(monitor, T + 30, 5, 20.0, 80.0)
    epoch = monitor.epoch(T + 30, NOBODY_ELSE)
    assert epoch.breathing == Breathing(14.0)
    assert epoch.heart is not None
    assert (epoch.start, epoch.heart.rate) == (T, 60.0)
    # What is late for a closed epoch is dropped.
    monitor.vitals(Vitals(30.0, 90.0), T + 29)
    later = monitor.epoch(T + 60, NOBODY_ELSE)
    assert later.breathing == Breathing(20.0)


def test_nothing_measured_is_nothing_and_not_calm() -> None:
    assert Monitor().epoch(T, NOBODY_ELSE) == SleepEpoch(T - 30)


def test_what_no_body_has_is_left_out() -> None:
    monitor = Monitor()
    _told(monitor, T, 30, 0.0, 0.0)
    assert monitor.epoch(T + 30, NOBODY_ELSE) == SleepEpoch(T)


def test_seconds_of_somebody_else_are_left_out() -> None:
    monitor = Monitor()
    _told(monitor, T, 10, 14.0, 60.0)
    _told(monitor, T + 10, 20, 25.0, 100.0)
    others = frozenset(range(int(T) + 10, int(T) + 30))
    epoch = monitor.epoch(T + 30, others)
    assert epoch.breathing == Breathing(14.0)
    assert epoch.heart is not None
    assert epoch.heart.rate == 60.0


def test_movement_is_a_share_of_what_was_told_of() -> None:
    monitor = Monitor()
    for k in range(10):
        monitor.moved(0.7 if k < 3 else 0.02, T + k)
    assert monitor.epoch(T + 30, NOBODY_ELSE).movement == Movement(0.3, 0.7)


def test_a_module_that_hangs_is_found_out_and_a_wave_beside_it_counts_on() -> None:
    monitor = Monitor()
    for k in range(200):
        monitor.vitals(Vitals(14.0, 60.0), T + 5 * k)
    hangs = [monitor.is_frozen]
    wave = Breath((T + 5 * 200,), (0.1,), BreathUnit.RADIANS)
    monitor.breath(wave)
    hangs.append(monitor.is_frozen)
    monitor.vitals(Vitals(14.0, 61.0), T + 5 * 210)
    assert [*hangs, monitor.is_frozen] == [True, False, False]


def test_a_module_that_falls_silent_does_not_hang() -> None:
    monitor = Monitor()
    _told(monitor, T, 60, 14.0, 60.0)
    assert monitor.epoch(T + 3600, NOBODY_ELSE) == SleepEpoch(T + 3570)
    assert not monitor.is_frozen


def test_the_bed_is_where_a_person_says_that_it_is() -> None:
    attention = Attention(Sleeper("anna", "bed", bed_near=0.5, bed_far=1.2))
    assert attention.place.bed == Interval(0.5, 1.2)
    attention.configure(Sleeper("anna", "bed"))
    assert attention.place.bed is None


def _night(
    stages: Sequence[Stage | None], seen: Sequence[bool | None] | None = None
) -> tuple[Session, list[Row]]:
    """A session that ends with the last epoch in bed, and its rows."""
    session, rows = Session(), list[Row]()
    for k, stage in enumerate(stages):
        in_bed = True if seen is None else seen[k]
        sensed = replace(ROW.sensed, start=T + 30 * k)
        probabilities = None if stage is None else ROW.staged.probabilities
        staged = UNMEASURED if stage is None else Staged(stage, 0.8, probabilities)
        rows.append(replace(ROW, sensed=sensed, staged=staged, in_bed=in_bed))
        asleep = None if stage is None else stage.is_sleep
        session.step(sensed.end, Seen(in_bed, T, sensed.start), asleep=asleep)
    session.stop()
    return session, rows


def test_a_night_is_looked_at_again_but_what_was_told_stays() -> None:
    stages = [Stage.AWAKE] * 20 + [Stage.LIGHT] * 100 + [Stage.AWAKE] * 20
    session, rows = _night(stages)
    trying = Trying()
    for row in rows:
        trying.step(row.evidence, row.sensed.distance)
    night = night_of(("home", "den", "anna"), session, rows, trying, Place(), Owner())
    assert [each.stage for each in night.epochs] == stages
    assert (night.start, night.end) == (T, T + 30 * 140)
    assert (night.tried, night.asleep, night.woke) == (T, T + 600, T + 3600)
    # Nobody falls asleep before they are found to have fallen asleep.
    assert {each.revised for each in night.epochs[:20]} == {Stage.AWAKE}


def test_what_was_not_measured_stays_unknown_in_the_morning() -> None:
    session, rows = _night([None] * 40)
    night = night_of(("home", "den", "anna"), session, rows, Trying(), Place(), Owner())
    assert (night.tried, night.asleep, night.woke) == (None, None, None)
    assert {each.revised for each in night.epochs} == {None}


def test_who_is_out_of_bed_is_awake() -> None:
    seen = [True] * 60 + [False] * 20 + [True] * 60
    stages = [None if not each else Stage.LIGHT for each in seen]
    session, rows = _night(stages, seen)
    night = night_of(("home", "den", "anna"), session, rows, Trying(), Place(), Owner())
    assert {each.revised for each in night.epochs[60:80]} == {Stage.AWAKE}
    assert {each.stage for each in night.epochs[60:80]} == {None}


def test_lasting_sleep_is_neither_a_blip_nor_a_half() -> None:
    awake, light = Stage.AWAKE, Stage.LIGHT
    assert lasting_sleep([awake] * 30) == (None, None)
    assert lasting_sleep([awake, light] * 30) == (None, None)
    assert lasting_sleep([awake] * 5 + [light] * 20 + [awake] * 5) == (5, 25)
    assert lasting_sleep([awake] * 5 + [light] + [awake] * 15 + [light] * 20) == (21, 41)


def test_what_a_partner_did_before_and_after_is_no_part_of_the_night() -> None:
    session, rows = _night([Stage.LIGHT] * 160)
    own, other = Breathing(14.0, 0.9, amplitude=3.0), Breathing(14.0, 0.9, amplitude=1.5)
    far = [not 40 <= k < 130 for k in range(160)]
    rows = [
        replace(
            row,
            sensed=replace(
                row.sensed,
                breathing=other if away else own,
                distance=1.3 if away else 0.7,
            ),
        )
        for row, away in zip(rows, far, strict=True)
    ]
    place = Place(Interval(0.4, 1.6), None, 0.7, 0.9)
    night = night_of(("home", "den", "anna"), session, rows, Trying(), place, Owner())
    assert night.start == pytest.approx(T + 30 * 40, abs=180)
    assert night.end == pytest.approx(T + 30 * 130, abs=180)
    assert night.asleep is not None
    assert night.woke is not None
    assert night.start <= night.asleep < night.woke <= night.end
    assert len(night.epochs) == pytest.approx(90, abs=8)
