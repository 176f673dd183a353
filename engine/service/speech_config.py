"""What the configuration says of speech: the table `speech`."""

from dataclasses import dataclass
from pathlib import Path

from .table import ConfigError, Table, path_in

DEFAULT_PORT = 10310
"""Beside 10300, at which Home Assistant's own recognisers listen on the same machine."""

_MOST_PATIENCE = 3.0
"""The recognisers wait no longer, whatever they are told."""


@dataclass(frozen=True, slots=True)
class SpeechConfig:
    """How the service hears.

    `port` and `bind` (None: every interface) are where Wyoming is served, `address` is what others
    are told of it (None: found out), `zeroconf` whether they are told in the local network.
    `models` is the folder of the models, None for that of `halcyon models`. `hermes` says whether
    sound is taken from MQTT too. `patience` is by what factor people here pause longer, 1 to 3.
    """

    enabled: bool = True
    port: int = DEFAULT_PORT
    bind: str | None = None
    address: str | None = None
    zeroconf: bool = True
    language: str = "en"
    models: Path | None = None
    hermes: bool = True
    patience: float = 1.0


def read_speech(table: Table, folder: Path) -> SpeechConfig:
    """The table `speech`; files are relative to `folder`. Raises ConfigError."""
    port = table.whole("port", DEFAULT_PORT)
    if not 0 <= port <= 65535:
        raise ConfigError(f"speech.port must be between 0 (any) and 65535, not {port}")
    speech = SpeechConfig(
        enabled=table.flag("enabled", default=True),
        port=port,
        bind=table.optional_text("bind"),
        address=table.optional_text("address"),
        zeroconf=table.flag("zeroconf", default=True),
        language=table.text("language", "en"),
        models=path_in(table.optional_text("models"), folder),
        hermes=table.flag("hermes", default=True),
        patience=table.optional_number("patience", 1.0, _MOST_PATIENCE) or 1.0,
    )
    table.done()
    return speech
