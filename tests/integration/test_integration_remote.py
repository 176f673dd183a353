"""Rooms that the service computes: its outputs are shown, and nothing is computed here."""

import asyncio
import json
from typing import Any

from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError
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

from custom_components.halcyon.diagnostics import async_get_config_entry_diagnostics
from custom_components.halcyon.engine.core.output import Environment, Output, Presence
from custom_components.halcyon.site import asking

OCCUPANCY = "binary_sensor.bedroom_occupancy"
ROOT = "halcyon/1/home/$engine"
ALARM = {"week": {"mon": "07:00"}, "media_players": ["media_player.alarm"]}


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


async def test_what_the_service_computes_it_explains(
    hass: HomeAssistant, mqtt_mock: MqttMockHAClient, node: Node, settle: Settle
) -> None:
    parts = room(hass, "Bedroom", node.name), sleeper("Anna", node.name, alarm=ALARM)
    hub = (await set_up(hass, *parts, host="service")).runtime_data
    async_fire_mqtt_message(hass, f"{ROOT}/state", "online")
    await settle()
    (anna,) = hub.sleepers
    asked = hass.async_create_task(
        hass.services.async_call(
            "halcyon",
            "explain",
            {"entity_id": [OCCUPANCY, "sensor.anna_alarm"]},
            blocking=True,
            return_response=True,
        )
    )
    for kind, name, explained in (
        ("room", "bedroom", {"occupied": True, "evidence": []}),
        ("sleeper", anna, {"state": "set", "rang": None}),
    ):
        question = await asks(mqtt_mock, kind)
        assert question[kind] == name
        for told in ("{", "[]", '{"id": "another", "explained": {}}', '{"id": 1}'):
            async_fire_mqtt_message(hass, f"{ROOT}/explained", told)
        said = json.dumps(question | {"explained": explained})
        async_fire_mqtt_message(hass, f"{ROOT}/explained", said)
        async_fire_mqtt_message(hass, f"{ROOT}/explained", said)
    answer: Any = await asked
    assert answer["Bedroom"]["occupied"] is True
    assert answer["Anna"] == {"state": "set", "rang": None}


async def asks(mqtt_mock: MqttMockHAClient, kind: str) -> dict[str, object]:
    """The question about one kind of thing, as soon as it is asked."""
    for _ in range(100):
        for _, body in commands(mqtt_mock, "explain"):
            if kind in body:
                return body
        await asyncio.sleep(0)
    raise AssertionError(f"nobody asked about a {kind}")


@pytest.mark.parametrize("said", ["offline", "online"])
async def test_a_service_that_does_not_answer_is_said_to_be_silent(
    hass: HomeAssistant,
    mqtt_mock: MqttMockHAClient,
    node: Node,
    settle: Settle,
    monkeypatch: pytest.MonkeyPatch,
    said: str,
) -> None:
    monkeypatch.setattr(asking, "PATIENCE_SECONDS", 0.0)
    entry = await set_up(hass, room(hass, "Bedroom", node.name), host="service")
    async_fire_mqtt_message(hass, f"{ROOT}/state", said)
    await settle()
    for explain in entry.runtime_data.async_explain, entry.runtime_data.async_explain_alarm:
        with pytest.raises(HomeAssistantError) as refused:
            await explain("bedroom")
        assert refused.value.translation_key == "service_silent"
    assert await entry.runtime_data.async_report_nodes() == {}
    report = await async_get_config_entry_diagnostics(hass, entry)
    assert report["explanations"] == {"bedroom": {"error": "service_silent"}}


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
