"""The tables of cross-validation: each person's figure is its mean over the seeds."""

from collections.abc import Iterable, Sequence

import numpy as np

from ..report import Entry, Estimate, Table
from . import bootstrap
from .agreement import (
    ALL_STAGES,
    ASLEEP,
    SLEEP_WAKE,
    STAGES,
    WAKE_REM_OTHER,
    Agreement,
)
from .crossing import BOOSTING, COARSE, Crossed
from .matrices import (
    Figure,
    Floats,
    accuracy,
    kappa,
    macro_f1,
    of_class,
    ratio,
    sensitivity,
    specificity,
)


def crossed_table(found: Iterable[Crossed]) -> Table:
    """How far each method agrees with the reference on people that it never saw."""
    rows: list[tuple[Entry, ...]] = []
    for each in found:
        for method, stagings in each.methods.items():
            seeds = [staging.agreement for staging in stagings]
            rows.append(
                (
                    each.source,
                    method,
                    float(len(seeds[0].people)),
                    float(len(seeds)),
                    *(_of_four_stages(seeds) if not method.startswith(COARSE) else (None,) * 5),
                    *(
                        bootstrap.mean(_each(seeds, of_class(figure, ASLEEP), SLEEP_WAKE))
                        for figure in (sensitivity, specificity)
                    ),
                    _pooled(seeds, kappa, WAKE_REM_OTHER),
                    *(
                        None if method.startswith(COARSE) else bootstrap.mean(_surplus(seeds, n))
                        for n in range(len(STAGES))
                    ),
                )
            )
    return Table(
        "crossed",
        "Cross-validation: people never seen, each person's figure the mean over seeds",
        (
            "nights",
            "method",
            "people",
            "seeds",
            "kappa, median person",
            "kappa, mean person",
            "kappa, all epochs",
            "macro-F1, all epochs",
            "accuracy",
            "asleep: sensitivity",
            "asleep: specificity",
            "awake, REM, other: kappa, all epochs",
            *(f"bias of the share of {stage}, pp" for stage in STAGES),
        ),
        tuple(rows),
    )


def ahead_table(found: Iterable[Crossed]) -> Table:
    """How much more each method has than gradient boosting, on the same people."""
    rows: list[tuple[Entry, ...]] = []
    for each in found:
        trees = [staging.agreement for staging in each.methods[BOOSTING]]
        for method, stagings in each.methods.items():
            if method == BOOSTING or method.startswith(COARSE):
                continue
            ours = _each([staging.agreement for staging in stagings], kappa)
            theirs = _each(trees, kappa)
            rows.append(
                (
                    each.source,
                    method,
                    _medians_apart(ours, theirs),
                    bootstrap.mean(ours - theirs),
                    float((ours > theirs).sum()),
                    float(ours.size),
                )
            )
    return Table(
        "ahead",
        "Ahead of gradient boosting in kappa, the same people",
        (
            "nights",
            "method",
            "difference of medians",
            "mean difference",
            "people ahead",
            "people",
        ),
        tuple(rows),
    )


def _of_four_stages(seeds: Sequence[Agreement]) -> tuple[Entry, ...]:
    each = _each(seeds, kappa)
    return (
        bootstrap.median(each),
        bootstrap.mean(each),
        _pooled(seeds, kappa),
        _pooled(seeds, macro_f1),
        bootstrap.mean(_each(seeds, accuracy)),
    )


def _each(
    seeds: Sequence[Agreement], figure: Figure, groups: Sequence[tuple[int, ...]] = ALL_STAGES
) -> Floats:
    found: Floats = np.mean([seed.each(figure, groups) for seed in seeds], axis=0)
    return found


def _pooled(
    seeds: Sequence[Agreement], figure: Figure, groups: Sequence[tuple[int, ...]] = ALL_STAGES
) -> Estimate:
    """A figure of all epochs together, the mean over seeds; people are drawn anew."""
    drawn = bootstrap.weights(range(len(seeds[0].people)))
    values, repeats = [], []
    for seed in seeds:
        counts = seed.matrices(groups)
        values.append(float(figure(counts.sum(0))))
        repeats.append(figure(np.tensordot(drawn, counts, axes=1).astype(np.float64)))
    return Estimate(float(np.mean(values)), *bootstrap.interval(np.mean(repeats, axis=0)))


def _surplus(seeds: Sequence[Agreement], stage: int) -> Floats:
    """How many more percentage points of the night are given to a stage, by person."""
    found = []
    for seed in seeds:
        matrices = seed.matrices()
        surplus = matrices.sum(-2)[:, stage] - matrices.sum(-1)[:, stage]
        found.append(100 * ratio(surplus, matrices.sum((1, 2))))
    return np.asarray(np.mean(found, axis=0))


def _medians_apart(first: Floats, second: Floats) -> Estimate:
    drawn = bootstrap.draws(first.size)
    repeats = np.nanmedian(first[drawn], axis=1) - np.nanmedian(second[drawn], axis=1)
    value = float(np.nanmedian(first) - np.nanmedian(second))
    return Estimate(value, *bootstrap.interval(repeats))
