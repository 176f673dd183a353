"""What people have set of rooms and sleepers, which nobody but this home keeps."""

from collections.abc import Callable, Collection, Iterable

from homeassistant.core import callback

from .alarm.shown import SLEEP_TRACKING
from .alarm.wishes import Intent
from .room.subentries import RoomConfig
from .shown import ROOM, SLEEPER, Change, Key, Value
from .store import Stored
from .values import Values


class Settings:
    """The rooms in `standby`, and the sleepers who are `resting`: neither is watched.

    `changed` is called when a person has changed something, which is then to be saved.
    """

    def __init__(self, values: Values, wish: Intent, changed: Callable[[], None]) -> None:
        self.standby: set[str] = set()
        self.resting: set[str] = set()
        self._values = values
        self._wish = wish
        self._changed = changed

    def restore(self, stored: Stored, rooms: Collection[str], sleepers: Collection[str]) -> None:
        """Take up what was stored of those who are still there."""
        self.standby = set(stored["standby"]).intersection(rooms)
        self.resting = set(stored["resting"]).intersection(sleepers)

    @callback
    def async_tell(self, rooms: Iterable[str], sleepers: Iterable[str]) -> None:
        """Let the engine know of these when it begins to work, or comes back."""
        for room in sorted(rooms):
            self._wish("standby", room=room, on=room in self.standby)
        for sleeper in sorted(sleepers):
            self._wish("standby", sleeper=sleeper, on=sleeper in self.resting)

    @callback
    def async_set_standby(self, room: str, *, on: bool) -> None:
        """Pause or resume a room; kept across restarts."""
        (self.standby.add if on else self.standby.discard)(room)
        self._values.show(Change(Key(ROOM, room, "standby"), on))
        self._wish("standby", room=room, on=on)
        self._changed()

    @callback
    def async_set_resting(self, sleeper: str, *, on: bool) -> None:
        """Do not watch a sleeper, or watch them again; kept across restarts."""
        (self.resting.add if on else self.resting.discard)(sleeper)
        self._values.show(Change(Key(SLEEPER, sleeper, "standby"), on))
        paused = "paused" if on else "resumed"
        self._values.show(Change(Key(SLEEPER, sleeper, SLEEP_TRACKING), paused))
        self._wish("standby", sleeper=sleeper, on=on)
        self._changed()

    @callback
    def async_show(self, rooms: Iterable[RoomConfig], sleepers: Iterable[str]) -> None:
        """Show what is set of everybody and everything that there is."""
        for room in rooms:
            settings: dict[str, Value] = {
                "sensitivity": room.sensitivity,
                "standby": room.id in self.standby,
            }
            for quantity, value in settings.items():
                self._values.show(Change(Key(ROOM, room.id, quantity), value))
        for sleeper in sleepers:
            self._values.show(Change(Key(SLEEPER, sleeper, "standby"), sleeper in self.resting))
