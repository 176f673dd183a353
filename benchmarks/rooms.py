"""How many rooms one core keeps up with, and what a room costs in memory.

Every room is occupied by somebody who lies and breathes: a 10 Hz target stream, a breath stream
of 8-10 Hz and air samples, as bytes of real frames, never repeated. One process simulates, the
other holds nothing but the engine, so that neither time nor memory of the simulator counts.
"""

from collections.abc import Iterable
import gc
from itertools import batched
import json
import marshal
import os
from pathlib import Path
import subprocess
import sys
import time
from typing import BinaryIO

from benchmarks.report import Better, Result
from halcyon.core.message import Message
from halcyon.pipeline import Pipeline
from halcyon.simulate import Simulation, busy_house

START = 1_795_000_000.0
SECONDS = 60.0
SEED = 7
FEW, MANY = 50, 300
BATCH = 2000


def measure() -> Iterable[Result]:
    """Rooms in real time on one core, and the slope of memory from few rooms to many."""
    few, many = _run(FEW), _run(MANY)
    share = many["cpu"] / SECONDS
    yield Result(
        name="rooms per core",
        value=MANY / share,
        unit="rooms",
        target=300,
        better=Better.HIGHER,
        peer="real time",
        note=f"{many['messages']:.0f} messages of {MANY} rooms in {SECONDS:g} s took "
        f"{many['cpu']:.1f} s, {1e6 * many['cpu'] / many['messages']:.0f} us each; "
        f"{many['outputs']:.0f} outputs",
    )
    yield Result(
        name="memory per room",
        value=(many["rss"] - few["rss"]) / (MANY - FEW) / 1e6,
        unit="MB",
        target=2.0,
        better=Better.LOWER,
        peer="the limit",
        note=f"slope of resident memory from {FEW} to {MANY} rooms",
    )


def _run(rooms: int) -> dict[str, float]:
    command = [sys.executable, "-m", "benchmarks.rooms"]
    environment = os.environ | {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
    with (
        subprocess.Popen(
            [*command, "simulate", str(rooms)], stdout=subprocess.PIPE, env=environment
        ) as simulator,
        subprocess.Popen(
            [*command, "digest", str(rooms)],
            stdin=simulator.stdout,
            stdout=subprocess.PIPE,
            env=environment,
        ) as engine,
    ):
        said, _ = engine.communicate()
    if engine.returncode:
        raise RuntimeError(f"the engine's process ended with {engine.returncode}")
    figures: dict[str, float] = json.loads(said)
    return figures


def _simulate(rooms: int, out: BinaryIO) -> None:
    scenario = busy_house(rooms, SEED, SECONDS, occupied=True)
    for message in Simulation(scenario, START).messages():
        row = (message.topic, message.payload, message.host_t, message.retain, message.qos)
        marshal.dump(row, out)


def _digest(rooms: int, given: BinaryIO) -> dict[str, float]:
    pipeline = Pipeline(busy_house(rooms, SEED, SECONDS, occupied=True).house)
    cpu, messages, outputs = 0.0, 0, 0
    for rows in batched(_rows(given), BATCH, strict=False):
        batch = [Message(*row) for row in rows]
        started = time.process_time()
        for message in batch:
            outputs += len(pipeline.receive(message))
        cpu += time.process_time() - started
        messages += len(batch)
    del batch, rows
    gc.collect()
    return {"cpu": cpu, "messages": messages, "outputs": outputs, "rss": _resident()}


def _rows(given: BinaryIO) -> Iterable[tuple[str, bytes, float, bool, int]]:
    while True:
        try:
            yield marshal.load(given)  # noqa: S302  # our own other half wrote it
        except EOFError:
            return


def _resident() -> float:
    """Resident memory of this process, bytes."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return float(pages * os.sysconf("SC_PAGE_SIZE"))


if __name__ == "__main__":
    part, rooms = sys.argv[1], int(sys.argv[2])
    if part == "simulate":
        _simulate(rooms, sys.stdout.buffer)
    else:
        print(json.dumps(_digest(rooms, sys.stdin.buffer)))
