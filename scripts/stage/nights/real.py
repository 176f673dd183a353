"""A night with real processes: broker, speaker node, and the service or a stand-in of the host.

The node hears a silent recording and writes what it plays to a file; what rings is found in that
file.
"""

import asyncio
import contextlib
from dataclasses import asdict, dataclass
import json
import math
import os
from pathlib import Path
import re
import secrets
import sys
import time
from typing import Any

from ..broker import Broker
from ..process import LOOPBACK, Process, StageError, free_port, until
from ..speaker import PROGRAM
from .config import Config
from .listening import Ear
from .node import AHEAD
from .plan import Fault, Plan, What
from .proxy import Proxy
from .verdict import MISSED_S, Record, Ringer, Span, merged

_SITE, _NODE, _SLEEPER = "home", "box", "alex"
STAND_IN, ENGINE = "host", "engine_host"
"""Programs of this package that can be the host."""

_PATIENCE_S = 60.0
_NIGHT_S = 150.0
_UNSET_S = -1_500_000_000.0
"""What is added to the time of a machine that does not know it: decades."""

_AFTERWARDS_S = 3.0
"""For so long nothing may be heard any more."""

_CONFIGURATION = """\
site = "{site}"
node = "{node}"
state = "{folder}/state"

[mqtt]
host = "{host}"
port = {port}

[sound]
source = "file:{quiet}"
played = "{played}"

[tone]
budget = 0.01
"""


@dataclass(slots=True)
class _Run:
    """One run of the node, and from when on it could know the time."""

    ear: Ear
    knows: float


