"""A node in a simulated room, in event time; and a real broker for those that need one."""

from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass, field, replace
import json
from pathlib import Path
from typing import Any

import pytest

from halcyon.core.message import Message
from halcyon.core.snapshot import Json
from halcyon.sense.ultrasound.sweep import Hardware
from halcyon.service.table import Table
from halcyon.service.transport import Letter
from halcyon_speaker.effects import Effect
from halcyon_speaker.keeping import Kept
from halcyon_speaker.node import Node
from halcyon_speaker.obeying import Obedience
from halcyon_speaker.options import Options
from halcyon_speaker.sources.scene import Setting, SimulatedRoom, read_setting
from halcyon_speaker.wire import Address
from stage.broker import Broker

RATE = 48_000
ADDRESS = Address("home", "box")
BEGAN = 1_800_000_000.0
CALIBRATED = Kept(carrier=20_000.0, level=-20.0)


def setting(microphones: int = 2, **keys: object) -> Setting:
    """A quiet simulated room with a good device, and what is added to it."""
    table = {"seed": 7, "carrier_hz": 20_000.0, "noise_dbc": -90.0} | keys
    return read_setting(Table(table, ""), microphones)


@dataclass
class Rig:
    """A node, its room, and everything that it wanted done, with host seconds."""

    node: Node
    room: SimulatedRoom
    cpu: list[float]
    done: list[tuple[float, Effect]] = field(default_factory=list)
    cost: Callable[[float], float] = lambda _t: 0.0

    def __post_init__(self) -> None:
        self._obedience = Obedience(self.node)
        self._blocks = self.room.blocks(self.node.render)
        self._asked = 0
        self._begun = False

    @property
    def t(self) -> float:
        """Seconds since the stream began."""
        return self.node.t - BEGAN if self._begun else 0.0

    async def run(self, seconds: float) -> None:
        """Let so much time pass in the room."""
        until = self.t + seconds
        while self.t < until - 0.01:
            block = await anext(self._blocks)
            if not self._begun:
                self._begun = True
                self.node.begin(100.0, BEGAN, self.room.delay)
            self.cpu[0] += self.cost(self.t)
            self._note(self.node.hear(block.samples, block.lost))

    async def calibrated(self, within: float = 120.0) -> None:
        """Let time pass until no calibration is under way."""
        until = self.t + within
        while self.node.tuning.calibrating:
            assert self.t < until
            await self.run(1.0)

    def ask(self, name: str, **keys: Json) -> dict[str, Json]:
        """Give a command; its answer, empty where there is none yet."""
        self._asked += 1
        body = {"id": f"c{self._asked}", "t": BEGAN, "expires": BEGAN + 1e6} | keys
        effects = self._obedience.obey(name, json.dumps(body).encode(), BEGAN)
        self._note(effects)
        answers = [each for each in effects if isinstance(each, Letter) and "/ack/" in each.topic]
        return json.loads(answers[0].payload) if answers else {}

    def letters(self, channel: str) -> list[tuple[float, bytes]]:
        """What was sent on a channel (`s`, `w`, `info`, …), and when."""
        return [
            (t, each.payload)
            for t, each in self.done
            if isinstance(each, Letter) and each.topic.split("/")[4] == channel
        ]

    def samples(self) -> list[tuple[float, dict[str, Any]]]:
        """The samples that were sent, and when."""
        return [(t, json.loads(payload)) for t, payload in self.letters("s")]

    def effects[Kind: Effect](self, kind: type[Kind]) -> list[Kind]:
        """What of a kind the node wanted done."""
        return [each for _, each in self.done if isinstance(each, kind)]

    def messages(self) -> Iterator[Message]:
        """All letters as a host would receive them, with what is said on a connection first."""
        for letter in self.node.greet():
            yield Message(letter.topic, letter.payload, BEGAN, letter.retain, letter.qos)
        for t, each in self.done:
            if isinstance(each, Letter):
                arrived = BEGAN + t + 0.01
                yield Message(each.topic, each.payload, arrived, each.retain, each.qos)

    def _note(self, effects: list[Effect]) -> None:
        self.done += [(self.t, each) for each in effects]


type MakeRig = Callable[..., Rig]


@pytest.fixture
async def rig() -> AsyncIterator[MakeRig]:
    """Make nodes in simulated rooms, which are left at the end."""
    made: list[Rig] = []

    def make(
        room: Setting | None = None,
        *,
        kept: Kept = CALIBRATED,
        **options: Any,  # noqa: ANN401 - of whatever kind Options has
    ) -> Rig:
        cpu = [0.0]
        simulated = SimulatedRoom(room or setting(), RATE, pace=0)
        chosen = replace(Options(Hardware(RATE), budget=0.25, room="living-room"), **options)
        node = Node(
            ADDRESS, chosen, RATE, simulated.microphones, boot=77, kept=kept, cpu=lambda: cpu[0]
        )
        made.append(Rig(node, simulated, cpu))
        return made[-1]

    yield make
    for each in made:
        await each._blocks.aclose()


@pytest.fixture
async def broker(tmp_path: Path, socket_enabled: None) -> AsyncIterator[Broker]:
    started = Broker(tmp_path / "broker")
    await started.start()
    yield started
    started.stop()
