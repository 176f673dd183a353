"""Small movements: how hands and trunk leave their place and come back.

Two laws of point-to-point movement: minimum jerk (Flash & Hogan, J. Neurosci. 5, 1985) and the
lognormal speed of the kinematic theory (Plamondon, Biol. Cybern. 72, 1995).
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
import math

import numpy as np

from .arrays import Floats

type Reachlaw = Callable[[Floats], Floats]
"""From the part of the time that is over, 0 to 1, to the part of the way that is done."""


def minimum_jerk(x: Floats) -> Floats:
    """10 x^3 - 15 x^4 + 6 x^5, the smoothest way from rest to rest."""
    u = np.clip(x, 0, 1)
    done: Floats = u**3 * (10 - 15 * u + 6 * u * u)
    return done


_SPREAD = 0.35
"""Of the logarithm of time, Plamondon's sigma: typical of rapid hand movements, 0.2 to 0.5."""
_MEDIAN = 0.42
_KNOTS = np.linspace(0, 1, 201)


def _lognormal_table() -> Floats:
    z = (np.log(np.maximum(_KNOTS, 1e-6)) - math.log(_MEDIAN)) / _SPREAD
    done = np.array([0.5 * (1 + math.erf(each / math.sqrt(2))) for each in z])
    return np.asarray((done - done[0]) / (done[-1] - done[0]))


_LOGNORMAL = _lognormal_table()


def lognormal(x: Floats) -> Floats:
    """A quick start and a slow arrival."""
    return np.interp(x, _KNOTS, _LOGNORMAL)


class Gesture(StrEnum):
    """What a person does without going anywhere."""

    REACH = "reach"
    """For the phone, 0.3 to 0.6 m in about a second, and back."""
    PAGE = "page"
    """Turns a page: 0.2 m in about a second, and back."""
    TYPE = "type"
    """Types: 1 cm at 5 to 15 Hz, in bursts."""
    SHIFT = "shift"
    """Shifts in the seat: the trunk moves 10 cm."""
    DRINK = "drink"
    """Lifts a cup to the mouth and puts it back."""


@dataclass(frozen=True, slots=True)
class Offsets:
    """What a gesture adds: `hand` (3, n) for one hand, `trunk` (3, n), metres, body axes."""

    hand: Floats
    trunk: Floats
    seconds: float


def gesture(what: Gesture, t: Floats, law: Reachlaw, rng: np.random.Generator) -> Offsets:
    """A gesture that begins at 0, at times t; axes are forward, left, up."""
    match what:
        case Gesture.REACH:
            size = rng.uniform(0.3, 0.6)
            direction = np.array([1.0, rng.uniform(-0.6, 0.6), rng.uniform(-0.2, 0.4)])
            out, pause = rng.uniform(0.7, 1.2), rng.uniform(0.2, 1.0)
        case Gesture.PAGE:
            size = rng.uniform(0.12, 0.25)
            direction = np.array([0.2, 1.0, 0.3])
            out, pause = rng.uniform(0.5, 1.2), rng.uniform(0.1, 0.4)
        case Gesture.DRINK:
            size = rng.uniform(0.35, 0.45)
            direction = np.array([-0.4, 0.2, 1.0])
            out, pause = rng.uniform(0.8, 1.3), rng.uniform(1.0, 2.0)
        case Gesture.SHIFT:
            size = rng.uniform(0.05, 0.12)
            direction = rng.standard_normal(3) * np.array([1.0, 1.0, 0.2])
            out, pause = rng.uniform(0.6, 1.2), rng.uniform(0.5, 2.0)
        case Gesture.TYPE:
            return _typing(t, rng)
    direction = direction / np.linalg.norm(direction)
    there = law(t / out) - law((t - out - pause) / out)
    way = direction[:, None] * size * there
    if what is Gesture.SHIFT:
        return Offsets(0.5 * way, way, 2 * out + pause)
    return Offsets(way, way * (0.25 if what is Gesture.REACH else 0.03), 2 * out + pause)


def _typing(t: Floats, rng: np.random.Generator) -> Offsets:
    seconds = rng.uniform(2.0, 5.0)
    rate = rng.uniform(5.0, 12.0)
    wander = 0.08 * np.sin(2 * math.pi * rng.uniform(0.5, 1.5) * t + rng.uniform(0, 6))
    strokes = np.sin(2 * math.pi * rate * (t + wander))
    inside = minimum_jerk(t / 0.2) * minimum_jerk((seconds - t) / 0.2)
    hand = np.zeros((3, len(t)))
    hand[2] = 0.005 * strokes * inside
    hand[1] = 0.03 * np.sin(2 * math.pi * rng.uniform(0.3, 0.8) * t) * inside
    return Offsets(hand, np.zeros_like(hand), seconds)
