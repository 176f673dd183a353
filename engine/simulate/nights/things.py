"""What moves before a radar and is nobody: fans and curtains."""

from dataclasses import dataclass

import numpy as np

from ..body import Floats
from .bodies import Look

_UNREST = 0.35
"""How much a fan seems to move to a radar that reports movement (chosen)."""


@dataclass(frozen=True, slots=True, eq=False)
class Fan:
    """Blades that turn at `blades` Hz under a head that swings with a period of `swing` s (0: not).

    `depth` is how far the echo's centre goes with the blades, mm.
    """

    distance: float
    strength: float
    blades: float
    swing: float
    depth: float
    start: float
    end: float

    def look(self, t: Floats) -> Look:
        """The fan at times t."""
        there = (t >= self.start) & (t < self.end)
        turned = 2 * np.pi * self.blades * t
        head = np.sin(2 * np.pi * t / self.swing) if self.swing else np.zeros(len(t))
        moved = self.depth * np.sin(turned + head) + 3.0 * self.depth * head
        strength = self.strength * (0.6 + 0.4 * np.cos(turned)) * (0.7 + 0.3 * head)
        nothing = np.full(len(t), np.nan)
        return Look(
            there,
            np.full(len(t), self.distance),
            moved,
            strength,
            np.where(there, _UNREST, 0.0),
            nothing,
            nothing,
        )


@dataclass(frozen=True, slots=True, eq=False)
class Curtain:
    """Cloth in a draught: `sway` mm on an even grid of `step` seconds."""

    distance: float
    strength: float
    sway: Floats
    step: float

    def look(self, t: Floats) -> Look:
        """The curtain at times t."""
        grid = np.arange(len(self.sway)) * self.step
        moved = np.interp(t, grid, self.sway)
        speed = np.abs(np.interp(t, grid, np.gradient(self.sway, self.step))) / 1000.0
        nothing = np.full(len(t), np.nan)
        return Look(
            there=np.ones(len(t), bool),
            distance=np.full(len(t), self.distance),
            moved=moved,
            strength=np.full(len(t), self.strength),
            unrest=np.minimum(1.0, speed / 0.05),
            breath=nothing,
            heart=nothing,
        )
