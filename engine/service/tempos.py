"""How slowly people speak, room by room: who speaks is not known, and most rooms are somebody's."""

from collections import OrderedDict
from collections.abc import Callable

from ..speech.listener import Heard
from ..speech.tempo import Tempo
from .hearing import Listener

_MOST_ROOMS = 64
"""Rooms that are remembered; a name that is new beyond these displaces the one unused longest."""


class Tempos:
    """The tempo of each room; lost with the process, because it is learned anew in a day."""

    def __init__(self) -> None:
        self._rooms: OrderedDict[str, Tempo] = OrderedDict()

    def slower(self, room: str | None) -> float:
        """By what factor pauses are longer in a room, from 1; None is a room that is not known."""
        known = None if room is None else self._rooms.get(room)
        return 1.0 if known is None else known.slower

    def learning(self, listener: Listener, room: str | None) -> Listener:
        """A listener from whose pauses the tempo of a room is learned."""
        return (
            listener
            if room is None
            else _Learning(listener, lambda heard: self._learn(room, heard))
        )

    def _learn(self, room: str, heard: Heard) -> None:
        # What was no command may have been a television, which pauses as it likes.
        if not heard.accepted:
            return
        self._rooms[room] = self._rooms.get(room, Tempo()).heard(heard.pauses)
        self._rooms.move_to_end(room)
        while len(self._rooms) > _MOST_ROOMS:
            self._rooms.popitem(last=False)


class _Learning:
    """Tells of the final conclusion, once."""

    def __init__(self, listener: Listener, learn: Callable[[Heard], None]) -> None:
        self._listener = listener
        self._learn: Callable[[Heard], None] | None = learn

    def feed(self, pcm: bytes) -> Heard | None:
        return self._told(self._listener.feed(pcm))

    def finish(self) -> Heard:
        heard = self._listener.finish()
        self._told(heard)
        return heard

    def _told(self, heard: Heard | None) -> Heard | None:
        if heard is not None and heard.final and self._learn is not None:
            learn, self._learn = self._learn, None
            learn(heard)
        return heard
