"""Percentiles without numpy's own function for them, which would stop a home's event loop.

Its first call imports numpy's masked arrays, which takes 70 ms, and every one of them costs four
times what sorting a few hundred values does.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray


def percentiles[T: np.floating](
    values: NDArray[T], shares: Sequence[float], axis: int = -1
) -> tuple[NDArray[np.float64], ...]:
    """The values below which these shares (0-100) of all lie along an axis.

    Between two neighbours they lie on a straight line, as numpy has it. An empty axis has none:
    IndexError.
    """
    ordered = np.moveaxis(np.sort(values, axis=axis), axis, 0)
    last = len(ordered) - 1
    found = []
    for share in shares:
        below, part = divmod(share / 100.0 * last, 1.0)
        low = ordered[int(below)].astype(np.float64)
        high = ordered[min(int(below) + 1, last)]
        found.append(low + part * (high - low))
    return tuple(found)
