"""When a sample is sent, and what it says."""

import pytest

from halcyon.core.reading import MotionLevel
from halcyon.core.snapshot import Json
from halcyon_speaker.reporting import Reporter
from halcyon_speaker.sensing import Seen

TONE: dict[str, Json] = {"carrier_hz": 20_000.0, "level_db": -20.0, "cnr_db": 80.0, "trouble": None}
NONE, MAJOR = Seen(MotionLevel.NONE, 0.1), Seen(MotionLevel.MAJOR, 0.9)
STEP = 0.05


def told(
    reporter: Reporter, seconds: float, seen: Seen, tone: dict[str, Json], at: float = 0.0
) -> list[tuple[float, set[str]]]:
    """When something was told, and which members, chunk by chunk."""
    rows = []
    for index in range(round(seconds / STEP)):
        t = at + index * STEP
        if body := reporter.step(t, seen, tone):
            rows.append((round(t, 2), set(body)))
    return rows


def test_motion_comes_four_times_a_second() -> None:
    rows = told(Reporter(), 2.0, NONE, TONE)
    assert [t for t, _ in rows] == [0.0, 0.25, 0.5, 0.75, 1.0, 1.25, 1.5, 1.75]
    assert rows[0][1] == {"motion", "ultrasound"}
    assert all(members == {"motion"} for _, members in rows[1:])


def test_a_change_is_told_at_once() -> None:
    reporter = Reporter()
    told(reporter, 0.3, NONE, TONE)
    body = reporter.step(0.30, MAJOR, TONE)
    assert body["motion"] == {
        "state": "major",
        "score": 0.9,
        "machine": 0.0,
        "air": 0.0,
        "transient": 0.0,
    }
    assert reporter.step(0.35, MAJOR, TONE) == {}


@pytest.mark.parametrize(
    "change",
    [{"trouble": "silent"}, {"carrier_hz": 21_000.0}, {"cnr_db": 76.0}, {"cnr_db": None}],
)
def test_a_change_of_the_tone_is_told_at_once(change: dict[str, Json]) -> None:
    reporter = Reporter()
    told(reporter, 0.2, NONE, TONE)
    assert "ultrasound" in reporter.step(0.2, NONE, TONE | change)


def test_a_ratio_that_wavers_is_told_each_minute() -> None:
    reporter = Reporter()
    told(reporter, 0.2, NONE, TONE)
    wavering: dict[str, Json] = TONE | {"cnr_db": 78.5}
    rows = told(reporter, 121.0, NONE, wavering, at=0.2)
    assert len([t for t, members in rows if "ultrasound" in members]) == 2


def test_what_is_not_known_is_not_told() -> None:
    blind = Seen(level=None)
    rows = told(Reporter(), 12.0, blind, TONE)
    assert all(members == {"ultrasound"} for _, members in rows)
    assert [t for t, _ in rows] == [0.0, 5.0, 10.0]


def test_the_first_frame_is_told_at_once() -> None:
    reporter = Reporter()
    told(reporter, 0.6, Seen(level=None), TONE)
    assert "motion" in reporter.step(0.6, NONE, TONE)
