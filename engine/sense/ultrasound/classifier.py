"""The network that says what moves, and its memory."""

import numpy as np

from ...core.snapshot import Json
from .baseband import Floats
from .doppler import BANDS
from .verdict import KindScores

class Classifier:
    """Scores frames. Provisional: the energy over the floor, until the network is there."""

    def step(self, features: Floats) -> KindScores:
        """Take in the features of a frame (WIDTH,)."""
        over = features[:BANDS]
        level = float(np.mean(np.clip(over, 0, None)))
        score = 1 / (1 + np.exp(-12 * (level - 0.35)))
        return KindScores(major=float(score), minor=float(score))

    def forget(self) -> None:
        """Begin anew with the next frame."""

    def snapshot(self) -> Json:
        """The state as JSON."""
        return {}

    def restore(self, state: Json) -> None:
        """Take up a state; raises SnapshotError if it is none."""
