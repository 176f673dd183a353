"""Lights off when nobody moves."""

import pytest
from tests.blueprints.conftest import MINUTE, House

from custom_components.halcyon.engine.core.output import Presence

LAMP = "light.reading"
INPUTS: dict[str, object] = {
    "presence": ["binary_sensor.living_room_occupancy", "binary_sensor.living_room_motion"],
    "lights": {"entity_id": LAMP},
    "keep": ["media_player.tv"],
    "actions": [{"action": "light.turn_off", "target": {"entity_id": "light.hall"}}],
}
OFF = [("homeassistant.turn_off", [LAMP]), ("light.turn_off", ["light.hall"])]


@pytest.fixture(autouse=True)
async def evening(house: House) -> None:
    """Somebody is in the living room, with the light on."""
    await house.puts(LAMP, "on")
    await house.enters("living-room")


async def test_an_empty_room_goes_dark_after_the_wait(house: House) -> None:
    await house.automate("lights_off", **INPUTS)
    await house.leaves("living-room")
    await house.passes(9.5 * MINUTE)
    assert house.called() == []
    await house.passes(MINUTE)
    assert house.called() == OFF


async def test_who_sits_still_keeps_the_light(house: House) -> None:
    await house.automate("lights_off", **INPUTS)
    await house.rests("living-room")
    await house.passes(60 * MINUTE)
    assert house.state("binary_sensor.living_room_motion") == "off"
    assert house.called() == []


async def test_who_comes_back_keeps_the_light(house: House) -> None:
    await house.automate("lights_off", **INPUTS)
    await house.leaves("living-room")
    await house.passes(9 * MINUTE)
    await house.enters("living-room")
    await house.passes(30 * MINUTE)
    assert house.called() == []


async def test_a_sensor_that_went_away_saw_nobody_leave(house: House) -> None:
    await house.automate("lights_off", **INPUTS)
    await house.leaves("living-room")
    await house.passes(5 * MINUTE)
    await house.service("offline")
    assert house.state("binary_sensor.living_room_occupancy") == "unavailable"
    await house.passes(60 * MINUTE)
    assert house.called() == []
    await house.service("online")
    await house.says("living-room", Presence(False, 0.9))
    await house.passes(9 * MINUTE)
    assert house.called() == [], "the wait begins when the sensor answers"
    await house.passes(2 * MINUTE)
    assert house.called() == OFF


async def test_an_exception_holds_the_light_until_it_ends(house: House) -> None:
    await house.puts("media_player.tv", "playing")
    await house.automate("lights_off", **INPUTS)
    await house.leaves("living-room")
    await house.passes(30 * MINUTE)
    assert house.called() == []
    await house.puts("media_player.tv", "off")
    await house.passes(11 * MINUTE)
    assert house.called() == OFF


async def test_a_light_switched_on_from_afar_goes_off_again(house: House) -> None:
    await house.puts(LAMP, "off")
    await house.leaves("living-room")
    await house.automate("lights_off", **INPUTS)
    await house.passes(30 * MINUTE)
    assert house.called() == []
    await house.puts(LAMP, "on")
    await house.passes(11 * MINUTE)
    assert house.called() == OFF


async def test_a_restart_in_an_empty_room_begins_the_wait(house: House) -> None:
    await house.leaves("living-room")
    await house.restarts("lights_off", **INPUTS)
    await house.passes(11 * MINUTE)
    assert house.called() == OFF


async def test_further_conditions_are_asked_when_the_wait_is_over(house: House) -> None:
    only = {"condition": "state", "entity_id": "input_boolean.guests", "state": "off"}
    await house.automate("lights_off", **INPUTS, conditions=[only])
    await house.puts("input_boolean.guests", "off")
    await house.leaves("living-room")
    await house.puts("input_boolean.guests", "on")
    await house.passes(30 * MINUTE)
    assert house.called() == []
