"""Logistic regression of few features, by which what is heard is told apart."""

import numpy as np
from numpy.typing import NDArray

type Floats = NDArray[np.float64]

_RIDGE = 0.3
"""Holds weights back that a few hundred sentences do not settle."""

_STEPS = 50


def regressed(read: Floats, right: Floats) -> Floats:
    """A logistic regression by Newton's method, in which both classes weigh the same.

    The weights (features + 1,), the last of them the constant.
    """
    inputs = np.column_stack([read, np.ones(len(read))])
    share = np.where(right == 1, 0.5 / right.mean(), 0.5 / (1 - right.mean()))
    ridge = np.diag([*[_RIDGE] * read.shape[1], 0.0])
    found = np.zeros(inputs.shape[1])
    for _ in range(_STEPS):
        chance = 1 / (1 + np.exp(-inputs @ found))
        slope = inputs.T @ (share * (right - chance)) - ridge @ found
        bend = (inputs * (share * chance * (1 - chance))[:, None]).T @ inputs + ridge
        found += np.linalg.solve(bend, slope)
    return found


def regressed_one_way(read: Floats, right: Floats, signs: Floats) -> Floats:
    """The same with weights that have the given signs (features,), or are 0.

    A feature whose weight would have the other sign is left out, the furthest first: such weights
    come of features that say nearly the same, and mislead where these differ.
    """
    kept = np.arange(read.shape[1])
    while True:
        found = regressed(read[:, kept], right)
        against = found[:-1] * signs[kept]
        if not kept.size or against.min() >= 0.0:
            break
        kept = np.delete(kept, against.argmin())
    whole = np.zeros(read.shape[1] + 1)
    whole[kept], whole[-1] = found[:-1], found[-1]
    return whole


def chances(weights: Floats, read: Floats) -> Floats:
    """The probability that each row (rows, features) is to be accepted."""
    chance: Floats = 1 / (1 + np.exp(-np.column_stack([read, np.ones(len(read))]) @ weights))
    return chance
