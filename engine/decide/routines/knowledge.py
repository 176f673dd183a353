"""What is known of a home, as far as routines ask: the last word of every output about it."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from ...core.house import Room
from ...core.output import (
    Alarm,
    AlarmEvent,
    Environment,
    InBed,
    Moved,
    NodeStatus,
    Output,
    Presence,
    SessionEvent,
    SleepIntent,
    SleepSession,
    SleepStage,
)
from ...core.reading import Availability, Mode, MotionLevel, Sun, WallClock
from ...core.sleep import Stage
from ...core.snapshot import (
    Json,
    flag_in,
    item,
    members_in,
    optional_number_in,
    rows_in,
    text_in,
)
from ..alarm.clock import Clock, clock_from

type Subject = tuple[str, str]
"""What an output is about: a scope and an id in it."""

ROOM, SLEEPER, NODE = "room", "sleeper", "node"

_AIR = ("temp", "rh", "lux", "co2")

_WOKEN_FROM = frozenset({Stage.LIGHT, Stage.AWAKE})
"""Stages that people are woken from gently."""

_ALARM_OVER = frozenset(
    {AlarmEvent.SET, AlarmEvent.DISMISSED, AlarmEvent.MISSED, AlarmEvent.SKIPPED}
)

_ASLEEP = {
    SessionEvent.STARTED: False,
    SessionEvent.FELL_ASLEEP: True,
    SessionEvent.WOKE_UP: False,
    SessionEvent.GOT_UP: False,
    SessionEvent.ENDED: False,
}


@dataclass(slots=True)
class KnownRoom:
    """A room as it was told last. `sources` as in Moved; `air` in the units of Environment."""

    occupied: bool | None = None
    zones: tuple[str, ...] = ()
    moves: MotionLevel | None = None
    sources: tuple[tuple[str, str, MotionLevel | None], ...] = ()
    air: dict[str, float | None] = field(default_factory=dict)

    @property
    def is_blind(self) -> bool:
        """Whether a sensor that is waited for tells nothing, so that absence is not known."""
        return any(level is None for _, _, level in self.sources)

    @property
    def is_dark(self) -> bool:
        """Whether no sensor tells anything."""
        return bool(self.sources) and all(level is None for _, _, level in self.sources)


@dataclass(slots=True)
class KnownSleeper:
    """A sleeper as they were told last.

    `window` is the occurrence of their alarm whose window is open, or that rings; `wakeable` says
    that a moment to wake them has come in it.
    """

    in_bed: bool | None = None
    score: float | None = None
    stage: Stage | None = None
    asleep: bool | None = None
    window: str | None = None
    wakeable: bool = False


class Knowledge:
    """Rooms, sleepers and nodes by their ids; modes, the sun and the clock as the host tells."""

    def __init__(self) -> None:
        self.rooms: dict[str, KnownRoom] = {}
        self.sleepers: dict[str, KnownSleeper] = {}
        self.nodes: dict[str, Availability] = {}
        self.modes: dict[str, str | None] = {}
        self.sun: float | None = None
        self.clock = Clock()
        # The node and the room of each sleeper, as the house has them.
        self._beds: dict[str, tuple[str, str]] = {}

    def settle(self, rooms: Iterable[Room]) -> None:
        """The house was described anew."""
        self._beds = {
            sleeper.id: (room.id, sleeper.node) for room in rooms for sleeper in room.sleepers
        }

    @property
    def residents(self) -> tuple[str, ...]:
        """Everybody who sleeps in the home."""
        return tuple(self._beds)

    def room(self, name: str) -> KnownRoom:
        """A room, nothing known of it where it was never told of."""
        return self.rooms.get(name) or KnownRoom()

    def sleeper(self, name: str) -> KnownSleeper:
        """A sleeper, nothing known of them where they were never told of."""
        return self.sleepers.get(name) or KnownSleeper()

    def is_unwatched(self, sleeper: str) -> bool:
        """Whether the node of a sleeper is known to tell nothing just now."""
        room, node = self._beds.get(sleeper, ("", ""))
        return any(name == node and level is None for name, _, level in self.room(room).sources)

    def take(self, output: Output) -> tuple[Subject, ...]:
        """Take in an output; what it is about, where it may change a trigger."""
        fact = output.fact
        match fact:
            case Presence():
                room = self._room(output)
                room.occupied, room.zones = fact.occupied, fact.zones
            case Moved():
                room = self._room(output)
                room.moves, room.sources = fact.state, fact.sources
                beds = (name for name, (of, _) in self._beds.items() if of == output.room)
                return ((ROOM, output.room or ""), *((SLEEPER, name) for name in beds))
            case Environment():
                self._room(output).air = {name: getattr(fact, name) for name in _AIR}
            case InBed() | SleepIntent() | SleepStage() | SleepSession() | Alarm():
                self._slept(fact)
                return ((SLEEPER, fact.sleeper),)
            case NodeStatus():
                self.nodes[fact.node] = fact.availability
                return ((NODE, fact.node),)
            case _:
                return ()
        return ((ROOM, output.room or ""),)

    def hear(self, said: WallClock | Sun | Mode, t: float) -> None:
        """What the host says at time t."""
        match said:
            case WallClock():
                self.clock.take(said, t)
            case Sun():
                self.sun = said.elevation
            case Mode():
                self.modes[said.name] = said.value

    def _room(self, output: Output) -> KnownRoom:
        return self.rooms.setdefault(output.room or "", KnownRoom())

    def _slept(self, fact: InBed | SleepIntent | SleepStage | SleepSession | Alarm) -> None:
        known = self.sleepers.setdefault(fact.sleeper, KnownSleeper())
        match fact:
            case InBed():
                known.in_bed = fact.in_bed
            case SleepIntent():
                known.score = fact.score
            case SleepStage():
                known.stage = fact.stage
                known.wakeable |= known.window is not None and fact.stage in _WOKEN_FROM
            case SleepSession():
                known.asleep = _ASLEEP[fact.event]
            case Alarm():
                self._alarmed(known, fact)

    @staticmethod
    def _alarmed(known: KnownSleeper, fact: Alarm) -> None:
        if fact.event in _ALARM_OVER:
            known.window, known.wakeable = None, False
            return
        if known.window != fact.occurrence:
            known.window, known.wakeable = fact.occurrence, False
        known.wakeable |= fact.event is AlarmEvent.RINGING or known.stage in _WOKEN_FROM

    def snapshot(self) -> Json:
        """The state as JSON."""
        return {
            "rooms": {
                name: {
                    "occupied": room.occupied,
                    "zones": list(room.zones),
                    "moves": _text(room.moves),
                    "sources": [[name, kind, _text(level)] for name, kind, level in room.sources],
                    "air": dict(room.air),
                }
                for name, room in self.rooms.items()
            },
            "sleepers": {
                name: {
                    "in_bed": known.in_bed,
                    "score": known.score,
                    "stage": _text(known.stage),
                    "asleep": known.asleep,
                    "window": known.window,
                    "wakeable": known.wakeable,
                }
                for name, known in self.sleepers.items()
            },
            "nodes": {name: str(availability) for name, availability in self.nodes.items()},
            "modes": dict(self.modes),
            "sun": self.sun,
            "clock": self.clock.snapshot(),
        }

    def restore(self, state: Json) -> None:
        """Take up a snapshot; raises SnapshotError or ValueError, and stays as it was then."""
        rooms = {name: _room_from(row) for name, row in members_in(state, "rooms").items()}
        sleepers = {name: _sleeper_from(row) for name, row in members_in(state, "sleepers").items()}
        nodes = {name: Availability(str(row)) for name, row in members_in(state, "nodes").items()}
        modes = {
            name: None if row is None else str(row)
            for name, row in members_in(state, "modes").items()
        }
        sun, clock = optional_number_in(state, "sun"), clock_from(item(state, "clock"))
        self.rooms, self.sleepers, self.nodes, self.modes = rooms, sleepers, nodes, modes
        self.sun, self.clock = sun, clock


def _text(value: MotionLevel | Stage | None) -> str | None:
    return None if value is None else str(value)


def _flag(row: Json, key: str) -> bool | None:
    return None if item(row, key) is None else flag_in(row, key)


def _level(row: Json, key: str | int) -> MotionLevel | None:
    return None if item(row, key) is None else MotionLevel(text_in(row, key))


def _room_from(row: Json) -> KnownRoom:
    return KnownRoom(
        _flag(row, "occupied"),
        tuple(map(str, rows_in(row, "zones"))),
        _level(row, "moves"),
        tuple(
            (text_in(each, 0), text_in(each, 1), _level(each, 2))
            for each in rows_in(row, "sources")
        ),
        {name: optional_number_in(item(row, "air"), name) for name in members_in(row, "air")},
    )


def _sleeper_from(row: Json) -> KnownSleeper:
    return KnownSleeper(
        _flag(row, "in_bed"),
        optional_number_in(row, "score"),
        None if item(row, "stage") is None else Stage(text_in(row, "stage")),
        _flag(row, "asleep"),
        None if item(row, "window") is None else text_in(row, "window"),
        flag_in(row, "wakeable"),
    )
