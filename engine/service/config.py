"""The service's configuration: one TOML file, of which every part may be left out."""

from dataclasses import dataclass, field
from enum import StrEnum
import json
import os
from pathlib import Path
import tomllib
from typing import cast

from ..core.house import House, HouseError, house_from_json
from ..core.message import is_id
from ..core.snapshot import Json
from ..decide.routines.routine import Routine, RoutineError, routines_from_json
from ..sense.sleep.kept import KEEP_DAYS, KEEP_DAYS_RANGE
from .alarm_config import Wish, read_alarms
from .broker import Broker, read_broker
from .speech_config import SpeechConfig, read_speech
from .table import ConfigError, Table, path_in, read_text

DEFAULT_SITE = "home"
FILE_NAME = "halcyon.toml"


class Sensing(StrEnum):
    """Who hosts the rooms of a site. It is never switched automatically."""

    HOME_ASSISTANT = "home_assistant"
    SERVICE = "service"


@dataclass(frozen=True, slots=True)
class Config:
    """Everything that the service holds without Home Assistant.

    `esphome` are topic prefixes of ESPHome devices, `zigbee2mqtt` is the base topic of a
    Zigbee2MQTT, `store` the folder of the state, `keep_days` for how long nights are kept.
    `place` is the latitude and longitude of the home, degrees to the north and the east, and
    `wishes` is what the engine is told at every start.
    """

    house: House
    store: Path
    broker: Broker = field(default_factory=Broker)
    sensing: Sensing = Sensing.HOME_ASSISTANT
    esphome: tuple[str, ...] = ()
    zigbee2mqtt: str | None = None
    keep_days: float = KEEP_DAYS
    speech: SpeechConfig = field(default_factory=SpeechConfig)
    place: tuple[float, float] | None = None
    wishes: tuple[Wish, ...] = ()


def load_config(path: Path | None) -> Config:
    """Read a configuration; None reads the user's own where there is one, else the defaults.

    Raises ConfigError.
    """
    if path is None:
        path = _folder("XDG_CONFIG_HOME", ".config") / FILE_NAME
        if not path.exists():
            return _config(Table({}, ""), Path())
    try:
        document = tomllib.loads(read_text(path, "the configuration"))
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"{path} is not TOML: {error}") from error
    try:
        return _config(Table(document, ""), path.parent)
    except ConfigError as error:
        raise ConfigError(f"{path}: {error}") from error


def _config(top: Table, folder: Path) -> Config:
    site = top.text("site", DEFAULT_SITE)
    if not is_id(site):
        raise ConfigError(f"site {site!r} must be 1 to 32 of a-z, 0-9 and '-'")
    dialects = top.table("dialects")
    sensing = top.text("sensing", Sensing.HOME_ASSISTANT)
    if sensing not in list(Sensing):
        raise ConfigError(f"sensing must be one of {', '.join(Sensing)}, not {sensing!r}")
    config = Config(
        house=_house(top, site, folder),
        store=path_in(top.optional_text("store"), folder) or _default_store(),
        broker=read_broker(top.table("mqtt"), folder),
        keep_days=top.optional_number("keep_days", *KEEP_DAYS_RANGE) or KEEP_DAYS,
        sensing=Sensing(sensing),
        speech=read_speech(top.table("speech"), folder),
        place=_place(top),
        wishes=read_alarms(top),
        esphome=tuple(dialects.topic(text) for text in dialects.texts("esphome_mqtt")),
        zigbee2mqtt=(
            None
            if (base := dialects.optional_text("zigbee2mqtt")) is None
            else dialects.topic(base)
        ),
    )
    for table in (top, dialects):
        table.done()
    return config


def _house(top: Table, site: str, folder: Path) -> House:
    described = top.take("house")
    if isinstance(described, str):
        file = folder / described
        text = read_text(file, "house")
        try:
            described = tomllib.loads(text) if file.suffix == ".toml" else json.loads(text)
        except ValueError as error:
            raise ConfigError(f"house: {file} cannot be read: {error}") from error
    try:
        house = house_from_json(cast("Json", {} if described is None else described), site)
        routines = routines_from_json(house.routines)
        _check_hosted(routines)
    except HouseError as error:
        raise ConfigError(f"house: {error}") from error
    if house.site != site:
        raise ConfigError(f"house.site is {house.site!r} but site is {site!r}; keep only site")
    return house


def _check_hosted(routines: tuple[Routine, ...]) -> None:
    for routine in routines:
        if routine.hosted:
            raise RoutineError(
                f"routine {routine.id} is hosted, but nobody runs its actions here; give it a "
                "sequence"
            )


def _place(top: Table) -> tuple[float, float] | None:
    place = top.table("place")
    north = place.optional_number("latitude", -90.0, 90.0)
    east = place.optional_number("longitude", -180.0, 180.0)
    place.done()
    if (north is None) is not (east is None):
        raise ConfigError("place needs both latitude and longitude")
    return None if north is None or east is None else (north, east)


def _default_store() -> Path:
    given = os.environ.get("STATE_DIRECTORY")
    return Path(given) if given else _folder("XDG_STATE_HOME", ".local/state") / "halcyon"


def _folder(variable: str, beneath_home: str) -> Path:
    given = os.environ.get(variable)
    return Path(given) if given else Path.home() / beneath_home
