"""Sounds from files: found only where they may be, and brought to the rate of the card."""

import math
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
import pytest
import soundfile

from halcyon_speaker.sounds import SoundError, find, load
from halcyon_speaker.spectra import audible_rise, noise_beside, resampled


def sine(rate: int, frequency: float, seconds: float = 0.5) -> NDArray[np.float32]:
    t = np.arange(round(rate * seconds)) / rate
    return (0.5 * np.sin(2 * math.pi * frequency * t)).astype(np.float32)


def test_a_name_finds_a_file_with_or_without_its_suffix(tmp_path: Path) -> None:
    (tmp_path / "door bell.wav").touch()
    assert find(tmp_path, "door bell").name == "door bell.wav"
    assert find(tmp_path, "door bell.wav").name == "door bell.wav"


@pytest.mark.parametrize(
    "name", ["../secret", "/etc/passwd", "..", "a/b", "", ".hidden", "x\0y", "secret"]
)
def test_nothing_outside_of_the_folder_is_found(tmp_path: Path, name: str) -> None:
    folder = tmp_path / "sounds"
    folder.mkdir()
    (tmp_path / "secret.wav").touch()
    (folder / "secret.wav").symlink_to(tmp_path / "secret.wav")
    with pytest.raises(SoundError):
        find(folder, name)


def test_what_is_missing_is_named_with_what_there_is(tmp_path: Path) -> None:
    (tmp_path / "chime.ogg").touch()
    with pytest.raises(SoundError, match="there are chime"):
        find(tmp_path, "bell")


@pytest.mark.parametrize("given", [8_000, 22_050, 44_100, 48_000, 96_000])
def test_a_sound_comes_at_the_rate_of_the_card(tmp_path: Path, given: int) -> None:
    path = tmp_path / "tone.wav"
    soundfile.write(path, sine(given, 1_000.0), given)
    sound = load(path, 48_000)
    assert len(sound.samples) == pytest.approx(24_000, abs=2)
    middle = sound.samples[4_000:20_000]
    expected = sine(48_000, 1_000.0)[4_000:20_000]
    assert np.abs(middle - expected).max() < 2e-3


def test_resampling_there_and_back_is_the_same() -> None:
    samples = sine(48_000, 900.0)
    back = resampled(resampled(samples, 48_000, 44_100), 44_100, 48_000)
    assert np.abs(back[2_000:-2_000] - samples[2_000 : len(back) - 2_000]).max() < 1e-3


def test_what_is_no_sound_is_refused_with_a_remedy(tmp_path: Path) -> None:
    path = tmp_path / "text.wav"
    path.write_text("no sound at all")
    with pytest.raises(SoundError, match="convert it to WAV"):
        load(path, 48_000)


def test_a_very_long_sound_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "hours.wav"
    soundfile.write(path, np.zeros(8_000 * 301, dtype=np.float32), 8_000)
    with pytest.raises(SoundError, match="longer than 5 min"):
        load(path, 48_000)


def white(density: float, seed: int) -> NDArray[np.float32]:
    """Noise of a density in dBFS in 1 Hz, where a sine of amplitude 1 is 0 dBFS."""
    deviation = math.sqrt(10 ** (density / 10) * 48_000 / 4)
    draw = np.random.default_rng(seed).standard_normal((9_600, 1))
    return (deviation * draw).astype(np.float32)


@pytest.mark.parametrize("density", [-130.0, -110.0, -90.0])
def test_noise_is_measured_beside_a_loud_tone(density: float) -> None:
    t = np.arange(9_600) / 48_000
    tone = 0.1 * np.cos(2 * math.pi * 20_000 * t)
    samples = (white(density, 1)[:, 0] + tone).astype(np.float32)
    assert noise_beside(samples, 48_000, 20_000.0, 600.0) == pytest.approx(density, abs=2.5)


def test_a_whistle_below_the_sum_of_the_noise_shows_as_a_rise() -> None:
    t = np.arange(9_600) / 48_000
    whistle = (1e-3 * np.cos(2 * math.pi * 4_000 * t)).astype(np.float32)[:, None]
    before = white(-100.0, 1)
    assert audible_rise(before, white(-100.0, 2) + whistle, 48_000) > 8
    assert audible_rise(before, white(-100.0, 2), 48_000) < 2
