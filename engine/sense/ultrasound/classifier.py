"""The network that says what moves, and its memory of what went before."""

import numpy as np

from ...core.snapshot import Json, item, text_in
from ..network import Network, shipped
from .baseband import Floats
from .verdict import KindScores

NETWORK = shipped(__package__, "motion")


class Classifier:
    """Scores the frames of one node, with the shipped network or one that is to be judged."""

    def __init__(self, network: Network = NETWORK) -> None:
        self._network = network
        self._state = network.start()

    def step(self, features: Floats) -> KindScores:
        """Take in the features of a frame (features.WIDTH,)."""
        scores, self._state = self._network.step(features, self._state)
        return KindScores(*np.asarray(scores, dtype=np.float64).tolist())

    def forget(self) -> None:
        """Begin anew with the next frame."""
        self._state = self._network.start()

    def snapshot(self) -> Json:
        """The state as JSON, with the hash of the weights that it belongs to."""
        return {"weights": self._network.sha256, "state": self._network.pack(self._state)}

    def restore(self, state: Json) -> None:
        """Take up a state, or begin anew if it is of other weights.

        Raises SnapshotError if it is none.
        """
        if text_in(state, "weights") != self._network.sha256:
            self.forget()
            return
        self._state = self._network.unpack(item(state, "state"))
