"""A person installs the release archive and nothing else."""

from pathlib import Path
import subprocess

from stage.broker import Broker
from stage.hass import PROGRAM, Hass
from stage.node import Node
from stage.release import build


def test_home_assistant_s_python_knows_no_engine() -> None:
    python = PROGRAM.with_name("python")
    found = subprocess.run([python, "-P", "-c", "import halcyon"], capture_output=True, check=False)

    assert b"No module named 'halcyon'" in found.stderr


async def test_the_archive_alone_shows_a_room(tmp_path: Path, broker: Broker) -> None:
    hass = Hass(tmp_path / "config")
    hass.install(build(tmp_path / "dist"))
    await hass.start()
    try:
        await hass.set_up_mqtt(broker.host, broker.port)
        async with hass.client() as home, Node(broker, "one", room="bedroom") as node:
            node.fields = {"presence": False, "temp": 19.5}
            step = await home.wait_for_discovery("halcyon")
            assert step["description_placeholders"]["name"] == "one (bench)"
            result = await home.answer_flow(step, area="bedroom")
            assert result["type"] == "create_entry"

            await home.wait_for_state("binary_sensor.bedroom_occupancy", "off")
            await home.wait_for_state("sensor.bedroom_temperature", "19.5")
            node.fields = {"presence": True}
            await home.wait_for_state("binary_sensor.bedroom_occupancy", "on")
        assert hass.problems() == []
    finally:
        hass.stop()
        await node.forget()
