"""The lamps of a site's alarms: a sunrise before each, and sunsets that people ask for."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
import time

from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback
from homeassistant.helpers.event import async_track_point_in_utc_time
from homeassistant.util import dt as dt_util

from ..engine.core.output import AlarmEvent, AlarmPlan
from ..engine.core.snapshot import Json, SnapshotError, item, members_in, rows_in, text_in
from ..engine.decide.alarm.sunrise import HURRY_S, Kind
from .config import AlarmConfig
from .glow import Glow, glow_from
from .lamps import lamp_of

_AWAITED = frozenset({"set", "window"})
"""States of an alarm that has not rung."""

_PLANNED_ANEW_S = 1.0
"""A deadline that differs by less is the same, told by another clock."""


@dataclass(slots=True)
class _Dawn:
    """A sunrise: the occurrence it is for, when that rings, and its lamps, once it has begun.

    It is as `config` said; None where that was before a restart.
    """

    occurrence: str
    end: float
    config: AlarmConfig | None
    glows: list[Glow] = field(default_factory=list)
    timer: CALLBACK_TYPE | None = None


class AlarmLights:
    """All sunrises and sunsets of a site. A lamp has one of them at most."""

    def __init__(self, hass: HomeAssistant) -> None:
        self._hass = hass
        self._dawns: dict[str, _Dawn] = {}
        self._sunsets: dict[str, Glow] = {}

    @callback
    def leave(self) -> None:
        """Do nothing more, and leave the lamps as they are."""
        for dawn in self._dawns.values():
            self._end(dawn)
        for glow in self._sunsets.values():
            glow.leave()

    @callback
    def follow(self, config: AlarmConfig | None, plan: AlarmPlan) -> None:
        """Plan the sunrise of an alarm, or take it back, as the alarm is planned now."""
        dawn = self._dawns.get(plan.sleeper)
        if config is None or not config.lights or plan.state not in _AWAITED:
            if dawn is not None and plan.state not in {"ringing", "snoozed"}:
                self._take_back(plan.sleeper)
            return
        if plan.occurrence is None or plan.rings_at is None:
            return
        if dawn is not None:
            is_same = dawn.occurrence == plan.occurrence and (
                dawn.config is None or dawn.config == config
            )
            if is_same and abs(dawn.end - plan.rings_at) < _PLANNED_ANEW_S:
                return
            self._take_back(plan.sleeper)
        dawn = self._dawns[plan.sleeper] = _Dawn(plan.occurrence, plan.rings_at, config)
        start = plan.rings_at - 60 * config.sunrise_min
        if start <= time.time():
            self._begin(dawn, config, start)
        else:
            dawn.timer = async_track_point_in_utc_time(
                self._hass,
                partial(self._start, dawn, config, start),
                dt_util.utc_from_timestamp(start),
            )

    @callback
    def happened(self, config: AlarmConfig | None, sleeper: str, event: AlarmEvent) -> None:
        """Complete the sunrise when the alarm rings, and set the lamps back when it is over."""
        dawn = self._dawns.get(sleeper)
        if dawn is None:
            return
        if event is AlarmEvent.RINGING and config is not None:
            if not dawn.glows:
                # It rings before its sunrise would have begun.
                self._end(dawn)
                now = time.time()
                dawn.end = now + HURRY_S
                self._begin(dawn, config, now)
            for glow in dawn.glows:
                glow.hurry()
        elif event in {AlarmEvent.DISMISSED, AlarmEvent.MISSED, AlarmEvent.SKIPPED}:
            self._take_back(sleeper)

    @callback
    def sunset(self, lights: Iterable[str], minutes: float) -> list[str]:
        """Let the lamps that are on go out slowly; which they are."""
        now, found = time.time(), []
        for light in lights:
            lamp = lamp_of(self._hass.states.get(light))
            if lamp is None or not lamp.on:
                continue
            self._free(light)
            over = partial(self._is_dark, light)
            top = 1.0 if lamp.brightness is None else lamp.brightness
            glow = Glow(self._hass, light, Kind.SUNSET, now, now + 60 * minutes, top, over)
            self._sunsets[light] = glow
            glow.start()
            found.append(light)
        return found

    def snapshot(self) -> Json:
        """What glows, for the store."""
        return {
            "dawns": {
                sleeper: {
                    "occurrence": dawn.occurrence,
                    "end": dawn.end,
                    "glows": [glow.snapshot() for glow in dawn.glows],
                }
                for sleeper, dawn in self._dawns.items()
                if dawn.glows
            },
            "sunsets": [glow.snapshot() for glow in self._sunsets.values()],
        }

    @callback
    def restore(self, state: Json) -> None:
        """Go on with what glowed at the last save; what is no snapshot is left out."""
        try:
            for sleeper, row in members_in(state, "dawns").items():
                glows = [glow_from(self._hass, each, _nothing) for each in rows_in(row, "glows")]
                end = item(row, "end")
                if isinstance(end, float | int):
                    self._dawns[sleeper] = _Dawn(
                        text_in(row, "occurrence"), float(end), None, glows
                    )
            for each in rows_in(state, "sunsets"):
                light = text_in(each, "light")
                self._sunsets[light] = glow_from(self._hass, each, partial(self._is_dark, light))
        except SnapshotError:
            return
        for glow in (*self._sunsets.values(), *(g for d in self._dawns.values() for g in d.glows)):
            glow.start()

    @callback
    def _start(self, dawn: _Dawn, config: AlarmConfig, start: float, _now: datetime) -> None:
        dawn.timer = None
        self._begin(dawn, config, start)

    def _begin(self, dawn: _Dawn, config: AlarmConfig, start: float) -> None:
        """Let the lamps glow; one that was on its way into the dark turns round."""
        for light in config.lights:
            if lamp_of(self._hass.states.get(light)) is None:
                continue
            self._free(light)
            glow = Glow(
                self._hass, light, Kind.SUNRISE, start, dawn.end, config.brightness, _nothing
            )
            dawn.glows.append(glow)
            glow.start()

    def _free(self, light: str) -> None:
        """Take a lamp out of whatever it is in."""
        if (sunset := self._sunsets.pop(light, None)) is not None:
            sunset.leave()
        for dawn in self._dawns.values():
            for glow in [each for each in dawn.glows if each.light == light]:
                glow.leave()
                dawn.glows.remove(glow)

    def _take_back(self, sleeper: str) -> None:
        dawn = self._dawns.pop(sleeper)
        if dawn.timer is not None:
            dawn.timer()
        for glow in dawn.glows:
            glow.restore_lamp()

    def _end(self, dawn: _Dawn) -> None:
        if dawn.timer is not None:
            dawn.timer()
            dawn.timer = None
        for glow in dawn.glows:
            glow.leave()

    def _is_dark(self, light: str) -> None:
        if (glow := self._sunsets.pop(light, None)) is not None:
            glow.leave()


def _nothing() -> None:
    """A sunrise that is complete waits for the alarm to be over."""
