"""What a report of a fault needs, without what says whose home it is."""

from typing import Any

from homeassistant.components.diagnostics import async_redact_data
from homeassistant.const import CONF_NAME
from homeassistant.core import HomeAssistant

from .const import CONF_AREA, CONF_PART
from .hub import HalcyonConfigEntry

TO_REDACT = frozenset({CONF_AREA, CONF_NAME, CONF_PART, "title", "tz", "zone"})


async def async_get_config_entry_diagnostics(
    hass: HomeAssistant, entry: HalcyonConfigEntry
) -> dict[str, Any]:
    """The configuration, what the nodes said of themselves, and the evidence in every room."""
    hub = entry.runtime_data
    return {
        "entry": {
            "data": dict(entry.data),
            "options": dict(entry.options),
            "rooms": [
                async_redact_data({"title": each.title, **each.data}, TO_REDACT)
                for each in entry.subentries.values()
            ],
        },
        "broker": {"configured": hub.link.configured, "connected": hub.link.connected},
        "nodes": await hub.async_report_nodes(),
        "explanations": {
            room: async_redact_data(await hub.async_explain(room), TO_REDACT) for room in hub.rooms
        },
        "shown": {"/".join(key): value for key, value in sorted(hub.values)},
    }
