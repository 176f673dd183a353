"""What a speaker node takes of a core, and how soon after a chunk its messages are delivered.

The node runs in a simulated room with its tone on without pauses, which is the most that it can
have to do. Only what the node itself computes is counted, not the room.
"""

import asyncio
from collections.abc import Iterable
import contextlib
import json
import os
from pathlib import Path
import subprocess
import sys
import tempfile
import time

import aiomqtt
import numpy as np
from numpy.typing import NDArray

from benchmarks.report import Better, Result
from halcyon.decode.waveform import HEADER
from halcyon.sense.ultrasound.sweep import Hardware
from halcyon.service.broker import Broker as BrokerConfig
from halcyon.service.table import Table
from halcyon_speaker.config import Config, SoundConfig
from halcyon_speaker.demodulator import Demodulator
from halcyon_speaker.host import Host
from halcyon_speaker.keeping import Kept
from halcyon_speaker.node import Node
from halcyon_speaker.options import Options
from halcyon_speaker.sources.scene import Setting, SimulatedRoom, read_setting
from halcyon_speaker.wire import Address
from stage.broker import Broker

RATE = 48_000
CARRIER = 20_000.0
BUDGET = 0.25
SECONDS = 30.0
LIVE_S = 15.0
WARM = 40
"""Chunks that are left out: connecting, and the first of everything."""

ADDRESS = Address("home", "box")
LATENCY_MS = 30.0
"""What the network and the broker may add in the research's budget of 100 to 130 ms, 10 ms, and
the node's own share of it, 2 ms a frame, with room for a machine that does other things too."""


def measure() -> Iterable[Result]:
    """The share of a core with one, two and four microphones, then the latency."""
    # As the node's own command does: more threads of the matrix library only spin. It reads this
    # when it is imported, hence another process.
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.speaker"],
        env=os.environ | {"OPENBLAS_NUM_THREADS": "1"},
        stdout=subprocess.PIPE,
        check=True,
    )
    figures = json.loads(done.stdout)
    for microphones, share in figures["shares"].items():
        yield Result(
            name=f"speaker node, microphones at 48 kHz: {microphones}",
            value=100 * share,
            unit="% of a core",
            target=100 * BUDGET,
            better=Better.LOWER,
            peer="its budget",
            peer_value=100 * BUDGET,
            note="demodulation, detection and messages; the tone on all the time",
        )
    for name, value in figures["latency"].items():
        yield Result(
            name=f"end of a chunk to delivery by the broker, {name}",
            value=1000 * value,
            unit="ms",
            target=LATENCY_MS,
            better=Better.LOWER,
            peer="none",
            note="a real Mosquitto and a subscriber on the same machine",
        )


def _figures() -> dict[str, dict[str, float]]:
    """Shares by the number of microphones, and seconds of latency."""
    shares = {str(each): asyncio.run(_share(each)) for each in (1, 2, 4)}
    delays = asyncio.run(_latencies())
    return {
        "shares": shares,
        "latency": {
            "median": float(np.median(delays)),
            "95th percentile": float(np.percentile(delays, 95)),
        },
    }


def _room(microphones: int) -> Setting:
    table = {"seed": 7, "carrier_hz": CARRIER, "noise_dbc": -90.0, "confounders": ["desk_fan"]}
    return read_setting(Table(table, ""), microphones)


def _options() -> Options:
    return Options(Hardware(RATE), BUDGET, steady=True, share=True, carrier=CARRIER)


async def _share(microphones: int) -> float:
    """CPU seconds of the node in a second of sound."""
    room = SimulatedRoom(_room(microphones), RATE, pace=0, seconds=SECONDS)
    kept = Kept(CARRIER, -20.0)
    node = Node(ADDRESS, _options(), RATE, microphones, boot=1, kept=kept, cpu=time.thread_time)
    spent = 0.0

    def render(count: int) -> NDArray[np.float32]:
        nonlocal spent
        began = time.process_time()
        samples = node.render(count)
        spent += time.process_time() - began
        return samples

    node.begin(0.0, time.time())
    async with contextlib.aclosing(room.blocks(render)) as blocks:
        async for block in blocks:
            began = time.process_time()
            node.hear(block.samples, block.lost)
            spent += time.process_time() - began
    return spent / SECONDS


async def _latencies() -> list[float]:
    """Seconds from a chunk's last sample to its delivery, chunk by chunk."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        broker = Broker(folder / "broker")
        await broker.start()
        try:
            return await _delivered(broker, folder)
        finally:
            broker.stop()


async def _delivered(broker: Broker, folder: Path) -> list[float]:
    config = Config(
        address=ADDRESS,
        broker=BrokerConfig(broker.host, broker.port),
        sound=SoundConfig(source="scene:", microphones=2),
        options=_options(),
        state=folder,
        sounds=folder,
        snippets=folder,
        snippets_limit=1,
    )
    host, stop = Host(config, SimulatedRoom(_room(2), RATE)), asyncio.Event()
    delays: list[float] = []
    late = -Demodulator(RATE, 2, CARRIER).delay

    async def follow() -> None:
        async with aiomqtt.Client(broker.host, broker.port) as client:
            await client.subscribe(ADDRESS.topic("w", "+"))
            async for message in client.messages:
                head = HEADER.unpack_from(message.payload)
                end = head[5] / 1e6 + head[6] * head[7] / 1e9 + late
                delays.append(time.monotonic() - host.born - end)

    follower = asyncio.create_task(follow())
    asyncio.get_running_loop().call_later(LIVE_S, stop.set)
    await host.run(stop)
    follower.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await follower
    return delays[WARM:]


if __name__ == "__main__":
    print(json.dumps(_figures()))
