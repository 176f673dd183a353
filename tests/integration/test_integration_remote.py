"""Rooms that the service computes: its outputs are shown, and nothing is computed here."""

import json

from homeassistant.core import HomeAssistant
from homeassistant.exceptions import ServiceValidationError
import pytest
from pytest_homeassistant_custom_component.common import async_fire_mqtt_message
from pytest_homeassistant_custom_component.typing import MqttMockHAClient
from tests.integration.conftest import (
    Node,
    Pass,
    Settle,
    commands,
    room,
    set_up,
    sleeper,
    state,
)

from custom_components.halcyon.engine.core.output import Environment, Output, Presence

OCCUPANCY = "binary_sensor.bedroom_occupancy"
ROOT = "halcyon/1/home/$engine"


def says(hass: HomeAssistant, fact: Presence | Environment, t: float, site: str = "home") -> None:
    output = Output(t, t, site, "bedroom", fact)
    async_fire_mqtt_message(hass, f"{ROOT}/out/bedroom", json.dumps(output.to_json()))


async def test_the_service_feeds_the_rooms(
    hass: HomeAssistant, mqtt_mock: MqttMockHAClient, node: Node, settle: Settle, pass_time: Pass
) -> None:
    entry = await set_up(hass, room(hass, "Bedroom", node.name), host="service")
    hub = entry.runtime_data
    assert [name for name, _ in commands(mqtt_mock, "rebirth")] == ["$engine"]
    assert state(hass, OCCUPANCY) == "unavailable"
    assert state(hass, "select.bedroom_sensitivity") == "unavailable"

    async_fire_mqtt_message(hass, f"{ROOT}/state", "online")
    says(hass, Presence(occupied=True, confidence=0.9), hub.clock())
    says(hass, Environment(21.0, None, None, None), hub.clock())
    await settle()
    assert state(hass, OCCUPANCY) == "on"
    assert state(hass, "sensor.bedroom_temperature") == "21.0"

    says(hass, Environment(25.0, None, None, None), hub.clock())
    says(hass, Presence(occupied=False, confidence=0.1), hub.clock(), site="elsewhere")
    await settle()
    assert state(hass, "sensor.bedroom_temperature") == "21.0"
    assert state(hass, OCCUPANCY) == "on"
    await pass_time(301)
    assert state(hass, "sensor.bedroom_temperature") == "25.0"

    async_fire_mqtt_message(hass, f"{ROOT}/state", "offline")
    await settle()
    assert state(hass, OCCUPANCY) == "unavailable"


async def test_what_the_service_says_may_be_unreadable(
    hass: HomeAssistant,
    mqtt_mock: MqttMockHAClient,
    node: Node,
    settle: Settle,
    caplog: pytest.LogCaptureFixture,
) -> None:
    await set_up(hass, room(hass, "Bedroom", node.name), host="service")
    huge = b'{"t":1%s,"at":1,"site":"home","kind":"presence"}' % (b"0" * 400)
    for payload in (b"", b"{", b"[]", b'{"kind":"x"}', b"\xff", b"[" * 100_000, huge):
        async_fire_mqtt_message(hass, f"{ROOT}/out/bedroom", payload)
    await settle()
    assert caplog.text.count("The service says what cannot be read") == 1
    assert "Traceback" not in caplog.text


async def test_only_the_service_can_explain(
    hass: HomeAssistant, mqtt_mock: MqttMockHAClient, node: Node
) -> None:
    entry = await set_up(hass, room(hass, "Bedroom", node.name), host="service")
    with pytest.raises(ServiceValidationError) as refused:
        await entry.runtime_data.async_explain("bedroom")
    assert refused.value.translation_key == "computed_by_service"
    assert await entry.runtime_data.async_report_nodes() == {}


async def test_the_service_is_told_who_is_not_to_be_watched(
    hass: HomeAssistant, mqtt_mock: MqttMockHAClient, node: Node, settle: Settle
) -> None:
    parts = room(hass, "Bedroom", node.name), sleeper("Anna", node.name)
    await set_up(hass, *parts, host="service")
    assert state(hass, "switch.anna_standby") == "unavailable"

    async_fire_mqtt_message(hass, f"{ROOT}/state", "online")
    await settle()
    assert state(hass, "switch.anna_standby") == "off"
    target = {"entity_id": "switch.anna_standby"}
    await hass.services.async_call("switch", "turn_on", target, blocking=True)
    assert state(hass, "switch.anna_standby") == "on"
    wishes = [body for _, body in commands(mqtt_mock, "wish")]
    about = wishes[-1].pop("sleeper")
    assert wishes[-1] == {"name": "standby", "on": True}

    # A service that comes back may remember otherwise.
    async_fire_mqtt_message(hass, f"{ROOT}/state", "offline")
    async_fire_mqtt_message(hass, f"{ROOT}/state", "online")
    await settle()
    again = [body for _, body in commands(mqtt_mock, "wish")][len(wishes) :]
    assert {"name": "standby", "sleeper": about, "on": True} in again
