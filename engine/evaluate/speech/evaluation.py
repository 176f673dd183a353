"""All that `halcyon evaluate speech` counts."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from ...speech.engines import Engines
from ..report import Table
from . import endpointing
from .commands import NOISE_DB, Told, Trials, at_home, coffee
from .kept import Kept
from .tables import coffee_table, home_table, path_table, rejection_table
from .whispers import Told as Whispers, tell_whispers, whisper_table


class Part(StrEnum):
    """What can be counted by itself."""

    COFFEE = "coffee"
    HOME = "home"
    ENDS = "ends"
    WHISPERS = "whispers"


@dataclass(frozen=True, slots=True)
class Asked:
    """`data` holds the recordings of speech, `cache` keeps what synthetic voices say.

    Of all recordings one in `every` is heard. What engines hear is kept in `readings`, if it is a
    folder, and not heard again.
    """

    data: Path
    cache: Path
    parts: frozenset[Part]
    every: int = 1
    readings: Path | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """What was heard; None for what was not asked for."""

    clean: Trials | None
    noisy: Trials | None
    home: Trials | None
    ends: Sequence[endpointing.Heard]
    whispers: Sequence[Whispers]


def gather(asked: Asked, engines: Engines, told: Told) -> Found:
    """Hear all recordings. Raises OSError where one is missing or a voice fails."""
    clean = noisy = home = None
    kept = Kept(asked.readings)
    ends: Sequence[endpointing.Heard] = ()
    whispers: Sequence[Whispers] = ()
    if Part.COFFEE in asked.parts:
        clean = coffee(engines, asked.data / "coffee_commands", kept, None, asked.every)
        told("orders of coffee were heard")
        noisy = coffee(engines, asked.data / "coffee_commands", kept, NOISE_DB, asked.every)
        told("orders of coffee in noise were heard")
    if Part.HOME in asked.parts:
        home = at_home(engines, asked.data, asked.cache, kept, told, asked.every)
    if Part.ENDS in asked.parts:
        ends = endpointing.decided(engines, asked.data, asked.cache, told, asked.every)
    if Part.WHISPERS in asked.parts:
        whispers = [*tell_whispers(asked.data, asked.cache, NOISE_DB, asked.every)]
    return Found(clean, noisy, home, ends, whispers)


def report(found: Found) -> Iterator[Table]:
    """The tables."""
    if found.clean is not None and found.noisy is not None:
        yield coffee_table(found.clean, found.noisy)
    if found.home is not None:
        yield home_table(found.home)
        yield rejection_table(found.home)
    if found.ends:
        yield endpointing.ends_table(found.ends)
    if found.whispers:
        yield whisper_table(found.whispers)
    if found.clean is None and found.home is None:
        return
    yield path_table(
        () if found.clean is None else found.clean.trials,
        () if found.home is None else found.home.trials,
    )
