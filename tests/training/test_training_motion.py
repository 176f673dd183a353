"""Learning motion: what is kept of examples, what devices do to signals, and what fools a model."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from training.motion.calm import after_calm, rising
from training.motion.corpus import Corpus, sequences, targets
from training.motion.evidence import Choice, Said, crossed
from training.motion.example import QUIET, UNKNOWN, Example, observed, read, save, stacked
from training.motion.fitting import STRUCTURE, export
from training.motion.gaits import varied
from training.motion.judging import alarms, levels
from training.motion.mining import clustered
from training.motion.recordings import SEEN
from training.motion.render import spectra_of
from training.motion.scenes import MINING, VALIDATION, Story, draw
from training.motion.spoil import Flaws, spoil
from training.motion.strangers import TextbookGait
from training.motion.thresholds import Row, ranked, what_runs
from training.motion.train import SCENES, begun
from training.motion.trials import Trial, after_quiet, onset_frame
from training.network.model import network_of

from halcyon.core.reading import MotionLevel
from halcyon.sense.network import Network, Structure
from halcyon.sense.ultrasound.classifier import NETWORK
from halcyon.sense.ultrasound.doppler import Doppler
from halcyon.sense.ultrasound.features import WIDTH, Lately, features
from halcyon.sense.ultrasound.floor import Floor, learned_from
from halcyon.sense.ultrasound.verdict import KINDS
from halcyon.simulate.ultrasound import FAMILIES, Kind
from halcyon.simulate.ultrasound.body import ANKLES, KNEES

MAJOR, MINOR = KINDS.index("major"), KINDS.index("minor")


def example(
    kinds: list[int], *, seed: int = 0, real: bool = False, microphones: int = 2, hops: int = 1
) -> Example:
    rng = np.random.default_rng(seed)
    clean = np.ones((len(kinds) * 50 + 80, microphones), dtype=np.complex64)
    found, ends = spectra_of(spoil(clean, 1000.0, Flaws(), rng), 1000.0, 20_000.0)
    return observed(
        found[: len(kinds)],
        np.array(kinds[: len(ends)]),
        f"nobody {seed}",
        microphones=microphones,
        real=real,
        hops=hops,
    )


def test_examples_survive_being_kept(tmp_path: Path) -> None:
    floor = (np.full(30, -90.0, dtype=np.float32), np.full(30, -85.0, dtype=np.float32))
    one = example([0] * 30)
    other = observed(one.doppler, one.kinds, "real p1", microphones=1, floor=floor, real=True)
    assert save(tmp_path / "kept.npz", [one, other]) == 2
    first, second = read(tmp_path / "kept.npz")
    assert (first.name, first.median, first.real) == ("nobody 0", None, False)
    assert (second.name, second.microphones, second.real) == ("real p1", 1, True)
    np.testing.assert_allclose(second.doppler.bands, one.doppler.bands, atol=0.006)
    assert second.median is not None
    np.testing.assert_array_equal(second.median, floor[0])


def test_features_of_many_are_those_of_each_in_turn() -> None:
    many = [example([0] * 40, seed=seed, microphones=1 + seed) for seed in range(3)]
    together = stacked(many)
    for index, each in enumerate(many):
        floor, lately = Floor(), Lately()
        for frame in range(40):
            now: Doppler = each.doppler[frame]
            floor.step(now.bands, now.noise, now.burst)
            x = features(now, floor, lately.step(now.bands), each.microphones)
            np.testing.assert_array_equal(together[index, frame], x)


def test_examples_of_different_lengths_lose_and_gain_nothing() -> None:
    many = [example([0] * count, seed=count) for count in (20, 33, 27)]
    found = {lesson.name: lesson for lesson in sequences(many)}
    for each in many:
        lesson = found[each.name]
        assert lesson.x.shape == (len(each), WIDTH)
        np.testing.assert_allclose(lesson.x, stacked([each])[0], atol=0.01)


def test_what_nobody_knows_does_not_count() -> None:
    walking, hand = int(Kind.MAJOR), int(Kind.MINOR)
    y, weight = targets(example([0] * 10 + [walking] * 10 + [UNKNOWN] * 5))
    assert y[12:20, MAJOR].all()
    assert not y[:10].any()
    assert (weight[20:] == 0).all()
    assert (weight[12:20, MINOR] == 0).all(), "who walks may also use the hands"
    assert weight[9, MAJOR] < weight[0, MAJOR], "edges count less"
    y, weight = targets(example([0] * 10 + [hand] * 10, real=True))
    assert (weight[15:, MAJOR] == 0).all(), "a real gesture may look like a walk"


def test_noise_has_the_density_that_was_asked_for() -> None:
    rng = np.random.default_rng(0)
    clean = np.full((20_000, 1), 0.5 + 0.5j, dtype=np.complex64)
    found, _ = spectra_of(spoil(clean, 1000.0, Flaws(noise=-83.0), rng), 1000.0, 20_000.0)
    assert abs(float(np.median(found.noise)) + 83.0) < 0.7


def test_scenes_follow_from_their_number() -> None:
    one, other = draw(5, []), draw(5, [])
    assert one.name == other.name
    assert one.scene.room == other.scene.room
    assert draw(6, []).scene.room != one.scene.room
    assert draw(5, [], story=Story.NOBODY).scene.people == ()


def test_scenes_of_different_use_share_no_number() -> None:
    assert SCENES < MINING < VALIDATION


def test_a_batch_counts_only_what_is_there() -> None:
    corpus = Corpus({"scenes": sequences([example([0] * 700), example([0] * 50)])}, {"scenes": 1})
    rng = np.random.default_rng(0)
    for _ in range(6):
        batch = corpus.draw(rng)
        assert batch.x.shape[:2] == batch.weight.shape[:2]
        padding = ~batch.x.any(axis=2)
        assert (batch.weight[padding] == 0).all()


def test_an_alarm_is_counted_once() -> None:
    scores = np.full((600, len(KINDS)), 0.01)
    scores[100:140, MAJOR] = scores[200:210, MAJOR] = scores[500:520, MAJOR] = 0.999
    assert len(alarms(scores)) == 2
    assert levels(scores)[130] is MotionLevel.MAJOR


def test_clusters_part_what_lies_apart() -> None:
    rng = np.random.default_rng(0)
    points = np.concatenate([rng.normal(centre, 0.1, (20, 3)) for centre in (0, 5, 10)])
    labels = clustered(points.astype(np.float32), 3)
    assert len({tuple(labels[start : start + 20]) for start in (0, 20, 40)}) == 3
    assert all(len(set(labels[start : start + 20])) == 1 for start in (0, 20, 40))


def test_what_is_shipped_is_what_is_trained() -> None:
    assert NETWORK.structure == STRUCTURE


@pytest.mark.parametrize("person", ["p2", "p4", "p6", "p7", "p8"])
def test_five_people_are_kept_for_judging(person: str) -> None:
    assert person not in SEEN


def test_the_first_second_of_a_walk_counts_most() -> None:
    walking = int(Kind.MAJOR)
    _, weight = targets(example([0] * 30 + [walking] * 40))
    assert weight[40, MAJOR] > weight[60, MAJOR]
    _, again = targets(example([0] * 30 + [walking] * 20 + [0] * 5 + [walking] * 30))
    assert again[70, MAJOR] == weight[60, MAJOR], "who only paused has been found already"


def test_a_gait_varies_but_keeps_its_ground() -> None:
    rng = np.random.default_rng(0)
    gait = FAMILIES["train"].gait
    other = varied(gait, rng)
    speed = np.full(50, 1.2)
    cycle = np.linspace(0, 2, 50)
    plain, moved = gait.joints(1.7, cycle, speed), other.joints(1.7, cycle, speed)
    assert not np.allclose(plain, moved)
    assert np.ptp(moved[KNEES[0], 0]) > 0.1
    assert 0.8 <= other.stride(1.7, speed)[0] / gait.stride(1.7, speed)[0] <= 1.25


def test_walks_across_change_their_distance_little() -> None:
    scenes = [draw(number, [], story=Story.ACROSS, confounders=()) for number in range(4)]
    t = np.arange(0, 40, 0.05)
    radial, whole = 0.0, 0.0
    for drawn in scenes:
        way = drawn.scene.people[0].centre(t)
        at = np.array(drawn.scene.device.position)[:, None]
        radial += np.abs(np.diff(np.linalg.norm(way - at, axis=0))).sum()
        whole += np.linalg.norm(np.diff(way, axis=1), axis=0).sum()
    assert whole > 10
    assert radial < 0.45 * whole


def test_weights_go_on_with_features_that_they_did_not_know(tmp_path: Path) -> None:
    known = Structure(WIDTH - 1, STRUCTURE.layers)
    weights = {
        name: np.random.default_rng(0).normal(0, 0.1, shape).astype(np.float32)
        for name, shape in known.weights.items()
    }
    before = Network(known, weights)
    export(before, tmp_path)
    after = network_of(STRUCTURE, begun(tmp_path))
    x = np.random.default_rng(1).normal(size=(20, WIDTH)).astype(np.float32)
    np.testing.assert_allclose(after.run(x)[0], before.run(x[:, :-1])[0], atol=1e-5)


def test_thresholds_are_chosen_by_alarms_and_then_by_walks() -> None:
    rows = [
        Row(Choice(0.0, 3.0, 0.6), {"one thing: curtain": 0, "pet": 50}, {}, {"-90": 0.9}),
        Row(Choice(0.5, 3.0, 0.6), {"one thing: curtain": 9, "pet": 0}, {}, {"-90": 1.0}),
        Row(Choice(1.0, 3.0, 0.6), {"one thing: curtain": 1, "pet": 9}, {}, {"-90": 0.95}),
        Row(Choice(1.5, 3.0, 0.6), {"music": 9}, {"music": 1.0}, {"-90": 0.99}),
    ]
    assert [row.choice.start for row in ranked(rows)] == [1.0, 0.0, 1.5, 0.5]


def test_an_empty_room_is_told_by_what_runs_in_it() -> None:
    assert what_runs("nobody") == "quiet"
    assert what_runs("nobody+desk_fan+pet") == "pet"
    assert what_runs("nobody+desk_fan") == "machines and air"
    assert what_runs("one thing: desk_fan") == "one thing: desk_fan"


def test_no_frame_alone_crosses() -> None:
    choice = Choice(0.0, 3.0, 0.34)
    values = np.zeros((2, 10), dtype=np.float32)
    values[0, 4], values[1, 4:8] = 6.0, 6.0
    silent = np.zeros(values.shape, dtype=np.bool)
    reached = crossed(Said(values, silent), choice)
    assert not reached[0].any()
    assert reached[1, 6]
    assert not crossed(Said(values, ~silent), choice).any(), "nor what a knock rings in"


def test_a_trial_after_quiet_is_the_same_later() -> None:
    one = Trial(example([0] * 40 + [int(Kind.MAJOR)] * 30), 2.0, 0.5)
    late = after_quiet(one, 10.0)
    before = len(late.example) - len(one.example)
    assert before == pytest.approx(200, abs=40)
    assert onset_frame(late.example, int(Kind.MAJOR)) == before + 40
    np.testing.assert_array_equal(late.example.doppler.bands[before:], one.example.doppler.bands)


def test_strangers_walk_upright_and_otherwise() -> None:
    cycle, speed = np.linspace(0, 2, 80), np.full(80, 1.2)
    joints = TextbookGait().joints(1.7, cycle, speed)
    assert np.isfinite(joints).all()
    assert joints[:, 2].min() > -0.12, "nobody walks in the floor"
    assert 0.3 < np.ptp(joints[ANKLES[0], 0]) < 1.2
    learned = FAMILIES["train"].gait.joints(1.7, cycle, speed)
    assert np.abs(joints - learned).max() > 0.03


@pytest.mark.parametrize("hops", [1, 5])
@pytest.mark.parametrize("learned", [False, True])
def test_before_anything_happens_a_room_sounds_as_it_was_learned(hops: int, learned: bool) -> None:
    one = example([int(Kind.MAJOR)] * 120, hops=hops)
    if learned:
        median, high = learned_from(one.doppler.bands)
        one = replace(one, median=median, high=high)
    late = after_calm(one, 10.0, np.random.default_rng(0))
    calm = len(late) - len(one)
    assert calm == 200 // hops
    assert (late.kinds[:calm] == QUIET).all()
    np.testing.assert_array_equal(late.doppler.bands[calm:], one.doppler.bands)
    before, after = (np.median(each, axis=0) for each in np.split(late.doppler.bands, [calm]))
    assert np.abs(before - after).mean() < 1.5
    assert abs(float(np.median(late.doppler.noise[:calm]) - np.median(one.doppler.noise))) < 1.0


def test_what_rises_begins_below_what_it_comes_to() -> None:
    one = example([int(Kind.AIR)] * 200)
    loud = replace(one, doppler=replace(one.doppler, bands=one.doppler.bands + 40))
    quiet, _ = learned_from(one.doppler.bands)
    late = rising(replace(loud, median=quiet, high=quiet + 6), 5.0, np.random.default_rng(0))
    assert len(late) == 100 + len(one)
    level = np.median(late.doppler.bands - quiet, axis=1)
    assert abs(level[:100].mean()) < 1.5
    assert level[100] < 15 < level[130] < level[160] + 6
    np.testing.assert_array_equal(late.doppler.bands[160:], loud.doppler.bands[60:])
