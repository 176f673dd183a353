"""Two families of nights, so that what is made with one can be judged by the other.

They share the radar, its modules, and how a night is put together. Hypnograms, breathing and
movements come from different models, people and habits from other distributions.
"""

from collections.abc import Callable
from dataclasses import dataclass
import math
from typing import Literal

import numpy as np

from ...core.sleep import Hypnogram
from ..body import Floats
from . import figures
from .breaths_oscillator import oscillator_breaths
from .breaths_renewal import renewal_breaths
from .course import Course
from .drawing import by_quantiles, wander
from .evening import Habits
from .hypnogram_epochs import hypnogram_of_epochs
from .hypnogram_runs import hypnogram_of_runs
from .person import Breaths, Person, Stirs
from .radar import Setup
from .stirs_bursts import burst_stirs
from .stirs_poisson import poisson_stirs
from .things import Curtain, Fan

type FamilyName = Literal["train", "test"]
type Draw[T] = Callable[[np.random.Generator], T]


@dataclass(frozen=True, slots=True)
class Family:
    """How nights are drawn."""

    hypnogram: Callable[[np.random.Generator, float], Hypnogram]
    breaths: Callable[[np.random.Generator, Course, Person], Breaths]
    stirs: Callable[[np.random.Generator, Course, Person], Stirs]
    person: Draw[Person]
    pet: Draw[Person]
    habits: Habits
    setup: Draw[Setup]
    fan: Callable[[np.random.Generator, float], Fan]
    curtain: Callable[[np.random.Generator, float], Curtain]


def _uniform_person(rng: np.random.Generator) -> Person:
    return Person(
        bpm=rng.uniform(11.5, 17.5),
        chest_mm=rng.uniform(2.0, 6.0),
        heart=rng.uniform(50.0, 68.0),
        size=rng.uniform(0.7, 1.3),
        place=rng.uniform(0.45, 0.95),
        restless=rng.uniform(0.6, 1.6),
        apneas=0.0 if rng.uniform() < 0.7 else rng.uniform(2.0, 25.0),
    )


def _skewed_person(rng: np.random.Generator) -> Person:
    return Person(
        bpm=float(np.clip(rng.normal(14.5, 2.2), 9.0, 21.0)),
        chest_mm=float(np.clip(rng.lognormal(math.log(3.2), 0.4), 1.2, 9.0)),
        heart=float(np.clip(rng.normal(60.0, 7.0), 42.0, 85.0)),
        size=float(np.clip(rng.lognormal(0.0, 0.25), 0.4, 2.0)),
        place=float(rng.triangular(0.4, 0.65, 1.1)),
        restless=float(rng.lognormal(0.0, 0.4)),
        apneas=0.0
        if rng.uniform() < 0.6
        else by_quantiles(rng, figures.QUANTILES, figures.APNEA_PER_HOUR),
    )


def _cat(rng: np.random.Generator) -> Person:
    """Asleep 16 to 30 breaths a minute (veterinary guidance on sleeping respiratory rates)."""
    return Person(
        bpm=rng.uniform(17.0, 29.0),
        chest_mm=rng.uniform(0.8, 2.2),
        heart=rng.uniform(130.0, 180.0),
        size=rng.uniform(0.1, 0.25),
        place=rng.uniform(0.4, 1.3),
        restless=2.0,
    )


def _animal(rng: np.random.Generator) -> Person:
    dog = rng.uniform() < 0.4
    return Person(
        bpm=float(rng.normal(19.0, 3.0) if dog else rng.normal(24.0, 4.0)),
        chest_mm=float(rng.triangular(1.0, 1.8, 3.5) if dog else rng.triangular(0.6, 1.3, 2.5)),
        heart=float(rng.normal(95.0, 12.0) if dog else rng.normal(150.0, 18.0)),
        size=float(rng.triangular(0.2, 0.35, 0.5) if dog else rng.triangular(0.08, 0.15, 0.3)),
        place=float(rng.triangular(0.35, 0.8, 1.4)),
        restless=float(rng.lognormal(0.5, 0.3)),
    )


