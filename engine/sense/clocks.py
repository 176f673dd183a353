"""Clocks of sources, which stand still while a source is unavailable.

Unavailable is not absent: what a silent sensor last said neither ages nor expires, within
reason. Nodes reboot and brokers restart within minutes; a node that died must not hold a room
for ever, so after FROZEN_FOR its clock runs on.
"""

from ..core.snapshot import Json, SnapshotError, number_in

FROZEN_FOR = 1800.0
"""Seconds for which the clock of an unavailable source stands at most."""


class Clocks:
    """Which sources are unavailable, and what time it is for each."""

    def __init__(self) -> None:
        self._since: dict[str, float] = {}

    def freeze(self, source: str, t: float) -> None:
        """Stop the clock of a source at time t; one that stands already stays where it was."""
        self._since.setdefault(source, t)

    def thaw(self, source: str, t: float) -> float:
        """Let the clock run again; how many seconds it stood, by which its times move."""
        since = self._since.pop(source, None)
        return 0.0 if since is None else min(max(0.0, t - since), FROZEN_FOR)

    def is_frozen(self, source: str) -> bool:
        """Whether the source is unavailable."""
        return source in self._since

    def since(self, source: str) -> float | None:
        """When the source became unavailable, None while it is available."""
        return self._since.get(source)

    def given_up(self, source: str) -> float | None:
        """When a source that stays unavailable will have been so for too long to wait for it."""
        since = self._since.get(source)
        return None if since is None else since + FROZEN_FOR

    def restart(self, source: str, t: float) -> None:
        """Count the source as unavailable from t on, whatever it was before."""
        self._since[source] = t

    def now(self, source: str, t: float) -> float:
        """What the source's clock shows at time t."""
        since = self._since.get(source)
        return t if since is None else since + max(0.0, t - since - FROZEN_FOR)

    def when(self, source: str, moment: float) -> float:
        """The time at which the source's clock will show the moment, if it stays as it is."""
        since = self._since.get(source)
        return moment if since is None or moment <= since else moment + FROZEN_FOR

    def snapshot(self) -> Json:
        """The state as JSON."""
        return dict(self._since)

    def restore(self, state: Json) -> None:
        """Take up a state; raises SnapshotError if it is none."""
        if not isinstance(state, dict):
            raise SnapshotError("snapshot holds no clocks")
        self._since = {source: number_in(state, source) for source in state}
