"""What is shown now, and who wants to know when it changes."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator

from homeassistant.core import CALLBACK_TYPE, callback

from .shown import Change, Key, Value


class Values:
    """The values of a site by key."""

    def __init__(self) -> None:
        self._values: dict[Key, Value] = {}
        self._listeners: defaultdict[Key, list[Callable[[], None]]] = defaultdict(list)

    def __contains__(self, key: Key) -> bool:
        """Whether anything was ever said about it, if only that it is not known."""
        return key in self._values

    def __iter__(self) -> Iterator[Change]:
        """All that is shown."""
        return (Change(key, value) for key, value in self._values.items())

    def get(self, key: Key) -> Value:
        """What is shown; None where it is not known."""
        return self._values.get(key)

    @callback
    def show(self, change: Change) -> None:
        """Show a value, whether or not it differs, to all who listen to it."""
        self._values[change.key] = change.value
        for update in tuple(self._listeners[change.key]):
            update()

    @callback
    def async_listen(self, keys: Iterable[Key], update: Callable[[], None]) -> CALLBACK_TYPE:
        """Call `update` whenever one of the values is shown."""
        taken = tuple(keys)
        for key in taken:
            self._listeners[key].append(update)

        def remove() -> None:
            for key in taken:
                self._listeners[key].remove(update)

        return remove
