"""The speaker node's own program, with a wall clock that can be turned.

A file says how many seconds it is ahead. The program asks `time.time` and nothing else for the
wall clock, so that is what is replaced; all other clocks are the machine's.
"""

import os
from pathlib import Path
import time

from halcyon_speaker.__main__ import main

AHEAD = "HALCYON_NIGHTS_AHEAD"
"""Names the file in the environment."""


def turnable(path: Path) -> None:
    """Let this process's wall clock be ahead by what a file says."""
    true = time.time

    def turned() -> float:
        return true() + float(path.read_text())

    time.time = turned


if __name__ == "__main__":
    turnable(Path(os.environ[AHEAD]))
    raise SystemExit(main())
