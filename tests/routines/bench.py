"""A home with routines, in a time that the tests choose."""

from collections.abc import Iterable
import json

from halcyon.core.command import Command
from halcyon.core.house import House, Mount, Room, SensorKind, Sleeper
from halcyon.core.observation import HOST, Observation
from halcyon.core.output import Action, Fact, Output, RoutineEvent, RoutineRun
from halcyon.core.reading import (
    Ambient,
    Availability,
    Connection,
    Intent,
    Motion,
    MotionLevel,
    Reading,
)
from halcyon.core.snapshot import Json
from halcyon.decide.home import Home

START = 1_795_143_000.0
ROOMS = (
    Room("den", (Mount("radar", kind=SensorKind.RADAR), Mount("tone", kind=SensorKind.ULTRASOUND))),
    Room("hall", (Mount("pir", kind=SensorKind.PIR),)),
    Room("bedroom", (Mount("bed-1"),), sleepers=(Sleeper("anna", "bed-1"),)),
)

type Document = dict[str, Json]


def routine(name: str, *triggers: Document, **more: Json) -> Document:
    """A routine whose actions a host runs, unless it is said otherwise."""
    hosted = {} if "sequence" in more else {"hosted": True}
    return {"id": name, "name": name, "triggers": list(triggers), **hosted, **more}


class Bench:
    """A home at a host time `t`; keeps everything that was told."""

    def __init__(self, *routines: Document) -> None:
        self.house = House("home", ROOMS, routines=routines)
        self.home = Home(self.house)
        self.t = START
        self.said: list[Output | Command] = []

    def see(self, reading: Reading, source: str = HOST, *, live: bool = True) -> None:
        self.said += self.home.step(Observation("home", source, self.t, self.t, reading, live))

    def wait(self, seconds: float) -> None:
        self.t += seconds
        self.said += self.home.advance(self.t)

    def tell(self, *facts: Fact, room: str | None = None, live: bool = True) -> None:
        """Let the home tell these facts, as if its rooms had."""
        told: list[Output | Command] = [Output(self.t, self.t, "home", room, f) for f in facts]
        self.said += self.home._decided(told, live=live)

    def wish(self, name: str, **fields: str | float | bool | None) -> None:
        self.see(Intent(name, tuple(sorted(fields.items()))))

    def restart(self, after: float, *routines: Document) -> None:
        """The host is away for so long."""
        state: Json = json.loads(json.dumps(self.home.snapshot()))
        if routines:
            self.house = House("home", ROOMS, routines=routines)
        self.home = Home(self.house)
        self.home.restore(state)
        self.t += after
        self.said += self.home.resume(self.t)

    def configure(self, *routines: Document) -> None:
        """People describe other routines."""
        self.house = House("home", ROOMS, routines=routines)
        self.said += self.home.configure(self.house)

    # People and nodes.

    def online(self, *nodes: str) -> None:
        for node in nodes:
            self.see(Connection(Availability.ONLINE), node)

    def offline(self, node: str, *, live: bool = True) -> None:
        self.see(Connection(Availability.OFFLINE), node, live=live)

    def move(self, node: str, level: MotionLevel = MotionLevel.MAJOR) -> None:
        self.see(Motion(level), node)

    def rest(self, node: str) -> None:
        self.see(Motion(MotionLevel.NONE), node)

    def air(self, node: str, **values: float) -> None:
        self.see(Ambient(**values), node)

    # What came of it.

    def runs(self, *events: RoutineEvent) -> list[RoutineRun]:
        wanted = events or (RoutineEvent.STARTED,)
        return [fact for _, fact in self._facts(RoutineRun) if fact.event in wanted]

    def names(self) -> list[str]:
        """The routines that ran, in order."""
        return [run.routine for run in self.runs()]

    def times(self) -> list[float]:
        """When routines ran, seconds since the start."""
        return [
            t - START for t, fact in self._facts(RoutineRun) if fact.event is RoutineEvent.STARTED
        ]

    def done(self) -> list[Json]:
        """What was to be done."""
        return [fact.do for _, fact in self._facts(Action)]

    def _facts[F: Fact](self, kind: type[F]) -> list[tuple[float, F]]:
        return list(_facts(self.said, kind))


def _facts[F: Fact](said: Iterable[Output | Command], kind: type[F]) -> Iterable[tuple[float, F]]:
    for each in said:
        if isinstance(each, Output) and isinstance(each.fact, kind):
            yield each.t, each.fact
