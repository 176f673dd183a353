"""Where a noisy signal changes its level: least squares with a penalty for every change.

A signal is cut into segments of at least a given length so that the sum of squares about the
segments' means, plus a penalty for each cut, is least. The cut is exact, and found value by
value: optimal partitioning (Jackson et al. 2005, IEEE Signal Processing Letters 12:105) with the
pruning of Killick, Fearnhead and Eckley (2012, JASA 107:1590), which for signals that change now
and then makes the work linear in their length. The penalty is told in units of the variance of
the noise, so that one choice serves signals of any scale.
"""

from dataclasses import dataclass
import math

import numpy as np
from numpy.typing import NDArray

_FIRST = 256


@dataclass(frozen=True, slots=True)
class Segment:
    """Values from index `start` to before `end`, and their mean."""

    start: int
    end: int
    mean: float


class Changes:
    """Cuts a signal while it grows.

    `variance` is that of the noise, `penalty` how many of it a cut costs, `shortest` how many
    values a segment has at least. Missing values cost nothing and move no mean. `candidates` are
    the indices at which the last segment may yet begin.
    """

    def __init__(self, variance: float, penalty: float, shortest: int) -> None:
        if not (variance > 0.0 and penalty > 0.0 and shortest >= 1):
            raise ValueError("a cut needs a positive variance and penalty, and a length from 1 on")
        self._cut = variance * penalty
        self._shortest = shortest
        self._count = 0
        # Up to each index: how many values, their sum and sum of squares, the least cost of all
        # before it, and where the last segment before it begins.
        self._sums: NDArray[np.float64] = np.zeros((3, _FIRST + 1))
        self._costs: NDArray[np.float64] = np.zeros(_FIRST + 1)
        self._costs[0] = -self._cut
        self._starts: NDArray[np.int64] = np.zeros(_FIRST + 1, np.int64)
        self._leaving: list[NDArray[np.int64]] = []
        self.candidates: NDArray[np.int64] = np.zeros(0, np.int64)

    def __len__(self) -> int:
        return self._count

    def step(self, value: float | None) -> None:
        """Take the next value, None where there is none."""
        n = self._count + 1
        if n == self._sums.shape[1]:
            self._grow()
        added = (0.0, 0.0, 0.0) if value is None else (1.0, value, value * value)
        self._sums[:, n] = self._sums[:, n - 1] + added
        self._count = n
        newest = n - self._shortest
        if newest < 0:
            self._costs[n] = math.inf
            return
        if newest == 0 or math.isfinite(self._costs[newest]):
            self.candidates = np.append(self.candidates, newest)
        costs = self._costs[self.candidates] + self._residuals(self.candidates, n)
        best = int(np.argmin(costs))
        self._costs[n] = costs[best] + self._cut
        self._starts[n] = self.candidates[best]
        self._prune(costs, n)

    def _prune(self, costs: NDArray[np.float64], n: int) -> None:
        """Drop what can never be the start of a last segment again.

        A start that costs more than a cut here would is beaten by that cut, but only from where a
        segment that begins here is long enough.
        """
        self._leaving.append(self.candidates[costs > self._costs[n]])
        if len(self._leaving) >= self._shortest:
            gone = self._leaving.pop(0)
            if len(gone):
                self.candidates = np.setdiff1d(self.candidates, gone, assume_unique=True)

    def segments(self) -> tuple[Segment, ...]:
        """The best cut of all values so far; one segment while they are few."""
        segments: list[Segment] = []
        end = self._count
        while end > 0:
            start = int(self._starts[end])
            count, total, _ = (self._sums[:, end] - self._sums[:, start]).tolist()
            segments.append(Segment(start, end, total / count if count else math.nan))
            end = start
        return tuple(reversed(segments))

    def cost(self) -> float:
        """The cost of that cut: squares, and what each change costs; infinite while few."""
        return float(self._costs[self._count]) if self._count else 0.0

    def _residuals(self, starts: NDArray[np.int64], end: int) -> NDArray[np.float64]:
        """Sums of squares about the mean, from each start to the end."""
        count, total, squares = self._sums[:, end, None] - self._sums[:, starts]
        residuals: NDArray[np.float64] = squares - total * total / np.maximum(count, 1.0)
        return np.maximum(residuals, 0.0)

    def _grow(self) -> None:
        more = self._count
        self._sums = np.concatenate((self._sums, np.zeros((3, more))), axis=1)
        self._costs = np.concatenate((self._costs, np.zeros(more)))
        self._starts = np.concatenate((self._starts, np.zeros(more, np.int64)))
