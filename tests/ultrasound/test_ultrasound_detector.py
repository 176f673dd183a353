"""The detector as its users call it: chunks in, verdicts out."""

from collections.abc import Callable, Iterator
import json

from hypothesis import given, settings, strategies as st
import numpy as np
from numpy.typing import NDArray
import pytest

from halcyon.core.reading import MotionLevel, Quadrature, SoundTrouble
from halcyon.core.snapshot import SnapshotError
from halcyon.sense.ultrasound.classifier import NETWORK
from halcyon.sense.ultrasound.detector import Detector, Verdict
from halcyon.sense.ultrasound.doppler import AXIS, BANDS
from halcyon.sense.ultrasound.features import WIDTH, Lately, features
from halcyon.sense.ultrasound.floor import Floor
from halcyon.sense.ultrasound.frontend import Frontend
from halcyon.simulate.ultrasound import Activity, draw_scene, render

type Complexes = NDArray[np.complex64]
type Chunks = Callable[..., Iterator[tuple[Quadrature, float]]]
type Tone = Callable[..., Complexes]

CARRIER = 20_000.0


@pytest.fixture(scope="module")
def walk() -> Complexes:
    """Twelve seconds of somebody who walks about, seen well."""
    scene = draw_scene(
        4, seconds=12, people=(Activity.WALK,), confounders=(), carrier=CARRIER, noise=-95.0
    )
    return render(scene, 12, 1).iq


def run(detector: Detector, pieces: Iterator[tuple[Quadrature, float]]) -> list[Verdict]:
    return [verdict for reading, t in pieces for verdict in detector.step(reading, t)]


def assert_alike(verdicts: list[Verdict], others: list[Verdict]) -> None:
    """The same but for rounding: sums of float32 depend on how many are made at once."""
    assert [each.level for each in verdicts] == [each.level for each in others]
    for name in ("t", "score"):
        values, expected = ([getattr(each, name) for each in said] for said in (verdicts, others))
        np.testing.assert_allclose(values, expected, rtol=0, atol=1e-3)


def test_a_walk_is_found_without_any_calibration(walk: Complexes, chunks: Chunks) -> None:
    verdicts = run(Detector(), chunks(walk))
    assert any(each.level is MotionLevel.MAJOR for each in verdicts)
    assert max(each.score for each in verdicts) > 0.8
    assert all(each.trouble is SoundTrouble.UNCALIBRATED for each in verdicts)


def test_a_quiet_room_is_quiet(tone: Tone, chunks: Chunks) -> None:
    verdicts = run(Detector(), chunks(tone(30.0)))
    assert {each.level for each in verdicts} == {MotionLevel.NONE}
    ratio = verdicts[-1].ratio
    assert ratio is not None
    assert abs(ratio - 90.0) < 1.0


@pytest.mark.parametrize("microphones", [1, 2, 3, 4])
@pytest.mark.parametrize(("rate", "carrier"), [(1000.0, 18e3), (44_100 / 22, 19e3), (2e3, 45e3)])
def test_any_device_will_do(
    tone: Tone, chunks: Chunks, microphones: int, rate: float, carrier: float
) -> None:
    samples = tone(2.0, rate=rate, carrier=carrier, microphones=microphones)
    verdicts = run(Detector(), chunks(samples, rate=rate, carrier=carrier))
    assert len(verdicts) == pytest.approx((2.0 - 0.128) / 0.05 + 1, abs=1.5)
    assert all(each.spectrum.shape == (BANDS,) == AXIS.shape for each in verdicts)
    assert all(0 <= each.score <= 1 for each in verdicts)


@settings(max_examples=15)
@given(size=st.integers(7, 2500))
def test_verdicts_do_not_depend_on_how_samples_were_cut(
    walk: Complexes, chunks: Chunks, size: int
) -> None:
    usual = run(Detector(), chunks(walk[:4000]))
    assert_alike(run(Detector(), chunks(walk[:4000], size=size)), usual)


def test_cancelled_music_does_not_depend_on_chunks_either(walk: Complexes, chunks: Chunks) -> None:
    usual = run(Detector(), chunks(walk[:6000], playback=True))
    assert_alike(run(Detector(), chunks(walk[:6000], size=737, playback=True)), usual)


