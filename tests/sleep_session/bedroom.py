"""A bedroom played second by second, with stages that the heart rate gives away."""

from dataclasses import dataclass, field

from halcyon.core.house import House, Mount, Room, Sleeper
from halcyon.core.observation import HOST, Observation
from halcyon.core.output import Fact, Output, SessionEvent, SleepSession, SleepStage
from halcyon.core.reading import (
    Ambient,
    Availability,
    Bed,
    BodyMovement,
    Connection,
    Detection,
    Intent,
    Reading,
    Vitals,
)
from halcyon.core.sleep import Stage
from halcyon.core.snapshot import Json
from halcyon.decide.dialogue import Effect
from halcyon.decide.home import Home
from halcyon.sense.sleep.epoch import SleepEpoch
from halcyon.sense.sleep.stager import UNMEASURED, Staged

START = 1_795_143_000.0
EVERY = 4.0
"""Seconds between two reports of the module."""

AWAKE, ASLEEP = 70.0, 50.0
"""Heart rates from which ScriptedStager tells wake from sleep."""


class ScriptedStager:
    """Tells sleep from a slow heart: what a network says does not matter to these tests."""

    def step(self, epoch: SleepEpoch) -> Staged:
        if epoch.heart is None:
            return UNMEASURED
        if epoch.heart.rate > (AWAKE + ASLEEP) / 2:
            return Staged(Stage.AWAKE, 0.9, (0.9, 0.1, 0.0, 0.0))
        return Staged(Stage.LIGHT, 0.8, (0.2, 0.8, 0.0, 0.0))

    def snapshot(self) -> Json:
        return {}

    def restore(self, state: Json) -> None:
        del state


def house(*sleepers: Sleeper, extra: tuple[str, ...] = ()) -> House:
    sleepers = sleepers or (Sleeper("anna", "bed"),)
    nodes = (*(each.node for each in sleepers), *extra)
    return House("home", (Room("den", tuple(map(Mount, nodes)), sleepers=sleepers),))


@dataclass
class Bedroom:
    """A room of bed nodes that report rates, movement and the bed's own verdict."""

    home: Home = field(default_factory=lambda: Home(house()))
    t: float = START
    effects: list[Effect] = field(default_factory=list)
    count: int = 0

    def say(self, reading: Reading, source: str = "bed", *, late: float = 0.0) -> None:
        self.effects += self.home.step(
            Observation("home", source, self.t, self.t - late, reading, live=True)
        )

    def wish(self, name: str, **fields: str | float | bool) -> None:
        intent = Intent(name, tuple(sorted(fields.items())))
        self.effects += self.home.step(Observation("home", HOST, self.t, self.t, intent))

    def wait(self, minutes: float) -> None:
        """Nothing is said for a while."""
        self.t += minutes * 60
        self.effects += self.home.advance(self.t)

    def _pass(self, seconds: float = EVERY) -> None:
        self.t += seconds
        self.count += 1

    def lie(self, minutes: float, heart: float, *, source: str = "bed") -> None:
        """Somebody breathes, with a heart that gives the stage away."""
        self.say(Bed(occupied=True), source)
        for _ in range(round(minutes * 60 / EVERY)):
            self._pass()
            wobble = (self.count * 7 % 10) / 10
            self.say(Vitals(14.0 + wobble, heart + wobble), source)
            if self.count % 4 == 0:
                self.say(BodyMovement(0.02), source)

    def empty(self, minutes: float, *, source: str = "bed") -> None:
        """The bed says that nobody lies there, and goes on saying it."""
        self.say(Bed(occupied=False), source)
        for _ in range(round(minutes * 60 / EVERY)):
            self._pass()
            self.say(Detection(present=False), source)

    def offline(self, minutes: float, source: str = "bed") -> None:
        """The node is away, and comes back."""
        self.say(Connection(Availability.OFFLINE), source)
        self.wait(minutes)
        self.say(Connection(Availability.ONLINE), source)

    def air(self, temperature: float) -> None:
        self.say(Ambient(temperature=temperature))

    def facts[T: Fact](self, kind: type[T]) -> list[tuple[float, T]]:
        """What was told of a kind, and the minute that it was about."""
        return [
            ((each.at - START) / 60, each.fact)
            for each in self.effects
            if isinstance(each, Output) and isinstance(each.fact, kind)
        ]

    def events(self, sleeper: str = "anna") -> list[tuple[SessionEvent, float]]:
        return [
            (fact.event, round(at, 1))
            for at, fact in self.facts(SleepSession)
            if fact.sleeper == sleeper
        ]

    def happened(self, event: SessionEvent, minute: float, sleeper: str = "anna") -> bool:
        """Whether this was told to have happened within a minute of that one."""
        return any(told is event and abs(at - minute) <= 1.0 for told, at in self.events(sleeper))

    def stages(self, sleeper: str = "anna") -> list[tuple[float, Stage | None]]:
        return [(at, fact.stage) for at, fact in self.facts(SleepStage) if fact.sleeper == sleeper]

    def report(self) -> dict[str, Json]:
        """The last report."""
        reports = [fact.report for _, fact in self.facts(SleepSession) if fact.report is not None]
        assert isinstance(reports[-1], dict)
        return reports[-1]
