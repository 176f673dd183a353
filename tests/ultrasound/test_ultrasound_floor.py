"""The floor of the quiet room: learned, guessed, followed, and never given up to somebody."""

import numpy as np
from numpy.typing import NDArray
import pytest

from halcyon.core.snapshot import SnapshotError
from halcyon.sense.ultrasound.doppler import BANDS
from halcyon.sense.ultrasound.floor import (
    LEARNING_FRAMES,
    Floor,
    Learned,
    Lesson,
    Teacher,
    learned_from,
    through_air,
)

QUIET = np.zeros((), dtype=np.float32)


def noise(rng: np.random.Generator, level: float, frames: int) -> NDArray[np.float32]:
    """Bands of white noise at a level, as spectra give them."""
    power = rng.exponential(1.0, (frames, BANDS))
    bands: NDArray[np.float32] = level + 10 * np.log10(np.maximum(power, 1e-6))
    return bands.astype(np.float32)


def heard(floor: Floor, bands: NDArray[np.float32], level: float) -> None:
    for each in bands:
        floor.step(each, np.array(level, dtype=np.float32), QUIET)


def test_a_lesson_finds_the_quantiles() -> None:
    bands = noise(np.random.default_rng(0), -90.0, LEARNING_FRAMES)
    lesson = Lesson()
    for each in bands:
        lesson.step(each)
    median, high = learned_from(bands)
    np.testing.assert_allclose(lesson.quantile(0.5), median, atol=0.5)
    np.testing.assert_allclose(lesson.quantile(0.95), high, atol=0.5)


def test_a_cold_floor_is_that_of_the_far_bins() -> None:
    floor = Floor()
    heard(floor, noise(np.random.default_rng(0), -80.0, 40), -80.0)
    assert np.abs(floor.median + 81.6).max() < 2.5
    assert (floor.high > floor.median + 3).all()


def test_a_cold_floor_finds_a_band_that_always_hums_within_a_minute() -> None:
    bands = noise(np.random.default_rng(0), -90.0, 1200)
    bands[:, 20] += 8
    floor = Floor()
    heard(floor, bands, -90.0)
    assert abs(float(floor.median[20]) + 83.6) < 3.0


def test_somebody_who_walks_does_not_raise_the_floor() -> None:
    rng = np.random.default_rng(0)
    floor = Floor()
    floor.know(*learned_from(noise(rng, -90.0, LEARNING_FRAMES)))
    before = floor.median.copy()
    walking = noise(rng, -90.0, 1200)
    walking[:, 5:25] += 20
    heard(floor, walking, -90.0)
    assert np.abs(floor.median - before).max() < 1.0


def test_a_learned_floor_follows_what_drifts_but_not_far() -> None:
    rng = np.random.default_rng(0)
    floor = Floor()
    floor.know(*learned_from(noise(rng, -90.0, LEARNING_FRAMES)))
    before = floor.median.copy()
    heard(floor, noise(rng, -88.0, 4800), -88.0)
    assert (floor.median - before).mean() > 1.0
    heard(floor, noise(rng, -70.0, 4800), -70.0)
    assert (floor.median - before).max() <= 6.01


def test_many_rooms_at_once_are_the_same_as_one_by_one() -> None:
    rng = np.random.default_rng(0)
    rooms = np.stack([noise(rng, level, 100) for level in (-95.0, -80.0, -70.0)], axis=1)
    levels = np.array([-95.0, -80.0, -70.0], dtype=np.float32)
    together = Floor((3,))
    for each in rooms:
        together.step(each, levels, np.zeros(3, dtype=np.float32))
    for index in range(3):
        alone = Floor()
        for each in rooms[:, index]:
            alone.step(each, np.array(levels[index]), QUIET)
        np.testing.assert_array_equal(alone.median, together.median[index])
        np.testing.assert_array_equal(alone.high, together.high[index])


def test_a_teacher_leaves_out_what_moves_and_says_how_far_it_is() -> None:
    bands = noise(np.random.default_rng(0), -90.0, 2 * LEARNING_FRAMES)
    teacher = Teacher()
    assert teacher.learned == Learned() or teacher.learned.at is None
    teacher.begin(100.0)
    assert not teacher.step(bands[0], 20_000.0, 99.0, quiet=True)
    assert teacher.learned.progress == 0
    done = []
    for index, each in enumerate(bands[:LEARNING_FRAMES]):
        moving = index < 200
        spoiled = each + 30 if moving else each
        if teacher.step(spoiled, 20_000.0, 100.0 + 0.05 * index, quiet=not moving):
            done.append(index)
    assert done == [LEARNING_FRAMES - 1]
    learned = teacher.learned
    assert learned.progress is None
    assert learned.at is not None
    assert learned.median is not None
    assert np.abs(learned.median + 91.6).max() < 1.0
    assert learned.fits(20_100.0)
    assert not learned.fits(21_000.0)


def test_a_lesson_waits_for_quiet_but_not_for_ever() -> None:
    bands = noise(np.random.default_rng(0), -90.0, LEARNING_FRAMES)
    lesson = Lesson()
    for each in bands:
        lesson.step(each + 10, quiet=False)
    assert lesson.progress == 0
    for each in bands[: LEARNING_FRAMES // 2]:
        lesson.step(each)
    assert lesson.progress == 1
    assert np.abs(lesson.quantile(0.5) + 91.6).max() < 1.5
    restless = Lesson()
    for _ in range(3):
        for each in bands:
            restless.step(each + 10, quiet=False)
    assert restless.progress == 1
    assert np.abs(restless.quantile(0.5) + 81.6).max() < 1.5


def test_what_was_learned_stands_until_the_next_lesson_is_over() -> None:
    bands = noise(np.random.default_rng(0), -90.0, LEARNING_FRAMES)
    teacher = Teacher()
    teacher.begin(0.0)
    for index, each in enumerate(bands):
        teacher.step(each, 20_000.0, 0.05 * (index + 1), quiet=True)
    first = teacher.learned
    teacher.begin(1000.0)
    assert teacher.learned.at == first.at
    assert teacher.learned.progress == 0


def test_a_half_learned_floor_survives_a_restart() -> None:
    bands = noise(np.random.default_rng(0), -90.0, LEARNING_FRAMES)
    teacher = Teacher()
    teacher.begin(0.0)
    for each in bands[:700]:
        teacher.step(each, 20_000.0, 1.0, quiet=True)
    other = Teacher()
    other.restore(teacher.snapshot())
    for each in bands[700:]:
        teacher.step(each, 20_000.0, 2.0, quiet=True)
        other.step(each, 20_000.0, 2.0, quiet=True)
    assert teacher.learned.median is not None
    assert other.learned.median is not None
    np.testing.assert_array_equal(teacher.learned.median, other.learned.median)


def test_air_changes_echoes_but_not_the_noise_of_the_microphone() -> None:
    levels = np.full(BANDS, -90.0, dtype=np.float32)
    levels[13:17] = -60.0
    dry = through_air(levels, -6.0)
    np.testing.assert_allclose(dry[13:17], -66.0, atol=0.1)
    np.testing.assert_array_equal(np.delete(dry, range(13, 17)), np.float32(-90.0))
    np.testing.assert_allclose(through_air(levels, 0.0), levels, atol=1e-3)


def test_a_spoiled_snapshot_is_refused() -> None:
    floor = Floor()
    state = floor.snapshot()
    assert isinstance(state, dict)
    with pytest.raises(SnapshotError):
        Floor().restore({**state, "median": None})
    with pytest.raises(SnapshotError):
        Teacher().restore({"at": 1.0})
