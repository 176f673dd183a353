"""The alarms of one site: what people want of them, and what follows from what the engine says."""

import asyncio
from collections.abc import Awaitable, Callable, Collection, Iterator, Mapping
from datetime import datetime
from functools import partial
import logging

from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback
from homeassistant.helpers.event import async_track_point_in_utc_time
from homeassistant.util import dt as dt_util

from ..engine.core.command import Command
from ..engine.core.output import Alarm, AlarmPlan, Output, Ring
from ..engine.core.snapshot import Json
from ..issues import Finding
from ..shown import SLEEPER, Change, Key
from ..subject import HEEDED
from ..values import Values
from .calendars import AlarmCalendars, Dates
from .config import AlarmConfig
from .lights import AlarmLights
from .ringers import AlarmRingers
from .shown import BEFORE_SMART_PERIOD, RINGING, SMART_WAKEUP, SNOOZED, moments, plan_changes
from .troubles import AlarmTroubles
from .wishes import AlarmWishes, Intent, Sleepers

_LOGGER = logging.getLogger(__name__)

KEEP_SECONDS = 3.0
"""A disk that takes longer does not keep anybody asleep: the alarm rings without it."""

_BEFORE_WINDOW_SECONDS = 45 * 60.0
"""So long before the window Sleep as Android tells of it."""

_TEST_SECONDS = 3600.0
"""Ringers are tested so long before they are needed, as nodes are."""

type Effect = Output | Command


