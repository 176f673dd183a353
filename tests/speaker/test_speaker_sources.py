"""Recordings and simulated rooms as sources of sound, and the check that a person runs on them."""

from dataclasses import replace
import math
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
import pytest
import soundfile
from tests.speaker.conftest import RATE, setting

from halcyon.service.table import ConfigError
from halcyon_speaker.checking import check
from halcyon_speaker.config import Config, load_config
from halcyon_speaker.sources.choosing import open_device
from halcyon_speaker.sources.device import DeviceError
from halcyon_speaker.sources.files import Recording
from halcyon_speaker.sources.scene import SimulatedRoom, load_setting


def config(folder: Path, sound: str) -> Config:
    path = folder / "speaker.toml"
    path.write_text(f'node = "box"\nstate = "state"\n[sound]\npace = 0\n{sound}\n')
    return load_config(path)


def recording(folder: Path, amplitude: float = 0.1, carrier: float = 19_000.0) -> Path:
    n = np.arange(3 * 44_100)
    noise = 1e-4 * np.random.default_rng(1).standard_normal(len(n))
    samples = amplitude * np.cos(2 * math.pi * carrier * n / 44_100) + noise
    path = folder / "in.wav"
    soundfile.write(path, samples.astype(np.float32), 44_100, subtype="PCM_24")
    return path


async def test_a_recording_brings_its_rate_and_its_carrier(tmp_path: Path) -> None:
    made, device = open_device(config(tmp_path, f'source = "file:{recording(tmp_path)}"'))
    assert device.rate == 44_100
    assert made.options.hardware.rate == 44_100
    assert made.options.carrier == 19_000.0


async def test_what_is_played_is_written_beside_a_recording(tmp_path: Path) -> None:
    path, out = recording(tmp_path), tmp_path / "out.wav"
    device = Recording(path, pace=0, played=out)
    heard = [
        block.samples
        async for block in device.blocks(lambda count: np.full((count, 2), 0.25, dtype=np.float32))
    ]
    samples, rate = soundfile.read(out, dtype="float32")
    assert rate == 44_100
    assert len(samples) == 3 * 44_100 == sum(map(len, heard))
    assert np.allclose(samples, 0.25, atol=1e-4)


async def test_what_is_no_recording_is_named(tmp_path: Path) -> None:
    (tmp_path / "in.wav").write_text("nothing")
    with pytest.raises(DeviceError, match="WAV or FLAC"):
        Recording(tmp_path / "in.wav")
    with pytest.raises(DeviceError, match="cannot be read"):
        Recording(tmp_path / "absent.wav")


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ('family = "other"', "family must be one of"),
        ('confounders = ["dragon"]', "confounders has 'dragon'"),
        ("[visitor]\nstays = 1000", "visitor.stays must be a number"),
        ('[visitor]\nactivity = "fly"', "visitor.activity must be one of"),
        ("sead = 1", "did you mean seed"),
        ("seed = ", "is not TOML"),
    ],
)
def test_a_scene_that_cannot_be_read_is_named(tmp_path: Path, text: str, error: str) -> None:
    path = tmp_path / "scene.toml"
    path.write_text(text)
    with pytest.raises(ConfigError, match=error):
        load_setting(path, 1)


def test_the_scene_of_the_demo_can_be_read() -> None:
    scenes = Path(__file__).parents[2] / "hardware" / "speaker" / "scenes"
    for path in scenes.glob("*.toml"):
        load_setting(path, 2)


async def test_a_room_answers_only_what_is_played() -> None:
    room = SimulatedRoom(setting(), RATE, pace=0, seconds=1.0)
    silent = [block.samples async for block in room.blocks(lambda n: np.zeros((n, 2), np.float32))]
    assert np.abs(np.concatenate(silent)).max() < 0.01
    count = 0

    def tone(wanted: int) -> NDArray[np.float32]:
        nonlocal count
        n = np.arange(count, count + wanted)
        count += wanted
        wave = 0.1 * np.cos(2 * math.pi * n * 5 / 12)
        return np.stack([wave, wave], axis=1).astype(np.float32)

    loud = [block.samples async for block in room.blocks(tone)]
    # The simulator's devices hear themselves at their own level when they play -20 dBFS.
    level = 10 ** (setting().scene.device.level / 20)
    assert np.abs(loud[-1]).max() == pytest.approx(level, rel=0.6)


async def test_a_check_of_a_good_device_says_so(tmp_path: Path) -> None:
    path = tmp_path / "scene.toml"
    path.write_text("seed = 7\ncarrier_hz = 20000\nnoise_dbc = -95\n")
    made, device = open_device(config(tmp_path, f'source = "scene:{path}"\nmicrophones = 2'))
    report = await check(made, device)
    assert report.good
    assert report.text.count("good") == 2
    assert "The tone is heard 6" in report.text
    assert "This works" in report.text


async def test_a_check_of_a_silent_device_says_what_to_look_at(tmp_path: Path) -> None:
    path = tmp_path / "in.wav"
    soundfile.write(path, np.zeros(3 * RATE, dtype=np.float32), RATE)
    made, device = open_device(config(tmp_path, f'source = "file:{path}"'))
    made = replace(made, options=replace(made.options, carrier=20_000.0))
    report = await check(made, device)
    assert not report.good
    assert "muted" in report.text


async def test_a_check_of_a_recording_that_clips_says_so(tmp_path: Path) -> None:
    path = recording(tmp_path, amplitude=1.3)
    made, device = open_device(config(tmp_path, f'source = "file:{path}"'))
    report = await check(made, device)
    assert "too loud, it clips" in report.text
    assert "Lower the gain" in report.text
