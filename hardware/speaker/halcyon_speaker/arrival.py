"""How much later a tone is heard than it was asked for: what the sound card and the air take.

Sound cards do not say it exactly, and drivers say it wrongly. The tone itself does: where it
rises in the microphones after a pause, minus where the ramp was played.
"""

import numpy as np
from numpy.typing import NDArray

LONGEST_S = 0.6
"""No sound card takes longer from its buffer to its buffer."""

_BEFORE_S = 0.05
_STANDS_S = 0.02
_CLEAR = 4.0
"""The amplitude after the rise over that before it; 12 dB."""


def rise(amplitude: NDArray[np.float32], rate: float) -> float | None:
    """When a tone rose to half of its amplitude, in samples from the beginning of `amplitude`.

    The series begins at least `_BEFORE_S` before the rise can have come and ends while the tone
    still stands. None where no single clear rise is in it.
    """
    before = round(_BEFORE_S * rate)
    stands = round(_STANDS_S * rate)
    if len(amplitude) < before + 2 * stands:
        return None
    low = float(np.median(amplitude[:before]))
    high = float(np.median(amplitude[-before:]))
    if high < _CLEAR * low or high <= 0:
        return None
    above = amplitude > high / 2
    for index in np.flatnonzero(above[1:] & ~above[:-1]):
        if above[index + 1 : index + 1 + stands].all():
            lower, upper = float(amplitude[index]), float(amplitude[index + 1])
            return float(index) + (high / 2 - lower) / (upper - lower)
    return None
