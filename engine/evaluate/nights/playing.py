"""A simulated night played to a home, and what the home said of its sleeper."""

from dataclasses import dataclass, field

import numpy as np

from ...core.house import House, Mount, Room, Sleeper
from ...core.observation import Observation
from ...core.output import (
    InBed,
    Output,
    Presence,
    Respiration,
    SessionEvent,
    SleepIntent,
    SleepSession,
    SleepStage,
)
from ...core.reading import Availability, Connection
from ...core.sleep import Stage
from ...core.snapshot import Json
from ...decide.home import Home
from ...simulate.body import Flags, Floats
from ...simulate.nights import Night, observations

SITE, ROOM, NODE, SLEEPER = "home", "bedroom", "bed-1", "anna"
START = 1_800_050_400.0
"""Unix time at which nights begin: ten in the evening, UTC."""

type Timeline[T] = list[tuple[float, T]]
"""What was said and from when on it held, seconds from the beginning of the night."""


@dataclass(frozen=True, slots=True)
class Heard:
    """What a home said of its sleeper in the course of a night.

    `start` is the unix time at which the night began; `sessions` are (time, event, report);
    everything else is what was said, when.
    """

    seconds: int
    start: float
    occupied: Timeline[bool | None] = field(default_factory=list)
    in_bed: Timeline[bool | None] = field(default_factory=list)
    rates: Timeline[float | None] = field(default_factory=list)
    intents: Timeline[float | None] = field(default_factory=list)
    stages: Timeline[Stage | None] = field(default_factory=list)
    sessions: list[tuple[float, SessionEvent, Json]] = field(default_factory=list)

    def lies(self) -> Flags:
        """Whether the sleeper was said to be in bed, by second."""
        return _held(self.seconds, self.in_bed)

    def somebody(self) -> Flags:
        """Whether the room was said to be occupied, by second."""
        return _held(self.seconds, self.occupied)

    def of(self, event: SessionEvent) -> list[float]:
        """The times about which an event was told."""
        return [at for at, told, _ in self.sessions if told is event]

    @property
    def reports(self) -> list[Json]:
        """The reports of the nights that ended."""
        return [report for _, told, report in self.sessions if told is SessionEvent.ENDED]


def house() -> House:
    """A room with one sleeper and the node beside the bed."""
    sleepers = (Sleeper(SLEEPER, NODE),)
    return House(SITE, (Room(ROOM, mounts=(Mount(NODE),), sleepers=sleepers),))


def hear(night: Night, home: Home | None = None, start: float = START) -> Heard:
    """Play a night to a home, a new one if none is given, and collect what it says."""
    home = Home(house()) if home is None else home
    heard = Heard(night.seconds, start)
    online = Observation(SITE, NODE, start, start, Connection(Availability.ONLINE))
    effects = home.step(online)
    for each in observations(night.told, SITE, NODE, start):
        effects += home.step(each)
    effects += home.advance(start + night.seconds)
    for effect in effects:
        if isinstance(effect, Output):
            _collect(heard, effect, start)
    return heard


def _collect(heard: Heard, output: Output, start: float) -> None:
    t, at = output.t - start, output.at - start
    match output.fact:
        case Presence(occupied=occupied):
            heard.occupied.append((t, occupied))
        case InBed(in_bed=in_bed):
            heard.in_bed.append((t, in_bed))
        case Respiration(rate_bpm=rate):
            heard.rates.append((t, rate))
        case SleepIntent(score=score):
            heard.intents.append((at, score))
        case SleepStage(stage=stage):
            heard.stages.append((at, stage))
        case SleepSession(event=event, report=report):
            heard.sessions.append((at, event, report))


def _held(seconds: int, said: Timeline[bool | None]) -> Flags:
    held = np.zeros(seconds, bool)
    for t, value in said:
        held[max(0, int(t)) :] = value is True
    return held


def by_second(seconds: int, said: Timeline[float | None]) -> Floats:
    """The value that held at each second, NaN where there was none."""
    values = np.full(seconds, np.nan)
    for t, value in said:
        values[max(0, int(t)) :] = np.nan if value is None else value
    return values
