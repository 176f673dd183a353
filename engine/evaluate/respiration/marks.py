"""Breaths that a person marked in minutes of airflow, and the rate that they make."""

from collections.abc import Iterator, Sequence
import csv
from dataclasses import dataclass
from importlib.resources import files

import numpy as np

LENGTH_S = 60.0


@dataclass(frozen=True, slots=True)
class Minute:
    """A marked minute: `breaths` in unix seconds, the first before it and the last after it."""

    night: str
    start: float
    grade: str
    breaths: tuple[float, ...]

    def rate(self, start: float, end: float) -> float:
        """Breaths per minute between two times of the minute.

        A breath that is partly between them counts by how much of its length is.
        """
        passed = np.interp((start, end), self.breaths, np.arange(len(self.breaths)))
        return float(60.0 * (passed[1] - passed[0]) / (end - start))


def minutes() -> tuple[Minute, ...]:
    """All marked minutes, in the order of nights and time."""
    return tuple(
        Minute(row["night"], float(row["start"]), row["grade"], _breaths(row))
        for row in _rows("minutes.csv")
    )


def reread() -> Iterator[tuple[Minute, tuple[float, ...]]]:
    """The minutes that were read again, each with its breaths of the second reading."""
    first = {(each.night, each.start): each for each in minutes()}
    for row in _rows("second_reading.csv"):
        yield first[row["night"], float(row["start"])], _breaths(row)


def _rows(name: str) -> Sequence[dict[str, str]]:
    text = (files(__package__) / "labels" / name).read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines()))


def _breaths(row: dict[str, str]) -> tuple[float, ...]:
    return tuple(float(row["start"]) + float(each) for each in row["breaths"].split())
