"""How a home reads pictures."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import tzinfo


@dataclass(frozen=True, slots=True)
class Style:
    """How a home reads: the words, the time zone, and degrees C in its unit, with its sign."""

    words: Mapping[str, str]
    zone: tzinfo
    degrees: Callable[[float], float]
    unit: str
