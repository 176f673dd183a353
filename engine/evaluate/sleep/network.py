"""The engine's own stager as one of those that are evaluated, live and looking back."""

from collections.abc import Sequence
from dataclasses import dataclass

from ...core.sleep import Stage
from ...sense.network import Network
from ...sense.sleep.decision import Probabilities, Rule
from ...sense.sleep.revision import revise
from ...sense.sleep.stager import Stager
from .agreement import Judged
from .recordings.night import Night
from .sensing import sleep_epoch
from .stager import Epoch, as_judged

type Weights = tuple[Network, Rule]


class Ours:
    """Stages a night as it goes by, and keeps what a look back begins with."""

    def __init__(self, weights: Weights | None = None) -> None:
        self._stager = Stager() if weights is None else Stager(*weights)
        self.probabilities: list[Probabilities | None] = []

    def step(self, epoch: Epoch) -> Stage | None:
        """The stage as it would have been told when the epoch ended."""
        told = self._stager.step(sleep_epoch(epoch))
        self.probabilities.append(told.probabilities)
        return told.stage


@dataclass(frozen=True, slots=True)
class Both:
    """A night as it was told, and as it was seen when it was over; `said` of what came before."""

    live: Judged
    revised: Judged
    said: tuple[Stage | None, ...]


def staged(
    night: Night, own: Sequence[Epoch], before: Sequence[Epoch] = (), weights: Weights | None = None
) -> Both:
    """A night of these epochs, after others, by shipped weights or by others."""
    ours = Ours(weights)
    said = [ours.step(epoch) for epoch in (*before, *own)]
    rule = () if weights is None else (weights[1],)
    seen = revise(ours.probabilities, *rule)
    return Both(
        as_judged(night, said if own else ()),
        as_judged(night, seen if own else ()),
        tuple(said[: len(before)]),
    )
