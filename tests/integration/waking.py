"""Alarms for tests: who is woken, by what, and what those were asked."""

from datetime import UTC, datetime
from typing import Any

from homeassistant.components.media_player import MediaPlayerEntityFeature
from homeassistant.config_entries import ConfigSubentryData
from homeassistant.core import Event, HomeAssistant, ServiceCall, callback
from tests.integration.conftest import Pass, sleeper

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
PLAYER, OTHER = "media_player.bedside", "media_player.kitchen"
ARMED, NEXT, STATE = "switch.anna_armed", "sensor.anna_next_alarm", "sensor.anna_alarm"
WAKE_BY, CLOCK = "time.anna_wake_by", "event.anna_alarm_clock"

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

    def __init__(self, hass: HomeAssistant, entity_id: str = PLAYER) -> None:
        self.hass = hass
        self.entity_id = entity_id
        self.volume = 0.2
        self.asked: list[str] = []
        self.played: list[str] = []
        self.fails: Exception | None = None
        self.become("idle")

    def become(self, state: str) -> None:
        attributes = {"volume_level": self.volume, "supported_features": CAN}
        self.hass.states.async_set(self.entity_id, state, attributes)

    def turn(self, volume: float) -> None:
        """Somebody turns the knob."""
        self.volume = volume
        self.become(self.state)

    def serve(self, call: ServiceCall) -> None:
        if self.fails is not None:
            raise self.fails
        self.asked.append(call.service)
        match call.service:
            case "play_media":
                self.played.append(call.data["media_content_id"])
                self.become("playing")
            case "volume_set":
                self.turn(call.data["volume_level"])
            case "turn_off":
                self.become("off")
            case _:
                self.become("idle")

    @property
    def state(self) -> str:
        found = self.hass.states.get(self.entity_id)
        assert found is not None
        return found.state


def players(hass: HomeAssistant) -> tuple[Player, Player]:
    """One beside the bed, and another, and the actions that they take."""
    found = Player(hass), Player(hass, OTHER)

    @callback
    def serve(call: ServiceCall) -> None:
        next(each for each in found if each.entity_id == call.data["entity_id"]).serve(call)

    for action in ("play_media", "volume_set", "media_stop", "turn_on", "turn_off"):
        hass.services.async_register("media_player", action, serve)
    return found


async def press(hass: HomeAssistant, button: str) -> None:
    """Press one of Anna's buttons."""
    target = {"entity_id": f"button.anna_{button}"}
    await hass.services.async_call("button", "press", target, blocking=True)


async def arm(hass: HomeAssistant, *, on: bool = True) -> None:
    """Switch Anna's alarm."""
    action = "turn_on" if on else "turn_off"
    await hass.services.async_call("switch", action, {"entity_id": ARMED}, blocking=True)


async def act(hass: HomeAssistant, action: str, **data: object) -> None:
    """Call an action on Anna's alarm."""
    await hass.services.async_call("halcyon", action, {"entity_id": STATE} | data, blocking=True)


async def until(pass_time: Pass, text: str) -> None:
    """Let time pass to a moment, given in UTC where it names no zone."""
    at = datetime.fromisoformat(text)
    at = at.replace(tzinfo=UTC) if at.tzinfo is None else at
    await pass_time((at - datetime.now(UTC)).total_seconds())


def words(events: list[Event[Any]], entity_id: str = CLOCK) -> list[str]:
    """The types of the events that an entity told."""
    found: list[Any] = [
        each.data["new_state"] for each in events if each.data["entity_id"] == entity_id
    ]
    return [each.attributes["event_type"] for each in found if each and each.state != "unknown"]
