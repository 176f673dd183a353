"""How strongly a rough surface reflects, as it moves: a random sum that changes over centimetres.

Bodies and cloth are no points: the sum of many reflecting spots has a Rayleigh amplitude
(Swerling's first case, IRE Trans. Inf. Theory 6, 1960) that changes as the surface moves by
its correlation length. A sum of plane waves with normally distributed wave numbers (Rahimi &
Recht's random features, 2007) has this and is smooth, so it adds no noise of its own.
"""

from dataclasses import dataclass
import math

import numpy as np

from .arrays import Complexes, Floats

_WAVES = 8


@dataclass(frozen=True, slots=True, eq=False)
class Speckle:
    """`waves` (scatterers, _WAVES, 3) rad/m, `sizes` (scatterers, _WAVES), of mean power 1."""

    waves: Floats
    sizes: Complexes

    def at(self, points: Floats) -> Complexes:
        """The factor for points (3, scatterers, n), shape (scatterers, n)."""
        phase = np.einsum("qki,iqn->qkn", self.waves, points).astype(np.float32)
        wave = np.cos(phase) + 1j * np.sin(phase)
        total: Complexes = np.einsum("qk,qkn->qn", self.sizes, wave)
        return total


def draw_speckle(rng: np.random.Generator, scatterers: int, correlation: float) -> Speckle:
    """Speckle that decorrelates over `correlation` metres."""
    sizes = rng.standard_normal((scatterers, _WAVES, 2)) * math.sqrt(0.5 / _WAVES)
    return Speckle(
        waves=rng.standard_normal((scatterers, _WAVES, 3)) / correlation,
        sizes=sizes.astype(np.float32).view(np.complex64)[..., 0],
    )
