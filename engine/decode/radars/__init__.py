"""Streaming parsers for the serial frames of radar modules; the model is always told."""

from collections.abc import Callable

from .framing import Parser
from .ld2450 import Ld2450

__all__ = ["PROTOCOLS", "Parser", "make_parser"]

_PARSERS: dict[str, Callable[[str], Parser]] = {
    "ld2450": Ld2450,
    "rd03d": Ld2450,
}

PROTOCOLS = frozenset(_PARSERS)
"""The names that `make_parser` knows."""


def make_parser(protocol: str) -> Parser | None:
    """A fresh parser for one radar, None for a protocol that nobody knows."""
    parser = _PARSERS.get(protocol)
    return None if parser is None else parser(protocol)
