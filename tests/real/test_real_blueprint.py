"""A person makes automations, of a blueprint and by hand; a packet of a node makes them act."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from stage.broker import Broker
from stage.client import Client
from stage.hass import INTEGRATION, ROOT, Hass
from stage.node import Node

BLUEPRINT = ROOT / "blueprints" / "automation" / "halcyon" / "motion_lights.yaml"
LAMP, DESK = "light.lamp", "light.desk"
_EXTRA = """\
automation: !include automations.yaml
mqtt:
  light:
    - name: lamp
      command_topic: lamp/set
    - name: desk
      command_topic: desk/set
"""


@pytest.fixture
async def studio(tmp_path: Path, broker: Broker) -> AsyncIterator[Hass]:
    """A Home Assistant of its own with a lamp, a node's room and no automation."""
    hass = Hass(tmp_path, extra=_EXTRA)
    (tmp_path / "automations.yaml").write_text("[]\n")
    hass.install(INTEGRATION)
    await hass.start()
    try:
        await hass.set_up_mqtt(broker.host, broker.port)
        yield hass
    finally:
        hass.stop()


async def automate(home: Client, name: str, config: dict[str, object]) -> None:
    """Save an automation as the editor does."""
    await home.post(f"/api/config/automation/config/{name}", {"alias": name, **config})
    await home.wait_for_state(f"automation.{name}", "on")


async def use_blueprint(home: Client) -> None:
    """Import the blueprint and fill in its form."""
    await home.ask(
        "blueprint/save",
        domain="automation",
        path="halcyon/motion_lights.yaml",
        yaml=BLUEPRINT.read_text(encoding="utf-8"),
        source_url="https://github.com/halcyon-home/halcyon",
    )
    listed = await home.ask("blueprint/list", domain="automation")
    assert "error" not in listed["halcyon/motion_lights.yaml"]
    inputs = {
        "motion": ["event.studio_motion"],
        "presence": ["binary_sensor.studio_occupancy", "binary_sensor.studio_motion"],
        "lights": [LAMP],
        "wait": 0,
    }
    blueprint = {"path": "halcyon/motion_lights.yaml", "input": inputs}
    await automate(home, "studio", {"use_blueprint": blueprint})


async def use_trigger(home: Client) -> None:
    """Choose one of Halcyon's own triggers, for a whole area."""
    trigger = {"trigger": "halcyon.motion_started", "target": {"area_id": "studio"}}
    action = {"action": "light.turn_on", "target": {"entity_id": DESK}}
    await automate(home, "desk", {"triggers": [trigger], "actions": [action]})


async def test_a_packet_of_a_node_switches_the_lights(studio: Hass, broker: Broker) -> None:
    async with studio.client() as home, Node(broker, "easel", room="studio", site="prints") as node:
        await home.ask("config/area_registry/create", name="Studio")
        node.fields = {"presence": False}
        step = await home.wait_for_discovery("halcyon", "easel")
        await home.answer_flow(step, area="studio")
        await home.wait_for_state("binary_sensor.studio_occupancy", "off")
        await home.wait_for_state(LAMP, "unknown")
        await home.act("light.turn_off", LAMP)
        await use_blueprint(home)
        await use_trigger(home)

        node.fields = {"presence": True, "motion": {"state": "major", "score": 0.95}}
        await home.wait_for_state(LAMP, "on")
        await home.wait_for_state(DESK, "on")

        node.fields = {"presence": False, "motion": {"state": "none", "score": 0.0}}
        await home.wait_for_state(LAMP, "off", 120.0)
        assert studio.problems() == []
    await node.forget()
