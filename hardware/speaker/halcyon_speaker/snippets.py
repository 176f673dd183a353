"""Snippets of uncertain moments on this machine's disk: captures, the oldest removed first."""

from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path

from halcyon import __version__ as engine
from halcyon.core.capture import Header, write_header, write_message
from halcyon.core.message import Message
from halcyon.service.captures import new_capture
from halcyon.service.transport import Letter

_SUFFIX = ".jsonl.gz"


class Snippets:
    """A folder that never holds more than `limit` bytes of snippets."""

    def __init__(self, folder: Path, limit: int) -> None:
        self._folder = folder
        self._limit = limit

    def write(self, letters: Iterable[tuple[float, Letter]]) -> Path:
        """Write the letters with their host seconds as one capture; raises OSError."""
        rows = list(letters)
        self._folder.mkdir(parents=True, exist_ok=True)
        when = datetime.fromtimestamp(rows[0][0], UTC).strftime("%Y%m%dT%H%M%S.%f")
        path = self._folder / f"{when}{_SUFFIX}"
        partial = path.with_suffix(".partial.gz")
        partial.unlink(missing_ok=True)
        with new_capture(partial) as file:
            file.write(write_header(Header(engine=engine)) + "\n")
            for t, letter in rows:
                message = Message(letter.topic, letter.payload, t, letter.retain, letter.qos)
                file.write(write_message(message) + "\n")
        partial.replace(path)
        self._trim(path)
        return path

    def _trim(self, newest: Path) -> None:
        """Remove the oldest until the rest fits; their names are their times."""
        files = sorted(self._folder.glob(f"*{_SUFFIX}"))
        sizes = {each: each.stat().st_size for each in files}
        total = sum(sizes.values())
        for each in files:
            if total <= self._limit or each == newest:
                break
            each.unlink(missing_ok=True)
            total -= sizes[each]
