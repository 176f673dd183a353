"""What recordings were heard as, kept so that a long evaluation can be left and continued.

A file for each engine and what it was told to expect, of one JSON object a line: the recording's
hash, its readings, and the core seconds that they took.
"""

from collections.abc import Callable
from dataclasses import dataclass
import hashlib
import json
from pathlib import Path
from typing import Any

from ...speech.hypothesis import Hypothesis, Pass


@dataclass(frozen=True, slots=True)
class Reading:
    """What an engine made of a recording, the best first, and the core seconds that it took."""

    hypotheses: tuple[Hypothesis, ...]
    spent: float


class Kept:
    """Readings in a folder; without one nothing is kept."""

    def __init__(self, folder: Path | None = None) -> None:
        self._folder = folder

    def of(self, engine: str, expecting: object = None) -> KeptReadings:
        """Those of one engine that was told to expect something."""
        if self._folder is None:
            return KeptReadings(None)
        key = hashlib.sha256(repr(expecting).encode()).hexdigest()[:12]
        return KeptReadings(self._folder / f"{engine.replace(' ', '-')}-{key}.jsonl")


class KeptReadings:
    """Readings of one engine, by recording. Words keep no times."""

    def __init__(self, path: Path | None) -> None:
        self._path = path
        self._found: dict[str, Reading] = {}
        if path is not None and path.exists():
            for line in path.read_text(encoding="utf-8").splitlines():
                document = json.loads(line)
                self._found[document["sound"]] = _reading(document)

    def reading(self, sound: bytes, read: Callable[[], Reading]) -> Reading:
        """What is kept of a recording; else it is read, and kept."""
        key = hashlib.sha256(sound).hexdigest()[:16]
        found = self._found.get(key)
        if found is None:
            found = self._found[key] = read()
            self._keep(key, found)
        return found

    def _keep(self, key: str, reading: Reading) -> None:
        if self._path is None:
            return
        self._path.parent.mkdir(parents=True, exist_ok=True)
        with self._path.open("a", encoding="utf-8") as file:
            file.write(json.dumps(_document(key, reading)) + "\n")


def _document(key: str, reading: Reading) -> dict[str, Any]:
    return {
        "sound": key,
        "spent": round(reading.spent, 4),
        "readings": [
            [each.text, each.score, each.likelihood, each.source] for each in reading.hypotheses
        ],
    }


def _reading(document: dict[str, Any]) -> Reading:
    return Reading(
        tuple(
            Hypothesis(text, score, (), Pass(source), likelihood)
            for text, score, likelihood, source in document["readings"]
        ),
        document["spent"],
    )
