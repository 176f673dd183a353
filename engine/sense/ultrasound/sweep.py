"""Which carrier a device is to use, and how loud: found by trying, one tone at a time."""

from dataclasses import dataclass
from enum import StrEnum


class Reason(StrEnum):
    """Why a carrier was chosen."""

    ULTRASONIC = "ultrasonic"
    """At or above 32 kHz, where neither people nor what the node plays reach."""
    INAUDIBLE = "inaudible"
    """Between 21 and 24 kHz, which hardly anybody hears."""
    HIGHEST = "highest"
    """Below 21 kHz, because nothing higher comes back strongly enough."""
    WEAK = "weak"
    """No carrier comes back as strongly as wanted; this one comes closest and will do."""


class Failing(StrEnum):
    """What is wrong with a carrier that was tried, or with all of them."""

    UNHEARD = "unheard"
    """Nothing comes back: no speaker, no microphone, or a muted one."""
    TOO_WEAK = "too_weak"
    """It does not rise far enough over the noise at the loudest allowed level."""
    AUDIBLE = "audible"
    """It makes something that people hear before it is strong enough."""
    NO_CARRIER = "no_carrier"
    """The sample rate holds no inaudible tone at all."""


@dataclass(frozen=True, slots=True)
class Hardware:
    """What the sound device can do.

    `rate` samples/s. `lowest` and `highest` bound the carrier in Hz where the maker says so.
    `spl` is the sound pressure in dB at 1 m of a tone at full scale, None where unknown.
    `ceiling` dBFS is never exceeded.
    """

    rate: float
    lowest: float = 0.0
    highest: float = float("inf")
    spl: float | None = None
    ceiling: float = -6.0


@dataclass(frozen=True, slots=True)
class Tone:
    """What to emit now: `carrier` Hz at `level` dBFS."""

    carrier: float
    level: float


@dataclass(frozen=True, slots=True)
class Trial:
    """What came of one carrier.

    `level` is the loudest emitted dBFS, `ratio` dB over the noise in 1 Hz there or None if
    nothing was heard; `failing` is None for a carrier that would do.
    """

    carrier: float
    level: float
    ratio: float | None
    failing: Failing | None


@dataclass(frozen=True, slots=True)
class Chosen:
    """The carrier (Hz) and the lowest level (dBFS) that serve, and what was tried."""

    carrier: float
    level: float
    ratio: float
    reason: Reason
    trials: tuple[Trial, ...]


@dataclass(frozen=True, slots=True)
class Unusable:
    """No carrier serves: why most of them do not, and what was tried."""

    failing: Failing
    trials: tuple[Trial, ...]


def carriers(hardware: Hardware) -> tuple[float, ...]:
    """The carriers worth trying, Hz, the most preferred first; empty where there is none."""
    raise NotImplementedError


class Sweep:
    """One calibration sweep. Emit `next`, `hear` what came of it, until there is a `result`."""

    def __init__(self, hardware: Hardware) -> None:
        self._hardware = hardware

    @property
    def next(self) -> Tone | None:
        """What to emit and measure now, None once there is a result."""
        raise NotImplementedError

    def hear(self, level: float | None, noise: float, audible: float | None) -> None:
        """What came of the tone that `next` asked for.

        `level` is dBFS of the tone at the loudest microphone, None if it cannot be told from
        noise; `noise` dBFS in 1 Hz within 600 Hz of it; `audible` by how many dB the sound
        below 16 kHz rose over the moment before, None where it was not measured.
        """
        raise NotImplementedError

    @property
    def result(self) -> Chosen | Unusable | None:
        """What the sweep came to, None while it goes on."""
        raise NotImplementedError
