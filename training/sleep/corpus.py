"""Batches of nights, each changed in another way every time it is drawn."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from halcyon.sense.network.layers import Array
from halcyon.sense.sleep.contract import COUNT, WIDTH, Contract, Floats

from .recorded import UNSCORED, Recorded
from .spoil import Chances, spoiled

LENGTH = 1000
"""Epochs of a changed night: eight hours and a little. All of them are learned from at once: a
network that was only ever shown some hours stages less well what comes after them."""
_RENEWED = 150
"""After so many batches all nights are changed anew."""
_NOISES = 16
"""So many nights of noise are drawn at a time, and each batch takes some of them: to draw them for
every batch took as long as to learn from it."""
_NIGHTS = 150
"""About so many nights are changed at a time, each person's as often as everybody's else."""


@dataclass(frozen=True, slots=True)
class Batch:
    """What is learned from at once.

    `x` (batch, LENGTH, WIDTH), `y` (batch, LENGTH) with UNSCORED, `counts` (batch, stages) how
    much an epoch of each stage counts, `kept` (batch, units) for dropout: which units are kept,
    and how much more they count.
    """

    x: Array
    y: NDArray[np.int_]
    counts: Array
    kept: Array

    def tree(self) -> tuple[Array, NDArray[np.int_], Array, Array]:
        """As JAX takes it."""
        return self.x, self.y, self.counts, self.kept


@dataclass(frozen=True, slots=True)
class Blur:
    """What is done to numbers on their way: `noise` is a deviation, the rest are shares."""

    noise: float = 0.1
    features_lost: float = 0.1
    units_lost: float = 0.3


def told(channels: Floats) -> Array:
    """What the contract tells of many nights, (nights, time, COUNT) to (nights, time, WIDTH)."""
    nights, length, _ = channels.shape
    contract = Contract(nights)
    found = np.empty((nights, length, WIDTH), np.float32)
    for n in range(length):
        found[:, n] = contract.told(channels[:, n])
    return found


def whole(nights: Sequence[Recorded]) -> tuple[Array, NDArray[np.int_]]:
    """Nights as they were recorded, filled up to the longest: (nights, time, WIDTH) and stages."""
    length = max(map(len, nights))
    channels = np.full((len(nights), length, COUNT), np.nan)
    stages = np.full((len(nights), length), UNSCORED)
    for n, night in enumerate(nights):
        channels[n, : len(night)] = night.channels
        stages[n, : len(night)] = night.stages
    return told(channels), stages


class Corpus:
    """Nights to draw batches from, every person as often as every other.

    `weights` say by set how much an epoch of each stage counts.
    """

    def __init__(
        self,
        nights: Sequence[Recorded],
        weights: Mapping[str, Array],
        units: int,
        chances: Chances,
        blur: Blur,
    ) -> None:
        self._people = [
            [night for night in nights if night.person == person]
            for person in sorted({night.person for night in nights})
        ]
        self._weights = weights
        self._units, self._chances, self._blur = units, chances, blur
        self._drawn = 0
        self._x = np.empty(0, np.float32)
        self._y = np.empty(0, np.int_)
        self._counts = np.empty(0, np.float32)
        self._noise = np.empty(0, np.float32)

    def draw(self, size: int, rng: np.random.Generator) -> Batch:
        """A batch of so many nights."""
        if self._drawn % _RENEWED == 0:
            self._renew(rng)
        self._drawn += 1
        which = rng.choice(len(self._x), size)
        x, y, blur = self._x[which], self._y[which], self._blur
        x += self._noise[rng.choice(_NOISES, size)]
        x *= (rng.random((size, 1, WIDTH)) >= blur.features_lost).astype(np.float32)
        kept = (rng.random((size, self._units)) >= blur.units_lost) / (1.0 - blur.units_lost)
        return Batch(x, y, self._counts[which], kept.astype(np.float32))

    def _renew(self, rng: np.random.Generator) -> None:
        copies = max(1, _NIGHTS // len(self._people))
        drawn = [own[rng.integers(len(own))] for own in self._people for _ in range(copies)]
        changed = [spoiled(night, LENGTH, rng, self._chances) for night in drawn]
        self._counts = np.stack([self._weights[night.source] for night in drawn])
        self._x = told(np.stack([channels for channels, _ in changed]))
        self._y = np.stack([stages for _, stages in changed])
        size = _NOISES, LENGTH, WIDTH
        self._noise = np.float32(self._blur.noise) * rng.standard_normal(size, np.float32)
