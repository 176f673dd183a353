"""Shoebox rooms and the image sources that their walls make.

Image-source method: Allen & Berkley, J. Acoust. Soc. Am. 65, 1979. One frequency only, so a
wall is one real reflection coefficient; at 20 kHz painted walls reflect most of the energy,
carpet, curtains and bookshelves little of it specularly.
"""

from dataclasses import dataclass
from itertools import product

import numpy as np

from .arrays import Floats, Vector


@dataclass(frozen=True, slots=True)
class Room:
    """A box from the origin to `size` (metres; z is up).

    `reflection` is the specular amplitude reflection, 0 to 1, of the walls at x = 0, x = size,
    y = 0 and y = size, of the floor and of the ceiling. `furniture` holds still scatterers as
    (x, y, z, target strength in dB re 1 m).
    """

    size: Vector = (5.0, 4.0, 2.5)
    reflection: tuple[float, float, float, float, float, float] = (0.7, 0.7, 0.7, 0.7, 0.4, 0.8)
    furniture: tuple[tuple[float, float, float, float], ...] = ()

    @property
    def volume(self) -> float:
        """Cubic metres."""
        return self.size[0] * self.size[1] * self.size[2]

    @property
    def surface(self) -> float:
        """Square metres of walls, floor and ceiling."""
        x, y, z = self.size
        return 2 * (x * y + y * z + z * x)

    @property
    def mean_absorption(self) -> float:
        """The mean over the surface of 1 - reflection squared."""
        x, y, z = self.size
        areas = np.array([y * z, y * z, x * z, x * z, x * y, x * y])
        return float(areas @ (1 - np.square(self.reflection)) / areas.sum())


@dataclass(frozen=True, slots=True, eq=False)
class Images:
    """A point and its mirror images: `positions` (n, 3), `strength` (n,), `mirrored` (n, 3).

    `mirrored` is -1 in the axes in which an image is turned round, and 1 elsewhere; the first
    image is the point itself.
    """

    positions: Floats
    strength: Floats
    mirrored: Floats

    def turned(self, direction: Vector) -> Floats:
        """A direction as each image has it, shape (n, 3)."""
        turned: Floats = self.mirrored * np.array(direction)
        return turned


def images(room: Room, point: Vector, order: int) -> Images:
    """The point and all its images of at most `order` reflections, nearest orders first."""
    cells = product(range(-order, order + 1), repeat=3)
    found = [
        (reflections, *_image(room, point, cell))
        for cell in cells
        if (reflections := sum(map(abs, cell))) <= order
    ]
    found.sort(key=lambda each: each[0])
    return Images(
        positions=np.array([each[1] for each in found]),
        strength=np.array([each[2] for each in found]),
        mirrored=np.array([each[3] for each in found]),
    )


def _image(room: Room, point: Vector, cell: tuple[int, ...]) -> tuple[Vector, float, Vector]:
    """The image in the cell of the mirrored lattice, cells counted along each axis."""
    position, strength, turned = [0.0] * 3, 1.0, [1.0] * 3
    for axis, n in enumerate(cell):
        length, at = room.size[axis], point[axis]
        position[axis] = n * length + (at if n % 2 == 0 else length - at)
        turned[axis] = 1.0 if n % 2 == 0 else -1.0
        near, far = room.reflection[2 * axis], room.reflection[2 * axis + 1]
        # Going n cells up crosses the far wall first, then near and far in turn.
        first, second = (far, near) if n > 0 else (near, far)
        strength *= first ** ((abs(n) + 1) // 2) * second ** (abs(n) // 2)
    x, y, z = position
    return (x, y, z), strength, (turned[0], turned[1], turned[2])
