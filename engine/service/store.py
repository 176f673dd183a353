"""The state on disk: one versioned file, replaced as a whole or not at all."""

from dataclasses import dataclass
import json
import logging
from pathlib import Path

from ..core.snapshot import Json
from ..keeping.files import replace_file

_LOGGER = logging.getLogger(__name__)

FORMAT = 1
"""Version of the file, the value of `halcyon_store`."""


@dataclass(frozen=True, slots=True)
class Saved:
    """A state and the host time (unix seconds) at which it was true."""

    t: float
    state: Json


def encode(saved: Saved) -> bytes:
    """The content of the file."""
    body = {"halcyon_store": FORMAT, "t": saved.t, "state": saved.state}
    return json.dumps(body, separators=(",", ":")).encode()


class Store:
    """One site's file. What cannot be read is set aside under another name, never destroyed."""

    def __init__(self, folder: Path, site: str) -> None:
        self.path = folder / f"{site}.json"

    def load(self) -> Saved | None:
        """The saved state, None where there is none or none that this version reads.

        Raises OSError where the file is there but the machine does not let us read it.
        """
        try:
            text = self.path.read_bytes()
        except FileNotFoundError:
            return None
        try:
            body = json.loads(text)
            version, t, state = body["halcyon_store"], body["t"], body["state"]
        except (ValueError, RecursionError, KeyError, TypeError) as error:
            self.set_aside(f"it is damaged ({error})")
            return None
        if version != FORMAT:
            self.set_aside(f"version {version!r} of Halcyon's store is not one that we read")
            return None
        if isinstance(t, bool) or not isinstance(t, int | float):
            self.set_aside("it does not say when it was saved")
            return None
        return Saved(float(t), state)

    def write(self, content: bytes) -> None:
        """Replace the file with what `encode` gave; after a power cut the old or the new is whole.

        Raises OSError.
        """
        replace_file(self.path, content)

    def set_aside(self, reason: str) -> None:
        """Keep the file under a name of its own, so that the next save does not overwrite it."""
        number = 1
        while (kept := self.path.with_suffix(f".kept-{number}.json")).exists():
            number += 1
        self.path.rename(kept)
        _LOGGER.error(
            "The stored state %s cannot be used: %s. We start without it and keep it as %s",
            self.path,
            reason,
            kept.name,
        )
