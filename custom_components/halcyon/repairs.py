"""What Home Assistant itself can mend: a node that must learn its quiet room."""

from typing import Any

from homeassistant.components.repairs import RepairsFlow, RepairsFlowResult
from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import HomeAssistant
import voluptuous as vol

from .hub import HalcyonConfigEntry
from .issues import DATA_ENTRY, DATA_NODE


async def async_create_fix_flow(
    hass: HomeAssistant, issue_id: str, data: dict[str, Any] | None
) -> RepairsFlow:
    """Mend an issue; only those of calibration can be."""
    return CalibrationFlow(data or {})


class CalibrationFlow(RepairsFlow):
    """Asks everybody to leave the room, and then lets a node learn it."""

    def __init__(self, data: dict[str, Any]) -> None:
        self._node = str(data.get(DATA_NODE))
        self._entry_id = str(data.get(DATA_ENTRY))

    async def async_step_init(self, user_input: dict[str, str] | None = None) -> RepairsFlowResult:
        """There is one step only."""
        return await self.async_step_confirm()

    async def async_step_confirm(
        self, user_input: dict[str, str] | None = None
    ) -> RepairsFlowResult:
        """Ask, and begin."""
        about = {"node": self._node}
        entry: HalcyonConfigEntry | None = self.hass.config_entries.async_get_entry(self._entry_id)
        if entry is None or entry.state is not ConfigEntryState.LOADED:
            return self.async_abort(reason="not_loaded")
        if not entry.runtime_data.monitor.is_speaking(self._node):
            return self.async_abort(reason="node_away", description_placeholders=about)
        if user_input is None:
            return self.async_show_form(
                step_id="confirm",
                data_schema=vol.Schema({}),
                description_placeholders=about,
            )
        entry.runtime_data.async_calibrate_node(self._node)
        return self.async_create_entry(data={})
