"""The tables of epochs: how far methods and scorers agree, on what, and for whom."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
import math

import numpy as np

from ..report import Entry, Estimate, Table
from .agreement import ASLEEP, SLEEP_WAKE, STAGES, WAKE_REM_OTHER, Agreement, paired
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
from .staging import Staging

_AGES = (0, 40, 60, math.inf)
_FEWEST_PEOPLE = 3
"""Of fewer people a group's figures are not shown."""


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
                    found.mean(of_class(figure, ASLEEP), SLEEP_WAKE)
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
                    some.mean(of_class(sensitivity, ASLEEP), SLEEP_WAKE),
                    some.mean(of_class(specificity, ASLEEP), SLEEP_WAKE),
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


def _percent(share: Estimate) -> Estimate:
    return Estimate(100 * share.value, 100 * share.low, 100 * share.high)


def _percent_text(shares: Floats) -> str | None:
    known = 100 * shares[np.isfinite(shares)]
    if not known.size:
        return None
    spread = f" ({known.std(ddof=1):.1f})" if known.size > 1 else ""
    return f"{known.mean():.1f}{spread}"
