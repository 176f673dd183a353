"""Which rooms are available, which nodes are connected, and what there is to mend."""

from collections.abc import Collection, Iterator, Mapping
from functools import lru_cache
import logging

from awesomeversion import AwesomeVersion, AwesomeVersionException
from homeassistant.core import callback
from homeassistant.helpers.issue_registry import IssueSeverity

from .const import RESTORE_SECONDS
from .engine.core.reading import Announcement, Availability, SoundTrouble
from .feed import Feed
from .issues import Finding
from .link import Link
from .room.subentries import RoomConfig
from .shown import NODE, ROOM, Change, Key, Value
from .site.computing import Computer
from .troubles import MENDED_BY_CALIBRATION, Troubles
from .values import Values
from .watch import NodeWatch

_LOGGER = logging.getLogger(__name__)

SILENT_SECONDS = 900.0
"""A node that reboots, updates or loses its network for a moment is back well before this."""

OLDEST_FIRMWARE = AwesomeVersion("0.1.0")
"""The first firmware that speaks protocol 1 in full."""

_PRESENT = frozenset({None, Availability.ONLINE, Availability.SLEEPING})
"""What may be known of a node that speaks. None: it has said something, but not this."""


class Monitor:
    """Looks after the rooms and nodes of a site, and shows what it finds.

    `started_at` is the host time of the start; `announcements` holds what nodes said of
    themselves.
    """

    def __init__(
        self, values: Values, link: Link, feed: Feed, computer: Computer, started_at: float
    ) -> None:
        self.announcements: dict[str, Announcement] = {}
        self.restored = False
        self._values = values
        self._link = link
        self._feed = feed
        self._computer = computer
        self._started_at = started_at
        self._watch = NodeWatch()
        self._troubles = Troubles()

    def is_speaking(self, node: str) -> bool:
        """Whether a node is connected and has said something since the start."""
        return (
            self._link.connected
            and self._watch.has_heard(node)
            and self._node(node, "availability") in _PRESENT
        )

    def has_heard(self, node: str) -> bool:
        """Whether a node has said anything since the start."""
        return self._watch.has_heard(node)

    @callback
    def hear(self, node: str) -> None:
        """A node said something."""
        self._watch.hear(node)

    @callback
    def calibrating(self, node: str, t: float) -> None:
        """A node learns its room, so that its troubles may be over soon."""
        self._troubles.mending(node, t)

    @callback
    def link_changed(self, t: float) -> None:
        """The broker came or went."""
        self._watch.link(t, connected=self._link.connected)

    @callback
    def announced(self, node: str, announcement: Announcement, t: float) -> bool:
        """A node announced itself; whether that is news."""
        first = self._watch.boot(node, announcement.boot, t)
        # After a restart a node that was known must be offered again all the same.
        news = first or self.announcements.get(node) != announcement
        self.announcements[node] = announcement
        if news:
            self._show_light(node)
        return news

    @callback
    def recall(self, announcements: Mapping[str, Announcement]) -> None:
        """Know of nodes what they said before a restart."""
        self.announcements |= announcements
        for node in announcements:
            self._show_light(node)

    @callback
    def review(self, rooms: Collection[RoomConfig], t: float) -> None:
        """Show which rooms are available and which nodes are connected."""
        grace = self.restored and t - self._started_at < RESTORE_SECONDS
        for room in rooms:
            for node in room.nodes:
                speaks = self.is_speaking(node)
                if speaks:
                    self._watch.speaks(node, t)
                self._show(Key(NODE, node, "connected"), speaks)
                self._review_trouble(node, t, speaks=speaks)
            key = Key(ROOM, room.id, "available")
            known = key in self._values
            available = grace or self._is_fed(room)
            if self._show(key, available) and known:
                say = "is available again" if available else "is unavailable: no sensor speaks"
                _LOGGER.info("Room %s %s", room.title, say)

    def findings(self, rooms: Collection[RoomConfig], t: float) -> Iterator[Finding]:
        """What a person should mend."""
        nodes = [(node, room.title) for room in rooms for node in room.nodes]
        if nodes and not self._link.configured:
            yield Finding("broker_missing", severity=IssueSeverity.ERROR)
            return
        for node, room in nodes:
            if self._node(node, "availability") == Availability.UNSUPPORTED:
                yield Finding("protocol_unsupported", node, IssueSeverity.ERROR)
            # What a service computes comes from the service; it hears the nodes, we do not.
            elif self._computer.configurable and self._watch.silent_for(node, t) >= SILENT_SECONDS:
                yield Finding("node_silent", node, detail=room)
            if self._node(node, "flooding") is True:
                yield Finding("node_flooding", node)
            if self._watch.is_doubled(node, t):
                yield Finding("node_doubled", node, IssueSeverity.ERROR)
            for trouble in self._troubles.standing(node):
                fixable = trouble in MENDED_BY_CALIBRATION
                yield Finding(f"ultrasound_{trouble}", node, detail=room, fixable=fixable)
            announcement = self.announcements.get(node)
            if announcement is not None and _is_too_old(announcement.firmware):
                yield Finding("firmware_too_old", node, detail=announcement.firmware or "")

    def _review_trouble(self, node: str, t: float, *, speaks: bool) -> None:
        """Take in what a node says of its tone; what it said before it went away stands."""
        said = self._node(node, "trouble")
        if speaks and isinstance(said, str):
            trouble = SoundTrouble(said) if said in SoundTrouble else None
            self._troubles.see(node, trouble, t)
            self._show(Key(NODE, node, "problem"), bool(self._troubles.standing(node)))

    def _is_fed(self, room: RoomConfig) -> bool:
        if self._computer.feeds_rooms is not None:
            return self._computer.feeds_rooms and self._link.connected
        return any(map(self.is_speaking, room.nodes)) or not all(
            map(self._feed.is_silent, room.entities)
        )

    def _show_light(self, node: str) -> None:
        light, key = self.announcements[node].light, Key(NODE, node, "light")
        if light is not None or key in self._values:
            self._values.show(Change(key, None if light is None else light.brightness))

    def _node(self, node: str, quantity: str) -> Value:
        return self._values.get(Key(NODE, node, quantity))

    def _show(self, key: Key, value: Value) -> bool:
        """Show a value if it differs from what is shown; whether it does."""
        differs = key not in self._values or self._values.get(key) != value
        if differs:
            self._values.show(Change(key, value))
        return differs


@lru_cache(maxsize=128)
def _is_too_old(firmware: str | None) -> bool:
    """Whether a firmware names a version before the oldest one; unknown schemes are let be.

    Asked of every node whenever one of them speaks for the first time.
    """
    try:
        return firmware is not None and AwesomeVersion(firmware) < OLDEST_FIRMWARE
    except AwesomeVersionException:
        return False
