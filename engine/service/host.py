"""The service: one site's engine, kept running on a broker outside Home Assistant.

On `halcyon/1/<site>/$engine/`: `state` is `online` or `offline`, retained, with the latter as
the last will; `out/<room>` carries outputs, `out/$home` those that belong to no room, such as a
node's; anything on `cmd/rebirth` makes us say everything that we know again,
`cmd/delete_night` {sleeper, start} destroy a night, `cmd/explain` {room, routine or sleeper} is
answered on `explained`, and `cmd/wish` and `cmd/mode` are what people ask and what they call the
present, as `$host/intent` and `$host/mode`.
"""

import asyncio
from collections.abc import Collection
import json
import logging
import time

from ..core.message import HOST_TOPIC, Message, topic_of
from ..core.output import Action, Alarm, Output
from ..core.snapshot import Json, SnapshotError
from ..pipeline import Effect, Pipeline
from ..wallclock import WallWatch
from .acting import Actor
from .clock import HostClock, own_zone
from .config import Config, Sensing
from .dialects import dialects_of
from .explaining import EXPLAIN, answer
from .inputs import as_input, input_topics
from .journal import Journal
from .nights import Nights
from .replay import output_line
from .spoken import recognised, speech_of, understood_topic
from .stopping import stop_on_signals, stopped_within
from .store import Saved, Store, encode
from .sun import SunWatch
from .transport import Backoff, Letter, Link

_LOGGER = logging.getLogger(__name__)

_TICK = 1.0
"""Longest time, in seconds, that passes without the engine being told of it."""

_SAVE_EVERY = 60.0
_REPORT_EVERY = 60.0
_REBIRTH, _DELETE_NIGHT = "cmd/rebirth", "cmd/delete_night"
_COMMANDS = (_REBIRTH, _DELETE_NIGHT, EXPLAIN)

_HOME = "$home"
"""Where outputs without a room go; no room can have this name."""


