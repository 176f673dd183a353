from dataclasses import replace

from hypothesis import given, strategies as st
import numpy as np
import pytest
from tests.ultrasound_simulator.probes import level_db

from halcyon.simulate.ultrasound.arrays import Complexes
from halcyon.simulate.ultrasound.rendering import render
from halcyon.simulate.ultrasound.scene import Scene
from halcyon.simulate.ultrasound.source import TAPS, Emission, Playback, delayed, reach

BASS = np.sin(2 * np.pi * 60 * np.arange(16_000) / 8000).astype(np.float32)


def spectrum_db(iq: Complexes) -> np.ndarray:
    """The lines of 2 s in dB, 0.5 Hz apart."""
    lines: np.ndarray = 20 * np.log10(np.abs(np.fft.fft(iq) / len(iq)) + 1e-15)
    return lines


def test_a_bass_note_makes_sidebands_of_phase_modulation() -> None:
    music = Playback(BASS, 8000.0, beta=0.2, am=0.0, square=0.0)
    lines = spectrum_db(music.modulation(0, 2000, 1000.0))
    # Bessel functions of 0.2: 0.9900, 0.0995, 0.00498.
    assert lines[0] == pytest.approx(20 * np.log10(0.9900), abs=0.01)
    assert lines[[120, -120]] == pytest.approx(20 * np.log10(0.0995), abs=0.01)
    assert lines[[240, -240]] == pytest.approx(20 * np.log10(0.00498), abs=0.05)


def test_amplitude_modulation_adds_to_one_side() -> None:
    music = Playback(BASS, 8000.0, beta=0.01, am=0.01, square=0.0)
    lines = spectrum_db(music.modulation(0, 2000, 1000.0))
    # In quadrature on both sides: the same power, 3 dB more than either alone.
    assert lines[[120, -120]] == pytest.approx(20 * np.log10(0.005) + 3.01, abs=0.05)


def test_distortion_lies_only_at_bass_frequencies() -> None:
    rng = np.random.default_rng(1)
    noise = rng.standard_normal(80_000)
    spectrum = np.fft.rfft(noise)
    spectrum[np.fft.rfftfreq(80_000, 1 / 8000) > 150] = 0
    song = np.fft.irfft(spectrum)
    song /= np.abs(song).max()
    scene = Scene(playback=Playback(song.astype(np.float32), 8000.0, beta=0.1))
    scene = replace(scene, device=replace(scene.device, noise=-300.0))
    iq = render(scene, 8, 1).iq[:, 0] / 0.1
    lines = np.abs(np.fft.fft((iq - iq.mean()) * np.hanning(8000)) / 8000) ** 2
    hz = np.abs(np.fft.fftfreq(8000, 1e-3))
    inside, outside = lines[(hz > 2) & (hz < 160)].sum(), lines[(hz > 330) & (hz < 400)].sum()
    assert -45 < 10 * np.log10(inside) < -15
    assert outside < inside * 1e-5


def test_distortion_is_nearly_the_same_at_every_microphone() -> None:
    # Every path carries the same modulation; only their delays differ.
    scene = Scene(playback=Playback(BASS, 8000.0, beta=0.2))
    scene = replace(scene, device=replace(scene.device, noise=-300.0))
    iq = render(scene, 4, 1).iq
    sides = iq - iq.mean(axis=0)
    weight = np.vdot(sides[:, 1], sides[:, 0]) / np.vdot(sides[:, 1], sides[:, 1])
    assert level_db(sides[:, 0] - weight * sides[:, 1]) < level_db(sides[:, 0]) - 15


def test_music_begins_and_ends() -> None:
    music = Playback(BASS, 8000.0, start=1.0, end=1.5)
    factor = music.modulation(0, 2000, 1000.0)
    assert np.abs(factor[:980] - 1).max() < 1e-4
    assert np.abs(factor[1020:1480] - 1).max() > 0.05
    assert np.abs(factor[1520:] - 1).max() < 1e-4


@pytest.mark.parametrize("rate", [900.0, 1500.0, 500.0])
def test_a_displacement_of_another_rate_is_refused(rate: float) -> None:
    with pytest.raises(ValueError, match="multiple"):
        Playback(BASS, rate).modulation(0, 100, 1000.0)


def test_a_displacement_without_samples_is_refused() -> None:
    with pytest.raises(ValueError, match="finite"):
        Playback(np.empty(0, dtype=np.float32), 8000.0)


@given(delay=st.floats(0, 40), frequency=st.floats(-0.35, 0.35))
def test_a_delay_turns_the_phase_by_what_it_should(delay: float, frequency: float) -> None:
    back = reach(np.array([delay]))
    n = np.arange(-back, 60 + TAPS // 2)
    tone = np.exp(2j * np.pi * frequency * n).astype(np.complex64)
    found = delayed(tone, np.array([delay]))[0]
    assert len(found) == 60
    expected = np.exp(2j * np.pi * frequency * (np.arange(60) - delay))
    assert np.abs(found - expected).max() < 4e-3


def test_bursts_of_the_tone_have_soft_ends() -> None:
    emission = Emission(on=0.1, period=0.25)
    t = np.arange(0, 1, 1e-4)
    envelope = emission.envelope(t)
    assert envelope.max() == 1
    assert np.mean(envelope) == pytest.approx(0.38, abs=0.01)
    assert np.abs(np.diff(envelope)).max() < 0.04
    assert emission.envelope(np.array([0.0, 0.0025, 0.05, 0.0975, 0.2])) == pytest.approx(
        [0, 0.5, 1, 0.5, 0]
    )


def test_the_room_rings_on_when_the_tone_stops(bare: Scene) -> None:
    scene = Scene(emission=Emission(on=0.1, period=0.5))
    scene = replace(scene, device=replace(scene.device, noise=-300.0))
    size = 20 * np.log10(np.abs(render(scene, 2, 1).iq[:, 0]) + 1e-12)
    assert size[550] > -22
    # 15 ms after the end there is only reverberation, 100 ms after it hardly anything.
    assert -75 < size[615:620].mean() < -35
    assert size[700] < -100
