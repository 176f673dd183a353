"""How far a step computed elsewhere is from the engine's own, and whether decisions differ."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from halcyon.sense.network import Network
from halcyon.sense.network.layers import Array

from .onnx_export import Step

type Decide = Callable[[Array], NDArray[np.generic]]
"""From outputs (time, outputs) to decisions (time, …)."""


@dataclass(frozen=True, slots=True)
class Parity:
    """What a comparison over many steps found.

    `step` is the largest difference of an output or a state after one step from the same
    state; `decisions` the share of steps whose decision differs when each goes on from its own
    states.
    """

    step: float
    decisions: float


def compare(network: Network, other: Step, x: Array, decide: Decide) -> Parity:
    """The engine beside another way to compute the same steps, over a sequence (time, inputs)."""
    state = theirs = network.start()
    largest = 0.0
    own, different = [], []
    for row in x:
        once, after_once = other(row, state)
        y, state = network.step(row, state)
        for one, the_other in zip((y, *state), (once, *after_once), strict=True):
            largest = max(largest, float(np.abs(one - the_other).max(initial=0.0)))
        z, theirs = other(row, theirs)
        own.append(y)
        different.append(z)
    differs = decide(np.stack(own)) != decide(np.stack(different))
    return Parity(largest, float(differs.reshape(len(x), -1).any(axis=1).mean()))
