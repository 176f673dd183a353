"""The tables of the evaluation of sleep."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
import math

import numpy as np

from ...core.sleep import Stage
from ..motion.report import Entry, Estimate, Table
from .agreement import SLEEP_WAKE, STAGES, WAKE_REM_OTHER, Agreement, Judged, agreement, paired
from .discrepancies import QUANTITIES, Bias, bias, discrepancies
from .matrices import (
    Floats,
    accuracy,
    f1,
    kappa,
    macro_f1,
    negative_predictive,
    of_class,
    pabak,
    predictive,
    rates,
    sensitivity,
    specificity,
)
from .recordings.night import Subject

_ASLEEP = 1
"""The class of sleep among SLEEP_WAKE."""
_AGES = (0, 40, 60, math.inf)
_FEWEST_PEOPLE = 3
"""Of fewer people a group's figures are not shown."""


@dataclass(frozen=True, slots=True, eq=False)
class Staging:
    """The nights of one data set, as one method staged them."""

    source: str
    method: str
    nights: tuple[Judged, ...]
    agreement: Agreement = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "agreement", agreement(self.nights))


@dataclass(frozen=True, slots=True, eq=False)
class Waking:
    """The same after some minutes of real wake, all of whose epochs are in `said`."""

    minutes: float
    staging: Staging
    said: tuple[tuple[Stage | None, ...], ...]


def agreement_table(stagings: Iterable[Staging]) -> Table:
    """Epoch by epoch, all stages and asleep against awake."""
    rows: list[tuple[Entry, ...]] = []
    for each in stagings:
        found = each.agreement
        rows.append(
            (
                each.source,
                each.method,
                float(len(found.people)),
                float(found.counts.sum()),
                _percent(found.coverage),
                found.median(kappa),
                found.pooled(kappa),
                found.mean(pabak),
                _percent(found.mean(accuracy)),
                found.pooled(macro_f1),
                found.pooled(kappa, WAKE_REM_OTHER),
                *(
                    found.mean(of_class(figure, _ASLEEP), SLEEP_WAKE)
                    for figure in (sensitivity, specificity, predictive, negative_predictive)
                ),
                found.mean(kappa, SLEEP_WAKE),
                found.mean(pabak, SLEEP_WAKE),
            )
        )
    return Table(
        "agreement",
        "Epoch by epoch: four stages, and asleep against awake",
        (
            "nights",
            "method",
            "people",
            "epochs",
            "coverage, %",
            "kappa, median person",
            "kappa, all epochs",
            "PABAK, mean",
            "accuracy, mean %",
            "macro-F1, all epochs",
            "awake, REM, other: kappa, all epochs",
            "asleep: sensitivity",
            "asleep: specificity",
            "asleep: PPV",
            "asleep: NPV",
            "asleep: kappa",
            "asleep: PABAK",
        ),
        tuple(rows),
    )


def stages_table(stagings: Iterable[Staging]) -> Table:
    """Each stage against all others: means over people, F1 of all epochs, and its share's bias."""
    figures = sensitivity, specificity, predictive, negative_predictive
    rows: list[tuple[Entry, ...]] = []
    for each in stagings:
        found = each.agreement
        for n, stage in enumerate(STAGES):
            means = [found.mean(of_class(figure, n)) for figure in figures]
            share = found.fraction_bias(stage)
            rows.append(
                (each.source, each.method, stage, *means, found.pooled(of_class(f1, n)), share)
            )
    return Table(
        "stages",
        "Each stage against all others",
        (
            "nights",
            "method",
            "stage",
            "sensitivity",
            "specificity",
            "PPV",
            "NPV",
            "F1, all epochs",
            "bias of its share, pp",
        ),
        tuple(rows),
    )


def matrix_table(stagings: Iterable[Staging]) -> Table:
    """What becomes of each stage: epochs of all people, and the mean over people in percent."""
    rows: list[tuple[Entry, ...]] = []
    for each in stagings:
        total = each.agreement.counts.sum(0)
        people = rates(each.agreement.matrices())
        for n, stage in enumerate(STAGES):
            shares = [_percent_text(people[:, n, m]) for m in range(len(STAGES))]
            rows.append((each.source, each.method, stage, *map(float, total[n]), *shares))
    return Table(
        "matrix",
        "Error matrix: rows are the reference; epochs, then mean (SD) over people in %",
        (
            "nights",
            "method",
            "reference",
            *(f"{stage}, epochs" for stage in STAGES),
            "nothing said, epochs",
            *(f"{stage}, %" for stage in STAGES),
        ),
        tuple(rows),
    )


