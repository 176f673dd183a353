"""One site inside Home Assistant: messages go to the engine, what it concludes to entities."""

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import asdict
from datetime import datetime, timedelta
from functools import partial
import json
import logging
import time
from typing import Any

from homeassistant.components.event import DOMAIN as EVENT
from homeassistant.config_entries import ConfigEntry
from homeassistant.const import (
    ATTR_DEVICE_CLASS,
    ATTR_UNIT_OF_MEASUREMENT,
    EVENT_CORE_CONFIG_UPDATE,
    EVENT_HOMEASSISTANT_STOP,
    STATE_UNAVAILABLE,
    STATE_UNKNOWN,
)
from homeassistant.core import (
    CALLBACK_TYPE,
    Event,
    EventStateChangedData,
    HomeAssistant,
    State,
    callback,
)
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers.event import (
    async_call_later,
    async_track_state_change_event,
    async_track_time_interval,
)

from .const import CONF_SITE, RESTORE_SECONDS, SAVE_SECONDS
from .devices import async_node_announced
from .display import NODE, ROOM, Change, Display, Key, Value
from .engine.core.command import Command
from .engine.core.message import HOST_TOPIC, Message
from .engine.core.output import Output
from .engine.core.reading import Announcement
from .engine.core.snapshot import Json, SnapshotError
from .engine.decode.topics import Channel, parse_topic
from .engine.pipeline import Pipeline
from .link import Link, node_topic
from .repairs import async_review_issues
from .rooms import RoomConfig, house_of, room_configs, structure_of
from .store import SiteStore, Stored, shown_rows
from .watch import NodeWatch
from .worker import TICK_SECONDS, Batch, Worker

_LOGGER = logging.getLogger(__name__)

type HalcyonConfigEntry = ConfigEntry[Hub]

_REBIRTH_AFTER = 10.0
"""Retained announcements arrive within this time after a connection, so only then ask."""

_REBIRTH_SPACING = 1.0
"""Between two requests, because every answer comes with the node's whole state."""


