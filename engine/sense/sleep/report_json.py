"""Reports as JSON, read back."""

from collections.abc import Callable
from dataclasses import fields

from ...core.sleep import EPOCH_S, Stage
from ...core.snapshot import (
    Json,
    SnapshotError,
    flag_in,
    item,
    number_in,
    optional_number_in,
    rows_in,
    text_in,
)
from .report import FORMAT, QUANTITIES, SPREADS, Coverage, Figures, Report, Spread

_LATEST = 1e11
"""Unix seconds, some three thousand years from now."""

_LONGEST = 3 * 86_400.0
"""Seconds; a session lasts a day at most."""

_ALWAYS = 3
"""The first of the figures are known of every night."""


def read_report(document: Json) -> Report:
    """The report that `Report.to_json` wrote; raises SnapshotError for anything else."""
    if item(document, "halcyon_night") != FORMAT:
        raise SnapshotError("it is no night, or of another version than this one reads")
    epochs = item(document, "epochs")
    if number_in(epochs, "seconds") != EPOCH_S:
        raise SnapshotError(f"its epochs are not {EPOCH_S:g} seconds long")
    report = Report(
        site=text_in(document, "site"),
        room=text_in(document, "room"),
        sleeper=text_in(document, "sleeper"),
        start=number_in(document, "start"),
        tried=optional_number_in(document, "tried"),
        asleep=optional_number_in(document, "asleep"),
        woke=optional_number_in(document, "woke"),
        end=number_in(document, "end"),
        figures=_figures(item(document, "figures")),
        coverage=_coverage(item(document, "coverage")),
        spreads={name: _spread(item(item(document, "spreads"), name)) for name in SPREADS},
        first=number_in(epochs, "first"),
        told=_each(epochs, "told", _stage),
        confidence=_each(epochs, "confidence", optional_number_in),
        revised=_each(epochs, "revised", _stage),
        in_bed=_each(epochs, "in_bed", _flag),
        series={name: _each(epochs, name, optional_number_in) for name in QUANTITIES},
    )
    _check_times(report)
    columns = (report.confidence, report.revised, report.in_bed, *report.series.values())
    if any(len(column) != len(report.told) for column in columns):
        raise SnapshotError("its epochs do not all hold the same number of values")
    return report


def _check_times(report: Report) -> None:
    """Times that calendars know, and lengths that nights have: others come from no session."""
    times = (report.end, report.tried, report.asleep, report.woke, report.first)
    if not 0.0 <= report.start <= _LATEST or any(
        abs(each - report.start) > _LONGEST for each in times if each is not None
    ):
        raise SnapshotError("its times are not those of a night")
    if len(report.told) * EPOCH_S > _LONGEST:
        raise SnapshotError("it has more epochs than a night")


def _figures(document: Json) -> Figures:
    always = (number_in(document, each.name) for each in fields(Figures)[:_ALWAYS])
    others = (optional_number_in(document, each.name) for each in fields(Figures)[_ALWAYS:])
    return Figures(*always, *others)


def _coverage(document: Json) -> Coverage:
    return Coverage(*(optional_number_in(document, each.name) for each in fields(Coverage)))


def _spread(document: Json) -> Spread | None:
    if document is None:
        return None
    return Spread(*(number_in(document, each.name) for each in fields(Spread)))


def _each[T](epochs: Json, key: str, read: Callable[[Json, int], T]) -> tuple[T, ...]:
    rows = rows_in(epochs, key)
    return tuple(read(rows, index) for index in range(len(rows)))


def _stage(rows: Json, index: int) -> Stage | None:
    if item(rows, index) is None:
        return None
    try:
        return Stage(text_in(rows, index))
    except ValueError as error:
        raise SnapshotError(f"{item(rows, index)!r} is no stage") from error


def _flag(rows: Json, index: int) -> bool | None:
    return None if item(rows, index) is None else flag_in(rows, index)
