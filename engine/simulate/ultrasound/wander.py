"""Ways through a room without a goal: of a pet, or of a robot that turns at every wall."""

from dataclasses import dataclass
import math

import numpy as np

from .arrays import Floats, Kinds
from .motion import KNOT_RATE

_SECONDS = 240.0
"""What is drawn; afterwards the way is gone back, and so on."""


@dataclass(frozen=True, slots=True, eq=False)
class Way:
    """Tables at KNOT_RATE: `xy` (2, n) metres, `heading` radians, `run` metres gone so far."""

    xy: Floats
    heading: Floats
    run: Floats
    speed: Floats

    def index(self, t: Floats) -> Kinds:
        """The entries for times t; an endless way back and forth through the tables."""
        last = len(self.run) - 1
        n = np.rint(t * KNOT_RATE).astype(np.int_)
        return last - np.abs(n % (2 * last) - last)


def draw_way(
    rng: np.random.Generator,
    low: tuple[float, float],
    high: tuple[float, float],
    speed: tuple[float, float],
    rest: float,
    smoothing: float,
) -> Way:
    """A way through a rectangle, at speeds drawn from a range in m/s, between random points.

    `rest` is the mean pause at each in seconds, `smoothing` seconds of rounding.
    """
    t, stops, now = 0.0, [], rng.uniform(low, high)
    while t < _SECONDS:
        goal = rng.uniform(low, high)
        stops.append((t, *now))
        t += float(np.hypot(*(goal - now))) / rng.uniform(*speed)
        stops.append((t, *goal))
        t += rng.exponential(rest) if rest else 0.0
        now = goal
    times, x, y = np.array(stops).T
    knots = np.arange(round(_SECONDS * KNOT_RATE)) / KNOT_RATE
    width = round(4 * smoothing * KNOT_RATE)
    kernel = np.exp(-0.5 * (np.arange(-width, width + 1) / (smoothing * KNOT_RATE)) ** 2)
    kernel /= kernel.sum()

    def smooth(values: Floats) -> Floats:
        padded = np.pad(values, width, mode="edge")
        size = 1 << (len(padded) + len(kernel)).bit_length()
        product = np.fft.rfft(padded, size) * np.fft.rfft(kernel, size)
        return np.asarray(np.fft.irfft(product, size)[2 * width : 2 * width + len(values)])

    xy = np.stack([smooth(np.interp(knots, times, each)) for each in (x, y)])
    velocity = np.gradient(xy, 1 / KNOT_RATE, axis=1)
    pace = np.hypot(*velocity)
    # Standing still has no direction: the last one is kept.
    turn = np.arctan2(velocity[1], velocity[0])
    moving = np.maximum.accumulate(np.where(pace > 0.02, np.arange(len(pace)), 0))
    heading = smooth(np.unwrap(turn[moving], period=2 * math.pi))
    return Way(xy, heading, np.cumsum(pace) / KNOT_RATE, pace)
