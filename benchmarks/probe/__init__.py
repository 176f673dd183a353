"""What the benchmarks measure from inside Home Assistant. Installed by nothing else."""

from pathlib import Path
from typing import Any

from homeassistant.components.websocket_api import (
    ActiveConnection,
    async_register_command,
    async_response,
    websocket_command,
)
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.typing import ConfigType

from .day import report_days
from .edges import Edges
from .heartbeat import Heartbeat
from .start import Start
from .traffic import Traffic

DOMAIN = "probe"


async def async_setup(hass: HomeAssistant, config: ConfigType) -> bool:
    """Offer the measurements as WebSocket commands."""
    start, heartbeat, edges, traffic = Start(hass), Heartbeat(), Edges(hass), Traffic(hass)

    @websocket_command({"type": "probe/start"})
    @async_response
    async def tell_start(_: HomeAssistant, link: ActiveConnection, ask: dict[str, Any]) -> None:
        link.send_result(ask["id"], await start.report())

    @websocket_command({"type": "probe/beat/start"})
    @callback
    def start_beat(_: HomeAssistant, link: ActiveConnection, ask: dict[str, Any]) -> None:
        heartbeat.start()
        link.send_result(ask["id"])

    @websocket_command({"type": "probe/beat/stop"})
    @callback
    def stop_beat(_: HomeAssistant, link: ActiveConnection, ask: dict[str, Any]) -> None:
        link.send_result(ask["id"], heartbeat.stop())

    @websocket_command({"type": "probe/traffic", "topic": str, "on": bool})
    @async_response
    async def take_traffic(_: HomeAssistant, link: ActiveConnection, ask: dict[str, Any]) -> None:
        await traffic.subscribe(ask["topic"], on=ask["on"])
        link.send_result(ask["id"], None)

    @websocket_command({"type": "probe/edges/start", "topics": [str], "entities": [str]})
    @callback
    def start_edges(_: HomeAssistant, link: ActiveConnection, ask: dict[str, Any]) -> None:
        edges.start(ask["topics"], ask["entities"])
        link.send_result(ask["id"], None)

    @websocket_command({"type": "probe/edges/stop"})
    @callback
    def stop_edges(_: HomeAssistant, link: ActiveConnection, ask: dict[str, Any]) -> None:
        link.send_result(ask["id"], edges.stop())

    @websocket_command({"type": "probe/day", "source": str, "report": str})
    @callback
    def start_day(_: HomeAssistant, link: ActiveConnection, ask: dict[str, Any]) -> None:
        # The connection does not outlive the jumps of the clock, so that a file takes the report.
        hass.async_create_background_task(
            report_days(hass, Path(ask["source"]), Path(ask["report"])), "probe/day"
        )
        link.send_result(ask["id"])

    for command in (
        tell_start,
        start_beat,
        stop_beat,
        take_traffic,
        start_edges,
        stop_edges,
        start_day,
    ):
        async_register_command(hass, command)
    return True
