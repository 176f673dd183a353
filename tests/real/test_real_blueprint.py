"""A person makes an automation of a blueprint, and a packet of a node makes it act."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from stage.broker import Broker
from stage.client import Client
from stage.hass import INTEGRATION, ROOT, Hass
from stage.node import Node

BLUEPRINT = ROOT / "blueprints" / "automation" / "halcyon" / "motion_lights.yaml"
LAMP = "light.lamp"
_EXTRA = """\
automation: !include automations.yaml
mqtt:
  light:
    - name: lamp
      command_topic: lamp/set
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


async def automate(home: Client) -> None:
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
    await home.post(
        "/api/config/automation/config/studio",
        {
            "alias": "Studio",
            "use_blueprint": {
                "path": "halcyon/motion_lights.yaml",
                "input": {
                    "motion": ["event.studio_motion"],
                    "presence": ["binary_sensor.studio_occupancy", "binary_sensor.studio_motion"],
                    "lights": [LAMP],
                    "wait": 0,
                },
            },
        },
    )
    await home.wait_for_state("automation.studio", "on")


async def test_a_packet_of_a_node_switches_the_light(studio: Hass, broker: Broker) -> None:
    async with studio.client() as home, Node(broker, "easel", room="studio", site="prints") as node:
        node.fields = {"presence": False}
        step = await home.wait_for_discovery("halcyon", "easel")
        await home.answer_flow(step, area="studio")
        await home.wait_for_state("binary_sensor.studio_occupancy", "off")
        await home.wait_for_state(LAMP, "unknown")
        await home.act("light.turn_off", LAMP)
        await automate(home)

        node.fields = {"presence": True, "motion": {"state": "major", "score": 0.95}}
        await home.wait_for_state(LAMP, "on")

        node.fields = {"presence": False, "motion": {"state": "none", "score": 0.0}}
        await home.wait_for_state(LAMP, "off", 120.0)
        assert studio.problems() == []
    await node.forget()
