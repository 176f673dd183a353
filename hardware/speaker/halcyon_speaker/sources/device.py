"""What every source of sound offers to the host of a node."""

from collections.abc import AsyncGenerator, Callable
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

type Render = Callable[[int], NDArray[np.float32]]
"""Gives the next samples to play, shape (n, 2), full scale 1.

The first column is for the speaker that emits the tone, the second, without it, for all others.
Two sources of one tone would cancel each other here and there in the room.
"""


class DeviceError(RuntimeError):
    """Sound cannot be had; the message says why and what to do."""


@dataclass(frozen=True, slots=True, eq=False)
class Block:
    """Samples (n, microphones), full scale 1, before which `lost` are missing.

    `began` is when the stream's very first sample was heard, in seconds of the monotonic clock.
    """

    samples: NDArray[np.float32]
    lost: int
    began: float


class Device(Protocol):
    """A source of sound. `delay` is in samples, from asking for a sample to hearing it."""

    rate: int
    microphones: int
    delay: int

    def blocks(self, render: Render) -> AsyncGenerator[Block]:
        """Play what is rendered and give what is heard, until there is no more.

        Raises DeviceError.
        """
