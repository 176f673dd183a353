"""One table of a TOML file that people write: every error names the key and the remedy."""

from collections.abc import Mapping
import difflib
from pathlib import Path


class ConfigError(ValueError):
    """The configuration cannot be used; the message names the key and the remedy."""


class Table:
    """One table of the file: typed reads, and a complaint about keys that nobody read."""

    def __init__(self, values: Mapping[str, object], place: str) -> None:
        self._values = values
        self._place = place
        self._known: list[str] = []

    def has(self, key: str) -> bool:
        """Whether the key is there."""
        return key in self._values

    def take(self, key: str) -> object:
        """The value as it stands, None where it is absent."""
        self._known.append(key)
        return self._values.get(key)

    def table(self, key: str) -> Table:
        """The table of a key; absent is empty."""
        value = self.take(key)
        if value is None:
            value = {}
        if not isinstance(value, dict):
            raise ConfigError(f"{self._place}{key} must be a table: [{self._place}{key}]")
        return Table(value, f"{self._place}{key}.")

    def optional_text(self, key: str) -> str | None:
        """A text that is not empty, None where it is absent."""
        value = self.take(key)
        if value is not None and (not isinstance(value, str) or not value):
            raise ConfigError(f'{self._place}{key} must be a text in quotes: {key} = "…"')
        return value

    def text(self, key: str, default: str) -> str:
        """A text that is not empty."""
        value = self.optional_text(key)
        return default if value is None else value

    def texts(self, key: str) -> list[str]:
        """A list of texts; absent is empty."""
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
        """A whole number."""
        value = self.take(key)
        if value is None:
            return default
        if isinstance(value, bool) or not isinstance(value, int):
            raise ConfigError(f"{self._place}{key} must be a whole number without quotes")
        return value

    def optional_number(self, key: str, low: float, high: float) -> float | None:
        """A number within [low, high], None where it is absent."""
        value = self.take(key)
        if value is None:
            return None
        if (
            isinstance(value, bool)
            or not isinstance(value, int | float)
            or not low <= value <= high
        ):
            raise ConfigError(f"{self._place}{key} must be a number from {low:g} to {high:g}")
        return float(value)

    def flag(self, key: str, *, default: bool) -> bool:
        """True or false."""
        value = self.take(key)
        if value is None:
            return default
        if not isinstance(value, bool):
            raise ConfigError(f"{self._place}{key} must be true or false, without quotes")
        return value

    def done(self) -> None:
        """Refuse keys that were never asked for."""
        for key in self._values:
            if key not in self._known:
                near = difflib.get_close_matches(key, self._known, n=1)
                hint = (
                    f"did you mean {self._place}{near[0]}?"
                    if near
                    else f"known are {', '.join(self._known)}"
                )
                raise ConfigError(f"{self._place}{key} is not a setting; {hint}")


def path_in(text: str | None, folder: Path) -> Path | None:
    """A path as a file in `folder` means it, None for none."""
    return None if text is None else folder / Path(text).expanduser()


def read_text(path: Path, what: str) -> str:
    """A small text file; raises ConfigError, naming what it is for."""
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not UTF-8 text"
        raise ConfigError(f"{what}: {path} cannot be read: {reason}") from error
