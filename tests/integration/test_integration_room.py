"""One room: what its nodes send becomes the state of its entities."""

from freezegun.api import FrozenDateTimeFactory
from homeassistant.core import HomeAssistant
import pytest
from pytest_homeassistant_custom_component.typing import MqttMockHAClient
from tests.integration.conftest import Node, Settle, room, set_up, state

pytestmark = pytest.mark.usefixtures("everywhere")

OCCUPANCY = "binary_sensor.bedroom_occupancy"
MOTION = "binary_sensor.bedroom_motion"


async def test_somebody_who_walks_occupies_the_room(
    hass: HomeAssistant,
    mqtt_mock: MqttMockHAClient,
    freezer: FrozenDateTimeFactory,
    node: Node,
    settle: Settle,
) -> None:
    await set_up(hass, room(hass, "Bedroom", node.name))
    node.online()
    node.announce()
    await settle()
    assert state(hass, OCCUPANCY) != "on"

    for step in range(30):
        freezer.tick(0.1)
        node.sample(targets=[[-600 + 50 * step, 1700, 500]])
    await settle()

    assert state(hass, OCCUPANCY) == "on"
    assert state(hass, MOTION) == "on"