class Service:
    """The engine of a site whose rooms the service hosts."""

    def __init__(self, config: Config, backoff: Backoff | None = None) -> None:
        site = config.house.site
        self._site = site
        self._pipeline = Pipeline(config.house, dialects_of(config))
        self._store = Store(config.store, site)
        saved = self._store.load()
        self._clock = HostClock(not_before=saved.t if saved is not None else 0.0)
        self._nights = Nights(config.store / "nights" / site, config.keep_days, self._clock.now)
        if saved is not None:
            self._restore(saved)
        self._speech = speech_of(config, self._post, self._understand)
        commands = (*(_engine_topic(site, name) for name in _COMMANDS), *input_topics(site))
        self._link = Link(
            config.broker,
            self._clock,
            identity=f"halcyon-{site}",
            filters=(*self._pipeline.filters, *commands, *self._speech.filters),
            will=_presence(site, "offline"),
            receive=self._receive,
            greet=lambda: [
                _presence(site, "online"),
                *self._speech.greet(),
                *self._everything(),
                *self._actor.held(self._clock.now()),
            ],
            part=lambda: [_presence(site, "offline")],
            backoff=backoff,
        )
        journal = Journal(config.store / f"{site}.actions")
        self._actor = Actor(site, journal, self._link.send)
        self._wall = WallWatch()
        self._sun = None if config.place is None else SunWatch(*config.place)
        self._wishes = config.wishes
        self._timer: asyncio.TimerHandle | None = None
        self._reported = float("-inf")

    async def run(self, stop: asyncio.Event) -> None:
        """Serve until stop is set, then save and say goodbye."""
        self._watch_wall()
        for wish in self._wishes:
            payload = json.dumps(wish).encode()
            self._receive(Message(f"{HOST_TOPIC}intent", payload, self._clock.now()))
        self._arm()
        try:
            async with asyncio.TaskGroup() as group:
                group.create_task(self._link.run(stop))
                group.create_task(self._keep(stop))
                group.create_task(self._speech.run(stop))
        finally:
            if self._timer is not None:
                self._timer.cancel()
            await self._nights.settle()
            self._write(self._snapshot())

    def _everything(self) -> list[Letter]:
        # How they slept comes before how they sleep.
        known = (*self._nights.current(), *self._pipeline.current(self._clock.now()))
        return [self._letter(output) for output in known]

    def _post(self, letter: Letter) -> None:
        self._link.send(letter)

    def _understand(self, heard: dict[str, Json]) -> None:
        """What was recognised is an input of the engine like any other."""
        self._receive(recognised(heard, self._clock.now()))

    def _receive(self, message: Message) -> None:
        if self._speech.receive(message):
            return
        if message.topic.startswith(_engine_topic(self._site, "cmd/")):
            # A retained command would be obeyed again on every connection.
            if not message.retain:
                self._obey(message)
            return
        try:
            effects = self._pipeline.receive(message)
        except Exception as error:  # noqa: BLE001 - one bad message must not take the home down
            self._report_bug(f"the message on {message.topic}", error)
            return
        self._send(effects)
        self._arm()

    def _obey(self, message: Message) -> None:
        if message.topic == _engine_topic(self._site, _DELETE_NIGHT):
            self._nights.delete(message.payload)
            return
        if message.topic == _engine_topic(self._site, EXPLAIN):
            self._link.send(answer(message, self._pipeline.home, self._clock.now()))
            return
        if (told := as_input(message, self._site)) is not None:
            self._receive(told)
            return
        for letter in self._everything():
            self._link.send(letter)

    def _send(self, effects: Collection[Effect]) -> None:
        facts = [each.fact for each in effects if isinstance(each, Output)]
        if any(isinstance(each, Alarm) for each in facts):
            # What rang or was dismissed is known on disk before anybody hears of it.
            self._write(self._snapshot())
        if actions := [each for each in facts if isinstance(each, Action)]:
            self._actor.take(actions, self._clock.now())
        for effect in effects:
            if isinstance(effect, Output):
                self._nights.take(effect)
                self._link.send(self._letter(effect))
            else:
                self._link.send(Letter(effect.topic, effect.payload(time.time()), qos=1))

    def _letter(self, output: Output) -> Letter:
        topic = _engine_topic(self._site, f"out/{output.room or _HOME}")
        return Letter(topic, output_line(output).encode())

    def _report_bug(self, cause: str, error: Exception) -> None:
        """Show the trace of an exception, but not for every message of a flood."""
        now = self._clock.now()
        if now - self._reported > _REPORT_EVERY:
            self._reported = now
            _LOGGER.error(
                "The engine failed at %s and goes on without it. This is a bug of Halcyon; "
                "please report it with a capture from `halcyon record`",
                cause,
                exc_info=error,
            )

    def _arm(self) -> None:
        """See to it that the engine is told of the time when it wants to be, or soon anyway."""
        loop = asyncio.get_running_loop()
        deadline = self._pipeline.next_deadline
        wait = _TICK if deadline is None else min(_TICK, max(0.0, deadline - self._clock.now()))
        if self._timer is not None:
            if self._timer.when() <= loop.time() + wait:
                return
            self._timer.cancel()
        self._timer = loop.call_later(wait, self._tick)

    def _watch_wall(self) -> None:
        """Tell the engine of the sun and of the clock on the wall when it is news."""
        if self._sun is not None:
            higher = self._sun.news(time.time(), self._clock.now())
            if higher is not None:
                self._receive(higher)
        zone = own_zone()
        if zone is None:
            return
        news = self._wall.news(time.time(), self._clock.now(), zone, zone.key)
        if news is not None:
            self._receive(news)

    def _tick(self) -> None:
        self._timer = None
        try:
            effects = self._pipeline.advance(self._clock.now())
        except Exception as error:  # noqa: BLE001 - the next deadline may well be fine
            self._report_bug("a deadline", error)
            # Not at once: the same deadline may be due again.
            self._timer = asyncio.get_running_loop().call_later(_TICK, self._tick)
            return
        self._send(effects)
        self._watch_wall()
        self._arm()

    async def _keep(self, stop: asyncio.Event) -> None:
        """Save now and then, without holding up the messages while the disk works."""
        while not await stopped_within(stop, _SAVE_EVERY):
            await asyncio.to_thread(self._write, self._snapshot())

    def _snapshot(self) -> bytes:
        return encode(Saved(self._clock.now(), self._pipeline.snapshot()))

    def _write(self, snapshot: bytes) -> None:
        try:
            self._store.write(snapshot)
        except OSError as error:
            _LOGGER.error(  # noqa: TRY400 - the trace says nothing that the message does not
                "The state cannot be saved as %s (%s); make room or correct store",
                self._store.path,
                error.strerror,
            )

    def _restore(self, saved: Saved) -> None:
        try:
            reset = self._pipeline.restore(saved.state)
        except SnapshotError as error:
            self._store.set_aside(str(error))
            return
        # Nobody listens yet; what follows is said in full on the first connection.
        self._pipeline.resume(self._clock.now())
        if reset:
            _LOGGER.warning("These parts of the stored state start anew: %s", ", ".join(reset))


async def hear_only(config: Config, stop: asyncio.Event) -> None:
    """Hear what is said at a site whose rooms Home Assistant hosts, and sense nothing."""
    _LOGGER.info(
        "Home Assistant does the sensing of this site, so that we only hear. "
        'To sense here instead, set sensing = "service" and choose the service as the host in '
        "the options of the integration"
    )
    site = config.house.site
    told = understood_topic(site)

    def send(letter: Letter) -> None:
        link.send(letter)

    def conclude(heard: dict[str, Json]) -> None:
        # The rooms are elsewhere, and with them whoever acts on what is understood.
        send(Letter(told, json.dumps(heard).encode(), qos=1))

    speech = speech_of(config, send, conclude)

    def hear(message: Message) -> None:
        speech.receive(message)

    link = Link(
        config.broker,
        HostClock(),
        identity=f"halcyon-{site}",
        filters=speech.filters,
        will=_presence(site, "offline"),
        receive=hear,
        greet=lambda: [_presence(site, "online"), *speech.greet()],
        part=lambda: [_presence(site, "offline")],
    )
    async with asyncio.TaskGroup() as group:
        group.create_task(link.run(stop))
        group.create_task(speech.run(stop))


async def serve(config: Config) -> None:
    """Run until SIGTERM or SIGINT."""
    stop = stop_on_signals()
    if config.sensing is Sensing.SERVICE:
        await Service(config).run(stop)
    else:
        await hear_only(config, stop)


def _presence(site: str, state: str) -> Letter:
    return Letter(_engine_topic(site, "state"), state.encode(), qos=1, retain=True)


def _engine_topic(site: str, rest: str) -> str:
    return topic_of(site, "$engine", rest)
