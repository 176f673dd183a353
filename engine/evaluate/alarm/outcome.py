"""What an alarm would have done at many deadlines of one night.

A deadline is the end of an epoch, and every epoch of the last hours of sleep's recording is taken
for one: whoever sets an alarm does not know what they will be in. A rule rings at the end of an
epoch, so that the stage it wakes from is that of the epoch just over, and minutes lost are those
between the ring and the deadline.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ...core.sleep import EPOCH_S, Stage

WINDOW = 60
"""Epochs in the window: half an hour."""

LAST = 300
"""Deadlines are the ends of the last epochs: two and a half hours, in which people are woken."""

LIGHT = frozenset({Stage.AWAKE, Stage.LIGHT})

type Stops = NDArray[np.bool_]
"""Whether to ring, by epochs left before the deadline and epoch: shape (WINDOW + 1, epochs)."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """Of all deadlines of one night: the share rung in light sleep or wake, and minutes lost."""

    light: float
    lost: float


def outcome(stops: Stops, stages: Sequence[Stage | None]) -> Outcome | None:
    """What becomes of a night; None where it has no deadline with a whole window.

    Deadlines at which it would ring in an epoch that nobody scored do not count.
    """
    first = first_epoch(len(stages))
    if first is None:
        return None
    # Of a deadline after epoch d, the epoch with k left is d - k.
    ends = np.arange(first + WINDOW, len(stages))[:, None]
    left = np.arange(WINDOW, -1, -1)[None, :]
    rings = stops[left, ends - left]
    rings[:, -1] = True
    place = rings.argmax(1)
    rung = ends[:, 0] - left[0, place]
    known = np.array([stage is not None for stage in stages])[rung]
    if not known.any():
        return None
    light = np.array([stage in LIGHT for stage in stages])[rung]
    lost = left[0, place] * EPOCH_S / 60
    return Outcome(float(light[known].mean()), float(lost[known].mean()))


def first_epoch(count: int) -> int | None:
    """The first epoch of a night that can be rung in; None where the night is too short."""
    first = max(0, count - LAST - WINDOW)
    return first if first + WINDOW < count else None
