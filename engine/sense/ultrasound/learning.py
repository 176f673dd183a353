"""When a canceller learns, and from what: only from music while nobody moves."""

from collections import deque
import math

import numpy as np

from ...core.snapshot import (
    Json,
    SnapshotError,
    item,
    number_in,
    pack_array,
    rows_in,
    unpack_array,
)
from .prediction import Evidence, Samples, heard

BLOCKS = 10
"""Blocks a segment, half a second: many times what the taps reach back."""
_HOP = BLOCKS // 2

_DELAY = 2
"""Segments, half a second, that wait: who comes in disturbs before anybody says so."""

_KEPT = 1 - 1 / 1200
"""Of the older evidence, a segment: five minutes of music, while temperatures change by tenths."""

_WORTH_DB = 6.0
"""A segment is learned from if prediction takes away this much. Beside an echo as loud as the
music weights become worse than the prior; and of music that is hardly above the noise the prior
leaves nothing."""

_RISE_DB = 6.0
"""What is left over rises by this much ..."""
_LOSS_DB = 3.0
"""... and the gain falls by this much: not louder music, but something that moves."""
_REFERENCE = 0.1
"""The part of a new segment in what is usual."""
_STUBBORN = 240
"""Segments, a minute, after which what seemed to move is how the room is now."""

_QUIETEST = 1e-20


class Learner:
    """Gathers evidence from blocks of `block` samples, with taps `spacing` samples apart."""

    def __init__(self, microphones: int, taps: int, block: int, spacing: int) -> None:
        self._taps = taps
        self._block = block
        self._spacing = spacing
        self._segment: Samples = np.zeros((BLOCKS * block, microphones), dtype=np.complex64)
        self._powers = np.zeros((BLOCKS, 2))
        self._good = 0
        self._waiting: deque[Evidence] = deque()
        self._usual: tuple[float, float] | None = None
        self._refused = 0
        self.evidence = Evidence.none(microphones, taps)

    def step(self, block: Samples, powers: tuple[float, float], *, adapt: bool) -> bool:
        """Take in a block (samples, microphones) and its power before and after prediction.

        Tells whether there is new evidence.
        """
        if not adapt:
            self.interrupt()
            return False
        size = len(block)
        self._segment[:-size] = self._segment[size:]
        self._segment[-size:] = block
        self._powers[:-1] = self._powers[1:]
        self._powers[-1] = powers
        self._good += 1
        if self._good < BLOCKS or (self._good - BLOCKS) % _HOP:
            return False
        return self._consider()

    def interrupt(self) -> None:
        """Somebody moves: what is under way is not learned from."""
        self._good = 0
        self._waiting.clear()

    def forget(self) -> None:
        """Everything is different now."""
        self.interrupt()
        self._usual, self._refused = None, 0
        self.evidence = Evidence.none(self._segment.shape[1], self._taps)

    def _consider(self) -> bool:
        before, after = self._powers.sum(axis=0)
        left = 10 * math.log10(max(after, _QUIETEST))
        gain = 10 * math.log10(max(before, _QUIETEST)) - left
        if gain < _WORTH_DB:
            return False
        if self._is_disturbed(left, gain):
            self._waiting.clear()
            return False
        self._waiting.append(heard(self._segment, self._taps, self._spacing))
        if len(self._waiting) <= _DELAY:
            return False
        self.evidence = self.evidence.joined(self._waiting.popleft(), _KEPT)
        return True

    def _is_disturbed(self, left: float, gain: float) -> bool:
        if self._usual is not None:
            usual_left, usual_gain = self._usual
            if left > usual_left + _RISE_DB and gain < usual_gain - _LOSS_DB:
                self._refused += 1
                if self._refused < _STUBBORN:
                    return True
                self._usual = None
        self._refused = 0
        old = (left, gain) if self._usual is None else self._usual
        self._usual = (
            old[0] + _REFERENCE * (left - old[0]),
            old[1] + _REFERENCE * (gain - old[1]),
        )
        return False

    def snapshot(self) -> Json:
        """The state as JSON."""
        return {
            "evidence": _packed(self.evidence),
            "waiting": [_packed(each) for each in self._waiting],
            "segment": pack_array(self._segment),
            "powers": pack_array(self._powers),
            "usual": None if self._usual is None else list(self._usual),
            "counts": [self._good, self._refused],
        }

    def restore(self, state: Json) -> None:
        """Take up a state; raises SnapshotError if it is none, and is then as it was."""
        evidence = self._unpacked(item(state, "evidence"))
        waiting = deque(self._unpacked(each) for each in rows_in(state, "waiting"))
        segment = unpack_array(item(state, "segment"), "complex64", self._segment.shape)
        powers = unpack_array(item(state, "powers"), "float64", self._powers.shape)
        usual = item(state, "usual")
        old = None if usual is None else (number_in(usual, 0), number_in(usual, 1))
        counts = [int(number_in(item(state, "counts"), each)) for each in range(2)]
        if not (np.isfinite(segment).all() and np.isfinite(powers).all() and min(counts) >= 0):
            raise SnapshotError("a snapshot of a canceller holds what is no number")
        self.evidence, self._waiting, self._usual = evidence, waiting, old
        self._segment, self._powers = segment.astype(np.complex64), powers.astype(np.float64)
        self._good, self._refused = counts

    def _unpacked(self, state: Json) -> Evidence:
        count, _, taps = self.evidence.sums.shape
        parts = unpack_array(item(state, "sums"), "float64", (count, count, 2 * taps))
        weight = number_in(state, "weight")
        if not np.isfinite(parts).all() or weight < 0:
            raise SnapshotError("a snapshot of a canceller holds evidence that is none")
        return Evidence(parts.astype(np.float64).view(np.complex128), weight)


def _packed(evidence: Evidence) -> Json:
    return {"sums": pack_array(evidence.sums.view(np.float64)), "weight": evidence.weight}
