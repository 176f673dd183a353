"""Routines of this home over rooms that the service computes: its outputs trigger them here."""

from dataclasses import replace

from ..engine.core.house import House
from ..engine.core.message import Message
from ..engine.core.output import (
    Environment,
    Fact,
    InBed,
    Moved,
    Output,
    Presence,
    SleepIntent,
    SleepStage,
)
from ..engine.core.reading import Intent, Mode, Sun, WallClock
from ..engine.core.snapshot import Json, item, number_in
from ..engine.core.timers import Timers
from ..engine.decide.routines.reading import readable
from ..engine.decide.routines.routines import Effect, Routines
from ..engine.decode.host import decode_host


class RemoteRoutines:
    """The routines of a site. Times are host seconds, by this host's clock."""

    def __init__(self, house: House) -> None:
        self._house = house
        self._timers = Timers()
        self._routines = Routines(house.site, self._timers)
        self._t = 0.0
        self._settle(house)

    @property
    def next_deadline(self) -> float | None:
        """When time has effects, None for never."""
        return self._timers.next_deadline

    def configure(self, house: House) -> list[Effect]:
        """Take up the routines as people describe them now."""
        self._house = house
        return self._settle(house)

    def _settle(self, house: House) -> list[Effect]:
        routines, _ = readable(house.routines)
        return self._routines.settle(routines, house.rooms, self._t)

    def follow(self, output: Output, t: float) -> list[Effect]:
        """What the service says happened, which it says by its own clock."""
        return self.advance(t) + self._routines.follow([replace(output, t=self._t)])

    def lose(self, t: float) -> list[Effect]:
        """The service is gone: nothing is known of people until it is back, and no time counts."""
        effects = self.advance(t)
        for room in self._house.rooms:
            facts: list[Fact] = [
                Presence(None, None),
                Moved(None, None, None),
                Environment(None, None, None, None),
            ]
            for sleeper in room.sleepers:
                facts += [InBed(sleeper.id, None), SleepIntent(sleeper.id, None)]
                facts.append(SleepStage(sleeper.id, None, None))
            for fact in facts:
                output = Output(self._t, self._t, self._house.site, room.id, fact)
                effects += self._routines.follow([output])
        return effects

    def hear(self, message: Message) -> list[Effect]:
        """What the host itself says: the clock, the sun, modes, and what a person wants."""
        effects = self.advance(message.host_t)
        for observation in decode_host(message, self._house.site):
            match observation.reading:
                case WallClock() | Sun() | Mode() as said:
                    self._routines.hear(said, self._t)
                case Intent() as intent:
                    effects += self._routines.wish(intent, self._t)
        return effects

    def advance(self, t: float) -> list[Effect]:
        """Let time pass up to t."""
        effects: list[Effect] = []
        for key, deadline in self._timers.due(t):
            self._t = max(self._t, deadline)
            effects += self._routines.wake(key, self._t)
        self._t = max(self._t, t)
        return effects

    def explain(self, routine: str) -> Json:
        """Why a routine ran or did not; None for one that is not known."""
        return self._routines.explain(routine, self._t)

    def snapshot(self) -> Json:
        """The whole state as JSON."""
        return {
            "t": self._t,
            "timers": self._timers.snapshot(),
            "routines": self._routines.snapshot(),
        }

    def restore(self, state: Json, t: float) -> list[Effect]:
        """Take up a state at time t; raises SnapshotError for none."""
        since = number_in(state, "t")
        self._routines.restore(item(state, "routines"))
        self._timers.restore(item(state, "timers"))
        self._t = max(since, t)
        return self._routines.resume(since, self._t)
