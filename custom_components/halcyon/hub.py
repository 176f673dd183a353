"""One site inside Home Assistant: messages go to the engine, what it concludes to entities."""

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
import logging
import time
from typing import Any

from homeassistant.config_entries import ConfigEntry
from homeassistant.const import EVENT_HOMEASSISTANT_STOP
from homeassistant.core import CALLBACK_TYPE, Event, HomeAssistant, callback
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers.event import async_call_later, async_track_time_interval

from .computing import Batch, Computer
from .const import (
    CONF_HOST,
    CONF_SITE,
    HOST_SERVICE,
    RESTORE_SECONDS,
    SAVE_SECONDS,
    WISH_SECONDS,
)
from .devices import async_node_announced
from .display import NODE, ROOM, Change, Key, Value
from .engine.core.command import Command
from .engine.core.message import Message, topic_of
from .engine.core.output import Output
from .engine.core.reading import Announcement
from .engine.core.snapshot import Json
from .engine.decode.topics import Channel, parse_topic
from .feed import Feed
from .link import Link
from .local import LocalComputer
from .remote import RemoteComputer
from .repairs import async_review_issues
from .rooms import RoomConfig, house_of, room_configs, structure_of
from .store import SiteStore
from .watch import NodeWatch
from .worker import TICK_SECONDS

_LOGGER = logging.getLogger(__name__)

type HalcyonConfigEntry = ConfigEntry[Hub]

_REBIRTH_AFTER = 10.0
"""Retained announcements arrive within this time after a connection, so only then ask."""

_REBIRTH_SPACING = 1.0
"""Between two requests, because every answer comes with the node's whole state."""


@dataclass(frozen=True, slots=True, eq=False)
class Watcher:
    """Somebody who looks at a room: is shown outputs, and told when there will be no more."""

    show: Callable[[Output], None]
    ended: Callable[[], None]


