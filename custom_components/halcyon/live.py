"""Those who look at something live: too fast for states, and for as long as they look."""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass

from homeassistant.core import CALLBACK_TYPE, callback

from .engine.core.output import Doppler, Output
from .shown import NODE, ROOM


@dataclass(frozen=True, slots=True, eq=False)
class Watcher:
    """Somebody who looks: is shown outputs, and told when there will be no more."""

    show: Callable[[Output], None]
    ended: Callable[[], None]


type Watched = tuple[str, str]
"""What is watched: the scope of a key, ROOM or NODE, and the id."""


class Live:
    """The watchers of rooms and nodes. `changed` is told what is watched from now on."""

    def __init__(self, changed: Callable[[], None]) -> None:
        self._changed = changed
        self._watchers: defaultdict[Watched, list[Watcher]] = defaultdict(list)

    def watched(self, scope: str) -> frozenset[str]:
        """The rooms or the nodes that somebody watches."""
        return frozenset(
            name for (kind, name), watchers in self._watchers.items() if kind == scope and watchers
        )

    @callback
    def async_watch(self, what: Watched, watcher: Watcher) -> CALLBACK_TYPE:
        """Show every output about a room or a node, many times a second, until `end`."""
        self._watchers[what].append(watcher)
        self._changed()

        def remove() -> None:
            if watcher in self._watchers.get(what, ()):
                self._watchers[what].remove(watcher)
                self._changed()

        return remove

    @callback
    def show(self, output: Output) -> None:
        """Show an output to those who watch what it is about."""
        fact = output.fact
        what = (NODE, fact.node) if isinstance(fact, Doppler) else (ROOM, output.room or "")
        for watcher in tuple(self._watchers.get(what, ())):
            watcher.show(output)

    @callback
    def end(self) -> None:
        """Tell all watchers that nothing more comes."""
        watchers = [each for watchers in self._watchers.values() for each in watchers]
        self._watchers.clear()
        for watcher in watchers:
            watcher.ended()
