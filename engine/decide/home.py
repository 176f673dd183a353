"""A home: all rooms of a site, the nodes behind them, and what is asked of the nodes."""

from dataclasses import replace
import math
from typing import override

from ..core.house import (
    House,
    HouseError,
    Sensitivity,
    house_from_json,
    house_to_json,
)
from ..core.observation import HOST, Observation
from ..core.output import Doppler, Environment, Output, Presence
from ..core.reading import (
    Acknowledged,
    Announcement,
    BodyMovement,
    Connection,
    Intent,
    Mode,
    NodeEvent,
    Quadrature,
    Recognised,
    Sounding,
    Sun,
    Traffic,
    WallClock,
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
from ..core.timers import Key, Timers
from ..sense.parts import Aspect
from ..sense.room import Room
from .alarm.alarms import ALARM, OF_ALARMS, Alarms
from .automatic import grown
from .commands import COMMAND, Commands
from .dialogue import REQUEST, Dialogue, Effect
from .rooms import Rooms, sources_of
from .routines.reading import readable
from .routines.routines import ROUTINE, Routines

SCHEMA = 1
"""The version of the home's own part of a snapshot."""

_ABOUT_NODES = (Acknowledged, Announcement, Connection, Sounding, Traffic)
_SEEDS = (Announcement, Connection, Traffic)
"""What is said of nodes, and what of it counts though it was said before anybody listened."""

_ASK_AFTER = (Presence, Environment)
"""What a room tells that its nodes may have to know."""


class Home(Reducer[Observation, Effect]):
    """The reducer of one site; takes observations, gives outputs and commands."""

    def __init__(self, house: House) -> None:
        self._house = house
        self._t = 0.0
        self._timers = Timers()
        self._rooms = Rooms(house.site, self._timers)
        self._dialogue = Dialogue(house.site, self._rooms.of, self._timers)
        self._alarms = Alarms(house.site, self._timers)
        self._routines = Routines(house.site, self._timers)
        self._commands = Commands(house.site, self._timers)
        self._adopt(house)

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
        return effects + self._decided(self._take_in(given), live=given.live)

    def _take_in(self, given: Observation) -> list[Effect]:
        if given.source == HOST:
            return self._take_wish(given)
        effects: list[Effect] = []
        if self._house.automatic and (house := grown(self._house, given)) is not self._house:
            effects += self._adopt(house)
        if isinstance(given.reading, Quadrature):
            return effects + self._listen(given, given.reading)
        return effects + self._take(given)

    def _decided(self, told: list[Effect], *, live: bool = True) -> list[Effect]:
        """What was told, and what routines make of it."""
        return told + self._routines.follow(told, live=live) if told else told

    def _take(self, given: Observation) -> list[Effect]:
        reading = given.reading
        effects: list[Effect] = []
        if isinstance(reading, _ABOUT_NODES) and (given.live or isinstance(reading, _SEEDS)):
            effects += self._dialogue.take(given.source, reading, self._t, given.measured_t)
        effects += self._followed(self._rooms.step(given))
        if isinstance(reading, OF_ALARMS) and (given.live or not isinstance(reading, BodyMovement)):
            effects += self._alarms.hear(given.source, reading, self._t)
        if isinstance(reading, NodeEvent) and given.live:
            effects += self._hear(given.source, reading, given.measured_t)
        return effects

    def _hear(self, node: str, event: NodeEvent, at: float) -> list[Effect]:
        """What becomes of a transcript of a node; in standby nothing."""
        room = self._rooms.first_of(node)
        if room is None:
            return self._commands.hear(node, None, event, self._t, at)
        return [] if room.standby else self._commands.hear(node, room.config.id, event, self._t, at)

    def _understand(self, heard: Recognised) -> list[Effect]:
        """What was understood where: beside a node, or in a room."""
        room = self._rooms.first_of(heard.node or "") or self._rooms.get(heard.room or "")
        if room is None:
            return self._commands.take(heard, None, self._t)
        return [] if room.standby else self._commands.take(heard, room.config.id, self._t)

    def _listen(self, given: Observation, reading: Quadrature) -> list[Effect]:
        """What becomes of the I/Q of a node: motion, or a picture for whoever watches."""
        if not given.live:
            return []
        effects: list[Effect] = []
        for each in self._dialogue.listen(given.source, reading, given.measured_t):
            if isinstance(each, Doppler):
                site, at = self._house.site, given.measured_t
                effects.append(Output(given.host_t, at, site, None, each))
            elif self._dialogue.hears(given.source):
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
            if key[0] == ROUTINE:
                told += self._routines.wake(key, self._t)
            else:
                told += self._decided(self._wake(key))
        self._t = max(self._t, t)
        return told

    def _wake(self, key: Key) -> list[Effect]:
        if key[0] == REQUEST:
            return self._dialogue.repeat(key[1], self._t)
        if key[0] == ALARM:
            return self._alarms.wake(key, self._t)
        if key[0] == COMMAND:
            return self._commands.wake(key, self._t)
        if (room := self._rooms.get(key[1])) is None:
            return []
        told = self._followed(room.wake(key[2], self._t))
        if key[2] == Aspect.CALIBRATION and room.is_learning:
            told += self._learn_floors(room)
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
        rooms = self._rooms.current(t)
        return self._dialogue.current(t) + rooms + self._alarms.current(t)

    def forget(self, node: str) -> None:
        """Drop what is known of a node that was removed for good; one of a room is kept."""
        if node not in self._rooms.of:
            self._dialogue.forget(node)

    def watch(self, source: str, *, on: bool) -> list[Effect]:
        """Draw live Doppler pictures of a node while somebody watches, or stop it.

        The pictures are outputs that nothing keeps; nor does a snapshot keep who watches.
        """
        return self._dialogue.watch(source, self._t, on=on)

    def explain(self, room_id: str, t: float) -> Json:
        """Why a room is in the state it is in; None for a room that is not known."""
        room = self._rooms.get(room_id)
        return None if room is None else room.explain(t)

    def explain_routine(self, routine: str, t: float) -> Json:
        """Why a routine ran or did not; None for one that is not known or is switched off."""
        return self._routines.explain(routine, t)

    def explain_alarm(self, sleeper: str, t: float) -> Json:
        """Why an alarm rang, and what is known of the next; None for a sleeper without one."""
        return self._alarms.explain(sleeper, t)

    def resume(self, t: float) -> list[Effect]:
        """Go on at time t after the host was away: nobody was heard since the last step.

        Call it after restore. Every source counts as unavailable until it speaks again, so a
        room shows what it was for a minute and then admits that it does not know.
        """
        since, self._t = self._t, max(self._t, t)
        told = self._rooms.interrupt(since, self._t)
        self._alarms.resume(self._t)
        ended = self._routines.resume(since, self._t)
        return ended + self._decided(self._followed(told), live=False)

    def recall(self, state: Json, t: float) -> None:
        """Begin anew at time t, but for the alarms of a state that a clock kept that was ahead.

        What was sensed by such a clock says nothing of now; who is to be woken must be woken.
        Raises SnapshotError.
        """
        self._t = max(self._t, t)
        self._alarms.recall(optional_item(state, "alarms"), t - number_in(state, "t"), self._t)

    @override
    def snapshot(self) -> Json:
        """The whole state as JSON."""
        return {
            "schema": SCHEMA,
            "t": self._t,
            "house": house_to_json(self._house),
            "timers": self._timers.snapshot(),
            "rooms": self._rooms.snapshot(),
            "alarms": self._alarms.snapshot(),
            "routines": self._routines.snapshot(),
        } | self._dialogue.snapshot()

    @override
    def restore(self, state: Json) -> None:
        """Take up a state; rooms that do not fit begin anew. Raises SnapshotError for no state.

        What people configured counts; an automatic house gets back what it had grown.
        """
        if number_in(state, "schema") != SCHEMA:
            raise SnapshotError(f"snapshot of schema {number_in(state, 'schema')}, not {SCHEMA}")
        t = number_in(state, "t")
        rooms = members_in(state, "rooms")
        if self._house.automatic:
            self._grow_back(item(state, "house"))
        self._index()
        self._dialogue.restore(state)
        self._timers.restore(item(state, "timers"))
        self._alarms.restore(optional_item(state, "alarms"))
        self._routines.restore(optional_item(state, "routines"))
        self._t = t
        self._rooms.restore(rooms)
        self._routines.follow(self.current(self._t), live=False)

    def _grow_back(self, document: Json) -> None:
        try:
            stored = house_from_json(document)
        except HouseError as error:
            raise SnapshotError(f"snapshot holds no house: {error}") from error
        for config in stored.rooms:
            if self._rooms.get(config.id) is None:
                self._house = self._house.with_room(config)
        self._rooms.adopt(self._house.rooms, self._t, self._dialogue.is_away)

    def _index(self) -> None:
        self._dialogue.settle([sources_of(room) for room in self._rooms])
        self._alarms.settle([room.config for room in self._rooms])

    def _adopt(self, house: House) -> list[Effect]:
        t, self._house = self._t, house
        told = self._rooms.adopt(house.rooms, t, self._dialogue.is_away)
        self._index()
        ended = self._settle_routines()
        return [*told, *ended, *self._dialogue.tune(t), *self._dialogue.ask_all(t)]

    def _take_wish(self, given: Observation) -> list[Effect]:
        wish = given.reading
        if isinstance(wish, WallClock | Sun | Mode):
            self._routines.hear(wish, self._t)
        if isinstance(wish, WallClock):
            return self._alarms.clock(wish, self._t)
        if not given.live:
            return []
        if isinstance(wish, Recognised):
            return self._understand(wish)
        return self._obey(wish) if isinstance(wish, Intent) else []

    def _obey(self, wish: Intent) -> list[Effect]:
        if wish.name == "emission" and isinstance(pets := wish.get("pets"), bool):
            return self._dialogue.spare_pets(str(wish.get("node")), self._t, there=pets)
        if wish.name == "calibrate" and isinstance(node := wish.get("node"), str):
            return self._dialogue.calibrate(node, "all", self._t)
        if wish.name == "standby" and isinstance(sleeper := wish.get("sleeper"), str):
            return [*self._rooms.set_resting(sleeper, self._t, on=wish.get("on") is True)]
        room = self._rooms.get(str(wish.get("room")))
        if room is None:
            return self._alarms.wish(wish, self._t) + self._routines.wish(wish, self._t)
        match wish.name, wish.get("on"), wish.get("level"):
            case "standby", bool(on), _:
                told = room.set_standby(self._t, on=on)
                self._dialogue.rest(sources_of(room))
                return [*told, *self._dialogue.ask_all(self._t)]
            case "calibrate", _, _:
                room.calibrate(self._t)
            case "sensitivity", _, str(level) if level in Sensitivity:
                config = replace(room.config, sensitivity=Sensitivity(level))
                return self._adopt(self._house.with_room(config))
        return []

    def _settle_routines(self) -> list[Effect]:
        """Take up the routines of the house, which know from now on what is known of it."""
        told = self._routines.settle(readable(self._house.routines)[0], self._house.rooms, self._t)
        self._routines.follow(self.current(self._t), live=False)
        return told

    def _learn_floors(self, room: Room) -> list[Effect]:
        """The room is empty: its tones learn what it sounds like."""
        return [
            effect
            for source in sources_of(room)
            for effect in self._dialogue.calibrate(source, "floor", self._t)
        ]

    def _followed(self, told: list[Output]) -> list[Effect]:
        """What rooms told, and the commands that follow from a room turning occupied or empty."""
        if not told:
            return []
        # Only the nodes of these rooms: a home has many others, and somebody waits for a light.
        asked: list[Effect] = []
        for room in {out.room: None for out in told if isinstance(out.fact, _ASK_AFTER)}:
            asked += self._dialogue.follow(self._rooms.sources.get(room or "", ()), told[-1].t)
        return [*told, *asked, *self._alarms.follow(told)]
