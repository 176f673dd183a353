"""Nights as documents: against the published schema, to and from files."""

from dataclasses import fields, replace
import json
from typing import Any

from hypothesis import given, settings, strategies as st
import pytest
from tests.report.made import START, night
from tests.schema import Published

from halcyon.core.output import Environment
from halcyon.core.sleep import EPOCH_S, Stage
from halcyon.core.snapshot import SnapshotError
from halcyon.sense.sleep.advice import LIMITS
from halcyon.sense.sleep.comparison import FEWEST, NIGHTS
from halcyon.sense.sleep.diary import Diary
from halcyon.sense.sleep.epoch import Breathing, Heart, Movement, SleepEpoch
from halcyon.sense.sleep.kept import Kept, decode, encode, expired, file_name
from halcyon.sense.sleep.night import Night, NightEpoch
from halcyon.sense.sleep.report import QUANTITIES, SPREADS, Coverage, Figures, report

DAY = 86_400.0
NIGHT = Published("night-report")


def maybe[T](values: st.SearchStrategy[T]) -> st.SearchStrategy[T | None]:
    return st.none() | values


share = st.floats(0.0, 1.0)
positive = st.floats(0.0, 5000.0)
stages = maybe(st.sampled_from(Stage))


@st.composite
def nights(draw: st.DrawFn) -> Night:
    number = draw(st.integers(0, 40))
    moments = maybe(st.floats(START - 600.0, START + number * EPOCH_S + 600.0))
    return Night(
        "home",
        "bedroom",
        "anna",
        START,
        START + number * EPOCH_S,
        draw(moments),
        draw(moments),
        draw(moments),
        tuple(
            NightEpoch(
                SleepEpoch(
                    START + epoch * EPOCH_S,
                    draw(maybe(st.builds(Breathing, maybe(positive), maybe(share), maybe(share)))),
                    draw(maybe(st.builds(Heart, positive, maybe(positive)))),
                    draw(maybe(st.builds(Movement, share, share))),
                    draw(maybe(positive)),
                ),
                draw(maybe(st.booleans())),
                draw(stages),
                draw(maybe(share)),
                draw(stages),
                Environment(*(draw(maybe(positive)) for _ in range(4))),
            )
            for epoch in range(number)
        ),
    )


@settings(max_examples=60, deadline=None)
@given(nights())
def test_every_report_is_as_published_and_can_be_read_back(slept: Night) -> None:
    kept = Kept(report(slept))
    assert not NIGHT.complaints(json.loads(json.dumps(kept.told([]))))
    assert decode(encode(kept)) == kept


def test_the_schema_names_what_there_is() -> None:
    parts: dict[str, Any] = NIGHT.schema["properties"]
    assert list(parts["figures"]["properties"]) == [each.name for each in fields(Figures)]
    assert list(parts["coverage"]["properties"]) == [each.name for each in fields(Coverage)]
    assert set(parts["spreads"]["properties"]) == set(SPREADS)
    assert QUANTITIES.keys() < parts["epochs"]["properties"].keys()
    assert set(NIGHT.schema["$defs"]["stage"]["enum"]) == {*Stage, None}
    advice = parts["advice"]["items"]["properties"]
    assert set(advice["key"]["enum"]) == {limit.key for limit in LIMITS}
    compared = parts["comparison"]["oneOf"][1]["additionalProperties"]["properties"]["nights"]
    assert (compared["minimum"], compared["maximum"]) == (FEWEST, NIGHTS)


@pytest.mark.parametrize(
    ("place", "value"),
    [
        ("start", "evening"),
        ("sleeper", "Anna B."),
        ("figures", {}),
        ("epochs", None),
        ("advice", [{"key": "cold"}]),
        ("more", 1),
    ],
)
def test_the_schema_refuses_what_is_no_night(place: str, value: object) -> None:
    document = Kept(report(night("WLLW"))).told([]) | {place: value}
    assert NIGHT.complaints(document)


def test_what_the_sleeper_says_is_kept_with_the_night() -> None:
    slept = report(night("WWLLLLWW", tried=1, asleep=2, woke=6))
    kept = Kept(slept, Diary(tried=START + 90.0, woke=START + 120.0))
    assert decode(encode(kept)) == kept
    told = kept.told([])
    assert told["differences"] == {"tried": -1.0, "asleep": None, "woke": 1.0}
    assert not NIGHT.complaints(told)
    assert Kept(slept).told([])["differences"] is None


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"[]",
        b"null",
        b"[" * 100_000,
        b'{"halcyon_night":2}',
        b'{"halcyon_night":1}',
        b"\xff\xfe",
    ],
)
def test_what_is_no_night_is_refused(content: bytes) -> None:
    with pytest.raises(SnapshotError):
        decode(content)


@pytest.mark.parametrize(
    ("part", "key", "value"),
    [
        ("figures", "time_in_bed", None),
        ("figures", "asleep", "long"),
        ("spreads", "respiration", {"mean": 1}),
        ("epochs", "told", ["dreaming"] * 4),
        ("epochs", "told", ["awake"]),
        ("epochs", "in_bed", [1] * 4),
        ("epochs", "seconds", 60),
        ("epochs", "co2", [1e999] * 4),
        ("diary", "woke", "late"),
    ],
)
def test_a_damaged_night_is_refused(part: str, key: str, value: object) -> None:
    document: dict[str, Any] = Kept(report(night("WLLW")), Diary(START)).to_json()
    document[part][key] = value
    with pytest.raises(SnapshotError):
        decode(json.dumps(document).encode())


@pytest.mark.parametrize(
    ("key", "value"),
    [("start", -1.0), ("start", 1e300), ("end", 1e300), ("asleep", 0.0), ("woke", -1e300)],
)
def test_times_that_no_night_has_are_refused(key: str, value: float) -> None:
    document: dict[str, Any] = Kept(report(night("WLLW", asleep=1, woke=3))).to_json()
    with pytest.raises(SnapshotError, match="times"):
        decode(json.dumps(document | {key: value}).encode())


def test_a_night_without_end_is_refused() -> None:
    endless = report(night("L" * 9000))
    with pytest.raises(SnapshotError, match="night"):
        decode(encode(Kept(endless)))


def test_files_are_named_by_their_start_and_go_when_they_are_old() -> None:
    names = [file_name(START + day * DAY) for day in range(10)]
    assert names[0] == "1795125600.json"
    assert names == sorted(names)
    now = START + 9 * DAY
    assert expired(names, now, 3) == names[:6]
    assert (
        expired(["notes.txt", "x.json", ".json", ".1795125600.json.x"], now + 1000 * DAY, 1) == []
    )


def test_a_night_is_a_small_file() -> None:
    """Ninety nights of two sleepers go into every backup."""
    kept = Kept(report(night("WLDR" * 240, "WLDR" * 240)))
    assert len(encode(kept)) < 150_000
    assert replace(kept, diary=Diary(START)) != kept
