"""What docs/nodes.md promises holds: its files, its access list, its table of radars."""

from collections.abc import AsyncIterator
from pathlib import Path
import re
from typing import override

from aiomqtt import Client, ProtocolVersion
import pytest
from tests.hardware.esphome_cli import COMPONENT, EXAMPLES, HARDWARE, ROOT, Esphome

from stage.broker import Broker

DOCUMENT = (ROOT / "docs" / "nodes.md").read_text(encoding="utf-8")
USERS = {"homeassistant": "a", "living-room-1": "b", "bed-left": "c"}


def blocks(language: str) -> list[str]:
    """The document's blocks of code in a language, without their indentation."""
    found = re.findall(rf"^( *)```{language}\n(.*?)^ *```$", DOCUMENT, re.MULTILINE | re.DOTALL)
    return [re.sub(rf"^{indent}", "", text, flags=re.MULTILINE) for indent, text in found]


def substitute(text: str, **more: str) -> str:
    given = "".join(f', {key}: "{value}"' for key, value in more.items())
    return text.replace("room: living-room}", f"room: living-room{given}}}")


def test_the_file_shown_is_an_example() -> None:
    assert blocks("yaml")[0] == (EXAMPLES / "living-room.yaml").read_text(encoding="utf-8")


def test_the_other_blocks_fit_into_the_file(esphome: Esphome, example_folder: Path) -> None:
    _, sensors, broker = blocks("yaml")
    path = example_folder / "living-room.yaml"
    template = "{{platform: template, id: my_bme280_{0}}}"
    parts = {
        "more": sensors
        + f"sensor: [{template.format('temperature')}, {template.format('humidity')}]\n",
        "tls": broker,
    }
    for name, text in parts.items():
        (example_folder / f"{name}.yaml").write_text(text, encoding="utf-8")
    with (example_folder / "secrets.yaml").open("a", encoding="utf-8") as secrets:
        secrets.write("mqtt_authority: a certificate\n")
    included = "packages:\n  more: !include more.yaml\n  tls: !include tls.yaml\n"
    path.write_text(path.read_text(encoding="utf-8").replace("packages:\n", included))
    code = esphome.generate(example_folder, "living-room")
    assert "->set_broker_port(8883);" in code
    assert '->set_ca_certificate("a certificate");' in code
    assert "->set_temperature(my_bme280_temperature);" in code
    assert "->set_humidity(my_bme280_humidity);" in code


def test_a_radar_and_air_share_a_board(esphome: Esphome, example_folder: Path) -> None:
    path = example_folder / "living-room.yaml"
    text = path.read_text(encoding="utf-8")
    more = "ld2450.yaml, hardware/esphome/packages/environment.yaml]"
    path.write_text(text.replace("ld2450.yaml]", more), encoding="utf-8")
    code = esphome.generate(example_folder, "living-room")
    assert "->set_radar(halcyon_uart, " in code
    assert "->set_co2(halcyon_co2);" in code


@pytest.mark.parametrize(
    ("package", "more"),
    [
        ("ld2450", {"radar": "rd03d"}),
        ("ld2410", {"radar": "ld2412", "radar_baud": "115200"}),
        ("c1001", {"radar": "r60abd1"}),
        ("c1001", {"radar": "mr60bha1"}),
    ],
)
def test_a_sibling_is_named_by_a_substitution(
    esphome: Esphome, example_folder: Path, package: str, more: dict[str, str]
) -> None:
    assert f"radar: {more['radar']}" in DOCUMENT or f"`{more['radar']}`" in DOCUMENT
    path = example_folder / "living-room.yaml"
    text = substitute(path.read_text(encoding="utf-8"), **more)
    path.write_text(text.replace("/ld2450.yaml", f"/{package}.yaml"), encoding="utf-8")
    code = esphome.generate(example_folder, "living-room")
    assert f'->set_radar(halcyon_uart, "{more["radar"]}", ' in code
    assert f"set_baud_rate({more.get('radar_baud', '')}" in code


def test_every_package_and_its_pins_are_in_the_document() -> None:
    for package in (HARDWARE / "packages").glob("*.yaml"):
        text = package.read_text(encoding="utf-8")
        if package.stem != "node":
            assert f"`{package.stem}`" in DOCUMENT
        for pin in re.findall(r"^  (?:\w+)_pin: (GPIO\d+)$", text, re.MULTILINE):
            rows = [row for row in DOCUMENT.splitlines() if f"`{package.stem}`" in row]
            assert any(pin in row for row in rows), (package.stem, pin)


def test_every_command_that_is_obeyed_is_in_the_document() -> None:
    code = (COMPONENT / "node.cpp").read_text(encoding="utf-8")
    obeyed = set(re.findall(r'name [!=]= "(\w+)"', code))
    assert obeyed == {"rebirth", "rate", "standby"}
    assert all(f"| `{name}` |" in DOCUMENT for name in obeyed)


class GuardedBroker(Broker):
    """Mosquitto with the access list of the document."""

    @override
    def _write(self) -> None:
        super()._write()
        (block,) = [text for text in blocks("") if "acl_file" in text]
        path = self._folder / "acl"
        path.write_text(block, encoding="utf-8")
        path.chmod(0o600)
        with (self._folder / "mosquitto.conf").open("a", encoding="utf-8") as configuration:
            configuration.write(f"acl_file {path}\n")

    def client(self, user: str) -> Client:
        """As a node connects: MQTT 3.1.1."""
        return Client(
            self.host,
            self.port,
            username=user,
            password=USERS[user],
            protocol=ProtocolVersion.V311,
        )


@pytest.fixture
async def guarded(tmp_path: Path) -> AsyncIterator[GuardedBroker]:
    broker = GuardedBroker(tmp_path / "broker", users=USERS)
    await broker.start()
    yield broker
    broker.stop()


async def test_a_node_can_speak_only_for_itself(guarded: GuardedBroker) -> None:
    own, other = "halcyon/1/home/living-room-1", "halcyon/1/home/bed-left"
    allowed = [f"{own}/{rest}" for rest in ("avail", "info", "s/radar", "raw/radar", "ack/rate")]
    forbidden = [
        f"{other}/avail",
        f"{other}/s/radar",
        f"{own}/cmd/standby",
        "halcyon/1/away/living-room-1/info",
        "halcyon/1/home/$engine/state",
        "homeassistant/binary_sensor/x/config",
    ]
    async with guarded.client("homeassistant") as home, guarded.client("living-room-1") as node:
        await home.subscribe("#")
        for topic in [*forbidden, *allowed]:
            await node.publish(topic, b"x", qos=1)
        heard: list[str] = []
        async for message in home.messages:
            heard.append(message.topic.value)
            if heard[-1] == allowed[-1]:
                break
        assert heard == allowed


async def test_a_node_hears_only_its_own_commands(guarded: GuardedBroker) -> None:
    async with guarded.client("homeassistant") as home, guarded.client("living-room-1") as node:
        await node.subscribe("#")
        await node.subscribe("halcyon/1/home/living-room-1/cmd/+")
        for topic in (
            "halcyon/1/home/bed-left/raw/radar",
            "halcyon/1/home/bed-left/cmd/standby",
            "halcyon/1/home/living-room-1/cmd/standby",
        ):
            await home.publish(topic, b"x", qos=1)
        async for message in node.messages:
            assert message.topic.value == "halcyon/1/home/living-room-1/cmd/standby"
            break
