"""What is particular to one person or animal in bed, and what their breath and body do."""

from dataclasses import dataclass
from typing import Protocol

from ..body import Floats


@dataclass(frozen=True, slots=True)
class Person:
    """One sleeper.

    `bpm` breaths a minute asleep, `chest_mm` how far the chest moves towards the radar in one of
    them, `heart` beats a minute asleep, `size` how much of the wave comes back (an adult's chest
    1), `place` metres from the node, `restless` a factor on how often they move, `apneas` of an
    hour of light sleep or REM.
    """

    bpm: float
    chest_mm: float
    heart: float
    size: float
    place: float
    restless: float = 1.0
    apneas: float = 0.0


class Breaths(Protocol):
    """A night of breathing."""

    def chest(self, t: Floats) -> Floats:
        """Displacement of the chest about its mean at times t, millimetres."""

    def rate(self, t: Floats) -> Floats:
        """Breaths a minute over the half minute before times t."""


class Stirs(Protocol):
    """A night of movements."""

    def offset(self, t: Floats) -> Floats:
        """How far the body is from where it lies at times t, metres along the line of sight."""

    def unrest(self, t: Floats) -> Floats:
        """How much it moves, 0-1."""

    def gain(self, t: Floats) -> Floats:
        """How much of the chest's movement the radar sees in this posture."""