def nights_table(stagings: Iterable[Staging]) -> Table:
    """Bias and limits of agreement of every figure of a night."""
    rows: list[tuple[Entry, ...]] = []
    for each in stagings:
        for quantity in QUANTITIES:
            given = discrepancies(each.nights, quantity)
            found = bias(given)
            rows.append(
                (
                    each.source,
                    each.method,
                    f"{quantity.name}, {quantity.unit}" if quantity.unit else quantity.name,
                    float(found.nights),
                    float(given.missed),
                    float(given.invented),
                    float(given.reference.mean()) if found.nights else None,
                    found.value,
                    found.deviation,
                    found.lower,
                    found.upper,
                    *_shape(found),
                )
            )
    return Table(
        "nights",
        "Night by night: device minus reference",
        (
            "nights",
            "method",
            "figure",
            "n",
            "missed",
            "invented",
            "reference, mean",
            "bias",
            "SD",
            "lower limit",
            "upper limit",
            "slope of bias",
            "slope of spread",
            "looks normal",
        ),
        tuple(rows),
    )


def waking_table(wakings: Iterable[Waking]) -> Table:
    """What is left after real wake was put before the night."""
    rows: list[tuple[Entry, ...]] = []
    sol = next(q for q in QUANTITIES if q.name == "SOL")
    for each in wakings:
        found, given = each.staging.agreement, discrepancies(each.staging.nights, sol)
        off = np.abs(given.differences)
        awake = np.array([_awake_share(said) for said in each.said])
        rows.append(
            (
                each.staging.source,
                each.staging.method,
                each.minutes,
                float(len(found.people)),
                found.median(kappa),
                found.mean(of_class(specificity, _ASLEEP), SLEEP_WAKE),
                float(np.median(off)) if off.size else None,
                float(np.nanmean(awake)) if np.isfinite(awake).any() else None,
            )
        )
    return Table(
        "waking",
        "After minutes of the person's own wake, put before the night",
        (
            "nights",
            "method",
            "wake before, min",
            "people",
            "kappa, median person",
            "asleep: specificity",
            "onset error, median min",
            "of the wake before: staged awake",
        ),
        tuple(rows),
    )


def strata_table(stagings: Iterable[Staging]) -> Table:
    """By age and sex, where the data set says."""
    rows: list[tuple[Entry, ...]] = []
    for each in stagings:
        for name, members in _strata(each.agreement.people):
            some = Agreement(
                tuple(each.agreement.people[n] for n in members), each.agreement.counts[members]
            )
            rows.append(
                (
                    each.source,
                    each.method,
                    name,
                    float(len(members)),
                    some.median(kappa),
                    some.pooled(macro_f1),
                    some.mean(of_class(sensitivity, _ASLEEP), SLEEP_WAKE),
                    some.mean(of_class(specificity, _ASLEEP), SLEEP_WAKE),
                )
            )
    return Table(
        "strata",
        f"By age and sex, groups of at least {_FEWEST_PEOPLE}",
        (
            "nights",
            "method",
            "who",
            "people",
            "kappa, median person",
            "macro-F1, all epochs",
            "asleep: sensitivity",
            "asleep: specificity",
        ),
        tuple(rows),
    )


def paired_table(stagings: Sequence[Staging], than: str) -> Table:
    """How much more each method has than one of them, on the same people."""
    rows: list[tuple[Entry, ...]] = []
    for other in (each for each in stagings if each.method == than):
        for each in stagings:
            if each.source == other.source and each is not other:
                more = [paired(each.agreement, other.agreement, f) for f in (kappa, macro_f1)]
                rows.append((each.source, each.method, *more))
    return Table(
        "paired",
        f"More than '{than}' on the same people: difference of medians",
        ("nights", "method", "kappa", "macro-F1"),
        tuple(rows),
    )


def _strata(people: Sequence[Subject]) -> Iterator[tuple[str, list[int]]]:
    groups: dict[str, list[int]] = {}
    for n, who in enumerate(people):
        if who.sex is not None:
            groups.setdefault(who.sex, []).append(n)
        if who.age is not None:
            groups.setdefault(_band(who.age), []).append(n)
    for name in sorted(groups):
        if len(groups[name]) >= _FEWEST_PEOPLE:
            yield name, groups[name]


def _band(age: float) -> str:
    low, high = next((a, b) for a, b in pairwise(_AGES) if a <= age < b)
    if low == 0:
        return f"under {high:.0f}"
    return f"{low:.0f} and older" if math.isinf(high) else f"{low:.0f} to {high - 1:.0f}"


def _shape(found: Bias) -> tuple[Entry, ...]:
    words = {True: "yes", False: "no", None: None}
    return found.slope, found.spread_slope, words[found.looks_normal]


def _awake_share(said: Sequence[Stage | None]) -> float:
    told = [stage for stage in said if stage is not None]
    return told.count(Stage.AWAKE) / len(told) if told else math.nan


def _percent(share: Estimate) -> Estimate:
    return Estimate(100 * share.value, 100 * share.low, 100 * share.high)


def _percent_text(shares: Floats) -> str | None:
    known = 100 * shares[np.isfinite(shares)]
    if not known.size:
        return None
    spread = f" ({known.std(ddof=1):.1f})" if known.size > 1 else ""
    return f"{known.mean():.1f}{spread}"
