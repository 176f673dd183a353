"""Live data, which is too fast for states and would only fill the recorder."""

from typing import Any

from homeassistant.components import websocket_api
from homeassistant.components.websocket_api import ActiveConnection
from homeassistant.core import HomeAssistant, callback
import voluptuous as vol

from .const import DOMAIN
from .engine.core.output import Output
from .hub import HalcyonConfigEntry
from .live import Live, Watched, Watcher
from .shown import NODE, ROOM
from .targets import room_by_device


@callback
def async_setup_websocket(hass: HomeAssistant) -> None:
    """Register the commands."""
    websocket_api.async_register_command(hass, subscribe_room)
    websocket_api.async_register_command(hass, subscribe_doppler)


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
    _subscribe(connection, msg["id"], hub.live, (ROOM, room.id))


@websocket_api.websocket_command(
    {
        vol.Required("type"): f"{DOMAIN}/doppler",
        vol.Required("node"): str,
        vol.Optional("entry_id"): str,
    }
)
@websocket_api.require_admin
@callback
def subscribe_doppler(
    hass: HomeAssistant, connection: ActiveConnection, msg: dict[str, Any]
) -> None:
    """Send what an ultrasonic node hears, frame by frame, to whoever places it.

    `axis` is m/s, above 0 approaching, `level_db` as many dB over the quiet room, `state` and
    `score` what that is taken for. `entry_id` is needed only where two sites have such a node.
    The node sends as much as it can for as long as this is subscribed, so it is for
    administrators. An event of kind `ended` is the last when the site is unloaded.
    """
    entries: list[HalcyonConfigEntry] = hass.config_entries.async_loaded_entries(DOMAIN)
    hubs = [
        entry.runtime_data
        for entry in entries
        if msg["node"] in entry.runtime_data.nodes
        and msg.get("entry_id", entry.entry_id) == entry.entry_id
    ]
    if len(hubs) != 1 or not hubs[0].configurable:
        connection.send_error(
            msg["id"],
            websocket_api.ERR_NOT_FOUND,
            "No loaded site that is computed here has just one such node",
            translation_domain=DOMAIN,
            translation_key="no_such_node",
            translation_placeholders={"node": msg["node"]},
        )
        return
    _subscribe(connection, msg["id"], hubs[0].live, (NODE, msg["node"]))


@callback
def _subscribe(connection: ActiveConnection, number: int, live: Live, what: Watched) -> None:
    @callback
    def show(output: Output) -> None:
        connection.send_event(number, output.to_json())

    @callback
    def ended() -> None:
        connection.subscriptions.pop(number, None)
        connection.send_event(number, {"kind": "ended"})

    connection.subscriptions[number] = live.async_watch(what, Watcher(show, ended))
    connection.send_result(number)
