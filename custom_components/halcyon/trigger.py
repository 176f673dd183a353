"""The triggers that Home Assistant's automation editor offers for rooms, sleepers and alarms.

Presence, motion as a state and the air have triggers of Home Assistant's own, by their device
classes; these are for what it has no words for. All of them tell what an entity tells: whoever
likes may use the entity instead.
"""

from collections.abc import Mapping
from typing import ClassVar, override

from homeassistant.components.event import DOMAIN as EVENT_DOMAIN
from homeassistant.components.event.const import ATTR_EVENT_TYPE
from homeassistant.components.sensor import DOMAIN as SENSOR_DOMAIN
from homeassistant.const import CONF_OPTIONS
from homeassistant.core import HomeAssistant, State
from homeassistant.helpers import config_validation as cv
from homeassistant.helpers.automation import DomainSpec
from homeassistant.helpers.trigger import (
    ENTITY_STATE_TRIGGER_SCHEMA,
    EntityTargetStateTriggerBase,
    NotTriggeredReasonReporter,
    StatelessEntityTriggerBase,
    Trigger,
    TriggerConfig,
)
import voluptuous as vol

from .engine.core.output import Movement, SessionEvent
from .engine.core.sleep import Stage
from .event import ATTR_STAGE
from .kinds import of_kind
from .sleep.words import STAGE_CHANGED

ATTR_STAGES = "stages"

_MOTION, _SLEEP, _ALARM, _ALARM_CLOCK = "motion", "sleep", "alarm", "alarm_clock"
_RINGS, _DISMISSED = "alert_start", "alert_dismiss"
_WINDOW = {"window"}

_STAGE_SCHEMA = ENTITY_STATE_TRIGGER_SCHEMA.extend(
    {
        vol.Required(CONF_OPTIONS): {
            vol.Required(ATTR_STAGES): vol.All(
                cv.ensure_list, vol.Length(min=1), [vol.In([str(stage) for stage in Stage])]
            ),
        },
    }
)


class MomentTrigger(StatelessEntityTriggerBase):
    """Something that an event entity of one kind tells."""

    _domain_specs: Mapping[str, DomainSpec] = {EVENT_DOMAIN: DomainSpec()}
    _kind: ClassVar[str]
    _event: ClassVar[str]

    @override
    def entity_filter(self, entities: set[str]) -> set[str]:
        return of_kind(self._hass, super().entity_filter(entities), self._kind)

    @override
    def is_valid_state(
        self, state: State, report_not_triggered: NotTriggeredReasonReporter
    ) -> bool:
        return bool(state.attributes.get(ATTR_EVENT_TYPE) == self._event)


class StageTrigger(MomentTrigger):
    """A sleeper came into one of the stages that were chosen."""

    _schema = _STAGE_SCHEMA
    _kind = _SLEEP
    _event = STAGE_CHANGED

    def __init__(self, hass: HomeAssistant, config: TriggerConfig) -> None:
        super().__init__(hass, config)
        self._stages = frozenset(self._options[ATTR_STAGES])

    @override
    def is_valid_state(
        self, state: State, report_not_triggered: NotTriggeredReasonReporter
    ) -> bool:
        return (
            super().is_valid_state(state, report_not_triggered)
            and state.attributes.get(ATTR_STAGE) in self._stages
        )


class WakeWindowTrigger(EntityTargetStateTriggerBase):
    """The window opened in which a good moment rings an alarm."""

    _schema = ENTITY_STATE_TRIGGER_SCHEMA
    _domain_specs: Mapping[str, DomainSpec] = {SENSOR_DOMAIN: DomainSpec()}
    _to_states = _WINDOW

    @override
    def entity_filter(self, entities: set[str]) -> set[str]:
        return of_kind(self._hass, super().entity_filter(entities), _ALARM)


def _moment(kind: str, event: str) -> type[MomentTrigger]:
    """A trigger for one type of event of one kind of entity."""

    class OneMomentTrigger(MomentTrigger):
        _kind = kind
        _event = event

    return OneMomentTrigger


TRIGGERS: dict[str, type[Trigger]] = {
    "alarm_dismissed": _moment(_ALARM_CLOCK, _DISMISSED),
    "alarm_rang": _moment(_ALARM_CLOCK, _RINGS),
    "fell_asleep": _moment(_SLEEP, SessionEvent.FELL_ASLEEP),
    "got_up": _moment(_SLEEP, SessionEvent.GOT_UP),
    "motion_started": _moment(_MOTION, Movement.STARTED),
    "motion_stopped": _moment(_MOTION, Movement.STOPPED),
    "sleep_stage_entered": StageTrigger,
    "wake_window_opened": WakeWindowTrigger,
    "woke_up": _moment(_SLEEP, SessionEvent.WOKE_UP),
}


async def async_get_triggers(hass: HomeAssistant) -> dict[str, type[Trigger]]:
    """The triggers by their names."""
    return TRIGGERS
