"""JSON from strangers: small, shallow, finite and strictly UTF-8, with typed members."""

import json
import math
from typing import TypeIs

from ..core.snapshot import Json
from .malformed import MalformedError

MAX_DEPTH = 4
"""The deepest documents of the protocol, announcements, nest three levels."""

type Scalar = str | float | bool | None

_ANY = float(2**53)
"""Numbers beyond this are no measurement and no longer exact."""


def parse_object(payload: bytes, max_bytes: int) -> dict[str, Json]:
    """The JSON object in a payload; of a key that repeats the last counts.

    Raises MalformedError for anything else: too large, nested deeper than MAX_DEPTH, not UTF-8 (an
    escaped lone surrogate included), NaN or Infinity.
    """
    if len(payload) > max_bytes:
        raise MalformedError(f"{len(payload)} bytes are more than the {max_bytes} allowed")
    try:
        text = payload.decode()
        value = _read(text)
        if "\\u" in text:
            json.dumps(value, ensure_ascii=False).encode()
    except (ValueError, RecursionError) as error:
        raise MalformedError(f"not JSON: {error}") from error
    if not isinstance(value, dict):
        raise MalformedError("not a JSON object")
    # Counting brackets is cheap and clears most messages without a walk.
    if text.count("[") + text.count("{") > MAX_DEPTH and _is_deeper(value, MAX_DEPTH):
        raise MalformedError(f"nested deeper than {MAX_DEPTH} levels")
    return value


def _read(text: str) -> Json:
    """The one value in a text; raises ValueError for anything else."""
    # Not decode(), which looks for space with two regular expressions.
    text = text.strip(_SPACE)
    value: Json
    value, end = _DECODER.raw_decode(text)
    if end != len(text):
        raise ValueError(f"more than one value, at {end}")
    return value


def _refuse_constant(name: str) -> None:
    raise ValueError(f"{name} is not a number")


def _finite(text: str) -> float:
    number = float(text)
    if math.isinf(number):
        raise ValueError(f"{text[:20]} is larger than any number")
    return number


_DECODER = json.JSONDecoder(parse_constant=_refuse_constant, parse_float=_finite)


_SPACE = " \t\n\r"
"""What JSON allows around a value."""


def _is_deeper(value: list[Json] | dict[str, Json], levels: int) -> bool:
    children = value.values() if isinstance(value, dict) else value
    return any(
        levels == 1 or _is_deeper(child, levels - 1)
        for child in children
        if isinstance(child, (dict, list))
    )


def as_number(value: Json, low: float = -_ANY, high: float = _ANY) -> float | None:
    """A number from low to high; None for anything else, a boolean and infinity included."""
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not low <= value <= high:
        return None
    return float(value)


def scalar_fields(body: dict[str, Json], without: frozenset[str]) -> tuple[tuple[str, Scalar], ...]:
    """The texts, numbers and booleans of a body, sorted by key; what is nested is left out."""
    return tuple(
        (key, value)
        for key, value in sorted(body.items())
        if key not in without and _is_scalar(value)
    )


def _is_scalar(value: Json) -> TypeIs[Scalar]:
    return value is None or isinstance(value, (str, bool)) or as_number(value) is not None


class Members:
    """Reads members of one object. Absent and null are None; so is a wrong one, which is noted.

    `wrong` names the last member that was not what it should be, so that one bad member costs
    no other.
    """

    __slots__ = ("_body", "wrong")

    def __init__(self, body: dict[str, Json]) -> None:
        self._body = body
        self.wrong: str | None = None

    def number(self, key: str, low: float = -_ANY, high: float = _ANY) -> float | None:
        """A number from low to high."""
        value = self._body.get(key)
        if value is None:
            return None
        number = as_number(value, low, high)
        if number is None:
            self.wrong = key
        return number

    def whole(self, key: str, low: int, high: int) -> int | None:
        """An integer from low to high."""
        value = self._body.get(key)
        if value is None:
            return None
        if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
            self.wrong = key
            return None
        return value

    def flag(self, key: str) -> bool | None:
        """A boolean."""
        value = self._body.get(key)
        if value is None or isinstance(value, bool):
            return value
        self.wrong = key
        return None

    def text(self, key: str, longest: int) -> str | None:
        """A printable text of 1 to `longest` characters."""
        value = self._body.get(key)
        if value is None:
            return None
        if not isinstance(value, str) or not 1 <= len(value) <= longest or not value.isprintable():
            self.wrong = key
            return None
        return value

    def rows(self, key: str) -> list[Json] | None:
        """A list."""
        value = self._body.get(key)
        if value is None or isinstance(value, list):
            return value
        self.wrong = key
        return None

    def members(self, key: str) -> dict[str, Json] | None:
        """An object."""
        value = self._body.get(key)
        if value is None or isinstance(value, dict):
            return value
        self.wrong = key
        return None

    def refuse(self, key: str) -> None:
        """Note that a member is wrong in a way only its reader knows."""
        self.wrong = key
