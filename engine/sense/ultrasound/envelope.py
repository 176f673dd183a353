"""The tone's amplitude when it is turned on and off: no clicks, and when the room has settled."""

from dataclasses import dataclass
from itertools import pairwise
import math

import numpy as np
from numpy.typing import NDArray

RAMP_S = 0.005
"""Half a cosine of this length is not heard as a click, a jump is."""

SETTLING_S = 0.03
"""How long the echoes of a room need to build up after a ramp: at 20 kHz the air takes 178 dB a
second from them (ISO 9613-1) and walls take more. What still changes lies about 30 dB below the
direct sound then, in simulated rooms; it is the same in every burst."""

_KEPT_S = 5.0
"""How far back a stretch of the tone can be asked for: far beyond any sound card's latency."""


@dataclass(frozen=True, slots=True)
class Worth:
    """What a chunk is worth, as its flags say.

    `emitting`: the tone was fully on for its whole length. `settling`: a ramp, or the settling
    of the room after one, fell into it.
    """

    emitting: bool
    settling: bool


@dataclass(frozen=True, slots=True)
class _Stretch:
    """Samples from `first` up to `end` during which the gain stood at 1 (`full`) or at 0."""

    first: float
    end: int
    full: bool


class Gate:
    """Turns on and off into a gain, sample by sample, across blocks of any length.

    `rate` is samples/s of the tone. Samples count from 0; before them the tone was off.
    """

    def __init__(self, rate: float) -> None:
        steps = max(1, round(RAMP_S * rate))
        shape = 0.5 - 0.5 * np.cos(math.pi * np.arange(steps + 1) / steps)
        self._shape: NDArray[np.float32] = shape.astype(np.float32)
        self._settling = round(SETTLING_S * rate)
        self._kept = round(_KEPT_S * rate)
        self._step = 0
        self._count = 0
        self._stretches = [_Stretch(-math.inf, 0, full=False)]

    def follow(self, on: NDArray[np.bool_]) -> NDArray[np.float32]:
        """The gain, 0 to 1, for each sample of a block in which the tone is wanted where `on`."""
        steps = np.empty(len(on), dtype=np.int_)
        edges = [0, *(int(each) + 1 for each in np.flatnonzero(on[1:] != on[:-1])), len(on)]
        for first, end in pairwise(edges):
            if first < end:
                steps[first:end] = self._run(self._count + first, end - first, up=bool(on[first]))
        self._count += len(on)
        oldest = self._count - self._kept
        self._stretches = [each for each in self._stretches if each.end > oldest] or [
            self._stretches[-1]
        ]
        return self._shape[steps]

    def worth(self, first: int, count: int) -> Worth:
        """What the samples `first` to `first + count` are worth, as flags of a chunk.

        They must have been asked for already, at most _KEPT_S ago. Shift by the latency of the
        sound card to speak of what was recorded.
        """
        end = first + count
        emitting = any(
            each.full and each.first <= first and end <= each.end for each in self._stretches
        )
        calm = any(
            each.first <= first - self._settling and end <= each.end for each in self._stretches
        )
        return Worth(emitting=emitting, settling=not calm)

    def _run(self, at: int, count: int, *, up: bool) -> NDArray[np.int_]:
        """The steps of `count` samples from number `at` on, all wanted on or all off."""
        top = len(self._shape) - 1
        left = top - self._step if up else self._step
        moves = min(count, left)
        steps = np.full(count, top if up else 0)
        ramp = np.arange(1, moves + 1)
        steps[:moves] = self._step + ramp if up else self._step - ramp
        self._step = int(steps[-1])
        if moves == left:
            # The first sample of a stretch is the last of its ramp; without a ramp it goes on.
            first = at + moves - 1 if moves else self._stretches.pop().first
            self._stretches.append(_Stretch(first, at + count, full=up))
        return steps