class Hub:
    """The engine of one entry, with what Home Assistant shows of it.

    `values` holds what is shown now. Entities listen to keys of it; a room's availability is a
    key as well.
    """

    def __init__(self, hass: HomeAssistant, entry: HalcyonConfigEntry, store: SiteStore) -> None:
        self.hass = hass
        self.entry = entry
        self.site: str = entry.data[CONF_SITE]
        self.rooms: dict[str, RoomConfig] = {room.id: room for room in room_configs(entry)}
        self.values: dict[Key, Value] = {}
        self.announcements: dict[str, Announcement] = {}
        self.standby: set[str] = set()
        self.started_at = 0.0
        self._structure = structure_of(entry)
        self._store = store
        self._stopped = False
        self._restored = False
        # Wall clock at start plus monotonic time: host time never steps with the wall clock.
        self._origin = time.time() - time.monotonic()
        self.watch = NodeWatch()
        self._wake: CALLBACK_TYPE | None = None
        self._listeners: defaultdict[Key, list[Callable[[], None]]] = defaultdict(list)
        self._live: defaultdict[str, list[Callable[[Output], None]]] = defaultdict(list)
        self._cancel: list[CALLBACK_TYPE] = []
        pipeline = Pipeline(house_of(entry))
        self._worker = Worker(hass.loop, pipeline, Display(), self._deliver)
        self.link = Link(hass, pipeline.filters, self._origin, self._receive, self._link_changed)

    def clock(self) -> float:
        """Host time, unix seconds."""
        return self._origin + time.monotonic()

    async def async_start(self) -> None:
        """Take up what was stored and begin to work."""
        stored = await self._store.async_load()
        self.started_at = self.clock()
        self._worker.start()
        self.values.update(await self._worker.call(partial(self._take_up, stored, self.started_at)))
        self.announcements |= await self._worker.call(self._announced)
        self._restored = stored is not None
        self.standby = set(stored["standby"] if stored else ()) & self.rooms.keys()
        self._review()

    async def async_connect(self) -> None:
        """Begin to listen to the clock, to entities and to the broker."""
        self._send_clock()
        for room in sorted(self.standby):
            self.async_intent("standby", room=room, on=True)
        sources = [source for room in self.rooms.values() for source in room.entities]
        for source in sources:
            if (state := self.hass.states.get(source)) is not None:
                self._send_entity(state, restored=True)
        listen = self.hass.bus.async_listen
        self._cancel += [
            async_track_state_change_event(self.hass, sources, self._entity_changed),
            async_track_time_interval(self.hass, self._tick, timedelta(seconds=TICK_SECONDS)),
            async_track_time_interval(
                self.hass, self._async_minute, timedelta(seconds=SAVE_SECONDS)
            ),
            async_call_later(self.hass, RESTORE_SECONDS, self._grace_over),
            listen(EVENT_CORE_CONFIG_UPDATE, self._send_clock),
            listen(EVENT_HOMEASSISTANT_STOP, self._async_home_stops),
        ]
        await self.link.async_start()
        self._review()

    async def async_stop(self) -> None:
        """Stop listening, save, and end the thread. Called twice, it stops once."""
        if self._stopped:
            return
        self._stopped = True
        self.link.async_stop()
        if self._wake is not None:
            self._wake()
        while self._cancel:
            self._cancel.pop()()
        await self.async_save()
        await self.hass.async_add_executor_job(self._worker.stop)

    async def async_save(self) -> None:
        """Write the whole state to disk."""
        engine, shown = await self._worker.call(
            lambda: (self._worker.pipeline.snapshot(), self._worker.display.snapshot())
        )
        await self._store.async_save(
            {
                "t": self.clock(),
                "engine": engine,
                "shown": shown,
                "standby": sorted(self.standby),
            }
        )

    async def async_settle(self) -> None:
        """Wait until everything that arrived so far has had its effect."""
        self._worker.tick(self.clock())
        await self._worker.call(lambda: None)

    async def async_configure(self) -> None:
        """Take up changed rooms that keep their sources: zones, placements, sensitivity."""
        self.rooms = {room.id: room for room in room_configs(self.entry)}
        house = house_of(self.entry)
        await self._worker.perform(lambda: self._worker.pipeline.configure(house))
        self._notify_all()

    async def async_explain(self, room: str) -> Json:
        """The evidence behind a room's state."""
        return await self._worker.call(partial(self._worker.pipeline.explain, room, self.clock()))

    async def async_report_nodes(self) -> dict[str, Any]:
        """Announcement, availability and counters of every node, for diagnostics."""
        return await self._worker.call(
            lambda: {
                name: {
                    "announcement": asdict(node.announcement) if node.announcement else None,
                    "availability": node.availability,
                    "traffic": asdict(node.traffic),
                    "problem": node.problem,
                }
                for name, node in sorted(self._worker.pipeline.nodes.items())
            }
        )

    @callback
    def async_intent(self, name: str, **fields: str | bool) -> None:
        """Tell the engine what a person wants."""
        self._post("intent", {"name": name, **fields})

    @callback
    def async_set_standby(self, room: str, *, on: bool) -> None:
        """Pause or resume a room; kept across restarts."""
        (self.standby.add if on else self.standby.discard)(room)
        self.async_intent("standby", room=room, on=on)

    async def async_entry_updated(self, hass: HomeAssistant, entry: HalcyonConfigEntry) -> None:
        """Follow a change of the entry: live where the rooms keep their sources."""
        if structure_of(entry) == self._structure:
            await self.async_configure()
        else:
            await hass.config_entries.async_reload(entry.entry_id)

    async def async_remove_node(self, node: str) -> None:
        """Drop a node for good, and clear what the broker retains of it."""
        self.announcements.pop(node, None)
        await self._worker.call(lambda: self._forget(node))
        if self.link.connected:
            for leaf in (Channel.AVAIL, Channel.INFO):
                await self.link.async_publish(node_topic(self.site, node, leaf), b"", retain=True)

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
    def async_watch(self, room: str, show: Callable[[Output], None]) -> CALLBACK_TYPE:
        """Call `show` with every presence output of a room, many times a second."""
        self._live[room].append(show)
        self._worker.watched |= {room}

        def remove() -> None:
            self._live[room].remove(show)
            if not self._live[room]:
                self._worker.watched -= {room}

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
        self._worker.post(message)
        address = parse_topic(message.topic, self.site)
        if address is not None and self.watch.hear(address.node):
            self._review()

    @callback
    def _entity_changed(self, event: Event[EventStateChangedData]) -> None:
        old, new = event.data["old_state"], event.data["new_state"]
        if new is not None:
            # A state that appears again is what it was, not something that happens.
            self._send_entity(new, restored=_is_silent(old))
        if _is_silent(old) != _is_silent(new):
            self._review()

    def _send_entity(self, state: State, *, restored: bool) -> None:
        self._post(
            "entity",
            {
                "entity_id": state.entity_id,
                "domain": state.domain,
                "device_class": state.attributes.get(ATTR_DEVICE_CLASS),
                "state": state.state,
                "unit": state.attributes.get(ATTR_UNIT_OF_MEASUREMENT),
                "changed": state.last_changed_timestamp,
                "restored": restored,
            },
        )

    @callback
    def _send_clock(self, _event: Event | None = None) -> None:
        self._post("clock", {"unix": time.time(), "tz": self.hass.config.time_zone})

    def _post(self, kind: str, body: dict[str, Any]) -> None:
        payload = json.dumps(body, default=str).encode()
        self._worker.post(Message(HOST_TOPIC + kind, payload, self.clock()))

    # What follows.

    @callback
    def _deliver(self, batch: Batch) -> None:
        if self._stopped:
            return
        for change in batch.changes:
            self._show(change)
        for output in batch.live:
            for show in tuple(self._live[output.room or ""]):
                show(output)
        if batch.deadline is not None:
            self._wake_at(batch.deadline)
        for command in batch.commands:
            self.hass.async_create_task(self._async_send(command), "halcyon command")
        for node, announcement in batch.announced.items():
            if self.announcements.get(node) != announcement:
                self.announcements[node] = announcement
                self.watch.boot(node, announcement.boot, self.clock())
                async_node_announced(self, node, announcement)
        if batch.announced or any(key.scope == NODE for key, _ in batch.changes):
            self._review()

    def _show(self, change: Change) -> None:
        self.values[change.key] = change.value
        for update in tuple(self._listeners[change.key]):
            update()

    def _notify_all(self) -> None:
        for updates in tuple(self._listeners.values()):
            for update in tuple(updates):
                update()

    async def _async_send(self, command: Command) -> None:
        if not self.link.connected:
            return
        try:
            await self.link.async_publish(command.topic, command.payload())
        except HomeAssistantError as error:
            _LOGGER.debug("Command %s was not sent: %s", command.topic, error)

    # Time and availability.

    @callback
    def _tick(self, _now: datetime | None = None) -> None:
        self._worker.tick(self.clock())

    def _wake_at(self, deadline: float) -> None:
        """Tick once more between two regular ticks."""
        if self._wake is not None:
            self._wake()
        wait = max(0.0, deadline - self.clock())
        self._wake = async_call_later(self.hass, wait, self._tick)

    @callback
    def _link_changed(self) -> None:
        self.watch.link(self.clock(), connected=self.link.connected)
        self._review()
        if self.link.connected:
            self._cancel.append(async_call_later(self.hass, _REBIRTH_AFTER, self._ask_unknown))

    @callback
    def _ask_unknown(self, _now: datetime) -> None:
        nodes = [node for room in self.rooms.values() for node in room.nodes]
        unknown = [node for node in nodes if node not in self.announcements]
        for place, node in enumerate(unknown):
            ask = partial(self._async_ask, node)
            self._cancel.append(async_call_later(self.hass, place * _REBIRTH_SPACING, ask))

    async def _async_ask(self, node: str, _now: datetime) -> None:
        await self._async_send(Command(self.site, node, "rebirth", self.clock()))

    @callback
    def _grace_over(self, _now: datetime) -> None:
        self._review()

    async def _async_minute(self, _now: datetime) -> None:
        self._review()
        await self.async_save()

    async def _async_home_stops(self, _event: Event) -> None:
        await self.async_stop()

    @callback
    def _review(self) -> None:
        """See which rooms are available, and what there is to repair."""
        grace = self._restored and self.clock() - self.started_at < RESTORE_SECONDS
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
        return any(self.is_speaking(node) for node in room.nodes) or any(
            not _is_silent(self.hass.states.get(entity)) for entity in room.entities
        )

    # What runs in the thread.

    def _take_up(self, stored: Stored | None, now: float) -> list[Change]:
        pipeline, display = self._worker.pipeline, self._worker.display
        rows: list[Change] = []
        if stored is not None and stored["t"] <= now:
            try:
                for part in pipeline.restore(stored["engine"]):
                    _LOGGER.warning("The stored state of %s did not fit and was reset", part)
            except SnapshotError as error:
                _LOGGER.warning("The stored state was not used: %s", error)
            # A node must be heard again before what it said counts.
            rows = [row for row in shown_rows(stored) if row.key.scope != NODE]
            display.restore(rows)
        for output in pipeline.current(now):
            rows += display.take(output)
        return rows

    def _announced(self) -> dict[str, Announcement]:
        return {
            name: node.announcement
            for name, node in self._worker.pipeline.nodes.items()
            if node.announcement is not None
        }

    def _forget(self, node: str) -> None:
        self._worker.pipeline.forget(node)
        self._worker.display.forget(NODE, node)


def _is_silent(state: State | None) -> bool:
    if state is None or state.state == STATE_UNAVAILABLE:
        return True
    # An event entity is unknown until its first event, and well all the same.
    return state.state == STATE_UNKNOWN and state.domain != EVENT
