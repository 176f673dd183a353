"""What rules gain and what they lose: points of a frontier, with how sure they are."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..report import Estimate
from ..sleep.bootstrap import draws, interval
from .outcome import Outcome

type Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Point:
    """One rule with one patience (minutes; None for one that has none).

    `people` has a row for each person, of the share rung in light sleep or wake and minutes lost.
    """

    rule: str
    patience: float | None
    people: Floats

    @property
    def light(self) -> Estimate:
        """The share rung in light sleep or wake, mean over people."""
        return self._mean(0)

    @property
    def lost(self) -> Estimate:
        """Minutes from the ring to the deadline, mean over people."""
        return self._mean(1)

    def _mean(self, which: int) -> Estimate:
        values = self.people[:, which]
        again = values[draws(len(values))].mean(1)
        return Estimate(float(values.mean()), *interval(again))


def point(rule: str, patience: float | None, found: Iterable[Sequence[Outcome]]) -> Point:
    """The point of a rule, of the outcomes of each person's nights."""
    rows = [
        (np.mean([one.light for one in own]), np.mean([one.lost for one in own])) for own in found
    ]
    return Point(rule, patience, np.array(rows))


def above_chord(found: Point, fixed: Point, first: Point) -> Estimate:
    """How much more is rung in light sleep than by tossing a coin for the same minutes lost.

    The coin chooses between the fixed alarm and first light, which is a line between the two. The
    same people are drawn for all three.
    """
    drawn = draws(len(found.people))
    here, low, high = (each.people[drawn].mean(1) for each in (found, fixed, first))
    value = _gain(found.people.mean(0), fixed.people.mean(0), first.people.mean(0))
    return Estimate(float(value), *interval(_gain(here.T, low.T, high.T)))


def at_most(points: Sequence[Point], minutes: float) -> Floats:
    """What a frontier has at so many minutes lost: shape (2,), light and lost.

    Between the two patiences beside it, as if one of them were drawn each night. Fewer minutes
    where it never loses as many.
    """
    means = np.array(sorted((tuple(each.people.mean(0)) for each in points), key=lambda p: p[1]))
    lost = min(minutes, float(means[-1, 1]))
    return np.array([np.interp(lost, means[:, 1], means[:, 0]), lost])


def _gain(found: Floats, fixed: Floats, first: Floats) -> Floats:
    """Of (light, lost) each."""
    share = (found[1] - fixed[1]) / (first[1] - fixed[1])
    gain: Floats = found[0] - fixed[0] - share * (first[0] - fixed[0])
    return gain
