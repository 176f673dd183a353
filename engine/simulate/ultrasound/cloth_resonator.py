"""Curtains as resonators that draught drives: swinging modes with a second-order spectrum.

A hung sheet swings like a pendulum and in a few bends along its width; random wind drives each
mode, whose displacement then has the spectrum of a damped resonator, the continuous form of an
AR(2) series. Frequencies of 0.3 to 1.5 Hz, 2 to 15 cm and target strengths of -5 to +3 dB for
the whole sheet are chosen. Each mode is a sum of many lines, so it can be known at any time.
"""

from dataclasses import dataclass
import math

import numpy as np

from .arrays import Complexes, Floats, Kinds, Vector
from .motion import Kind, Motion
from .schedule import ALWAYS, Schedule

_LINES = 24
_BENDS = 3


@dataclass(frozen=True, slots=True, eq=False)
class ResonantCloth:
    """A sheet of scatterers `rest` (3, n) that swings along `across` (a unit vector).

    `shapes` (_BENDS, n) says how far each goes with each mode; `frequencies`, `phases` and
    `sizes` (_BENDS, _LINES) are the modes' lines in Hz, radians and metres; `strength` (n,).
    """

    rest: Floats
    across: Floats
    shapes: Floats
    frequencies: Floats
    phases: Floats
    sizes: Floats
    strength: Complexes
    schedule: Schedule = ALWAYS

    @property
    def walls(self) -> bool:
        """Echoes go by way of the walls too."""
        return True

    def move(self, t: Floats) -> Motion:
        """See Mover."""
        angle = 2 * math.pi * self.frequencies[..., None] * t + self.phases[..., None]
        modes = np.einsum("bl,bln->bn", self.sizes, np.cos(angle)) * self.schedule.share(t)
        offset = np.einsum("bq,bn->qn", self.shapes, modes)
        points = self.rest[:, :, None] + self.across[:, None, None] * offset
        return Motion(points, np.repeat(self.strength[:, None], len(t), axis=1))

    def kinds(self, t: Floats) -> Kinds:
        """See Labelled."""
        return np.where(self.schedule.runs(t), int(Kind.AIR), 0)


def draw_resonant_cloth(
    rng: np.random.Generator,
    corner: Vector,
    along: Vector,
    size: tuple[float, float],
    schedule: Schedule = ALWAYS,
) -> ResonantCloth:
    """A curtain whose upper corner is at `corner`, `size` (width, height), its width `along`."""
    width, height = size
    count = int(rng.integers(30, 60))
    u, v = rng.uniform(0, 1, count), np.sqrt(rng.uniform(0, 1, count))
    side = np.array(along)
    across = np.cross(side, (0.0, 0.0, 1.0))
    rest = np.array(corner)[:, None] + side[:, None] * (u * width)
    rest[2] -= v * height
    # Folds: the cloth is no plane, so its parts do not add up like a mirror.
    rest += across[:, None] * (0.03 * np.sin(2 * math.pi * u * width / rng.uniform(0.12, 0.2)))
    bends = np.arange(_BENDS)[:, None]
    centre = rng.uniform(0.3, 0.8) * (1 + 0.5 * bends)
    damping = rng.uniform(0.05, 0.2)
    # The lines of a resonator's spectrum, evenly spaced in its (Lorentzian) power.
    spread = np.tan(math.pi * (rng.uniform(0.05, 0.95, (_BENDS, _LINES)) - 0.5))
    swing = rng.uniform(0.01, 0.05) * 0.6**bends
    strength = 10 ** (rng.uniform(-5, 3) / 20) / math.sqrt(count)
    parts = rng.standard_normal((2, count)) * math.sqrt(0.5)
    speckle: Complexes = parts[0] + 1j * parts[1]
    return ResonantCloth(
        rest=rest,
        across=across,
        shapes=v * np.cos(math.pi * bends * u),
        frequencies=np.abs(centre * (1 + damping * spread)),
        phases=rng.uniform(0, 2 * math.pi, (_BENDS, _LINES)),
        sizes=np.broadcast_to(swing * math.sqrt(2 / _LINES), (_BENDS, _LINES)).copy(),
        strength=strength * speckle,
        schedule=schedule,
    )
