"""Hosts that are programs of this package: the service with the engine's alarm, and a stand-in."""

import asyncio
import contextlib
from dataclasses import asdict
import json
from pathlib import Path
import sys
from typing import Any

from ..broker import Broker
from ..process import LOOPBACK, Process, free_port
from .config import LOG, Config
from .surroundings import surroundings
from .tonight import NODE, SITE, SLEEPER, Tonight
from .verdict import Span

STAND_IN, ENGINE = "host", "engine_host"
"""The modules that are run."""


class ProgramHost:
    """A program in a folder of the night's own, with a broker beside it; it says all in a log."""

    def __init__(self, program: str, folder: Path) -> None:
        self.broker = Broker(folder / "broker", persistence=True)
        self._folder = folder
        self._button = free_port()
        self._process = Process(
            [sys.executable, "-m", f"stage.nights.{program}", str(folder / "night.json")],
            folder / "host.log",
            environment=surroundings(),
        )

    @property
    def is_set(self) -> bool:
        """Whether the node has agreed to the alarm."""
        return bool(self._said("set confirmed"))

    @property
    def rings(self) -> bool:
        """Whether its own ringer was heard."""
        return bool(self._said("rings"))

    @property
    def dismissed(self) -> float | None:
        """When it had taken that the alarm is over."""
        return min(self._said("dismissed"), default=None)

    @property
    def confirmed(self) -> float | None:
        """When the node had taken that."""
        return min(self._said("dismiss confirmed"), default=None)

    async def begin(self, tonight: Tonight) -> None:
        """Start it with the night's alarm."""
        config = Config(
            folder=str(self._folder),
            port=self.broker.port,
            button=self._button,
            site=SITE,
            node=NODE,
            sleeper=SLEEPER,
            occurrence=f"{SLEEPER}:tonight",
            deadline=tonight.deadline,
            smart=tonight.smart,
        )
        (self._folder / "night.json").write_text(json.dumps(asdict(config)))
        self._process.start()

    async def press(self) -> None:
        """The sleeper says that it is over."""
        with contextlib.suppress(OSError):
            reader, writer = await asyncio.open_connection(LOOPBACK, self._button)
            await reader.read()
            writer.close()

    async def start(self) -> None:
        """Start it again."""
        self._process.start()

    def kill(self) -> None:
        """End it as a power cut would."""
        self._process.kill()

    def heard(self) -> list[Span]:
        """When its own ringer was heard; one that is killed leaves it in silence."""
        spans, begun = list[Span](), None
        for each in self._log():
            at = each["t"]
            if each["what"] == "rings":
                begun = at
            elif each["what"] == "rests" and begun is not None:
                spans.append(Span(begun, at))
                begun = None
        return spans if begun is None else [*spans, Span(begun, begun)]

    async def leave(self) -> None:
        """End it and its broker."""
        self._process.kill()
        self.broker.kill()

    def _said(self, what: str) -> list[float]:
        return [each["t"] for each in self._log() if each["what"] == what]

    def _log(self) -> list[dict[str, Any]]:
        path = self._folder / LOG
        lines = path.read_text().splitlines() if path.exists() else []
        return [json.loads(each) for each in lines]
