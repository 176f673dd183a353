"""What a host of a night is told, and what it writes down."""

from collections.abc import Callable
from dataclasses import dataclass
import json
from pathlib import Path
import sys
import time

LOG = "host.jsonl"


@dataclass(frozen=True, slots=True)
class Config:
    """Its folder, the ports of broker and button, its node and its alarm.

    `deadline` and `smart`, its own moment where it has one, are unix seconds.
    """

    folder: str
    port: int
    button: int
    site: str
    node: str
    sleeper: str
    occurrence: str
    deadline: float
    smart: float | None


type Log = Callable[[str], None]


def given() -> Config:
    """The configuration that the command line names."""
    return Config(**json.loads(Path(sys.argv[1]).read_text()))


def log_of(config: Config) -> Log:
    """Writes what happens into a log, a line of JSON each, which a kill cannot take back."""
    path = Path(config.folder) / LOG

    def log(what: str) -> None:
        with path.open("a") as file:
            file.write(json.dumps({"t": time.time(), "what": what}) + "\n")

    return log
