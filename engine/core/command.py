"""What the engine asks of a node: an effect that the host carries out."""

from dataclasses import dataclass
import hashlib
import json

from .message import topic_of
from .snapshot import Json

_SECONDS_VALID = 10.0


@dataclass(frozen=True, slots=True)
class Command:
    """One `cmd/<name>` message. `fields` are the command's own keys as sorted pairs."""

    site: str
    node: str
    name: str
    t: float
    fields: tuple[tuple[str, Json], ...] = ()
    valid_for: float = _SECONDS_VALID

    @property
    def id(self) -> str:
        """The same for the same command at the same time, so that a replay asks the same."""
        text = json.dumps([self.site, self.node, self.name, self.t, self.fields])
        return hashlib.sha256(text.encode()).hexdigest()[:16]

    @property
    def topic(self) -> str:
        """Where the node listens."""
        return topic_of(self.site, self.node, "cmd", self.name)

    def payload(self, unix: float | None = None) -> bytes:
        """The message body: id, t and expires (unix seconds) and the command's own keys.

        Host time never steps, but a node's clock is right: a host that started with a wrong
        clock gives its wall clock as `unix`, and is understood once that was set.
        """
        t = self.t if unix is None else unix
        body: dict[str, Json] = dict(self.fields)
        body |= {"id": self.id, "t": t, "expires": t + self.valid_for}
        return json.dumps(body, separators=(",", ":")).encode()
