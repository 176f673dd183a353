"""Tells how a person sleeps, epoch by epoch, from what has been sensed of them so far."""

from dataclasses import dataclass

from ...core.sleep import Stage
from ...core.snapshot import Json
from .epoch import SleepEpoch

type Probabilities = tuple[float, float, float, float]
"""How likely each stage is, in the order of Stage: awake, light, deep, REM. They sum to 1."""


@dataclass(frozen=True, slots=True)
class Staged:
    """What is told of an epoch; all None where nothing was measured in it.

    `confidence` 0-1 is how likely the stage is. `probabilities` are those of the network for the
    epoch, before they were smoothed: what a look back over the night begins with.
    """

    stage: Stage | None
    confidence: float | None
    probabilities: Probabilities | None


UNMEASURED = Staged(None, None, None)


class Stager:
    """Stages one sleeper; nothing that comes later changes what it told."""

    def step(self, epoch: SleepEpoch) -> Staged:
        """The stage of the epoch that has just ended.

        Epochs come in order. One that is left out counts as not measured; after a long gap the
        next one begins a new night.
        """
        return UNMEASURED

    def snapshot(self) -> Json:
        """What is remembered, with the weights it belongs to."""
        return {}

    def restore(self, state: Json) -> None:
        """Take up a snapshot; raises SnapshotError if it is none, or of other weights."""
