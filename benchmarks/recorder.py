"""How many rows a day of sixteen busy rooms leaves in Home Assistant's database.

A real Home Assistant with its recorder lives through the day in minutes: the simulated messages
pass its own MQTT client and the integration, timers and intervals fire by the simulated clock.
Only the network and the clock are not real (see `probe/day.py`). HALCYON_BENCH_HOURS shortens
the day; the rows are then scaled up to one.
"""

import asyncio
from collections.abc import Iterable, Mapping
import json
import os
from pathlib import Path
import sqlite3
import time
from typing import Any

from benchmarks.home import Home, running, say
from benchmarks.house import Family
from benchmarks.report import Better, Result
from benchmarks.stream import simulating
from stage.process import until

HOURS = float(os.environ.get("HALCYON_BENCH_HOURS", "24"))
DAY_S = 86400.0
SEED = 7
PATIENCE_S = 7200.0

_ROWS = """\
SELECT states_meta.entity_id, COUNT(*) FROM states JOIN states_meta USING (metadata_id)
WHERE last_updated_ts >= ? GROUP BY states_meta.entity_id"""


def measure() -> Iterable[Result]:
    """Rows of Halcyon's entities."""
    yield judge(*asyncio.run(_measure()))


def judge(rows: Mapping[str, int], report: Mapping[str, Any]) -> Result:
    """The figure of rows an entity and of what the probe reported."""
    scale = DAY_S / report["seconds"]
    kinds: dict[str, int] = {}
    for entity, count in rows.items():
        kinds[kind_of(entity)] = kinds.get(kind_of(entity), 0) + count
    return Result(
        name="recorder rows a day",
        value=scale * sum(rows.values()),
        unit="rows",
        target=20_000.0,
        better=Better.LOWER,
        peer="a row for every stream and second in which it spoke",
        peer_value=scale * report["heard"],
        note=f"{report['seconds'] / 3600:.1f} simulated hours, {report['messages']} messages; "
        + ", ".join(f"{kind} {kinds[kind]}" for kind in sorted(kinds, key=lambda k: -kinds[k])),
    )


def kind_of(entity: str) -> str:
    """What an entity of a room is, without the room: domain and last words of its id."""
    domain, _, name = entity.partition(".")
    words = name.split("_")
    known = ("in_bed", "heart_rate")
    tail = next((each for each in known if name.endswith(each)), words[-1])
    return f"{domain} {tail}"


async def _measure() -> tuple[dict[str, int], dict[str, Any]]:
    family = Family(SEED, 3600.0 * HOURS, occupied=False, bed="c1001")
    async with running(family) as home:
        began = time.time()
        report = await _live(home)
        home.hass.stop()
        rows = await asyncio.to_thread(_count, home.hass.folder, began)
    return rows, report


async def _live(home: Home) -> dict[str, Any]:
    """Let the day pass; what the probe reports."""
    pipe, told = home.folder / "day", home.folder / "day.json"
    os.mkfifo(pipe)
    async with home.hass.client() as client:
        await client.ask("probe/day", source=str(pipe), report=str(told))
    began = time.monotonic()
    # Read-write, because to open a pipe for writing alone would wait for who reads it.
    with os.fdopen(os.open(pipe, os.O_RDWR), "wb") as out:
        simulator = simulating(home.family, time.time(), out)
    try:
        await until(told.exists, PATIENCE_S, "the end of the day")
    finally:
        simulator.kill()
        simulator.wait()
    report: dict[str, Any] = json.loads(told.read_text(encoding="utf-8"))
    if "error" in report:
        raise RuntimeError(f"the day ended early: {report['error']}\n{home.hass.log()[-3000:]}")
    say(f"{report['seconds'] / 3600:.1f} hours took {time.monotonic() - began:.0f} s")
    return report


def _count(folder: Path, since: float) -> dict[str, int]:
    """Rows of each entity of Halcyon since then."""
    registry = json.loads((folder / ".storage" / "core.entity_registry").read_text())
    own = {
        each["entity_id"] for each in registry["data"]["entities"] if each["platform"] == "halcyon"
    }
    with sqlite3.connect(folder / "home-assistant_v2.db") as database:
        found = dict(database.execute(_ROWS, (since,)).fetchall())
    return {entity: count for entity, count in found.items() if entity in own}
