"""Figures of error matrices, of one or of many at once.

A matrix has a row for each class of the reference and a column for each class of the device, and
counts epochs. All functions take shape (..., k, k) and work over the last two axes; what a matrix
does not determine is NaN, such as the sensitivity to a stage that never was.
"""

from collections.abc import Callable
import math

import numpy as np
from numpy.typing import NDArray

type Floats = NDArray[np.float64]
type Figure = Callable[[Floats], Floats]


def accuracy(matrix: Floats) -> Floats:
    """The share of epochs on which both agree, shape (...,)."""
    return ratio(_agreed(matrix).sum(-1), matrix.sum((-2, -1)))


def kappa(matrix: Floats) -> Floats:
    """Agreement beyond chance, shape (...,) (Cohen, Educ. Psychol. Meas. 20, 1960).

    NaN where chance alone agrees, because both know one and the same class.
    """
    total = matrix.sum((-2, -1))
    chance = ratio((matrix.sum(-1) * matrix.sum(-2)).sum(-1), total * total)
    return ratio(accuracy(matrix) - chance, 1.0 - chance)


def pabak(matrix: Floats) -> Floats:
    """Kappa as if all classes were as frequent, shape (...,) (Byrt et al. 1993).

    J. Clin. Epidemiol. 46, 423-429. Of two classes it is 2 p - 1 with the accuracy p, of k
    classes (k p - 1) / (k - 1).
    """
    classes: int = matrix.shape[-1]
    return (classes * accuracy(matrix) - 1.0) / (classes - 1.0)


def sensitivity(matrix: Floats) -> Floats:
    """How much of each class the device finds, shape (..., k)."""
    return ratio(_agreed(matrix), matrix.sum(-1))


def specificity(matrix: Floats) -> Floats:
    """How much of what is not of each class the device takes for something else, (..., k)."""
    found, rest = _rejected(matrix)
    return ratio(found, rest)


def predictive(matrix: Floats) -> Floats:
    """The positive predictive value: how much of what is called each class is it, (..., k).

    In the cohort as it is. With sensitivity s, specificity c and the class's own prevalence p it
    equals s p / (s p + (1 - c)(1 - p)), as the erratum of Menghini et al. (2023) has it.
    """
    return ratio(_agreed(matrix), matrix.sum(-2))


def negative_predictive(matrix: Floats) -> Floats:
    """How much of what is called anything else is not of the class, shape (..., k)."""
    found, _ = _rejected(matrix)
    return ratio(found, _whole(matrix) - matrix.sum(-2))


def f1(matrix: Floats) -> Floats:
    """The harmonic mean of sensitivity and positive predictive value, shape (..., k).

    NaN of a class that neither knows, 0 of one that they never agree on.
    """
    return ratio(2.0 * _agreed(matrix), matrix.sum(-1) + matrix.sum(-2))


def macro_f1(matrix: Floats) -> Floats:
    """The mean of F1 over the classes that either knows, shape (...,)."""
    values = f1(matrix)
    known = np.isfinite(values)
    return ratio(np.where(known, values, 0.0).sum(-1), known.sum(-1, dtype=np.float64))


def of_class(figure: Figure, which: int) -> Figure:
    """A figure of each class, for one class only."""
    return lambda matrix: figure(matrix)[..., which]


def collapsed(matrix: Floats, groups: tuple[tuple[int, ...], ...]) -> Floats:
    """Classes thrown together, such as all of sleep: a group for each new class, (..., g, g)."""
    merge = np.zeros((matrix.shape[-1], len(groups)))
    for new, old in enumerate(groups):
        merge[list(old), new] = 1
    merged: Floats = merge.T @ matrix @ merge
    return merged


def rates(matrix: Floats) -> Floats:
    """What becomes of each class: rows that sum to 1, shape (..., k, k); NaN of an empty row."""
    return ratio(matrix, matrix.sum(-1)[..., None])


def ratio(part: Floats, whole: Floats) -> Floats:
    """A part of a whole, of whatever shapes go together; NaN where the whole is 0."""
    above, below = np.broadcast_arrays(part, whole)
    quotient: Floats = np.full(above.shape, math.nan)
    np.divide(above, below, out=quotient, where=below != 0)
    return quotient


def _agreed(matrix: Floats) -> Floats:
    return np.diagonal(matrix, axis1=-2, axis2=-1)


def _whole(matrix: Floats) -> Floats:
    return np.asarray(matrix.sum((-2, -1)))[..., None]


def _rejected(matrix: Floats) -> tuple[Floats, Floats]:
    """Of each class: what both take for something else, and what the reference does."""
    rest = _whole(matrix) - matrix.sum(-1)
    return rest - matrix.sum(-2) + _agreed(matrix), rest
