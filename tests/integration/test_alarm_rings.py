"""An alarm in Home Assistant: set, armed, rung by what Home Assistant has, and over."""

from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from freezegun.api import FrozenDateTimeFactory
from homeassistant.core import HomeAssistant
import pytest
from tests.integration.conftest import Pass, Settle, room, set_up, state
from tests.integration.waking import (
    ARMED,
    NEXT,
    PLAYER,
    STATE,
    Player,
    anna,
    arm,
    press,
)

EVENING = "2026-11-20T22:00:00+00:00"
SEVEN = "2026-11-21T07:00:00+00:00"


@pytest.fixture(autouse=True)
async def own_home(hass: HomeAssistant, tmp_path: Path, freezer: FrozenDateTimeFactory) -> None:
    hass.config.config_dir = str(tmp_path)
    hass.config.internal_url = "http://home.test:8123"
    await hass.config.async_set_time_zone("UTC")
    freezer.move_to(EVENING)


@pytest.fixture
async def player(hass: HomeAssistant) -> Player:
    return Player(hass)


async def until(hass: HomeAssistant, pass_time: Pass, text: str) -> None:
    at = datetime.fromisoformat(text).timestamp()
    await pass_time(at - datetime.now(ZoneInfo("UTC")).timestamp())


async def test_it_is_set_and_rings_and_is_dismissed(
    hass: HomeAssistant, player: Player, pass_time: Pass, settle: Settle
) -> None:
    await set_up(hass, room(hass, "Bedroom", "bed"), anna())
    await settle()
    assert (state(hass, ARMED), state(hass, STATE), state(hass, NEXT)) == ("off", "off", "unknown")
    await arm(hass)
    await settle()
    assert (state(hass, ARMED), state(hass, STATE), state(hass, NEXT)) == ("on", "set", SEVEN)
    assert state(hass, "time.anna_wake_by") == "07:00:00"
    await until(hass, pass_time, "2026-11-21T06:59:59+00:00")
    assert player.played == []
    await pass_time(1)
    assert state(hass, STATE) == "ringing"
    assert len(player.played) == 1
    await press(hass, "dismiss")
    await settle()
    assert state(hass, STATE) == "set"
    assert state(hass, NEXT) == "2026-11-22T07:00:00+00:00"
    assert player.asked[-2:] == [
        ("media_stop", {"entity_id": PLAYER}),
        ("volume_set", {"entity_id": PLAYER, "volume_level": 0.2}),
    ]
