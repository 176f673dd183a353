"""The verdicts of a bed radar: presence that lingers, and rates that need a while to settle."""

from dataclasses import dataclass

import numpy as np

from .people import Walker

_RATE_NOISE = 0.4
_HEART_NOISE = 1.5
"""Spread of the radar's own rates about the truth, per minute (chosen)."""

_CALM = 0.3
"""Above this unrest the radar keeps its last rates."""


@dataclass(slots=True)
class Verdict:
    """What a radar with these habits says at the moment.

    `warm_up` is how long it watches a chest before it gives rates, `linger` how long presence
    stays after the last sign, both in seconds. Rates are 0 where there are none, as on the wire.
    """

    rng: np.random.Generator
    warm_up: float
    linger: float
    present: bool = False
    vital: bool = False
    respiration: float = 0.0
    heart: float = 0.0
    distance: float = 0.0
    unrest: float = 0.0
    _seen_at: float = -np.inf
    _vital_since: float | None = None
    _rated_at: float = -np.inf

    def see(self, t: float, *, present: bool, vital: bool, distance: float, unrest: float) -> None:
        """Take in one measurement at t."""
        if present:
            self._seen_at = t
            self.distance = distance
        self.unrest = unrest if present else 0.0
        self.present = t - self._seen_at < self.linger
        self.vital = vital
        if vital:
            self._vital_since = t if self._vital_since is None else self._vital_since
        else:
            self._vital_since = None
            self.respiration = self.heart = 0.0
        if not self.present:
            self.distance = 0.0

    def rate(self, t: float, inside: float, walker: Walker | None) -> None:
        """Once a second, work out the rates of the subject; `inside` is scenario time."""
        if self._vital_since is None or walker is None or walker.breathing is None:
            return
        if t - self._vital_since < self.warm_up or t - self._rated_at < 1.0:
            return
        self._rated_at = t
        if self.unrest > _CALM and self.respiration:
            return
        noise = self.rng.standard_normal(2).tolist()
        self.respiration = round(walker.breathing.rate(inside) + _RATE_NOISE * noise[0], 1)
        self.heart = round(walker.heart_rate + _HEART_NOISE * noise[1], 1)
