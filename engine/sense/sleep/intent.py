"""How much a person in bed seems to try to sleep, from what is sensed every half minute.

A logistic model of how the body comes to rest, and a low-pass filter over it. Who reads or watches
television in bed moves an arm every minute or two, so it is never calm for long; they breathe
less evenly, as everybody does who is busy (Tobin and others, Chest 84, 1983: lengths of breaths
vary by a fifth awake, and by much less asleep), and their rate has not settled; who sits upright
sways. Each of these says little, and what is not measured says nothing.

The weights were fitted to simulated evenings of reading, television and lying awake, as three
makes of radar tell them, shrunk and rounded; those of movement and of distance, which only ever
speak against trying, were set by hand, because simulated people who turn over count for more than
real ones. `halcyon evaluate nights` judges it on a family of nights that it was not fitted to.
"""

from dataclasses import dataclass
import math

from ...core.snapshot import Json, item, number_in, optional_number_in
from .epoch import SleepEpoch

MEMORY = 0.8
"""What is left of the log odds after an epoch: a time constant of two minutes and a half, which
is about three of the movements of somebody who reads."""

_PRIOR = 0.6
"""Log odds of somebody whose measures are all at the middle."""

_MOST = 6.0
"""Nats that an epoch says at most, so that a single one changes no mind."""

_STIRS_FROM = 0.05
"""Share of an epoch, one second and a half, from which a movement ends a calm."""

_CALM_EPOCHS = 10.0
"""Epochs without a movement after which more of them say no more."""


@dataclass(frozen=True, slots=True)
class _Term:
    """What a measure is worth: `weight` for each unit that it is above `middle`."""

    weight: float
    middle: float

    def of(self, value: float) -> float:
        return self.weight * (value - self.middle)


_TERMS = {
    "movement": _Term(-1.0, 0.1),
    "calm": _Term(2.6, 0.5),
    "variability": _Term(-3.5, -0.3),
    "regularity": _Term(2.0, 0.75),
    "rate": _Term(-2.5, 0.25),
    "distance": _Term(-1.0, 0.1),
}
"""The measures, each about 0 to 1 (see `Intent._measures`)."""

_MOVES_MOST = 0.3
_UNSETTLED_BPM = 4.0
_SHIFTED_M = 0.2
"""Share of movement, change of rate from one epoch to the next and change of distance that count
as 1; more says no more."""

_VARIES = 0.1
_VARIES_MOST = 1.5
"""Variability of breath whose logarithm is 0, and how far the logarithm counts: a factor of 4."""


@dataclass(frozen=True, slots=True)
class Judged:
    """`score` 0-1 that they try to sleep; `terms` are what each measure of the epoch says, nats."""

    score: float
    terms: dict[str, float]

    @property
    def evidence(self) -> float:
        """What the epoch alone says, log odds."""
        return evidence_of(self.terms)


def evidence_of(terms: dict[str, float]) -> float:
    """The log odds of an epoch by itself."""
    return min(_MOST, max(-_MOST, _PRIOR + sum(terms.values())))


class Intent:
    """Judges one sleeper, epoch by epoch; nothing that comes later changes what it said."""

    def __init__(self) -> None:
        self._odds: float | None = None
        self._rate: float | None = None
        self._distance: float | None = None
        self._calm = 0.0

    def step(self, epoch: SleepEpoch) -> Judged | None:
        """Take an epoch of somebody in bed; None where nothing was measured that tells."""
        measures = self._measures(epoch)
        if not measures:
            return None
        terms = {name: _TERMS[name].of(value) for name, value in measures.items()}
        evidence = evidence_of(terms)
        before = evidence if self._odds is None else self._odds
        self._odds = before + (1.0 - MEMORY) * (evidence - before)
        return Judged(1.0 / (1.0 + math.exp(-self._odds)), terms)

    def _measures(self, epoch: SleepEpoch) -> dict[str, float]:
        """What was measured, as numbers about 0 to 1."""
        measures: dict[str, float] = {}
        if epoch.movement is not None:
            share = epoch.movement.share
            still = share <= _STIRS_FROM
            self._calm = min(1.0, self._calm + 1.0 / _CALM_EPOCHS) if still else 0.0
            measures["movement"] = min(1.0, share / _MOVES_MOST)
            measures["calm"] = self._calm
        breathing = epoch.breathing
        if breathing is not None:
            if breathing.variability is not None:
                uneven = math.log(max(breathing.variability, 1e-3) / _VARIES)
                measures["variability"] = min(_VARIES_MOST, max(-_VARIES_MOST, uneven))
            if breathing.regularity is not None:
                measures["regularity"] = breathing.regularity
            if breathing.rate is not None:
                if self._rate is not None:
                    change = abs(breathing.rate - self._rate)
                    measures["rate"] = min(1.0, change / _UNSETTLED_BPM)
                self._rate = breathing.rate
        if epoch.distance is not None:
            if self._distance is not None and measures:
                shift = abs(epoch.distance - self._distance)
                measures["distance"] = min(1.0, shift / _SHIFTED_M)
            self._distance = epoch.distance
        return measures

    def snapshot(self) -> Json:
        """The state as JSON."""
        return {
            "odds": self._odds,
            "last": [self._rate, self._distance],
            "calm": self._calm,
        }

    def restore(self, state: Json) -> None:
        """Take up a state; raises SnapshotError if it is none."""
        last, odds = item(state, "last"), optional_number_in(state, "odds")
        rate, distance = optional_number_in(last, 0), optional_number_in(last, 1)
        self._calm = number_in(state, "calm")
        self._odds, self._rate, self._distance = odds, rate, distance
