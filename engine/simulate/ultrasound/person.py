"""A person in a room: a gait, a script and a body that breathes and sways."""

from dataclasses import dataclass
import math

import numpy as np

from . import body
from .arrays import Floats, Kinds
from .body import Gait
from .choreography import Choreographer, Script
from .motion import Kind, Motion
from .speckle import Speckle, draw_speckle

_CORRELATION_M = 0.045
"""Speckle of clothed limbs changes over 3 to 6 cm (chosen)."""

_CHILD_DB_PER_M = 8.0
"""A child of 1.2 m reflects 4 dB less than an adult of 1.7 m."""
_ADULT_M = 1.7


@dataclass(frozen=True, slots=True, eq=False)
class Person:
    """Somebody.

    `clothing` is what clothes absorb in dB, `breath` how far the chest moves from peak to peak
    in metres, at `breaths` Hz and from a `phase` in radians.
    """

    height: float
    gait: Gait
    script: Script
    speckle: Speckle
    clothing: float
    breath: float
    breaths: float
    phase: float

    @property
    def walls(self) -> bool:
        """Echoes go by way of the walls too."""
        return True

    def move(self, t: Floats) -> Motion:
        """See Mover."""
        local = self._local(t)
        index = self.script.index(t)
        heading, xy = self.script.heading[index], self.script.xy[:, index]
        cosine, sine = np.cos(heading), np.sin(heading)
        points = np.empty_like(local)
        points[0] = xy[0] + local[0] * cosine - local[1] * sine
        points[1] = xy[1] + local[0] * sine + local[1] * cosine
        points[2] = np.maximum(local[2], 0.01)
        strength = body.STRENGTHS * 10 ** (-(self.clothing + self._smaller()) / 20)
        # Speckle belongs to the body's surface as it is seen: it changes as the body moves.
        speckle = self.speckle.at(points)
        return Motion(points, strength.astype(np.float32)[:, None] * speckle)

    def kinds(self, t: Floats) -> Kinds:
        """See Labelled."""
        return self.script.kinds[self.script.index(t)]

    def centre(self, t: Floats) -> Floats:
        """See Being."""
        index = self.script.index(t)
        height = self.height * (0.6 - 0.2 * self.script.seated[index])
        return np.stack([*self.script.xy[:, index], height])

    def _smaller(self) -> float:
        return max(0.0, _CHILD_DB_PER_M * (_ADULT_M - self.height))

    def _local(self, t: Floats) -> Floats:
        """The scatterers in body axes."""
        script = self.script
        index = script.index(t)
        walking = self.gait.joints(self.height, script.cycle[index], script.speed[index])
        # The chair stands behind the feet: seated feet are where standing feet were.
        sitting = body.seated(self.height)
        sitting[:, 0] -= body.THIGH * self.height
        seated = script.seated[index]
        joints = walking + (sitting[:, :, None] - walking) * seated
        upper = [body.HEAD, body.NECK, *body.SHOULDERS, *body.ELBOWS, *body.WRISTS]
        joints[upper, 0] += script.bend[index]
        joints[upper, 2] -= 0.3 * script.bend[index]
        joints[upper] += script.trunk[:, index]
        for side in (0, 1):
            joints[body.WRISTS[side]] += script.hands[side][:, index]
            joints[body.ELBOWS[side]] += 0.5 * script.hands[side][:, index]
        points = body.on_segments(joints)
        chest = 0.5 * self.breath * np.sin(2 * math.pi * self.breaths * t + self.phase)
        points[0, body.TRUNK] += chest
        # Nobody stands quite still: a few millimetres at a third of a hertz.
        sway = 0.004 * (1 - seated)
        points[0] += sway * np.sin(2 * math.pi * 0.31 * t + 3 * self.phase)
        points[1] += sway * np.sin(2 * math.pi * 0.23 * t + 5 * self.phase)
        return points


def draw_person(
    rng: np.random.Generator, gait: Gait, choreographer: Choreographer, height: float
) -> Person:
    """Somebody of a height who does what was written, with random details."""
    return Person(
        height=height,
        gait=gait,
        script=choreographer.script(height, gait),
        speckle=draw_speckle(rng, body.SCATTERERS, _CORRELATION_M),
        clothing=rng.uniform(0, 6),
        breath=rng.uniform(0.002, 0.006),
        breaths=rng.uniform(0.2, 0.35),
        phase=rng.uniform(0, 2 * math.pi),
    )


@dataclass(frozen=True, slots=True, eq=False)
class Neighbour:
    """Somebody in the next room, heard through a doorway.

    `doorway` is the middle of the opening in the wall plane x = `wall`, `width` its width; what
    does not pass it is weakened by `closed` dB, and what passes it by `through` dB.
    """

    person: Person
    wall: float
    doorway: float
    width: float
    listener: tuple[float, float]
    closed: float
    through: float

    @property
    def walls(self) -> bool:
        """Only the straight paths lead into the next room."""
        return False

    def move(self, t: Floats) -> Motion:
        """See Mover; every scatterer is weakened by how it is seen."""
        motion = self.person.move(t)
        x, y = motion.points[0], motion.points[1]
        part = (self.wall - self.listener[0]) / (x - self.listener[0])
        crossing = self.listener[1] + part * (y - self.listener[1])
        off = (np.abs(crossing - self.doorway) - self.width / 2) / _EDGE_M
        seen = 1 / (1 + np.exp(np.clip(off, -30, 30)))
        gain = 10 ** (-self.closed / 20) + seen * 10 ** (-self.through / 20)
        return Motion(motion.points, motion.strength * gain.astype(np.float32))

    def kinds(self, t: Floats) -> Kinds:
        """See Labelled."""
        moves = self.person.kinds(t) != 0
        return np.where(moves, int(Kind.NEIGHBOUR), 0)


_EDGE_M = 0.08
"""Diffraction softens the edge of a doorway over about a Fresnel zone, the root of wavelength
times distance over four, at 2 m and 20 kHz."""
