"""A real speaker node whose sound card is a simulated room: with a fan, and now and then somebody.

It is the program of a Raspberry Pi in a process of its own, from its configuration to its
messages. Only the air between its loudspeaker and its microphones is computed.
"""

from dataclasses import dataclass
import os
from pathlib import Path
import sys
import time

import aiomqtt

from .broker import Broker
from .process import Process

PROGRAM = Path(__file__).resolve().parents[2] / "hardware" / "speaker"

_START_S = 30.0
_UP_AFTER_S = 1.0
"""For so long it has listened when it says that it is up."""

_SEED = 7

_CONFIGURATION = """\
site = "{site}"
node = "{node}"
room = "{room}"
state = "{folder}/state"

[mqtt]
host = "{broker.host}"
port = {broker.port}

[sound]
source = "scene:{folder}/scene.toml"
microphones = 2
"""

_SCENE = """\
seed = {seed}
carrier_hz = 20000
noise_dbc = -90
confounders = ["desk_fan"]
"""

_VISITOR = """\

[visitor]
activity = "walk"
every = {every}
enters = {enters}
stays = {stays}
"""


@dataclass(frozen=True, slots=True)
class Visit:
    """Somebody walks about from `enters` on for `stays` seconds, every `every` seconds."""

    enters: float
    stays: float
    every: float


class Speaker:
    """One node called `node` in a room; without a visit only its fan moves.

    `began` is the unix time at which its simulated room did.
    """

    def __init__(
        self,
        folder: Path,
        broker: Broker,
        node: str,
        room: str,
        visit: Visit | None = None,
        *,
        site: str = "home",
    ) -> None:
        self.node = node
        self._site = site
        self.visit = visit
        self.began = 0.0
        self._folder = folder
        self._broker = broker
        self._room = room
        paths = (str(PROGRAM), os.environ.get("PYTHONPATH", ""))
        self._process = Process(
            [
                sys.executable,
                "-m",
                "halcyon_speaker",
                "run",
                "--config",
                str(folder / "speaker.toml"),
            ],
            folder / "speaker.log",
            environment={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, paths))},
        )

    async def start(self) -> None:
        """Start it and wait until it listens; raises StageError."""
        self._write()
        begin = self._logged()
        self._process.start()
        await self._process.ready(lambda: self._logged() > begin, _START_S)
        self.began = time.time() - _UP_AFTER_S

    def is_visited(self, t: float) -> bool:
        """Whether somebody walks in its room at a time (unix seconds)."""
        if self.visit is None:
            return False
        since = t - self.began - self.visit.enters
        return since >= 0.0 and since % self.visit.every < self.visit.stays

    def stop(self) -> None:
        """End it in an orderly way: it says goodbye and keeps what it learned."""
        self._process.stop()

    async def forget(self) -> None:
        """Clear what the broker retains of it."""
        async with aiomqtt.Client(self._broker.host, self._broker.port) as client:
            for leaf in ("avail", "info"):
                topic = f"halcyon/1/{self._site}/{self.node}/{leaf}"
                await client.publish(topic, b"", qos=1, retain=True)

    def _write(self) -> None:
        self._folder.mkdir(parents=True, exist_ok=True)
        (self._folder / "speaker.toml").write_text(
            _CONFIGURATION.format(
                site=self._site,
                node=self.node,
                room=self._room,
                folder=self._folder,
                broker=self._broker,
            )
        )
        scene = _SCENE.format(seed=_SEED)
        if (visit := self.visit) is not None:
            scene += _VISITOR.format(every=visit.every, enters=visit.enters, stays=visit.stays)
        (self._folder / "scene.toml").write_text(scene)

    def _logged(self) -> int:
        """How often it has said that it is up."""
        log = self._process.log
        return log.read_text(errors="replace").count("The node is up") if log.exists() else 0
