"""The host of a node: its sound, its connection, its disk and its clock."""

import asyncio
from collections.abc import Coroutine, Iterable
import contextlib
import logging
import time

from halcyon.core.message import Message
from halcyon.core.snapshot import SnapshotError
from halcyon.decide.alarm.melodies import MELODIES
from halcyon.service.clock import HostClock
from halcyon.service.stopping import stop_on_signals
from halcyon.service.store import Saved, Store, encode
from halcyon.service.transport import Backoff, Letter, Link

from .alarm_clock import AlarmClock
from .config import Config
from .effects import Effect, Fetch, Note, Save, Shine, Snippet, Wake
from .fetching import fetched
from .keeping import Kept, kept_from
from .lamp import Lamp, LampError
from .node import Node
from .obeying import Obedience
from .snippets import Snippets
from .sounds import Sound, SoundError, find, load
from .sources.device import Block, Device
from .supervision import Supervisor
from .talk.hermes import FILTERS
from .talk.satellite import Satellite, words_for
from .wire import availability, new_boot

_LOGGER = logging.getLogger(__name__)

_STORE, _ALARMS = "node", "alarms"
_LONGEST_RETRY_S = 8.0
"""An alarm that rings here may have been dismissed elsewhere meanwhile."""

_READY_S = 1.0
"""A node that has heard for so long is up."""

_ALIVE_EVERY_S = 5.0


