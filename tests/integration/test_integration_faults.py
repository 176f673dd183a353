"""What goes wrong: it is named where it can be mended, and nothing else suffers."""

from freezegun.api import FrozenDateTimeFactory
from homeassistant.components import mqtt
from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers import issue_registry as ir
from homeassistant.helpers.dispatcher import async_dispatcher_send
import pytest
from pytest_homeassistant_custom_component.common import async_fire_mqtt_message
from pytest_homeassistant_custom_component.typing import (
    MqttMockHAClient,
    MqttMockHAClientGenerator,
)
from tests.integration.conftest import WALKING, Node, Pass, Settle, commands, room, set_up, state

from custom_components.halcyon.monitor import SILENT_SECONDS

OCCUPANCY = "binary_sensor.bedroom_occupancy"


def issues(hass: HomeAssistant) -> set[str]:
    """The translation keys of the issues that are raised."""
    return {
        issue.translation_key or ""
        for (domain, _), issue in ir.async_get(hass).issues.items()
        if domain == "halcyon" and issue.active
    }


async def test_a_missing_broker_is_missed_only_by_nodes(hass: HomeAssistant) -> None:
    entry = await set_up(hass, room(hass, "Study", "binary_sensor.pir"))
    assert issues(hass) == set()
    await hass.config_entries.async_remove(entry.entry_id)
    entry = await set_up(hass, room(hass, "Bedroom", "radar-1"))
    assert entry.state is ConfigEntryState.LOADED
    assert issues(hass) == {"broker_missing"}
    assert state(hass, OCCUPANCY) == "unavailable"
    await hass.config_entries.async_remove(entry.entry_id)
    assert issues(hass) == set()


@pytest.mark.usefixtures("mock_hass_config")
async def test_a_broker_that_comes_later_is_used(
    hass: HomeAssistant, mqtt_mock_entry: MqttMockHAClientGenerator, node: Node, settle: Settle
) -> None:
    await set_up(hass, room(hass, "Bedroom", node.name))
    await mqtt_mock_entry()
    await settle()
    assert issues(hass) == set()
    node.online()
    await settle()
    assert state(hass, OCCUPANCY) == "unknown"
    (broker,) = hass.config_entries.async_entries("mqtt")
    await hass.config_entries.async_remove(broker.entry_id)
    await settle()
    assert issues(hass) == {"broker_missing"}
    assert state(hass, OCCUPANCY) == "unavailable"


async def test_a_lost_connection_makes_rooms_unavailable_until_it_is_back(
    hass: HomeAssistant,
    mqtt_mock: MqttMockHAClient,
    node: Node,
    settle: Settle,
    pass_time: Pass,
    caplog: pytest.LogCaptureFixture,
) -> None:
    await set_up(hass, room(hass, "Bedroom", node.name))
    node.online()
    node.announce()
    await settle()
    mqtt_mock.connected = False
    async_dispatcher_send(hass, mqtt.MQTT_CONNECTION_STATE, False)
    await settle()
    assert state(hass, OCCUPANCY) == "unavailable"
    assert caplog.text.count("Room Bedroom is unavailable") == 1
    await pass_time(2 * SILENT_SECONDS)
    assert issues(hass) == set(), "a node that cannot be heard is not silent"
    mqtt_mock.connected = True
    async_dispatcher_send(hass, mqtt.MQTT_CONNECTION_STATE, True)
    # The broker says again what it retains.
    node.online(retain=True)
    await settle()
    assert state(hass, OCCUPANCY) != "unavailable"
    assert "Room Bedroom is available again" in caplog.text


async def test_a_node_that_did_not_announce_itself_is_asked_once(
    hass: HomeAssistant, mqtt_mock: MqttMockHAClient, node: Node, pass_time: Pass
) -> None:
    await set_up(hass, room(hass, "Bedroom", node.name, "radar-2", "radar-3"))
    node.announce()
    for _ in range(20):
        await pass_time(1)
    assert [name for name, _ in commands(mqtt_mock, "rebirth")] == ["radar-2", "radar-3"]


