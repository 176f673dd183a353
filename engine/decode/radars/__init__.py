"""Streaming parsers for the serial frames of radar modules; the model is always told."""

from collections.abc import Callable

from .framing import Parser
from .ld241x import Ld241x
from .ld2420 import Ld2420
from .ld2450 import Ld2450
from .r60 import R60
from .tinyframe import TinyFrame

__all__ = ["PROTOCOLS", "Parser", "make_parser"]

_PARSERS: dict[str, Callable[[str], Parser]] = {
    "c1001": R60,
    "ld2410": Ld241x,
    "ld2412": Ld241x,
    "ld2420": Ld2420,
    "ld2450": Ld2450,
    "ld6002": TinyFrame,
    "ld6002b": TinyFrame,
    "mr60bha1": R60,
    "mr60bha2": TinyFrame,
    "mr60fda2": TinyFrame,
    "r60abd1": R60,
    "rd03d": Ld2450,
}

PROTOCOLS = frozenset(_PARSERS)
"""The names that `make_parser` knows."""


def make_parser(protocol: str) -> Parser | None:
    """A fresh parser for one radar, None for a protocol that nobody knows."""
    parser = _PARSERS.get(protocol)
    return None if parser is None else parser(protocol)
