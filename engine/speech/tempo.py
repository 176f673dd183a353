"""How slowly somebody speaks, learned from the pauses that were not the end."""

from collections.abc import Iterable
from dataclasses import dataclass
import math

from .endpointing import SLOWEST

_KEPT = 30
"""Pauses that are remembered: some weeks of commands of somebody who pauses now and then."""

_FEWEST = 3
"""Pauses before anything is concluded: one may have been a thought."""

_FLUENT = 0.5
"""Seconds that the longer pauses of fluent speakers last; for them patience is as it is."""

_LONG = 0.9
"""The pauses that count: nine in ten are shorter."""


@dataclass(frozen=True, slots=True)
class Tempo:
    """One speaker's latest pauses within utterances, in seconds, the newest last."""

    pauses: tuple[float, ...] = ()

    def heard(self, pauses: Iterable[float]) -> Tempo:
        """That after another utterance, whose `Heard.pauses` these are."""
        return Tempo((*self.pauses, *pauses)[-_KEPT:])

    @property
    def slower(self) -> float:
        """The factor for `Patience.slower`, 1 to `SLOWEST`."""
        if len(self.pauses) < _FEWEST:
            return 1.0
        long = sorted(self.pauses)[math.ceil(_LONG * len(self.pauses)) - 1]
        return min(max(long / _FLUENT, 1.0), SLOWEST)
