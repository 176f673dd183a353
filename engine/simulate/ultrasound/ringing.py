"""Struck things: keys, cups and cutlery as a few damped resonances.

Modal synthesis of contact sounds (van den Doel & Pai, Presence 7, 1998): a blow excites modes
that ring at their own frequencies and die away exponentially; those near the carrier are heard
as lines beside it, where shaped noise would be heard everywhere.
"""

from dataclasses import dataclass
import math

import numpy as np

from .arrays import Complexes, Floats, Kinds
from .motion import Kind

_RISE_S = 1.5e-3


@dataclass(frozen=True, slots=True)
class RingingBurst:
    """Blows at `blows` (seconds), each of which sets off `modes`.

    A mode is its offset from the carrier in Hz, its decay time in seconds and its level in dBc;
    microphones hear it with phases of their own, drawn from `seed`.
    """

    blows: tuple[float, ...]
    modes: tuple[tuple[float, float, float], ...]
    seed: int = 0

    @property
    def end(self) -> float:
        """When the last mode of the last blow has died away by 60 dB."""
        return max(self.blows) + 7 * max(decay for _, decay, _ in self.modes)

    def sound(self, t: Floats, microphones: int) -> Complexes:
        """See Burst."""
        out = np.zeros((microphones, len(t)), dtype=np.complex64)
        if t[-1] < min(self.blows) or t[0] > self.end:
            return out
        rng = np.random.default_rng(self.seed)
        for blow in self.blows:
            since = np.maximum(t - blow, 0)
            rise = np.clip(since / _RISE_S, 0, 1)
            for offset, decay, level in self.modes:
                turn = np.exp(2j * math.pi * rng.uniform(size=microphones))
                ring = rise * np.exp((2j * math.pi * offset - 1 / decay) * since)
                out += 10 ** (level / 20) * turn[:, None] * ring
        return out

    def kinds(self, t: Floats) -> Kinds:
        """See Labelled."""
        inside = (t >= min(self.blows)) & (t <= self.end)
        return np.where(inside, int(Kind.TRANSIENT), 0)
