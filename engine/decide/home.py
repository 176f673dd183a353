"""A home: all rooms of a site, the nodes behind them, and what is asked of the nodes."""

from collections.abc import Sequence
from dataclasses import replace
import math
from typing import override

from ..core.command import Command
from ..core.house import (
    House,
    HouseError,
    Room as RoomConfig,
    Sensitivity,
    house_from_json,
    house_to_json,
)
from ..core.observation import HOST, Observation
from ..core.output import Doppler, Environment, Output, Presence
from ..core.reading import (
    Acknowledged,
    Announcement,
    Connection,
    Intent,
    Quadrature,
    Sounding,
    Traffic,
)
from ..core.reducer import Reducer
from ..core.snapshot import (
    Json,
    SnapshotError,
    item,
    members_in,
    number_in,
    optional_item,
)
from ..core.timers import Timers
from ..sense.parts import Aspect
from ..sense.room import Room
from ..sense.scope import Scope
from .asking import Wanted
from .automatic import grown
from .ears import Ears
from .node_json import node_from, node_to_json
from .nodes import AboutNode, Node
from .tuning import tune

SCHEMA = 1
"""The version of the home's own part of a snapshot."""

_REQUEST = "request"
"""First part of the timers that repeat requests to nodes; a room's begin with `room`."""

_ABOUT_NODES = (Acknowledged, Announcement, Connection, Sounding, Traffic)
_SEEDS = (Announcement, Connection, Traffic)
"""What is said of nodes, and what of it counts though it was said before anybody listened."""

_ASK_AFTER = (Presence, Environment)
"""What a room tells that its nodes may have to know."""

type Effect = Output | Command


