"""Tables of figures, as text that a document can hold and as JSON."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
import json
import math

from ..core.snapshot import Json
from .statistics import Share


@dataclass(frozen=True, slots=True)
class Estimate:
    """A figure and its 95 % interval, in whatever unit its column says."""

    value: float
    low: float
    high: float


type Entry = str | float | Share | Estimate | None


@dataclass(frozen=True, slots=True)
class Table:
    """`name` is for programs, `title` for readers; every row has an entry for each column."""

    name: str
    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Entry, ...], ...]


def markdown(table: Table) -> Iterator[str]:
    """The lines of a table."""
    yield f"**{table.title}**"
    yield ""
    yield _line(table.columns)
    yield _line(["---"] * len(table.columns))
    for row in table.rows:
        yield _line([text(entry) for entry in row])
    yield ""


def json_lines(table: Table) -> Iterator[str]:
    """The rows of a table, each as an object that names the table."""
    for row in table.rows:
        named = {name: _plain(entry) for name, entry in zip(table.columns, row, strict=True)}
        yield json.dumps({"table": table.name} | named)


def _line(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


def text(entry: Entry) -> str:
    """An entry for people: shares in percent, with their interval."""
    match entry:
        case None:
            return ""
        case str():
            return entry
        case Share(trials=0):
            return "-"
        case Share(value=value, interval=(low, high)):
            return f"{100 * value:.1f} % ({100 * low:.1f}-{100 * high:.1f})"
        case Estimate(value=value, low=low, high=high):
            dash = " to " if low < 0 else "-"
            reach = "" if math.isnan(low) else f" ({_number(low)}{dash}{_number(high)})"
            return f"{_number(value)}{reach}"
    return _number(entry)


def _number(value: float) -> str:
    if math.isnan(value):
        return "-"
    if math.isinf(value):
        return "unlimited"
    if value == round(value):
        return str(round(value))
    return f"{value:.2f}" if abs(value) < 10 else f"{value:.1f}"


def _plain(entry: Entry) -> Json:
    match entry:
        case Share(hits=hits, trials=trials, interval=(low, high)):
            return {"hits": hits, "trials": trials, "low": round(low, 4), "high": round(high, 4)}
        case Estimate(value=value, low=low, high=high):
            return [_finite(each) for each in (value, low, high)]
        case float():
            return _finite(entry)
    return entry


def _finite(value: float) -> float | None:
    return round(value, 4) if math.isfinite(value) else None
