"""What sleep is written down in: stages, in epochs of thirty seconds."""

from dataclasses import dataclass
from enum import StrEnum
import math

EPOCH_S = 30.0
"""The length of an epoch, as in the rules of Rechtschaffen and Kales and of the AASM."""


class Stage(StrEnum):
    """A stage of sleep. Light sleep is N1 and N2, deep sleep N3 (S3 and S4 of the older rules)."""

    AWAKE = "awake"
    LIGHT = "light_sleep"
    DEEP = "deep_sleep"
    REM = "rem"

    @property
    def is_sleep(self) -> bool:
        """Whether somebody in this stage is asleep."""
        return self is not Stage.AWAKE


@dataclass(frozen=True, slots=True)
class Hypnogram:
    """The stages of one stretch of time, epoch by epoch; None where a stage is not known.

    `start` is unix seconds where the clock is known, else seconds from an arbitrary origin.
    Raises ValueError where it is no time.
    """

    start: float
    stages: tuple[Stage | None, ...]

    def __post_init__(self) -> None:
        if not math.isfinite(self.start):
            raise ValueError(f"a hypnogram cannot start at {self.start}")

    @property
    def end(self) -> float:
        """When the last epoch ends."""
        return self.time_of(len(self.stages))

    def time_of(self, epoch: int) -> float:
        """When an epoch begins; they are counted from 0."""
        return self.start + epoch * EPOCH_S

    def at(self, t: float) -> Stage | None:
        """The stage at a time, None outside."""
        epoch = math.floor((t - self.start) / EPOCH_S)
        return self.stages[epoch] if 0 <= epoch < len(self.stages) else None

    def trimmed(self) -> Hypnogram:
        """Without what is unknown before the first known epoch and after the last."""
        known = [n for n, stage in enumerate(self.stages) if stage is not None]
        if not known:
            return Hypnogram(self.start, ())
        first, last = known[0], known[-1]
        return Hypnogram(self.time_of(first), self.stages[first : last + 1])
