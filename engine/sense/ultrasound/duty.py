"""When the tone is on: in bursts while nothing happens, not at all after a detection.

A plan is a pure function of a situation and a time, so it does not matter how often it is asked.
"""

from dataclasses import dataclass, replace
from enum import StrEnum
import math

from .envelope import RAMP_S, SETTLING_S

HOLD_S = 10.0
"""For so long after a detection the tone is off: the room is occupied anyway."""

LOOK_S = 0.5
"""How long a look is: a ramp, the room's settling, and three windows of 128 ms."""

LOOK_EVERY_S = 5.0
"""How often an occupied room is looked at, so that it is also judged in whole windows."""

PETS_GAIN_DB = -10.0
"""How much quieter the tone is where pets live: half as loud, by the rule that loudness doubles
every 10 dB (Stevens, Psychol. Rev. 64, 1957). It cannot make the tone inaudible to them: dogs
hear 20 kHz from 9 dB SPL on (Guerineau et al., Vet. Sci. 11, 2024). As echoes fall by 12 dB for
each doubling of the distance, it costs 44 % of the range."""

VIEW_S = 0.064
"""How much of a movement a burst must show: the shortest window that tells a slow walk from
standing still, 16 Hz or 0.13 m/s at 20 kHz."""

CHUNK_S = 0.05
"""Bursts begin where chunks begin, so that as many chunks as possible are wholly within them."""

_TICK = 1e-6
"""Times are compared in microseconds, so that an edge that was announced is met when it comes."""


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
    """The tone is on for `on` seconds of every `period`, its two ramps included.

    With `looks` it is also on for LOOK_S of every LOOK_EVERY_S.
    """

    on: float
    period: float
    looks: bool

    @property
    def share(self) -> float:
        """The part of the time in which the tone is on, 0 to 1."""
        if not self.looks:
            return self.on / self.period
        bursts = math.ceil((LOOK_EVERY_S - LOOK_S - CHUNK_S) / self.period)
        return (LOOK_S + bursts * self.on) / LOOK_EVERY_S

    @property
    def latency(self) -> tuple[float, float]:
        """Mean and longest seconds from the onset of a movement until VIEW_S of it were seen.

        The worst onset leaves the rest of a burst just too little to show; then the next burst
        has to come, and the room to settle.
        """
        longest = self.period + RAMP_S + SETTLING_S + 2 * VIEW_S - (self.on - RAMP_S)
        return (longest + VIEW_S) / 2, longest


_BURST_S = 2 * CHUNK_S + RAMP_S
"""The first chunk holds ramp and settling, the second is whole; then comes the other ramp."""

IDLE = Bursts(_BURST_S, 0.25, looks=False)
OCCUPIED = Bursts(_BURST_S, 0.5, looks=True)
IDLE_WITH_PETS = Bursts(_BURST_S, 0.5, looks=False)
OCCUPIED_WITH_PETS = Bursts(_BURST_S, 1.0, looks=True)


def bursts_of(*, occupied: bool, pets: bool) -> Bursts:
    """The bursts of a room; where pets live they come half as often."""
    if occupied:
        return OCCUPIED_WITH_PETS if pets else OCCUPIED
    return IDLE_WITH_PETS if pets else IDLE


@dataclass(frozen=True, slots=True)
class Plan:
    """Whether the tone is to be on, why, and until when that holds at least (infinity: for good).

    `gain` is dB relative to the calibrated level.
    """

    on: bool
    mode: Mode
    until: float
    gain: float


@dataclass(frozen=True, slots=True)
class Situation:
    """What a node knows that decides about its tone.

    Times are seconds of the node's sample clock, in which chunks begin at multiples of CHUNK_S;
    a node whose sound card delays the tone asks for a time that much later. `since` is when the
    present order began; `steady` holds while the node is being calibrated or placed; `detected`
    is when motion was last detected, and `hinted` when something was seen that a look would
    clear up; None is never.
    """

    since: float
    standby: bool = False
    steady: bool = False
    occupied: bool = False
    pets: bool = False
    detected: float | None = None
    hinted: float | None = None

    def changed(
        self,
        t: float,
        *,
        standby: bool | None = None,
        steady: bool | None = None,
        occupied: bool | None = None,
        pets: bool | None = None,
    ) -> Situation:
        """The situation after some switches were set; None leaves one as it is.

        What changes anything begins with a look.
        """
        after = replace(
            self,
            standby=self.standby if standby is None else standby,
            steady=self.steady if steady is None else steady,
            occupied=self.occupied if occupied is None else occupied,
            pets=self.pets if pets is None else pets,
        )
        return self if after == self else replace(after, since=t)

    def after_detection(self, t: float) -> Situation:
        """Motion was detected: the tone pauses, then comes back with a look."""
        return replace(self, detected=t)

    def after_hint(self, t: float) -> Situation:
        """Something was seen that is no detection yet: the tone stays on for a look."""
        return replace(self, hinted=t)


def plan(situation: Situation, t: float) -> Plan:
    """What the tone is to do at time t, which lies after everything that the situation tells of."""
    gain = PETS_GAIN_DB if situation.pets else 0.0
    if situation.standby:
        return Plan(on=False, mode=Mode.STANDBY, until=math.inf, gain=gain)
    if situation.steady:
        return Plan(on=True, mode=Mode.STEADY, until=math.inf, gain=gain)
    now, start = _ticks(t), _aligned(situation.since)
    if situation.detected is not None:
        resumed = _aligned(situation.detected + HOLD_S)
        if now < resumed:
            return Plan(on=False, mode=Mode.PAUSED, until=resumed * _TICK, gain=gain)
        start = max(start, resumed)
    if now < start:
        return Plan(on=False, mode=Mode.LOOK, until=start * _TICK, gain=gain)
    looking = max(start, start if situation.hinted is None else _ticks(situation.hinted))
    if looking <= now < looking + _LOOK:
        return Plan(on=True, mode=Mode.LOOK, until=(looking + _LOOK) * _TICK, gain=gain)
    return _scheduled(situation, now, start, gain)


_LOOK = round(LOOK_S / _TICK)
_CHUNK = round(CHUNK_S / _TICK)
_EVERY = round(LOOK_EVERY_S / _TICK)


def _scheduled(situation: Situation, now: int, start: int, gain: float) -> Plan:
    """Bursts since `start`, which began with a look; in ticks."""
    bursts = bursts_of(occupied=situation.occupied, pets=situation.pets)
    mode = Mode.OCCUPIED if situation.occupied else Mode.IDLE
    cycle = (now - start) // _EVERY * _EVERY + start if bursts.looks else start
    if now < cycle + _LOOK:
        return Plan(on=True, mode=Mode.LOOK, until=(cycle + _LOOK) * _TICK, gain=gain)
    period, on = round(bursts.period / _TICK), round(bursts.on / _TICK)
    # A burst begins a chunk into its period, so that none runs on from a look.
    first = cycle + _LOOK + _CHUNK
    latest = first + (now - first) // period * period
    burning = now < latest + on and now >= first
    until = latest + on if burning else latest + period
    if bursts.looks:
        until = min(until, cycle + _EVERY)
    return Plan(on=burning, mode=mode, until=until * _TICK, gain=gain)


def _ticks(t: float) -> int:
    return round(t / _TICK)


def _aligned(t: float) -> int:
    """The first beginning of a chunk from t on, in ticks."""
    return -(-_ticks(t) // _CHUNK) * _CHUNK
