"""When what was learned of a quiet room no longer fits, and what the air did to it since."""

from dataclasses import dataclass
from enum import StrEnum

from .air import Air


class Freshness(StrEnum):
    """Whether a calibration may be relied on."""

    FRESH = "fresh"
    DRIFTED = "drifted"
    """It should be repeated as soon as the room is empty; nobody needs to be asked."""
    STALE = "stale"
    """It has been drifted for long, or far: somebody should repeat it."""


class Drift(StrEnum):
    """What made a calibration drift."""

    AGE = "age"
    LEVEL = "level"
    AIR = "air"
    NOISE = "noise"


@dataclass(frozen=True, slots=True)
class Conditions:
    """What a calibration depends on: dBFS of the carrier, dBc/Hz of the noise, and the air.

    None is unknown and never counts as a change.
    """

    level: float | None = None
    noise: float | None = None
    air: Air | None = None


def correction(learned: Air | None, now: Air | None, carrier: float, path: float) -> float:
    """By how many dB echoes over `path` metres changed with the air since it was learned.

    To be added to a floor that was learned in dBc. 0 where either air is unknown.
    """
    raise NotImplementedError
