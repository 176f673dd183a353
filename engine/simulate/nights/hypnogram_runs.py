"""Hypnograms of stretches: how long a stage lasts, and which comes next (a semi-Markov chain)."""

import numpy as np

from ...core.sleep import EPOCH_S, Hypnogram, Stage
from . import figures
from .drawing import by_quantiles

_LIGHT, _DEEP, _REM = 1, 2, 3
_STAGES = tuple(Stage)
_LONGEST = 240
"""Epochs; no stretch of one stage lasts two hours."""
_REM_AFTER_MIN = 45.0
"""Minutes of sleep before REM begins (chosen; healthy people take an hour and a half)."""


def hypnogram_of_runs(rng: np.random.Generator, hours: float) -> Hypnogram:
    """A night of so many hours from lights off, after the figures of healthy people."""
    total = round(hours * 3600 / EPOCH_S)
    latency = by_quantiles(rng, figures.QUANTILES, figures.HEALTHY_LATENCY_MIN)
    epochs = [0] * max(1, round(latency * 60 / EPOCH_S))
    onset, stage = len(epochs), _LIGHT
    while len(epochs) < total:
        runs = figures.HEALTHY_RUNS[stage]
        length = round(float(rng.lognormal(runs.mean, runs.deviation)))
        epochs += [stage] * min(_LONGEST, max(1, length))
        stage = int(rng.choice(4, p=_next(stage, (len(epochs) - onset) * EPOCH_S / 3600)))
    return Hypnogram(0.0, tuple(_STAGES[each] for each in epochs[:total]))


def _next(stage: int, hours: float) -> np.ndarray:
    chances = np.array(figures.HEALTHY_NEXT[stage])
    if stage == _LIGHT:
        part = min(2, int(hours / figures.PART_H))
        deep, rem = figures.HEALTHY_DEEP_BY_PART, figures.HEALTHY_REM_BY_PART
        chances[_DEEP] *= 3 * deep[part] / sum(deep)
        chances[_REM] *= 3 * rem[part] / sum(rem) * (hours * 60 > _REM_AFTER_MIN)
    return np.asarray(chances / chances.sum())