def _steady_fan(rng: np.random.Generator, seconds: float) -> Fan:
    start = rng.uniform(0.0, 0.5) * seconds
    return Fan(
        distance=rng.uniform(1.0, 3.0),
        strength=rng.uniform(0.3, 1.5),
        blades=rng.uniform(5.0, 25.0),
        swing=0.0 if rng.uniform() < 0.5 else rng.uniform(8.0, 20.0),
        depth=rng.uniform(2.0, 10.0),
        start=start,
        end=start + rng.uniform(0.2, 1.0) * seconds,
    )


def _odd_fan(rng: np.random.Generator, seconds: float) -> Fan:
    start = float(rng.exponential(0.2)) * seconds
    return Fan(
        distance=float(rng.triangular(0.8, 1.8, 3.4)),
        strength=float(rng.lognormal(-0.3, 0.5)),
        blades=float(rng.lognormal(math.log(11.0), 0.4)),
        swing=0.0 if rng.uniform() < 0.4 else float(rng.triangular(6.0, 11.0, 26.0)),
        depth=float(rng.lognormal(math.log(4.0), 0.5)),
        start=start,
        end=start + float(rng.exponential(0.5)) * seconds,
    )


_CLOTH_STEP_S = 0.2


def _wandering_curtain(rng: np.random.Generator, seconds: float) -> Curtain:
    """Cloth that sways as a resonance that noise drives: a damped oscillator."""
    count = int(seconds / _CLOTH_STEP_S) + 2
    hertz, damping = rng.uniform(0.15, 0.5), rng.uniform(0.05, 0.25)
    turn = np.exp((-damping + 1j) * 2 * np.pi * hertz * _CLOTH_STEP_S)
    drive = (rng.standard_normal((count, 2)) @ np.array([1.0, 1j])).tolist()
    sway = np.empty(count)
    state = 0j
    for k, each in enumerate(drive):
        state = complex(turn) * state + each
        sway[k] = state.real
    return _cloth(rng, sway, rng.uniform(1.0, 3.0), rng.uniform(0.2, 0.8))


def _gusty_curtain(rng: np.random.Generator, seconds: float) -> Curtain:
    """Cloth that leans after gusts: a slow drift, ripples, and times of calm."""
    count = int(seconds / _CLOTH_STEP_S) + 2
    slow = wander(rng, count, math.exp(-_CLOTH_STEP_S / rng.uniform(4.0, 20.0)))
    quick = wander(rng, count, math.exp(-_CLOTH_STEP_S / rng.uniform(0.4, 1.5)))
    calm = wander(rng, count, math.exp(-_CLOTH_STEP_S / 300.0)) > 0.3
    sway: Floats = (slow + 0.3 * quick) * np.where(calm, 0.15, 1.0)
    return _cloth(rng, sway, float(rng.triangular(0.9, 1.6, 3.2)), float(rng.lognormal(-1.0, 0.4)))


def _cloth(rng: np.random.Generator, sway: Floats, distance: float, strength: float) -> Curtain:
    return Curtain(distance, strength, sway / sway.std() * rng.uniform(2.0, 30.0), _CLOTH_STEP_S)


FAMILIES: dict[FamilyName, Family] = {
    "train": Family(
        hypnogram=hypnogram_of_runs,
        breaths=renewal_breaths,
        stirs=poisson_stirs,
        person=_uniform_person,
        pet=_cat,
        habits=Habits(0.3, 0.25, (5.0, 60.0), (0.0, 20.0), 0.4, (2.0, 8.0)),
        setup=lambda rng: Setup(
            noise=rng.uniform(0.04, 0.12),
            clutter=rng.uniform(0.0, 0.2),
            distance_noise=rng.uniform(0.01, 0.03),
        ),
        fan=_steady_fan,
        curtain=_wandering_curtain,
    ),
    "test": Family(
        hypnogram=hypnogram_of_epochs,
        breaths=oscillator_breaths,
        stirs=burst_stirs,
        person=_skewed_person,
        pet=_animal,
        habits=Habits(0.25, 0.35, (8.0, 90.0), (0.0, 30.0), 0.5, (1.5, 12.0)),
        setup=lambda rng: Setup(
            bin_m=float(rng.choice((0.04, 0.075, 0.15))),
            noise=float(rng.lognormal(math.log(0.08), 0.4)),
            clutter=float(rng.exponential(0.1)),
            distance_noise=float(rng.triangular(0.01, 0.02, 0.06)),
            capture=rng.uniform(0.0, 0.05),
        ),
        fan=_odd_fan,
        curtain=_gusty_curtain,
    ),
}
