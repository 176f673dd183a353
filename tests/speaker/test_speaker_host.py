"""The node as a process beside a real broker: what it announces, obeys, keeps and survives."""

import asyncio
from contextlib import AsyncExitStack
import json
from pathlib import Path
import signal
import socket

import numpy as np
import pytest
import soundfile
from tests.speaker.conftest import PATIENCE, Listener, Start

from stage.broker import Broker
from stage.process import until

pytestmark = [pytest.mark.real, pytest.mark.enable_socket]


async def test_it_announces_itself_senses_and_says_goodbye(
    start: Start, listener: Listener
) -> None:
    node = start()
    assert await listener.wait("avail") == b"online"
    info = json.loads(await listener.wait("info"))
    assert info["streams"]["ultrasound"]["enc"] == "iq"
    body = json.loads(await listener.wait("s/ultrasound"))
    assert body["b"] == info["boot"]
    dark = await listener.ask("light", brightness=1)
    assert dark["ok"] is False
    assert "this node has no light" in str(dark["error"])
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
    assert (await listener.ask("play", sound="bell.wav"))["ok"] is True
    assert (await listener.ask("play", sound="dawn"))["ok"] is True
    missing = await listener.ask("play", sound="gong")
    assert missing["ok"] is False
    assert "there are bell; the node's own are dawn, bell, beacon" in str(missing["error"])


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
