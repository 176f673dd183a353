"""Cats and dogs: four legs, a trunk, a head and a tail, on a way of their own.

Footfall of a walk: each foot a quarter of the stride after the one before it (Hildebrand,
Science 150, 1965). Sizes, strengths and speeds are chosen; together a pet reflects about -20 dB
re 1 m at 0.1 to 0.4 m above the floor.
"""

from dataclasses import dataclass
import math

import numpy as np

from .arrays import Floats, Kinds
from .motion import Kind, Motion
from .room import Room
from .speckle import Speckle, draw_speckle
from .wander import Way, draw_way

_FORWARD = np.array([0.45, 0.1, -0.35, 0.3, 0.3, -0.4, -0.4, -0.6])
_SIDE = np.array([0.0, 0.0, 0.0, 0.12, -0.12, 0.12, -0.12, 0.0])
_UP = np.array([1.1, 0.8, 0.8, 0.25, 0.25, 0.25, 0.25, 0.9])
"""Head, chest, rump, feet (front left, front right, hind left, hind right) and tail, in parts
of the body's length, and of its height."""
_LEGS = slice(3, 7)
_FOOTFALL = np.array([0.25, 0.75, 0.0, 0.5])[:, None]
_STRENGTHS = 10 ** (np.array([-29.0, -23.0, -23.0, -33.0, -33.0, -33.0, -33.0, -33.0]) / 20)
_STRIDE = 0.9
"""In body lengths."""
_STILL = 0.1


@dataclass(frozen=True, slots=True, eq=False)
class Pet:
    """A pet of `length` and shoulder `height` in metres; `louder` dB over a cat."""

    way: Way
    length: float
    height: float
    louder: float
    speckle: Speckle

    @property
    def walls(self) -> bool:
        """Echoes go by way of the walls too."""
        return True

    def move(self, t: Floats) -> Motion:
        """See Mover."""
        index = self.way.index(t)
        run, pace = self.way.run[index], np.minimum(self.way.speed[index] / 0.3, 1)
        cycle = 2 * math.pi * (run / (_STRIDE * self.length) + _FOOTFALL)
        forward = np.repeat(_FORWARD[:, None] * self.length, len(t), axis=1)
        up = np.repeat(_UP[:, None] * self.height, len(t), axis=1)
        # A quarter of a stride to each side, and a foot's height in the air.
        forward[_LEGS] += 0.2 * self.length * pace * np.sin(cycle)
        up[_LEGS] += 0.2 * self.height * pace * np.cos(cycle)
        up[:3] += 0.01 * pace * np.sin(2 * cycle[0])
        side = (_SIDE * self.length)[:, None] + np.zeros(len(t))
        side[-1] += 0.1 * np.sin(2 * math.pi * 0.7 * t)
        cosine, sine = np.cos(self.way.heading[index]), np.sin(self.way.heading[index])
        x, y = self.way.xy[:, index]
        points = np.stack(
            [x + forward * cosine - side * sine, y + forward * sine + side * cosine, up]
        )
        strength = _STRENGTHS.astype(np.float32)[:, None] * np.float32(10 ** (self.louder / 20))
        return Motion(points, strength * self.speckle.at(points))

    def kinds(self, t: Floats) -> Kinds:
        """See Labelled."""
        moving = self.way.speed[self.way.index(t)] > _STILL
        return np.where(moving, int(Kind.PET), 0)


def draw_pet(rng: np.random.Generator, room: Room) -> Pet:
    """A cat or a dog that roams the floor of a room."""
    height = rng.uniform(0.2, 0.45)
    length = height * rng.uniform(1.2, 1.7)
    margin = 0.3 + length / 2
    way = draw_way(
        rng,
        (margin, margin),
        (room.size[0] - margin, room.size[1] - margin),
        speed=(0.3, 1.2),
        rest=4.0,
        smoothing=0.2,
    )
    speckle = draw_speckle(rng, len(_UP), 0.03)
    return Pet(way, length, height, 12 * (height - 0.2), speckle)
