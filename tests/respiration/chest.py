"""Waves that a radar could send of a chest, and what the engine makes of them."""

from collections.abc import Callable, Sequence
import math
import random

from halcyon.core.reading import Breath, BreathUnit
from halcyon.core.sleep import EPOCH_S
from halcyon.sense.sleep.breathing import Breaths
from halcyon.sense.sleep.epoch import Breathing, Movement

T = 1_795_143_000.0
"""A boundary of epochs."""

type Wave = Callable[[float], float]
type Epoch = tuple[Breathing | None, Movement | None]


def samples(
    wave: Wave, *, seconds: float, hz: float = 10.0, noise: float = 0.0, seed: int = 1
) -> list[tuple[float, float]]:
    """A wave at uneven times: each gap is off by a third."""
    rng, t, found = random.Random(seed), 0.0, list[tuple[float, float]]()
    while t < seconds:
        found.append((T + t, wave(t) + rng.gauss(0.0, noise)))
        t += max(0.2 / hz, rng.gauss(1.0, 0.33) / hz)
    return found


def feed(
    breaths: Breaths,
    found: Sequence[tuple[float, float]],
    *,
    unit: BreathUnit = BreathUnit.RADIANS,
    chunk: int = 1,
) -> list[Epoch]:
    """Feed samples in chunks of so many, asking at each boundary of epochs that was passed."""
    epochs: list[Epoch] = []
    if not found:
        return epochs
    end = EPOCH_S * (found[0][0] // EPOCH_S + 1)
    chunks = [found[k : k + chunk] for k in range(0, len(found), chunk)]
    for piece in chunks:
        breaths.take(Breath(tuple(t for t, _ in piece), tuple(v for _, v in piece), unit))
        while piece[-1][0] >= end:
            epochs.append(breaths.epoch(end))
            end += EPOCH_S
    return epochs


def sine(per_minute: float, amplitude: float = 3.0) -> Wave:
    """An even breath, amplitude in radians: 3 rad is 2.4 mm from end to end at 60 GHz."""
    return lambda t: amplitude * math.sin(2.0 * math.pi * per_minute / 60.0 * t)


def sleep(
    wave: Wave,
    *,
    seconds: float = 181.0,
    hz: float = 10.0,
    noise: float = 0.0,
    seed: int = 1,
    unit: BreathUnit = BreathUnit.RADIANS,
) -> list[Epoch]:
    """The epochs of a wave."""
    found = samples(wave, seconds=seconds, hz=hz, noise=noise, seed=seed)
    return feed(Breaths(), found, unit=unit)
