"""The service that hears: where it is, what it says of itself, and that it did not hear."""

from dataclasses import dataclass
from typing import override


class HearingError(Exception):
    """The service did not hear; the message says why, `code` is the service's own."""

    def __init__(self, text: str, code: str | None = None) -> None:
        super().__init__(text)
        self.code = code


@dataclass(frozen=True, slots=True)
class Address:
    """Where the service is."""

    host: str
    port: int

    @override
    def __str__(self) -> str:
        return f"{self.host}:{self.port}"


def read_address(text: str) -> Address | None:
    """An address as a person writes it, `host:port`; None for anything else."""
    host, _, port = text.strip().rpartition(":")
    if not host or not port.isdecimal() or not 0 < int(port) < 65536 or set(host) & set("/@ "):
        return None
    return Address(host.strip("[]"), int(port))


@dataclass(frozen=True, slots=True)
class Known:
    """What the service says of itself: the languages that it hears, and whether it can."""

    languages: tuple[str, ...]
    ready: bool
