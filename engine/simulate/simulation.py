"""A scenario played: the messages that a host would receive, and the truth beside them."""

from collections.abc import Callable, Iterator
from dataclasses import replace
import heapq
import json
from typing import TextIO

import numpy as np

from .. import __version__
from ..core.capture import Header, write_header, write_message
from ..core.house import Mount
from ..core.message import TOPIC_ROOT, Message
from ..core.snapshot import Json
from .ambient import Environment, Pir
from .breath_wave import BreathWave
from .c1001 import C1001
from .climate import Climate
from .faults import Faults
from .ld2410 import Ld2410
from .ld2450 import Ld2450
from .mr60bha2 import Mr60bha2
from .nights.play import Play, plays
from .node import Node
from .parts import NodeSpec, SensorSpec
from .parts_json import BED_RADARS
from .scenario import Scenario
from .sensor import Sensor
from .truth import RoomTruth, room_truth
from .world import World

_BLOCK_S = 10.0
"""How much is computed at once: long enough for arrays to pay."""

type _Radar = Callable[[SensorSpec, Mount, str, World, np.random.Generator], Sensor]

_SENSORS: dict[str, _Radar] = {
    "breath": BreathWave,
    "c1001": C1001,
    "ld2410": Ld2410,
    "ld2450": Ld2450,
    "mr60bha2": Mr60bha2,
    "pir": Pir,
}


class Simulation:
    """A scenario from `start` (unix seconds) on; the same seed gives the same bytes.

    A scenario that loops is played `rounds` times, None for ever; any other is played once.
    `block` is how many seconds are computed at once; commands take effect between blocks, and
    the random noise differs with it.
    """

    def __init__(
        self,
        scenario: Scenario,
        start: float,
        *,
        rounds: int | None = 1,
        block: float = _BLOCK_S,
    ) -> None:
        self.scenario = scenario
        self.start = start
        self._rounds = rounds if scenario.loop else 1
        self._block = block
        seeds = np.random.SeedSequence(scenario.seed).spawn(1 + len(scenario.nodes))
        self._plays: dict[str, Play] = plays(scenario)
        spenders = tuple(play.person for play in self._plays.values())
        scenario = replace(scenario, people=scenario.people + spenders)
        self._world = World(scenario, np.random.default_rng(seeds[0]))
        self._climates = {plan.room: Climate(plan, self._world) for plan in scenario.plans}
        self._nodes = {
            spec.id: self._node(spec, np.random.default_rng(seed))
            for spec, seed in zip(scenario.nodes, seeds[1:], strict=True)
        }

    def messages(self) -> Iterator[Message]:
        """Everything that a host receives that subscribes at `start`, ordered by host_t."""
        for node in self._nodes.values():
            yield from node.greet()
        # What is still on its way when a block ends waits for the next one.
        waiting: list[tuple[float, int, Message]] = []
        count = 0
        for begin, end in self._blocks():
            for node in self._nodes.values():
                for message in node.run(begin, end):
                    heapq.heappush(waiting, (message.host_t, count, message))
                    count += 1
            while waiting and waiting[0][0] < self.start + end:
                yield heapq.heappop(waiting)[2]
        while waiting:
            yield heapq.heappop(waiting)[2]

    def truth(self, t: float) -> dict[str, RoomTruth]:
        """What is so in every room at unix time t."""
        inside = t - self.start
        if self.scenario.loop:
            inside %= self.scenario.duration
        return {
            room.id: room_truth(self._world, room, self._climates[room.id].at(inside), inside)
            for room in self.scenario.house.rooms
        }

    def command(self, node: str, name: str, payload: bytes, t: float) -> list[Message]:
        """What a node answers to `cmd/<name>` at unix time t; nothing to what it cannot read."""
        try:
            fields: Json = json.loads(payload)
        except ValueError, RecursionError:
            return []
        if node not in self._nodes or not isinstance(fields, dict):
            return []
        return self._nodes[node].command(name, fields, t - self.start)

    def _blocks(self) -> Iterator[tuple[float, float]]:
        """Stretches of time, none of which reaches over the end of a round."""
        played = 0
        while self._rounds is None or played < self._rounds:
            base = played * self.scenario.duration
            begin = 0.0
            while begin < self.scenario.duration:
                end = min(begin + self._block, self.scenario.duration)
                yield base + begin, base + end
                begin = end
            played += 1

    def _node(self, spec: NodeSpec, rng: np.random.Generator) -> Node:
        scenario = self.scenario
        room = scenario.house.room_of(spec.id)
        mount = next(mount for mount in (room.mounts if room else ()) if mount.source == spec.id)
        own = tuple(fault for fault in scenario.faults if fault.node == spec.id)
        period = scenario.duration if scenario.loop else None
        prefix = f"{TOPIC_ROOT}/{scenario.house.site}/"
        sensors = [self._sensor(spec.id, each, mount, spec.room, rng) for each in spec.sensors]
        return Node(spec, sensors, Faults(own, period, rng), prefix, self.start, rng)

    def _sensor(
        self, node: str, spec: SensorSpec, mount: Mount, room: str, rng: np.random.Generator
    ) -> Sensor:
        own = rng.spawn(1)[0]
        play = self._plays.get(node)
        if play is not None and spec.kind in BED_RADARS:
            return play.radar(spec, mount, self._world, own)
        if spec.kind == "environment":
            return Environment(spec, self._climates[room], self._world, own)
        return _SENSORS[spec.kind](spec, mount, room, self._world, own)


def write_capture(simulation: Simulation, lines: TextIO) -> None:
    """Write everything that the simulation sends as a capture that carries its house."""
    header = Header(house=simulation.scenario.house, engine=f"halcyon {__version__}, simulated")
    lines.write(write_header(header) + "\n")
    lines.writelines(write_message(message) + "\n" for message in simulation.messages())
