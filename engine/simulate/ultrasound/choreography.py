"""What a person does: acts, written one after another, as smooth tables at the knot rate."""

from dataclasses import dataclass, field
import math
from typing import Self

import numpy as np

from .arrays import Flags, Floats, Kinds
from .body import Gait
from .gestures import Gesture, Reachlaw, gesture, minimum_jerk
from .motion import KNOT_RATE, Kind

_SMOOTHING_S = 0.15
"""Starts, stops and corners are rounded by a Gaussian: full speed within about half a second."""

_WALKING = 0.25
"""m/s; what is slower is not called walking."""

_BEND_M = 0.28
"""How far the head comes forward when somebody stands up or sits down (flexion-momentum phase;
Schenkman et al., Phys. Ther. 70, 1990)."""

_ACT_S = 3.5
"""What follows a gesture begins so much later; most are over by then."""


@dataclass(frozen=True, slots=True, eq=False)
class Script:
    """Tables at KNOT_RATE from time 0 on.

    `xy` (2, n) metres on the floor; `heading` radians from the x axis, `cycle` strides and
    `speed` m/s (n,); `seated` 0 to 1 and `bend` metres (n,); `hands` (2, 3, n) and `trunk`
    (3, n), metres of displacement in body axes.
    """

    xy: Floats
    heading: Floats
    cycle: Floats
    speed: Floats
    seated: Floats
    bend: Floats
    hands: Floats
    trunk: Floats
    kinds: Kinds

    def index(self, t: Floats) -> Kinds:
        """The entries for times t; before and after the script nothing changes."""
        return np.clip(np.rint(t * KNOT_RATE).astype(np.int_), 0, len(self.speed) - 1)


@dataclass(frozen=True, slots=True)
class _Act:
    start: float
    what: Gesture
    hand: int


@dataclass(slots=True, eq=False)
class Choreographer:
    """Writes a Script, act after act.

    `law` is how hands move; random details are drawn from `rng`.
    """

    rng: np.random.Generator
    law: Reachlaw
    at: tuple[float, float]
    heading: float = 0.0
    sitting: bool = False
    now: float = 0.0
    _stops: list[tuple[float, float, float]] = field(default_factory=list)
    _headings: list[tuple[float, float]] = field(default_factory=list)
    _rises: list[tuple[float, float, bool]] = field(default_factory=list)
    _acts: list[_Act] = field(default_factory=list)
    _began_seated: bool = False

    def __post_init__(self) -> None:
        self._began_seated = self.sitting
        self._stops.append((0.0, *self.at))
        self._headings.append((0.0, self.heading))

    def wait(self, seconds: float) -> Self:
        """Stay as one is."""
        self.now += seconds
        return self

    def walk(self, to: tuple[float, float], speed: float) -> Self:
        """Walk straight to a point at a speed in m/s."""
        way = np.subtract(to, self.at)
        length = float(np.hypot(*way))
        if length < 1e-6:
            return self
        self.heading = math.atan2(way[1], way[0])
        self._stops.append((self.now, *self.at))
        self._headings.append((self.now, self.heading))
        self.now += length / speed
        self.at = to
        self._stops.append((self.now, *to))
        return self

    def stand_up(self, seconds: float) -> Self:
        """Rise from the chair."""
        return self._rise(seconds, up=True)

    def sit_down(self, seconds: float) -> Self:
        """Take a seat where one stands."""
        return self._rise(seconds, up=False)

    def _rise(self, seconds: float, *, up: bool) -> Self:
        if self.sitting == up:
            self._rises.append((self.now, seconds, up))
            self.sitting = not up
            self.now += seconds
        return self

    def do(self, what: Gesture) -> Self:
        """Make a small movement."""
        self._acts.append(_Act(self.now, what, int(self.rng.integers(2))))
        self.now += _ACT_S
        return self

    def script(self, height: float, gait: Gait) -> Script:
        """Everything so far, for somebody of a height who walks in a way."""
        n = math.ceil((self.now + 1.0) * KNOT_RATE)
        t = np.arange(n) / KNOT_RATE
        times, x, y = np.array(sorted(self._stops)).T
        xy = np.stack([_smooth(np.interp(t, times, each)) for each in (x, y)])
        velocity = np.gradient(xy, 1 / KNOT_RATE, axis=1)
        speed: Floats = np.hypot(*velocity)
        seated, bend, rising = self._seats(t)
        hands, trunk, busy = self._gestures(t)
        kinds = np.zeros(n, dtype=np.int_)
        kinds[(speed > _WALKING) | rising] |= int(Kind.MAJOR)
        kinds[busy] |= int(Kind.MINOR)
        return Script(
            xy=xy,
            heading=_smooth(self._turns(t)),
            cycle=np.cumsum(speed / gait.stride(height, speed)) / KNOT_RATE,
            speed=speed,
            seated=seated,
            bend=bend,
            hands=hands,
            trunk=trunk,
            kinds=kinds,
        )

    def _turns(self, t: Floats) -> Floats:
        at = np.array([each[0] for each in self._headings])
        angles = np.unwrap([each[1] for each in self._headings])
        return np.asarray(angles[np.searchsorted(at, t, side="right").clip(1) - 1])

    def _seats(self, t: Floats) -> tuple[Floats, Floats, Flags]:
        seated = np.full(len(t), 1.0 if self._began_seated else 0.0)
        bend, rising = np.zeros(len(t)), np.zeros(len(t), dtype=np.bool)
        for start, seconds, up in self._rises:
            part = (t - start) / seconds
            # The trunk comes forward first, then the seat is left; the other way round down.
            seated += minimum_jerk(part * 1.25 - 0.25 if up else part * 1.25) * (-1 if up else 1)
            inside = (part >= 0) & (part <= 1)
            bend += np.where(inside, np.sin(math.pi * np.clip(part, 0, 1)) ** 2, 0.0)
            rising |= inside
        return np.clip(seated, 0, 1), _BEND_M * bend, rising

    def _gestures(self, t: Floats) -> tuple[Floats, Floats, Flags]:
        hands, trunk = np.zeros((2, 3, len(t))), np.zeros((3, len(t)))
        busy = np.zeros(len(t), dtype=np.bool)
        for act in self._acts:
            made = gesture(act.what, t - act.start, self.law, self.rng)
            hands[act.hand] += made.hand
            if act.what is Gesture.TYPE:
                hands[1 - act.hand] += made.hand
            trunk += made.trunk
            busy |= (t >= act.start) & (t < act.start + made.seconds)
        return hands, trunk, busy


def _smooth(values: Floats) -> Floats:
    width = round(4 * _SMOOTHING_S * KNOT_RATE)
    kernel = np.exp(-0.5 * (np.arange(-width, width + 1) / (_SMOOTHING_S * KNOT_RATE)) ** 2)
    padded = np.pad(values, width, mode="edge")
    smooth: Floats = np.convolve(padded, kernel / kernel.sum(), mode="valid")
    return smooth
