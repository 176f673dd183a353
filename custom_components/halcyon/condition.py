"""The conditions that Home Assistant's automation editor offers for sleepers."""

from collections.abc import Mapping
from typing import ClassVar, override

from homeassistant.components.binary_sensor import DOMAIN as BINARY_SENSOR_DOMAIN
from homeassistant.components.sensor import DOMAIN as SENSOR_DOMAIN
from homeassistant.const import CONF_FOR, CONF_OPTIONS, STATE_OFF, STATE_ON
from homeassistant.core import HomeAssistant, State
from homeassistant.helpers import config_validation as cv
from homeassistant.helpers.automation import DomainSpec
from homeassistant.helpers.condition import (
    ATTR_BEHAVIOR,
    BEHAVIOR_ALL,
    BEHAVIOR_ANY,
    ENTITY_STATE_CONDITION_SCHEMA_ANY_ALL,
    Condition,
    ConditionConfig,
    EntityStateConditionBase,
)
import voluptuous as vol

from .engine.core.sleep import Stage
from .kinds import of_kind
from .trigger import ATTR_STAGES

_ASLEEP, _IN_BED, _STAGE = "asleep", "in_bed", "stage"

_STAGE_SCHEMA = ENTITY_STATE_CONDITION_SCHEMA_ANY_ALL.extend(
    {
        vol.Required(CONF_OPTIONS): {
            vol.Required(ATTR_BEHAVIOR, default=BEHAVIOR_ANY): vol.In([BEHAVIOR_ANY, BEHAVIOR_ALL]),
            vol.Optional(CONF_FOR): cv.positive_time_period,
            vol.Required(ATTR_STAGES): vol.All(
                cv.ensure_list, vol.Length(min=1), [vol.In([str(stage) for stage in Stage])]
            ),
        },
    }
)


class SleeperCondition(EntityStateConditionBase):
    """Something is so of one sleeper, or of all of them."""

    _domain_specs: Mapping[str, DomainSpec] = {BINARY_SENSOR_DOMAIN: DomainSpec()}
    _kind: ClassVar[str]

    @override
    def entity_filter(self, entities: set[str]) -> set[str]:
        return of_kind(self._hass, super().entity_filter(entities), self._kind)

    @override
    def _should_include(self, _state: State) -> bool:
        # Of whom nothing is known it must not be said that all of them are asleep.
        return True


class StageCondition(SleeperCondition):
    """A sleeper is in one of the stages that were chosen."""

    _schema = _STAGE_SCHEMA
    _domain_specs: Mapping[str, DomainSpec] = {SENSOR_DOMAIN: DomainSpec()}
    _kind = _STAGE

    def __init__(self, hass: HomeAssistant, config: ConditionConfig) -> None:
        self._states = set((config.options or {})[ATTR_STAGES])
        super().__init__(hass, config)


def _is(kind: str, state: str) -> type[SleeperCondition]:
    """A condition on the state of one kind of entity."""
    states: set[str | bool] = {state}

    class OneCondition(SleeperCondition):
        _kind = kind
        _states = states

    return OneCondition


CONDITIONS: dict[str, type[Condition]] = {
    "is_asleep": _is(_ASLEEP, STATE_ON),
    "is_awake": _is(_ASLEEP, STATE_OFF),
    "is_in_bed": _is(_IN_BED, STATE_ON),
    "is_in_sleep_stage": StageCondition,
    "is_not_in_bed": _is(_IN_BED, STATE_OFF),
}


async def async_get_conditions(hass: HomeAssistant) -> dict[str, type[Condition]]:
    """The conditions by their names."""
    return CONDITIONS
