"""Events and acknowledgements: things that happen once."""

from ..core.reading import Acknowledged, Motion, NodeEvent
from ..core.snapshot import Json, number_in, rows_in, text_in
from .malformed import MalformedError
from .sample import read_motion
from .strict_json import Members, scalar_fields

MAX_BYTES = 4096

STALE_SECONDS = 10.0
"""An event that is older when it arrives never triggers."""

REMEMBERED_SECONDS = 24 * 3600.0
"""An event id that comes again within this time is the same event."""

_REMEMBERED = 1024
"""Event ids kept at most, so that a node that invents them costs little."""

_LONGEST_ID = 64
_LONGEST_ERROR = 256
_ENVELOPE = frozenset({"id", "b", "n", "ms", "t"})


def read_id(body: dict[str, Json]) -> str:
    """What names the event or command; raises MalformedError without it."""
    name = Members(body).text("id", _LONGEST_ID)
    if name is None:
        raise MalformedError(f"id must be a text of 1 to {_LONGEST_ID} characters")
    return name


def read_event(kind: str, name: str, body: dict[str, Json]) -> NodeEvent | Motion:
    """The event of a kind; a motion event is a motion reading. Raises MalformedError."""
    if kind == "motion":
        motion = read_motion(Members(body))
        if motion is None:
            raise MalformedError("a motion event needs a state of none, minor or major")
        return motion
    return NodeEvent(kind, name, scalar_fields(body, _ENVELOPE))


def read_acknowledged(command: str, body: dict[str, Json]) -> Acknowledged:
    """A node's answer to a command; raises MalformedError without id or ok."""
    members = Members(body)
    ok = members.flag("ok")
    if ok is None:
        raise MalformedError("ok must be true or false")
    return Acknowledged(command, read_id(body), ok, members.text("error", _LONGEST_ERROR))


class SeenEvents:
    """The ids of a node's events of the last 24 hours, up to a limit."""

    def __init__(self) -> None:
        self._seen: dict[str, float] = {}

    def is_new(self, name: str, t: float) -> bool:
        """Whether an id is new at time t; from then on it is not."""
        seen = self._seen
        while seen:
            oldest = next(iter(seen))
            if len(seen) < _REMEMBERED and t - seen[oldest] < REMEMBERED_SECONDS:
                break
            del seen[oldest]
        if name in seen:
            return False
        seen[name] = t
        return True

    def snapshot(self) -> Json:
        """The ids with their times, oldest first."""
        return [[name, t] for name, t in self._seen.items()]

    def restore(self, state: Json) -> None:
        """Take up a snapshot; raises SnapshotError if it is none."""
        rows = rows_in({"seen": state}, "seen")
        self._seen = {text_in(row, 0): number_in(row, 1) for row in rows}
