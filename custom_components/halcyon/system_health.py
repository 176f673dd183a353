"""What the system health page shows."""

from typing import Any

from homeassistant.components import system_health
from homeassistant.core import HomeAssistant, callback

from .const import DOMAIN
from .engine import __version__
from .hub import HalcyonConfigEntry


@callback
def async_register(hass: HomeAssistant, register: system_health.SystemHealthRegistration) -> None:
    """Register the page."""
    register.async_register_info(system_health_info)


async def system_health_info(hass: HomeAssistant) -> dict[str, Any]:
    """Counts, and whether the broker is there."""
    entries: list[HalcyonConfigEntry] = hass.config_entries.async_loaded_entries(DOMAIN)
    hubs = [entry.runtime_data for entry in entries]
    nodes = [(hub, node) for hub in hubs for node in hub.nodes]
    return {
        "engine_version": __version__,
        "sites": len(hubs),
        "rooms": sum(len(hub.rooms) for hub in hubs),
        "nodes": len(nodes),
        "nodes_connected": sum(hub.monitor.is_speaking(node) for hub, node in nodes),
        "broker_connected": any(hub.link.connected for hub in hubs),
    }
