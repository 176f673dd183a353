"""Two families of generators, so that a detector made with one can be judged by the other.

A detector is trained on scenes of the first and tested on scenes of the second: it must not be
able to succeed by knowing a generator. They share the physics and what is rigid or has little
freedom: fans, doors, vacuums, lamps, pets and the arm of the standard test.
"""

from collections.abc import Callable
from dataclasses import dataclass
import math
from typing import Literal

import numpy as np

from .arrays import Vector
from .body import Gait
from .bursts import NoiseBurst
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
from .ringing import RingingBurst
from .scene import Burst, Flow, Scene
from .schedule import Schedule

type FamilyName = Literal["train", "test"]
type DrawHome = Callable[[np.random.Generator, int, float | None, float | None], Scene]
type DrawCloth = Callable[
    [np.random.Generator, Vector, Vector, tuple[float, float], Schedule], Mover
]
type DrawBurst = Callable[[np.random.Generator, float], Burst]
type DrawFlow = Callable[[np.random.Generator, float, Schedule], Flow]


@dataclass(frozen=True, slots=True)
class Family:
    """How homes, gaits, hands, curtains, moving air and transients are made.

    `flow` takes how strong the air moves, 1 for a fan a metre away; `burst` within how many
    seconds it is to begin.
    """

    home: DrawHome
    gait: Gait
    law: Reachlaw
    cloth: DrawCloth
    flow: DrawFlow
    burst: DrawBurst


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


def _noise_burst(rng: np.random.Generator, seconds: float) -> Burst:
    return NoiseBurst(
        start=rng.uniform(0, seconds),
        level=rng.uniform(-55, -15),
        decay=float(rng.lognormal(math.log(0.015), 0.8)),
        clicks=int(rng.integers(1, 8)),
        gap=rng.uniform(0.04, 0.4),
        seed=int(rng.integers(2**31)),
    )


def _ringing_burst(rng: np.random.Generator, seconds: float) -> Burst:
    start, loudness = rng.uniform(0, seconds), float(rng.triangular(-55, -35, -15))
    gaps = rng.exponential(0.15, int(rng.geometric(0.35)))
    modes = tuple(
        (
            rng.uniform(-450, 450),
            float(rng.lognormal(math.log(0.01), 0.9)),
            loudness - float(rng.exponential(6.0)),
        )
        for _ in range(int(rng.integers(2, 9)))
    )
    blows = tuple(float(each) for each in start + np.cumsum(gaps) - gaps[0])
    return RingingBurst(blows, modes, int(rng.integers(2**31)))


FAMILIES: dict[FamilyName, Family] = {
    "train": Family(
        home=uniform_home,
        gait=BoulicGait(),
        law=minimum_jerk,
        cloth=draw_resonant_cloth,
        flow=_autoregressive,
        burst=_noise_burst,
    ),
    "test": Family(
        home=planned_home,
        gait=PendulumGait(),
        law=lognormal,
        cloth=draw_waving_cloth,
        flow=_turbulent,
        burst=_ringing_burst,
    ),
}