class RealNight:
    """One night in a folder of its own.

    `quiet` is what the node hears, and `host` is STAND_IN or ENGINE.
    """

    def __init__(self, plan: Plan, folder: Path, quiet: Path, host: str) -> None:
        self._plan = plan
        self._folder = folder
        self._quiet = quiet
        self._broker = Broker(folder / "broker", persistence=True)
        self._button = free_port()
        self._runs: list[_Run] = []
        self._node: Process | None = None
        self._host = Process(
            [sys.executable, "-m", f"stage.nights.{host}", str(folder / "night.json")],
            folder / "host.log",
            environment=_environment(),
        )
        self._busy = {each: asyncio.Lock() for each in ("node", "broker", "host", "network")}
        self._record = Record(0.0)

    async def run(self) -> Record:
        """Let the night pass; raises StageError where it cannot begin or come to its end."""
        self._folder.mkdir(parents=True)
        await self._broker.start()
        async with Proxy(self._broker.port) as self._proxy:
            self._turn(0.0)
            self._start_node()
            listening = asyncio.create_task(self._listen())
            try:
                async with asyncio.timeout(_NIGHT_S):
                    await self._live()
            except TimeoutError as error:
                raise StageError(f"the night did not end within {_NIGHT_S:.0f} s") from error
            finally:
                listening.cancel()
                for each in (self._node, self._host):
                    if each is not None:
                        each.kill()
                self._broker.kill()
        return self._judged()

    async def _live(self) -> None:
        await until(lambda: self._runs[0].ear.played is not None, _PATIENCE_S, "the node's sound")
        # People set alarms to the second at best.
        deadline = self._record.deadline = math.ceil(time.time() + self._plan.lead)
        smart = None if self._plan.smart is None else deadline - self._plan.smart
        config = Config(
            folder=str(self._folder),
            port=self._broker.port,
            button=self._button,
            site=_SITE,
            node=_NODE,
            sleeper=_SLEEPER,
            occurrence=f"{_SLEEPER}:tonight",
            deadline=float(deadline),
            smart=smart,
        )
        (self._folder / "night.json").write_text(json.dumps(asdict(config)))
        self._host.start()
        await until(
            lambda: bool(self._said("set confirmed")), self._plan.lead, "the alarm's setting"
        )
        async with asyncio.TaskGroup() as group:
            for fault in self._plan.faults:
                group.create_task(self._break(fault))
            group.create_task(self._sleep())
        await until(
            lambda: bool(self._said("dismiss confirmed")), _PATIENCE_S, "the node's confirmation"
        )
        await asyncio.sleep(_AFTERWARDS_S)

    async def _sleep(self) -> None:
        """The sleeper: hears something, and says that it is over until the host has taken it."""
        # In vain too, for a night on which nothing is heard must come to an end.
        with contextlib.suppress(StageError):
            await until(self._heard, self._plan.lead + MISSED_S, "a sound")
        await asyncio.sleep(self._plan.reaction)
        while not self._said("dismissed"):
            with contextlib.suppress(OSError):
                reader, writer = await asyncio.open_connection(LOOPBACK, self._button)
                await reader.read()
                writer.close()
            await asyncio.sleep(0.2)

    async def _break(self, fault: Fault) -> None:
        await asyncio.sleep(max(0.0, self._record.deadline + fault.at - time.time()))
        match fault.what:
            case What.KILL_NODE | What.CUT_POWER:
                async with self._busy["node"]:
                    await self._stop_node(fault)
            case What.KILL_BROKER:
                async with self._busy["broker"]:
                    self._broker.kill()
                    await asyncio.sleep(fault.lasts)
                    await self._broker.start()
            case What.KILL_HOST:
                async with self._busy["host"]:
                    self._host.kill()
                    await asyncio.sleep(fault.lasts)
                    self._host.start()
            case What.PARTITION:
                async with self._busy["network"]:
                    self._proxy.cut()
                    await asyncio.sleep(fault.lasts)
                    self._proxy.mend()
            case What.TURN_CLOCK:
                self._turn(fault.by)

    async def _stop_node(self, fault: Fault) -> None:
        if self._node is not None:
            self._node.kill()
        await asyncio.sleep(fault.lasts)
        power_cut = fault.what is What.CUT_POWER
        if power_cut:
            self._forget_machine()
            self._turn(_UNSET_S if fault.blind else 0.0)
        self._start_node()
        if power_cut and fault.blind:
            self._runs[-1].knows = float("inf")
            await asyncio.sleep(fault.blind)
            self._turn(0.0)
            self._runs[-1].knows = time.time()

    def _start_node(self) -> None:
        number = len(self._runs)
        played = self._folder / f"played-{number}.wav"
        config = self._folder / "speaker.toml"
        config.write_text(
            _CONFIGURATION.format(
                site=_SITE,
                node=_NODE,
                folder=self._folder,
                host=LOOPBACK,
                port=self._proxy.port,
                quiet=self._quiet,
                played=played,
            )
        )
        self._node = Process(
            [sys.executable, "-m", "stage.nights.node", "run", "--config", str(config)],
            self._folder / "node.log",
            environment=_environment() | {AHEAD: str(self._folder / "ahead")},
        )
        self._runs.append(_Run(Ear(played), 0.0))
        self._node.start()

    def _forget_machine(self) -> None:
        """What a power cut does beyond a kill: the machine's own clock begins anew."""
        path = self._folder / "state" / "alarms.json"
        if path.exists():
            body = json.loads(path.read_text())
            body["state"]["machine"] = secrets.token_hex(8)
            path.write_text(json.dumps(body))

    def _turn(self, seconds: float) -> None:
        """Let the node's wall clock be so far ahead."""
        path = self._folder / "ahead"
        partial = path.with_suffix(".new")
        partial.write_text(f"{seconds:.0f}")
        partial.replace(path)

    async def _listen(self) -> None:
        while True:
            now = time.time()
            for each in self._runs[-2:]:
                each.ear.listen(now)
            await asyncio.sleep(0.1)

    def _heard(self) -> bool:
        return bool(self._said("rings")) or any(each.ear.spans for each in self._runs)

    def _said(self, what: str) -> list[float]:
        return [each["t"] for each in self._log() if each["what"] == what]

    def _log(self) -> list[dict[str, Any]]:
        path = self._folder / "host.jsonl"
        lines = path.read_text().splitlines() if path.exists() else []
        return [json.loads(each) for each in lines]

    def _judged(self) -> Record:
        record = self._record
        for each in self._runs:
            each.ear.listen(time.time())
            played = each.ear.played
            if played is not None and (knew := max(played.begin, each.knows)) < played.end:
                record.able.append(Span(knew, played.end))
        record.heard[Ringer.NODE] = merged(s for each in self._runs for s in each.ear.spans)
        record.heard[Ringer.HOST] = self._host_spans()
        record.dismissed = min(self._said("dismissed"), default=None)
        record.confirmed = min(self._said("dismiss confirmed"), default=None)
        node = (self._folder / "node.log").read_text()
        record.rings = len(re.findall(r"Alarm '\S+': ringing$", node, re.MULTILINE))
        return record

    def _host_spans(self) -> list[Span]:
        """When the host's own device was heard; a host that is killed leaves it in silence."""
        spans, begun = list[Span](), None
        for each in self._log():
            at = each["t"]
            if each["what"] == "rings":
                begun = at
            elif each["what"] == "rests" and begun is not None:
                spans.append(Span(begun, at))
                begun = None
        return spans if begun is None else [*spans, Span(begun, begun)]


def _environment() -> dict[str, str]:
    paths = [str(PROGRAM), str(PROGRAM.parents[1] / "scripts"), os.environ.get("PYTHONPATH", "")]
    return {
        **os.environ,
        "PYTHONPATH": os.pathsep.join(filter(None, paths)),
        "OPENBLAS_NUM_THREADS": "1",
        "TZ": "UTC",
    }


async def live(plan: Plan, folder: Path, quiet: Path, host: str = STAND_IN) -> Record:
    """One night; one that cannot come to its end is tried no further. Raises StageError."""
    try:
        return await RealNight(plan, folder, quiet, host).run()
    except* StageError as group:
        raise StageError(f"night {plan.number} in {folder}: {group.exceptions[0]}") from group
