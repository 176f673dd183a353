"""The node's configuration: one TOML file."""

from dataclasses import dataclass
import os
from pathlib import Path
import tomllib

from halcyon.core.message import is_id
from halcyon.sense.ultrasound.sweep import Hardware
from halcyon.service.broker import Broker, read_broker
from halcyon.service.table import ConfigError, Table, path_in, read_text

from .budget import SHARE
from .options import Options
from .wire import Address

DEFAULT_FILE = Path("/etc/halcyon-speaker/speaker.toml")
DEFAULT_STATE = Path("/var/lib/halcyon-speaker")

_RATES = (44_100, 48_000, 88_200, 96_000, 176_400, 192_000)
_MOST_MICROPHONES = 4
_LOWEST_RATE_HZ, _HIGHEST_RATE_HZ = 15_000.0, 96_000.0
_MEGABYTE = 1_000_000
_SMALLEST_MB, _LARGEST_MB = 1.0, 100_000.0


@dataclass(frozen=True, slots=True)
class SoundConfig:
    """Where sound comes from and goes to.

    `source` is `card`, `file:PATH` or `scene:PATH`. `input` and `output` name devices of a card
    as `halcyon-speaker devices` lists them; None is the machine's default. Files and scenes run
    `pace` times as fast as real time, 0 for as fast as possible, and what the node plays beside a
    file is written to `played`.
    """

    source: str = "card"
    input: str | None = None
    output: str | None = None
    rate: int = 48_000
    microphones: int = 1
    speakers: int = 1
    pace: float = 1.0
    played: Path | None = None


@dataclass(frozen=True, slots=True)
class Config:
    """Everything that the node is told by a person.

    `wake_word` is the phrase after which it sends what it hears, `none` where it must be asked
    to; without one it sends none of it.
    """

    address: Address
    broker: Broker
    sound: SoundConfig
    options: Options
    state: Path
    sounds: Path
    snippets: Path
    snippets_limit: int
    led: str | None = None
    wake_word: str | None = None


def load_config(path: Path) -> Config:
    """Read a configuration; raises ConfigError, which names the key and the remedy."""
    try:
        document = tomllib.loads(read_text(path, "the configuration"))
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"{path} is not TOML: {error}") from error
    try:
        return _config(Table(document, ""), path.parent)
    except ConfigError as error:
        raise ConfigError(f"{path}: {error}") from error


def _config(top: Table, folder: Path) -> Config:
    address = Address(_identifier(top, "site", "home"), _identifier(top, "node", None))
    room = top.optional_text("room")
    if room is not None and not is_id(room):
        raise ConfigError(f"room {room!r} must be 1 to 32 of a-z, 0-9 and '-'")
    sound, tone, snippets = top.table("sound"), top.table("tone"), top.table("snippets")
    light, voice = top.table("light"), top.table("voice")
    state = path_in(top.optional_text("state"), folder) or _state()
    megabytes = snippets.optional_number("limit_mb", _SMALLEST_MB, _LARGEST_MB)
    heard = _sound(sound, folder)
    config = Config(
        address=address,
        broker=read_broker(top.table("mqtt"), folder),
        sound=heard,
        options=Options(
            hardware=_hardware(tone, heard),
            budget=tone.optional_number("budget", 0.01, 1.0) or SHARE,
            room=room,
            pets=tone.flag("pets", default=False),
            own_tone=not heard.source.startswith("file:"),
            steady=tone.flag("steady", default=False),
            share=top.flag("share_iq", default=False),
            snippets=snippets.flag("keep", default=False),
            carrier=tone.optional_number("carrier_hz", _LOWEST_RATE_HZ, _HIGHEST_RATE_HZ),
        ),
        state=state,
        sounds=path_in(top.optional_text("sounds"), folder) or state / "sounds",
        snippets=path_in(snippets.optional_text("folder"), folder) or state / "snippets",
        led=light.optional_text("led"),
        wake_word=voice.optional_text("wake_word"),
        snippets_limit=round((megabytes or 200) * _MEGABYTE),
    )
    for table in (sound, tone, snippets, light, voice, top):
        table.done()
    return config


def _sound(table: Table, folder: Path) -> SoundConfig:
    source = table.text("source", "card")
    kind, _, path = source.partition(":")
    if source != "card" and (kind not in {"file", "scene"} or not path):
        raise ConfigError(
            f'sound.source must be "card", "file:PATH" or "scene:PATH", not {source!r}'
        )
    rate = table.whole("rate", 48_000)
    if rate not in _RATES:
        raise ConfigError(f"sound.rate must be one of {', '.join(map(str, _RATES))}, not {rate}")
    microphones = table.whole("microphones", 1)
    if not 1 <= microphones <= _MOST_MICROPHONES:
        raise ConfigError(f"sound.microphones must be 1 to {_MOST_MICROPHONES}, not {microphones}")
    speakers = table.whole("speakers", 1)
    if speakers not in {1, 2}:
        raise ConfigError(f"sound.speakers must be 1 or 2, not {speakers}")
    pace = table.optional_number("pace", 0.0, 1000.0)
    return SoundConfig(
        source=source,
        input=table.optional_text("input"),
        output=table.optional_text("output"),
        rate=rate,
        microphones=microphones,
        speakers=speakers,
        pace=1.0 if pace is None else pace,
        played=path_in(table.optional_text("played"), folder),
    )


def _hardware(table: Table, sound: SoundConfig) -> Hardware:
    usual = Hardware(sound.rate)
    lowest = table.optional_number("lowest_hz", _LOWEST_RATE_HZ, _HIGHEST_RATE_HZ)
    highest = table.optional_number("highest_hz", _LOWEST_RATE_HZ, _HIGHEST_RATE_HZ)
    ceiling = table.optional_number("ceiling_db", -60.0, 0.0)
    return Hardware(
        rate=sound.rate,
        lowest=usual.lowest if lowest is None else lowest,
        highest=usual.highest if highest is None else highest,
        spl=table.optional_number("full_scale_spl", 40.0, 140.0),
        ceiling=usual.ceiling if ceiling is None else ceiling,
    )


def _identifier(table: Table, key: str, default: str | None) -> str:
    value = table.optional_text(key) or default
    if value is None:
        raise ConfigError(f'{key} is missing: give this node a name of its own, {key} = "…"')
    if not is_id(value):
        raise ConfigError(f"{key} {value!r} must be 1 to 32 of a-z, 0-9 and '-'")
    return value


def _state() -> Path:
    given = os.environ.get("STATE_DIRECTORY")
    return Path(given) if given else DEFAULT_STATE
