"""Where the bed is: from who lies and who walks, and as a person says."""

from hypothesis import given, settings, strategies as st
import numpy as np
import pytest

from halcyon.core.snapshot import SnapshotError
from halcyon.sense.sleep.geometry import BODY_M, Geometry, Interval
from halcyon.sense.sleep.second import Second


def lie(
    geometry: Geometry, at: float, seconds: int, start: float = 0.0, rate: float = 14.0
) -> None:
    rng = np.random.default_rng(int(100 * at) + seconds)
    for second, off in enumerate(rng.normal(0.0, 0.03, seconds).tolist()):
        geometry.take(Second(start + second, distance=at + off, rate=rate, quality=0.9))


def walk(geometry: Geometry, near: float, seconds: int, start: float) -> None:
    for second in range(seconds):
        distance = near + 0.05 * (second % 3)
        geometry.take(Second(start + second, distance=distance, movement=0.9))


@settings(max_examples=20, deadline=None)
@given(st.floats(0.35, 1.4), st.integers(400, 3000))
def test_the_owner_is_where_the_nearest_body_breathes(at: float, seconds: int) -> None:
    geometry = Geometry()
    lie(geometry, at, seconds)
    place = geometry.place
    assert place.own == pytest.approx(at, abs=0.05)
    assert place.bed is not None
    assert place.bed.holds(at)
    assert place.bed.far - place.bed.near < 0.2 + 4 * BODY_M


def test_nothing_is_known_of_a_bed_in_which_nobody_lay_for_minutes() -> None:
    geometry = Geometry()
    lie(geometry, 0.7, 200)
    assert geometry.place.own is None
    assert geometry.place.bed is None
    assert geometry.place.confidence == 0.0


def test_who_comes_later_and_lies_nearer_is_the_owner() -> None:
    geometry = Geometry()
    lie(geometry, 1.2, 3600)
    assert geometry.place.own == pytest.approx(1.2, abs=0.05)
    lie(geometry, 0.7, 1800, start=4000.0)
    assert geometry.place.own == pytest.approx(0.7, abs=0.05)
    bed = geometry.place.bed
    assert bed is not None
    assert bed.near < 0.7
    assert bed.far > 1.2


def test_an_animal_is_no_bed() -> None:
    geometry = Geometry()
    lie(geometry, 0.6, 3600, rate=26.0)
    assert geometry.place.own is None


def test_the_strip_is_where_one_walks_before_the_bed() -> None:
    geometry = Geometry()
    walk(geometry, 0.3, 40, start=0.0)
    lie(geometry, 0.8, 1800, start=100.0)
    strip, bed = geometry.place.strip, geometry.place.bed
    assert strip is not None
    assert bed is not None
    assert strip.far == bed.near
    assert strip.near == pytest.approx(0.32, abs=0.05)


def test_what_a_person_fixed_holds_and_is_sure() -> None:
    geometry = Geometry(Interval(0.5, 1.0))
    assert geometry.place.bed == Interval(0.5, 1.0)
    assert geometry.place.confidence == 1.0
    lie(geometry, 1.4, 1200)
    assert geometry.place.own is None
    lie(geometry, 0.8, 1200, start=2000.0)
    assert geometry.place.own == pytest.approx(0.8, abs=0.05)
    geometry.fix(None)
    bed = geometry.place.bed
    assert bed is not None
    assert bed.far > 1.3


def test_a_bed_that_moved_is_found_within_nights() -> None:
    geometry = Geometry()
    lie(geometry, 0.5, 20_000)
    lie(geometry, 1.1, 60_000, start=30_000.0)
    before = geometry.place.own
    lie(geometry, 1.1, 200_000, start=100_000.0)
    assert before == pytest.approx(0.5, abs=0.05)
    assert geometry.place.own == pytest.approx(1.1, abs=0.05)


@settings(max_examples=10, deadline=None)
@given(st.integers(1, 900))
def test_a_restored_geometry_goes_on_as_if_nothing_had_been(cut: int) -> None:
    whole, parted = Geometry(), Geometry()
    lie(whole, 0.9, 900)
    rng = np.random.default_rng(90 + 900)
    for second, off in enumerate(rng.normal(0.0, 0.03, 900).tolist()):
        if second == cut:
            saved = parted.snapshot()
            parted = Geometry()
            parted.restore(saved)
        parted.take(Second(float(second), distance=0.9 + off, rate=14.0, quality=0.9))
    assert parted.snapshot() == whole.snapshot()
    assert parted.place == whole.place


def test_a_second_counts_once_and_nonsense_not_at_all() -> None:
    geometry = Geometry()
    for _ in range(3000):
        geometry.take(Second(5.0, distance=0.8, rate=14.0, quality=0.9))
    for t, distance in enumerate((None, 0.01, 40.0)):
        geometry.take(Second(10.0 + t, distance=distance, rate=14.0, quality=0.9))
    assert geometry.place.own is None
    with pytest.raises(SnapshotError):
        geometry.restore({"lying": 3})
