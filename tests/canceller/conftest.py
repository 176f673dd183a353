"""Rooms by hand: a source at some microphones, each with a few late and weak paths."""

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
import pytest

from halcyon.sense.ultrasound.canceller import Canceller

type Samples = NDArray[np.complex64]

RATE = 1000


def bass(count: int, seed: int, low: float = 30, high: float = 150) -> NDArray[np.float64]:
    """Noise between two frequencies in Hz; its peak is 1."""
    spectrum = np.fft.rfft(np.random.default_rng(seed).standard_normal(count))
    hz = np.fft.rfftfreq(count, 1 / RATE)
    spectrum[(hz < low) | (hz > high)] = 0
    moved = np.asarray(np.fft.irfft(spectrum, count), dtype=np.float64)
    peak: np.float64 = np.abs(moved).max()
    return moved / peak


@dataclass
class Place:
    """Microphones with gains of their own; `beta` radians of music, `noise` per sample."""

    microphones: int = 2
    seed: int = 1
    beta: float = 0.2
    noise: float = 5e-4
    late: float = 0.03
    gains: Samples = field(init=False)
    paths: list[list[tuple[int, complex]]] = field(init=False)

    def __post_init__(self) -> None:
        rng = np.random.default_rng(self.seed)
        size = 10 ** (rng.uniform(-3, 3, self.microphones) / 20)
        turn = np.exp(2j * np.pi * rng.uniform(size=self.microphones))
        self.gains = (0.1 * size * turn).astype(np.complex64)
        self.paths = [
            [
                (int(rng.integers(1, 25)), complex(*rng.standard_normal(2)) * self.late / 2)
                for _ in range(4)
            ]
            for _ in range(self.microphones)
        ]

    def hears(self, count: int, *, seed: int = 5, quiet: bool = False) -> Samples:
        """So many samples of the tone with music, or without."""
        x = np.zeros(count) if quiet else bass(count, seed)
        source = np.exp(1j * self.beta * x)
        rng = np.random.default_rng(seed + 1000)
        out = np.empty((count, self.microphones), dtype=np.complex64)
        for m, paths in enumerate(self.paths):
            sound = source + sum(
                size * np.concatenate([source[:1].repeat(delay), source[:-delay]])
                for delay, size in paths
            )
            hiss = rng.standard_normal((count, 2)) @ np.array([1, 1j]) * self.noise / 2**0.5
            out[:, m] = self.gains[m] * (sound + hiss)
        return out


def level(samples: Samples, gains: Samples) -> float:
    """dBc of what is no carrier, mean over microphones."""
    relative = samples / gains
    return float(10 * np.log10(np.mean(np.abs(relative - relative.mean(axis=0)) ** 2)))


def run(canceller: Canceller, samples: Samples, *, adapt: bool, chunk: int = 50) -> Samples:
    """All samples, chunk by chunk."""
    starts = range(0, len(samples), chunk)
    parts = [canceller.step(samples[at : at + chunk], adapt=adapt) for at in starts]
    return np.concatenate(parts)


@pytest.fixture(params=[2, 4])
def place(request: pytest.FixtureRequest) -> Place:
    """A place with two and with four microphones."""
    return Place(request.param)


@pytest.fixture
def learned() -> Callable[[Place], Canceller]:
    """A canceller that has heard eight seconds of music in a place."""

    def of(place: Place) -> Canceller:
        canceller = Canceller(place.microphones)
        run(canceller, place.hears(8000), adapt=True)
        return canceller

    return of
