"""One site's whole engine: messages in, outputs and commands out. What every host runs."""

from collections.abc import Iterable
from dataclasses import replace
import heapq

from .core.command import Command
from .core.house import House
from .core.message import HOST_TOPIC, Message
from .core.observation import Observation
from .core.output import Output
from .core.reading import Connection, Reading
from .core.snapshot import Json, SnapshotError, item, members_in, number_in
from .decide.home import Home
from .decode.dialects import Dialect
from .decode.host import decode_host
from .decode.node import Node
from .decode.topics import node_filters, parse_topic

type Effect = Output | Command

SCHEMA = 1
"""Version of the snapshot's outer shape; the nodes and the home carry their own."""

MOST_NODES = 512
"""More node ids than any home has: beyond it a client is inventing them, and memory ends.

The nodes of configured rooms are heard all the same."""


class Pipeline:
    """Nodes by key, dialects, and the home that reads them.

    The observations of one message reach the home in the order of their decoding. A node's
    deadline fires before one of the home at the same time, because the home acts on what its
    nodes conclude. Time never goes back: an input that is older than the last is taken as now.
    """

    def __init__(self, house: House, dialects: Iterable[Dialect] = ()) -> None:
        self.home = Home(house)
        # Asked at every message, and a site keeps its name whatever else is described anew.
        self._site = house.site
        self.nodes: dict[str, Node] = {}
        self._dialects = tuple(dialects)
        self._now = float("-inf")
        # Whether the home lost its state and has not been told of the nodes yet.
        self._is_new = False
        # (deadline, order of arrival, id); an entry that its node no longer has is skipped.
        self._due: list[tuple[float, int, str]] = []
        self._order: dict[str, int] = {}
        self._queued: dict[str, float] = {}

    @property
    def filters(self) -> tuple[str, ...]:
        """The MQTT topic filters that a host subscribes to."""
        own = node_filters(self._site)
        return own + tuple(each for dialect in self._dialects for each in dialect.filters)

    @property
    def next_deadline(self) -> float | None:
        """When advance has something to do, unix seconds; None for never."""
        nodes, home = self._node_due(), self.home.next_deadline
        if nodes is None or home is None:
            return home if nodes is None else nodes
        return min(nodes, home)

    def may_be_due(self, t: float) -> bool:
        """Whether advance can have something to do at t: cheaper than to ask when."""
        return self.home.may_be_due(t) or bool(self._due and self._due[0][0] <= t)

    def receive(self, message: Message) -> list[Effect]:
        """Take one message of any kind and say what follows from it; never raises for content."""
        effects = self.advance(message.host_t)
        if message.host_t < self._now:
            message = replace(message, host_t=self._now)
        if message.topic.startswith(HOST_TOPIC):
            return effects + self._observe(decode_host(message, self._site))
        address = parse_topic(message.topic, self._site)
        if address is not None:
            node = self._node(address.node)
            if node is not None:
                effects += self._observe(node.step(message))
                self._schedule(address.node)
            return effects
        for dialect in self._dialects:
            effects += self._observe(dialect.step(message))
        return effects

    def advance(self, t: float) -> list[Effect]:
        """Fire every deadline up to t (unix seconds), in order, and say what follows."""
        effects: list[Effect] = []
        # Asked at every message, and the answer is nearly always no.
        if not self.may_be_due(t):
            self._now = max(self._now, t)
            return effects
        while (at := self.next_deadline) is not None and at <= t:
            if self._node_due() == at:
                name = heapq.heappop(self._due)[2]
                del self._queued[name]
                effects += self._observe(self.nodes[name].advance(at))
                self._schedule(name)
            else:
                effects += self.home.advance(at)
        self._now = max(self._now, t)
        return effects

    def configure(self, house: House) -> list[Effect]:
        """Take up another description of the same site, keeping what stays the same."""
        return list(self.home.configure(house))

    def watch_doppler(self, node: str, *, on: bool) -> list[Effect]:
        """Give Doppler outputs of a node, at most ten a second, or give them no more.

        They are for whoever looks just now: `current` and a snapshot know nothing of them.
        """
        return list(self.home.watch(node, on=on))

    def current(self, t: float) -> list[Output]:
        """Everything that is known at t, in full: for a host that starts or is asked again."""
        return self.home.current(t)

    def explain(self, room: str, t: float) -> Json:
        """The evidence behind a room's state; None for a room that is not there."""
        return self.home.explain(room, t)

    def explain_routine(self, routine: str, t: float) -> Json:
        """Why a routine ran or did not; None for one that is not there or is switched off."""
        return self.home.explain_routine(routine, t)

    def forget(self, node: str) -> None:
        """Drop a node and its counters, after it was removed for good."""
        self.nodes.pop(node, None)
        self.home.forget(node)

    def snapshot(self) -> Json:
        """The whole state as JSON."""
        return {
            "schema": SCHEMA,
            "nodes": {name: node.snapshot() for name, node in self.nodes.items()},
            "home": self.home.snapshot(),
        }

    def restore(self, state: Json) -> tuple[str, ...]:
        """Take up a state; returns the names of the parts that did not fit and were reset.

        Call `resume` after it, which also asks the nodes for what a reset part needs.

        Nodes that no room has are left out, unless the house makes its rooms itself.
        Raises SnapshotError where the whole is not a snapshot of this version.
        """
        if number_in(state, "schema") != SCHEMA:
            raise SnapshotError("the state was saved by another version; it starts anew")
        reset: list[str] = []
        for name, saved in members_in(state, "nodes").items():
            house = self.home.house
            # One without a room introduces itself again, unless somebody had invented it.
            awaited = house.automatic or house.room_of(name) is not None
            node = self._node(name) if awaited else None
            if node is None:
                continue
            try:
                node.restore(saved)
            except SnapshotError:
                reset.append(name)
                self.nodes[name] = Node(self._site, name)
            self._schedule(name)
        try:
            self.home.restore(item(state, "home"))
        except SnapshotError:
            reset.append("home")
            self.home = Home(self.home.house)
            self._is_new = True
        return tuple(reset)

    def recall(self, state: Json, t: float) -> None:
        """Begin anew at t (unix seconds), but for the alarms of a state of a clock that was ahead.

        In the place of `restore` and `resume`. Raises SnapshotError.
        """
        if number_in(state, "schema") != SCHEMA:
            raise SnapshotError("the state was saved by another version; it starts anew")
        self._now = max(self._now, t)
        self.home.recall(item(state, "home"), t)

    def _introduce(self) -> list[Effect]:
        """Tell a new home of the known nodes, which do not repeat what has not changed."""
        effects: list[Effect] = []
        for name, node in self.nodes.items():
            known: list[Reading] = []
            if node.availability is not None:
                known.append(Connection(node.availability))
            if node.announcement is not None:
                known.append(node.announcement)
            for reading in known:
                site, now = self._site, self._now
                effects += self.home.step(Observation(site, name, now, now, reading, live=False))
        return effects

    def resume(self, t: float) -> list[Effect]:
        """Go on at t (unix seconds) after restore: nobody was heard since the state was saved."""
        self._now = max(self._now, t)
        introduced = self._introduce() if self._is_new else []
        self._is_new = False
        return introduced + self.home.resume(t)

    def _node(self, name: str) -> Node | None:
        node = self.nodes.get(name)
        if node is None and (len(self.nodes) < MOST_NODES or self.home.house.room_of(name)):
            node = self.nodes[name] = Node(self._site, name)
            self._order.setdefault(name, len(self._order))
        return node

    def _observe(self, decoded: Iterable[Observation | Command]) -> list[Effect]:
        effects: list[Effect] = []
        for each in decoded:
            if isinstance(each, Command):
                effects.append(each)
            else:
                effects += self.home.step(each)
        return effects

    def _schedule(self, name: str) -> None:
        deadline = self.nodes[name].next_deadline
        if deadline is not None and self._queued.get(name) != deadline:
            self._queued[name] = deadline
            heapq.heappush(self._due, (deadline, self._order[name], name))

    def _node_due(self) -> float | None:
        while self._due:
            deadline, _, name = self._due[0]
            node = self.nodes.get(name)
            if node is not None and node.next_deadline == deadline:
                return deadline
            heapq.heappop(self._due)
            if self._queued.get(name) == deadline:
                del self._queued[name]
        return None