async def test_a_silent_node_is_named_and_forgiven(
    hass: HomeAssistant,
    mqtt_mock: MqttMockHAClient,
    node: Node,
    settle: Settle,
    pass_time: Pass,
) -> None:
    await set_up(hass, room(hass, "Bedroom", node.name))
    node.online()
    node.announce()
    await settle()
    node.online("offline")
    await pass_time(SILENT_SECONDS - 60)
    assert issues(hass) == set()
    await pass_time(120)
    assert issues(hass) == {"node_silent"}
    node.online()
    await settle()
    assert issues(hass) == set()


async def test_a_flooding_node_is_named_and_the_others_are_heard(
    hass: HomeAssistant,
    mqtt_mock: MqttMockHAClient,
    node: Node,
    settle: Settle,
    pass_time: Pass,
    freezer: FrozenDateTimeFactory,
) -> None:
    await set_up(hass, room(hass, "Bedroom", node.name), room(hass, "Study", "radar-2"))
    calm = Node(hass, "radar-2")
    for each in (node, calm):
        each.online()
        each.announce()
    for _ in range(2000):
        node.sample(targets=WALKING)
    for step in range(30):
        freezer.tick(0.1)
        calm.sample(targets=[[-600 + 50 * step, 1700, 500]])
    await settle()
    assert issues(hass) == {"node_flooding"}
    assert state(hass, "binary_sensor.study_occupancy") == "on"
    for _ in range(4):
        await pass_time(60)
    assert issues(hass) == set()


async def test_an_unknown_protocol_version_is_named(
    hass: HomeAssistant, mqtt_mock: MqttMockHAClient, node: Node, settle: Settle
) -> None:
    await set_up(hass, room(hass, "Bedroom", node.name))
    node.online()
    node.announce(v=2)
    await settle()
    assert issues(hass) == {"protocol_unsupported"}
    assert state(hass, OCCUPANCY) == "unavailable"
    node.announce()
    await settle()
    assert issues(hass) == set()


@pytest.mark.parametrize(
    ("firmware", "raised"),
    [
        ("0.0.9", {"firmware_too_old"}),
        ("0.1.0", set()),
        ("2026.8.0", set()),
        ("main", set()),
        (None, set()),
    ],
)
async def test_an_old_firmware_is_named(
    hass: HomeAssistant,
    mqtt_mock: MqttMockHAClient,
    node: Node,
    settle: Settle,
    firmware: str | None,
    raised: set[str],
) -> None:
    await set_up(hass, room(hass, "Bedroom", node.name))
    node.online()
    node.announce(fw=firmware)
    await settle()
    assert issues(hass) == raised
    node.announce(fw="1.0.0")
    await settle()
    assert issues(hass) == set()


async def test_two_nodes_with_one_id_are_named(
    hass: HomeAssistant,
    mqtt_mock: MqttMockHAClient,
    node: Node,
    settle: Settle,
    pass_time: Pass,
) -> None:
    await set_up(hass, room(hass, "Bedroom", node.name))
    twin = Node(hass)
    twin.reboot()
    node.online()
    for each in (node, twin, node, twin):
        each.announce()
        await settle()
    assert issues(hass) == {"node_doubled"}
    await pass_time(3660)
    assert issues(hass) == set()


async def test_a_reboot_is_not_a_second_node(
    hass: HomeAssistant, mqtt_mock: MqttMockHAClient, node: Node, settle: Settle
) -> None:
    await set_up(hass, room(hass, "Bedroom", node.name))
    node.online()
    for _ in range(10):
        node.announce()
        node.announce()
        await settle()
        node.reboot()
    assert issues(hass) == set()


LEAVES = ("avail", "info", "s/radar", "w/breath", "raw/radar", "e/motion", "ack/standby", "x/y/z")