@pytest.mark.parametrize("cut", [40, 1900, 6020])
@pytest.mark.parametrize("playback", [False, True])
def test_a_restart_continues_bit_by_bit(
    walk: Complexes, chunks: Chunks, cut: int, playback: bool
) -> None:
    whole = Detector()
    whole.calibrate(1001.0)
    expected = run_parts(whole, walk, cut, chunks, playback=playback)
    first, second = Detector(), Detector()
    first.calibrate(1001.0)
    said = run(first, chunks(walk[:cut], playback=playback))
    second.restore(json.loads(json.dumps(first.snapshot())))
    said += run(second, chunks(walk[cut:8000], start=1000.0 + cut / 1000, playback=playback))
    assert len(said) == len(expected)
    for one, other in zip(said, expected, strict=True):
        assert (one.t, one.level, one.score, one.kinds) == (
            other.t,
            other.level,
            other.score,
            other.kinds,
        )
        np.testing.assert_array_equal(one.spectrum, other.spectrum)
    assert second.snapshot() == whole.snapshot()


def run_parts(
    detector: Detector, walk: Complexes, cut: int, chunks: Chunks, *, playback: bool
) -> list[Verdict]:
    """The same chunks without a restart between them."""
    said = run(detector, chunks(walk[:cut], playback=playback))
    rest = chunks(walk[cut:8000], start=1000.0 + cut / 1000, playback=playback)
    return said + run(detector, rest)


def test_a_snapshot_of_other_weights_keeps_what_was_learned(tone: Tone, chunks: Chunks) -> None:
    detector = Detector()
    detector.calibrate(1000.0)
    run(detector, chunks(tone(62.0)))
    state = json.loads(json.dumps(detector.snapshot()))
    state["classifier"]["weights"] = "of another release"
    other = Detector()
    other.restore(state)
    assert other.calibration.at == detector.calibration.at is not None


def test_a_snapshot_that_is_none_changes_nothing() -> None:
    detector = Detector()
    before = detector.snapshot()
    state = json.loads(json.dumps(before))
    del state["judge"]
    with pytest.raises(SnapshotError):
        detector.restore(state)
    assert detector.snapshot() == before


def test_the_quiet_room_is_learned_in_a_minute(tone: Tone, chunks: Chunks) -> None:
    detector = Detector()
    detector.calibrate(1000.0)
    samples = tone(64.0, noise=-88.0)
    run(detector, chunks(samples[:30_000]))
    progress = detector.calibration.progress
    assert progress is not None
    assert 0.4 < progress < 0.6
    verdicts = run(detector, chunks(samples[30_000:], start=1030.0))
    learned = detector.calibration
    assert learned.progress is None
    assert learned.at == pytest.approx(1060.1, abs=0.2)
    assert verdicts[-1].trouble is None


@pytest.fixture
def calibrated(tone: Tone, chunks: Chunks) -> Detector:
    detector = Detector()
    detector.calibrate(1000.0)
    run(detector, chunks(tone(62.0)))
    return detector


def test_broken_input_neither_triggers_nor_destroys_what_was_learned(
    calibrated: Detector, tone: Tone, chunks: Chunks
) -> None:
    learned = calibrated.calibration
    broken: dict[str, Complexes] = {
        "silent": np.zeros((8000, 2), dtype=np.complex64),
        "constant": np.full((8000, 2), 0.1, dtype=np.complex64),
        "no numbers": np.full((8000, 2), np.nan, dtype=np.complex64),
        "infinite": np.full((8000, 2), np.inf, dtype=np.complex64),
        "noise alone": (tone(8.0, noise=-20.0, seed=3) - 0.1).astype(np.complex64) * 1e-4,
        "three microphones": tone(8.0, microphones=3),
        "none": np.empty((8000, 0), dtype=np.complex64),
    }
    t = 1062.0
    for name, samples in broken.items():
        verdicts = run(calibrated, chunks(samples, start=t))
        assert {each.level for each in verdicts} <= {MotionLevel.NONE}, name
        assert all(np.isfinite(each.score) for each in verdicts), name
        t += 8.0
    verdicts = run(calibrated, chunks(tone(20.0, seed=5), start=t))
    assert {each.level for each in verdicts} == {MotionLevel.NONE}
    now = calibrated.calibration
    assert now.at == learned.at
    assert now.median is not None
    assert learned.median is not None
    np.testing.assert_array_equal(now.median, learned.median)


