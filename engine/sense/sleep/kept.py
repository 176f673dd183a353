"""Nights as hosts keep them: one document each, with what the sleeper says of it.

Hosts read and write the files; what is in them, what they are called and how long they are kept
is said here, so that every host keeps the same ones.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
import json

from ...core.snapshot import Json, SnapshotError, optional_item
from .advice import advise
from .comparison import compare, comparison_json
from .diary import Diary, differences, read_diary
from .report import Report
from .report_json import read_report

KEEP_DAYS = 90
"""For how long nights are kept unless it is told otherwise: three of the months that a night is
compared with."""

KEEP_DAYS_RANGE = (1, 3650)

DAY_S = 86_400.0

_SUFFIX = ".json"


@dataclass(frozen=True, slots=True)
class Kept:
    """A night that is kept."""

    report: Report
    diary: Diary = field(default_factory=Diary)

    def to_json(self) -> dict[str, Json]:
        """The document of its file."""
        return {**self.report.to_json(), "diary": self.diary.to_json()}

    def told(self, earlier: Iterable[Report]) -> dict[str, Json]:
        """The document with what follows from it: advice, comparison, and the diary's errors."""
        seen = differences(self.report, self.diary)
        return {
            **self.to_json(),
            "differences": {**seen} if self.diary else None,
            "advice": [each.to_json() for each in advise(self.report)],
            "comparison": comparison_json(compare(self.report, earlier)),
        }


def encode(kept: Kept) -> bytes:
    """The content of its file."""
    return json.dumps(kept.to_json(), separators=(",", ":")).encode()


def decode(content: bytes) -> Kept:
    """The night in a file; raises SnapshotError for anything that `encode` did not write."""
    try:
        document = json.loads(content)
    except (ValueError, RecursionError) as error:
        raise SnapshotError(f"it is no JSON ({error})") from error
    return Kept(read_report(document), read_diary(optional_item(document, "diary")))


def file_name(start: float) -> str:
    """What the file of a night is called that began at `start`, unix seconds."""
    return f"{start:.0f}{_SUFFIX}"


def start_of(name: str) -> int | None:
    """When the night in a file began, unix seconds; None for the names of other files."""
    number = name.removesuffix(_SUFFIX)
    # Only what file_name writes: other scripts have digits too.
    if number == name or not number.isascii() or not number.isdecimal():
        return None
    return int(number)


def expired(names: Iterable[str], t: float, days: float) -> list[str]:
    """The files of nights that began more than so many days before t; others are let be."""
    starts = {name: start_of(name) for name in names}
    return [
        name for name, start in starts.items() if start is not None and t - start > days * DAY_S
    ]
