"""What a stager's word is worth, and what it said."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from ...core.sleep import Stage
from .transitions import KINDS, STAGES

type Floats = NDArray[np.float64]

_SURE: Final = 0.9
"""How sure a stage is taken to be that is told without saying so."""

_LEAST: Final = 1e-3
"""A stager's probability is never less: they are told with three decimals."""


@dataclass(frozen=True, slots=True)
class Hearsay:
    """How a stager errs.

    Its probabilities are evidence for stages only in proportion to how often it names them
    (`often`, in the order of Stage). It errs for minutes on end, so that an epoch counts as the
    `weight` of one that stands for itself, 0 to 1. `insight`, 0 to 1, is how much of what is to
    come will be known when it is there.
    """

    often: tuple[float, ...]
    weight: float
    insight: float

    def likelihood(self, said: Floats) -> Floats:
        """How likely this is said of each stage, up to a factor: shape (4,) both."""
        found: Floats = said**self.weight / np.array(self.often)
        return found


TRUTH: Final = Hearsay((1.0,) * KINDS, 1.0, 1.0)
"""Of somebody who is never wrong."""


def said_of(
    stage: Stage | None,
    confidence: float | None = None,
    probabilities: Sequence[float] | None = None,
) -> Floats | None:
    """The probability of every stage, shape (4,), of what is told; None where nothing is.

    Of a stage alone the others share what it leaves them.
    """
    if probabilities is not None and len(probabilities) == KINDS and any(probabilities):
        return np.maximum(probabilities, _LEAST)
    if stage is None:
        return None
    sure = _SURE if confidence is None else confidence
    said = np.full(KINDS, (1 - sure) / (KINDS - 1))
    said[STAGES.index(stage)] = sure
    return said