class Home(Reducer[Observation, Effect]):
    """The reducer of one site; takes observations, gives outputs and commands."""

    def __init__(self, house: House) -> None:
        self._house = house
        self._t = 0.0
        self._timers = Timers()
        self._nodes: dict[str, Node] = {}
        self._ears = Ears()
        self._rooms: dict[str, Room] = {}
        self._rooms_of: dict[str, list[Room]] = {}
        for config in house.rooms:
            self._rooms[config.id] = self._room(config)
        self._index()

    @property
    def house(self) -> House:
        """The house as it is now, with what grew and what people changed."""
        return self._house

    @property
    @override
    def next_deadline(self) -> float | None:
        """When advance has something to do, unix seconds; None for never."""
        return self._timers.next_deadline

    def may_be_due(self, t: float) -> bool:
        """Whether advance can have something to do at t: cheaper than to ask when."""
        return self._timers.may_be_due(t)

    @override
    def step(self, given: Observation) -> list[Effect]:
        """Take one observation; time never goes back, a late one counts as being of now."""
        t = given.host_t if math.isfinite(given.host_t) else self._t
        effects = self.advance(t)
        if given.site != self._house.site:
            return effects
        if given.host_t != self._t or not math.isfinite(given.measured_t):
            at = given.measured_t if math.isfinite(given.measured_t) else self._t
            given = replace(given, host_t=self._t, measured_t=at)
        if given.source == HOST:
            return effects + self._take_wish(given)
        if self._house.automatic and (house := grown(self._house, given)) is not self._house:
            effects += self._adopt(house)
        if isinstance(given.reading, Quadrature):
            return effects + self._listen(given, given.reading)
        return effects + self._take(given)

    def _take(self, given: Observation) -> list[Effect]:
        reading = given.reading
        effects: list[Effect] = []
        told: list[Output] = []
        if isinstance(reading, _ABOUT_NODES) and (given.live or isinstance(reading, _SEEDS)):
            effects += self._take_node(given.source, reading, given.measured_t)
        for room in self._rooms_of.get(given.source, ()):
            told += room.step(given)
        return effects + self._followed(told)

    def _listen(self, given: Observation, reading: Quadrature) -> list[Effect]:
        """Do the work of a node that cannot compute, or draw what one that can is placed by."""
        source, node = given.source, self._nodes.get(given.source)
        rooms, hears = self._rooms_of.get(source, []), self._hears(source)
        if not given.live or not self._listens(source) or _rests(rooms):
            return []
        announced = None if node is None else node.sound
        occupied = any(room.occupied for room in rooms)
        at = given.measured_t
        heard = self._ears.step(source, reading, announced, at, occupied=occupied)
        effects: list[Effect] = []
        for each in heard:
            if isinstance(each, Doppler):
                site = self._house.site
                effects.append(Output(given.host_t, at, site, None, each))
            elif hears:
                effects += self._take(replace(given, reading=each))
        return effects

    @override
    def advance(self, t: float) -> list[Effect]:
        """Fire every deadline up to t."""
        if not math.isfinite(t):
            return []
        told: list[Effect] = []
        if not self._timers.may_be_due(t):
            self._t = max(self._t, t)
            return told
        for key, deadline in self._timers.due(t):
            self._t = max(self._t, deadline)
            if key[0] == _REQUEST:
                if (node := self._nodes.get(key[1])) is not None:
                    told += self._ask_one(node, self._t, again=True)
            elif (room := self._rooms.get(key[1])) is not None:
                told += self._followed(room.wake(key[2], self._t))
                if key[2] == Aspect.CALIBRATION and room.is_learning:
                    told += self._learn_floors(room)
        self._t = max(self._t, t)
        return told

    def configure(self, house: House) -> list[Effect]:
        """Take up a new description; rooms and sources that stay keep their state.

        Rooms that an automatic house grew stay as long as the description leaves their sources
        to it.
        """
        if house.automatic:
            named = {mount.source for room in house.rooms for mount in room.mounts}
            ids = {room.id for room in house.rooms}
            for room in self._house.rooms:
                left = tuple(mount for mount in room.mounts if mount.source not in named)
                if left and room.id not in ids:
                    house = house.with_room(replace(room, mounts=left))
        return self._adopt(house)

    def current(self, t: float) -> list[Output]:
        """The present state of every node and room, for a host that starts or is asked for it."""
        site = self._house.site
        facts = [
            fact
            for node in self._nodes.values()
            for fact in (node.told, node.told_sound)
            if fact is not None
        ]
        nodes = [Output(t, t, site, None, fact) for fact in facts]
        return nodes + [output for room in self._rooms.values() for output in room.current(t)]

    def forget(self, node: str) -> None:
        """Drop what is known of a node that was removed for good; one of a room is kept."""
        if node not in self._rooms_of:
            self._nodes.pop(node, None)
            self._ears.forget(node)

    def watch(self, source: str, *, on: bool) -> list[Effect]:
        """Draw live Doppler pictures of a node while somebody watches, or stop it.

        The pictures are outputs that nothing keeps; nor does a snapshot keep who watches.
        """
        self._ears.watch(source, on=on)
        if not on and not self._hears(source):
            self._ears.forget(source)
        node = self._nodes.get(source)
        return [] if node is None else self._ask_one(node, self._t)

    def explain(self, room_id: str, t: float) -> Json:
        """Why a room is in the state it is in; None for a room that is not known."""
        room = self._rooms.get(room_id)
        return None if room is None else room.explain(t)

    def resume(self, t: float) -> list[Effect]:
        """Go on at time t after the host was away: nobody was heard since the last step.

        Call it after restore. Every source counts as unavailable until it speaks again, so a
        room shows what it was for a minute and then admits that it does not know.
        """
        since, self._t = self._t, max(self._t, t)
        told: list[Output] = []
        for room in self._rooms.values():
            told += room.interrupt(since, self._t)
        return self._followed(told)

    @override
    def snapshot(self) -> Json:
        """The whole state as JSON."""
        return {
            "schema": SCHEMA,
            "t": self._t,
            "house": house_to_json(self._house),
            "timers": self._timers.snapshot(),
            "nodes": {name: node_to_json(node) for name, node in self._nodes.items()},
            "rooms": {name: room.snapshot() for name, room in self._rooms.items()},
            "ears": self._ears.snapshot({name for name in self._rooms_of if self._hears(name)}),
        }

    @override
    def restore(self, state: Json) -> None:
        """Take up a state; rooms that do not fit begin anew. Raises SnapshotError for no state.

        What people configured counts; an automatic house gets back what it had grown.
        """
        if number_in(state, "schema") != SCHEMA:
            raise SnapshotError(f"snapshot of schema {number_in(state, 'schema')}, not {SCHEMA}")
        t = number_in(state, "t")
        nodes = {name: node_from(name, row) for name, row in members_in(state, "nodes").items()}
        rooms = members_in(state, "rooms")
        if self._house.automatic:
            self._grow_back(item(state, "house"))
        self._timers.restore(item(state, "timers"))
        self._t, self._nodes = t, nodes
        for name, room in self._rooms.items():
            try:
                room.restore(rooms.get(name))
            except SnapshotError:
                room.close()
                self._rooms[name] = self._room(room.config)
        self._index()
        self._ears.restore(optional_item(state, "ears"), self._rooms_of.keys())

    def _hears(self, source: str) -> bool:
        """Whether the work on its I/Q is the home's: it is in a room and cannot compute."""
        node = self._nodes.get(source)
        return source in self._rooms_of and not (node is not None and node.computes)

    def _listens(self, source: str) -> bool:
        """Whether its I/Q is wanted, if only for a picture."""
        return source in self._ears.watched or self._hears(source)

    def _grow_back(self, document: Json) -> None:
        try:
            stored = house_from_json(document)
        except HouseError as error:
            raise SnapshotError(f"snapshot holds no house: {error}") from error
        for config in stored.rooms:
            if config.id not in self._rooms:
                self._house = self._house.with_room(config)
                self._rooms[config.id] = self._room(config)

    def _room(self, config: RoomConfig) -> Room:
        return Room(self._house.site, config, Scope(self._timers, ("room", config.id)))

    def _index(self) -> None:
        self._rooms_of = {}
        for room in self._rooms.values():
            for mount in room.config.mounts:
                self._rooms_of.setdefault(mount.source, []).append(room)

    def _adopt(self, house: House) -> list[Effect]:
        t, told = self._t, list[Output]()
        self._house = house
        kept = {config.id for config in house.rooms}
        for name in [name for name in self._rooms if name not in kept]:
            self._rooms.pop(name).close()
        for config in house.rooms:
            room = self._rooms.get(config.id)
            if room is None:
                room = self._rooms[config.id] = self._room(config)
                news = set(config.mounts)
            elif room.config == config:
                continue
            else:
                before = {mount.source for mount in room.config.mounts}
                news = {mount for mount in config.mounts if mount.source not in before}
                told += room.configure(config, t)
            for mount in news:
                node = self._nodes.get(mount.source)
                if node is not None and node.is_away:
                    room.lose(mount.source, t)
        self._index()
        self._ears.keep(self._rooms_of.keys() | self._ears.watched)
        return [*told, *self._tune(), *self._ask_all(t)]

    def _take_wish(self, given: Observation) -> list[Effect]:
        wish = given.reading
        if not isinstance(wish, Intent) or not given.live:
            return []
        if wish.name == "emission":
            return self._wish_emission(str(wish.get("node")), wish.get("pets"))
        if wish.name == "calibrate" and isinstance(node := wish.get("node"), str):
            return self._calibrate(node, "all")
        room = self._rooms.get(str(wish.get("room")))
        if room is None:
            return []
        match wish.name, wish.get("on"), wish.get("level"):
            case "standby", bool(on), _:
                told = room.set_standby(self._t, on=on)
                for mount in room.config.mounts:
                    if _rests(self._rooms_of[mount.source]):
                        self._ears.cease(mount.source)
                return [*told, *self._ask_all(self._t)]
            case "calibrate", _, _:
                room.calibrate(self._t)
            case "sensitivity", _, str(level) if level in Sensitivity:
                config = replace(room.config, sensitivity=Sensitivity(level))
                return self._adopt(self._house.with_room(config))
        return []

    def _wish_emission(self, source: str, pets: object) -> list[Effect]:
        """A person says whether a node's tone is held to what animals bear."""
        node = self._nodes.get(source)
        if node is None or not isinstance(pets, bool):
            return []
        node.pets = pets
        return self._ask_one(node, self._t)

    def _learn_floors(self, room: Room) -> list[Effect]:
        """The room is empty: its tones learn what it sounds like."""
        return [
            effect
            for mount in room.config.mounts
            for effect in self._calibrate(mount.source, "floor")
        ]

    def _calibrate(self, source: str, kind: str) -> list[Effect]:
        """Let a node with a tone calibrate it, by one of the kinds of the command."""
        node = self._nodes.get(source)
        if node is None or node.sound is None:
            return []
        if not node.computes:
            self._ears.calibrate(source, self._t)
            return []
        site = self._house.site
        return [Command(site, source, "calibrate", self._t, (("kind", kind),))]

    def _take_node(self, source: str, reading: AboutNode, at: float) -> list[Effect]:
        node = self._nodes.setdefault(source, Node(source))
        node.take(reading)
        effects: list[Effect] = []
        site = self._house.site
        if isinstance(reading, Connection | Traffic) and (status := node.status()) != node.told:
            node.told = status
            effects.append(Output(self._t, at, site, None, status))
        if isinstance(reading, Sounding) and (news := node.sound_news()) is not None:
            effects.append(Output(self._t, at, site, None, news))
        if isinstance(reading, Announcement | Sounding):
            effects += [*self._tune(), *node.sweep(site, self._t)]
        return effects + self._ask_one(node, self._t)

    def _tune(self) -> list[Effect]:
        """Tell nodes of another carrier that would disturb each other."""
        rooms = [[mount.source for mount in room.mounts] for room in self._house.rooms]
        moved = tune(self._nodes, rooms) if any(map(_has_sound, self._nodes.values())) else []
        return [effect for node in moved for effect in self._ask_one(node, self._t)]

    def _followed(self, told: list[Output]) -> list[Effect]:
        """What rooms told, and the commands that follow from a room turning occupied or empty."""
        if not told:
            return []
        sources = dict.fromkeys(
            mount.source
            for output in told
            if isinstance(output.fact, _ASK_AFTER) and output.room in self._rooms
            for mount in self._rooms[output.room].config.mounts
        )
        # Only the nodes of these rooms: a home has many others, and somebody waits for a light.
        known = [self._nodes[source] for source in sources if source in self._nodes]
        nodes = [node for node in known if node.heeds_rooms]
        return [*told, *(effect for node in nodes for effect in self._ask_one(node, told[-1].t))]

    def _ask_all(self, t: float) -> list[Effect]:
        return [effect for node in self._nodes.values() for effect in self._ask_one(node, t)]

    def _ask_one(self, node: Node, t: float, *, again: bool = False) -> list[Effect]:
        """What a node must be told, and when it must be told again."""
        rooms, repeat = self._rooms_of.get(node.id, []), (_REQUEST, node.id)
        wanted = Wanted(
            standby=_rests(rooms),
            streaming=any(room.occupied for room in rooms),
            listening=self._listens(node.id),
            air=rooms[0].air if rooms else None,
        )
        commands = node.ask(self._house.site, t, wanted, again=again)
        if node.id in self._ears and not node.computes:
            air = node.breathe(wanted.air, t)
            if air is not None:
                self._ears.air(node.id, air)
        due, planned = node.next_question(t, wanted), self._timers.deadline(repeat)
        if due is None:
            self._timers.cancel(repeat)
        elif planned is None or planned > due:
            self._timers.set(repeat, due)
        return list(commands)


def _has_sound(node: Node) -> bool:
    return node.sound is not None


def _rests(rooms: Sequence[Room]) -> bool:
    """Whether a node of these rooms is to look away."""
    return bool(rooms) and all(room.standby for room in rooms)
