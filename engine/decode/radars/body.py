"""What a body can do: the limits beyond which a radar's number is not a measurement."""

import math

from ...core.reading import Vitals

RESPIRATION = (3.0, 60.0)
"""Breaths a minute: slow trained breathing to a panting child."""
HEART = (30.0, 220.0)
"""Beats a minute: a sleeping athlete to the usual estimate of the highest rate of an adult."""
REACH = 10.0
"""Metres; no radar module read here promises to see a person as far away."""


def respiration(per_minute: float, highest: float = RESPIRATION[1]) -> Vitals:
    """A respiration rate. Radars report 0 for nobody in range, which leaves the rate unknown."""
    known = math.isfinite(per_minute) and RESPIRATION[0] <= per_minute <= highest
    return Vitals(respiration=float(per_minute) if known else None)


def heart(per_minute: float) -> Vitals:
    """A heart rate, unknown likewise."""
    known = math.isfinite(per_minute) and HEART[0] <= per_minute <= HEART[1]
    return Vitals(heart=float(per_minute) if known else None)
