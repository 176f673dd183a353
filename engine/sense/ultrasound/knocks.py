"""Knocks: claps, keys, dishes, coughs, which are sounds and no echoes.

A sound that begins of a sudden is heard at all frequencies at once, also where nobody is fast
enough to be heard; who moves is heard at the speeds of limbs and hardly beyond. While a knock
rings, what the bands show is not evidence of anybody.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from ...core.snapshot import Json, SnapshotError, number_in, optional_number_in
from .baseband import Floats
from .features import broadband

_RISE_DB = 6.0
"""The far bins of a knock rise by so much: those of nine in ten frames of people who walk within
a metre by less than a third of it (validation walks)."""
_FLAT_DB = 10.0
"""And are that near to the loudest bands: the feet of who walks towards the node reach the far
bins too, above 20 kHz at most, but stay far below the rest."""
_RINGS_FRAMES = 4.0
"""So long after a knock nothing is believed: its window is three frames long."""
_STEPS_DB = (-2.0, 0.5)
"""How far the usual level of the far bins falls and rises in a frame: a fan that starts is soon
usual, a knock never."""


class Knocks:
    """Tells knocks in the features of one node or, with a leading shape, of many."""

    def __init__(self) -> None:
        self._usual: Floats | None = None
        self._left: Floats = np.zeros((), dtype=np.float32)

    def step(self, x: Floats, hops: float = 1.0) -> NDArray[np.bool]:
        """Whether a knock is heard or still rings in a frame with features x (…, WIDTH).

        The frame ends so many hops after the last one.
        """
        far, loud = broadband(x)
        usual = far if self._usual is None else self._usual
        knock = (far - usual > _RISE_DB) & (far > loud - _FLAT_DB)
        fall, rise = _STEPS_DB
        self._usual = usual + np.clip(far - usual, fall * hops, rise * hops)
        left = np.maximum(self._left - np.float32(hops), 0)
        self._left = np.where(knock, np.float32(_RINGS_FRAMES + 1), left).astype(np.float32)
        heard: NDArray[np.bool] = self._left > 0
        return heard

    def forget(self) -> None:
        """Begin anew with the next frame."""
        self._usual, self._left = None, np.zeros((), dtype=np.float32)

    def snapshot(self) -> Json:
        """The state as JSON, of one node."""
        return {
            "usual": None if self._usual is None else float(self._usual),
            "left": float(self._left),
        }

    def restore(self, state: Json) -> None:
        """Take up a state; raises SnapshotError if it is none."""
        usual, left = optional_number_in(state, "usual"), number_in(state, "left")
        self._usual = None if usual is None else np.array(usual, dtype=np.float32)
        self._left = np.array(left, dtype=np.float32)

    def restore_all(self, states: Sequence[Json]) -> None:
        """Take up a state a node, with their number as the leading shape.

        Raises SnapshotError if one is none, or some have heard nothing yet and others have.
        """
        usual = [optional_number_in(state, "usual") for state in states]
        known = [each for each in usual if each is not None]
        if known and len(known) < len(usual):
            raise SnapshotError("nodes that have heard something and others cannot go on together")
        self._usual = np.array(known, dtype=np.float32) if known else None
        self._left = np.array([number_in(state, "left") for state in states], dtype=np.float32)
