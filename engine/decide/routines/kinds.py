"""What single values of a document may be: texts, names, choices, numbers, lists."""

from dataclasses import dataclass
from enum import StrEnum
import math
import sys
from typing import cast, override

from ...core.message import is_id
from ...core.snapshot import Json
from .codec import Kind, RoutineError


@dataclass(frozen=True, slots=True)
class Text(Kind):
    """A text of 1 to `longest` characters that can be printed."""

    longest: int = 255
    empty: bool = False

    @override
    def read(self, value: Json, place: str) -> str:
        least = 0 if self.empty else 1
        if not isinstance(value, str) or not least <= len(value) <= self.longest:
            raise RoutineError(f"{place} must be a text of {least} to {self.longest} characters")
        return value

    @override
    def write(self, value: object) -> Json:
        return str(value)

    @override
    def schema(self) -> dict[str, Json]:
        return {"type": "string", "minLength": 0 if self.empty else 1, "maxLength": self.longest}


@dataclass(frozen=True, slots=True)
class Identifier(Kind):
    """An id of the protocol: a room, a sleeper, a routine."""

    @override
    def read(self, value: Json, place: str) -> str:
        if not isinstance(value, str) or not is_id(value):
            raise RoutineError(f"{place} must be an id: 1 to 32 of a-z, 0-9 and '-'")
        return value

    @override
    def write(self, value: object) -> Json:
        return str(value)

    @override
    def schema(self) -> dict[str, Json]:
        return {"type": "string", "pattern": "^[a-z0-9-]{1,32}$"}


@dataclass(frozen=True, slots=True)
class Choice(Kind):
    """One of the members of an enumeration, by its value."""

    options: type[StrEnum]

    @override
    def read(self, value: Json, place: str) -> StrEnum:
        if not isinstance(value, str) or value not in self.options:
            raise RoutineError(f"{place} must be one of {', '.join(self.options)}")
        return self.options(value)

    @override
    def write(self, value: object) -> Json:
        return str(value)

    @override
    def schema(self) -> dict[str, Json]:
        return {"enum": [str(option) for option in self.options]}


@dataclass(frozen=True, slots=True)
class Number(Kind):
    """A number within [low, high]."""

    low: float
    high: float

    @override
    def read(self, value: Json, place: str) -> float:
        if (
            isinstance(value, bool)
            or not isinstance(value, int | float)
            # Compared rather than converted: JSON has integers that no float can hold.
            or not abs(value) <= sys.float_info.max
            or not self.low <= value <= self.high
        ):
            raise RoutineError(f"{place} must be a number from {self.low:g} to {self.high:g}")
        return float(value)

    @override
    def write(self, value: object) -> Json:
        return cast("float", value)

    @override
    def schema(self) -> dict[str, Json]:
        return {"type": "number", "minimum": self.low, "maximum": self.high}


@dataclass(frozen=True, slots=True)
class Whole(Kind):
    """A whole number within [low, high]."""

    low: int
    high: int

    @override
    def read(self, value: Json, place: str) -> int:
        if isinstance(value, float) and math.isfinite(value) and value.is_integer():
            # Hosts keep forms as JSON in which 2 and 2.0 are the same.
            value = int(value)
        if isinstance(value, bool) or not isinstance(value, int):
            raise RoutineError(f"{place} must be a whole number")
        if not self.low <= value <= self.high:
            raise RoutineError(f"{place} must be a whole number from {self.low} to {self.high}")
        return value

    @override
    def write(self, value: object) -> Json:
        return cast("int", value)

    @override
    def schema(self) -> dict[str, Json]:
        return {"type": "integer", "minimum": self.low, "maximum": self.high}


@dataclass(frozen=True, slots=True)
class Flag(Kind):
    """True or false."""

    @override
    def read(self, value: Json, place: str) -> bool:
        if not isinstance(value, bool):
            raise RoutineError(f"{place} must be true or false")
        return value

    @override
    def write(self, value: object) -> Json:
        return bool(value)

    @override
    def schema(self) -> dict[str, Json]:
        return {"type": "boolean"}


@dataclass(frozen=True, slots=True)
class Listed(Kind):
    """A list of `least` to `most` of a kind, as a tuple."""

    of: Kind
    least: int = 0
    most: int = 32

    @override
    def read(self, value: Json, place: str) -> tuple[object, ...]:
        if not isinstance(value, list) or not self.least <= len(value) <= self.most:
            raise RoutineError(f"{place} must be a list of {self.least} to {self.most}")
        return tuple(self.of.read(each, f"{place}[{index}]") for index, each in enumerate(value))

    @override
    def write(self, value: object) -> Json:
        return [self.of.write(each) for each in cast("tuple[object, ...]", value)]

    @override
    def schema(self) -> dict[str, Json]:
        return {
            "type": "array",
            "items": self.of.schema(),
            "minItems": self.least,
            "maxItems": self.most,
        }
