"""The nodes to whose I/Q a home listens, and those that somebody looks at just now."""

from collections.abc import Collection
from contextlib import suppress

from ..core.reading import Quadrature, Stream
from ..core.snapshot import Json, SnapshotError, members_in
from ..sense.listening import Heard, Listener
from .asking import Air


class Ears:
    """Listeners by node, made when they are needed.

    `watched` are the nodes of which live pictures are wanted; no snapshot knows of them.
    """

    def __init__(self) -> None:
        self.watched: set[str] = set()
        self._listeners: dict[str, Listener] = {}

    def __contains__(self, source: str) -> bool:
        return source in self._listeners

    def step(
        self,
        source: str,
        reading: Quadrature,
        announced: Stream | None,
        end: float,
        *,
        occupied: bool,
    ) -> list[Heard]:
        """Take a chunk of a node, as Listener.step does."""
        return self._listener(source).step(reading, announced, end, occupied=occupied)

    def watch(self, source: str, *, on: bool) -> None:
        """Begin to draw live pictures of a node, or stop it."""
        if on:
            self.watched.add(source)
        else:
            self.watched.discard(source)
        if (listener := self._listeners.get(source)) is not None:
            listener.watched = on

    def calibrate(self, source: str, t: float) -> None:
        """Learn a node's quiet room from time t on."""
        self._listener(source).calibrate(t)

    def cease(self, source: str) -> None:
        """Forget what goes on before a node."""
        if (listener := self._listeners.get(source)) is not None:
            listener.cease()

    def air(self, source: str, air: Air) -> None:
        """Take up the air around a node."""
        if (listener := self._listeners.get(source)) is not None:
            listener.air(*air)

    def keep(self, sources: Collection[str]) -> None:
        """Forget all nodes but these."""
        for source in [each for each in self._listeners if each not in sources]:
            del self._listeners[source]

    def forget(self, source: str) -> None:
        """Forget a node."""
        self._listeners.pop(source, None)

    def _listener(self, source: str) -> Listener:
        listener = self._listeners.get(source)
        if listener is None:
            listener = self._listeners[source] = Listener(source)
            listener.watched = source in self.watched
        return listener

    def snapshot(self, sources: Collection[str]) -> Json:
        """The state of these nodes as JSON."""
        return {
            source: listener.snapshot()
            for source, listener in self._listeners.items()
            if source in sources
        }

    def restore(self, state: Json, sources: Collection[str]) -> None:
        """Take up the state of these nodes; None is that of a time before there were listeners.

        A listener whose state does not fit begins anew. Raises SnapshotError for no state.
        """
        self._listeners = {}
        for source, row in members_in({"ears": {} if state is None else state}, "ears").items():
            if source in sources:
                with suppress(SnapshotError):
                    self._listener(source).restore(row)
