"""The configuration: what it takes, and how it says what is wrong."""

from pathlib import Path

import pytest

from halcyon.service.broker import Broker, Tls
from halcyon.service.config import Sensing, load_config
from halcyon.service.speech_config import SpeechConfig
from halcyon.service.table import ConfigError


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    monkeypatch.delenv("STATE_DIRECTORY", raising=False)
    return tmp_path


def written(folder: Path, text: str) -> Path:
    path = folder / "halcyon.toml"
    path.write_text(text)
    return path


def test_nothing_configured_is_a_broker_on_this_machine(home: Path) -> None:
    config = load_config(None)
    assert config.broker == Broker("localhost", 1883)
    assert config.sensing is Sensing.HOME_ASSISTANT
    assert config.house.site == "home"
    assert config.house.automatic
    assert config.store == home / "state" / "halcyon"


def test_the_users_own_file_is_found(home: Path) -> None:
    (home / "config").mkdir()
    written(home / "config", 'site = "cabin"')
    assert load_config(None).house.site == "cabin"


def test_everything_that_can_be_set(home: Path) -> None:
    for name in ("ca.pem", "own.pem", "own.key"):
        (home / name).touch()
    (home / "secret").write_text("pass word\n")
    config = load_config(
        written(
            home,
            """
            site = "cabin"
            sensing = "service"
            store = "kept"

            [mqtt]
            host = "broker.lan"
            username = "halcyon"
            password_file = "secret"

            [mqtt.tls]
            ca = "ca.pem"
            certificate = "own.pem"
            key = "own.key"

            [dialects]
            esphome_mqtt = ["bedroom-radar", "office/desk"]
            zigbee2mqtt = "zigbee2mqtt"

            [speech]
            port = 10400
            bind = "127.0.0.1"
            address = "halcyon.lan"
            zeroconf = false
            language = "de"
            models = "models"
            hermes = false
            patience = 1.5

            [[house.rooms]]
            id = "bedroom"
            nodes = [{ node = "esphome:bedroom-radar", x = 1 }]
            """,
        )
    )
    tls = Tls(home / "ca.pem", home / "own.pem", home / "own.key")
    assert config.broker == Broker("broker.lan", 8883, "halcyon", "pass word", tls)
    assert config.sensing is Sensing.SERVICE
    assert config.store == home / "kept"
    assert config.esphome == ("bedroom-radar", "office/desk")
    assert config.zigbee2mqtt == "zigbee2mqtt"
    assert config.speech == SpeechConfig(
        port=10400,
        bind="127.0.0.1",
        address="halcyon.lan",
        zeroconf=False,
        language="de",
        models=home / "models",
        hermes=False,
        patience=1.5,
    )
    assert [room.id for room in config.house.rooms] == ["bedroom"]
    assert not config.house.automatic


@pytest.mark.parametrize("name", ["house.json", "house.toml"])
def test_the_house_may_be_a_file_of_its_own(home: Path, name: str) -> None:
    text = '{"rooms":[{"id":"den"}]}' if name.endswith("json") else '[[rooms]]\nid = "den"'
    (home / name).write_text(text)
    house = load_config(written(home, f'house = "{name}"')).house
    assert [room.id for room in house.rooms] == ["den"]


def test_a_password_is_never_shown() -> None:
    assert "hunter2" not in repr(Broker(username="me", password="hunter2"))  # noqa: S106


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("site = ", "is not TOML"),
        ('site = "My Home"', "site 'My Home' must be 1 to 32"),
        ("site = 3", 'site must be a text in quotes: site = "…"'),
        ('sensing = "both"', "sensing must be one of home_assistant, service"),
        ('sesing = "service"', "sesing is not a setting; did you mean sensing?"),
        ("colour = 1", "colour is not a setting; known are site, "),
        ("mqtt = 1883", "mqtt must be a table: [mqtt]"),
        ("[mqtt]\nprot = 1883", "mqtt.prot is not a setting; did you mean mqtt.port?"),
        ('[mqtt]\nport = "1883"', "mqtt.port must be a whole number without quotes"),
        ("[mqtt]\nport = 70000", "mqtt.port must be between 1 and 65535"),
        ('[mqtt]\npassword = "x"', "mqtt.password needs mqtt.username"),
        (
            '[mqtt]\nusername = "x"\npassword = "x"\npassword_file = "y"',
            "mqtt.password and mqtt.password_file exclude each other",
        ),
        ('[mqtt]\npassword_file = "absent"', "absent cannot be read: No such file"),
        ('[mqtt.tls]\nca = "absent.pem"', "mqtt.tls.ca: there is no file"),
        ('[mqtt.tls]\ncert = "x"', "mqtt.tls.cert is not a setting"),
        (
            '[dialects]\nesphome_mqtt = "x"',
            'esphome_mqtt must be a list of texts: esphome_mqtt = ["…"]',
        ),
        ('[dialects]\nesphome_mqtt = ["a/#"]', "dialects: 'a/#' is no topic prefix"),
        ('[dialects]\nzigbee2mqtt = "$SYS"', "dialects: '$SYS' is no topic prefix"),
        ("[speech]\nport = -1", "speech.port must be between 0 (any) and 65535"),
        ("[speech]\npatience = 0.5", "speech.patience must be a number from 1 to 3"),
        ("[speech]\nmodel = 1", "speech.model is not a setting; did you mean speech.models?"),
        ("[house]\nrooms = 1", "house: house: rooms must be a list"),
        ('house = "absent.json"', "house: "),
        ('[house]\nsite = "other"', "house.site is 'other' but site is 'home'"),
    ],
)
def test_a_mistake_is_named_with_its_key_and_remedy(home: Path, text: str, expected: str) -> None:
    path = written(home, text)
    with pytest.raises(ConfigError) as caught:
        load_config(path)
    assert expected in str(caught.value)
    assert str(path) in str(caught.value)


def test_a_file_that_was_named_must_be_there(home: Path) -> None:
    with pytest.raises(ConfigError, match="cannot be read"):
        load_config(home / "absent.toml")


def test_the_example_in_the_documentation_is_valid(home: Path) -> None:
    document = (Path(__file__).parents[2] / "docs" / "command_line.md").read_text()
    example = document.split("```toml\n")[1].split("```")[0]
    for name in ("ca.pem", "own.pem", "own.key", "password"):
        (home / name).touch()
    config = load_config(written(home, example))
    assert config.store == home / "state"
    assert [mount.source for mount in config.house.rooms[0].mounts][1] == "esphome:bedroom-radar"
