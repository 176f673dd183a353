"""What moves: scatterers as functions of time, and what a listener should call their motion."""

from dataclasses import dataclass
from enum import IntFlag
from functools import cache
from typing import Protocol

import numpy as np

from .arrays import Complexes, Floats, Kinds

KNOT_RATE = 250
"""Positions are computed so often a second and interpolated; distances are then computed from
the interpolated positions, exactly. Limbs and things move below 20 Hz: 12 mm at 12 Hz is off
by less than 0.1 um, 0.05 mrad of phase at 20 kHz."""

BEFORE, AFTER = 2, 3
"""Knots that `refine` needs before the first that it begins at, and after the last."""


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
    """Knots (…, n) at `factor` times their rate, from knot BEFORE to knot n - AFTER.

    The polynomial through the six nearest knots (Lagrange).
    """
    weights = _lagrange(factor)
    windows = np.lib.stride_tricks.sliding_window_view(knots, len(weights), axis=-1)
    fine: Array = windows @ weights.astype(knots.dtype)
    return fine.reshape(*knots.shape[:-1], -1)


@cache
def _lagrange(factor: int) -> Floats:
    x = np.arange(factor) / factor
    places = range(-BEFORE, AFTER + 1)
    weights = [
        np.prod([(x - other) / (place - other) for other in places if other != place], axis=0)
        for place in places
    ]
    return np.array(weights)
