"""What nights with real processes came to, kept so that a run can be gone on with."""

from dataclasses import asdict
import json
from pathlib import Path

from .verdict import Verdict


class Book:
    """Verdicts of the nights of one seed and host, a line of JSON each in `file`, None for none."""

    def __init__(self, file: Path | None, seed: int, host: str) -> None:
        self.verdicts: dict[int, Verdict] = {}
        self._file = file
        self._about = {"seed": seed, "host": host}
        lines = file.read_text().splitlines() if file is not None and file.exists() else []
        for row in map(json.loads, lines):
            if row["about"] == self._about:
                self.verdicts[row["night"]] = Verdict(**row["verdict"])

    def write(self, night: int, verdict: Verdict) -> None:
        """Keep what a night came to."""
        self.verdicts[night] = verdict
        if self._file is None:
            return
        row = {"about": self._about, "night": night, "verdict": asdict(verdict)}
        with self._file.open("a") as file:
            file.write(json.dumps(row) + "\n")
