"""What a stager's word is worth: how often it says what of which stage."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ...core.sleep import Stage
from .transitions import KINDS, STAGES

type Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Hearsay:
    """How a stager errs.

    `says` has the shape (bins of confidence, stage, said): how likely it says a stage, as surely
    as that, of somebody in another; over bins and what is said it sums to 1. `bins` are the
    confidences from which on the next bin counts. Errors of neighbouring epochs are alike, so an
    epoch counts only as the `weight` of one that stands for itself, 0 to 1. `insight` 0 to 1 is
    how much of what is to come will be known when it is there.
    """

    says: Floats
    bins: tuple[float, ...] = ()
    weight: float = 1.0
    insight: float = 1.0

    def likelihood(self, said: Stage, confidence: float | None) -> Floats:
        """How likely this is said of each stage, up to a factor: shape (4,)."""
        sure = 0 if confidence is None else int(np.searchsorted(self.bins, confidence, "right"))
        found: Floats = self.says[sure, :, STAGES.index(said)] ** self.weight
        return found


TRUTH = Hearsay(np.eye(KINDS)[None])
"""Of somebody who is never wrong."""
