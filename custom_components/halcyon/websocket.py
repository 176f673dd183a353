"""Live data of a room, which is too fast for states and would only fill the recorder."""

from typing import Any

from homeassistant.components import websocket_api
from homeassistant.components.websocket_api import ActiveConnection
from homeassistant.core import HomeAssistant, callback
import voluptuous as vol

from .const import DOMAIN
from .engine.core.output import Output
from .live import Watcher
from .services import room_by_device


@callback
def async_setup_websocket(hass: HomeAssistant) -> None:
    """Register the commands."""
    websocket_api.async_register_command(hass, subscribe_room)


@websocket_api.websocket_command(
    {vol.Required("type"): f"{DOMAIN}/room/subscribe", vol.Required("device_id"): str}
)
@callback
def subscribe_room(hass: HomeAssistant, connection: ActiveConnection, msg: dict[str, Any]) -> None:
    """Send every presence output of a room: confidence, targets in metres, zones.

    When the room's site is unloaded, an event of kind `ended` is the last: subscribe again.
    """
    found = room_by_device(hass, msg["device_id"])
    if found is None:
        connection.send_error(
            msg["id"],
            websocket_api.ERR_NOT_FOUND,
            "This is not a room",
            translation_domain=DOMAIN,
            translation_key="not_a_room",
        )
        return
    hub, room = found

    @callback
    def show(output: Output) -> None:
        connection.send_event(msg["id"], output.to_json())

    @callback
    def ended() -> None:
        connection.subscriptions.pop(msg["id"], None)
        connection.send_event(msg["id"], {"kind": "ended"})

    connection.subscriptions[msg["id"]] = hub.live.async_watch(room.id, Watcher(show, ended))
    connection.send_result(msg["id"])
