"""A night as it was sensed and staged, epoch by epoch: what the report is made from."""

from dataclasses import dataclass

from ...core.output import Environment
from ...core.sleep import Stage
from .epoch import SleepEpoch


@dataclass(frozen=True, slots=True)
class NightEpoch:
    """One epoch of a night: what was sensed, what was said of it then, and what is said now.

    `stage` and `confidence` are as they were told at the end of the epoch, `revised` is the stage
    seen from the whole night, `air` the room's as it was told.
    """

    sensed: SleepEpoch
    in_bed: bool | None
    stage: Stage | None
    confidence: float | None
    revised: Stage | None
    air: Environment


@dataclass(frozen=True, slots=True)
class Night:
    """One session of one sleeper; times are unix seconds, None where they are not known.

    It spans from `start`, when they went to bed, to `end`, when they got up for good. `tried` is
    when they began to try to sleep, `asleep` when they fell asleep, `woke` when they woke for
    good. The epochs follow each other without a gap.
    """

    site: str
    room: str
    sleeper: str
    start: float
    end: float
    tried: float | None
    asleep: float | None
    woke: float | None
    epochs: tuple[NightEpoch, ...]
