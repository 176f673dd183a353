"""All that `halcyon evaluate speech` counts."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from ...speech.engines import Engines
from ..report import Table
from . import endpointing
from .commands import NOISE_DB, Told, Trials, at_home, coffee
from .tables import coffee_table, home_table, path_table, rejection_table


class Part(StrEnum):
    """What can be counted by itself."""

    COFFEE = "coffee"
    HOME = "home"
    ENDS = "ends"


@dataclass(frozen=True, slots=True)
class Asked:
    """`data` holds the recordings of speech, `cache` keeps what synthetic voices say.

    Of all recordings one in `every` is heard.
    """

    data: Path
    cache: Path
    parts: frozenset[Part]
    every: int = 1


@dataclass(frozen=True, slots=True)
class Found:
    """What was heard; None for what was not asked for."""

    clean: Trials | None
    noisy: Trials | None
    home: Trials | None
    ends: Sequence[endpointing.Heard]


def gather(asked: Asked, engines: Engines, told: Told) -> Found:
    """Hear all recordings. Raises OSError where one is missing or a voice fails."""
    clean = noisy = home = None
    ends: Sequence[endpointing.Heard] = ()
    if Part.COFFEE in asked.parts:
        clean = coffee(engines, asked.data / "coffee_commands", None, asked.every)
        told("orders of coffee were heard")
        noisy = coffee(engines, asked.data / "coffee_commands", NOISE_DB, asked.every)
        told("orders of coffee in noise were heard")
    if Part.HOME in asked.parts:
        home = at_home(engines, asked.data, asked.cache, told, asked.every)
    if Part.ENDS in asked.parts:
        ends = endpointing.decided(engines, asked.data, asked.cache, told, asked.every)
    return Found(clean, noisy, home, ends)


def report(found: Found) -> Iterator[Table]:
    """The tables."""
    if found.clean is not None and found.noisy is not None:
        yield coffee_table(found.clean, found.noisy)
    if found.home is not None:
        yield home_table(found.home)
        yield rejection_table(found.home)
    if found.ends:
        yield endpointing.ends_table(found.ends)
    if found.clean is None and found.home is None:
        return
    yield path_table(
        () if found.clean is None else found.clean.trials,
        () if found.home is None else found.home.trials,
    )
