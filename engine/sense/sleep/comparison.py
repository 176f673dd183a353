"""A night beside those before it."""

from collections.abc import Iterable
from dataclasses import dataclass, fields
from statistics import median

from ...core.snapshot import Json
from .report import Figures, Report

NIGHTS = 30
"""A month: long enough for a median, short enough that it is still the same life."""

FEWEST = 7
"""A week, because people sleep otherwise at its end: of fewer nights a median says little."""

MAIN_MINUTES = 180.0
"""Shorter stays in bed are naps, which compare with no night."""

_MEANS = ("respiration", "heart_rate")


@dataclass(frozen=True, slots=True)
class Difference:
    """A figure of the night, what it was in half of the `nights` before, and what lies between."""

    value: float
    median: float
    difference: float
    nights: int


def is_night(report: Report) -> bool:
    """Whether a session is a night rather than a nap."""
    return report.figures.time_in_bed >= MAIN_MINUTES


def compare(report: Report, earlier: Iterable[Report]) -> dict[str, Difference]:
    """The figures of a night beside those of the last 30 nights before it.

    Those are left out that are not known of this night, or of fewer than seven others. A nap
    compares with nothing.
    """
    if not is_night(report):
        return {}
    before = sorted(
        (each for each in earlier if each.start < report.start and is_night(each)),
        key=lambda each: each.start,
    )[-NIGHTS:]
    mine, theirs = _figures(report), [_figures(each) for each in before]
    found = {}
    for name, value in mine.items():
        known = [figure for each in theirs if (figure := each[name]) is not None]
        if value is not None and len(known) >= FEWEST:
            middle = round(median(known), 1)
            found[name] = Difference(value, middle, round(value - middle, 1), len(known))
    return found


def comparison_json(differences: dict[str, Difference]) -> Json:
    """As the document of a night holds it; None where there is nothing to compare with."""
    return {
        name: {field.name: getattr(each, field.name) for field in fields(each)}
        for name, each in differences.items()
    } or None


def _figures(report: Report) -> dict[str, float | None]:
    figures = {field.name: getattr(report.figures, field.name) for field in fields(Figures)}
    spreads = {name: report.spreads[name] for name in _MEANS}
    return figures | {name: spread and spread.mean for name, spread in spreads.items()}
