from hypothesis import given, settings, strategies as st
import numpy as np
import pytest
from tests.canceller.conftest import Place, bass

from halcyon.sense.ultrasound.phasor import Change, Phasor
from halcyon.sense.ultrasound.prediction import Evidence, heard, prior, solve

ALL = np.ones(2, dtype=np.bool_)


def test_a_filter_between_two_microphones_is_found() -> None:
    rng = np.random.default_rng(1)
    source = (rng.standard_normal((20_000, 2)) @ np.array([1, 1j])).astype(np.complex64)
    echoed = 0.8 * source + 0.1j * np.roll(source, 3) - 0.05 * np.roll(source, 7)
    both = np.stack([source, echoed], axis=1)
    evidence = Evidence.none(2, 8)
    for start in range(0, 19_500, 250):
        evidence = evidence.joined(heard(both[start : start + 500], 8, 1), 1.0)
    weights = solve(evidence, ALL, 1, prior(ALL, 8)[:, :, 1])
    weights = solve(evidence, ALL, 1, weights)
    assert weights[0] == pytest.approx(np.array([0.8, 0, 0, 0.1j, 0, 0, 0, -0.05]), abs=0.01)
    assert not weights[1].any()


def test_without_evidence_the_others_are_averaged() -> None:
    live = np.array([True, True, False, True])
    weights = prior(live, 3)
    assert weights[:, 0, 0] == pytest.approx([0, 0.5, 0, 0.5])
    assert not weights[:, 1:].any()
    assert not weights[:, :, 2].any()
    assert np.array_equal(solve(Evidence.none(4, 3), live, 0, weights[:, :, 0]), weights[:, :, 0])


def test_silence_is_no_evidence() -> None:
    evidence = heard(np.zeros((500, 2), dtype=np.complex64), 4, 1)
    centre = prior(ALL, 4)[:, :, 0]
    assert np.array_equal(solve(evidence, ALL, 0, centre), centre)


@settings(max_examples=30)
@given(st.integers(0, 10_000), st.sampled_from([1e-12, 1e-6, 1.0]), st.integers(1, 3))
def test_weights_are_small_numbers_whatever_was_heard(seed: int, loud: float, tones: int) -> None:
    # A few tones without noise determine only as many taps.
    rng = np.random.default_rng(seed)
    t = np.arange(500)[:, None]
    hz, phase = rng.uniform(20, 300, tones), rng.uniform(0, 6, (tones, 3))
    sound = sum(np.exp(2j * np.pi * f * t / 1000 + 1j * p) for f, p in zip(hz, phase, strict=True))
    evidence = heard((loud * sound).astype(np.complex64), 16, 1)
    live = np.ones(3, dtype=np.bool_)
    weights = solve(evidence, live, 0, prior(live, 16)[:, :, 0])
    weights = solve(evidence, live, 0, weights)
    assert np.isfinite(weights).all()
    assert np.abs(weights).max() < 10


def test_correlations_are_those_of_the_samples() -> None:
    sound = Place(2).hears(500) * 100
    fade = np.hanning(501)[:-1, None]
    faded = (sound - sound.mean(axis=0)) * fade
    evidence = heard(sound, 5, 2)
    for lag in range(5):
        past, now = faded[: 500 - 2 * lag], faded[2 * lag :]
        assert evidence.sums[:, :, lag] == pytest.approx(past.conj().T @ now, rel=1e-3, abs=1e-3)


def blocks(phasor: Phasor, carriers: np.ndarray, count: int, hz: float = 0.0) -> list[Change]:
    """So many blocks of a tone that turns, seen by a phasor."""
    at = np.exp(2j * np.pi * hz * 0.05 * np.arange(count))
    return [phasor.step(carriers * turn, np.full(len(carriers), 1e-3)) for turn in at]


def test_a_turning_carrier_is_followed() -> None:
    phasor, carriers = Phasor(2, 50), np.array([0.1, 0.2j])
    changes = blocks(phasor, carriers, 100, hz=0.4)
    assert changes[0] is Change.FOUND
    assert set(changes[1:]) == {Change.NONE}
    expected = carriers * np.exp(2j * np.pi * 0.4 * 0.05 * 100)
    middle = phasor.across(0, 50)[24:26].mean(axis=0)
    assert middle == pytest.approx(expected, rel=0.02)
    # Within a block it goes on turning.
    ends = phasor.across(0, 50)[[0, -1], 0]
    assert np.angle(ends[1] / ends[0]) == pytest.approx(2 * np.pi * 0.4 * 0.049, rel=0.02)


def test_a_covered_microphone_is_left_out_after_a_second() -> None:
    phasor, carriers = Phasor(3, 50), np.array([0.1, 0.1, 0.1j])
    blocks(phasor, carriers, 10)
    changes = blocks(phasor, carriers * [1, 0.01, 1], 22)
    assert changes[:20] == [Change.STRANGE] * 20
    assert changes[20] is Change.FOUND
    assert phasor.live.tolist() == [True, False, True]
    assert np.array_equal(phasor.across(0, 2)[:, 1], [1, 1])


def test_somebody_in_the_room_is_not_strange() -> None:
    phasor, carriers = Phasor(2, 50), np.array([0.1, 0.1j])
    blocks(phasor, carriers, 20)
    assert blocks(phasor, carriers * [1.05, 0.97j / 1j], 5) == [Change.NONE] * 5


def test_bass_is_bass() -> None:
    lines = np.abs(np.fft.rfft(bass(4000, 1)))
    hz = np.fft.rfftfreq(4000, 1e-3)
    assert lines[(hz < 30) | (hz > 150)].max() < 1e-9 * lines.max()
