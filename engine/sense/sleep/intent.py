"""How much a person in bed seems to try to sleep, from what is sensed every half minute."""

from dataclasses import dataclass
import math

from ...core.snapshot import Json, number_in, optional_number_in
from .epoch import SleepEpoch

_MEMORY = 0.75
"""What is left of the log odds after an epoch: a time constant of two minutes."""


@dataclass(frozen=True, slots=True)
class Judged:
    """`score` 0-1 that they try to sleep, and the `evidence` of the epoch alone in log odds."""

    score: float
    evidence: float


class Intent:
    """Judges one sleeper, epoch by epoch; nothing that comes later changes what it said."""

    def __init__(self) -> None:
        self._odds: float | None = None
        self._rate: float | None = None
        self._distance: float | None = None
        self._calm = 0.0

    def step(self, epoch: SleepEpoch) -> Judged | None:
        """Take an epoch of somebody in bed; None where nothing of it tells."""
        terms = self.terms(epoch)
        if not terms:
            return None
        evidence = max(-_MOST, min(_MOST, _BIAS + sum(terms.values())))
        odds = evidence if self._odds is None else self._odds
        self._odds = odds + (1.0 - _MEMORY) * (evidence - odds)
        return Judged(1.0 / (1.0 + math.exp(-self._odds)), evidence)

    def terms(self, epoch: SleepEpoch) -> dict[str, float]:
        """What each thing that was measured contributes, log odds; takes the epoch in."""
        terms: dict[str, float] = {}
        if epoch.movement is not None:
            moved = epoch.movement.share
            self._calm = 0.0 if moved > _STIRS else min(_CALM, self._calm + 1.0)
            terms["movement"] = -_SHARE * moved
            terms["calm"] = self._calm / _CALM * _CALM_WORTH
        breathing = epoch.breathing
        if breathing is not None:
            if breathing.variability is not None:
                terms["variability"] = _clip(_VARIABILITY * (_VARIES - breathing.variability))
            if breathing.regularity is not None:
                terms["regularity"] = _clip(_REGULARITY * (breathing.regularity - _REGULAR))
            if breathing.rate is not None:
                if self._rate is not None:
                    change = abs(breathing.rate - self._rate)
                    terms["rate"] = _clip(_RATE * (_CHANGES - change))
                self._rate = breathing.rate
        if epoch.distance is not None:
            if self._distance is not None:
                shift = abs(epoch.distance - self._distance)
                terms["distance"] = -min(_MOST, _DISTANCE * max(0.0, shift - _STEADY))
            self._distance = epoch.distance
        return terms

    def snapshot(self) -> Json:
        """The state as JSON."""
        return {
            "odds": self._odds,
            "rate": self._rate,
            "distance": self._distance,
            "calm": self._calm,
        }

    def restore(self, state: Json) -> None:
        """Take up a state; raises SnapshotError if it is none."""
        self._odds, self._rate = (
            optional_number_in(state, "odds"),
            optional_number_in(state, "rate"),
        )
        self._distance = optional_number_in(state, "distance")
        self._calm = number_in(state, "calm")


_MOST = 4.0
_BIAS = -0.5
_STIRS = 0.05
_SHARE = 6.0
_CALM = 10.0
_CALM_WORTH = 2.0
_VARIABILITY, _VARIES = 10.0, 0.15
_REGULARITY, _REGULAR = 4.0, 0.7
_RATE, _CHANGES = 0.7, 1.0
_DISTANCE, _STEADY = 10.0, 0.05


def _clip(term: float) -> float:
    return max(-1.5, min(1.5, term))
