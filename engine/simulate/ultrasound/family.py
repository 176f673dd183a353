"""Two families of generators that share only physics, so that one can judge the other.

A detector is trained on scenes of the first and tested on scenes of the second: it must not be
able to succeed by knowing a generator.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np

from .arrays import Vector
from .body import Gait
from .cloth_resonator import draw_resonant_cloth
from .cloth_waves import draw_waving_cloth
from .flow_kolmogorov import TurbulentFlow
from .flow_winddancer import AutoregressiveFlow
from .gait_boulic import BoulicGait
from .gait_pendulum import PendulumGait
from .gestures import Reachlaw, lognormal, minimum_jerk
from .homes_plans import planned_home
from .homes_uniform import uniform_home
from .motion import Mover
from .scene import Flow, Scene
from .schedule import Schedule

type FamilyName = Literal["train", "test"]
type DrawHome = Callable[[np.random.Generator, int, float | None, float | None], Scene]
type DrawCloth = Callable[
    [np.random.Generator, Vector, Vector, tuple[float, float], Schedule], Mover
]
type DrawFlow = Callable[[np.random.Generator, float, Schedule], Flow]


@dataclass(frozen=True, slots=True)
class Family:
    """How homes, gaits, hands, curtains and moving air are made.

    `flow` takes how strong the air moves, 1 for a fan a metre away.
    """

    home: DrawHome
    gait: Gait
    law: Reachlaw
    cloth: DrawCloth
    flow: DrawFlow


def _autoregressive(rng: np.random.Generator, strength: float, schedule: Schedule) -> Flow:
    return AutoregressiveFlow(
        deviation=strength * rng.uniform(0.015, 0.039),
        correlation=rng.uniform(-0.1, 0.54),
        interval=0.004 if rng.uniform() < 0.5 else 0.008,
        schedule=schedule,
    )


def _turbulent(rng: np.random.Generator, strength: float, schedule: Schedule) -> Flow:
    return TurbulentFlow(
        wind=float(rng.lognormal(0, 0.5)),
        scale=rng.uniform(0.2, 1.0),
        strength=strength * float(rng.triangular(0.014, 0.03, 0.045)),
        schedule=schedule,
    )


FAMILIES: dict[FamilyName, Family] = {
    "train": Family(uniform_home, BoulicGait(), minimum_jerk, draw_resonant_cloth, _autoregressive),
    "test": Family(planned_home, PendulumGait(), lognormal, draw_waving_cloth, _turbulent),
}
