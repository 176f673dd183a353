"""Music played by the node, taken out of its baseband by what its microphones share."""

import numpy as np
from numpy.typing import NDArray

from ...core.snapshot import Json

type Complexes = NDArray[np.complex64]


class Canceller:
    """Streaming canceller of a node with so many microphones; `rate` complex samples/s."""

    def __init__(self, microphones: int, rate: float = 1000.0) -> None:
        self._microphones = microphones
        self._rate = rate

    def step(self, samples: Complexes, *, adapt: bool) -> Complexes:
        """Samples (n, microphones) without what they share; `adapt`: nobody moves meanwhile."""
        return samples

    def snapshot(self) -> Json:
        """What was learned."""
        return {"version": 1}

    def restore(self, state: Json) -> None:
        """Take up what a snapshot of the same microphones and rate holds."""
