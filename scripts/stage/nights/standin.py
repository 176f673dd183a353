"""A small stand-in of the host: what it asks of the node, and when it rings itself.

It does what the engine is to do: hands the alarm over ahead of time, says again what was not
confirmed, rings at its own moment or at the deadline, and rings on a device of its own where the
node does not answer. It reads no clock and opens nothing.
"""

from dataclasses import dataclass, field

from halcyon.core.snapshot import Json

_AGAIN_S = 0.5
_FALLBACK_S = 2.0
"""The node has so long to confirm that it rings."""

_KNOWN_ERROR = "is over"
"""The node's word for an occurrence that rang out or was dismissed there."""


@dataclass(slots=True)
class StandIn:
    """The host's view of one occurrence. Times are host seconds; `smart` is its own moment.

    `dismissed` and `rang` are kept across a restart by whoever holds it.
    """

    occurrence: str
    deadline: float
    smart: float | None
    dismissed: bool = False
    rang: bool = False
    _confirmed: set[str] = field(default_factory=set)
    _asked: dict[str, str] = field(default_factory=dict)
    _asked_at: float = -1e18
    _count: int = 0

    def wanted(self, now: float) -> str:
        """What the node is to do now."""
        if self.dismissed:
            return "dismiss"
        moment = self.deadline if self.smart is None else self.smart
        return "ring" if now >= moment else "set"

    def due(self, now: float, salt: str) -> dict[str, Json] | None:
        """The command to send now, None for none; `salt` tells one run of the host from others."""
        op = self.wanted(now)
        if op in self._confirmed or now - self._asked_at < _AGAIN_S:
            return None
        self._asked_at = now
        self._count += 1
        name = f"{salt}-{self._count}"
        self._asked[name] = op
        body: dict[str, Json] = {"id": name, "occurrence": self.occurrence, "op": op}
        if op == "set":
            body |= {"at_unix": self.deadline, "in_ms": 1000 * (self.deadline - now)}
        if op in {"set", "ring"}:
            body["sound"] = "beacon"
        return body

    def answered(self, name: str, error: str | None) -> str | None:
        """The node's answer to a command; what it has confirmed by it."""
        op = self._asked.pop(name, None)
        if op is None or (error is not None and _KNOWN_ERROR not in error):
            return None
        self._confirmed.add(op)
        return op

    def announced(self, held: set[str]) -> None:
        """The node says what it holds, as on every start."""
        if self.occurrence not in held:
            self._confirmed.discard("set")

    def gone(self) -> None:
        """The node is offline: whether it rings is not known any more."""
        self._confirmed.discard("ring")

    def rings(self, now: float) -> bool:
        """Whether the host's own device is to be heard now."""
        if self.dismissed:
            return False
        moment = self.deadline if self.smart is None else self.smart
        if now >= moment + _FALLBACK_S and "ring" not in self._confirmed:
            self.rang = True
        return self.rang
