"""The carrier of the tone as each microphone hears it: its size, its phase and how it turns."""

from enum import Enum
import math

import numpy as np
from numpy.typing import NDArray

from ...core.snapshot import (
    Json,
    SnapshotError,
    item,
    number_in,
    pack_array,
    unpack_array,
)

type Phasors = NDArray[np.complex128]
type Samples = NDArray[np.complex64]
type Flags = NDArray[np.bool_]

_MEMORY = 100
"""Blocks, 5 s: slower than breath, so that no echo is taken for the carrier."""
_TURNING = 400
"""Blocks, 20 s, over which the turn of the clocks is averaged: crystals drift over minutes."""

_STRANGE = 0.3
"""What changes a carrier by more than -10 dB is no echo of a room: the tone was switched, or a
microphone covered."""
_PATIENCE = 20
"""Blocks, 1 s, after which what was strange is how it is now."""

_DEAF_DB = -20.0
"""Below the loudest microphone. Where they work they differ by some 3 dB each and by their
distances from the speaker, a few centimetres."""


class Change(Enum):
    """What a block says about the carriers."""

    NONE = "none"
    STRANGE = "strange"
    """It does not fit what is known: nothing in it is to be believed."""
    FOUND = "found"
    """The carriers are known anew, of other microphones than before."""


class Phasor:
    """Follows the carriers of some microphones over blocks of `block` samples.

    `live` says which microphones have one: neither dead nor covered.
    """

    def __init__(self, microphones: int, block: int) -> None:
        self._block = block
        self._carriers: Phasors = np.zeros(microphones, dtype=np.complex128)
        self._last: Phasors = np.zeros(microphones, dtype=np.complex128)
        self._turn = 0j
        self._turned = 0
        self._seen = 0
        self._strange = 0
        self.live: Flags = np.zeros(microphones, dtype=np.bool_)

    @property
    def known(self) -> bool:
        """Whether there is anything to be relative to."""
        return self._seen > 0

    def across(self, first: int, count: int) -> Samples:
        """The carriers during samples of the coming block, shape (count, microphones).

        Those that are not live are 1.
        """
        centred = np.arange(first, first + count) - (self._block - 1) / 2
        turning = np.exp(1j * (self._angle() / self._block) * centred)
        safe = np.where(self.live, self._carriers, 1)
        carriers: Samples = (turning[:, None] * safe).astype(np.complex64)
        return carriers

    def step(self, means: Phasors, spreads: NDArray[np.float64]) -> Change:
        """Take in a block: the mean of each microphone, and the deviation around it."""
        if not self._seen:
            return self._find(means, spreads)
        size = np.abs(self._carriers[self.live])
        if not len(size) or (np.abs(means - self._carriers)[self.live] > _STRANGE * size).any():
            self._strange += 1
            if self._strange > _PATIENCE:
                return self._find(means, spreads)
            return self._missed()
        self._strange = 0
        self._follow(means)
        return Change.NONE

    def _find(self, means: Phasors, spreads: NDArray[np.float64]) -> Change:
        size = np.abs(means)
        live = (size > spreads) & (size > 10 ** (_DEAF_DB / 20) * size.max(initial=0.0))
        if not live.any():
            # The tone is off; when it comes back it is most likely as it was.
            return self._missed()
        changed = not np.array_equal(live, self.live)
        self.live, self._carriers, self._last = live, means * self._step(), means.copy()
        self._seen, self._strange = 1, 0
        return Change.FOUND if changed else Change.STRANGE

    def _missed(self) -> Change:
        self._carriers *= self._step()
        self._last[:] = 0
        return Change.STRANGE

    def _follow(self, means: Phasors) -> None:
        """A plain mean at first, so that it is right from the start; then an ever older one."""
        together = complex(np.vdot(self._last[self.live], means[self.live]))
        if together:
            self._turned = min(self._turned + 1, _TURNING)
            self._turn += (together / abs(together) - self._turn) / self._turned
        self._seen = min(self._seen + 1, _MEMORY)
        self._carriers += (means - self._carriers) / self._seen
        self._carriers *= self._step()
        self._last = means.copy()

    def _angle(self) -> float:
        """By how much the carriers turn from block to block, radians."""
        return math.atan2(self._turn.imag, self._turn.real)

    def _step(self) -> complex:
        return complex(math.cos(self._angle()), math.sin(self._angle()))

    def snapshot(self) -> Json:
        """The state as JSON."""
        return {
            "carriers": pack_array(self._carriers.view(np.float64)),
            "last": pack_array(self._last.view(np.float64)),
            "live": pack_array(self.live),
            "turn": [self._turn.real, self._turn.imag],
            "counts": [self._turned, self._seen, self._strange],
        }

    def restore(self, state: Json) -> None:
        """Take up a state; raises SnapshotError if it is none, and is then as it was."""
        carriers, last = (self._phasors(item(state, key)) for key in ("carriers", "last"))
        live = unpack_array(item(state, "live"), "bool", self.live.shape).astype(np.bool_)
        turn = item(state, "turn")
        turned = complex(number_in(turn, 0), number_in(turn, 1))
        counts = [int(number_in(item(state, "counts"), each)) for each in range(3)]
        if min(counts) < 0:
            raise SnapshotError("a snapshot of carriers counts below zero")
        self._carriers, self._last, self.live, self._turn = carriers, last, live, turned
        self._turned, self._seen, self._strange = counts

    def _phasors(self, state: Json) -> Phasors:
        parts = unpack_array(state, "float64", (2 * len(self.live),)).astype(np.float64)
        if not np.isfinite(parts).all():
            raise SnapshotError("a snapshot holds a carrier that is no number")
        return parts.view(np.complex128)