class Hub:
    """The rooms of one entry, as Home Assistant shows them.

    `values` holds what is shown now. Entities listen to keys of it; whether a room is available
    is a key as well.
    """

    def __init__(self, hass: HomeAssistant, entry: HalcyonConfigEntry, store: SiteStore) -> None:
        self.hass = hass
        self.entry = entry
        self.site: str = entry.data[CONF_SITE]
        self.rooms: dict[str, RoomConfig] = {room.id: room for room in room_configs(entry)}
        self.values: dict[Key, Value] = {}
        self.announcements: dict[str, Announcement] = {}
        self.standby: set[str] = set()
        self.watch = NodeWatch()
        # Wall clock at start plus monotonic time: host time never steps with the wall clock.
        self._origin = time.time() - time.monotonic()
        self._started_at = self.clock()
        self._structure = structure_of(entry)
        self._store = store
        self._restored = False
        self._started = False
        self._reloading = False
        self._wake: CALLBACK_TYPE | None = None
        self._saving: CALLBACK_TYPE | None = None
        self._cancel: list[CALLBACK_TYPE] = []
        self._listeners: defaultdict[Key, list[Callable[[], None]]] = defaultdict(list)
        self._live: defaultdict[str, list[Watcher]] = defaultdict(list)
        self._computer: Computer = (
            RemoteComputer(self.site, self._deliver, self._review)
            if entry.options.get(CONF_HOST) == HOST_SERVICE
            else LocalComputer(hass.loop, house_of(entry), self._deliver)
        )
        self.feed = Feed(hass, self.clock, self._computer.post, self._review)
        self.link = Link(
            hass, self._computer.filters, self._origin, self._receive, self._link_changed
        )

    @property
    def configurable(self) -> bool:
        """Whether people's wishes can be taken here."""
        return self._computer.configurable

    @property
    def is_outdated(self) -> bool:
        """Whether the entry describes other rooms or sources than those that are here."""
        return structure_of(self.entry) != self._structure

    def clock(self) -> float:
        """Host time, unix seconds."""
        return self._origin + time.monotonic()

    async def async_restore(self) -> None:
        """Take up what was stored."""
        stored = await self._store.async_load()
        if stored is not None:
            restore = self.hass.async_add_executor_job
            self.values.update(await restore(self._computer.restore, stored, self.clock()))
            self.announcements = self._computer.announcements()
            self.standby = set(stored["standby"]) & self.rooms.keys()
            self._restored = True
        self._review()

    async def async_start(self) -> None:
        """Begin to work, and to listen to Home Assistant and to the broker."""
        if self.hass.is_stopping:
            # A reload while Home Assistant stops: nobody would stop what began now.
            return
        self._computer.start()
        self._started = True
        if self.configurable:
            self.feed.async_start(each for room in self.rooms.values() for each in room.entities)
            for room in sorted(self.standby):
                self.feed.async_intent("standby", room=room, on=True)
        every = partial(async_track_time_interval, self.hass)
        self._cancel += [
            every(self._tick, timedelta(seconds=TICK_SECONDS)),
            every(self._async_minute, timedelta(seconds=SAVE_SECONDS)),
            async_call_later(self.hass, RESTORE_SECONDS, self._grace_over),
            self.hass.bus.async_listen(EVENT_HOMEASSISTANT_STOP, self._async_home_stops),
        ]
        await self.link.async_start()
        self._review()

    async def async_stop(self) -> None:
        """Stop listening, save, and end the work. Called twice, it stops once."""
        if not self._started:
            return
        self._started = False
        self.link.async_stop()
        self.feed.async_stop()
        for timer in (self._wake, self._saving):
            if timer is not None:
                timer()
        while self._cancel:
            self._cancel.pop()()
        for watchers in self._live.values():
            for watcher in watchers:
                watcher.ended()
        self._live.clear()
        try:
            await self.async_save()
        finally:
            await self._computer.stop()

    async def async_save(self) -> None:
        """Write the whole state to disk."""
        engine, shown = await self._computer.save()
        standby = sorted(self.standby)
        await self._store.async_save(
            {"t": self.clock(), "engine": engine, "shown": shown, "standby": standby}
        )

    async def async_settle(self) -> None:
        """Wait until everything that arrived so far has had its effect."""
        self._tick()
        await self._computer.settle()

    async def async_explain(self, room: str) -> Json:
        """The evidence behind a room's state."""
        return await self._computer.explain(room, self.clock())

    async def async_report_nodes(self) -> dict[str, Any]:
        """What is known of every node, for diagnostics."""
        return await self._computer.report()

    @callback
    def async_set_standby(self, room: str, *, on: bool) -> None:
        """Pause or resume a room; kept across restarts."""
        (self.standby.add if on else self.standby.discard)(room)
        self.feed.async_intent("standby", room=room, on=on)
        self._save_soon()

    @callback
    def async_calibrate(self, room: str) -> None:
        """Learn what a room looks like empty."""
        self.feed.async_intent("calibrate", room=room)
        self._save_soon()

    async def async_entry_updated(self, hass: HomeAssistant, entry: HalcyonConfigEntry) -> None:
        """Follow a change of the entry: live where the rooms keep their sources."""
        if self._reloading:
            # Whoever comes next sees that it is outdated.
            return
        if self.is_outdated:
            self._reloading = True
            with self.link.handing_over():
                await hass.config_entries.async_reload(entry.entry_id)
            return
        self.rooms = {room.id: room for room in room_configs(entry)}
        await self._computer.configure(house_of(entry))
        for update in [each for updates in self._listeners.values() for each in updates]:
            update()

    async def async_remove_node(self, node: str) -> None:
        """Drop a node for good, and clear what the broker retains of it."""
        self.announcements.pop(node, None)
        await self._computer.forget(node)
        if self.link.connected:
            for leaf in (Channel.AVAIL, Channel.INFO):
                await self.link.async_publish(topic_of(self.site, node, leaf), b"", retain=True)

    @callback
    def async_listen(self, keys: Iterable[Key], update: Callable[[], None]) -> CALLBACK_TYPE:
        """Call `update` whenever one of the values changes."""
        taken = tuple(keys)
        for key in taken:
            self._listeners[key].append(update)

        def remove() -> None:
            for key in taken:
                self._listeners[key].remove(update)

        return remove

    @callback
    def async_watch(self, room: str, watcher: Watcher) -> CALLBACK_TYPE:
        """Show every presence output of a room, many times a second, until the hub stops."""
        self._live[room].append(watcher)
        self._computer.watched |= {room}

        def remove() -> None:
            if watcher in self._live[room]:
                self._live[room].remove(watcher)
            if not self._live[room]:
                self._computer.watched -= {room}

        return remove

    def is_speaking(self, node: str) -> bool:
        """Whether a node is connected and has said something since the start."""
        return (
            self.link.connected
            and self.watch.has_heard(node)
            and self.values.get(Key(NODE, node, "connected")) is not False
        )

    # What arrives.

    @callback
    def _receive(self, message: Message) -> None:
        if not self._started:
            return
        self._computer.post(message)
        address = parse_topic(message.topic, self.site)
        if address is not None and self._is_awaited(address.node):
            self.watch.hear(address.node)
            self._review()

    def _is_awaited(self, node: str) -> bool:
        """Whether a room waits for the first word of a node. Others could be without number."""
        return not self.watch.has_heard(node) and any(
            node in room.nodes for room in self.rooms.values()
        )

    @callback
    def _link_changed(self) -> None:
        self.watch.link(self.clock(), connected=self.link.connected)
        self._review()
        if self.link.connected:
            self._cancel.append(async_call_later(self.hass, _REBIRTH_AFTER, self._ask_unknown))
            greeting = self._computer.greeting()
            if greeting is not None:
                self._send(*greeting)

    @callback
    def _ask_unknown(self, _now: datetime) -> None:
        nodes = [node for room in self.rooms.values() for node in room.nodes]
        unknown = [node for node in nodes if node not in self.announcements]
        for place, node in enumerate(unknown if self.configurable else ()):
            ask = partial(self._ask, node)
            self._cancel.append(async_call_later(self.hass, place * _REBIRTH_SPACING, ask))

    @callback
    def _ask(self, node: str, _now: datetime) -> None:
        command = Command(self.site, node, "rebirth", self.clock())
        self._send(command.topic, command.payload(time.time()))

    # What follows.

    @callback
    def _deliver(self, batch: Batch) -> None:
        if not self._started:
            return
        for change in batch.changes:
            self._show(change)
        for output in batch.live:
            for watcher in tuple(self._live[output.room or ""]):
                watcher.show(output)
        for command in batch.commands:
            self._send(command.topic, command.payload(time.time()))
        for node, announcement in batch.announced.items():
            self._note_announcement(node, announcement)
        if batch.announced or any(key.scope == NODE for key, _ in batch.changes):
            self._review()
        if batch.deadline is not None:
            self._wake_at(batch.deadline)

    def _note_announcement(self, node: str, announcement: Announcement) -> None:
        first = self.watch.boot(node, announcement.boot, self.clock())
        # After a restart a node that was known must be offered again all the same.
        if first or self.announcements.get(node) != announcement:
            self.announcements[node] = announcement
            async_node_announced(self, node, announcement)

    def _show(self, change: Change) -> None:
        self.values[change.key] = change.value
        for update in tuple(self._listeners[change.key]):
            update()

    def _send(self, topic: str, payload: bytes) -> None:
        if self.link.connected:
            self.hass.async_create_task(self._async_publish(topic, payload), f"publish {topic}")

    async def _async_publish(self, topic: str, payload: bytes) -> None:
        try:
            await self.link.async_publish(topic, payload)
        except HomeAssistantError as error:
            _LOGGER.debug("%s was not published: %s", topic, error)

    # Time and availability.

    @callback
    def _tick(self, _now: datetime | None = None) -> None:
        self._computer.tick(self.clock())

    def _wake_at(self, deadline: float) -> None:
        """Tick once more between two regular ticks."""
        if self._wake is not None:
            self._wake()
        wait = max(0.0, deadline - self.clock())
        self._wake = async_call_later(self.hass, wait, self._tick)

    @callback
    def _grace_over(self, _now: datetime) -> None:
        self._review()

    @callback
    def _save_soon(self) -> None:
        if self._saving is None:
            self._saving = async_call_later(self.hass, WISH_SECONDS, self._async_wish_saved)

    async def _async_wish_saved(self, _now: datetime) -> None:
        self._saving = None
        await self.async_save()

    async def _async_minute(self, _now: datetime) -> None:
        self._review()
        await self.async_save()

    async def _async_home_stops(self, _event: Event) -> None:
        await self.async_stop()

    @callback
    def _review(self) -> None:
        """See which rooms are available, and what there is to mend."""
        grace = self._restored and self.clock() - self._started_at < RESTORE_SECONDS
        for room in self.rooms.values():
            for node in filter(self.is_speaking, room.nodes):
                self.watch.speaks(node, self.clock())
            key = Key(ROOM, room.id, "available")
            available = grace or self._is_fed(room)
            if self.values.get(key) is available:
                continue
            if key in self.values:
                say = "is available again" if available else "is unavailable: no sensor speaks"
                _LOGGER.info("Room %s %s", room.title, say)
            self._show(Change(key, available))
        async_review_issues(self)

    def _is_fed(self, room: RoomConfig) -> bool:
        if self._computer.feeds_rooms is not None:
            return self._computer.feeds_rooms and self.link.connected
        return any(map(self.is_speaking, room.nodes)) or not all(
            map(self.feed.is_silent, room.entities)
        )
