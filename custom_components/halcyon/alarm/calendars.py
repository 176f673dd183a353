"""What calendars say of a sleeper's alarm: days without one, and days on which it is earlier."""

from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime, time, timedelta, tzinfo
import logging
from typing import Any

from homeassistant.const import ATTR_ENTITY_ID
from homeassistant.core import CALLBACK_TYPE, Event, EventStateChangedData, HomeAssistant, callback
from homeassistant.helpers.event import async_track_state_change_event, async_track_time_interval
from homeassistant.util import dt as dt_util

from ..engine.decide.alarm.schedule import AHEAD_DAYS
from ..engine.decide.alarm.wishes import DAYS
from ..sleep.subentries import SleeperConfig
from .config import AlarmConfig

_LOGGER = logging.getLogger(__name__)

_READ_EVERY = timedelta(minutes=15)
"""A change of tomorrow's first appointment is known within this time; calendars say only when the
current event changes."""

_NOON = time(12)
"""What begins later needs nobody to be woken for it."""

type Dates = tuple[frozenset[date], Mapping[date, str]]
"""The days that are off, and the times (HH:MM) of those that have their own."""

type Tell = Callable[[str, Dates], None]


class AlarmCalendars:
    """Reads the calendars of all alarms, and calls `tell` with a sleeper and what they say.

    A calendar that cannot be read says nothing new: what was told stands.
    """

    def __init__(self, hass: HomeAssistant, tell: Tell) -> None:
        self._hass = hass
        self._tell = tell
        self._sleepers: Mapping[str, SleeperConfig] = {}
        self._cancel: list[CALLBACK_TYPE] = []
        self._failed: set[str] = set()

    async def async_configure(self, sleepers: Mapping[str, SleeperConfig]) -> None:
        """Take up the calendars of the sleepers, and read them."""
        self.leave()
        self._sleepers = sleepers
        calendars = {
            calendar
            for each in sleepers.values()
            if each.alarm is not None
            for calendar in (*each.alarm.holidays, *each.alarm.shifts)
        }
        if calendars:
            self._cancel = [
                async_track_time_interval(self._hass, self._async_read, _READ_EVERY),
                async_track_state_change_event(self._hass, calendars, self._async_changed),
            ]
        await self._async_read()

    @callback
    def leave(self) -> None:
        """Listen no more."""
        while self._cancel:
            self._cancel.pop()()

    async def _async_changed(self, _event: Event[EventStateChangedData]) -> None:
        await self._async_read()

    async def _async_read(self, _now: datetime | None = None) -> None:
        zone = dt_util.get_default_time_zone()
        today = dt_util.now().date()
        for name, sleeper in self._sleepers.items():
            alarm = sleeper.alarm
            if alarm is None:
                continue
            holidays = await self._async_events(alarm.holidays, today, zone)
            shifts = await self._async_events(alarm.shifts, today, zone)
            if holidays is not None and shifts is not None:
                self._tell(name, (days_off(holidays), early_days(shifts, alarm, zone)))

    async def _async_events(
        self, calendars: Iterable[str], today: date, zone: tzinfo
    ) -> list[Mapping[str, Any]] | None:
        """The events of the days ahead; None where a calendar does not answer."""
        found: list[Mapping[str, Any]] = []
        first = datetime.combine(today, time(), zone)
        for calendar in calendars:
            span = {
                "start_date_time": first.isoformat(),
                "end_date_time": (first + timedelta(days=AHEAD_DAYS)).isoformat(),
            }
            try:
                said = await self._hass.services.async_call(
                    "calendar",
                    "get_events",
                    {ATTR_ENTITY_ID: calendar, **span},
                    blocking=True,
                    return_response=True,
                )
            except Exception as error:  # noqa: BLE001 - calendars raise what their source does
                if calendar not in self._failed:
                    self._failed.add(calendar)
                    _LOGGER.warning("%s cannot be read for alarms: %s", calendar, error)
                return None
            match said:
                case {**answers} if isinstance(answer := answers.get(calendar), dict):
                    self._failed.discard(calendar)
                    events: Any = answer.get("events", [])
                    found += events
                case _:
                    # Entities that are unavailable are left out of the answer.
                    return None
        return found


def days_off(events: Iterable[Mapping[str, Any]]) -> frozenset[date]:
    """The days of all-day events, whose end is the day after."""
    found = set[date]()
    for event in events:
        if (first := _date(event["start"])) is None or (end := _date(event["end"])) is None:
            continue
        found |= {first + timedelta(days=n) for n in range(min((end - first).days, 366))}
    return frozenset(found)


def early_days(
    events: Iterable[Mapping[str, Any]], alarm: AlarmConfig, zone: tzinfo
) -> Mapping[date, str]:
    """When to wake for each day's first event of the morning, where the week is not earlier."""
    found: dict[date, str] = {}
    for event in events:
        if _date(event["start"]) is not None:
            continue
        begins = datetime.fromisoformat(event["start"]).astimezone(zone)
        if begins.time() >= _NOON:
            continue
        wakes = begins - timedelta(minutes=alarm.lead_min)
        day, at = wakes.date(), f"{wakes:%H:%M}"
        usual = alarm.week.get(DAYS[day.weekday()])
        if (usual is None or at < usual) and at < found.get(day, "24:00"):
            found[day] = at
    return found


def _date(text: str) -> date | None:
    """The day of an all-day event; None for one that has a time."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
