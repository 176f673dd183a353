"""Signals of known motion, and what turns them into chunks."""

from collections.abc import Callable, Iterator
import math

import numpy as np
from numpy.typing import NDArray
import pytest

from halcyon.core.reading import Quadrature

type Complexes = NDArray[np.complex64]
type Chunks = Callable[..., Iterator[tuple[Quadrature, float]]]
type Tone = Callable[..., Complexes]

SOUND_SPEED = 343.2


@pytest.fixture(scope="session")
def chunks() -> Chunks:
    """Cuts samples (n, microphones) into chunks with the times of their first samples."""

    def cut(
        samples: Complexes,
        *,
        rate: float = 1000.0,
        carrier: float = 20_000.0,
        size: int | None = None,
        start: float = 1000.0,
        **flags: bool,
    ) -> Iterator[tuple[Quadrature, float]]:
        length = round(0.05 * rate) if size is None else size
        for first in range(0, len(samples), length):
            reading = Quadrature(
                stream="ultrasound",
                samples=samples[first : first + length],
                rate=rate,
                carrier=carrier,
                level=-20.0,
                emitting=flags.get("emitting", True),
                settling=flags.get("settling", False),
                playback=flags.get("playback", False),
                clipped=flags.get("clipped", False),
                lost=flags.get("lost", False) and first == 0,
            )
            yield reading, start + first / rate

    return cut


@pytest.fixture(scope="session")
def tone() -> Tone:
    """A carrier of 0.1 full scale with noise, and the echo of something at one speed.

    `noise` dBc/Hz; `echo` dBc, or None for none; `speed` m/s towards the device; `offset` Hz of
    the clock.
    """

    def make(
        seconds: float = 4.0,
        *,
        rate: float = 1000.0,
        carrier: float = 20_000.0,
        microphones: int = 2,
        noise: float = -90.0,
        echo: float | None = None,
        speed: float = 1.0,
        offset: float = 0.0,
        seed: int = 0,
    ) -> Complexes:
        rng = np.random.default_rng(seed)
        count = round(seconds * rate)
        t = np.arange(count) / rate
        turns = np.exp(2j * math.pi * np.arange(microphones) / 3)
        signal = np.ones((count, microphones), dtype=np.complex128)
        if echo is not None:
            doppler = 2 * speed * carrier / SOUND_SPEED
            moving = 10 ** (echo / 20) * np.exp(2j * math.pi * doppler * t)
            signal += moving[:, None] * np.exp(1j * np.arange(microphones))
        white = rng.standard_normal((count, microphones, 2)) @ (1, 1j) / math.sqrt(2)
        signal += 10 ** (noise / 20) * math.sqrt(rate) * white
        signal *= np.exp(2j * math.pi * offset * t)[:, None]
        made: Complexes = (0.1 * signal * turns).astype(np.complex64)
        return made

    return make
