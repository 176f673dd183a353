"""Things that move and are nobody: doors, robot vacuums, lamps, and the arm of a standard test."""

from dataclasses import dataclass
import math

import numpy as np

from .arrays import Floats, Kinds, Vector
from .gestures import minimum_jerk
from .motion import Kind, Motion
from .room import Room
from .schedule import ALWAYS, Schedule
from .speckle import Speckle, draw_speckle
from .wander import Way, draw_way

_GRAVITY = 9.81


@dataclass(frozen=True, slots=True, eq=False)
class Door:
    """A door on a hinge, `width` by 2 m, that opens by `swing` radians in `seconds` from `start`.

    `closed` is the direction it has when closed, radians from the x axis. A door of 0.8 m that
    opens a quarter turn within 1.5 s moves its edge at 0.5 to 1.6 m/s. Its target strength is
    that of a large plate seen obliquely (chosen).
    """

    hinge: tuple[float, float]
    closed: float
    start: float
    seconds: float = 2.0
    swing: float = math.pi / 2
    width: float = 0.8
    strength: float = 10 ** (-12 / 20)

    @property
    def walls(self) -> bool:
        """Echoes go by way of the walls too."""
        return True

    def move(self, t: Floats) -> Motion:
        """See Mover."""
        angle = self.closed + self.swing * minimum_jerk((t - self.start) / self.seconds)
        out, height = (each.ravel() for each in np.meshgrid(_DOOR_ACROSS, _DOOR_UP))
        points = np.empty((3, len(out), len(t)))
        points[0] = self.hinge[0] + self.width * out[:, None] * np.cos(angle)
        points[1] = self.hinge[1] + self.width * out[:, None] * np.sin(angle)
        points[2] = height[:, None]
        each = self.strength / math.sqrt(len(out))
        return Motion(points, np.full((len(out), len(t)), each, dtype=np.complex64))

    def kinds(self, t: Floats) -> Kinds:
        """See Labelled."""
        moving = (t >= self.start) & (t < self.start + self.seconds)
        return np.where(moving, int(Kind.THING), 0)


_DOOR_ACROSS = np.array([0.15, 0.4, 0.7, 0.97])
_DOOR_UP = np.array([0.4, 1.0, 1.7])


@dataclass(frozen=True, slots=True, eq=False)
class Vacuum:
    """A robot vacuum on its way, 5 cm high, -18 dB re 1 m (chosen), from a schedule's start."""

    way: Way
    speckle: Speckle
    schedule: Schedule = ALWAYS

    @property
    def walls(self) -> bool:
        """Echoes go by way of the walls too."""
        return True

    def move(self, t: Floats) -> Motion:
        """See Mover."""
        begun = 0.0 if math.isinf(self.schedule.start) else self.schedule.start
        index = self.way.index(np.clip(t, begun, self.schedule.end) - begun)
        heading = self.way.heading[index] + np.array([[0.6], [-0.6], [math.pi]])
        x, y = self.way.xy[:, index]
        points = np.stack(
            [x + 0.15 * np.cos(heading), y + 0.15 * np.sin(heading), np.full_like(heading, 0.05)]
        )
        strength = np.float32(10 ** (-18 / 20) / math.sqrt(3))
        return Motion(points, strength * self.speckle.at(points))

    def kinds(self, t: Floats) -> Kinds:
        """See Labelled."""
        return np.where(self.schedule.runs(t), int(Kind.MACHINE), 0)


def draw_vacuum(rng: np.random.Generator, room: Room, schedule: Schedule = ALWAYS) -> Vacuum:
    """A robot that goes straight at 0.2 to 0.3 m/s and turns on the spot."""
    high = (room.size[0] - 0.25, room.size[1] - 0.25)
    way = draw_way(rng, (0.25, 0.25), high, speed=(0.2, 0.3), rest=0.5, smoothing=0.25)
    return Vacuum(way, draw_speckle(rng, 3, 0.05), schedule)


