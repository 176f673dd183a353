"""Actions of the integration."""

from dataclasses import replace
from datetime import datetime, time, timedelta, tzinfo
from functools import partial

from homeassistant.core import (
    HomeAssistant,
    ServiceCall,
    ServiceResponse,
    SupportsResponse,
    callback,
)
from homeassistant.exceptions import HomeAssistantError, ServiceValidationError
from homeassistant.helpers import config_validation as cv
from homeassistant.util import dt as dt_util
import voluptuous as vol

from .alarm.services import async_setup_alarms
from .const import DOMAIN
from .engine.core.snapshot import Json
from .engine.sense.sleep.diary import differences
from .engine.sense.sleep.kept import Kept
from .engine.sense.sleep.report import Report
from .hub import Hub
from .routine.subentries import RoutineConfig
from .sleep.subentries import SleeperConfig
from .targets import target_explainable, target_sleepers
from .wording import async_put_into_words

SERVICE_DELETE_NIGHT = "delete_night"
SERVICE_DIARY = "diary"
SERVICE_EXPLAIN = "explain"
SERVICE_GET_NIGHT = "get_night"

ATTR_AT = "at"
DIARY_FIELDS = ("tried", "asleep", "woke")

_TARGET = cv.ENTITY_SERVICE_FIELDS
_AT = {**_TARGET, vol.Required(ATTR_AT): cv.datetime}
_MAYBE_AT = {**_TARGET, vol.Optional(ATTR_AT): cv.datetime}
_DIARY = _MAYBE_AT | {vol.Optional(field): cv.time for field in DIARY_FIELDS}


@callback
def async_setup_services(hass: HomeAssistant) -> None:
    """Register the actions."""
    async_setup_alarms(hass)
    needed, allowed = SupportsResponse.ONLY, SupportsResponse.OPTIONAL
    for name, act, fields, response in (
        (SERVICE_DELETE_NIGHT, _delete_night, _AT, allowed),
        (SERVICE_DIARY, _write_diary, _DIARY, allowed),
        (SERVICE_EXPLAIN, _explain, _TARGET, needed),
        (SERVICE_GET_NIGHT, _get_night, _MAYBE_AT, needed),
    ):
        hass.services.async_register(
            DOMAIN,
            name,
            partial(act, hass),
            schema=vol.Schema(fields),
            supports_response=response,
        )


async def _explain(hass: HomeAssistant, call: ServiceCall) -> ServiceResponse:
    """Say why rooms are what they are, why routines ran or did not, and why alarms rang."""
    told: dict[str, Json] = {}
    for hub, each in target_explainable(hass, call):
        # A routine may be called like its room, or like another, and a sleeper like both.
        title = f"{each.title} ({each.id})" if each.title in told else each.title
        if isinstance(each, RoutineConfig):
            told[title] = await hub.async_explain_routine(each.id)
        elif isinstance(each, SleeperConfig):
            told[title] = await hub.async_explain_alarm(each.id)
        else:
            told[title] = await async_put_into_words(hass, await hub.async_explain(each.id))
    return told


async def _get_night(hass: HomeAssistant, call: ServiceCall) -> ServiceResponse:
    """All that is known of a night."""
    told: dict[str, Json] = {}
    for hub, sleeper in target_sleepers(hass, call):
        told[sleeper.title] = await hub.nights.async_tell(await _night(hub, sleeper, call))
    return told


async def _delete_night(hass: HomeAssistant, call: ServiceCall) -> ServiceResponse:
    """Destroy a night for good; says which."""
    # All are found before the first is destroyed, so that a wrong time destroys none.
    found = [
        (hub, sleeper, await _night(hub, sleeper, call))
        for hub, sleeper in target_sleepers(hass, call)
    ]
    for hub, _, kept in found:
        try:
            await hub.async_delete_night(kept)
        except OSError as error:
            raise _cannot_be_written(error) from error
    return {
        sleeper.title: {"start": kept.report.start, "end": kept.report.end}
        for _, sleeper, kept in found
    }


async def _write_diary(hass: HomeAssistant, call: ServiceCall) -> ServiceResponse:
    """Keep when a sleeper says that they tried to sleep, slept and woke; says how it differs."""
    said = {field: call.data[field] for field in DIARY_FIELDS if field in call.data}
    if not said:
        raise ServiceValidationError(translation_domain=DOMAIN, translation_key="diary_empty")
    told: dict[str, Json] = {}
    for hub, sleeper in target_sleepers(hass, call):
        kept = await _night(hub, sleeper, call)
        zone = dt_util.get_default_time_zone()
        times = {field: in_night(clock, kept.report, zone) for field, clock in said.items()}
        diary = replace(kept.diary, **times)
        try:
            await hub.nights.async_write_diary(kept, diary)
        except OSError as error:
            raise _cannot_be_written(error) from error
        told[sleeper.title] = {**differences(kept.report, diary)}
    return told


async def _night(hub: Hub, sleeper: SleeperConfig, call: ServiceCall) -> Kept:
    """The night that is meant: that of a moment, else the last."""
    about = {"sleeper": sleeper.title, "at": str(call.data.get(ATTR_AT))}
    if ATTR_AT not in call.data:
        kept = hub.nights.latest.get(sleeper.id)
        if kept is None:
            raise ServiceValidationError(
                translation_domain=DOMAIN,
                translation_key="no_night",
                translation_placeholders=about,
            )
        return kept
    kept = await hub.nights.async_find(sleeper.id, dt_util.as_utc(call.data[ATTR_AT]).timestamp())
    if kept is None:
        raise ServiceValidationError(
            translation_domain=DOMAIN,
            translation_key="no_night_at",
            translation_placeholders=about,
        )
    return kept


def in_night(clock: time, report: Report, zone: tzinfo) -> float:
    """The unix time at which a clock of a zone showed this, as near to a night as can be."""
    middle = (report.start + report.end) / 2
    day = datetime.fromtimestamp(middle, zone).date()
    times = (
        datetime.combine(day + timedelta(days=days), clock, zone).timestamp() for days in (-1, 0, 1)
    )
    return min(times, key=lambda t: abs(t - middle))


def _cannot_be_written(error: OSError) -> HomeAssistantError:
    return HomeAssistantError(
        translation_domain=DOMAIN,
        translation_key="night_not_written",
        translation_placeholders={"error": str(error)},
    )
