"""The rooms of a home, by their ids and by what is mounted in them."""

from collections.abc import Callable, Iterable, Iterator, Mapping

from ..core.house import Room as RoomConfig
from ..core.observation import Observation
from ..core.output import Output
from ..core.snapshot import Json, SnapshotError
from ..core.timers import Timers
from ..sense.room import Room
from ..sense.scope import Scope

ROOM = "room"
"""First part of the timers of rooms."""


class Rooms:
    """All rooms of a site. `of` are those that each source is in, `sources` the other way round.

    Timers begin with ROOM; behind it is the room's id.
    """

    def __init__(self, site: str, timers: Timers) -> None:
        self.of: dict[str, list[Room]] = {}
        self.sources: dict[str, tuple[str, ...]] = {}
        self._site = site
        self._timers = timers
        self._rooms: dict[str, Room] = {}

    def __iter__(self) -> Iterator[Room]:
        return iter(self._rooms.values())

    def get(self, name: str) -> Room | None:
        """The room of an id, None where there is none."""
        return self._rooms.get(name)

    def first_of(self, source: str) -> Room | None:
        """A room that a source is in, None where it is in none."""
        return next(iter(self.of.get(source, ())), None)

    def step(self, given: Observation) -> list[Output]:
        """What the rooms of its source make of an observation."""
        return [told for room in self.of.get(given.source, ()) for told in room.step(given)]

    def adopt(
        self, configs: Iterable[RoomConfig], t: float, is_away: Callable[[str], bool]
    ) -> list[Output]:
        """Take up another description at time t; what stays keeps its state.

        `is_away` says of a source that is new somewhere whether it is known to be unavailable.
        """
        told: list[Output] = []
        wanted = {config.id: config for config in configs}
        for name in [name for name in self._rooms if name not in wanted]:
            self._rooms.pop(name).close()
        for config in wanted.values():
            room = self._rooms.get(config.id)
            if room is None:
                room = self._rooms[config.id] = self._new(config)
                before = set[str]()
            elif room.config == config:
                continue
            else:
                before = set(sources_of(room))
                told += room.configure(config, t)
            for source in sources_of(room):
                if source not in before and is_away(source):
                    room.lose(source, t)
        self._index()
        return told

    def restore(self, states: Mapping[str, Json]) -> None:
        """Take up the states of rooms; those that do not fit begin anew."""
        for name, room in self._rooms.items():
            try:
                room.restore(states.get(name))
            except SnapshotError:
                room.close()
                self._rooms[name] = self._new(room.config)
        self._index()

    def interrupt(self, since: float, t: float) -> list[Output]:
        """Nobody listened from since to t."""
        return [told for room in self for told in room.interrupt(since, t)]

    def set_resting(self, sleeper: str, t: float, *, on: bool) -> list[Output]:
        """Look away from one sleeper, wherever they sleep, or look again."""
        return [told for room in self for told in room.set_resting(sleeper, t, on=on)]

    def current(self, t: float) -> list[Output]:
        """Everything that is true of them, stamped t."""
        return [told for room in self for told in room.current(t)]

    def snapshot(self) -> dict[str, Json]:
        """The whole state as JSON; timers are the home's."""
        return {name: room.snapshot() for name, room in self._rooms.items()}

    def _new(self, config: RoomConfig) -> Room:
        return Room(self._site, config, Scope(self._timers, (ROOM, config.id)))

    def _index(self) -> None:
        self.of.clear()
        self.sources = {name: sources_of(room) for name, room in self._rooms.items()}
        for name, room in self._rooms.items():
            for source in self.sources[name]:
                self.of.setdefault(source, []).append(room)


def sources_of(room: Room) -> tuple[str, ...]:
    """What is mounted in a room."""
    return tuple(mount.source for mount in room.config.mounts)
