"""Whether anything is to be taken away at present."""

import math

import numpy as np
from numpy.typing import NDArray

from ...core.snapshot import Json, SnapshotError, flag_in, item, number_in, pack_array, unpack_array

type Floats = NDArray[np.float32]
type Floats64 = NDArray[np.float64]

_LATELY = 6
"""Blocks, 0.3 s: a beat is heard in the first of them, while what an echo and its prediction
have in common by chance averages out."""
_ON_DB = 4.0
_OFF_DB = 1.5
"""With these, a person who walks without music opens it in a quarter of the time (`halcyon
evaluate motion`), which costs no echo on the average."""
_AMPLIFIED_DB = -1.0
"""What is louder for taking the prediction away is nothing that microphones hear alike."""
_CLEAR_DB = 6.0
"""A block counts for this much at most, so that the end of loud music is soon noticed."""
_LONG = 1 / 30
"""Of a new block in the mean of 1.5 s that must stay above _OFF_DB: music has rests."""


class Gate:
    """Whether it pays to take the prediction away: it would be a loss while nothing plays."""

    def __init__(self) -> None:
        self._powers: Floats64 = np.zeros((_LATELY, 2))
        self._mean = 0.0
        self._before = 0.0
        self.on = False

    @property
    def open(self) -> bool:
        """Whether anything is taken away in the coming block."""
        return self.on or self._before > 0

    def ramp(self, part: Floats64) -> Floats:
        """How much is taken away after a part (n,) of the coming block, 0-1, shape (n, 1)."""
        extent = self._before + (float(self.on) - self._before) * part
        return extent.astype(np.float32)[:, None]

    def step(self, before: float, after: float) -> None:
        """Take in the power of a block before and after the prediction is taken away."""
        self._before = float(self.on)
        self._powers[:-1] = self._powers[1:]
        self._powers[-1] = before, after
        whole, left = self._powers.sum(axis=0).tolist()
        gain = 10 * math.log10(whole / left) if whole > 0 and left > 0 else 0.0
        self._mean += _LONG * (min(max(gain, -_CLEAR_DB), _CLEAR_DB) - self._mean)
        if self.on:
            self.on = gain > _AMPLIFIED_DB and self._mean > _OFF_DB
        elif gain > _ON_DB:
            self.on, self._mean = True, _ON_DB

    def shut(self) -> None:
        """Nothing is known."""
        self._before = float(self.on)
        self._powers[:] = 0
        self._mean, self.on = 0.0, False

    def snapshot(self) -> Json:
        """The state as JSON."""
        return [pack_array(self._powers), self._mean, self._before, self.on]

    def restore(self, state: Json) -> None:
        """Take up a state; raises SnapshotError if it is none."""
        powers = unpack_array(item(state, 0), "float64", self._powers.shape)
        mean, before, on = number_in(state, 1), number_in(state, 2), flag_in(state, 3)
        if not np.isfinite(powers).all() or not 0 <= before <= 1:
            raise SnapshotError("a snapshot of a canceller holds what is no number")
        self._powers, self._mean = powers.astype(np.float64), mean
        self._before, self.on = before, on
