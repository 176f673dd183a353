"""The forms of an alarm: what they ask, and what an answer means."""

from collections.abc import Iterable, Mapping
from typing import Any

from homeassistant.config_entries import ConfigEntryState
from homeassistant.const import Platform
from homeassistant.data_entry_flow import section
from homeassistant.helpers.selector import (
    ActionSelector,
    EntitySelector,
    EntitySelectorConfig,
    NumberSelector,
    NumberSelectorConfig,
    SelectSelector,
    SelectSelectorConfig,
    TimeSelector,
)
import voluptuous as vol

from ..engine.decide.alarm.melodies import DAWN, MELODIES
from ..engine.decide.alarm.settings import (
    LONGEST_WINDOW_MIN,
    SNOOZE_MIN,
    SNOOZE_RANGE_MIN,
    VOLUME_RANGE,
    WINDOW_MIN,
)
from ..engine.decide.alarm.sunrise import MINUTES
from ..engine.decide.alarm.wishes import DAYS
from ..hub import HalcyonConfigEntry
from .config import (
    BALANCED,
    BRIGHTNESS_PERCENT,
    CONF_ACTION,
    CONF_BRIGHTNESS,
    CONF_FALLBACK,
    CONF_HOLIDAYS,
    CONF_LEAD_MIN,
    CONF_LIGHTS,
    CONF_MEDIA_PLAYERS,
    CONF_PATIENCE,
    CONF_RING_NODES,
    CONF_SHIFTS,
    CONF_SNOOZE_MIN,
    CONF_SOUND,
    CONF_SUNRISE_MIN,
    CONF_VOLUME,
    CONF_WEEK,
    CONF_WINDOW_MIN,
    LEAD_MIN,
    PATIENCE_MIN,
    SUNRISE_MIN,
    VOLUME_PERCENT,
)

WAKING = "waking"
SOUNDING = "sounding"

RINGERS = (CONF_RING_NODES, CONF_MEDIA_PLAYERS, CONF_ACTION, CONF_FALLBACK)
"""The fields one of which an alarm needs."""

_SECTIONS = {
    WAKING: (CONF_WINDOW_MIN, CONF_PATIENCE, CONF_SNOOZE_MIN),
    SOUNDING: (CONF_SOUND, CONF_VOLUME),
}

_LONGEST_LEAD_MIN = 240.0
"""Whoever needs longer has a calendar of their journeys."""


def _minutes(low: float, high: float, step: float) -> NumberSelector:
    return NumberSelector(
        NumberSelectorConfig(min=low, max=high, step=step, unit_of_measurement="min")
    )


def _percent(low: float) -> NumberSelector:
    return NumberSelector(NumberSelectorConfig(min=low, max=100, step=5, unit_of_measurement="%"))


def ring_nodes(entry: HalcyonConfigEntry, chosen: Iterable[str]) -> list[str]:
    """The nodes that can ring by themselves, and those that were chosen before."""
    known = set(chosen)
    if entry.state is ConfigEntryState.LOADED:
        announced = entry.runtime_data.monitor.announcements
        known |= {node for node, said in announced.items() if said.rings}
    return sorted(known)


def alarm_schema(entry: HalcyonConfigEntry, alarm: Mapping[str, Any]) -> vol.Schema:
    """When and by what somebody is woken."""
    fields: dict[vol.Marker, Any] = {
        vol.Required(CONF_WEEK): section(
            vol.Schema({vol.Optional(day): TimeSelector() for day in DAYS})
        )
    }
    nodes = ring_nodes(entry, alarm.get(CONF_RING_NODES, ()))
    if nodes:
        fields[vol.Optional(CONF_RING_NODES)] = SelectSelector(
            SelectSelectorConfig(options=nodes, multiple=True)
        )
    players = EntitySelector(EntitySelectorConfig(domain=Platform.MEDIA_PLAYER, multiple=True))
    waking = vol.Schema(
        {
            vol.Required(CONF_WINDOW_MIN, default=WINDOW_MIN): _minutes(0, LONGEST_WINDOW_MIN, 5),
            vol.Required(CONF_PATIENCE, default=BALANCED): SelectSelector(
                SelectSelectorConfig(options=[*PATIENCE_MIN], translation_key=CONF_PATIENCE)
            ),
            vol.Required(CONF_SNOOZE_MIN, default=SNOOZE_MIN): _minutes(*SNOOZE_RANGE_MIN, 1),
        }
    )
    sounding = vol.Schema(
        {
            vol.Required(CONF_SOUND, default=DAWN): SelectSelector(
                SelectSelectorConfig(
                    options=[*MELODIES], translation_key=CONF_SOUND, custom_value=True
                )
            ),
            vol.Required(CONF_VOLUME, default=VOLUME_PERCENT): _percent(100 * VOLUME_RANGE[0]),
        }
    )
    return vol.Schema(
        {
            **fields,
            vol.Optional(CONF_MEDIA_PLAYERS): players,
            vol.Optional(CONF_ACTION): ActionSelector(),
            vol.Optional(CONF_FALLBACK): players,
            vol.Required(WAKING): section(waking, {"collapsed": True}),
            vol.Required(SOUNDING): section(sounding, {"collapsed": True}),
        }
    )


LIGHT_SCHEMA = vol.Schema(
    {
        vol.Optional(CONF_LIGHTS): EntitySelector(
            EntitySelectorConfig(domain=Platform.LIGHT, multiple=True)
        ),
        vol.Required(CONF_SUNRISE_MIN, default=SUNRISE_MIN): _minutes(*MINUTES, 5),
        vol.Required(CONF_BRIGHTNESS, default=BRIGHTNESS_PERCENT): _percent(5),
    }
)

CALENDAR_SCHEMA = vol.Schema(
    {
        vol.Optional(CONF_HOLIDAYS): EntitySelector(
            EntitySelectorConfig(domain=Platform.CALENDAR, multiple=True)
        ),
        vol.Optional(CONF_SHIFTS): EntitySelector(
            EntitySelectorConfig(domain=Platform.CALENDAR, multiple=True)
        ),
        vol.Required(CONF_LEAD_MIN, default=LEAD_MIN): _minutes(0, _LONGEST_LEAD_MIN, 5),
    }
)


def suggested_alarm(alarm: Mapping[str, Any]) -> dict[str, Any]:
    """What is kept of an alarm, as the form shows it."""
    named = {key for keys in _SECTIONS.values() for key in keys}
    flat = {key: value for key, value in alarm.items() if key not in named}
    folded = {
        name: {key: alarm[key] for key in keys if key in alarm} for name, keys in _SECTIONS.items()
    }
    return flat | folded


def alarm_of(given: Mapping[str, Any]) -> dict[str, Any]:
    """What a form's answer means, as the subentry keeps it."""
    flat = {key: value for key, value in given.items() if key not in _SECTIONS}
    for name in _SECTIONS:
        flat |= given.get(name, {})
    flat[CONF_WEEK] = {day: str(time)[:5] for day, time in given.get(CONF_WEEK, {}).items() if time}
    return flat
