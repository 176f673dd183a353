"""One site inside Home Assistant: messages go to the engine, what it concludes to entities."""

from functools import partial
import json
import time
from typing import Any

from homeassistant.config_entries import ConfigEntry
from homeassistant.const import EVENT_HOMEASSISTANT_STOP
from homeassistant.core import CALLBACK_TYPE, Event, HomeAssistant, callback
from homeassistant.util import dt as dt_util

from .alarm.clock import AlarmClock
from .beginning import Beginning
from .const import CONF_HOST, CONF_KEEP_DAYS, CONF_SITE, HOST_SERVICE, RESTORE_SECONDS
from .devices import async_make_devices, async_node_announced
from .engine.core.command import Command
from .engine.core.message import Message, topic_of
from .engine.core.reading import NodeLight
from .engine.core.snapshot import Json
from .engine.decode.topics import Channel, parse_topic
from .engine.sense.sleep.kept import KEEP_DAYS, Kept
from .engine.wallclock import WallWatch
from .feed import Feed
from .house import description_of, house_of, structure_of
from .issues import async_raise_issues
from .link import Link
from .live import Live
from .monitor import Monitor
from .platforms import platforms_of
from .room.subentries import RoomConfig, room_configs
from .routine.host import RoutineHost
from .routine.subentries import routine_configs
from .schedule import Schedule
from .settings import Settings
from .shown import NODE, ROOM
from .site.computing import Batch, Computer
from .site.local import LocalComputer
from .site.remote import SERVICE, RemoteComputer
from .sleep.nights import Nights, nights_folder
from .sleep.subentries import SleeperConfig, sleeper_configs
from .store import SiteStore, Stored, shown_rows
from .values import Values
from .voice.commands import Voice
from .voice.household import Own
from .voice.speech import Speech

type HalcyonConfigEntry = ConfigEntry[Hub]

_REBIRTH_AFTER = 10.0
"""Retained announcements arrive within this time after a connection, so only then ask."""

_REBIRTH_SPACING = 1.0
"""Between two requests, because every answer comes with the node's whole state."""


