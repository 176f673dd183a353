"""Shares, rates and curves, each with how sure it is."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
import math

import numpy as np
from numpy.typing import NDArray

type Floats = NDArray[np.float64]

_NORMAL_95 = 1.959964
"""Within so many standard deviations lie 95 % of a normal distribution."""


@dataclass(frozen=True, slots=True)
class Share:
    """`hits` of `trials`."""

    hits: int
    trials: int

    @property
    def value(self) -> float:
        """The share, 0 to 1; NaN of no trials."""
        return self.hits / self.trials if self.trials else math.nan

    @property
    def interval(self) -> tuple[float, float]:
        """The 95 % interval by Wilson (J. Am. Stat. Assoc. 22, 1927); 0 to 1 of no trials."""
        if not self.trials:
            return 0.0, 1.0
        n, share, z = self.trials, self.value, _NORMAL_95
        middle = (share + z * z / (2 * n)) / (1 + z * z / n)
        reach = z / (1 + z * z / n) * math.sqrt(share * (1 - share) / n + z * z / (4 * n * n))
        return max(0.0, middle - reach), min(1.0, middle + reach)

    def __add__(self, other: Share) -> Share:
        return Share(self.hits + other.hits, self.trials + other.trials)


NO_TRIALS = Share(0, 0)


def poisson_upper(events: int, exposure: float, confidence: float = 0.95) -> float:
    """The exact one-sided upper bound of a rate, from events counted in an exposure.

    The largest mean that leaves so few events a probability of 1 - confidence (Garwood,
    Biometrika 28, 1936); per unit of the exposure, infinite without one.
    """
    if exposure <= 0:
        return math.inf
    low, high = 0.0, events + 10 * math.sqrt(events + 1) + 10
    for _ in range(60):
        mean = (low + high) / 2
        if _poisson_cdf(events, mean) > 1 - confidence:
            low = mean
        else:
            high = mean
    return high / exposure


def _poisson_cdf(events: int, mean: float) -> float:
    terms = (
        math.exp(k * math.log(mean) - mean - math.lgamma(k + 1)) if mean > 0 else float(k == 0)
        for k in range(events + 1)
    )
    return math.fsum(terms)


def auc(moving: Floats, quiet: Floats) -> float:
    """The chance that a score of motion exceeds one of quiet, ties counting half (Mann-Whitney).

    NaN where either is empty.
    """
    if not moving.size or not quiet.size:
        return math.nan
    ordered = np.sort(quiet)
    below = np.searchsorted(ordered, moving, side="left")
    upto = np.searchsorted(ordered, moving, side="right")
    return float((below + upto).mean() / 2 / quiet.size)


def threshold_at(quiet: Floats, false_positives: float) -> float:
    """The lowest threshold that no more than this share of the quiet scores exceeds."""
    ordered = np.sort(quiet)[::-1]
    return float(ordered[min(int(false_positives * quiet.size), quiet.size - 1)])


def detected_at(moving: Floats, quiet: Floats, false_positives: float) -> float:
    """The share of motion found where at most this share of quiet is; NaN where either is empty."""
    if not moving.size or not quiet.size:
        return math.nan
    return float((moving > threshold_at(quiet, false_positives)).mean())


def curve(moving: Floats, quiet: Floats) -> tuple[Floats, Floats]:
    """The receiver operating characteristic: false positives and detections, both rising."""
    thresholds = np.unique(np.concatenate([moving, quiet]))[::-1]
    false = np.searchsorted(np.sort(-quiet), -thresholds, side="right") / max(quiet.size, 1)
    true = np.searchsorted(np.sort(-moving), -thresholds, side="right") / max(moving.size, 1)
    return np.concatenate([[0.0], false]), np.concatenate([[0.0], true])


def clustered_interval(
    clusters: Sequence[Sequence[int]],
    statistic: Callable[[NDArray[np.int_]], float],
    *,
    repeats: int = 1000,
    seed: int = 0,
) -> tuple[float, float]:
    """The 95 % interval of a statistic, by drawing whole clusters anew (percentile bootstrap).

    `clusters` holds the indices of what belongs together, for example to one person, because
    what one person gives is not independent; `statistic` takes indices (repeated ones count
    repeatedly). With few clusters it is a rough interval.
    """
    rng = np.random.default_rng(seed)
    members = [np.asarray(each, dtype=np.int_) for each in clusters]
    values = []
    for _ in range(repeats):
        drawn = rng.integers(len(members), size=len(members))
        values.append(statistic(np.concatenate([members[each] for each in drawn])))
    found = np.array(values)
    found = found[np.isfinite(found)]
    if not found.size:
        return math.nan, math.nan
    low, high = np.percentile(found, [2.5, 97.5])
    return float(low), float(high)
