"""What moves: scatterers as functions of time, and what a listener should call their motion."""

from dataclasses import dataclass
from enum import IntFlag
from typing import Protocol

import numpy as np

from .arrays import Complexes, Floats, Kinds

KNOT_RATE = 250
"""Positions are computed so often a second and interpolated by cubics. Limbs and things move
below 20 Hz; at 20 Hz and 0.1 m the interpolation is off by less than 0.3 um, 0.1 mrad of
phase at 20 kHz. Distances are then computed from the interpolated positions, exactly."""


class Kind(IntFlag):
    """What is going on, for training and judging; several at once are possible."""

    NOTHING = 0
    MINOR = 1
    MAJOR = 2
    MACHINE = 4
    AIR = 8
    TRANSIENT = 16
    PET = 32
    """A pet moves: neither a person nor nothing."""
    NEIGHBOUR = 64
    """Somebody walks in the next room."""
    THING = 128
    """A door or something hanging moves by itself."""


@dataclass(frozen=True, slots=True, eq=False)
class Motion:
    """Scatterers at n times: `points` (3, scatterers, n) metres, `strength` (scatterers, n).

    A strength of 10^(TS/20) metres is a target strength of TS dB re 1 m.
    """

    points: Floats
    strength: Complexes


class Labelled(Protocol):
    """Something that the truth tells of."""

    def kinds(self, t: Floats) -> Kinds:
        """The Kind at times t (n,)."""


class Mover(Labelled, Protocol):
    """A group of scatterers that move together."""

    @property
    def walls(self) -> bool:
        """Whether its echoes also go by way of the walls; not from another room."""

    def move(self, t: Floats) -> Motion:
        """Where its scatterers are and how strongly they reflect at times t (n,), seconds."""


def refine[Array: (Floats, Complexes)](knots: Array, factor: int) -> Array:
    """Knots (…, n) at `factor` times their rate, from the second to the last but one, exclusive.

    Cubic convolution (Keys, IEEE Trans. Acoust. Speech Signal Process. 29, 1981).
    """
    x = np.arange(factor) / factor
    weights = np.array(
        [
            -0.5 * x + x**2 - 0.5 * x**3,
            1 - 2.5 * x**2 + 1.5 * x**3,
            0.5 * x + 2 * x**2 - 1.5 * x**3,
            -0.5 * x**2 + 0.5 * x**3,
        ]
    )
    windows = np.lib.stride_tricks.sliding_window_view(knots, 4, axis=-1)
    fine: Array = windows @ weights.astype(knots.dtype)
    return fine.reshape(*knots.shape[:-1], -1)