HOSTILE = [
    b"",
    b"[" * 4000,
    b"\xff\xfe\x00",
    b'{"n":1e999,"b":1,"ms":1}',
    b'{"n":0,"b":3735928559,"ms":NaN,"presence":true}',
    b'{"n":0,"b":3735928559,"ms":0,"targets":[["a"]]}',
    b'{"n":-1,"b":3735928559,"ms":0,"presence":true}',
    b'{"v":1,"boot":"x"}',
    b'{"id":"x","b":1,"n":0,"ms":0,"state":"major"}',
    b"HW\x01\x07" + bytes(40),
    b"HN01" + bytes(8),
    b"A" * 70_000,
]


@pytest.mark.parametrize("leaf", LEAVES)
@pytest.mark.parametrize("retain", [False, True])
async def test_hostile_messages_change_nothing_and_lose_nothing(
    hass: HomeAssistant,
    mqtt_mock: MqttMockHAClient,
    node: Node,
    settle: Settle,
    freezer: FrozenDateTimeFactory,
    caplog: pytest.LogCaptureFixture,
    leaf: str,
    retain: bool,
) -> None:
    await set_up(hass, room(hass, "Bedroom", node.name), room(hass, "Study", "radar-2"))
    calm = Node(hass, "radar-2")
    calm.online()
    calm.announce()
    for payload in HOSTILE:
        node.publish(leaf, payload, retain=retain)
        async_fire_mqtt_message(hass, f"halcyon/1/elsewhere/radar-2/{leaf}", payload, 0, retain)
    for step in range(30):
        freezer.tick(0.1)
        calm.sample(targets=[[-600 + 50 * step, 1700, 500]])
    await settle()
    assert state(hass, OCCUPANCY) != "on"
    assert state(hass, "binary_sensor.bedroom_motion") != "on"
    assert state(hass, "event.bedroom_motion") == "unknown"
    assert state(hass, "binary_sensor.study_occupancy") == "on"
    assert "Traceback" not in caplog.text


async def test_a_fault_of_the_engine_costs_one_message(
    hass: HomeAssistant,
    mqtt_mock: MqttMockHAClient,
    node: Node,
    settle: Settle,
    freezer: FrozenDateTimeFactory,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    await set_up(hass, room(hass, "Bedroom", node.name))

    def fail(*_: object) -> None:
        raise ZeroDivisionError

    with monkeypatch.context() as broken:
        broken.setattr("custom_components.halcyon.engine.decode.node.Node.step", fail)
        node.online()
        node.online()
        await settle()
    assert caplog.text.count("The engine failed at halcyon/1/home/radar-1/avail") == 1
    node.online()
    await settle()
    assert state(hass, OCCUPANCY) == "unknown"


async def test_a_command_that_cannot_be_sent_is_no_error(
    hass: HomeAssistant, mqtt_mock: MqttMockHAClient, node: Node, pass_time: Pass
) -> None:
    await set_up(hass, room(hass, "Bedroom", node.name))
    mqtt_mock.async_publish.side_effect = HomeAssistantError
    await pass_time(11)
    await pass_time(1)
    assert mqtt_mock.async_publish.called
    assert state(hass, "switch.bedroom_standby") == "off"


async def test_a_broker_that_refuses_leaves_the_rest_as_it_is(
    hass: HomeAssistant,
    mqtt_mock: MqttMockHAClient,
    node: Node,
    caplog: pytest.LogCaptureFixture,
) -> None:
    mqtt_mock.async_subscribe.side_effect = HomeAssistantError("no more subscriptions")
    entry = await set_up(hass, room(hass, "Bedroom", node.name))
    assert entry.state is ConfigEntryState.LOADED
    assert "Subscribing at the broker failed: no more subscriptions" in caplog.text
    assert state(hass, OCCUPANCY) == "unavailable"
