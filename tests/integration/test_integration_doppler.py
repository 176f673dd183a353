"""Live Doppler while a node is placed: for those who watch, as long as they watch."""

import struct
import time
from typing import Any

from freezegun.api import FrozenDateTimeFactory
from homeassistant.core import HomeAssistant
import numpy as np
import pytest
from pytest_homeassistant_custom_component.common import MockUser
from pytest_homeassistant_custom_component.typing import MqttMockHAClient, WebSocketGenerator
from tests.integration.conftest import BOOT, Node, Settle, commands, room, set_up

from custom_components.halcyon.hub import HalcyonConfigEntry

RATE, CARRIER, CHUNK = 1000, 20_000.0, 50


class Ear(Node):
    """A node that hears one echo, approaching with 0.86 m/s: 100 Hz at 20 kHz."""

    def __init__(self, hass: HomeAssistant, site: str = "home") -> None:
        super().__init__(hass, "speaker-1", site)
        self._chunks = 0

    def introduce(self) -> None:
        self.online()
        stream = {"enc": "iq", "mics": 1, "rate_hz": RATE, "computes": True}
        self.announce(model="speaker", streams={"ultrasound": stream})

    def hear(self) -> None:
        n = np.arange(CHUNK) + CHUNK * self._chunks
        iq = 0.3 + 0.02 * np.exp(2j * np.pi * 100.0 / RATE * n)
        noise = np.random.default_rng(self._chunks).normal(0.0, 1e-4, (CHUNK, 2))
        body = (np.stack([iq.real, iq.imag], axis=1) + noise) * 32768
        header = struct.pack(
            "<2sBBIIqIHHIhH",
            *(b"HW", 1, 2, BOOT, self._chunks, round(1e6 * (time.time() - self._started))),
            *(1_000_000_000 // RATE, CHUNK, 2, round(1000 * CARRIER), -3000, 1),
        )
        self._chunks += 1
        self.publish("w/ultrasound", header + body.astype("<i2").tobytes())


@pytest.fixture
def ear(hass: HomeAssistant) -> Ear:
    return Ear(hass)


@pytest.fixture
async def entry(
    hass: HomeAssistant, mqtt_mock: MqttMockHAClient, ear: Ear, settle: Settle
) -> HalcyonConfigEntry:
    made = await set_up(hass, room(hass, "Living room", ear.name))
    ear.introduce()
    await settle()
    return made


async def hear(ear: Ear, freezer: FrozenDateTimeFactory, settle: Settle, seconds: float) -> None:
    for _ in range(round(seconds * RATE / CHUNK)):
        freezer.tick(CHUNK / RATE)
        ear.hear()
    await settle()


def rates(mqtt_mock: MqttMockHAClient) -> list[object]:
    """What the node was asked to send of its I/Q, Hz; 0 takes the request back."""
    return [body["hz"] for _, body in commands(mqtt_mock, "rate") if body["stream"] == "ultrasound"]


async def test_who_watches_sees_what_approaches(
    hass: HomeAssistant,
    entry: HalcyonConfigEntry,
    mqtt_mock: MqttMockHAClient,
    ear: Ear,
    freezer: FrozenDateTimeFactory,
    settle: Settle,
    hass_ws_client: WebSocketGenerator,
) -> None:
    client = await hass_ws_client(hass)
    states = len(hass.states.async_all())
    assert rates(mqtt_mock) == []
    await client.send_json_auto_id({"type": "halcyon/doppler", "node": ear.name})
    subscribed = await client.receive_json()
    assert subscribed["success"]
    await settle()
    assert rates(mqtt_mock) == [RATE]
    await hear(ear, freezer, settle, 4.0)

    event: dict[str, Any] = {}
    for _ in range(20):
        event = (await client.receive_json())["event"]
        assert (event["kind"], event["node"]) == ("doppler", ear.name)
    axis, levels = np.array(event["axis"]), np.array(event["level_db"])
    assert len(axis) == len(levels)
    assert np.all(np.diff(axis) > 0)
    assert 0.5 < axis[np.argmax(levels)] < 1.2
    assert len(hass.states.async_all()) == states, "nothing of it is a state"

    await client.send_json_auto_id({"type": "unsubscribe_events", "subscription": subscribed["id"]})
    # Pictures that were under way come before the answer.
    while (answer := await client.receive_json())["type"] != "result":
        assert answer["type"] == "event"
    assert answer["success"]
    await settle()
    assert rates(mqtt_mock) == [RATE, 0.0]


async def test_who_goes_away_is_not_waited_for(
    hass: HomeAssistant,
    entry: HalcyonConfigEntry,
    mqtt_mock: MqttMockHAClient,
    ear: Ear,
    settle: Settle,
    hass_ws_client: WebSocketGenerator,
) -> None:
    first, second = await hass_ws_client(hass), await hass_ws_client(hass)
    for client in (first, second):
        await client.send_json_auto_id({"type": "halcyon/doppler", "node": ear.name})
        assert (await client.receive_json())["success"]
    await settle()
    assert rates(mqtt_mock) == [RATE]
    await first.close()
    await settle()
    assert rates(mqtt_mock) == [RATE], "somebody still watches"
    await second.close()
    await settle()
    assert rates(mqtt_mock) == [RATE, 0.0]


async def test_live_doppler_ends_with_a_word(
    hass: HomeAssistant,
    entry: HalcyonConfigEntry,
    ear: Ear,
    settle: Settle,
    hass_ws_client: WebSocketGenerator,
) -> None:
    client = await hass_ws_client(hass)
    await client.send_json_auto_id({"type": "halcyon/doppler", "node": ear.name})
    assert (await client.receive_json())["success"]
    await hass.config_entries.async_reload(entry.entry_id)
    assert (await client.receive_json())["event"] == {"kind": "ended"}


async def test_a_node_that_two_sites_have_is_named_by_its_site(
    hass: HomeAssistant,
    entry: HalcyonConfigEntry,
    ear: Ear,
    settle: Settle,
    hass_ws_client: WebSocketGenerator,
) -> None:
    await set_up(hass, room(hass, "Cabin", ear.name), site="cottage")
    client = await hass_ws_client(hass)
    for fields, refused in (
        ({"node": ear.name}, True),
        ({"node": ear.name, "entry_id": entry.entry_id}, False),
        ({"node": "radar-1"}, True),
    ):
        await client.send_json_auto_id({"type": "halcyon/doppler"} | fields)
        answer = await client.receive_json()
        assert answer["success"] is not refused
        if refused:
            assert answer["error"]["translation_key"] == "no_such_node"
            assert answer["error"]["translation_placeholders"] == {"node": fields["node"]}


async def test_only_administrators_place_nodes(
    hass: HomeAssistant,
    entry: HalcyonConfigEntry,
    ear: Ear,
    hass_ws_client: WebSocketGenerator,
    hass_admin_user: MockUser,
) -> None:
    client = await hass_ws_client(hass)
    hass_admin_user.groups = []
    await client.send_json_auto_id({"type": "halcyon/doppler", "node": ear.name})
    assert (await client.receive_json())["error"]["code"] == "unauthorized"


async def test_where_the_service_computes_nothing_is_drawn_here(
    hass: HomeAssistant,
    mqtt_mock: MqttMockHAClient,
    ear: Ear,
    hass_ws_client: WebSocketGenerator,
) -> None:
    await set_up(hass, room(hass, "Living room", ear.name), host="service")
    client = await hass_ws_client(hass)
    await client.send_json_auto_id({"type": "halcyon/doppler", "node": ear.name})
    assert (await client.receive_json())["error"]["translation_key"] == "no_such_node"
