"""When the tone is on: in bursts while nothing happens, not at all after a detection.

A plan is a pure function of a situation and a time, so it does not matter how often it is asked.
"""

from dataclasses import dataclass, replace
from enum import StrEnum
import math

import numpy as np
from numpy.typing import NDArray

RAMP_S = 0.005
"""A tone that jumps is heard as a click; a raised cosine of 5 ms is not."""

SETTLING_S = 0.03
"""How long the echoes of a room need to build up after a ramp: at 20 kHz the air alone takes
178 dB a second, so that 30 ms are the first 5 dB of decay and all that carries the carrier."""

HOLD_S = 10.0
"""For so long after a detection the tone is off: the room is occupied anyway."""

LOOK_S = 0.5
"""How long a look is: three Doppler windows of 128 ms, and the room's settling."""

LOOK_EVERY_S = 5.0
"""How often an occupied room is looked at, so that walking is not missed between bursts."""

PETS_LEVEL_DB = -10.0
"""How much quieter the tone is where pets live, who hear it: half as loud by the rule that
10 dB double the loudness. It costs range: 40 log10 of the distance, so 4 m become 2.2 m."""


class Mode(StrEnum):
    """What decides about the tone at a moment."""

    STANDBY = "standby"
    STEADY = "steady"
    PAUSED = "paused"
    LOOK = "look"
    IDLE = "idle"
    OCCUPIED = "occupied"


@dataclass(frozen=True, slots=True)
class Bursts:
    """The tone is on for `on` seconds of every `period`, its two ramps included."""

    on: float
    period: float

    @property
    def share(self) -> float:
        """The part of the time in which the tone is on, 0 to 1."""
        return self.on / self.period


BURST_S = 0.1 + RAMP_S
"""Two chunks of 50 ms: the first holds ramp and settling, the second is whole."""

IDLE = Bursts(BURST_S, 0.25)
OCCUPIED = Bursts(BURST_S, 0.5)
IDLE_PETS = Bursts(BURST_S, 0.5)
OCCUPIED_PETS = Bursts(BURST_S, 1.0)


@dataclass(frozen=True, slots=True)
class Plan:
    """Whether the tone is to be on, why, and when that changes next (infinity: never).

    `gain` is dB relative to the calibrated level.
    """

    on: bool
    mode: Mode
    until: float
    gain: float


@dataclass(frozen=True, slots=True)
class Situation:
    """What a node knows that decides about its tone. Times are seconds of one clock.

    `since` is when the present order began; `steady` holds while the node is being calibrated
    or placed; `detected` is when motion was last detected and `hinted` when something was seen
    that a longer look would clear up.
    """

    since: float
    standby: bool = False
    steady: bool = False
    occupied: bool = False
    pets: bool = False
    detected: float = -math.inf
    hinted: float = -math.inf

    def changed(
        self,
        t: float,
        *,
        standby: bool | None = None,
        steady: bool | None = None,
        occupied: bool | None = None,
        pets: bool | None = None,
    ) -> Situation:
        """The situation after some of its switches were set; None leaves one as it is."""
        after = replace(
            self,
            standby=self.standby if standby is None else standby,
            steady=self.steady if steady is None else steady,
            occupied=self.occupied if occupied is None else occupied,
            pets=self.pets if pets is None else pets,
        )
        return self if after == self else replace(after, since=t)

    def after_detection(self, t: float) -> Situation:
        """Motion was detected: the tone pauses."""
        return replace(self, detected=t)

    def after_hint(self, t: float) -> Situation:
        """Something was seen that is no detection yet: the tone stays on for a look."""
        return replace(self, hinted=t)


def plan(situation: Situation, t: float) -> Plan:
    """What the tone is to do at time t."""
    raise NotImplementedError


def share(mode: Mode, *, pets: bool = False) -> float:
    """The part of the time in which the tone is on in a mode, 0 to 1."""
    raise NotImplementedError


class Gate:
    """Turns on and off into a gain without clicks, sample by sample, across blocks."""

    def __init__(self, rate: float) -> None:
        self._rate = rate

    def follow(self, on: NDArray[np.bool_]) -> NDArray[np.float32]:
        """The gain, 0 to 1, for each sample of a block in which the tone is wanted where `on`."""
        raise NotImplementedError

    @property
    def emitting(self) -> bool:
        """Whether the tone was fully on during the whole of the last block."""
        raise NotImplementedError

    @property
    def settling(self) -> bool:
        """Whether a ramp, or the room's settling after one, fell into the last block."""
        raise NotImplementedError