@pytest.mark.parametrize("flags", [{"emitting": False}, {"settling": True}, {"clipped": True}])
def test_what_is_worth_nothing_is_not_judged(
    walk: Complexes, chunks: Chunks, flags: dict[str, bool]
) -> None:
    verdicts = run(Detector(), chunks(walk[:900], **flags))
    assert not verdicts


def test_bursts_show_somebody_who_walks(walk: Complexes, chunks: Chunks) -> None:
    """The tone is on for one chunk of five: 50 ms of every quarter of a second."""
    detector = Detector()
    on = iter(chunks(walk))
    off = iter(chunks(np.zeros_like(walk), emitting=False))
    verdicts: list[Verdict] = []
    for number, (loud, still) in enumerate(zip(on, off, strict=True)):
        verdicts += detector.step(*(loud if number % 5 == 0 else still))
    assert len(verdicts) == pytest.approx(48, abs=2)
    assert max(each.score for each in verdicts) > 0.5


def test_standby_forgets_what_goes_on_but_not_the_room(
    calibrated: Detector, walk: Complexes, chunks: Chunks
) -> None:
    run(calibrated, chunks(walk, start=1062.0))
    learned = calibrated.calibration.at
    calibrated.cease()
    assert calibrated.calibration.at == learned
    verdicts = run(calibrated, chunks(walk[:150], start=2000.0))
    assert {each.level for each in verdicts} == {MotionLevel.NONE}


def test_warm_air_makes_the_same_shift_a_faster_speed(tone: Tone, chunks: Chunks) -> None:
    samples = tone(echo=-40.0, speed=1.45)
    cold, warm = Detector(), Detector()
    cold.air(-20.0, 50.0)
    warm.air(45.0, 50.0)
    peaks = [
        AXIS[np.mean([each.spectrum for each in run(detector, chunks(samples))], axis=0).argmax()]
        for detector in (cold, warm)
    ]
    assert peaks[0] < peaks[1]


def test_a_floor_moves_with_the_air_and_comes_back(tone: Tone, chunks: Chunks) -> None:
    detector = Detector()
    detector.air(20.0, 50.0)
    detector.calibrate(1000.0)
    # Something far away that always turns leaves a line in the floor.
    samples = tone(62.0, noise=-95.0, echo=-75.0, speed=0.5)
    run(detector, chunks(samples))
    assert detector.calibration.at is not None
    dry, usual = (_floor_after(detector, humidity, samples, chunks) for humidity in (20.0, 50.0))
    moved = np.abs(dry - usual)
    assert moved.max() > 0.05
    assert np.percentile(moved, 25) < 0.02


def _floor_after(
    detector: Detector, humidity: float, samples: Complexes, chunks: Chunks
) -> NDArray[np.float32]:
    """The spectrum of a frame, over the floor in air of a humidity."""
    other = Detector()
    other.restore(detector.snapshot())
    other.air(20.0, humidity)
    return run(other, chunks(samples[:200], start=1062.0))[0].spectrum


def test_the_batch_path_gives_the_features_of_the_stream(walk: Complexes) -> None:
    found, _ = Frontend(1000.0, CARRIER, 2).step(walk)
    assert found is not None
    alone, together = (Floor(), Lately()), (Floor((3,)), Lately())
    for index in range(len(found.noise)):
        one = found[index]
        many = type(one)(*(np.stack([value] * 3) for value in _values(one)))
        alone[0].step(one.bands, one.noise, one.burst)
        together[0].step(many.bands, many.noise, many.burst)
        x = features(one, alone[0], alone[1].step(one.bands), 2)
        xs = features(many, together[0], together[1].step(many.bands), np.full(3, 2.0))
        assert x.shape == (WIDTH,)
        np.testing.assert_array_equal(xs, np.stack([x] * 3))


def _values(one: object) -> list[NDArray[np.float32]]:
    names = ("bands", "noise", "burst", "balance", "gain")
    return [np.asarray(getattr(one, name)) for name in names]


def test_the_network_is_small() -> None:
    assert NETWORK.structure.inputs == WIDTH
    assert NETWORK.structure.parameters < 100_000
