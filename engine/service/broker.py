"""Where the MQTT broker is, and who we are to it."""

from dataclasses import dataclass, field
from pathlib import Path

from .table import ConfigError, Table, path_in, read_text

PLAIN_PORT = 1883
TLS_PORT = 8883


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


def read_broker(mqtt: Table, folder: Path) -> Broker:
    """The broker that a table `mqtt` describes; files are relative to `folder`.

    Raises ConfigError.
    """
    tls = _tls(mqtt.table("tls"), folder) if mqtt.has("tls") else None
    port = mqtt.whole("port", PLAIN_PORT if tls is None else TLS_PORT)
    if not 1 <= port <= 65535:
        raise ConfigError(f"mqtt.port must be between 1 and 65535, not {port}")
    username, password = mqtt.optional_text("username"), mqtt.optional_text("password")
    file = path_in(mqtt.optional_text("password_file"), folder)
    if file is not None:
        if password is not None:
            raise ConfigError("mqtt.password and mqtt.password_file exclude each other; keep one")
        password = read_text(file, "mqtt.password_file").rstrip("\r\n")
    if password is not None and username is None:
        raise ConfigError("mqtt.password needs mqtt.username beside it")
    broker = Broker(mqtt.text("host", "localhost"), port, username, password, tls)
    mqtt.done()
    return broker


def _tls(table: Table, folder: Path) -> Tls:
    files = {key: path_in(table.optional_text(key), folder) for key in ("ca", "certificate", "key")}
    for key, file in files.items():
        if file is not None and not file.is_file():
            raise ConfigError(f"mqtt.tls.{key}: there is no file {file}")
    if (files["certificate"] is None) != (files["key"] is None):
        raise ConfigError("mqtt.tls.certificate and mqtt.tls.key are needed together")
    table.done()
    return Tls(**files)
