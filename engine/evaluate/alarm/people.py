"""People's nights, and how sleep goes on in everybody's but one's own."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ...core.sleep import Stage
from ...decide.alarm.hearsay import said_of
from ...decide.alarm.transitions import chances, count
from ..sleep.recordings.catalogue import SETS
from ..sleep.recordings.night import MissingError

type Floats = NDArray[np.float64]

NAMES = {
    "dreem": "Dreem",
    "sleep_accel": "Sleep-Accel",
    "slpdb": "slpdb",
    "ucddb": "ucddb",
    "capslpdb": "CAP",
    "challenge2018": "Challenge 2018",
    "sleep_edfx": "Sleep-EDF",
}
"""The data sets whose hypnograms are used. One that is kept for the last test of a stager is not
among them."""


@dataclass(frozen=True, slots=True, eq=False)
class Person:
    """One person's nights, as people scored them; `counts` as transitions.count gives them."""

    source: str
    id: str
    nights: tuple[tuple[Stage | None, ...], ...]
    counts: Floats


def people(data: Path) -> tuple[tuple[Person, ...], tuple[str, ...]]:
    """Everybody, and the names of data sets that are not there."""
    nights: dict[tuple[str, str], list[tuple[Stage | None, ...]]] = {}
    missing = []
    for name in NAMES:
        try:
            for night in SETS[name].nights(data):
                found = nights.setdefault((name, night.subject.id), [])
                found.append(night.reference.trimmed().stages)
        except MissingError:
            missing.append(name)
    known = (Person(source, name, tuple(own), count(own)) for (source, name), own in nights.items())
    return tuple(known), tuple(missing)


class Others:
    """How sleep goes on in everybody but one."""

    def __init__(self, everybody: Iterable[Person]) -> None:
        self._all: Floats = np.sum([person.counts for person in everybody], axis=0)

    def shares(self) -> Floats:
        """How much of all nights each stage has: shape (4,)."""
        shares: Floats = self._all.sum((0, 2, 3)) / self._all.sum()
        return shares

    def chances(self, person: Person) -> Floats:
        """By stage, age and stage before: see transitions.chances."""
        return chances(self._all - person.counts)

    def follows(self, person: Person) -> Floats:
        """Counts of stages by the next: shape (4, 4)."""
        found: Floats = (self._all - person.counts).sum((0, 2))
        return found


def scored(stages: Iterable[Stage | None]) -> list[tuple[Stage | None, Floats | None]]:
    """A night as if a stager were never wrong."""
    return [(stage, said_of(stage, 1.0)) for stage in stages]
