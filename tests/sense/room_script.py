"""A script of one room: people and things as a radar, a motion detector and a bed node see them."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
import math
import random

from halcyon.core.house import House, Mount, Room, Sensitivity, Sleeper, Zone
from halcyon.core.observation import HOST, Observation
from halcyon.core.output import InBed, Moved, Output, Presence, Respiration
from halcyon.core.reading import (
    Availability,
    Breath,
    BreathUnit,
    Connection,
    Detection,
    Intent,
    Motion,
    MotionLevel,
    Reading,
    Target,
    Targets,
)
from halcyon.decide.dialogue import Effect
from halcyon.decide.home import Home

START = 1_795_143_000.0

type Where = Callable[[float], tuple[float, float] | None]
"""Seconds since a phase of the script began to a place in the node's coordinates, or nowhere."""


@dataclass
class Script:
    """One room whose host time goes on only as the script says."""

    home: Home
    t: float = START
    effects: list[Effect] = field(default_factory=list)
    rng: random.Random = field(default_factory=lambda: random.Random(7))
    jitter: float = 0.02

    def say(self, reading: Reading, source: str = "radar", *, live: bool = True) -> None:
        self._do(Observation("home", source, self.t, self.t, reading, live))

    def wish(self, name: str, **fields: str | float | bool) -> None:
        intent = Intent(name, tuple(sorted({"room": "den", **fields}.items())))
        self._do(Observation("home", HOST, self.t, self.t, intent))

    def _do(self, given: Observation) -> None:
        self.effects += self.home.step(given)

    def wait(self, seconds: float) -> None:
        self.t += seconds
        self.effects += self.home.advance(self.t)

    def ticks(self, seconds: float, hz: float) -> Iterator[float]:
        """Let time pass in steps; yields the seconds since the beginning at each."""
        begin, count = self.t, round(seconds * hz)
        for k in range(count):
            self.t = begin + k / hz
            yield self.t - begin
        self.wait(begin + seconds - self.t)

    def radar(
        self, seconds: float, *wheres: Where, hz: float = 10.0, source: str = "radar"
    ) -> None:
        """Frames of targets; the velocity is that of the path along the line of sight."""
        for s in self.ticks(seconds, hz):
            targets = []
            for where in wheres:
                here, soon = where(s), where(s + 0.05)
                if here is None:
                    continue
                x, y = (each + self.rng.gauss(0.0, self.jitter) for each in here)
                speed = 0.0 if soon is None else (math.hypot(*soon) - math.hypot(*here)) / 0.05
                targets.append(Target(x, y, round(speed + self.rng.gauss(0.0, 0.02), 2)))
            self.say(Targets(tuple(targets)), source)

    def breathe(
        self, seconds: float, rate: float | None, *, hz: float = 10.0, source: str = "bed"
    ) -> None:
        """A chest's phase at about hz in pieces of a second; None is an empty bed's noise."""
        for s in self.ticks(seconds, 1.0):
            times = tuple(self.t - 1.0 + (k + self.rng.random()) / hz for k in range(round(hz)))
            self.say(self.breath_piece(times, rate), source)
            del s

    def breath_piece(self, times: tuple[float, ...], rate: float | None) -> Breath:
        signal = (0.0 if rate is None else math.sin(2 * math.pi * rate / 60 * t) for t in times)
        values = tuple(each + self.rng.gauss(0.0, 0.15) for each in signal)
        return Breath(times, values, BreathUnit.RADIANS)

    def pir(self, level: MotionLevel = MotionLevel.MAJOR) -> None:
        self.say(Motion(level), "pir")

    def outputs(self, kind: type) -> list[Output]:
        return [e for e in self.effects if isinstance(e, Output) and isinstance(e.fact, kind)]

    def occupied(self) -> bool | None:
        presence = self.outputs(Presence)
        fact = presence[-1].fact if presence else Presence(None, None)
        assert isinstance(fact, Presence)
        return fact.occupied

    def presence(self) -> Presence:
        fact = self.outputs(Presence)[-1].fact
        assert isinstance(fact, Presence)
        return fact

    def flips(self) -> list[tuple[float, bool | None]]:
        """When presence changed, in seconds of the script, and to what."""
        flips: list[tuple[float, bool | None]] = []
        for output in self.outputs(Presence):
            assert isinstance(output.fact, Presence)
            if not flips or flips[-1][1] is not output.fact.occupied:
                flips.append((output.t - START, output.fact.occupied))
        return flips

    def moved(self) -> Moved:
        fact = self.outputs(Moved)[-1].fact
        assert isinstance(fact, Moved)
        return fact

    def in_bed(self) -> bool | None:
        facts = [o.fact for o in self.outputs(InBed)]
        fact = facts[-1] if facts else InBed("anna", None)
        assert isinstance(fact, InBed)
        return fact.in_bed

    def respiration(self) -> Respiration:
        fact = self.outputs(Respiration)[-1].fact
        assert isinstance(fact, Respiration)
        return fact

    def connection(self, source: str, availability: Availability) -> None:
        self.say(Connection(availability), source)

    def verdict(self, *, present: bool, source: str = "entity", live: bool = True) -> None:
        self.say(Detection(present=present), source, live=live)

    def reasons(self) -> set[str]:
        """Why things are ignored."""
        explained = self.home.explain("den", self.t)
        assert isinstance(explained, dict)
        ignored = explained["ignored"]
        assert isinstance(ignored, list)
        return {str(row["reason"]) for row in ignored if isinstance(row, dict)}

    def explained(self, key: str) -> object:
        body = self.home.explain("den", self.t)
        assert isinstance(body, dict)
        return body[key]


def den(
    *zones: Zone,
    sensitivity: Sensitivity = Sensitivity.MEDIUM,
    sources: tuple[str, ...] = ("radar", "pir", "bed", "entity"),
) -> House:
    """A house of one room, the den, with Anna's bed in it."""
    mounts = tuple(Mount(source) for source in sources)
    sleepers = (Sleeper("anna", "bed"),) if "bed" in sources else ()
    return House("home", (Room("den", mounts, zones, sleepers, sensitivity),))


def stays(x: float, y: float) -> Where:
    return lambda _: (x, y)


def walks(start: tuple[float, float], end: tuple[float, float], speed: float = 0.8) -> Where:
    length = math.dist(start, end)

    def where(s: float) -> tuple[float, float] | None:
        share = s * speed / length
        if share > 1.0:
            return end
        return start[0] + share * (end[0] - start[0]), start[1] + share * (end[1] - start[1])

    return where


def leaves(start: tuple[float, float], end: tuple[float, float], speed: float = 0.8) -> Where:
    """Walks, and is gone at the end."""
    path, duration = walks(start, end, speed), math.dist(start, end) / speed
    return lambda s: path(s) if s < duration else None


def nowhere(_: float) -> None:
    return None
