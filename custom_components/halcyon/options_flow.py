"""Where the rooms of a site are computed, what is kept, and who hears and obeys."""

from typing import Any

from homeassistant.config_entries import ConfigFlowResult, OptionsFlow
from homeassistant.helpers.selector import (
    BooleanSelector,
    NumberSelector,
    NumberSelectorConfig,
    NumberSelectorMode,
    SelectSelector,
    SelectSelectorConfig,
    TextSelector,
)
import voluptuous as vol

from .const import (
    CONF_HAND_OVER,
    CONF_HOST,
    CONF_KEEP_COMMANDS,
    CONF_KEEP_DAYS,
    CONF_SPEECH,
    HOST_HOME_ASSISTANT,
    HOST_SERVICE,
)
from .engine.sense.sleep.kept import KEEP_DAYS, KEEP_DAYS_RANGE
from .voice.address import read_address

OPTIONS_SCHEMA = vol.Schema(
    {
        vol.Required(CONF_HOST, default=HOST_HOME_ASSISTANT): SelectSelector(
            SelectSelectorConfig(
                options=[HOST_HOME_ASSISTANT, HOST_SERVICE], translation_key=CONF_HOST
            )
        ),
        vol.Required(CONF_KEEP_DAYS, default=KEEP_DAYS): NumberSelector(
            NumberSelectorConfig(
                min=KEEP_DAYS_RANGE[0],
                max=KEEP_DAYS_RANGE[1],
                step=1,
                mode=NumberSelectorMode.BOX,
                unit_of_measurement="d",
            )
        ),
        vol.Optional(CONF_SPEECH): TextSelector(),
        vol.Required(CONF_HAND_OVER, default=True): BooleanSelector(),
        vol.Required(CONF_KEEP_COMMANDS, default=False): BooleanSelector(),
    }
)


class HalcyonOptionsFlow(OptionsFlow):
    """The one form of a site's options."""

    async def async_step_init(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Ask for all of it."""
        errors: dict[str, str] = {}
        if user_input is not None:
            speech = user_input.get(CONF_SPEECH)
            if not speech or read_address(speech) is not None:
                return self.async_create_entry(data=user_input)
            errors[CONF_SPEECH] = "invalid_address"
        return self.async_show_form(
            step_id="init",
            data_schema=self.add_suggested_values_to_schema(
                OPTIONS_SCHEMA, user_input or self.config_entry.options
            ),
            errors=errors,
        )
