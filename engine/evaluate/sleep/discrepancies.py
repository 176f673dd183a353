"""Night by night: how far a device's figures are from the reference's (Bland and Altman).

Menghini et al., Sleep 44(2), 2021, zsaa170, after Bland and Altman, Stat. Methods Med. Res. 8,
1999: bias, limits of agreement, whether the bias depends on the size of what is measured, and
whether the spread does. Differences are the device's figure minus the reference's, and sizes are
the reference's. All intervals come from drawing people anew, which holds whether differences are
normal or not; the limits themselves, bias -/+ 1.96 SD, hold 95 % of differences only of normal
ones, so it is said whether they look so.
"""

from collections.abc import Sequence
from dataclasses import dataclass
import math

import numpy as np

from ...core.sleep import EPOCH_S, Hypnogram
from ...sense.sleep.measures import measure
from ..report import Estimate
from .agreement import Judged
from .bootstrap import interval, weights
from .matrices import Floats
from .quantities import Quantity

_LIMIT = 1.96
_ABSOLUTE_LIMIT = _LIMIT * math.sqrt(math.pi / 2)
"""The same in mean absolute residuals: 2.46, because those of a normal spread are .8 SD."""

_DECIMALS = 6
_FEWEST = 8
"""Fewer nights say nothing of a slope or of normality."""
_NORMAL_5_PERCENT = 0.752
"""The Anderson-Darling statistic that 5 % of normal samples exceed, with mean and deviation
estimated from the sample (Stephens, J. Am. Stat. Assoc. 69, 1974)."""


@dataclass(frozen=True, slots=True, eq=False)
class Discrepancies:
    """One quantity of some nights, where both know it.

    `reference` and `device`, shape (nights,); `whose` numbers the people. `missed` nights have it
    in the reference only, `invented` ones in the device only.
    """

    quantity: Quantity
    reference: Floats
    device: Floats
    whose: tuple[int, ...]
    missed: int
    invented: int

    @property
    def differences(self) -> Floats:
        """Device minus reference."""
        return self.device - self.reference


@dataclass(frozen=True, slots=True)
class Bias:
    """How a device differs; the unit is the quantity's.

    `slope` says how the difference changes with one unit more of the reference, `spread_slope`
    how its absolute residual does; None of too few nights.
    """

    nights: int
    value: Estimate
    deviation: float
    lower: Estimate
    upper: Estimate
    slope: Estimate | None
    spread_slope: Estimate | None
    looks_normal: bool | None

    @property
    def is_proportional(self) -> bool:
        """Whether the bias depends on the size, as far as 95 % are sure."""
        return self.slope is not None and _excludes_zero(self.slope)

    @property
    def is_uneven(self) -> bool:
        """Whether the spread depends on the size (heteroscedasticity), as far as 95 % are sure."""
        return self.spread_slope is not None and _excludes_zero(self.spread_slope)


def discrepancies(nights: Sequence[Judged], quantity: Quantity) -> Discrepancies:
    """Both sides' figures over the time that the reference scored.

    Totals count the epochs that both know, so that a gap of the device is no shorter sleep; it is
    told as coverage. Latencies and the final awakening are each side's own.
    """
    people: dict[str, int] = {}
    kept, missed, invented = [], 0, 0
    for night in nights:
        if not quantity.is_shown(night.reference.trimmed().stages):
            continue
        here, there = (
            quantity.read(measure(each)) for each in _spans(night, masked=quantity.masked)
        )
        missed += here is not None and there is None
        invented += here is None and there is not None
        if here is not None and there is not None:
            kept.append((here, there, people.setdefault(night.subject.id, len(people))))
    values = np.array([each[:2] for each in kept], dtype=np.float64).reshape(-1, 2)
    whose = tuple(each[2] for each in kept)
    return Discrepancies(quantity, values[:, 0], values[:, 1], whose, missed, invented)


def _spans(night: Judged, *, masked: bool) -> tuple[Hypnogram, Hypnogram]:
    """Both sides from the first epoch that the reference scored, which is at 0 s."""
    reference = night.reference.trimmed()
    first = round((reference.start - night.device.start) / EPOCH_S)
    device = night.device.stages[first : first + len(reference.stages)]
    here = reference.stages
    if masked:
        both = [None not in pair for pair in zip(here, device, strict=True)]
        here = tuple(s if known else None for s, known in zip(here, both, strict=True))
        device = tuple(s if known else None for s, known in zip(device, both, strict=True))
    return Hypnogram(0.0, here), Hypnogram(0.0, device)


