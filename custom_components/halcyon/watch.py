"""What the host itself knows of its nodes: who was heard, who is silent, who is there twice."""

from collections import defaultdict, deque

DOUBLED_SECONDS = 3600.0
"""Two nodes with one id take turns many times an hour; after an hour of peace it is over."""

_BOOTS = 8


class NodeWatch:
    """Times are host seconds. Nothing is kept across a restart: a node must be heard again."""

    def __init__(self) -> None:
        self._heard: set[str] = set()
        self._linked_at: float | None = None
        self._spoke_at: dict[str, float] = {}
        self._boots: defaultdict[str, deque[int]] = defaultdict(lambda: deque(maxlen=_BOOTS))
        self._doubled_at: dict[str, float] = {}

    def link(self, t: float, *, connected: bool) -> None:
        """The broker came or went."""
        if not connected:
            self._linked_at = None
        elif self._linked_at is None:
            self._linked_at = t

    def hear(self, node: str) -> None:
        """A node said something."""
        self._heard.add(node)

    def has_heard(self, node: str) -> bool:
        """Whether a node has said anything since the start."""
        return node in self._heard

    def speaks(self, node: str, t: float) -> None:
        """A node is connected."""
        self._spoke_at[node] = t

    def silent_for(self, node: str, t: float) -> float:
        """Seconds that a node could have spoken and did not; 0 while it could not be heard."""
        if self._linked_at is None:
            return 0.0
        return t - max(self._linked_at, self._spoke_at.get(node, 0.0))

    def boot(self, node: str, boot: int, t: float) -> bool:
        """A node announced itself; whether for the first time.

        A boot that was over never comes back from the same node.
        """
        boots = self._boots[node]
        first = not boots
        if boot not in boots:
            boots.append(boot)
        elif boots[-1] != boot:
            self._doubled_at[node] = t
        return first

    def is_doubled(self, node: str, t: float) -> bool:
        """Whether two nodes have this id."""
        at = self._doubled_at.get(node)
        return at is not None and t - at < DOUBLED_SECONDS