class AlarmClock:
    """Everything of alarms between the engine and Home Assistant.

    `intent` tells the engine what people want, `send` publishes a command to a node, `save` writes
    the engine's state: it is on disk before anybody hears that something happened to an alarm, so
    that a crash between leads to neither a second ring nor to none.
    """

    def __init__(
        self,
        hass: HomeAssistant,
        values: Values,
        intent: Intent,
        send: Callable[[Command], None],
        save: Callable[[], Awaitable[None]],
    ) -> None:
        self.wishes = AlarmWishes(intent, self._expect)
        self.lights = AlarmLights(hass)
        self._hass = hass
        self._values = values
        self._intent = intent
        self._send = send
        self._save = save
        self._plans: dict[str, AlarmPlan] = {}
        self._troubles = AlarmTroubles()
        self._ringers = AlarmRingers(hass, self._tell_ringer)
        self._calendars = AlarmCalendars(hass, self._tell_dates)
        self._pending: list[Effect] = []
        self._passing: asyncio.Task[None] | None = None
        self._timers: dict[tuple[str, str], CALLBACK_TYPE] = {}
        self._stored_lights: Json = None

    def restore(self, stored: Mapping[str, Json], known: Collection[Effect]) -> None:
        """Take up what was stored, and what the engine knows of alarms."""
        match stored:
            case {"armed": list(armed), "lights": lights, "before": dict(before)}:
                self.wishes.armed = {str(each) for each in armed}
                self._stored_lights = lights
            case _:
                before = {}
        for effect in known:
            if isinstance(effect, Output) and isinstance(effect.fact, AlarmPlan):
                self._plans[effect.fact.sleeper] = effect.fact
                self._show(plan_changes(effect.fact))
        if any(plan.state == RINGING for plan in self._plans.values()):
            self._ringers.restore(before)

    def snapshot(self) -> dict[str, Json]:
        """What is to outlast a restart and the engine does not keep."""
        return {
            "armed": [*sorted(self.wishes.armed)],
            "lights": self.lights.snapshot(),
            "before": self._ringers.snapshot(),
        }

    async def async_start(self, sleepers: Sleepers, *, heeded: bool) -> None:
        """Tell the engine of all alarms, and go on with what glowed."""
        self.wishes.heeded = heeded
        self.lights.restore(self._stored_lights)
        self._stored_lights = None
        await self.async_configure(sleepers)

    @callback
    def async_stop(self) -> None:
        """Do nothing more. What rings rings on, as far as it can without Home Assistant."""
        self._calendars.leave()
        self._ringers.leave()
        self.lights.leave()
        for cancel in self._timers.values():
            cancel()
        self._timers.clear()

    @callback
    def async_heed(self, *, on: bool) -> None:
        """The service came, and is told of all alarms, or it went."""
        wishes = self.wishes
        if on is not wishes.heeded:
            wishes.heeded = on
            self._hass.async_create_task(self.async_configure(wishes.sleepers), "alarms are told")

    async def async_configure(self, sleepers: Sleepers) -> None:
        """Take up the alarms of the sleepers; the same again changes nothing."""
        for gone in self._plans.keys() - {name for name, each in sleepers.items() if each.alarm}:
            self._plans.pop(gone)
            self.wishes.armed.discard(gone)
            self._intent("alarm_arm", sleeper=gone, on=False)
        self.wishes.sleepers = sleepers
        heeded = self.wishes.heeded
        self._show([Change(Key(SLEEPER, name, HEEDED), heeded) for name in sleepers])
        # Before the alarms, so that none is told to be without a ringer for a moment.
        await self._ringers.async_configure(sleepers)
        self.wishes.tell()
        await self._calendars.async_configure(sleepers)
        for plan in self._plans.values():
            self._follow(plan)

    def findings(self) -> Iterator[Finding]:
        """What a person should mend before the night."""
        for plan in self._plans.values():
            sleeper = self.wishes.sleepers.get(plan.sleeper)
            if sleeper is not None and sleeper.alarm is not None:
                yield from self._troubles.findings(self._hass, sleeper, plan)

    # What follows.

    @callback
    def take(self, effects: Collection[Effect]) -> None:
        """Take what the engine says of alarms, and act on it once it is on disk."""
        self._pending += effects
        if self._pending and (self._passing is None or self._passing.done()):
            self._passing = self._hass.async_create_task(self._async_pass_on(), "alarms act")

    async def _async_pass_on(self) -> None:
        while self._pending:
            taken, self._pending = self._pending, []
            if any(isinstance(each, Output) and isinstance(each.fact, Alarm) for each in taken):
                await self._async_keep()
            for effect in taken:
                try:
                    self._act(effect)
                except Exception:
                    # What fails at a lamp must not keep the next from ringing.
                    _LOGGER.exception("An alarm goes on without %s", effect)

    async def _async_keep(self) -> None:
        try:
            async with asyncio.timeout(KEEP_SECONDS):
                await self._save()
        except Exception as error:  # noqa: BLE001 - whatever is wrong with the disk, it rings
            said = str(error) or type(error).__name__
            _LOGGER.error(  # noqa: TRY400 - the trace says nothing that the message does not
                "The state of the alarms cannot be saved: %s", said
            )

    def _act(self, effect: Effect) -> None:
        if isinstance(effect, Command):
            self._send(effect)
            return
        match effect.fact:
            case AlarmPlan() as plan:
                self._plans[plan.sleeper] = plan
                self._show(plan_changes(plan))
                self._follow(plan)
            case Alarm() as fact:
                before = self._values.get(Key(SLEEPER, fact.sleeper, "alarm"))
                self._show(moments(fact, str(before)))
                self.lights.happened(self._config(fact.sleeper), fact.sleeper, fact.event)
            case Ring() as asked:
                self._ringers.ring(asked)

    def _follow(self, plan: AlarmPlan) -> None:
        """Do what belongs to a plan: light, tests, and what is said of its window beforehand."""
        rung = plan.state in {RINGING, SNOOZED}
        (self.wishes.rung.add if rung else self.wishes.rung.discard)(plan.sleeper)
        self.lights.follow(self._config(plan.sleeper), plan)
        test = None if plan.rings_at is None else plan.rings_at - _TEST_SECONDS
        self._at(plan.sleeper, "test", test, self._test)
        told = None if plan.window_from is None else plan.window_from - _BEFORE_WINDOW_SECONDS
        self._at(plan.sleeper, "told", told, partial(self._tell_window, plan.sleeper))

    def _at(self, sleeper: str, what: str, unix: float | None, act: Callable[[], None]) -> None:
        """Do something at a time, if that is still to come, and not at the one named before."""
        if (cancel := self._timers.pop((sleeper, what), None)) is not None:
            cancel()

        @callback
        def due(_now: datetime) -> None:
            self._timers.pop((sleeper, what), None)
            act()

        if unix is not None and (at := dt_util.utc_from_timestamp(unix)) > dt_util.utcnow():
            self._timers[sleeper, what] = async_track_point_in_utc_time(self._hass, due, at)

    def _expect(self, sleeper: str) -> None:
        self._troubles.expect(sleeper)
        self._test()

    def _test(self) -> None:
        self._hass.async_create_task(self._ringers.async_test(), "ringers are tested")

    def _tell_window(self, sleeper: str) -> None:
        self._show([Change(Key(SLEEPER, sleeper, SMART_WAKEUP), BEFORE_SMART_PERIOD)])

    def _tell_ringer(self, ringer: str, *, available: bool) -> None:
        self._intent("alarm_ringer", ringer=ringer, available=available)

    def _tell_dates(self, sleeper: str, dates: Dates) -> None:
        off, at = dates
        self._intent(
            "alarm_dates",
            sleeper=sleeper,
            off=",".join(sorted(day.isoformat() for day in off)),
            at=",".join(sorted(f"{day.isoformat()}T{time}" for day, time in at.items())),
        )

    def _config(self, sleeper: str) -> AlarmConfig | None:
        config = self.wishes.sleepers.get(sleeper)
        return None if config is None else config.alarm

    def _show(self, changes: list[Change]) -> None:
        for change in changes:
            self._values.show(change)