def bias(given: Discrepancies) -> Bias:
    """Bias, limits of agreement and slopes; NaN of no nights."""
    differences, sizes = given.differences, given.reference
    if not differences.size:
        nothing = Estimate(math.nan, math.nan, math.nan)
        return Bias(0, nothing, math.nan, nothing, nothing, None, None, None)
    once, often = np.ones((1, differences.size)), weights(given.whose)
    middle, deviation = _moments(differences, once)
    middles, deviations = _moments(differences, often)
    enough = differences.size >= _FEWEST and np.ptp(sizes) > 0
    slope, spread = _slopes(sizes, differences, once, often) if enough else (None, None)
    return Bias(
        nights=differences.size,
        value=Estimate(float(middle[0]), *interval(middles)),
        deviation=float(deviation[0]),
        lower=_estimate(middle - _LIMIT * deviation, middles - _LIMIT * deviations),
        upper=_estimate(middle + _LIMIT * deviation, middles + _LIMIT * deviations),
        slope=slope,
        spread_slope=spread,
        looks_normal=looks_normal(differences) if differences.size >= _FEWEST else None,
    )


def limits(given: Discrepancies, found: Bias, sizes: Floats) -> tuple[Floats, Floats, Floats]:
    """Lower limit, bias and upper limit at some sizes of the reference, for a picture.

    Constant, or lines where the bias is proportional or the spread uneven.
    """
    once = np.ones((1, given.reference.size))
    if found.is_proportional:
        intercepts, slopes = _line(given.reference, given.differences, once)
    else:
        intercepts, slopes = np.array([found.value.value]), np.zeros(1)
    middle = intercepts[0] + slopes[0] * sizes
    residuals = given.differences - intercepts[0] - slopes[0] * given.reference
    if found.is_uneven:
        base, rise = _line(given.reference, np.abs(residuals), once)
        reach = _ABSOLUTE_LIMIT * np.maximum(base[0] + rise[0] * sizes, 0.0)
    else:
        reach = np.full(sizes.shape, _LIMIT * float(residuals.std(ddof=1)))
    return middle - reach, middle, middle + reach


def looks_normal(values: Floats) -> bool:
    """Whether the Anderson-Darling test at 5 % has nothing against a normal distribution."""
    deviation = values.std(ddof=1)
    if deviation == 0:
        return False
    ordered = np.sort((values - values.mean()) / deviation)
    below = np.array([0.5 * math.erfc(-z / math.sqrt(2)) for z in ordered])
    below = np.clip(below, 1e-12, 1 - 1e-12)
    n, odd = values.size, 2 * np.arange(values.size) + 1
    statistic = -n - float((odd * (np.log(below) + np.log1p(-below[::-1]))).sum()) / n
    return statistic * (1 + 0.75 / n + 2.25 / n**2) < _NORMAL_5_PERCENT


def _excludes_zero(estimate: Estimate) -> bool:
    return estimate.low > 0 or estimate.high < 0


def _estimate(value: Floats, repeats: Floats) -> Estimate:
    return Estimate(float(value[0]), *interval(repeats))


def _moments(values: Floats, often: Floats) -> tuple[Floats, Floats]:
    """Mean and standard deviation in every repeat, `often` having shape (repeats, nights)."""
    total = often.sum(1)
    middle = often @ values / total
    squares = (often * (values - middle[:, None]) ** 2).sum(1)
    with np.errstate(invalid="ignore", divide="ignore"):
        return middle, np.sqrt(squares / (total - 1))


def _line(x: Floats, y: Floats, often: Floats) -> tuple[Floats, Floats]:
    """Intercept and slope of the least squares in every repeat; y may differ between repeats."""
    total = often.sum(1)
    x_mean, y_mean = often @ x / total, (often * y).sum(1) / total
    away = x - x_mean[:, None]
    with np.errstate(invalid="ignore", divide="ignore"):
        slope = (often * away * y).sum(1) / (often * away**2).sum(1)
    return y_mean - slope * x_mean, slope


def _slopes(
    sizes: Floats, differences: Floats, once: Floats, often: Floats
) -> tuple[Estimate, Estimate]:
    values, rises = [], []
    for repeats in (once, often):
        intercept, slope = _line(sizes, differences, repeats)
        residuals = differences - intercept[:, None] - slope[:, None] * sizes
        values.append(slope)
        # A device that is always a line away leaves nothing but errors of rounding.
        rises.append(_line(sizes, np.abs(residuals).round(_DECIMALS), repeats)[1])
    return _estimate(*values), _estimate(*rises)
