"""The alarms of a node, from the disk to the loudspeaker and the broker."""

import asyncio
from collections.abc import Callable
import logging

from halcyon.decide.alarm.melodies import DAWN, MELODIES
from halcyon.decode.event import STALE_SECONDS
from halcyon.service.store import Store
from halcyon.service.transport import Letter

from .alarms import Alarm, Alarms, Event
from .commands import RefusedError
from .node import Node
from .orders import Order, SetAlarm
from .ringer import Ringer, clocks
from .sounds import Sound, SoundError
from .voice import Voice

_LOGGER = logging.getLogger(__name__)

type Send = Callable[[Letter, Callable[[], None]], object]
"""Sends a letter, and calls back once the broker has it."""


class AlarmClock:
    """Lets a node ring. `sound` loads one by name, `uptime` is the node's in seconds."""

    def __init__(
        self,
        node: Node,
        store: Store,
        send: Send,
        sound: Callable[[str], Sound],
        uptime: Callable[[], float],
    ) -> None:
        self._node = node
        self._send = send
        self._sound = sound
        self._uptime = uptime
        self._tasks: set[asyncio.Task[None]] = set()
        self._ringer = Ringer(store, self._change)
        node.alarms = self._ringer.state.alarms

    async def run(self) -> None:
        """Ring when it is time, until cancelled."""
        await self._ringer.run()

    async def obey(self, order: Order) -> str | None:
        """Follow an order and keep what came of it; what went wrong, None where nothing did."""
        try:
            if isinstance(order, SetAlarm) and order.sound is not None:
                await asyncio.to_thread(self._sound, order.sound)
            await self._ringer.obey(order)
        except (SoundError, RefusedError) as error:
            return str(error)
        return None

    def greet(self) -> None:
        """On a new connection, say what nobody has heard yet."""
        for event in self._ringer.state.events:
            self._tell(event)

    def _change(self, before: Alarms, after: Alarms) -> None:
        self._node.alarms = after.alarms
        if before.ringing != after.ringing:
            self._ring(after.ringing)
        if before.alarms != after.alarms:
            self._send(self._node.announce(), _nothing)
        for event in after.events:
            if event not in before.events:
                _LOGGER.info("Alarm %r: %s", event.occurrence, event.what)
                self._tell(event)

    def _ring(self, alarm: Alarm | None) -> None:
        """Let an alarm be heard, None for silence. Its own sound follows once it is loaded."""
        if alarm is None:
            self._node.emitter.ring(None)
            return
        named = alarm.sound or DAWN
        rate = self._node.emitter.rate
        own = MELODIES.get(named, MELODIES[DAWN]).samples(rate)
        self._node.emitter.ring(Voice(own, rate, alarm.volume, alarm.at.elapsed(clocks())))
        if named not in MELODIES:
            self._start(alarm, named)

    def _start(self, alarm: Alarm, named: str) -> None:
        task = asyncio.ensure_future(self._take_up(alarm, named))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _take_up(self, alarm: Alarm, named: str) -> None:
        """Go on with a sound from a file, if the alarm still rings when it is loaded."""
        try:
            sound = await asyncio.to_thread(self._sound, named)
        except SoundError as error:
            _LOGGER.warning("An alarm rings with %s instead of its own sound: %s", DAWN, error)
            return
        if self._ringer.state.ringing != alarm:
            return
        emitter = self._node.emitter
        samples = sound.beside(self._node.listener.carrier, 0.0, 1.0)
        emitter.ring(Voice(samples, emitter.rate, alarm.volume, alarm.at.elapsed(clocks())))

    def _tell(self, event: Event) -> None:
        """Say what became of an alarm; it is kept until the broker has it.

        What happened before this node started has no uptime. It counts as old all the same once
        the node has been up for so long that an uptime of zero is old.
        """
        now, uptime = clocks(), self._uptime()
        age = event.at.elapsed(now)
        if uptime < age and age > STALE_SECONDS >= uptime:
            wait = STALE_SECONDS - uptime + 1.0
            asyncio.get_running_loop().call_later(wait, self._tell_if_kept, event)
            return
        letter = self._node.tell(event, max(0.0, uptime - max(0.0, age)))
        self._send(letter, lambda: self._ringer.delivered(event.id))

    def _tell_if_kept(self, event: Event) -> None:
        if event in self._ringer.state.events:
            self._tell(event)


def _nothing() -> None:
    """Nobody waits for this letter."""
