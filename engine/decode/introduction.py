"""What a node has said of itself: whether it is there, what it is, and what it sends."""

from ..core.reading import Announcement, Availability, Stream
from ..core.snapshot import Json, flag_in, item, text_in
from . import info
from .malformed import MalformedError
from .strict_json import parse_object

_AVAILABILITY = {
    b"online": Availability.ONLINE,
    b"offline": Availability.OFFLINE,
    b"sleeping": Availability.SLEEPING,
    b"": Availability.OFFLINE,
}
"""An empty payload is what remains of a node that somebody removed."""


class Introduction:
    """The last availability and the last announcement of one node."""

    def __init__(self) -> None:
        self.announcement: Announcement | None = None
        self.unsupported = False
        self._body: dict[str, Json] | None = None
        self._said: Availability | None = None

    @property
    def availability(self) -> Availability | None:
        """What is known of its connection; None until it said something about it."""
        return Availability.UNSUPPORTED if self.unsupported else self._said

    @property
    def boot(self) -> int | None:
        """The boot id that was announced."""
        return None if self.announcement is None else self.announcement.boot

    def stream(self, name: str) -> Stream | None:
        """What was announced for a stream."""
        streams = () if self.announcement is None else self.announcement.streams
        return next((stream for stream in streams if stream.name == name), None)

    def hear_availability(self, payload: bytes) -> None:
        """Take a payload of `avail`; raises MalformedError for a word that is none."""
        said = _AVAILABILITY.get(payload)
        if said is None:
            raise MalformedError("availability must be online, offline or sleeping")
        self._said = said

    def hear_announcement(self, payload: bytes) -> str | None:
        """Take a payload of `info`; the name of a member that is wrong and was left out.

        An empty one removes the node, another major version makes it unsupported. Raises
        MalformedError, and keeps what was known, for anything that is no announcement.
        """
        if not payload:
            self.announcement, self._body, self.unsupported = None, None, False
            self._said = Availability.OFFLINE
            return None
        body = parse_object(payload, info.MAX_BYTES)
        if info.read_version(body) != info.VERSION:
            self.announcement, self._body, self.unsupported = None, None, True
            return None
        self.announcement, wrong = info.read_announcement(body)
        self._body, self.unsupported = body, False
        return wrong

    def snapshot(self) -> Json:
        """What was said, the announcement in its own words."""
        return {"said": self._said, "unsupported": self.unsupported, "info": self._body}

    def restore(self, state: Json) -> None:
        """Take up a snapshot; raises ValueError if it is none."""
        self._said = None if item(state, "said") is None else Availability(text_in(state, "said"))
        self.unsupported = flag_in(state, "unsupported")
        body = item(state, "info")
        if isinstance(body, dict):
            self._body, self.announcement = body, info.read_announcement(body)[0]
