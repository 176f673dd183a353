"""The service's configuration: one TOML file, of which every part may be left out."""

from collections.abc import Mapping
from dataclasses import dataclass, field
import difflib
from enum import StrEnum
import json
import os
from pathlib import Path
import tomllib
from typing import cast

from ..core.house import House, HouseError, house_from_json
from ..core.message import is_id
from ..core.snapshot import Json

DEFAULT_SITE = "home"
PLAIN_PORT = 1883
TLS_PORT = 8883
FILE_NAME = "halcyon.toml"


class ConfigError(ValueError):
    """The configuration cannot be used; the message names the key and the remedy."""


class Sensing(StrEnum):
    """Who hosts the rooms of a site. It is never switched automatically."""

    HOME_ASSISTANT = "home_assistant"
    SERVICE = "service"


@dataclass(frozen=True, slots=True)
class Tls:
    """Encryption: the authority to trust (None: the system's) and our own certificate."""

    ca: Path | None = None
    certificate: Path | None = None
    key: Path | None = None


@dataclass(frozen=True, slots=True)
class Broker:
    """Where the MQTT broker is and who we are to it."""

    host: str = "localhost"
    port: int = PLAIN_PORT
    username: str | None = None
    password: str | None = field(default=None, repr=False)
    tls: Tls | None = None


@dataclass(frozen=True, slots=True)
class Config:
    """Everything that the service holds without Home Assistant.

    `esphome` are topic prefixes of ESPHome devices, `zigbee2mqtt` is the base topic of a
    Zigbee2MQTT, `store` the folder of the state.
    """

    house: House
    store: Path
    broker: Broker = Broker()
    sensing: Sensing = Sensing.HOME_ASSISTANT
    esphome: tuple[str, ...] = ()
    zigbee2mqtt: str | None = None


def load_config(path: Path | None) -> Config:
    """Read a configuration; None reads the user's own where there is one, else the defaults.

    Raises ConfigError.
    """
    if path is None:
        path = _folder("XDG_CONFIG_HOME", ".config") / FILE_NAME
        if not path.exists():
            return _config(_Table({}, ""), Path())
    try:
        document = tomllib.loads(_read(path, "the configuration"))
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"{path} is not TOML: {error}") from error
    try:
        return _config(_Table(document, ""), path.parent)
    except ConfigError as error:
        raise ConfigError(f"{path}: {error}") from error


def _config(top: _Table, folder: Path) -> Config:
    site = top.text("site", DEFAULT_SITE)
    if not is_id(site):
        raise ConfigError(f"site {site!r} must be 1 to 32 of a-z, 0-9 and '-'")
    mqtt, dialects = top.table("mqtt"), top.table("dialects")
    sensing = top.text("sensing", Sensing.HOME_ASSISTANT)
    if sensing not in list(Sensing):
        raise ConfigError(f"sensing must be one of {', '.join(Sensing)}, not {sensing!r}")
    config = Config(
        house=_house(top, site, folder),
        store=_path(top.optional_text("store"), folder) or _default_store(),
        broker=_broker(mqtt, folder),
        sensing=Sensing(sensing),
        esphome=tuple(dialects.topic(text) for text in dialects.texts("esphome_mqtt")),
        zigbee2mqtt=(
            None
            if (base := dialects.optional_text("zigbee2mqtt")) is None
            else dialects.topic(base)
        ),
    )
    for table in (top, mqtt, dialects):
        table.done()
    return config


def _broker(mqtt: _Table, folder: Path) -> Broker:
    tls = _tls(mqtt.table("tls"), folder) if mqtt.has("tls") else None
    port = mqtt.whole("port", PLAIN_PORT if tls is None else TLS_PORT)
    if not 1 <= port <= 65535:
        raise ConfigError(f"mqtt.port must be between 1 and 65535, not {port}")
    username, password = mqtt.optional_text("username"), mqtt.optional_text("password")
    file = _path(mqtt.optional_text("password_file"), folder)
    if file is not None:
        if password is not None:
            raise ConfigError("mqtt.password and mqtt.password_file exclude each other; keep one")
        password = _read(file, "mqtt.password_file").rstrip("\r\n")
    if password is not None and username is None:
        raise ConfigError("mqtt.password needs mqtt.username beside it")
    return Broker(mqtt.text("host", "localhost"), port, username, password, tls)


