"""The network that says what moves, and its memory of what went before."""

import numpy as np

from ...core.snapshot import Json, item, text_in
from ..network import shipped
from .baseband import Floats
from .verdict import KindScores

NETWORK = shipped(__package__, "motion")


class Classifier:
    """Scores the frames of one node."""

    def __init__(self) -> None:
        self._state = NETWORK.start()

    def step(self, features: Floats) -> KindScores:
        """Take in the features of a frame (features.WIDTH,)."""
        scores, self._state = NETWORK.step(features, self._state)
        return KindScores(*np.asarray(scores, dtype=np.float64).tolist())

    def forget(self) -> None:
        """Begin anew with the next frame."""
        self._state = NETWORK.start()

    def snapshot(self) -> Json:
        """The state as JSON, with the hash of the weights that it belongs to."""
        return {"weights": NETWORK.sha256, "state": NETWORK.pack(self._state)}

    def restore(self, state: Json) -> None:
        """Take up a state, or begin anew if it is of other weights.

        Raises SnapshotError if it is none.
        """
        if text_in(state, "weights") != NETWORK.sha256:
            self.forget()
            return
        self._state = NETWORK.unpack(item(state, "state"))
