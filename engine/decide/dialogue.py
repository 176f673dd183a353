"""What a home says to its nodes, and hears of them: one conversation with each."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Protocol

from ..core.command import Command
from ..core.output import Output
from ..core.reading import Announcement, Connection, Quadrature, Sounding, Traffic
from ..core.snapshot import Json, members_in, optional_item
from ..core.timers import Timers
from ..sense.listening import Heard
from .asking import Air, Wanted
from .ears import Ears
from .node_json import node_from, node_to_json
from .nodes import AboutNode, Node
from .tuning import tune

REQUEST = "request"
"""First part of the timers that repeat requests to nodes."""

type Effect = Output | Command


class Place(Protocol):
    """What of a room decides what is asked of its nodes."""

    @property
    def occupied(self) -> bool:
        """Whether somebody is there."""

    @property
    def standby(self) -> bool:
        """Whether it looks away on a person's wish."""

    @property
    def air(self) -> Air | None:
        """Its air, None where nothing measures it."""


class Dialogue:
    """The nodes of a site. `places` are the rooms of each source, kept up to date by the home."""

    def __init__(self, site: str, places: Mapping[str, Sequence[Place]], timers: Timers) -> None:
        self._site = site
        self._places = places
        self._timers = timers
        self._nodes: dict[str, Node] = {}
        self._ears = Ears()
        self._rooms: Sequence[Collection[str]] = ()

    def take(self, source: str, reading: AboutNode, t: float, at: float) -> list[Effect]:
        """Take in at time t what was said at `at` of a node, and answer."""
        node = self._nodes.setdefault(source, Node(source))
        node.take(reading)
        effects: list[Effect] = []
        if isinstance(reading, Connection | Traffic) and (status := node.status()) != node.told:
            node.told = status
            effects.append(Output(t, at, self._site, None, status))
        if isinstance(reading, Sounding) and (news := node.sound_news()) is not None:
            effects.append(Output(t, at, self._site, None, news))
        if isinstance(reading, Announcement | Sounding):
            effects += [*self.tune(t), *node.sweep(self._site, t)]
        return effects + self._ask_one(node, t)

    def listen(self, source: str, reading: Quadrature, at: float) -> list[Heard]:
        """Do the work of a node that cannot compute, or draw what one that can is placed by."""
        if not self._listens(source) or self.rests(source):
            return []
        node = self._nodes.get(source)
        announced = None if node is None else node.sound
        occupied = self._is_occupied(source)
        return self._ears.step(source, reading, announced, at, occupied=occupied)

    def hears(self, source: str) -> bool:
        """Whether the work on its I/Q is the home's: it is in a room and cannot compute."""
        node = self._nodes.get(source)
        return source in self._places and not (node is not None and node.computes)

    def rests(self, source: str) -> bool:
        """Whether it is to look away, because all its rooms do."""
        places = self._places.get(source, ())
        return bool(places) and all(place.standby for place in places)

    def is_away(self, source: str) -> bool:
        """Whether nothing can be heard of a node that is known."""
        node = self._nodes.get(source)
        return node is not None and node.is_away

    def watch(self, source: str, t: float, *, on: bool) -> list[Effect]:
        """Draw live pictures of a node while somebody watches, or stop it."""
        self._ears.watch(source, on=on)
        if not on and not self.hears(source):
            self._ears.forget(source)
        node = self._nodes.get(source)
        return [] if node is None else self._ask_one(node, t)

    def calibrate(self, source: str, kind: str, t: float) -> list[Effect]:
        """Let a node with a tone calibrate it, by one of the kinds of the command."""
        node = self._nodes.get(source)
        if node is None or node.sound is None:
            return []
        if not node.computes:
            self._ears.calibrate(source, t)
            return []
        return [Command(self._site, source, "calibrate", t, (("kind", kind),))]

    def spare_pets(self, source: str, t: float, *, there: bool) -> list[Effect]:
        """A person says whether a node's tone is held to what animals bear."""
        node = self._nodes.get(source)
        if node is None:
            return []
        node.pets = there
        return self._ask_one(node, t)

    def tune(self, t: float) -> list[Effect]:
        """Tell nodes of another carrier that would disturb each other."""
        if not any(node.sound is not None for node in self._nodes.values()):
            return []
        moved = tune(self._nodes, self._rooms)
        return [effect for node in moved for effect in self._ask_one(node, t)]

    def follow(self, sources: Sequence[str], t: float) -> list[Effect]:
        """Something that nodes may have to know has changed in their rooms."""
        known = [self._nodes[source] for source in sources if source in self._nodes]
        nodes = [node for node in known if node.heeds_rooms]
        return [effect for node in nodes for effect in self._ask_one(node, t)]

    def ask_all(self, t: float) -> list[Effect]:
        """Say to every node what is wanted of it, where that is news."""
        return [effect for node in self._nodes.values() for effect in self._ask_one(node, t)]

    def repeat(self, source: str, t: float) -> list[Effect]:
        """It is time to say again what a node may not have heard."""
        node = self._nodes.get(source)
        return [] if node is None else self._ask_one(node, t, again=True)

    def settle(self, rooms: Sequence[Collection[str]]) -> None:
        """The rooms were described anew, each by the nodes in it; who is in none is forgotten."""
        self._rooms = rooms
        self._ears.keep(self._places.keys() | self._ears.watched)

    def rest(self, sources: Iterable[str]) -> None:
        """Forget what goes on before those of the nodes that look away from now on."""
        for source in filter(self.rests, sources):
            self._ears.cease(source)

    def forget(self, source: str) -> None:
        """Drop what is known of a node."""
        self._nodes.pop(source, None)
        self._ears.forget(source)

    def current(self, t: float) -> list[Output]:
        """The present state of every node."""
        facts = [
            fact
            for node in self._nodes.values()
            for fact in (node.told, node.told_sound)
            if fact is not None
        ]
        return [Output(t, t, self._site, None, fact) for fact in facts]

    def snapshot(self) -> dict[str, Json]:
        """The state as JSON: `nodes`, and of those whose work is the home's, `ears`."""
        return {
            "nodes": {name: node_to_json(node) for name, node in self._nodes.items()},
            "ears": self._ears.snapshot({name for name in self._places if self.hears(name)}),
        }

    def restore(self, state: Json) -> None:
        """Take up a state of nodes and ears; raises SnapshotError if it is none."""
        rows = members_in(state, "nodes")
        self._nodes = {name: node_from(name, row) for name, row in rows.items()}
        self._ears.restore(optional_item(state, "ears"), self._places.keys())

    def _listens(self, source: str) -> bool:
        """Whether its I/Q is wanted, if only for a picture."""
        return source in self._ears.watched or self.hears(source)

    def _is_occupied(self, source: str) -> bool:
        return any(place.occupied for place in self._places.get(source, ()))

    def _ask_one(self, node: Node, t: float, *, again: bool = False) -> list[Effect]:
        """What a node must be told, and when it must be told again."""
        places, repeat = self._places.get(node.id, ()), (REQUEST, node.id)
        wanted = Wanted(
            standby=self.rests(node.id),
            streaming=self._is_occupied(node.id),
            listening=self._listens(node.id),
            air=places[0].air if places else None,
        )
        commands = node.ask(self._site, t, wanted, again=again)
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
