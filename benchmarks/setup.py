"""What Halcyon adds to the start of Home Assistant, and how long after it rooms are computed.

The same configuration with sixteen rooms is started again and again, in turn with the entry
enabled and disabled. Disabled, Home Assistant does not even import the integration.
HALCYON_BENCH_STARTS says how often each, 8 by default.
"""

import asyncio
from collections.abc import Iterable, Sequence
import os
from typing import Any

from benchmarks.home import Home, running, say, switch
from benchmarks.house import Family
from benchmarks.report import Better, Result
from benchmarks.samples import median

STARTS = int(os.environ.get("HALCYON_BENCH_STARTS", "8"))


def measure() -> Iterable[Result]:
    """The time until Home Assistant has started, with and without."""
    yield from judge(*asyncio.run(_measure()))


def judge(ours: Sequence[dict[str, Any]], bare: Sequence[dict[str, Any]]) -> Iterable[Result]:
    """The figures of the reports of starts."""
    wall, without = ([1e3 * each["wall"] for each in starts] for starts in (ours, bare))
    cpu, cpu_without = ([1e3 * each["cpu"] for each in starts] for starts in (ours, bare))
    booked = [1e3 * each["integrations"]["halcyon"] for each in ours]
    works = median([1e3 * each["works"] for each in ours])
    yield Result(
        name="set-up beyond Home Assistant's",
        value=median(wall) - median(without),
        unit="ms",
        target=150.0,
        better=Better.LOWER,
        peer="start without Halcyon",
        peer_value=median(without),
        note=f"{len(ours)} and {len(bare)} starts, {min(wall):.0f}-{max(wall):.0f} and "
        f"{min(without):.0f}-{max(without):.0f} ms; processor time "
        f"{median(cpu) - median(cpu_without):.0f} ms beyond {median(cpu_without):.0f} ms; "
        f"rooms are computed {works:.0f} ms after the start",
    )
    mqtt = median([1e3 * each["integrations"]["mqtt"] for each in ours])
    yield Result(
        name="set-up by Home Assistant's own books",
        value=median(booked),
        unit="ms",
        target=150.0,
        better=Better.LOWER,
        peer="set-up of MQTT",
        peer_value=mqtt,
        note=f"16 rooms; {min(booked):.0f}-{max(booked):.0f} ms",
    )


async def _measure() -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    family = Family(seed=7, duration=60.0, occupied=True, bed="mr60bha2")
    ours: list[dict[str, Any]] = []
    bare: list[dict[str, Any]] = []
    async with running(family) as home:
        for number in range(STARTS):
            for on, reports in ((True, ours), (False, bare)):
                reports.append(await _start(home, on=on))
            say(
                f"start {number + 1} of {STARTS}: {1e3 * ours[-1]['wall']:.0f} ms with, "
                f"{1e3 * bare[-1]['wall']:.0f} ms without"
            )
    return ours, bare


async def _start(home: Home, *, on: bool) -> dict[str, Any]:
    async with home.hass.client() as client:
        await switch(client, on=on)
    await home.hass.restart()
    async with home.hass.client() as client:
        report: dict[str, Any] = await client.ask("probe/start")
    return report
