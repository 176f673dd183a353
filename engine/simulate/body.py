"""Anything that a radar can see: where it is, how it moves, how much it reflects."""

from dataclasses import dataclass
from enum import Enum, auto
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

type Floats = NDArray[np.float64]
type Flags = NDArray[np.bool_]


class Kind(Enum):
    """What a body is, as far as sensors can tell."""

    PERSON = auto()
    PET = auto()
    THING = auto()
    PHANTOM = auto()
    """Something that exists only inside the radar: always tracked, and without noise."""


@dataclass(frozen=True, slots=True, eq=False)
class States:
    """A body in one room at n times; every array has the shape (n,).

    `there` says whether it is in the room at all; elsewhere the other values mean nothing.
    `x`, `y` metres and `vx`, `vy` m/s in room coordinates; `activity` 0-1 is how much limbs and
    torso move beside walking; `chest` is the displacement of the chest in mm; `lying` is posture.
    """

    there: Flags
    x: Floats
    y: Floats
    vx: Floats
    vy: Floats
    activity: Floats
    chest: Floats
    lying: Flags


class Body(Protocol):
    """A person, an animal or a thing. Times are seconds since the scenario began."""

    @property
    def cross_section(self) -> float:
        """How much it reflects, 1 for an adult."""

    @property
    def kind(self) -> Kind:
        """What it is."""

    @property
    def rooms(self) -> frozenset[str]:
        """The rooms in which it ever is."""

    def states(self, room: str, t: Floats) -> States:
        """How it is at the times t, as seen in one room."""


def lifeless(there: Flags, x: Floats, y: Floats, vx: Floats, vy: Floats) -> States:
    """The states of a thing that neither stirs, breathes nor lies down."""
    nothing = np.zeros_like(x)
    return States(there, x, y, vx, vy, nothing, nothing, np.zeros(x.shape, bool))
