"""Made-up breathing and movement for real nights that have none: simulated, and no evidence.

The recordings at hand tell the heart rate. Most radars tell breathing and movement instead, so a
network that is to make something of these has to be shown them. What is drawn here goes with the
stages of real nights as the literature says that it does, and differs between made-up people and
sensors by more than it does between stages. Scores on it would say nothing and are not given.

Where the sizes come from:

- Regularity: standardised differences of -0.53 in deep sleep and +0.43 in REM in how uneven
  breathing is, found on scored nights of wearables.
- Rate and its variability: least variable in deep sleep, more so in REM and awake (Gutierrez et
  al., Physiol. Rep. 4, e12949, 2016, and Douglas et al., Thorax 37, 840-844, 1982, for the
  direction; the sizes are round guesses below those of regularity).
- Depth: shallower asleep than awake, and shallowest in REM (Douglas et al. 1982).
- Movement: most while awake, least in deep sleep (Wilde-Frenz and Schulz, Percept. Mot. Skills
  56, 275-283, 1983, for the order; the shares are guesses).
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from halcyon.sense.sleep.contract import (
    AMPLITUDE,
    BREATH_RATE,
    CHANNELS,
    COUNT,
    PAUSE,
    PEAK,
    REGULARITY,
    SHARE,
    VARIABILITY,
    Floats,
)

SIMULATED = (BREATH_RATE, VARIABILITY, REGULARITY, AMPLITUDE, PAUSE, SHARE, PEAK)
"""The channels that are made up, by their place in the contract."""

_EFFECTS = {
    BREATH_RATE: (0.3, 0.0, 0.0, 0.3),
    VARIABILITY: (0.7, 0.0, -0.5, 0.45),
    REGULARITY: (-0.7, 0.0, 0.5, -0.4),
    AMPLITUDE: (0.4, 0.0, 0.0, -0.3),
    PAUSE: (0.3, 0.0, -0.2, 0.2),
}
"""Awake, light, deep, REM: against light sleep, in deviations of a channel within people."""

_MOVING = (0.45, 0.08, 0.03, 0.10)
"""The share of epochs with movement, awake, light, deep and REM."""

_CARRIED = 0.7
"""How much of what is not explained by the stage carries over from one epoch to the next."""
_OWN_SIZE = 0.4
"""How differently stages show in people: the deviation of the factor on effects."""
_TRAIT = 1.0
"""How differently people and sensors are at all, in deviations within people."""
_WITHIN = 0.7
"""Deviation within people against the scale of a channel, which holds both."""


@dataclass(frozen=True, slots=True)
class Sensor:
    """Which channels a made-up radar tells, and how often it tells none of them."""

    told: tuple[int, ...]
    lost: float


def sensor(rng: np.random.Generator) -> Sensor:
    """A radar of some kind: one that tells rates only, a waveform's features, or all."""
    kind = rng.random()
    if kind < 0.25:
        told: tuple[int, ...] = (BREATH_RATE,)
    elif kind < 0.45:
        told = (BREATH_RATE, SHARE, PEAK)
    elif kind < 0.65:
        told = (BREATH_RATE, VARIABILITY, REGULARITY, AMPLITUDE, PAUSE)
    else:
        told = SIMULATED
    return Sensor(told, float(rng.uniform(0.0, 0.15)))


def breathing(stages: NDArray[np.int_], radar: Sensor, rng: np.random.Generator) -> Floats:
    """Channels (n, COUNT) that go with stages (n,), NaN where this radar tells nothing.

    An epoch that nobody scored is drawn as one of wake: it is before the night, or after it.
    """
    count = len(stages)
    known = np.maximum(stages, 0)
    found = np.full((count, COUNT), np.nan)
    for place, effects in _EFFECTS.items():
        channel = CHANNELS[place]
        own = np.array(effects) * rng.normal(1.0, _OWN_SIZE) + rng.normal(0.0, _OWN_SIZE / 4, 4)
        trait = rng.normal(0.0, _TRAIT)
        values = own[known] + trait + _wandering(count, rng)
        found[:, place] = channel.typical + _WITHIN * channel.scale * values
    found[:, REGULARITY] = np.clip(found[:, REGULARITY], 0.0, 1.0)
    often = np.array(_MOVING) * np.exp(rng.normal(0.0, 0.5))
    moved = rng.random(count) < np.minimum(often[known], 0.95)
    size = np.where(known == 0, 0.35, 0.2) * np.exp(rng.normal(0.0, 0.4))
    share = np.where(moved, np.minimum(rng.exponential(size), 1.0), 0.0)
    still = rng.exponential(0.01, count)
    found[:, SHARE] = np.sqrt(np.minimum(share + still, 1.0))
    found[:, PEAK] = np.clip(share * rng.uniform(0.8, 3.0) + still, 0.0, 1.0)
    # Nothing is told of a breath while the body moves.
    hidden = (share > rng.uniform(0.1, 0.5)) | (rng.random(count) < radar.lost)
    for place in _EFFECTS:
        found[hidden, place] = np.nan
    untold = [place for place in range(COUNT) if place not in radar.told]
    found[:, untold] = np.nan
    return found


def _wandering(count: int, rng: np.random.Generator) -> Floats:
    """What is left to chance: of deviation 1, alike from one epoch to the next."""
    fresh = rng.normal(0.0, 1.0, count)
    values = np.empty(count)
    last = fresh[0] if count else 0.0
    rest = np.sqrt(1.0 - _CARRIED**2)
    for n in range(count):
        last = _CARRIED * last + rest * fresh[n] if n else last
        values[n] = last
    return values
