"""How a sleeper's alarm is made, changed and taken away: steps of the sleeper's own flow."""

from collections.abc import Mapping
from typing import Any

from homeassistant.config_entries import ConfigSubentryFlow, SubentryFlowResult
from homeassistant.const import CONF_BASE
import voluptuous as vol

from ..routine.actions import ActionsError, async_check_actions
from .config import (
    CONF_ACTION,
    CONF_ALARM,
    CONF_BRIGHTNESS,
    CONF_HOLIDAYS,
    CONF_LEAD_MIN,
    CONF_LIGHTS,
    CONF_SHIFTS,
    CONF_SUNRISE_MIN,
)
from .form import (
    CALENDAR_SCHEMA,
    LIGHT_SCHEMA,
    RINGERS,
    alarm_of,
    alarm_schema,
    suggested_alarm,
)

_LIGHT = (CONF_LIGHTS, CONF_SUNRISE_MIN, CONF_BRIGHTNESS)
_CALENDARS = (CONF_HOLIDAYS, CONF_SHIFTS, CONF_LEAD_MIN)

ALARM_STEPS = ("alarm_light", "alarm_calendars", "alarm_removed")
"""What can be chosen once there is an alarm."""


class AlarmSteps(ConfigSubentryFlow):
    """The steps of a sleeper's flow that are about their alarm."""

    async def async_step_alarm(
        self, user_input: dict[str, Any] | None = None
    ) -> SubentryFlowResult:
        """When and by what somebody is woken."""
        alarm, errors = self._alarm, dict[str, str]()
        about = {"error": ""}
        if user_input is not None:
            if not any(user_input.get(key) for key in RINGERS):
                errors[CONF_BASE] = "ringer_needed"
            elif actions := user_input.get(CONF_ACTION):
                try:
                    await async_check_actions(self.hass, actions)
                except ActionsError as error:
                    errors[CONF_ACTION] = "action_wrong"
                    about = {"error": str(error)}
            if not errors:
                kept = {key: alarm[key] for key in (*_LIGHT, *_CALENDARS) if key in alarm}
                return self._keep(alarm_of(user_input) | kept)
        schema = alarm_schema(self._get_entry(), alarm)
        suggested = suggested_alarm(alarm) if user_input is None else user_input
        return self.async_show_form(
            step_id="alarm",
            data_schema=self.add_suggested_values_to_schema(schema, suggested),
            errors=errors,
            description_placeholders=about,
        )

    async def async_step_alarm_light(
        self, user_input: dict[str, Any] | None = None
    ) -> SubentryFlowResult:
        """The sunrise before it."""
        return self._part("alarm_light", LIGHT_SCHEMA, _LIGHT, user_input)

    async def async_step_alarm_calendars(
        self, user_input: dict[str, Any] | None = None
    ) -> SubentryFlowResult:
        """The calendars that change it."""
        return self._part("alarm_calendars", CALENDAR_SCHEMA, _CALENDARS, user_input)

    async def async_step_alarm_removed(
        self, user_input: dict[str, Any] | None = None
    ) -> SubentryFlowResult:
        """Take it away, with its entities."""
        if user_input is None:
            return self.async_show_form(step_id="alarm_removed", data_schema=vol.Schema({}))
        return self._keep(None)

    @property
    def _alarm(self) -> Mapping[str, Any]:
        alarm: Mapping[str, Any] = self._get_reconfigure_subentry().data.get(CONF_ALARM, {})
        return alarm

    def _part(
        self,
        step: str,
        schema: vol.Schema,
        keys: tuple[str, ...],
        user_input: dict[str, Any] | None,
    ) -> SubentryFlowResult:
        """Ask for a part of the alarm; what is left empty is taken out."""
        if user_input is None:
            return self.async_show_form(
                step_id=step,
                data_schema=self.add_suggested_values_to_schema(schema, self._alarm),
            )
        others = {key: value for key, value in self._alarm.items() if key not in keys}
        return self._keep(others | user_input)

    def _keep(self, alarm: Mapping[str, Any] | None) -> SubentryFlowResult:
        subentry = self._get_reconfigure_subentry()
        data = {key: value for key, value in subentry.data.items() if key != CONF_ALARM}
        if alarm is not None:
            data[CONF_ALARM] = alarm
        return self.async_update_and_abort(self._get_entry(), subentry, data=data)
