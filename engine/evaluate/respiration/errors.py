"""How far counted rates are from what a person marked, and from what the device says."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
import math

import numpy as np

from ...core.sleep import EPOCH_S
from ..report import Estimate
from ..sleep import bootstrap
from .airflow import Floats
from .counters import Counted
from .marks import LENGTH_S, Minute

LAGS_S = np.arange(-20.0, 61.0, 2.0)
"""How much later than the breath the device's rate may be."""

_BLOCK_S = 600.0
"""Epochs of ten minutes are drawn together, because neighbours resemble each other."""

WITHIN = 1.0
"""Breaths per minute that count as right."""


@dataclass(frozen=True, slots=True, eq=False)
class Compared:
    """Rates beside a reference, breaths per minute: each shape (n,), NaN where nothing was said.

    `blocks` numbers what is drawn together: numbers from 0, none left out.
    """

    rates: Floats
    references: Floats
    qualities: Floats
    nights: tuple[str, ...]
    grades: tuple[str, ...]
    blocks: tuple[int, ...]

    @property
    def errors(self) -> Floats:
        """Absolute errors, NaN where nothing was said."""
        return np.abs(self.rates - self.references)

    def where(self, kept: Sequence[bool] | np.ndarray) -> Compared:
        """Those of which a list says so."""
        places = np.flatnonzero(np.asarray(kept))
        numbers: dict[int, int] = {}
        return Compared(
            self.rates[places],
            self.references[places],
            self.qualities[places],
            tuple(self.nights[place] for place in places),
            tuple(self.grades[place] for place in places),
            tuple(numbers.setdefault(self.blocks[place], len(numbers)) for place in places),
        )

    def mean_error(self) -> Estimate:
        """The mean absolute error of what was said, with its interval by drawing blocks."""
        return self._drawn(np.nan_to_num(self.errors), np.isfinite(self.errors))

    def bias(self) -> Estimate:
        """The mean error, above 0 where too much is counted."""
        errors = self.rates - self.references
        return self._drawn(np.nan_to_num(errors), np.isfinite(errors))

    def right(self) -> Estimate:
        """The share of what was said that is right within a breath."""
        return self._drawn(np.nan_to_num(self.errors, nan=9.0) <= WITHIN, np.isfinite(self.errors))

    def coverage(self) -> Estimate:
        """The share of which something was said."""
        return self._drawn(np.isfinite(self.rates), np.ones(len(self.rates), dtype=bool))

    def less_wrong(self, other: Compared) -> Estimate:
        """How much larger another's mean error is, on what both say; of the same epochs."""
        differences = other.errors - self.errors
        return self._drawn(np.nan_to_num(differences), np.isfinite(differences))

    def _drawn(self, values: np.ndarray, counted: np.ndarray) -> Estimate:
        sums = np.zeros((max(self.blocks, default=-1) + 1, 2))
        np.add.at(sums, list(self.blocks), np.stack([values * counted, counted], axis=-1))
        if not sums[:, 1].any():
            return Estimate(math.nan, math.nan, math.nan)

        def ratio(each: Floats) -> Floats:
            with np.errstate(invalid="ignore"):
                return np.asarray(each[..., 0] / each[..., 1], dtype=np.float64)

        return bootstrap.pooled(sums, ratio)


def by_minutes(counted: Iterable[Counted], minutes: Sequence[Minute]) -> Compared:
    """Marked minutes: the mean of both epochs, said where both are."""
    rates, references, qualities, kept = [], [], [], []
    for each, place, minute in _at(counted, minutes):
        rates.append(float(np.mean(each.rates[place : place + 2])))
        qualities.append(float(np.mean(each.qualities[place : place + 2])))
        references.append(minute.rate(minute.start, minute.start + LENGTH_S))
        kept.append(minute)
    return _compared(rates, references, qualities, kept)


def by_epochs(counted: Iterable[Counted], minutes: Sequence[Minute]) -> Compared:
    """The epochs of marked minutes; those of one minute are drawn together."""
    rates, references, qualities, kept = [], [], [], []
    for each, first, minute in _at(counted, minutes):
        for place in (first, first + 1):
            end = float(each.ends[place])
            rates.append(float(each.rates[place]))
            qualities.append(float(each.qualities[place]))
            references.append(minute.rate(end - EPOCH_S, end))
            kept.append(minute)
    return _compared(rates, references, qualities, kept)


def by_device(counted: Sequence[Counted]) -> tuple[Compared, float]:
    """All epochs of which the device says a rate, and how much later than the breath it says it.

    The lag is what makes the mean error least; it is looked for anew for every method.
    """
    tried = [(_beside_device(counted, float(lag)), float(lag)) for lag in LAGS_S]
    return min(tried, key=lambda one: float(np.nanmean(one[0].errors)))


def _at(
    counted: Iterable[Counted], minutes: Sequence[Minute]
) -> Iterable[tuple[Counted, int, Minute]]:
    """Where in which session the first epoch of each minute is."""
    for each in counted:
        for minute in minutes:
            place = int(np.searchsorted(each.ends, minute.start + EPOCH_S))
            there = place + 1 < len(each.ends) and each.ends[place] == minute.start + EPOCH_S
            if there and each.session.night == minute.night:
                yield each, place, minute


def _compared(
    rates: list[float], references: list[float], qualities: list[float], of: Sequence[Minute]
) -> Compared:
    numbers: dict[Minute, int] = {}
    return Compared(
        np.array(rates),
        np.array(references),
        np.array(qualities),
        tuple(minute.night for minute in of),
        tuple(minute.grade for minute in of),
        tuple(numbers.setdefault(minute, len(numbers)) for minute in of),
    )


def _beside_device(counted: Sequence[Counted], lag: float) -> Compared:
    rates, references, qualities, nights, blocks = [], [], [], [], []
    numbers: dict[tuple[int, int], int] = {}
    for session, each in enumerate(counted):
        device = each.session.told
        if device is None:
            continue
        for end, rate, quality in zip(each.ends, each.rates, each.qualities, strict=True):
            told = device.between(float(end) - EPOCH_S + lag, float(end) + lag)
            if len(told) and float(told.min()) > 0.0:
                rates.append(float(rate))
                references.append(float(told.mean()))
                qualities.append(float(quality))
                nights.append(each.session.night)
                block = session, int(end // _BLOCK_S)
                blocks.append(numbers.setdefault(block, len(numbers)))
    grades = ("",) * len(rates)
    return Compared(
        np.array(rates),
        np.array(references),
        np.array(qualities),
        tuple(nights),
        grades,
        tuple(blocks),
    )
