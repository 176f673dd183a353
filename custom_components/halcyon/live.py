"""Those who look at something live: too fast for states, and for as long as they look."""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass

from homeassistant.core import CALLBACK_TYPE, callback

from .engine.core.output import Output


@dataclass(frozen=True, slots=True, eq=False)
class Watcher:
    """Somebody who looks: is shown outputs, and told when there will be no more."""

    show: Callable[[Output], None]
    ended: Callable[[], None]


class Live:
    """The watchers of rooms, or of nodes, by id. `changed` is told who is watched from now on."""

    def __init__(self, changed: Callable[[frozenset[str]], None]) -> None:
        self._changed = changed
        self._watchers: defaultdict[str, list[Watcher]] = defaultdict(list)

    @callback
    def async_watch(self, name: str, watcher: Watcher) -> CALLBACK_TYPE:
        """Show every output about a room or node, many times a second, until `end`."""
        self._watchers[name].append(watcher)
        self._tell()

        def remove() -> None:
            if watcher in self._watchers.get(name, ()):
                self._watchers[name].remove(watcher)
                self._tell()

        return remove

    @callback
    def show(self, name: str, output: Output) -> None:
        """Show an output to those who watch what it is about."""
        for watcher in tuple(self._watchers.get(name, ())):
            watcher.show(output)

    @callback
    def end(self) -> None:
        """Tell all watchers that nothing more comes."""
        watchers = [each for watchers in self._watchers.values() for each in watchers]
        self._watchers.clear()
        for watcher in watchers:
            watcher.ended()

    def _tell(self) -> None:
        self._changed(frozenset(name for name, each in self._watchers.items() if each))
