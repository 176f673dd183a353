"""The node's configuration: what it takes, and how it says what is wrong."""

from pathlib import Path

import pytest

from halcyon.service.broker import Broker
from halcyon.service.table import ConfigError
from halcyon_speaker.budget import SHARE
from halcyon_speaker.config import load_config
from halcyon_speaker.wire import Address


def written(folder: Path, text: str) -> Path:
    path = folder / "speaker.toml"
    path.write_text(text)
    return path


def test_a_name_is_enough(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STATE_DIRECTORY", str(tmp_path / "state"))
    config = load_config(written(tmp_path, 'node = "box"'))
    assert config.address == Address("home", "box")
    assert config.broker == Broker("localhost", 1883)
    assert config.options.own_tone
    assert config.options.budget == SHARE
    assert not config.options.share
    assert not config.options.snippets
    assert not config.options.pets
    assert config.state == tmp_path / "state"
    assert config.sounds == tmp_path / "state" / "sounds"


def test_everything_that_can_be_set(tmp_path: Path) -> None:
    config = load_config(
        written(
            tmp_path,
            """
            site = "cabin"
            node = "box"
            room = "living-room"
            state = "kept"
            sounds = "/srv/sounds"
            share_iq = true

            [mqtt]
            host = "broker.lan"
            username = "box"
            password = "secret"

            [sound]
            input = "hw:1"
            output = "hw:1"
            rate = 96000
            microphones = 4
            speakers = 2

            [tone]
            pets = true
            steady = true
            carrier_hz = 33000
            ceiling_db = -12
            full_scale_spl = 88
            lowest_hz = 20000
            highest_hz = 40000
            budget = 0.5

            [snippets]
            keep = true
            folder = "moments"
            limit_mb = 50
            """,
        )
    )
    assert config.address == Address("cabin", "box")
    assert config.options.room == "living-room"
    assert config.state == tmp_path / "kept"
    assert config.snippets == tmp_path / "moments"
    assert config.snippets_limit == 50_000_000
    assert config.sound.microphones == 4
    assert config.options.pets
    assert config.options.steady
    assert config.options.share
    assert config.options.carrier == 33_000
    hardware = config.options.hardware
    assert (hardware.rate, hardware.ceiling, hardware.spl) == (96_000, -12, 88)
    assert (hardware.lowest, hardware.highest) == (20_000, 40_000)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "node is missing"),
        ('node = "Living Room"', "a-z, 0-9 and '-'"),
        ('node = "a"\nroom = "Küche"', "room"),
        ('node = "a"\nnoed = "b"', "did you mean node"),
        ('node = "a"\n[sound]\nmicrophones = 5', "sound.microphones must be 1 to 4"),
        ('node = "a"\n[sound]\nrate = 16000', "sound.rate must be one of"),
        ('node = "a"\n[sound]\nsource = "tape"', 'sound.source must be "card"'),
        ('node = "a"\n[sound]\nsource = "file:"', 'sound.source must be "card"'),
        ('node = "a"\n[sound]\nspeakers = 3', "sound.speakers must be 1 or 2"),
        ('node = "a"\n[sound]\nmicrofones = 2', "did you mean sound.microphones"),
        ('node = "a"\n[tone]\nceiling_db = 3', "tone.ceiling_db must be a number from -60 to 0"),
        ('node = "a"\n[tone]\npets = "yes"', "tone.pets must be true or false"),
        ('node = "a"\n[tone]\nbudget = 2', "tone.budget"),
        ('node = "a"\n[snippets]\nlimit_mb = 0', "snippets.limit_mb"),
        ('node = "a"\n[mqtt]\nport = 70000', "mqtt.port"),
        ('node = "a"\nmqtt = 1', "mqtt must be a table"),
        ("node = ", "is not TOML"),
    ],
)
def test_what_is_wrong_is_named(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        load_config(written(tmp_path, text))


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="cannot be read"):
        load_config(tmp_path / "absent.toml")


def test_a_recording_brings_a_tone_that_is_not_ours(tmp_path: Path) -> None:
    config = load_config(written(tmp_path, 'node = "a"\n[sound]\nsource = "file:in.wav"'))
    assert not config.options.own_tone
