"""What somebody does in the course of a night, and the times that a report should find."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

from ...core.sleep import EPOCH_S, Hypnogram, Stage
from ..body import Flags, Floats


class Doing(IntEnum):
    """What somebody does; from READING on they are in bed, from LIGHT on asleep."""

    AWAY = 0
    WALKING = 1
    """Between the door and the bed, before the radar."""
    READING = 2
    WATCHING = 3
    """Television or a telephone: awake, with small movements now and then."""
    LYING = 4
    """Awake, lights off."""
    LIGHT = 5
    DEEP = 6
    REM = 7


STAGES = {
    Stage.AWAKE: Doing.LYING,
    Stage.LIGHT: Doing.LIGHT,
    Stage.DEEP: Doing.DEEP,
    Stage.REM: Doing.REM,
}
_STAGE_OF = {doing: stage for stage, doing in STAGES.items()}


class Course:
    """What is done from when on; times are seconds from the beginning of the night."""

    def __init__(self, steps: list[tuple[float, Doing]], end: float) -> None:
        self.starts: Floats = np.array([start for start, _ in steps])
        self.doings: NDArray[np.int_] = np.array([int(doing) for _, doing in steps])
        self.end = end

    def at(self, t: Floats) -> NDArray[np.int_]:
        """What is done at times t, as values of Doing."""
        found = np.maximum(np.searchsorted(self.starts, t, side="right") - 1, 0)
        doings: NDArray[np.int_] = self.doings[found]
        return doings

    def spans(self) -> Iterator[tuple[float, float, Doing]]:
        """Start, end and what is done, one after the other."""
        ends = [*self.starts[1:].tolist(), self.end]
        for start, end, doing in zip(self.starts.tolist(), ends, self.doings, strict=True):
            yield start, end, Doing(int(doing))

    def until(self, end: float) -> Course:
        """The same, watched until another end."""
        steps = zip(self.starts.tolist(), self.doings.tolist(), strict=True)
        return Course([(start, Doing(doing)) for start, doing in steps if start < end], end)

    def in_bed(self, t: Floats) -> Flags:
        """Whether they are in bed at times t."""
        return self.at(t) >= Doing.READING

    def hypnogram(self, start: float, end: float) -> Hypnogram:
        """The stages from start to end; awake is everything that is not sleep."""
        middles: Floats = np.arange(start, end, EPOCH_S, dtype=np.float64) + EPOCH_S / 2
        return Hypnogram(
            start,
            tuple(_STAGE_OF.get(Doing(int(each)), Stage.AWAKE) for each in self.at(middles)),
        )


@dataclass(frozen=True, slots=True)
class Spent:
    """How somebody spent the night; seconds from its beginning, None for what never was.

    They went to bed at `bed`, began to try to sleep at `tried`, first slept at `asleep`, last at
    `woke`, and got up for good at `up`; `trips` are the times out of bed between.
    """

    course: Course
    bed: float
    tried: float
    asleep: float | None
    woke: float | None
    up: float
    trips: tuple[tuple[float, float], ...] = ()
