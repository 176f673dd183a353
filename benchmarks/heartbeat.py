"""How much Halcyon holds up Home Assistant's event loop, and what it costs the processor.

Sixteen rooms stream at full rate to the broker all the time. In turn, a minute each, the same
Home Assistant runs with Halcyon, without it, and without it but with its MQTT client taking the
same messages for a subscriber that ignores them. The turns are repeated until each has lasted
HALCYON_BENCH_SECONDS, 600 by default.
"""

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass, field
import os
from typing import Any

from benchmarks.home import playing, running, say, switch
from benchmarks.house import Family
from benchmarks.report import Better, Result
from benchmarks.samples import percentile
from stage.client import Client

SECONDS = float(os.environ.get("HALCYON_BENCH_SECONDS", "600"))
TURN = 60.0
"""Seconds without a change; Halcyon saves its state once in it."""

SETTLE = 12.0
"""Seconds after a change: nodes that have not announced themselves are asked after ten."""

SEED = 7
TRAFFIC = "halcyon/#"

HALCYON, MESSAGES, NOTHING = "with Halcyon", "with the messages only", "without"


@dataclass(slots=True)
class Turns:
    """What was measured in all turns of one kind: lateness in microseconds, seconds of CPU."""

    seconds: float = 0.0
    late: list[int] = field(default_factory=list)
    thread: float = 0.0
    process: float = 0.0

    def add(self, measured: dict[str, Any]) -> None:
        """Take in one turn."""
        self.seconds += measured["seconds"]
        self.late += measured["late"]
        self.thread += measured["thread"]
        self.process += measured["process"]

    def lateness(self, percent: float) -> float:
        """A percentile of the lateness, milliseconds."""
        return percentile(self.late, percent) / 1000.0

    @property
    def loop(self) -> float:
        """The share of a core that the event loop's thread takes, percent."""
        return 100.0 * self.thread / self.seconds

    @property
    def hourly(self) -> float:
        """Seconds of processor time of the process an hour."""
        return 3600.0 * self.process / self.seconds


def measure() -> Iterable[Result]:
    """Lateness, share of the loop and processor time, each beside Home Assistant without."""
    yield from judge(asyncio.run(_measure()))


def judge(turns: dict[str, Turns]) -> Iterable[Result]:
    """The figures of what was measured."""
    ours, bare, heard = turns[HALCYON], turns[NOTHING], turns[MESSAGES]
    spread = "; ".join(
        f"{name}: median {each.lateness(50):.2f}, 99 % {each.lateness(99):.2f}, "
        f"99.9 % {each.lateness(99.9):.2f}, worst {each.lateness(100):.1f} ms"
        for name, each in turns.items()
    )
    yield Result(
        name="heartbeat, 99.9th percentile beyond Home Assistant's",
        value=ours.lateness(99.9) - bare.lateness(99.9),
        unit="ms",
        target=5.0,
        better=Better.LOWER,
        peer="lateness without Halcyon",
        peer_value=bare.lateness(99.9),
        note=f"{len(ours.late)} beats of 1 ms; {spread}",
    )
    yield Result(
        name="event loop beyond the messages' own",
        value=ours.loop - heard.loop,
        unit="% of a core",
        target=2.0,
        better=Better.LOWER,
        peer="the loop that takes the same messages and ignores them",
        peer_value=heard.loop,
        note=f"without messages {bare.loop:.1f} %",
    )
    yield Result(
        name="processor time of Home Assistant",
        value=ours.hourly,
        unit="s an hour",
        target=3600.0,
        better=Better.LOWER,
        peer="the process that takes the same messages and ignores them",
        peer_value=heard.hourly,
        note=f"without messages {bare.hourly:.0f} s an hour",
    )


async def _measure() -> dict[str, Turns]:
    turns = {HALCYON: Turns(), NOTHING: Turns(), MESSAGES: Turns()}
    turn = min(TURN, SECONDS)
    rounds = max(1, round(SECONDS / turn))
    # More than the turns take, because the streams must not end before them.
    lasts = 60.0 + 2.0 * len(turns) * rounds * (turn + SETTLE)
    family = Family(SEED, lasts, occupied=True, bed="mr60bha2")
    async with (
        running(family) as home,
        playing(home),
        home.hass.client() as client,
    ):
        for number in range(rounds):
            for name, taken in turns.items():
                await _become(client, name)
                await client.ask("probe/beat/start")
                await asyncio.sleep(turn)
                taken.add(await client.ask("probe/beat/stop"))
            worst = ", ".join(f"{name} {each.lateness(99.9):.1f}" for name, each in turns.items())
            say(f"round {number + 1} of {rounds}: 99.9 % of beats within ms: {worst}")
    return turns


async def _become(client: Client, name: str) -> None:
    """Make Home Assistant what the next turn is about."""
    await switch(client, on=name is HALCYON)
    await client.ask("probe/traffic", topic=TRAFFIC, on=name is MESSAGES)
    await asyncio.sleep(SETTLE)
