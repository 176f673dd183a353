"""What else a night might have been: begun elsewhere, sensed by something else, or not at all.

Few people were recorded, by one watch and in one laboratory. Nights are changed as other sensors
and other evenings would have changed them: so that nothing can be learned from how long ago the
recording began, from the resolution of one sensor, or from its never failing.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from halcyon.sense.sleep.contract import (
    BEAT_CHANGE,
    HEART_FALL,
    HEART_RATE,
    HEART_RISE,
    HEART_SPREAD,
    HEART_STEP,
    SWING,
    SWING_EVENNESS,
    SWING_FAST,
    SWING_SHARE,
    SWING_SLOW,
    Floats,
)

from .recorded import UNSCORED, Recorded
from .simulated import SIMULATED, breathing, sensor

_WITHIN_EPOCHS = [HEART_SPREAD, HEART_RISE, HEART_FALL]
"""What is only known where a sensor tells several heart rates in an epoch."""
_SWINGS = [SWING_SLOW, SWING, SWING_FAST]
_BEATS = [BEAT_CHANGE, *_SWINGS, SWING_SHARE, SWING_EVENNESS]
"""What is only known where single beats are heard."""
_HEART = [HEART_RATE, HEART_STEP, *_WITHIN_EPOCHS, *_BEATS]
_SPREAD_AT_LEAST = 0.4
"""What the contract adds to the spread before its logarithm."""

LONGEST_WAKE = 240
"""Epochs: two hours of wake are put before a night at most."""
_SHORTEST = 240
"""Epochs that a night is left with at least."""


@dataclass(frozen=True, slots=True)
class Chances:
    """How often each thing is done to a night."""

    cut: float = 0.45
    wake: float = 0.5
    smooth: float = 0.3
    integer: float = 0.3
    no_spread: float = 0.2
    no_extremes: float = 0.2
    no_beats: float = 0.25
    gaps: float = 0.5
    simulated: float = 0.3
    heartless: float = 0.5
    """Among nights with simulated breathing: those without a heart rate."""


def spoiled(
    night: Recorded, length: int, rng: np.random.Generator, chances: Chances
) -> tuple[Floats, NDArray[np.int_]]:
    """Channels (length, COUNT) and stages (length,) of a night, changed; NaN beyond its end."""
    places = _begun(night, rng, chances)
    channels, stages = night.channels[places].copy(), night.stages[places]
    is_heard = bool(np.isfinite(channels[:, HEART_RATE]).any())
    if is_heard:
        _heart(channels, rng, chances)
    if is_heard and rng.random() < chances.simulated:
        _pretend(channels, stages, rng, chances)
    if rng.random() < chances.gaps:
        _gaps(channels, rng)
    kept = min(length, len(stages))
    filled = np.full((length, channels.shape[1]), np.nan)
    filled[:kept] = channels[:kept]
    scored = np.full(length, UNSCORED)
    scored[:kept] = stages[:kept]
    return filled, scored


def _begun(night: Recorded, rng: np.random.Generator, chances: Chances) -> NDArray[np.int_]:
    """Which of its epochs follow each other: from anywhere on, after wake of its own or not."""
    latest = max(1, len(night) - _SHORTEST) if rng.random() < chances.cut else night.lead + 1
    places = np.arange(rng.integers(0, latest), len(night))
    wake = night.wake
    if wake.size and rng.random() < chances.wake:
        first, count = rng.integers(0, wake.size), rng.integers(10, LONGEST_WAKE + 1)
        places = np.concatenate((wake[(first + np.arange(count)) % wake.size], places))
    return places


def _heart(channels: Floats, rng: np.random.Generator, chances: Chances) -> None:
    """Another heart of the same kind, heard by another sensor."""
    logs = channels[:, HEART_RATE]
    middle = np.nanmedian(logs)
    logs = middle + rng.normal(0.0, 0.15) + (logs - middle) * np.exp(rng.normal(0.0, 0.2))
    logs = logs + rng.choice((0.0, 0.003, 0.008, 0.015)) * rng.normal(size=logs.shape)
    if rng.random() < chances.smooth:
        logs = _smoothed(logs, rng.uniform(0.3, 0.8))
    if rng.random() < chances.integer:
        logs = np.log(np.round(np.exp(logs)))
    channels[:, HEART_RATE] = logs
    channels[:, BEAT_CHANGE] += rng.normal(0.0, 0.2)
    channels[:, _SWINGS] += rng.normal(0.0, 0.6)
    if rng.random() < chances.no_beats:
        channels[:, _BEATS] = np.nan
    if rng.random() < chances.no_spread:
        channels[:, [*_WITHIN_EPOCHS, *_BEATS]] = np.nan
        return
    size = np.exp(rng.normal(0.0, 0.3) + rng.normal(0.0, 0.15, logs.shape))
    spread = np.maximum(np.exp(channels[:, HEART_SPREAD]) - _SPREAD_AT_LEAST, 0.0)
    channels[:, HEART_SPREAD] = np.log(spread * size + _SPREAD_AT_LEAST)
    channels[:, [HEART_RISE, HEART_FALL]] *= size[:, None]
    if rng.random() < chances.no_extremes:
        channels[:, [HEART_RISE, HEART_FALL]] = np.nan


def _smoothed(values: Floats, share: float) -> Floats:
    """As a module tells rates that averages them itself."""
    smooth = values.copy()
    last = np.nan
    for n, value in enumerate(values):
        if np.isfinite(value):
            last = value if np.isnan(last) else last + share * (value - last)
            smooth[n] = last
    return smooth


def _pretend(
    channels: Floats, stages: NDArray[np.int_], rng: np.random.Generator, chances: Chances
) -> None:
    """Simulated breathing and movement, beside the heart rate or in its place."""
    made_up = breathing(stages, sensor(rng), rng)
    channels[:, list(SIMULATED)] = made_up[:, list(SIMULATED)]
    if rng.random() < chances.heartless:
        channels[:, _HEART] = np.nan


def _gaps(channels: Floats, rng: np.random.Generator) -> None:
    """Minutes in which nothing was measured."""
    for _ in range(rng.integers(1, 6)):
        first = rng.integers(0, len(channels))
        channels[first : first + rng.integers(1, 30)] = np.nan
