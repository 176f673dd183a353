"""What a person does with a mouse, from a node's first announcement to a working room."""

from pathlib import Path

import pytest

from stage.broker import Broker
from stage.browser import Browser
from stage.client import Client
from stage.hass import Hass
from stage.node import Node

pytestmark = pytest.mark.browser


async def test_two_clicks_make_a_room_of_a_new_node(
    hass: Hass, home: Client, broker: Broker, tmp_path: Path
) -> None:
    node = Node(broker, "desk", room="study", site="mouse")
    node.fields = {"presence": True}
    async with node, Browser(tmp_path) as browser:
        await browser.log_in(hass.url, hass.token)
        await browser.open(f"{hass.url}/config/integrations/dashboard")
        await browser.wait_for_text("desk (bench)")

        await browser.click("Add")
        await browser.wait_for_text("Submit")
        await browser.click("Submit")

        await home.wait_for_state("binary_sensor.study_occupancy", "on")
        areas = await home.ask("config/area_registry/list")
        assert "Study" in [area["name"] for area in areas]
    await node.forget()
    (entry,) = [each for each in await home.entries("halcyon") if each["title"] == "Mouse"]
    await home.delete(f"/api/config/config_entries/entry/{entry['entry_id']}")