class Host:
    """Runs one node on one device."""

    def __init__(self, config: Config, device: Device, backoff: Backoff | None = None) -> None:
        self._config = config
        self._device = device
        self.born = time.monotonic()
        """When the uptime began, seconds of the monotonic clock."""
        self._store = Store(config.state, _STORE)
        saved = self._store.load()
        # A Raspberry Pi has no clock of its own, but time has gone on since it saved something.
        self._clock = HostClock(not_before=saved.t if saved is not None else 0.0)
        self._snippets = Snippets(config.snippets, config.snippets_limit)
        self.node = Node(
            config.address,
            config.options,
            device.rate,
            device.microphones,
            boot=new_boot(),
            kept=self._kept(saved),
            cpu=time.thread_time,
        )
        if config.wake_word is not None:
            self.node.satellite = Satellite(
                config.address.node,
                device.rate,
                words_for(config.wake_word),
                lambda: self.node.emitter.play(None),
            )
        self._obedience = Obedience(self.node)
        self._prefix = config.address.topic("cmd") + "/"
        self._link = Link(
            config.broker,
            self._clock,
            identity=f"halcyon-{config.address.site}-{config.address.node}",
            filters=(self._prefix + "+", *(() if config.wake_word is None else FILTERS)),
            will=availability(config.address, "offline"),
            receive=self._receive,
            greet=self._greet,
            part=lambda: [availability(config.address, "offline")],
            backoff=backoff or Backoff(longest=_LONGEST_RETRY_S),
        )
        self._alarms = AlarmClock(
            self.node,
            Store(config.state, _ALARMS),
            self._link.send,
            self._sound,
            lambda: time.monotonic() - self.born,
        )
        self._lamp = Lamp(config.led)
        self.node.light = self._lamp.look()
        self._supervisor = Supervisor()
        self._tasks: set[asyncio.Task[None]] = set()
        self._saving = asyncio.Lock()
        self._heard = 0.0
        self._alive_at = 0.0

    async def run(self, stop: asyncio.Event) -> None:
        """Serve until stop is set or the sound ends; raises DeviceError."""
        connection = asyncio.create_task(self._link.run(stop))
        sound = asyncio.create_task(self._listen())
        halt = asyncio.create_task(stop.wait())
        alarms = asyncio.create_task(self._alarms.run())
        try:
            await asyncio.wait((sound, halt, alarms), return_when=asyncio.FIRST_COMPLETED)
            for each in (sound, alarms):
                if each.done():
                    each.result()
        finally:
            self._supervisor.stopping()
            self._lamp.close()
            stop.set()
            for task in (sound, halt, alarms):
                task.cancel()
            await asyncio.gather(
                sound, halt, alarms, connection, *self._tasks, return_exceptions=True
            )

    async def _listen(self) -> None:
        begun = False
        async with contextlib.aclosing(self._device.blocks(self.node.render)) as blocks:
            async for block in blocks:
                if not begun:
                    self._begin(block)
                    begun = True
                self._carry_out(self.node.hear(block.samples, block.lost))
                self._report(len(block.samples) / self._device.rate)

    def _begin(self, block: Block) -> None:
        age = time.monotonic() - block.began
        self.node.begin(block.began - self.born, self._clock.now() - age, self._device.delay)

    def _report(self, seconds: float) -> None:
        """Let the supervisor know how it goes."""
        before, self._heard = self._heard, self._heard + seconds
        if before < _READY_S <= self._heard:
            self._supervisor.ready(f"listening to {self._device.microphones} microphones")
            _LOGGER.info("The node is up")
        if self._heard - self._alive_at >= _ALIVE_EVERY_S:
            self._alive_at = self._heard
            self._supervisor.alive()

    def _greet(self) -> list[Letter]:
        self._alarms.greet()
        return self.node.greet()

    def _receive(self, message: Message) -> None:
        if not message.topic.startswith(self._prefix):
            if self.node.satellite is not None and not self.node.kept.standby:
                self.node.satellite.take(message)
        # A retained command would be obeyed again on every connection.
        elif not message.retain:
            name = message.topic.removeprefix(self._prefix)
            self._carry_out(self._obedience.obey(name, message.payload, time.time()))

    def _carry_out(self, effects: Iterable[Effect]) -> None:
        for effect in effects:
            match effect:
                case Letter():
                    self._link.send(effect)
                case Fetch():
                    self._start(self._fetch(effect))
                case Wake():
                    self._start(self._wake(effect))
                case Shine():
                    self._start(self._shine(effect))
                case Save():
                    self._start(self._save(effect.kept))
                case Snippet():
                    self._start(self._keep(effect))
                case Note():
                    _LOGGER.log(logging.WARNING if effect.wrong else logging.INFO, effect.text)

    def _start(self, work: Coroutine[None, None, None]) -> None:
        """Let something that takes its time go on beside the sound."""
        task = asyncio.ensure_future(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _fetch(self, fetch: Fetch) -> None:
        try:
            load = self._fetched if fetch.remote else self._sound
            sound: Sound | str = await asyncio.to_thread(load, fetch.source)
        except SoundError as error:
            sound = str(error)
            _LOGGER.warning("A sound is not played: %s", sound)
        self._carry_out(self._obedience.fetched(fetch, sound))

    async def _wake(self, wake: Wake) -> None:
        self._carry_out(self._obedience.woken(wake, await self._alarms.obey(wake.order)))

    async def _shine(self, shine: Shine) -> None:
        error = None
        try:
            await self._lamp.shine(shine.glow, shine.seconds)
        except LampError as refusal:
            error = str(refusal)
        self._carry_out(self._obedience.shone(shine, error))

    def _sound(self, name: str) -> Sound:
        """One of the node's own sounds, or one from its folder; raises SoundError."""
        if (melody := MELODIES.get(name)) is not None:
            return Sound(melody.samples(self._device.rate), self._device.rate)
        try:
            return load(find(self._config.sounds, name), self._device.rate)
        except SoundError as error:
            raise SoundError(f"{error}; the node's own are {', '.join(MELODIES)}") from error

    def _fetched(self, url: str) -> Sound:
        return fetched(url, self._device.rate)

    async def _save(self, kept: Kept) -> None:
        content = encode(Saved(self._clock.now(), kept.to_json()))
        # In the order in which they were asked for, or an older state would be the last.
        async with self._saving:
            try:
                await asyncio.to_thread(self._store.write, content)
            except OSError as error:
                _LOGGER.error(  # noqa: TRY400 - the trace says nothing that the message does not
                    "What was learned cannot be saved as %s (%s); make room, or correct state",
                    self._store.path,
                    error.strerror,
                )

    async def _keep(self, snippet: Snippet) -> None:
        try:
            path = await asyncio.to_thread(self._snippets.write, snippet.letters)
        except OSError as error:
            _LOGGER.warning("A snippet cannot be kept (%s); make room for it", error.strerror)
        else:
            _LOGGER.info("An uncertain moment is kept as %s", path.name)

    def _kept(self, saved: Saved | None) -> Kept:
        """What was saved, or nothing where it cannot be used."""
        if saved is None:
            return Kept()
        try:
            return kept_from(saved.state)
        except SnapshotError as error:
            self._store.set_aside(str(error))
            return Kept()


async def serve(config: Config, device: Device) -> None:
    """Run until SIGTERM or SIGINT, or until the sound ends; raises DeviceError."""
    await Host(config, device).run(stop_on_signals())