class Hub:
    """The rooms of one entry.

    Entities listen to `values`; `monitor` knows who is there, `live` shows what is too fast for
    either, `nights` keeps how people slept, and `routines` run.
    """

    def __init__(self, hass: HomeAssistant, entry: HalcyonConfigEntry, store: SiteStore) -> None:
        self.hass = hass
        self.entry = entry
        self.site: str = entry.data[CONF_SITE]
        self.platforms = platforms_of(hass)
        self.rooms: dict[str, RoomConfig] = {room.id: room for room in room_configs(entry)}
        self.sleepers: dict[str, SleeperConfig] = {each.id: each for each in sleeper_configs(entry)}
        self.values = Values()
        self.live = Live(self._watch)
        # Wall clock at start plus monotonic time: host time never steps with the wall clock.
        self._origin = time.time() - time.monotonic()
        self.nights = Nights(
            hass,
            nights_folder(hass, entry.entry_id),
            entry.options.get(CONF_KEEP_DAYS, KEEP_DAYS),
            self.clock,
            self.values,
        )
        self._wall = WallWatch()
        self._structure = structure_of(entry)
        self._described = description_of(entry)
        self._store = store
        self._stored: Stored | None = None
        self._beginning = Beginning(hass, self._async_make, self._async_run)
        self._reloading = False
        self._unlisten: CALLBACK_TYPE | None = None
        self._computer: Computer = (
            RemoteComputer(self.site, self._deliver, self._service_changed, self._publish)
            if entry.options.get(CONF_HOST) == HOST_SERVICE
            else LocalComputer(hass.loop, self.site, self._deliver, self.values.show)
        )
        # What people wanted before the site worked.
        self._early: list[Message] = []
        self.feed = Feed(hass, self.clock, self._post, self._review)
        self.settings = Settings(self.values, self._wish, self._settings_changed)
        self.alarms = AlarmClock(hass, self.values, self._wish, self._command, self._async_write)
        self.routines = RoutineHost(hass, entry, self.values, self.feed, self._save_soon)
        self.voice = Voice(hass, entry, self.values, self._publish)
        self.speech = Speech(hass, entry, self.values, self._publish, self._own, self._review)
        filters = dict.fromkeys((*self._computer.filters, *self.speech.filters))
        self.link = Link(hass, filters, self._origin, self._receive, self._link_changed)
        self.monitor = Monitor(self.values, self.link, self.feed, self._computer, self.clock())
        self._schedule = Schedule(hass, self._tick, self._review, self.async_save)
        self._show_settings()

    @property
    def nodes(self) -> list[str]:
        """The nodes that hang in rooms."""
        return [node for room in self.rooms.values() for node in room.nodes]

    @property
    def configurable(self) -> bool:
        """Whether people's wishes can be taken here."""
        return self._computer.configurable

    @property
    def is_heeded(self) -> bool:
        """Whether somebody takes wishes: this host, or a service that is there."""
        return self.configurable or (self.link.connected and self._computer.feeds_rooms is True)

    @property
    def is_outdated(self) -> bool:
        """Whether the entry describes other rooms or sources than those that are here."""
        return structure_of(self.entry) != self._structure

    def clock(self) -> float:
        """Host time, unix seconds."""
        return self._origin + time.monotonic()

    async def async_restore(self) -> None:
        """Show what was stored."""
        self._stored = stored = await self._store.async_load()
        if stored is not None:
            for row in shown_rows(stored, self.clock()):
                self.values.show(row)
            self.settings.restore(stored, self.rooms, self.sleepers)
            self.routines.disabled = set(stored["disabled"])
            self._show_settings()
            self.monitor.restored = True
        await self.nights.async_load(self.sleepers)
        await self.routines.async_configure(routine_configs(self.entry))
        self._review()

    async def async_start(self) -> None:
        """Let the site begin to work, which may be later; until then it shows what was stored."""
        if self.hass.is_stopping:
            # A reload while Home Assistant stops: nobody would stop what began now.
            return
        listen = self.hass.bus.async_listen
        self._unlisten = listen(EVENT_HOMEASSISTANT_STOP, self._async_home_stops)
        self._schedule.later(RESTORE_SECONDS, self._review)
        await self._beginning.async_arrange()

    async def _async_make(self) -> None:
        """Take up what the engine knew."""
        house = house_of(self.entry, self.routines.disabled)
        stored, self._stored = self._stored, None
        opening = partial(self._computer.open, house, stored, self.clock())
        known = await self.hass.async_add_executor_job(opening)
        for change in known.changes:
            self.values.show(change)
        self.alarms.restore({} if stored is None else stored["alarms"], known.alarms)
        self.monitor.recall(self._computer.announcements())
        self._computer.start()

    async def _async_run(self) -> None:
        """Begin to listen to Home Assistant and to the broker."""
        async_make_devices(self.hass, self.entry, self.monitor.announcements)
        self._watch()
        self._tell_clock()
        if self.configurable:
            self.feed.async_start(each for room in self.rooms.values() for each in room.entities)
            self.settings.async_tell(self.settings.standby, self.settings.resting)
        early, self._early = self._early, []
        for message in early:
            self._computer.post(message)
        self.routines.async_start()
        await self.alarms.async_start(self.sleepers, heeded=self.configurable)
        self._schedule.start()
        self.speech.async_start()
        await self.link.async_start()
        self._review()

    async def async_stop(self) -> None:
        """Stop listening, save, and end the work. Called twice, it stops once."""
        worked = await self._beginning.async_end()
        self._schedule.stop()
        if self._unlisten is not None:
            self._unlisten()
            self._unlisten = None
        if not worked:
            # Then what is stored is all that is known.
            return
        self.link.async_stop()
        self.speech.async_stop()
        self.feed.async_stop()
        self.live.end()
        await self.routines.async_stop()
        self.alarms.async_stop()
        try:
            await self._async_write()
        finally:
            await self._computer.stop()

    async def async_save(self) -> None:
        """Write the whole state to disk, which nobody knows before the site works."""
        await self._beginning.async_now()
        await self._async_write()

    async def _async_write(self) -> None:
        engine, shown = await self._computer.save()
        await self._store.async_save(
            {
                "t": self.clock(),
                "engine": engine,
                "shown": shown,
                "standby": sorted(self.settings.standby),
                "resting": sorted(self.settings.resting),
                "disabled": sorted(self.routines.disabled),
                "alarms": self.alarms.snapshot(),
            }
        )

    async def async_settle(self) -> None:
        """Wait until everything that arrived so far has had its effect."""
        if self._beginning.is_made:
            self._tick()
            await self._computer.settle()

    async def async_explain(self, room: str) -> Json:
        """The evidence behind a room's state."""
        return await (await self._async_computer()).explain(room, self.clock())

    async def async_explain_routine(self, routine: str) -> Json:
        """Why a routine ran or did not."""
        explained = await (await self._async_computer()).explain_routine(routine, self.clock())
        return self.routines.explain(routine, explained)

    async def async_explain_alarm(self, sleeper: str) -> Json:
        """Why an alarm rang, and what is known of the next."""
        return await (await self._async_computer()).explain_alarm(sleeper, self.clock())

    async def async_report_nodes(self) -> dict[str, Any]:
        """What is known of every node, for diagnostics."""
        return await (await self._async_computer()).report()

    async def _async_computer(self) -> Computer:
        """Who computes the rooms, and begins with that now if it has not."""
        await self._beginning.async_now()
        return self._computer

    # What people want.

    @callback
    def async_calibrate(self, room: str) -> None:
        """Learn what a room looks like empty."""
        self.feed.async_intent("calibrate", room=room)
        self._schedule.save_soon()

    @callback
    def async_calibrate_node(self, node: str) -> None:
        """Let an ultrasonic node choose its tone and learn the quiet room."""
        self.feed.async_intent("calibrate", node=node)
        self.monitor.calibrating(node, self.clock())
        self._review()

    @callback
    def async_set_pets(self, node: str, *, present: bool) -> None:
        """Hold the tone of a node to what animals bear, or not; the node keeps it."""
        self.feed.async_intent("emission", node=node, pets=present)

    @callback
    def async_shine(self, node: str, light: NodeLight, seconds: float) -> None:
        """Let the light of a node become so within some seconds."""
        fields: dict[str, Json] = {"brightness": light.brightness, "ramp_s": seconds}
        if light.rgb is not None:
            fields["rgb"] = [*light.rgb]
        asked = tuple(sorted(fields.items()))
        self._command(Command(self.site, node, "light", self.clock(), asked))

    async def async_enable_routine(self, routine: str, *, on: bool) -> None:
        """Let a routine run, or not; kept across restarts."""
        self.routines.async_enable(routine, on=on)
        await self._async_describe()
        self._schedule.save_soon()

    async def async_entry_updated(self, hass: HomeAssistant, entry: HalcyonConfigEntry) -> None:
        """Follow a change of the entry: live where the rooms keep their sources."""
        if self._reloading:
            # Whoever comes next sees that it is outdated.
            return
        described = description_of(entry)
        if described == self._described:
            # Home Assistant notes in the entry by which message it was found, of every node anew.
            return
        if self.is_outdated:
            self._reloading = True
            await self._async_forget_sleepers()
            await hass.config_entries.async_reload(entry.entry_id)
            return
        await self._beginning.async_now()
        self._described = described
        self.rooms = {room.id: room for room in room_configs(entry)}
        self.sleepers = {each.id: each for each in sleeper_configs(entry)}
        async_make_devices(hass, entry, self.monitor.announcements)
        await self.routines.async_configure(routine_configs(entry))
        await self._async_describe()
        await self.alarms.async_configure(self.sleepers)
        self._show_settings()

    async def _async_describe(self) -> None:
        """Let the engine know of everything that people have described."""
        computer = await self._async_computer()
        await computer.configure(house_of(self.entry, self.routines.disabled))

    async def async_delete_night(self, kept: Kept) -> None:
        """Destroy a night, here and where the service keeps it; raises OSError."""
        await self.nights.async_delete(kept)
        computer = await self._async_computer()
        said = computer.deletion(kept.report.sleeper, kept.report.start)
        if said is not None:
            self.link.send(*said)

    async def _async_forget_sleepers(self) -> None:
        """Whoever removes a sleeper removes their nights."""
        for sleeper in self.sleepers.keys() - {each.id for each in sleeper_configs(self.entry)}:
            await self.nights.async_forget(sleeper)

    async def async_remove_node(self, node: str) -> None:
        """Drop a node for good, and clear what the broker retains of it."""
        computer = await self._async_computer()
        self.monitor.announcements.pop(node, None)
        await computer.forget(node)
        if self.link.connected:
            for leaf in (Channel.AVAIL, Channel.INFO):
                await self.link.async_publish(topic_of(self.site, node, leaf), b"", retain=True)

    # What arrives.

    @callback
    def _receive(self, message: Message) -> None:
        if self._beginning.is_stopped:
            return
        taken = self.speech.take(message)
        if taken is None:
            return
        message = taken
        self._computer.post(message)
        address = parse_topic(message.topic, self.site)
        # Only who is awaited: other nodes could be without number.
        if (
            address is not None
            and not self.monitor.has_heard(address.node)
            and address.node in self.nodes
        ):
            self.monitor.hear(address.node)
            self._review()

    @callback
    def _link_changed(self) -> None:
        self.monitor.link_changed(self.clock())
        if self._beginning.is_made and self.configurable and not self.link.connected:
            # Whom nobody can hear is away, which is not the same as that nothing moves there.
            for node in self.nodes:
                topic = topic_of(self.site, node, Channel.AVAIL)
                self._computer.post(Message(topic, b"offline", self.clock()))
        self._service_changed()
        if self.link.connected:
            self._schedule.later(_REBIRTH_AFTER, self._ask_unknown)
            greeting = self._computer.greeting()
            if greeting is not None:
                self.link.send(*greeting)

    @callback
    def _service_changed(self) -> None:
        """The service, or the way to it, comes or goes."""
        self._review()
        if not self.configurable:
            self.alarms.async_heed(on=self.is_heeded)
            self._show_settings()
            if self.is_heeded:
                # A service may remember otherwise.
                self.settings.async_tell(self.rooms, self.sleepers)

    def _ask_unknown(self) -> None:
        unknown = [node for node in self.nodes if node not in self.monitor.announcements]
        for place, node in enumerate(unknown if self.configurable else ()):
            self._schedule.later(place * _REBIRTH_SPACING, partial(self._ask, node))

    def _ask(self, node: str) -> None:
        self._command(Command(self.site, node, "rebirth", self.clock()))

    # What follows.

    @callback
    def _deliver(self, batch: Batch) -> None:
        if self._beginning.is_stopped:
            return
        for change in batch.changes:
            self.values.show(change)
        for output in batch.live:
            self.live.show(output)
        self.routines.async_take(batch.runs)
        for report in batch.nights:
            self.nights.async_take(report)
        self.voice.async_take(batch.spoken)
        for command in batch.commands:
            self._command(command)
        self.alarms.take(batch.alarms)
        for node, announcement in batch.announced.items():
            if self.monitor.announced(node, announcement, self.clock()):
                async_node_announced(self.hass, self.entry, node, announcement)
        if batch.announced or any(key.scope == NODE for key, _ in batch.changes):
            self._review()
        if batch.deadline is not None:
            self._schedule.wake(batch.deadline - self.clock())

    @callback
    def _watch(self) -> None:
        if not self._beginning.is_made:
            return
        self._computer.watched = self.live.watched(ROOM)
        self._computer.placed = self.live.watched(NODE)

    def _show_settings(self) -> None:
        self.settings.async_show(self.rooms.values(), self.sleepers)

    def _settings_changed(self) -> None:
        self.speech.async_home_changed()
        self._schedule.save_soon()

    def _save_soon(self) -> None:
        self._schedule.save_soon()

    def _own(self) -> Own:
        """What of the home Home Assistant does not know."""
        return Own(
            rooms=tuple(self.rooms.values()),
            paused=frozenset(self.settings.standby),
            routines=tuple(each.title for each in routine_configs(self.entry)),
            alarms=tuple(each.title for each in self.sleepers.values()),
        )

    def _publish(self, topic: str, payload: bytes) -> None:
        self.link.send(topic, payload)

    def _command(self, command: Command) -> None:
        self.link.send(command.topic, command.payload(time.time()))

    @callback
    def _post(self, message: Message) -> None:
        """Tell the engine something of this host; a person who wants something now begins it."""
        if self._beginning.is_made:
            self._computer.post(message)
        else:
            self._early.append(message)
            self._beginning.soon()

    def _wish(self, name: str, **fields: str | float | bool | None) -> None:
        """Tell the engine what somebody wants, wherever it is."""
        if self.configurable:
            self.feed.async_intent(name, **fields)
        else:
            topic = topic_of(self.site, SERVICE, "cmd/wish")
            self.link.send(topic, json.dumps({"name": name, **fields}).encode())
        self._schedule.save_soon()

    def _tell_clock(self) -> None:
        zone = dt_util.get_default_time_zone()
        news = self._wall.news(time.time(), self.clock(), zone, self.hass.config.time_zone)
        if news is not None:
            self._computer.post(news)

    def _tick(self) -> None:
        self._tell_clock()
        self._computer.tick(self.clock())

    async def _async_home_stops(self, _event: Event) -> None:
        await self.async_stop()

    @callback
    def _review(self) -> None:
        """See who is available, and what there is to mend."""
        rooms, t = self.rooms.values(), self.clock()
        self.monitor.review(rooms, t)
        if not self._beginning.is_made:
            return
        findings = (
            *self.monitor.findings(rooms, t),
            *self.routines.findings(),
            *self.speech.findings(),
            *self.alarms.findings(),
        )
        async_raise_issues(self.hass, self.entry, findings)
