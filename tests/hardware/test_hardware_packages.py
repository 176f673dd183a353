"""Every example as a user writes it, read by the real ESPHome, and the C++ that it makes of it."""

from pathlib import Path
import re

import pytest
from tests.hardware.esphome_cli import COMPONENT, EXAMPLES, FIRMWARE, HARDWARE, PROGRAM, Esphome

from halcyon.decode.radars import PROTOCOLS

NAMES = sorted(path.stem for path in EXAMPLES.glob("*.yaml"))
LINES_OF_A_USER = 12

RADARS = {
    "living-room": ("living-room-1", "living-room", "ld2450", "TrackingWatcher", 256_000),
    "hallway": ("hallway-1", "hallway", "ld2410", "GateWatcher", 256_000),
    "bed": ("bed-left", "bedroom", "mr60bha2", "PhaseWatcher", 115_200),
    "bed-c1001": ("bed-right", "bedroom", "c1001", "ReportWatcher", 115_200),
}


def flat(code: str) -> str:
    """Generated code with its line breaks taken out, without the comments."""
    return re.sub(r"\s+", " ", re.sub(r"^\s*//.*$", "", code, flags=re.MULTILINE))


def test_every_radar_package_has_an_example() -> None:
    packages = {path.stem for path in (HARDWARE / "packages").glob("*.yaml")} - {"node"}
    used = {
        package
        for name in NAMES
        for package in packages
        if f"/{package}.yaml" in (EXAMPLES / f"{name}.yaml").read_text(encoding="utf-8")
    }
    assert used == packages


@pytest.mark.parametrize("name", NAMES)
def test_an_example_is_a_dozen_lines_that_esphome_accepts(
    esphome: Esphome, example_folder: Path, name: str
) -> None:
    text = (EXAMPLES / f"{name}.yaml").read_text(encoding="utf-8")
    lines = [line for line in text.splitlines() if line and not line.startswith("#")]
    assert len(lines) <= LINES_OF_A_USER
    done = esphome.run(example_folder, "config", f"{name}.yaml")
    assert done.returncode == 0, done.stdout
    assert "WARNING" not in done.stdout, done.stdout


@pytest.mark.parametrize("name", NAMES)
def test_availability_is_kept_by_the_broker(
    esphome: Esphome, example_folder: Path, name: str
) -> None:
    code = flat(esphome.generate(example_folder, name))
    node = re.findall(r'set_identity\("home", "([a-z0-9-]+)"', code)[0]
    for setter, payload in (
        ("set_birth_message", "online"),
        ("set_last_will", "offline"),
        ("set_shutdown_message", "offline"),
    ):
        assert (
            f'{setter}(mqtt::MQTTMessage{{ .topic = "halcyon/1/home/{node}/avail", '
            f'.payload = "{payload}", .qos = 1, .retain = true, }});'
        ) in code
    assert "->disable_discovery();" in code
    assert "->disable_log_message();" in code
    assert "->set_clean_session(true);" in code
    assert '->set_topic_prefix("", ' in code


@pytest.mark.parametrize("name", RADARS)
def test_a_radar_is_read_at_its_speed_and_announced_by_its_name(
    esphome: Esphome, example_folder: Path, name: str
) -> None:
    node, room, protocol, watcher, baud = RADARS[name]
    code = flat(esphome.generate(example_folder, name))
    assert f'->set_identity("home", "{node}", "{room}", "{protocol}", "0.1.0 (ESPHome ' in code
    assert f'->set_radar(halcyon_uart, "{protocol}", new halcyon::{watcher}());' in code
    assert f"halcyon_uart->set_baud_rate({baud});" in code
    assert "->set_time(halcyon_time);" in code


def test_air_and_light_are_published_without_a_radar(
    esphome: Esphome, example_folder: Path
) -> None:
    code = flat(esphome.generate(example_folder, "air"))
    assert "->set_environment_interval(60000);" in code
    for quantity in ("temperature", "humidity", "illuminance", "co2"):
        assert f"->set_{quantity}(halcyon_{quantity});" in code
    assert "->set_radar(" not in code


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"node: living-room-1": "node: Living_Room"}, "must be 1 to 32 characters of a-z"),
        ({"mqtt: {": "mqtt: {discovery: true, "}, "set discovery: false"),
        ({"mqtt: {": "mqtt: {birth_message: {topic: here, payload: hello}, "}, "birth_message"),
        ({"room: living-room}": "room: living-room, radar: ld9999}"}, "Unknown value 'ld9999'"),
    ],
)
def test_a_mistake_is_named(
    esphome: Esphome, example_folder: Path, wrong: dict[str, str], told: str
) -> None:
    path = example_folder / "living-room.yaml"
    text = path.read_text(encoding="utf-8")
    for right, mistake in wrong.items():
        assert right in text
        text = text.replace(right, mistake)
    path.write_text(text, encoding="utf-8")
    done = esphome.run(example_folder, "config", path.name)
    assert done.returncode != 0
    assert told in done.stdout


def test_the_engine_can_parse_every_radar_that_a_node_can_announce() -> None:
    code = (COMPONENT / "__init__.py").read_text(encoding="utf-8")
    announced = set(re.findall(r'^    "(\w+)": "\w+Watcher",$', code, re.MULTILINE))
    assert announced
    assert announced <= PROTOCOLS


@pytest.mark.usefixtures("esphome")
def test_the_stand_in_for_mqtt_has_the_signatures_of_the_real_one() -> None:
    """What is compiled against firmware/components/mqtt also fits ESPHome's own client."""
    (real,) = PROGRAM.parents[1].glob("lib/*/site-packages/esphome/components/mqtt/mqtt_client.h")
    stand_in = FIRMWARE / "components" / "mqtt" / "mqtt_client.h"

    def declared(path: Path, name: str) -> set[str]:
        text = re.sub(r"\s+", " ", path.read_text(encoding="utf-8"))
        found = re.findall(rf"(?:bool|void) {name}\([^;{{]*\)", text)
        return {re.sub(r" \w+(?= ?[,)=])", "", each) for each in found}

    for name in ("publish", "is_connected"):
        assert declared(stand_in, name) <= declared(real, name), name
    callback = "const std::string &, const std::string &"
    assert f"using mqtt_callback_t = std::function<void({callback})>;" in real.read_text()
    assert f"using Callback = std::function<void({callback})>;" in stand_in.read_text()