def _tls(table: _Table, folder: Path) -> Tls:
    files = {key: _path(table.optional_text(key), folder) for key in ("ca", "certificate", "key")}
    for key, file in files.items():
        if file is not None and not file.is_file():
            raise ConfigError(f"mqtt.tls.{key}: there is no file {file}")
    if (files["certificate"] is None) != (files["key"] is None):
        raise ConfigError("mqtt.tls.certificate and mqtt.tls.key are needed together")
    table.done()
    return Tls(**files)


def _house(top: _Table, site: str, folder: Path) -> House:
    described = top.take("house")
    if isinstance(described, str):
        file = folder / described
        text = _read(file, "house")
        try:
            described = tomllib.loads(text) if file.suffix == ".toml" else json.loads(text)
        except ValueError as error:
            raise ConfigError(f"house: {file} cannot be read: {error}") from error
    try:
        house = house_from_json(cast("Json", {} if described is None else described), site)
    except HouseError as error:
        raise ConfigError(f"house: {error}") from error
    if house.site != site:
        raise ConfigError(f"house.site is {house.site!r} but site is {site!r}; keep only site")
    return house


def _default_store() -> Path:
    given = os.environ.get("STATE_DIRECTORY")
    return Path(given) if given else _folder("XDG_STATE_HOME", ".local/state") / "halcyon"


def _folder(variable: str, beneath_home: str) -> Path:
    given = os.environ.get(variable)
    return Path(given) if given else Path.home() / beneath_home


def _path(text: str | None, folder: Path) -> Path | None:
    return None if text is None else folder / Path(text).expanduser()


def _read(path: Path, what: str) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not UTF-8 text"
        raise ConfigError(f"{what}: {path} cannot be read: {reason}") from error


class _Table:
    """One table of the file: typed reads, and a complaint about keys that nobody read."""

    def __init__(self, values: Mapping[str, object], place: str) -> None:
        self._values = values
        self._place = place
        self._known: list[str] = []

    def has(self, key: str) -> bool:
        return key in self._values

    def take(self, key: str) -> object:
        self._known.append(key)
        return self._values.get(key)

    def table(self, key: str) -> _Table:
        value = self.take(key)
        if value is None:
            value = {}
        if not isinstance(value, dict):
            raise ConfigError(f"{self._place}{key} must be a table: [{self._place}{key}]")
        return _Table(value, f"{self._place}{key}.")

    def optional_text(self, key: str) -> str | None:
        value = self.take(key)
        if value is not None and (not isinstance(value, str) or not value):
            raise ConfigError(f'{self._place}{key} must be a text in quotes: {key} = "…"')
        return value

    def text(self, key: str, default: str) -> str:
        value = self.optional_text(key)
        return default if value is None else value

    def texts(self, key: str) -> list[str]:
        value = self.take(key)
        if value is None:
            return []
        if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
            raise ConfigError(f'{self._place}{key} must be a list of texts: {key} = ["…"]')
        return value

    def topic(self, text: str) -> str:
        """A topic or prefix without wildcards, which would make us listen to everything."""
        if not text or text[0] in "$/" or text[-1] == "/" or set(text) & set("+#\0"):
            raise ConfigError(
                f"{self._place[:-1]}: {text!r} is no topic prefix; leave out + and #, "
                "a leading $ and slashes at its ends"
            )
        return text

    def whole(self, key: str, default: int) -> int:
        value = self.take(key)
        if value is None:
            return default
        if isinstance(value, bool) or not isinstance(value, int):
            raise ConfigError(f"{self._place}{key} must be a whole number without quotes")
        return value

    def done(self) -> None:
        for key in self._values:
            if key not in self._known:
                near = difflib.get_close_matches(key, self._known, n=1)
                hint = (
                    f"did you mean {self._place}{near[0]}?"
                    if near
                    else f"known are {', '.join(self._known)}"
                )
                raise ConfigError(f"{self._place}{key} is not a setting; {hint}")
