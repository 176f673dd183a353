"""The whole evaluation of respiration: what counts which nights, and the tables it gives."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np

from ..report import Entry, Estimate, Table
from . import nobody, simulated
from .airflow import sessions
from .counters import AUTOCORRELATION, COUNTERS, HALCYON, NEUROKIT, SPECTRUM, Counted
from .errors import Compared, by_device, by_epochs, by_minutes
from .forms import Form
from .marks import Minute, minutes, reread

_QUALITIES = (0.0, 0.4, 0.5, 0.6, 0.7, 0.8, 1.01)
AIM_ERROR = 0.5
AIM_COVERAGE = 0.8

_STREAMED = (HALCYON, SPECTRUM, AUTOCORRELATION)
"""What can be given any form of the airflow."""

type Compare = Callable[[Sequence[Counted]], Compared]
type Told = Callable[[str], None]
"""Hears what is done next."""


@dataclass(frozen=True, slots=True)
class Found:
    """What every counter said of the flow, and those that take waves as they come of its forms."""

    marked: tuple[Minute, ...]
    counters: dict[str, tuple[Counted, ...]]
    forms: dict[tuple[Form, str], tuple[Counted, ...]]


def gather(data: Path, told: Told) -> Found:
    """Count every session by every counter that is there.

    Raises MissingError where there is no airflow.
    """
    every = tuple(sessions(data))
    counters: dict[str, tuple[Counted, ...]] = {}
    for name, count in COUNTERS.items():
        told(name)
        try:
            counters[name] = tuple(count(session, Form.FLOW) for session in every)
        except ModuleNotFoundError as error:
            if name != NEUROKIT:
                raise
            told(f"without {name}: {error.name} is not installed")
    forms: dict[tuple[Form, str], tuple[Counted, ...]] = {}
    for form in Form:
        for name in _STREAMED:
            told(f"{name}: {form}")
            forms[form, name] = (
                counters[name]
                if form is Form.FLOW
                else tuple(COUNTERS[name](session, form) for session in every)
            )
    return Found(minutes(), counters, forms)


def report(found: Found) -> Iterator[Table]:
    """The tables of what was found."""
    yield _aims(found)
    yield _methods(found)
    yield _nights(found)
    yield _qualities(found)
    yield _forms(found)
    yield simulated.table()
    yield nobody.table()
    yield _costs(found)
    yield _lags(found)
    yield _reader()


_ERROR = "mean error, /min"
_COVERAGE = "coverage, %"
_BIAS = "bias, /min"
_RIGHT = "within 1, %"


def _aims(found: Found) -> Table:
    """The two aims on the marked minutes."""
    own = by_minutes(found.counters[HALCYON], found.marked)
    error, coverage = own.mean_error(), own.coverage()
    return Table(
        "respiration_aims",
        "Respiration: what was aimed at, on the marked minutes",
        ("what", "aim", "found", "met"),
        (
            ("mean absolute error, /min", f"≤ {AIM_ERROR}", error, _yes(error.value <= AIM_ERROR)),
            (
                _COVERAGE,
                f"≥ {100 * AIM_COVERAGE:.0f}",
                _percent(coverage),
                _yes(coverage.value >= AIM_COVERAGE),
            ),
        ),
    )


def _methods(found: Found) -> Table:
    """Every counter against marks and device, and by how much the engine is nearer."""
    own = found.counters[HALCYON]
    references: dict[str, Compare] = {
        "marked minutes": lambda counted: by_minutes(counted, found.marked),
        "marked half minutes": lambda counted: by_epochs(counted, found.marked),
        "the device": lambda counted: by_device(counted)[0],
    }
    rows: list[tuple[Entry, ...]] = []
    for against, compare in references.items():
        ours = compare(own)
        for name, counted in found.counters.items():
            compared = compare(counted)
            same = name != HALCYON and np.array_equal(compared.references, ours.references)
            nearer = ours.less_wrong(compared) if same else None
            rows.append((name, against, *_figures(compared), nearer))
    return Table(
        "respiration_methods",
        "Real airflow: breaths per minute, against what a person marked and what the device says",
        (
            "method",
            "against",
            "n",
            _COVERAGE,
            _ERROR,
            _BIAS,
            _RIGHT,
            "the first is nearer by, /min",
        ),
        tuple(rows),
    )


def _nights(found: Found) -> Table:
    rows: list[tuple[Entry, ...]] = []
    for name, counted in found.counters.items():
        compared = by_minutes(counted, found.marked)
        for night in sorted(set(compared.nights)):
            some = compared.where([each == night for each in compared.nights])
            rows.append((name, f"night {night}", *_figures(some)))
        for grade in sorted(set(compared.grades)):
            some = compared.where([each == grade for each in compared.grades])
            rows.append((name, f"{grade} minutes", *_figures(some)))
    return Table(
        "respiration_nights",
        "Real airflow: the marked minutes by night and by how clear they are",
        ("method", "of", "n", _COVERAGE, _ERROR, _BIAS, _RIGHT),
        tuple(rows),
    )


def _qualities(found: Found) -> Table:
    """Whether the quality tells how good a rate is: without its threshold there would be more."""
    marked = by_epochs(found.counters[HALCYON], found.marked)
    device, _ = by_device(found.counters[HALCYON])
    rows: list[tuple[Entry, ...]] = []
    for low, high in pairwise(_QUALITIES):
        row: list[Entry] = [f"{low:.1f}-{min(high, 1.0):.1f}"]
        for compared in (marked, device):
            some = compared.where((compared.qualities >= low) & (compared.qualities < high))
            row += [
                float(len(some.rates)),
                some.mean_error() if len(some.rates) else None,
                _percent(some.right()) if len(some.rates) else None,
            ]
        rows.append(tuple(row))
    return Table(
        "respiration_qualities",
        "Real airflow: error by the quality that goes with a rate; below 0.5 no rate is said",
        (
            "quality",
            "marked half minutes",
            _ERROR,
            _RIGHT,
            "half minutes of the device",
            f"{_ERROR} (device)",
            f"{_RIGHT} (device)",
        ),
        tuple(rows),
    )


def _forms(found: Found) -> Table:
    rows: list[tuple[Entry, ...]] = []
    for (form, name), counted in found.forms.items():
        marked = by_epochs(counted, found.marked)
        device, _ = by_device(counted)
        rows.append(
            (
                str(form),
                name,
                _percent(marked.coverage()),
                marked.mean_error(),
                _percent(device.coverage()),
                device.mean_error(),
            )
        )
    return Table(
        "respiration_forms",
        "Half minutes of the same airflow in the forms that radars send (made from it)",
        (
            "form",
            "method",
            f"{_COVERAGE} (marked)",
            f"{_ERROR} (marked)",
            f"{_COVERAGE} (device)",
            f"{_ERROR} (device)",
        ),
        tuple(rows),
    )


def _costs(found: Found) -> Table:
    rows = []
    for name, counted in found.counters.items():
        hours = sum(each.length for each in counted) / 3600.0
        rows.append((name, hours, sum(each.seconds for each in counted) / hours))
    return Table(
        "respiration_costs",
        "What it costs, on one core, in the same run",
        ("method", "hours of airflow", "seconds an hour"),
        tuple(rows),
    )


def _lags(found: Found) -> Table:
    """How much later than the breath the device shows a rate, as each method sees it."""
    return Table(
        "respiration_lags",
        "How much later than the breath the device's rate is taken to be",
        ("method", "s"),
        tuple((name, by_device(counted)[1]) for name, counted in found.counters.items()),
    )


def _reader() -> Table:
    """How much the two readings of the same minutes differ."""
    both = list(reread())
    times = [
        abs(first - second)
        for minute, again in both
        for first, second in zip(minute.breaths, again, strict=True)
    ]
    rates = [abs(_mean_rate(minute.breaths) - _mean_rate(again)) for minute, again in both]
    return Table(
        "respiration_reader",
        "The reader against themselves",
        ("minutes read twice", "breaths", "mean difference, s", "largest, s", "rate, largest /min"),
        ((float(len(both)), float(len(times)), float(np.mean(times)), max(times), max(rates)),),
    )


def _mean_rate(breaths: Sequence[float]) -> float:
    return 60.0 * (len(breaths) - 1) / (breaths[-1] - breaths[0])


def _figures(compared: Compared) -> tuple[Entry, ...]:
    return (
        float(len(compared.rates)),
        _percent(compared.coverage()),
        compared.mean_error(),
        compared.bias(),
        _percent(compared.right()),
    )


def _percent(share: Estimate) -> Estimate:
    return Estimate(100 * share.value, 100 * share.low, 100 * share.high)


def _yes(met: bool) -> str:  # noqa: FBT001 -- a verdict in one word
    return "yes" if met else "**no**"
