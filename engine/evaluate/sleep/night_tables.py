"""The tables of whole nights: their figures, and what wake before them changes."""

from collections.abc import Iterable, Sequence
import math

import numpy as np

from ...core.sleep import Stage
from ..report import Entry, Table
from .agreement import ASLEEP, SLEEP_WAKE
from .discrepancies import Bias, bias, discrepancies
from .matrices import kappa, of_class, specificity
from .quantities import ONSET, QUANTITIES
from .staging import Staging, Waking


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
    for each in wakings:
        found, given = each.staging.agreement, discrepancies(each.staging.nights, ONSET)
        off = np.abs(given.differences)
        awake = np.array([_awake_share(said) for said in each.said])
        rows.append(
            (
                each.staging.source,
                each.staging.method,
                each.minutes,
                float(len(found.people)),
                found.median(kappa),
                found.mean(of_class(specificity, ASLEEP), SLEEP_WAKE),
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


def _shape(found: Bias) -> tuple[Entry, ...]:
    words = {True: "yes", False: "no", None: None}
    return found.slope, found.spread_slope, words[found.looks_normal]


def _awake_share(said: Sequence[Stage | None]) -> float:
    told = [stage for stage in said if stage is not None]
    return told.count(Stage.AWAKE) / len(told) if told else math.nan
