"""What the state machine makes of a network's scores: alarms without people, delays with them."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from halcyon.core.reading import MotionLevel
from halcyon.sense.ultrasound.baseband import HOP_S
from halcyon.sense.ultrasound.verdict import KINDS, Judge, KindScores

from .corpus import Floats, Lesson

_MAJOR = KINDS.index("major")
_APART = round(10.0 / HOP_S)
"""Frames; alarms closer than ten seconds are one."""


def levels(scores: Floats, hops: int = 1, *, occupied: bool = False) -> list[MotionLevel]:
    """What the state machine says of scores (n, KINDS) from a cold start."""
    judge = Judge()
    judge.occupied(occupied=occupied)
    return [
        judge.step(KindScores(*row), index * hops * HOP_S)
        for index, row in enumerate(scores.astype(np.float64).tolist())
    ]


def alarms(scores: Floats, level: MotionLevel = MotionLevel.MAJOR) -> list[int]:
    """In which frames a level is reached, for the first time in ten seconds."""
    on = np.array([each is level for each in levels(scores)])
    rises = np.flatnonzero(on & ~np.concatenate([[False], on[:-1]]))
    found: list[int] = []
    last = -_APART
    for rise in rises:
        if rise - last >= _APART:
            found.append(int(rise))
        last = int(rise)
    return found


@dataclass(frozen=True, slots=True)
class Found:
    """How many movements there were, how many were found in time, and the delays in seconds."""

    movements: int
    found: int
    delays: tuple[float, ...]

    @property
    def share(self) -> float:
        """The part that was found."""
        return self.found / self.movements if self.movements else float("nan")


def onsets(lesson: Lesson, *, quiet: int = 20, lasting: int = 8) -> list[int]:
    """Frames in which major motion begins after at least so many frames without, and lasts."""
    major = lesson.y[:, _MAJOR]
    rises = np.flatnonzero(major[1:] & ~major[:-1]) + 1
    return [
        int(rise)
        for rise in rises
        if rise >= quiet
        and not major[rise - quiet : rise].any()
        and major[rise : rise + lasting].all()
        and rise + lasting < len(major)
    ]


def detections(
    lessons: Sequence[Lesson], scores: Sequence[Floats], *, within_s: float = 1.0
) -> Found:
    """How many walks are found within a time of their beginning, each in a fresh, empty room."""
    delays, movements = [], 0
    for lesson, said in zip(lessons, scores, strict=True):
        for onset in onsets(lesson):
            movements += 1
            # The state machine starts a little before, so that no earlier walk helps.
            start = max(0, onset - 20)
            end = onset + round(within_s / HOP_S) + 1
            heard = levels(said[start:end])
            first = next((i for i, each in enumerate(heard) if each is MotionLevel.MAJOR), None)
            if first is not None:
                # The label is that of the middle of the frame, which ends 64 ms later.
                delays.append((start + first - onset) * HOP_S + 0.064)
    found = [each for each in delays if each <= within_s]
    return Found(movements, len(found), tuple(found))
