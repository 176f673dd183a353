"""What gives a stretch of baseband scores over time: a baseline, or the detector itself."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from ...core.reading import Quadrature
from ..statistics import Floats

type Samples = NDArray[np.complex64]

STEP_S = 1.0
"""Signals are handed over in pieces of this length; results do not depend on it."""


@dataclass(frozen=True, slots=True, eq=False)
class Signal:
    """Baseband of one recording or scene: complex64 (samples, microphones), full scale 1.

    From each of the samples numbered in `breaks` on it does not follow on what is before.
    """

    iq: Samples
    rate: float
    carrier: float
    level: float | None = None
    playback: bool = False
    breaks: tuple[int, ...] = ()

    @property
    def seconds(self) -> float:
        """How long it is."""
        return len(self.iq) / self.rate

    def pieces(
        self, start: float = 0.0, step: float = STEP_S
    ) -> Iterator[tuple[Quadrature, float]]:
        """What a node would hand over, each piece with the time of its first sample."""
        size = round(step * self.rate)
        starts = sorted({*range(0, len(self.iq), size), *self.breaks})
        for first, end in pairwise([*starts, len(self.iq)]):
            reading = Quadrature(
                stream="ultrasound",
                samples=np.ascontiguousarray(self.iq[first:end]),
                rate=self.rate,
                carrier=self.carrier,
                level=self.level,
                emitting=True,
                settling=False,
                playback=self.playback,
                clipped=False,
                lost=first in self.breaks,
            )
            yield reading, start + first / self.rate


@dataclass(frozen=True, slots=True, eq=False)
class Scores:
    """Scores (n,) and the times (n,) in seconds by which each could be known: a frame's end."""

    t: Floats
    value: Floats

    def within(self, start: float, end: float) -> Floats:
        """The scores with start < t <= end."""
        return self.value[(self.t > start) & (self.t <= end)]


class Scorer(Protocol):
    """Scores motion in a stream; higher is more. It may learn a quiet room first."""

    def learn(self, quiet: Signal) -> None:
        """Learn what a quiet room gives; what was learned before is forgotten."""

    def score(self, signal: Signal) -> Scores:
        """The scores of a signal that begins anew; nothing but what was learned is kept."""
