"""Actions on alarms."""

from functools import partial
from typing import Any

from homeassistant.const import Platform
from homeassistant.core import HomeAssistant, ServiceCall, callback
from homeassistant.exceptions import ServiceValidationError
from homeassistant.helpers import config_validation as cv
import voluptuous as vol

from ..const import DOMAIN
from ..engine.decide.alarm.settings import SNOOZE_RANGE_MIN
from ..engine.decide.alarm.sunrise import MINUTES
from ..engine.decide.alarm.wishes import DAYS
from ..hub import Hub
from ..sleep.subentries import SleeperConfig
from ..targets import target_sleepers
from .config import CONF_LIGHTS, changed_week
from .sound import async_setup_alarm_sounds

ATTR_DATE = "date"
ATTR_DAYS = "days"
ATTR_MINUTES = "minutes"
ATTR_ON = "on"
ATTR_TIME = "time"

SUNSET_MIN = 20.0

type _Fields = dict[str | vol.Marker, Any]

_TARGET: _Fields = {**cv.ENTITY_SERVICE_FIELDS}
_DAYS = vol.All(cv.ensure_list, [vol.In(DAYS)])
_WHEN: _Fields = {
    vol.Exclusive(ATTR_DATE, "when"): cv.date,
    vol.Exclusive(ATTR_DAYS, "when"): _DAYS,
}
_SET = {**_TARGET, **_WHEN, vol.Required(ATTR_TIME): cv.time}
_CLEAR = vol.All({**_TARGET, **_WHEN}, cv.has_at_least_one_key(ATTR_DATE, ATTR_DAYS))
_SNOOZE = {
    **_TARGET,
    vol.Optional(ATTR_MINUTES): vol.All(vol.Coerce(float), vol.Range(*SNOOZE_RANGE_MIN)),
}
_SKIP = {**_TARGET, vol.Optional(ATTR_ON, default=True): cv.boolean}
_SUNSET = {
    **_TARGET,
    vol.Optional(CONF_LIGHTS): cv.entities_domain(Platform.LIGHT),
    vol.Optional(ATTR_MINUTES, default=SUNSET_MIN): vol.All(vol.Coerce(float), vol.Range(*MINUTES)),
}


@callback
def async_setup_alarms(hass: HomeAssistant) -> None:
    """Register the actions, and serve the sounds."""
    async_setup_alarm_sounds(hass)
    for name, act, fields in (
        ("set_alarm", _set, _SET),
        ("clear_alarm", _clear, _CLEAR),
        ("skip_alarm", _skip, _SKIP),
        ("snooze_alarm", _snooze, _SNOOZE),
        ("dismiss_alarm", _dismiss, _TARGET),
        ("sunset", _sunset, _SUNSET),
    ):
        hass.services.async_register(DOMAIN, name, partial(act, hass), schema=vol.Schema(fields))


async def _set(hass: HomeAssistant, call: ServiceCall) -> None:
    """Set the alarm of one date, of weekdays for good, or the next one."""
    time = call.data[ATTR_TIME]
    for hub, sleeper in target_sleepers(hass, call):
        if days := call.data.get(ATTR_DAYS):
            hub.alarms.wishes.arm(sleeper.id, on=True)
            _change_week(hass, hub, sleeper, days, f"{time:%H:%M}")
        else:
            hub.alarms.wishes.set_once(sleeper.id, f"{time:%H:%M:%S}", call.data.get(ATTR_DATE))


async def _clear(hass: HomeAssistant, call: ServiceCall) -> None:
    """Let there be no alarm on a date, or on weekdays for good."""
    for hub, sleeper in target_sleepers(hass, call):
        if days := call.data.get(ATTR_DAYS):
            _change_week(hass, hub, sleeper, days, None)
        else:
            hub.alarms.wishes.set_once(sleeper.id, None, call.data.get(ATTR_DATE))


async def _skip(hass: HomeAssistant, call: ServiceCall) -> None:
    """Leave out the next occurrence, or do not after all."""
    for hub, sleeper in target_sleepers(hass, call):
        hub.alarms.wishes.skip(sleeper.id, on=call.data[ATTR_ON])


async def _snooze(hass: HomeAssistant, call: ServiceCall) -> None:
    """Be silent for a while."""
    for hub, sleeper in target_sleepers(hass, call):
        hub.alarms.wishes.snooze(sleeper.id, call.data.get(ATTR_MINUTES))


async def _dismiss(hass: HomeAssistant, call: ServiceCall) -> None:
    """It is over."""
    for hub, sleeper in target_sleepers(hass, call):
        hub.alarms.wishes.dismiss(sleeper.id)


async def _sunset(hass: HomeAssistant, call: ServiceCall) -> None:
    """Let lamps go out slowly: those that are named, or those of the sleeper's sunrise."""
    for hub, sleeper in target_sleepers(hass, call):
        own = () if sleeper.alarm is None else sleeper.alarm.lights
        lights = call.data.get(CONF_LIGHTS, own)
        if not lights:
            raise ServiceValidationError(
                translation_domain=DOMAIN,
                translation_key="no_lights",
                translation_placeholders={"sleeper": sleeper.title},
            )
        hub.alarms.lights.sunset(lights, call.data[ATTR_MINUTES])


def _change_week(
    hass: HomeAssistant, hub: Hub, sleeper: SleeperConfig, days: list[str], time: str | None
) -> None:
    hub.alarms.wishes.require(sleeper.id)
    subentry = hub.entry.subentries[sleeper.subentry_id]
    data: dict[str, Any] = changed_week(subentry.data, tuple(days), time)
    hass.config_entries.async_update_subentry(hub.entry, subentry, data=data)
