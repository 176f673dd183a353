"""The messages of the simulated house as a stream of bytes, and a player of it to a broker.

Two processes of their own: one simulates ahead, the other does nothing but publish in time.
Simulating between two messages would make them late and then come all at once.

    python -m benchmarks.stream simulate SEED DURATION HABITS BED START  rows to stdout
    python -m benchmarks.stream play HOST PORT SEED DURATION HABITS BED  in real time to a broker
"""

from collections.abc import Iterable, Iterator, Sequence
import fcntl
import marshal
import os
import subprocess
import sys
import time
from typing import IO

from paho.mqtt.client import Client
from paho.mqtt.enums import CallbackAPIVersion

from benchmarks.house import Family
from halcyon.simulate import Simulation

type Row = tuple[float, str, bytes, int, bool]
"""Seconds from the beginning, topic, payload, qos and retain."""

_AHEAD = 1 << 20
"""Bytes that wait in the pipe: several seconds, while one is simulated in a fraction of that."""


_YIELDING = 10
"""Niceness of the simulator: being ahead, it can wait."""


def rows(family: Family, start: float) -> Iterator[Row]:
    """All messages; the clocks of the nodes show `start` (unix seconds) at the beginning."""
    for message in Simulation(family.scenario(), start).messages():
        yield (
            message.host_t - start,
            message.topic,
            message.payload,
            message.qos,
            message.retain,
        )


def read_rows(given: IO[bytes]) -> Iterator[Row]:
    """The rows that another process wrote."""
    while True:
        try:
            row: Row = marshal.load(given)  # noqa: S302  # our own other half wrote it
        except EOFError:
            return
        yield row


def simulating(family: Family, start: float, out: IO[bytes] | int) -> subprocess.Popen[bytes]:
    """A process that writes the rows to `out`, a file or subprocess.PIPE."""
    command = [sys.executable, "-m", "benchmarks.stream", "simulate", *family.arguments]
    return subprocess.Popen([*command, str(start)], stdout=out)


def _play(host: str, port: int, said: Iterable[Row], start: float) -> None:
    link = Client(CallbackAPIVersion.VERSION2)
    link.connect(host, port)
    link.loop_start()
    for t, topic, payload, qos, retain in said:
        time.sleep(max(0.0, start + t - time.time()))
        link.publish(topic, payload, qos, retain)


def _play_in_time(host: str, port: int, family: Family) -> None:
    # A moment for the simulator to get ahead.
    start = time.time() + 5.0
    with simulating(family, start, subprocess.PIPE) as simulator:
        assert simulator.stdout is not None
        fcntl.fcntl(simulator.stdout, fcntl.F_SETPIPE_SZ, _AHEAD)
        os.setpriority(os.PRIO_PROCESS, simulator.pid, _YIELDING)
        try:
            _play(host, port, read_rows(simulator.stdout), start)
        finally:
            simulator.kill()


def main(arguments: Sequence[str]) -> None:
    """Simulate or play."""
    match arguments:
        case ["simulate", *family, start]:
            for row in rows(Family.read(family), float(start)):
                marshal.dump(row, sys.stdout.buffer)
        case ["play", host, port, *family]:
            _play_in_time(host, int(port), Family.read(family))
        case _:
            raise SystemExit(__doc__)


if __name__ == "__main__":
    main(sys.argv[1:])
