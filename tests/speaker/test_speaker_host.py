"""The node as a process beside a real broker: what it announces, obeys, keeps and survives."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack
import json
import os
from pathlib import Path
import signal
import socket
import subprocess
import sys

import aiomqtt
import numpy as np
import pytest
import soundfile

from stage.broker import Broker
from stage.process import LOOPBACK, until

pytestmark = [pytest.mark.real, pytest.mark.enable_socket]

ROOT = Path(__file__).parents[2]
PATIENCE = 20.0
BASE = "halcyon/1/home/box"

SCENE = "seed = 7\ncarrier_hz = 20000\n"


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


class Process:
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


type Start = Callable[..., Process]


@pytest.fixture
async def start(tmp_path: Path, broker: Broker) -> AsyncIterator[Start]:
    """Start nodes, which are gone at the end."""
    started: list[Process] = []
    (tmp_path / "scene.toml").write_text(SCENE)

    def make(source: str | None = None, environment: dict[str, str] | None = None) -> Process:
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
            """
        )
        started.append(Process(tmp_path, environment or {}))
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


async def test_it_announces_itself_senses_and_says_goodbye(
    start: Start, listener: Listener
) -> None:
    node = start()
    assert await listener.wait("avail") == b"online"
    info = json.loads(await listener.wait("info"))
    assert info["streams"]["ultrasound"]["enc"] == "iq"
    body = json.loads(await listener.wait("s/ultrasound"))
    assert body["b"] == info["boot"]
    assert (await listener.ask("light"))["ok"] is False
    assert (await listener.ask("rate", stream="ultrasound", hz=1000))["ok"] is True
    await listener.wait("w/ultrasound")
    node.process.send_signal(signal.SIGTERM)
    assert await node.ended() == 0
    await listener.wait("avail", lambda payload: payload == b"offline")
    assert "Traceback" not in node.said


async def test_standby_outlasts_a_power_cut(
    start: Start, listener: Listener, tmp_path: Path
) -> None:
    node = start()
    await listener.wait("s/ultrasound")
    assert (await listener.ask("standby", on=True))["ok"] is True
    kept = tmp_path / "state" / "node.json"
    await until(
        lambda: kept.exists() and json.loads(kept.read_text())["state"]["standby"],
        PATIENCE,
        "the state on disk",
    )
    node.process.kill()
    await node.ended()
    await listener.wait("avail", lambda payload: payload == b"offline")
    count = len(listener.of("s/ultrasound"))
    start()
    await until(lambda: listener.of("avail")[-1] == b"online", PATIENCE, "online again")
    assert (await listener.ask("rebirth"))["ok"] is True
    assert len(listener.of("s/ultrasound")) == count


async def test_it_comes_back_with_the_broker(
    start: Start, listener: Listener, broker: Broker
) -> None:
    start()
    await listener.wait("s/ultrasound")
    await broker.restart()
    async with AsyncExitStack() as stack:
        again = Listener(broker)
        await again.open(stack)
        await again.wait("s/ultrasound")
        assert again.of("avail")[-1] == b"online"


async def test_a_sound_from_its_folder_is_played(
    start: Start, listener: Listener, tmp_path: Path
) -> None:
    folder = tmp_path / "state" / "sounds"
    folder.mkdir(parents=True)
    soundfile.write(folder / "bell.wav", np.full(8_000, 0.1, dtype=np.float32), 16_000)
    start()
    await listener.wait("s/ultrasound")
    assert (await listener.ask("play", sound="bell"))["ok"] is True
    missing = await listener.ask("play", sound="gong")
    assert missing["ok"] is False
    assert "there are bell" in str(missing["error"])


async def test_a_recording_is_sensed_and_ends(
    start: Start, listener: Listener, tmp_path: Path
) -> None:
    n = np.arange(3 * 44_100)
    tone = 0.2 * np.cos(2 * np.pi * 19_000 * n / 44_100)
    soundfile.write(tmp_path / "in.wav", tone.astype(np.float32), 44_100, subtype="PCM_24")
    node = start(f"file:{tmp_path}/in.wav")
    info = json.loads(await listener.wait("info"))
    assert info["streams"]["ultrasound"]["rate_hz"] == pytest.approx(1002.27, abs=0.01)
    body = json.loads(await listener.wait("s/ultrasound", lambda payload: b"carrier" in payload))
    assert body["ultrasound"]["carrier_hz"] == 19_000.0
    refused = await listener.ask("emit", level_db=-40)
    assert refused["ok"] is False
    assert await node.ended() == 0


async def test_the_supervisor_hears_that_it_is_up(start: Start, tmp_path: Path) -> None:
    path = tmp_path / "notify"
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as supervisor:
        supervisor.bind(str(path))
        supervisor.settimeout(PATIENCE)
        node = start(environment={"NOTIFY_SOCKET": str(path)})
        first = await asyncio.to_thread(supervisor.recv, 1024)
        assert first.startswith(b"READY=1\nSTATUS=")
        node.process.send_signal(signal.SIGTERM)
        assert await asyncio.to_thread(supervisor.recv, 1024) == b"STOPPING=1"
        assert await node.ended() == 0
