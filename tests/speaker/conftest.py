"""A node in a simulated room, in event time; or as a process beside a real broker."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AsyncExitStack
from dataclasses import dataclass, field, replace
import json
import os
from pathlib import Path
import subprocess
import sys
from typing import Any

import aiomqtt
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
from stage.process import LOOPBACK, until

ROOT = Path(__file__).parents[2]
PATIENCE = 20.0
BASE = "halcyon/1/home/box"
SCENE = "seed = 7\ncarrier_hz = 20000\n"

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


class Listener:
    """Remembers what the broker delivers."""

    def __init__(self, broker: Broker) -> None:
        self.client = aiomqtt.Client(broker.host, broker.port)
        self.seen: list[tuple[str, bytes]] = []

    async def open(self, stack: AsyncExitStack) -> None:
        await stack.enter_async_context(self.client)
        await self.client.subscribe("halcyon/1/#", qos=1)
        reader = asyncio.create_task(self._read())
        stack.callback(reader.cancel)

    async def _read(self) -> None:
        async for message in self.client.messages:
            self.seen.append((message.topic.value, message.payload))

    def of(self, leaf: str) -> list[bytes]:
        return [payload for topic, payload in self.seen if topic == f"{BASE}/{leaf}"]

    async def wait(self, leaf: str, check: Callable[[bytes], bool] = bool) -> bytes:
        await until(lambda: any(map(check, self.of(leaf))), PATIENCE, f"{leaf}: {self.seen[-5:]}")
        return next(filter(check, self.of(leaf)))

    async def ask(self, name: str, **keys: object) -> dict[str, object]:
        body = {"id": f"{name}-{len(self.seen)}"} | keys
        await self.client.publish(f"{BASE}/cmd/{name}", json.dumps(body), qos=1)
        answer = await self.wait(
            f"ack/{name}", lambda payload: json.loads(payload)["id"] == body["id"]
        )
        found: dict[str, object] = json.loads(answer)
        return found


class NodeProcess:
    """`halcyon-speaker run` as a process of its own."""

    def __init__(self, folder: Path, environment: dict[str, str]) -> None:
        self._log = folder / f"node-{len(list(folder.glob('node-*.log')))}.log"
        with self._log.open("wb") as log:
            self.process = subprocess.Popen(
                [
                    sys.executable,
                    "-m",
                    "halcyon_speaker",
                    "run",
                    "--config",
                    str(folder / "speaker.toml"),
                ],
                env=os.environ | {"PYTHONPATH": str(ROOT / "hardware" / "speaker")} | environment,
                stdout=log,
                stderr=log,
            )

    @property
    def said(self) -> str:
        return self._log.read_text()

    async def ended(self) -> int:
        await until(lambda: self.process.poll() is not None, PATIENCE, f"the end: {self.said}")
        return self.process.returncode


type Start = Callable[..., NodeProcess]


@pytest.fixture
async def start(tmp_path: Path, broker: Broker) -> AsyncIterator[Start]:
    """Start nodes, which are gone at the end."""
    started: list[NodeProcess] = []
    (tmp_path / "scene.toml").write_text(SCENE)

    def make(
        source: str | None = None,
        environment: dict[str, str] | None = None,
        sound: str = "",
    ) -> NodeProcess:
        (tmp_path / "speaker.toml").write_text(
            f"""
            node = "box"
            room = "living-room"
            state = "state"
            [mqtt]
            host = "{LOOPBACK}"
            port = {broker.port}
            [sound]
            source = "{source or f"scene:{tmp_path}/scene.toml"}"
            microphones = 2
            {sound}
            """
        )
        started.append(NodeProcess(tmp_path, environment or {}))
        return started[-1]

    yield make
    for each in started:
        each.process.kill()
        each.process.wait()


@pytest.fixture
async def listener(broker: Broker) -> AsyncIterator[Listener]:
    async with AsyncExitStack() as stack:
        made = Listener(broker)
        await made.open(stack)
        yield made
