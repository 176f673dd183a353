"""Curtains as waves that run along a hanging sheet, in gusts.

A sheet under its own weight carries transverse waves, at depth z below the rail with a speed of
the root of g (height - z), as on a hanging chain (Lamb, The Dynamical Theory of Sound, 1925);
wind pushes them along the width (flutter; Argentina & Mahadevan, PNAS 102, 2005). Gusts come
and go with periods of seconds.
"""

from dataclasses import dataclass
import math

import numpy as np

from .arrays import Complexes, Floats, Kinds, Vector
from .motion import Kind, Motion
from .schedule import ALWAYS, Schedule

_GRAVITY = 9.81
_WAVES = 6
_GUSTS = 4


@dataclass(frozen=True, slots=True, eq=False)
class WavingCloth:
    """A sheet of scatterers `rest` (3, n), pushed along `across`.

    `lag` (_WAVES, n) is the phase of each wave at each scatterer in radians, `rates` (_WAVES,)
    Hz, `sizes` (_WAVES, n) metres; `gusts` (2, _GUSTS) Hz and radians; `strength` (n,).
    """

    rest: Floats
    across: Floats
    lag: Floats
    rates: Floats
    sizes: Floats
    gusts: Floats
    strength: Complexes
    schedule: Schedule = ALWAYS

    @property
    def walls(self) -> bool:
        """Echoes go by way of the walls too."""
        return True

    def move(self, t: Floats) -> Motion:
        """See Mover."""
        rate, phase = self.gusts[:, :, None]
        gust = np.mean(np.cos(2 * math.pi * rate * t + phase), axis=0)
        push = (0.5 + gust) ** 2 * self.schedule.share(t)
        turn = 2 * math.pi * self.rates[:, None] * t
        offset = np.einsum("wq,wn->qn", self.sizes * np.cos(self.lag), np.cos(turn))
        offset += np.einsum("wq,wn->qn", self.sizes * np.sin(self.lag), np.sin(turn))
        points = self.rest[:, :, None] + self.across[:, None, None] * (push * offset)
        return Motion(points, np.repeat(self.strength[:, None], len(t), axis=1))

    def kinds(self, t: Floats) -> Kinds:
        """See Labelled."""
        return np.where(self.schedule.runs(t), int(Kind.AIR), 0)


def draw_waving_cloth(
    rng: np.random.Generator,
    corner: Vector,
    along: Vector,
    size: tuple[float, float],
    schedule: Schedule = ALWAYS,
) -> WavingCloth:
    """A curtain whose upper corner is at `corner`, `size` (width, height), its width `along`."""
    width, height = size
    columns, rows = int(rng.integers(7, 11)), int(rng.integers(4, 7))
    u, v = (
        each.ravel() for each in np.meshgrid(np.linspace(0, 1, columns), np.linspace(0.1, 1, rows))
    )
    u = np.clip(u + rng.uniform(-0.03, 0.03, len(u)), 0, 1)
    side = np.array(along)
    across = np.cross(side, (0.0, 0.0, 1.0))
    rest = np.array(corner)[:, None] + side[:, None] * (u * width)
    rest[2] -= v * height
    rest += across[:, None] * rng.normal(0, 0.02, len(u))
    rates = rng.uniform(0.25, 1.6, _WAVES)
    # How long a wave takes from the rail down to depth v: integral of dz / sqrt(g (height - z)).
    down = 2 * (math.sqrt(height) - np.sqrt(height * (1 - 0.95 * v))) / math.sqrt(_GRAVITY)
    sideways = rng.uniform(0.4, 1.5) * np.where(rng.uniform(size=_WAVES) < 0.7, 1, -1)
    lag = 2 * math.pi * rates[:, None] * (down + u * width / sideways[:, None])
    sizes = rng.uniform(0.004, 0.02) / np.sqrt(rates)[:, None] * v
    strength = 10 ** (rng.uniform(-5, 3) / 20) / math.sqrt(len(u))
    turn = np.exp(1j * rng.uniform(0, 2 * math.pi, len(u)))
    return WavingCloth(
        rest=rest,
        across=across,
        lag=lag + rng.uniform(0, 2 * math.pi, (_WAVES, 1)),
        rates=rates,
        sizes=sizes,
        gusts=np.stack([rng.uniform(0.03, 0.25, _GUSTS), rng.uniform(0, 2 * math.pi, _GUSTS)]),
        strength=strength * turn,
        schedule=schedule,
    )
