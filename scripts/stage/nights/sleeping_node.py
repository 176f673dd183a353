"""The speaker node of a night: a process that is killed, loses power and has its clock turned."""

import asyncio
from dataclasses import dataclass
import json
from pathlib import Path
import re
import secrets
import sys
import time

from ..process import LOOPBACK, Process
from .listening import Ear
from .node import AHEAD
from .plan import Fault, What
from .surroundings import surroundings
from .tonight import NODE, SITE
from .verdict import Span, merged

_UNSET_S = -1_500_000_000.0
"""What is added to the time of a machine that does not know it: decades."""

_CONFIGURATION = """\
site = "{site}"
node = "{node}"
room = "bedroom"
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
    """One run of the node, and from when on it could know the time.

    `anew` says that its machine has started anew, so that its wall clock is all it has.
    """

    ear: Ear
    knows: float
    anew: bool


class SleepingNode:
    """A node in a folder of its own that hears `quiet` and reaches its broker at `port`."""

    def __init__(self, folder: Path, quiet: Path, port: int) -> None:
        self.alarms = folder / "state" / "alarms.json"
        self._folder = folder
        self._quiet = quiet
        self._port = port
        self._runs: list[_Run] = []
        self._process: Process | None = None
        folder.mkdir(parents=True, exist_ok=True)
        self.turn(0.0)

    def start(self, *, anew: bool = False) -> None:
        """Let it run; `anew` is after its machine was without power."""
        played = self._folder / f"played-{len(self._runs)}.wav"
        config = self._folder / "speaker.toml"
        config.write_text(
            _CONFIGURATION.format(
                site=SITE,
                node=NODE,
                folder=self._folder,
                host=LOOPBACK,
                port=self._port,
                quiet=self._quiet,
                played=played,
            )
        )
        self._process = Process(
            [sys.executable, "-m", "stage.nights.node", "run", "--config", str(config)],
            self._folder / "node.log",
            environment=surroundings() | {AHEAD: str(self._folder / "ahead")},
        )
        self._runs.append(_Run(Ear(played), 0.0, anew or (bool(self._runs) and self._is_lost)))
        self._process.start()

    def kill(self) -> None:
        """End it as a power cut would."""
        if self._process is not None:
            self._process.kill()

    async def fail(self, fault: Fault) -> None:
        """Be killed, or lose power, for as long as the fault lasts."""
        self.kill()
        await asyncio.sleep(fault.lasts)
        power_cut = fault.what is What.CUT_POWER
        if power_cut:
            self._forget_machine()
            self.turn(_UNSET_S if fault.blind else 0.0)
        self.start(anew=power_cut)
        if power_cut and fault.blind:
            self._runs[-1].knows = float("inf")
            await asyncio.sleep(fault.blind)
            self.turn(0.0)
            self._runs[-1].knows = time.time()

    def mislead(self, seconds: float) -> None:
        """Turn its wall clock; who has only that, and has not looked at it yet, is lost by this."""
        self.turn(seconds)
        if self._is_lost:
            self._runs[-1].knows = float("inf")

    def turn(self, seconds: float) -> None:
        """Let its wall clock be so far ahead."""
        path = self._folder / "ahead"
        partial = path.with_suffix(".new")
        partial.write_text(f"{seconds:.0f}")
        partial.replace(path)

    def listen(self) -> None:
        """Hear what it has played by now."""
        now = time.time()
        for each in self._runs[-2:]:
            each.ear.listen(now)

    @property
    def _is_lost(self) -> bool:
        """Whether its machine has started anew, and the program has not been up since."""
        return self._runs[-1].anew and self._runs[-1].ear.played is None

    @property
    def plays(self) -> bool:
        """Whether it has played anything, be it silence."""
        return self._runs[0].ear.played is not None

    @property
    def rang(self) -> bool:
        """Whether its alarm was heard."""
        return any(each.ear.spans for each in self._runs)

    def heard(self) -> list[Span]:
        """When its alarm was heard."""
        return merged(span for each in self._runs for span in each.ear.spans)

    def able(self) -> list[Span]:
        """When it ran and could know the time."""
        spans = list[Span]()
        for each in self._runs:
            played = each.ear.played
            if played is not None and (knew := max(played.begin, each.knows)) < played.end:
                spans.append(Span(knew, played.end))
        return spans

    def rings(self) -> int:
        """How often it said that an alarm begins to ring."""
        log = (self._folder / "node.log").read_text()
        return len(re.findall(r"Alarm '\S+': ringing$", log, re.MULTILINE))

    def _forget_machine(self) -> None:
        """What a power cut does beyond a kill: the machine's own clock begins anew."""
        if self.alarms.exists():
            body = json.loads(self.alarms.read_text())
            body["state"]["machine"] = secrets.token_hex(8)
            self.alarms.write_text(json.dumps(body))
