"""How sure a figure is: 95 % intervals by drawing whole people anew.

Epochs of a night and nights of a person are not independent; people are. The percentile bootstrap
of people needs no assumption about how their figures are distributed. With a dozen people it is
still a rough interval, and somewhat too narrow.
"""

from collections.abc import Callable, Sequence
import math

import numpy as np
from numpy.typing import NDArray

from ..report import Estimate
from .matrices import Figure, Floats

REPEATS = 2000
_SEED = 0
_LEVELS = (2.5, 97.5)


def draws(people: int) -> NDArray[np.int_]:
    """Who is drawn, with replacement, in every repeat: shape (repeats, people). Always the same.

    The same draws serve every method, so that the difference of two methods is paired.
    """
    return np.random.default_rng(_SEED).integers(people, size=(REPEATS, people))


def weights(members: Sequence[int]) -> Floats:
    """How often everything counts in every repeat: shape (repeats, things).

    `members` says for each thing, such as a night, whose it is: people are numbered from 0.
    """
    people = max(members, default=-1) + 1
    drawn = draws(people)
    often = np.zeros((REPEATS, people))
    np.add.at(often, (np.arange(REPEATS)[:, None], drawn), 1.0)
    return often[:, list(members)]


def interval(repeats: Floats) -> tuple[float, float]:
    """The 95 % interval of a figure from its repeats; NaN where none is a number."""
    found = repeats[np.isfinite(repeats)]
    if not found.size:
        return math.nan, math.nan
    low, high = np.percentile(found, _LEVELS)
    return float(low), float(high)


def mean(values: Floats) -> Estimate:
    """The mean over people of one value each; those without a value do not count."""
    return _of_people(values, np.nanmean)


def median(values: Floats) -> Estimate:
    """The median over people of one value each; those without a value do not count."""
    return _of_people(values, np.nanmedian)


def pooled(counts: Floats, figure: Figure) -> Estimate:
    """A figure of everybody's epochs together; `counts` has a matrix a person: (people, k, k)."""
    drawn = weights(range(len(counts)))
    sums = np.tensordot(drawn, counts, axes=1).astype(np.float64)
    return Estimate(float(figure(counts.sum(0))), *interval(figure(sums)))


def _of_people(values: Floats, statistic: Callable[..., Floats]) -> Estimate:
    if not np.isfinite(values).any():
        return Estimate(math.nan, math.nan, math.nan)
    again = values[draws(values.size)]
    some = again[np.isfinite(again).any(1)]
    return Estimate(float(statistic(values)), *interval(statistic(some, axis=1)))
