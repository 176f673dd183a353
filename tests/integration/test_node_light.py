"""The light of a node, as its announcement tells and as people and sunrises want it."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from freezegun.api import FrozenDateTimeFactory
from homeassistant.core import HomeAssistant, State
from homeassistant.util import dt as dt_util
import pytest
from pytest_homeassistant_custom_component.common import async_fire_time_changed
from pytest_homeassistant_custom_component.typing import MqttMockHAClient
from tests.integration.conftest import Node, Settle, commands, room, set_up, state

from custom_components.halcyon.alarm.glow import Glow
from custom_components.halcyon.engine.decide.alarm.sunrise import Kind
from custom_components.halcyon.hub import HalcyonConfigEntry

LIGHT = "light.bedroom_radar_1_light"
RED = {"brightness": 0.5, "rgb": [255, 0, 0]}


def seen(hass: HomeAssistant) -> State:
    found = hass.states.get(LIGHT)
    assert found is not None
    return found


def asked(mqtt_mock: MqttMockHAClient) -> dict[str, Any]:
    """What the node was asked last, but for what every command has."""
    node, body = commands(mqtt_mock, "light")[-1]
    assert node == "radar-1"
    return {key: body[key] for key in ("brightness", "rgb", "ramp_s") if key in body}


async def act(hass: HomeAssistant, name: str, **data: object) -> None:
    await hass.services.async_call("light", name, {"entity_id": LIGHT, **data}, blocking=True)


@pytest.fixture
async def entry(
    hass: HomeAssistant, mqtt_mock: MqttMockHAClient, node: Node, settle: Settle
) -> HalcyonConfigEntry:
    """A room with a node that has a light of several colours, which is off."""
    made = await set_up(hass, room(hass, "Bedroom", node.name))
    node.online()
    node.announce(light={"brightness": 0, "rgb": [255, 255, 255]})
    await settle()
    return made


async def test_a_node_without_a_light_has_none(
    hass: HomeAssistant, mqtt_mock: MqttMockHAClient, node: Node, settle: Settle
) -> None:
    await set_up(hass, room(hass, "Bedroom", node.name))
    node.online()
    node.announce()
    await settle()
    assert hass.states.async_entity_ids("light") == []


async def test_it_shows_what_the_node_says(
    hass: HomeAssistant, entry: HalcyonConfigEntry, node: Node, settle: Settle
) -> None:
    assert seen(hass).state == "off"
    node.announce(light=RED)
    await settle()
    # Half as bright to the eye is about a fifth of the light.
    assert (seen(hass).state, seen(hass).attributes["brightness"]) == ("on", 55)
    assert seen(hass).attributes["rgb_color"] == (255, 0, 0)
    node.online("offline")
    await settle()
    assert seen(hass).state == "unavailable"
    node.online()
    await settle()
    assert seen(hass).state == "on"
    node.announce()
    await settle()
    assert seen(hass).state == "unavailable"


async def test_the_node_is_asked_and_what_it_says_counts(
    hass: HomeAssistant,
    entry: HalcyonConfigEntry,
    node: Node,
    settle: Settle,
    mqtt_mock: MqttMockHAClient,
) -> None:
    await act(hass, "turn_on", brightness=55, rgb_color=[255, 0, 0], transition=60)
    assert asked(mqtt_mock) == {"brightness": 0.498, "rgb": [255, 0, 0], "ramp_s": 60}
    assert seen(hass).state == "off"
    node.announce(light={"brightness": 0.498, "rgb": [255, 0, 0]})
    await settle()
    assert seen(hass).attributes["brightness"] == 55
    await act(hass, "turn_off")
    assert asked(mqtt_mock) == {"brightness": 0, "rgb": [255, 0, 0], "ramp_s": 0}
    node.announce(light={"brightness": 0, "rgb": [255, 0, 0]})
    await settle()
    await act(hass, "turn_on")
    assert asked(mqtt_mock) == {"brightness": 0.498, "rgb": [255, 0, 0], "ramp_s": 0}


async def test_a_light_of_one_colour_is_only_dimmed(
    hass: HomeAssistant,
    entry: HalcyonConfigEntry,
    node: Node,
    settle: Settle,
    mqtt_mock: MqttMockHAClient,
) -> None:
    node.announce(light={"brightness": 1})
    await settle()
    assert seen(hass).attributes["supported_color_modes"] == ["brightness"]
    await act(hass, "turn_on", brightness=128)
    assert asked(mqtt_mock) == {"brightness": 0.731, "ramp_s": 0}


async def test_a_sunrise_runs_on_it_and_is_not_taken_for_a_touch(
    hass: HomeAssistant,
    entry: HalcyonConfigEntry,
    node: Node,
    settle: Settle,
    freezer: FrozenDateTimeFactory,
    mqtt_mock: MqttMockHAClient,
) -> None:
    over: list[bool] = []
    now = dt_util.utcnow().timestamp()
    sunrise = Glow(hass, LIGHT, Kind.SUNRISE, now, now + 300, 1.0, lambda: over.append(True))
    sunrise.start()
    steps: list[Mapping[str, Any]] = []
    for _ in range(31):
        freezer.tick(timedelta(seconds=10))
        async_fire_time_changed(hass)
        await settle()
        if commands(mqtt_mock, "light"):
            steps.append(asked(mqtt_mock))
            # The node does as it is told, and says so.
            node.announce(light={key: steps[-1][key] for key in ("brightness", "rgb")})
            await settle()
    brightness = [step["brightness"] for step in steps]
    assert brightness == sorted(brightness)
    assert brightness[-1] == 1.0
    # Told 140 s after the beginning to be half way at 150 s: half as bright to the eye, which
    # is an L* of 50 and 18 % of the light.
    middle = steps[13]
    assert middle["brightness"] == pytest.approx(0.184 ** (1 / 2.2), abs=0.005)
    red, green, blue = middle["rgb"]
    assert red > green > blue
    assert state(hass, LIGHT) == "on"
