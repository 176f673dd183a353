"""Reading documents that people write: every error names the place and what was expected there."""

from collections.abc import Callable, Iterator
import math
import sys
from typing import TypeIs

from .message import is_id
from .snapshot import Json


class Reader:
    """One object of a document, which remembers where it is and what was read.

    Raises what `error` makes of a message for a value of the wrong kind or range and, where a
    misspelt key must not pass silently, at `done` for one that nobody asked for. What is inside
    of a `nested` object is named after its place.
    """

    def __init__(
        self, value: Json, place: str, error: Callable[[str], Exception], *, nested: bool = False
    ) -> None:
        if not isinstance(value, dict):
            raise error(f"{place} must be an object")
        self.place = place
        self._error = error
        self._nested = nested
        self._body = value
        self._asked: set[str] = set()

    def has(self, key: str) -> bool:
        """Whether the key is there and not null."""
        return self._take(key) is not None

    def raw(self, key: str) -> Json:
        """The value as it stands, None where it is absent."""
        return self._take(key)

    def text(self, key: str, default: str | None = None) -> str:
        """A text that is not empty."""
        value = self._take(key, default)
        if not isinstance(value, str) or not value:
            raise self._error(f"{self.place}: {key} must be a text")
        return value

    def identifier(self, key: str, default: str | None = None) -> str:
        """An id of the protocol."""
        value = self.text(key, default)
        if not is_id(value):
            raise self._error(f"{self.place}: {key} {value!r} must be 1 to 32 of a-z, 0-9 and '-'")
        return value

    def choice(self, key: str, options: tuple[str, ...], default: str | None = None) -> str:
        """One of the given texts."""
        value = self.text(key, default)
        if value not in options:
            raise self._error(
                f"{self.place}: {key} must be one of {', '.join(options)}, not {value!r}"
            )
        return value

    def number(
        self,
        key: str,
        default: float | None = None,
        *,
        low: float = -math.inf,
        high: float = math.inf,
    ) -> float:
        """A finite number within [low, high]."""
        value = self._take(key, default)
        if not _is_number(value) or not low <= float(value) <= high:
            bounds = "" if low == -math.inf and high == math.inf else f" from {low:g} to {high:g}"
            raise self._error(f"{self.place}: {key} must be a number{bounds}")
        return float(value)

    def flag(self, key: str, *, default: bool = False) -> bool:
        """True or false."""
        value = self._take(key, default)
        if not isinstance(value, bool):
            raise self._error(f"{self.place}: {key} must be true or false")
        return value

    def point(self, key: str) -> tuple[float, float]:
        """A position [x, y] in metres."""
        return self._point(self._take(key), key)

    def points(self, key: str) -> tuple[tuple[float, float], ...]:
        """A list of positions; absent is empty."""
        value = self._take(key, [])
        if not isinstance(value, list):
            raise self._error(f"{self.place}: {key} must be a list of [x, y]")
        return tuple(self._point(each, key) for each in value)

    def objects(self, key: str) -> Iterator[Reader]:
        """The objects of a list; absent is empty."""
        value = self._take(key, [])
        if not isinstance(value, list):
            raise self._error(f"{self.place}: {key} must be a list")
        prefix = f"{self.place}, " if self._nested else ""
        for index, each in enumerate(value):
            yield Reader(each, f"{prefix}{key}[{index}]", self._error, nested=True)

    def rows(self, key: str) -> tuple[Json, ...]:
        """A list of anything; absent is empty."""
        value = self._take(key)
        if value is not None and not isinstance(value, list):
            raise self._error(f"{self.place}: {key} must be a list")
        return tuple(value or ())

    def done(self) -> None:
        """Refuse keys that were never asked for."""
        unknown = sorted(self._body.keys() - self._asked)
        if unknown:
            known = ", ".join(sorted(self._asked))
            raise self._error(f"{self.place}: unknown key {unknown[0]!r}; known are {known}")

    def _take(self, key: str, default: Json = None) -> Json:
        self._asked.add(key)
        return self._body.get(key, default)

    def _point(self, value: Json, key: str) -> tuple[float, float]:
        if isinstance(value, list) and len(value) == 2:
            x, y = value
            if _is_number(x) and _is_number(y):
                return float(x), float(y)
        raise self._error(f"{self.place}: {key} must hold positions [x, y] in metres")


def _is_number(value: Json) -> TypeIs[int | float]:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return False
    # Compared rather than converted: JSON has integers that no float can hold.
    return abs(value) <= sys.float_info.max
