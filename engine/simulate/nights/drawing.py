"""Drawing from figures, and processes that several parts of a night need."""

import numpy as np

from ..body import Floats


def by_quantiles(
    rng: np.random.Generator, shares: tuple[float, ...], values: tuple[float, ...]
) -> float:
    """A value between those of the outermost quantiles, straight from one to the next."""
    return float(np.interp(rng.uniform(shares[0], shares[-1]), shares, values))


def wander(rng: np.random.Generator, count: int, memory: float) -> Floats:
    """A stationary process of so many steps, variance 1, each step like the last by `memory`."""
    noise = rng.standard_normal(count) * np.sqrt(1.0 - memory**2)
    steps = np.empty(count)
    last = float(rng.standard_normal())
    for k, each in enumerate(noise.tolist()):
        last = memory * last + each
        steps[k] = last
    return steps
