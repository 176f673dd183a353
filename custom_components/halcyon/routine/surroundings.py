"""What conditions of routines look at and no sensor tells: the sun, and modes of the home."""

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import Any

from homeassistant.const import STATE_UNAVAILABLE, STATE_UNKNOWN
from homeassistant.core import (
    CALLBACK_TYPE,
    Event,
    EventStateChangedData,
    HomeAssistant,
    State,
    callback,
)
from homeassistant.helpers.event import async_track_state_change_event, async_track_time_interval
from homeassistant.helpers.sun import get_astral_location
from homeassistant.util import dt as dt_util

from ..engine.decide.routines.conditions import Mode, Sun
from ..engine.decide.routines.routine import Routine

_SUN_EVERY = timedelta(minutes=1)
"""In which the sun moves a quarter of a degree, a minute of what is called sunset."""


class Surroundings:
    """Tells the engine of what the conditions of routines name, and of nothing else.

    `tell` posts a message of the host: its kind and its body.
    """

    def __init__(self, hass: HomeAssistant, tell: Callable[[str, dict[str, Any]], None]) -> None:
        self._hass = hass
        self._tell = tell
        self._cancel: list[CALLBACK_TYPE] = []

    @callback
    def async_follow(self, routines: Iterable[Routine]) -> None:
        """Tell all that these routines look at, now and when it changes."""
        self.async_stop()
        conditions = [each for routine in routines for each in routine.conditions]
        modes = sorted({each.name for each in conditions if isinstance(each, Mode)})
        for entity_id in modes:
            self._tell_mode(entity_id, self._hass.states.get(entity_id))
        self._cancel.append(async_track_state_change_event(self._hass, modes, self._mode_changed))
        if any(isinstance(each, Sun) for each in conditions):
            self._tell_sun()
            self._cancel.append(async_track_time_interval(self._hass, self._tell_sun, _SUN_EVERY))

    @callback
    def async_stop(self) -> None:
        """Tell nothing any more."""
        while self._cancel:
            self._cancel.pop()()

    @callback
    def _mode_changed(self, event: Event[EventStateChangedData]) -> None:
        self._tell_mode(event.data["entity_id"], event.data["new_state"])

    def _tell_mode(self, entity_id: str, state: State | None) -> None:
        value = None if state is None else state.state
        known = value not in (STATE_UNAVAILABLE, STATE_UNKNOWN)
        self._tell("mode", {"name": entity_id, "value": value if known else None})

    @callback
    def _tell_sun(self, _now: datetime | None = None) -> None:
        location, _ = get_astral_location(self._hass)
        self._tell("sun", {"elevation": location.solar_elevation(dt_util.utcnow())})
