"""Where the rooms of a site are computed: here, or by the service."""

from collections.abc import Container
from dataclasses import dataclass, field
from typing import Any, Protocol

from ..engine.core.command import Command
from ..engine.core.house import House
from ..engine.core.message import Message
from ..engine.core.output import (
    Alarm,
    AlarmPlan,
    Doppler,
    Output,
    Presence,
    Ring,
    RoutineRun,
    SleepSession,
    Spoken,
)
from ..engine.core.reading import Announcement
from ..engine.core.snapshot import Json
from ..engine.decide.alarm.ringers import COMMAND as ALARM
from ..shown import Change
from ..store import Stored

TICK_SECONDS = 1.0
"""How often the loop ticks: the engine asks for `advance` at least this often."""


@dataclass(slots=True)
class Batch:
    """What one turn of a computer has to tell the loop.

    `deadline` is a host time at which the engine wants a tick before the next regular one,
    `nights` are the reports of those that have ended, `runs` say what becomes of routines.
    `alarms` is all that is said of alarms, to nodes too, in its order: it must be on disk before
    anybody acts on it.
    """

    changes: list[Change] = field(default_factory=list)
    commands: list[Command] = field(default_factory=list)
    live: list[Output] = field(default_factory=list)
    spoken: list[Output] = field(default_factory=list)
    nights: list[Json] = field(default_factory=list)
    alarms: list[Output | Command] = field(default_factory=list)
    runs: list[Output] = field(default_factory=list)
    announced: dict[str, Announcement] = field(default_factory=dict)
    deadline: float | None = None

    def note(self, output: Output, watched: Container[str | None]) -> None:
        """Take of an output what is more than values: runs, reports, alarms, what is `watched`."""
        fact = output.fact
        if isinstance(fact, Alarm | AlarmPlan | Ring):
            self.alarms.append(output)
        if isinstance(fact, Spoken):
            self.spoken.append(output)
        if isinstance(fact, SleepSession) and fact.report is not None:
            self.nights.append(fact.report)
        if isinstance(fact, RoutineRun):
            self.runs.append(output)
        if isinstance(fact, Doppler) or (isinstance(fact, Presence) and output.room in watched):
            self.live.append(output)

    def order(self, command: Command) -> None:
        """Take a command; one of an alarm must not overtake what is said of it."""
        (self.alarms if command.name == ALARM else self.commands).append(command)

    def __bool__(self) -> bool:
        return self.deadline is not None or any(
            (
                self.changes,
                self.commands,
                self.live,
                self.spoken,
                self.nights,
                self.runs,
                self.alarms,
                self.announced,
            )
        )


class Computer(Protocol):
    """Takes messages and time, and delivers batches in the loop.

    It is light until it is opened. Everything that is a method needs that first.
    `watched` holds the rooms whose every presence output is to be delivered, `placed` the nodes
    whose Doppler is, while somebody places them.
    """

    watched: frozenset[str]
    placed: frozenset[str]

    @property
    def filters(self) -> tuple[str, ...]:
        """The MQTT topic filters of what it wants to be given."""

    @property
    def configurable(self) -> bool:
        """Whether it takes people's wishes: standby, calibration, the rooms' description."""

    @property
    def feeds_rooms(self) -> bool | None:
        """Whether all rooms are kept up to date; None where that depends on their sensors."""

    def open(self, house: House, stored: Stored | None, t: float) -> Batch:
        """Make what computes, of what was stored; before all that follows here.

        Blocking, because it imports and may take long. Returns what is known at t.
        """

    def announcements(self) -> dict[str, Announcement]:
        """What the nodes said of themselves, before the start."""

    def start(self) -> None:
        """Begin to work."""

    def post(self, message: Message) -> None:
        """Take a message; returns at once."""

    def tick(self, t: float) -> None:
        """Let time pass up to t; returns at once."""

    async def settle(self) -> None:
        """Wait until all that was posted has been delivered."""

    async def configure(self, house: House) -> None:
        """Take up another description of the same rooms."""

    async def explain(self, room: str, t: float) -> Json:
        """The evidence behind a room's state."""

    async def explain_routine(self, routine: str, t: float) -> Json:
        """Why a routine ran or did not; None for one that is switched off."""

    async def explain_alarm(self, sleeper: str, t: float) -> Json:
        """Why an alarm rang, and what is known of the next; None for a sleeper without one."""

    async def report(self) -> dict[str, Any]:
        """What is known of every node, for diagnostics."""

    async def forget(self, node: str) -> None:
        """Drop a node for good."""

    async def save(self) -> tuple[Json, list[Json]]:
        """The engine's state and the rows of what is shown, for the store."""

    def greeting(self) -> tuple[str, bytes] | None:
        """A topic and payload to publish whenever the broker is reached."""

    def deletion(self, sleeper: str, start: float) -> tuple[str, bytes] | None:
        """A topic and payload to publish when a night is deleted, where others keep it too."""

    async def stop(self) -> None:
        """End the work."""
