"""What is judged together, and from frames that were kept, is what a detector says by itself."""

from pathlib import Path

import numpy as np
import pytest

from halcyon.evaluate.motion.detectors import Ours, Said, judge_together
from halcyon.evaluate.motion.ear import Ear, packed, unpacked
from halcyon.evaluate.motion.empty import judge_hour
from halcyon.evaluate.motion.empty_heard import Condition, HourTask
from halcyon.evaluate.motion.grid import judge_grid
from halcyon.evaluate.motion.grid_scenes import GridTask, Running
from halcyon.evaluate.motion.rooms import cells, held_out_home, quiet
from halcyon.evaluate.motion.scorers import Signal
from halcyon.evaluate.motion.trials import Motion, trial_scene
from halcyon.simulate.ultrasound import Scene, render

HOME = held_out_home(1)


def heard(scene: Scene, seconds: float, seed: int) -> Signal:
    device = scene.device
    return Signal(render(scene, seconds, seed).iq, device.rate, device.carrier, device.level)


@pytest.fixture(scope="module")
def calm() -> Signal:
    return heard(quiet(HOME), 64.0, 1)


@pytest.fixture(scope="module")
def walks() -> list[Signal]:
    places = cells(HOME)[:3]
    rng = np.random.default_rng(5)
    return [heard(trial_scene(HOME, Motion.MAJOR, each, rng), 6.0, 2) for each in places]


def same(one: Said, other: Said) -> None:
    np.testing.assert_allclose(one.t, other.t)
    np.testing.assert_allclose(one.scores.t, other.scores.t)
    np.testing.assert_allclose(one.major.value, other.major.value, atol=1e-4)
    np.testing.assert_allclose(one.scores.value, other.scores.value, atol=1e-4)
    assert one.level.tolist() == other.level.tolist()
    assert not one.blind.any()
    assert not other.blind.any()


@pytest.mark.parametrize("occupied", [False, True])
@pytest.mark.parametrize("learned", [False, True])
def test_together_is_as_alone(
    calm: Signal, walks: list[Signal], *, learned: bool, occupied: bool
) -> None:
    ours = Ours()
    if learned:
        ours.learn(calm)
        assert ours.learned
    else:
        ours = ours.after(calm)
    ear = Ear.of(calm).after(calm)
    frames = [ear.hear(each) for each in walks]
    kept = unpacked(packed([each for each in frames if each is not None]))
    together = judge_together([ours] * len(walks), kept, occupied=occupied)
    assert any(said.level.any() for said in together)
    for signal, said in zip(walks, together, strict=True):
        same(ours.judge(signal, occupied=occupied), said)


def test_an_ear_gives_nothing_of_what_blinds(calm: Signal) -> None:
    silence = Signal(np.zeros_like(calm.iq[:4000]), calm.rate, calm.carrier, calm.level)
    assert Ear.of(calm).after(calm).hear(silence) is None
    torn = Signal(calm.iq[:4000], calm.rate, calm.carrier, calm.level, breaks=(2000,))
    assert Ear.of(calm).hear(torn) is None


def test_what_was_kept_is_judged_as_what_was_heard(tmp_path: Path) -> None:
    grid = GridTask(2, Motion.MAJOR, Running.DESK_FAN, trials=1, every=6)
    hour = HourTask(Condition.CURTAIN, 0, scenes=2, seconds=20.0)
    fresh, heard = judge_grid(grid, tmp_path), judge_hour(hour, tmp_path)
    files = sorted(path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*.npz"))
    assert files == [f"{hour.key}_0.npz", f"{hour.key}_1.npz", f"{grid.key}.npz"]
    assert judge_grid(grid, tmp_path) == fresh == judge_grid(grid)
    assert judge_hour(hour, tmp_path) == heard
    assert set(fresh) >= {"hits", "peaks", "thresholds", "delays", "ways", "early", "nobody"}


def test_music_that_is_cancelled_is_judged_sample_by_sample() -> None:
    """Whether the canceller learns is up to the network, so that nothing can be kept."""
    assert not GridTask(0, Motion.MAJOR, Running.MUSIC_2).framed
    assert GridTask(0, Motion.MAJOR, Running.MUSIC_2_PLAIN).framed
    assert not HourTask(Condition.MUSIC_LOUD, 0).framed
    assert HourTask(Condition.DESK_FAN, 0).framed