@dataclass(frozen=True, slots=True, eq=False)
class Lamp:
    """A lamp on a cord from `hook`, that draught keeps swinging by `angle` radians.

    A pendulum of `cord` metres swings at the root of g / cord; two such swings at right angles,
    slightly out of tune, let it precess.
    """

    hook: Vector
    cord: float = 0.8
    angle: float = 0.03
    phase: float = 0.0
    strength: float = 10 ** (-16 / 20)

    @property
    def walls(self) -> bool:
        """Echoes go by way of the walls too."""
        return True

    def move(self, t: Floats) -> Motion:
        """See Mover."""
        turn = math.sqrt(_GRAVITY / self.cord) * t + self.phase
        ahead, aside = self.angle * np.sin(turn), 0.6 * self.angle * np.cos(1.01 * turn)
        rim = 0.15 * np.exp(2j * math.pi * np.arange(4)[:, None] / 4)
        points = np.empty((3, 4, len(t)))
        points[0] = self.hook[0] + self.cord * np.sin(ahead) + rim.real
        points[1] = self.hook[1] + self.cord * np.sin(aside) + rim.imag
        points[2] = self.hook[2] - self.cord * np.cos(np.hypot(ahead, aside))
        return Motion(points, np.full((4, len(t)), self.strength / 2, dtype=np.complex64))

    def kinds(self, t: Floats) -> Kinds:
        """See Labelled."""
        return np.full(len(t), int(Kind.AIR))


_ARM_M = 0.381
_ARM_HEIGHT_M = 0.914
_ARM_RAD_S = math.pi / 2
_ARM_POINTS = 6


@dataclass(frozen=True, slots=True, eq=False)
class StandardArm:
    """The robotic arm of NEMA WD 7 for minor motion: 3 x 3 x 15 inches, 36 inches high.

    It sweeps a quarter turn at 90 degrees a second, back and forth, from `start` on, pausing
    `pause` seconds at each end. Its strength is that of a box of 7.6 by 38 cm seen at random
    angles (chosen), so broadside flashes are stronger, as of a finite cylinder.
    """

    at: tuple[float, float]
    heading: float = 0.0
    start: float = 0.0
    pause: float = 0.0
    strength: float = 10 ** (-17 / 20)

    @property
    def walls(self) -> bool:
        """Echoes go by way of the walls too."""
        return True

    def move(self, t: Floats) -> Motion:
        """See Mover."""
        sweep = math.pi / 2 / _ARM_RAD_S
        period = 2 * (sweep + self.pause)
        within = np.where(t < self.start, 0.0, (t - self.start) % period)
        there = np.clip(within / sweep, 0, 1)
        back = np.clip((within - sweep - self.pause) / sweep, 0, 1)
        angle = self.heading + math.pi / 2 * (_steady(there) - _steady(back))
        out = _ARM_M * (np.arange(_ARM_POINTS)[:, None] + 0.5) / (_ARM_POINTS - 0.5)
        points = np.empty((3, _ARM_POINTS, len(t)))
        points[0] = self.at[0] + out * np.cos(angle)
        points[1] = self.at[1] + out * np.sin(angle)
        points[2] = _ARM_HEIGHT_M
        each = self.strength / math.sqrt(_ARM_POINTS)
        return Motion(points, np.full((_ARM_POINTS, len(t)), each, dtype=np.complex64))

    def centre(self, t: Floats) -> Floats:
        """See Being: the standard's stand-in for a person."""
        return np.repeat(np.array([[self.at[0]], [self.at[1]], [_ARM_HEIGHT_M]]), len(t), axis=1)

    def kinds(self, t: Floats) -> Kinds:
        """See Labelled."""
        return np.where(t >= self.start, int(Kind.MINOR), 0)


_EASE = 0.1
"""A motor needs a tenth of the sweep to start and to stop (chosen)."""


def _steady(x: Floats) -> Floats:
    """From 0 to 1 at a constant pace but for the ends, which are parabolas."""
    u = np.clip(x, 0, 1)
    pace = 1 / (1 - _EASE)
    start, stop = u * u / (2 * _EASE), 1 - u
    middle = u - _EASE / 2
    done = np.where(u < _EASE, start, np.where(u > 1 - _EASE, 0.0, middle))
    late = (1 - _EASE) - stop * stop / (2 * _EASE)
    steady: Floats = pace * np.where(u > 1 - _EASE, late, done)
    return steady
