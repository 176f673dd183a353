"""Alarms for tests: who is woken, by what, and what those were asked."""

from collections.abc import Callable, Mapping
from typing import Any

from homeassistant.components.media_player import MediaPlayerEntityFeature
from homeassistant.config_entries import ConfigSubentryData
from homeassistant.core import HomeAssistant, ServiceCall, callback
from tests.integration.conftest import sleeper

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
PLAYER = "media_player.bedside"
ARMED, NEXT, STATE = "switch.anna_armed", "sensor.anna_next_alarm", "sensor.anna_alarm"
CLOCK = "event.anna_alarm_clock"

CAN = (
    MediaPlayerEntityFeature.VOLUME_SET
    | MediaPlayerEntityFeature.TURN_ON
    | MediaPlayerEntityFeature.TURN_OFF
)


def anna(**alarm: object) -> ConfigSubentryData:
    """A sleeper with an alarm at seven every day, rung by a media player without a window."""
    usual: dict[str, object] = {
        "week": dict.fromkeys(DAYS, "07:00"),
        "media_players": [PLAYER],
        "window_min": 0,
    }
    return sleeper("Anna", "bed", alarm=usual | alarm)


class Player:
    """A media player that does what it is asked, and remembers what that was."""

    def __init__(
        self,
        hass: HomeAssistant,
        entity_id: str = PLAYER,
        *,
        state: str = "idle",
        volume: float = 0.2,
    ) -> None:
        self.hass = hass
        self.entity_id = entity_id
        self.volume = volume
        self.asked: list[tuple[str, dict[str, Any]]] = []
        self.fails: Exception | None = None
        self.become(state)
        _PLAYERS.setdefault(id(hass), {})[entity_id] = self
        for action in ("play_media", "volume_set", "media_stop", "turn_on", "turn_off"):
            hass.services.async_register("media_player", action, _serve(hass))

    def become(self, state: str) -> None:
        attributes = {"volume_level": self.volume, "supported_features": CAN}
        self.hass.states.async_set(self.entity_id, state, attributes)

    @property
    def played(self) -> list[str]:
        return [data["media_content_id"] for action, data in self.asked if action == "play_media"]

    @callback
    def serve(self, call: ServiceCall) -> None:
        if self.fails is not None:
            raise self.fails
        self.asked.append((call.service, dict(call.data)))
        match call.service:
            case "play_media":
                self.become("playing")
            case "volume_set":
                self.volume = call.data["volume_level"]
                self.become(self.state)
            case "media_stop" | "turn_on":
                self.become("idle")
            case "turn_off":
                self.become("off")

    @property
    def state(self) -> str:
        found = self.hass.states.get(self.entity_id)
        assert found is not None
        return found.state


_PLAYERS: dict[int, dict[str, Player]] = {}


def _serve(hass: HomeAssistant) -> Callable[[ServiceCall], None]:
    @callback
    def serve(call: ServiceCall) -> None:
        _PLAYERS[id(hass)][call.data["entity_id"]].serve(call)

    return serve


async def press(hass: HomeAssistant, button: str) -> None:
    """Press one of Anna's buttons."""
    await hass.services.async_call(
        "button", "press", {"entity_id": f"button.anna_{button}"}, blocking=True
    )


async def arm(hass: HomeAssistant, *, on: bool = True) -> None:
    """Switch Anna's alarm."""
    action = "turn_on" if on else "turn_off"
    await hass.services.async_call("switch", action, {"entity_id": ARMED}, blocking=True)


async def act(hass: HomeAssistant, action: str, **data: object) -> None:
    """Call an action on Anna's alarm."""
    target: Mapping[str, object] = {"entity_id": STATE}
    await hass.services.async_call("halcyon", action, {**target, **data}, blocking=True)
