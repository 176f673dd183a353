"""What was sensed of one sleeper in one epoch: the features that all about sleep is told from.

Recordings of laboratories, the simulator and radars all come down to these, so that what is
learned from one can be used on another. Whatever was not measured is None, never 0, and never
a value that stands for calm.
"""

from dataclasses import dataclass

from ...core.sleep import EPOCH_S


@dataclass(frozen=True, slots=True)
class Breathing:
    """The breaths of an epoch.

    `rate` is breaths per minute, `quality` 0-1 how much of the signal is breathing,
    `variability` the standard deviation of the lengths of breaths over their mean, `amplitude`
    the depth of a breath in a unit of the sensor's own, `regularity` 0-1 how much a breath
    resembles the one before, `pause` the longest time without a breath in seconds. A sensor that
    only reports rates leaves the rest None.
    """

    rate: float | None
    quality: float | None = None
    variability: float | None = None
    amplitude: float | None = None
    regularity: float | None = None
    pause: float | None = None


@dataclass(frozen=True, slots=True)
class Swings:
    """How the heart rate swung within the last five minutes, less its trend.

    Its variance, in (beats per minute)², slower than 75 s, from 20 to 75 s, and faster; the
    `share` of the middle one, and how much the rate resembled that of 20 to 85 s before, at its
    most (`evenness`, up to 1): None where the rate did not swing at all.
    """

    slow: float
    middle: float
    fast: float
    share: float | None
    evenness: float | None


@dataclass(frozen=True, slots=True)
class Beats:
    """What only single beats tell.

    `rmssd` is the root mean square of successive differences of the intervals between them, in
    seconds, in the epoch. A watch's own smoothing leaves little of either.
    """

    rmssd: float | None = None
    swings: Swings | None = None


@dataclass(frozen=True, slots=True)
class Heart:
    """The heart rate over an epoch, beats per minute: its mean and its standard deviation.

    `fastest` and `slowest` are the extremes of means over some seconds, such as sensors tell.
    Who does not hear single beats leaves `beats` None.
    """

    rate: float
    spread: float | None = None
    fastest: float | None = None
    slowest: float | None = None
    beats: Beats | None = None


@dataclass(frozen=True, slots=True)
class Movement:
    """How much the body moved: the `share` of the epoch in which it did, and the `peak`; 0-1."""

    share: float
    peak: float


@dataclass(frozen=True, slots=True)
class SleepEpoch:
    """The thirty seconds from `start` (unix, a multiple of 30); None where it was not measured.

    `distance` is metres from the sensor to the sleeper.
    """

    start: float
    breathing: Breathing | None = None
    heart: Heart | None = None
    movement: Movement | None = None
    distance: float | None = None

    @property
    def end(self) -> float:
        """When the epoch ends."""
        return self.start + EPOCH_S
