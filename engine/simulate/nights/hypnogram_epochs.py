"""Hypnograms epoch by epoch: a Markov chain whose chances change over the night."""

import numpy as np

from ...core.sleep import EPOCH_S, Hypnogram, Stage
from . import figures
from .drawing import by_quantiles

_STAGES = tuple(Stage)


def hypnogram_of_epochs(rng: np.random.Generator, hours: float) -> Hypnogram:
    """A night of so many hours from lights off, after the figures of a sleep clinic."""
    total = round(hours * 3600 / EPOCH_S)
    latency = by_quantiles(rng, figures.QUANTILES, figures.CLINIC_LATENCY_MIN)
    epochs = [0] * max(1, round(latency * 60 / EPOCH_S))
    onset, stage = len(epochs), 1
    sums = np.cumsum(np.array(figures.CLINIC_BY_PART), axis=2)
    draws = rng.uniform(size=total)
    while len(epochs) < total:
        epochs.append(stage)
        part = min(2, int((len(epochs) - onset) * EPOCH_S / 3600 / figures.PART_H))
        row = sums[part, stage]
        stage = int(np.searchsorted(row, draws[len(epochs) - 1] * row[-1], side="right"))
    return Hypnogram(0.0, tuple(_STAGES[each] for each in epochs[:total]))
