"""Other ways to look at a room: the action, live data, diagnostics, system health."""

from typing import cast

from freezegun.api import FrozenDateTimeFactory
from homeassistant.components.diagnostics import REDACTED
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import ServiceValidationError
from homeassistant.helpers import device_registry as dr
from homeassistant.setup import async_setup_component
import pytest
from pytest_homeassistant_custom_component.common import get_system_health_info
from pytest_homeassistant_custom_component.typing import (
    MqttMockHAClient,
    WebSocketGenerator,
)
from syrupy.assertion import SnapshotAssertion
from tests.integration.conftest import Node, Settle, room, set_up

from custom_components.halcyon.const import DOMAIN
from custom_components.halcyon.devices import node_identifier, room_identifier
from custom_components.halcyon.diagnostics import async_get_config_entry_diagnostics
from custom_components.halcyon.engine import __version__
from custom_components.halcyon.engine.core.snapshot import Json
from custom_components.halcyon.hub import HalcyonConfigEntry
from custom_components.halcyon.wording import async_put_into_words


@pytest.fixture
async def entry(
    hass: HomeAssistant,
    mqtt_mock: MqttMockHAClient,
    node: Node,
    freezer: FrozenDateTimeFactory,
    settle: Settle,
) -> HalcyonConfigEntry:
    made = await set_up(hass, room(hass, "Bedroom", node.name, part="West"))
    node.online()
    node.announce()
    for step in range(30):
        freezer.tick(0.1)
        node.sample(targets=[[-600 + 50 * step, 1700, 500]])
    await settle()
    return made


def device_id(hass: HomeAssistant, entry: HalcyonConfigEntry, identifier: tuple[str, str]) -> str:
    device = dr.async_get(hass).async_get_device_by_identifier(identifier, entry.entry_id)
    assert device is not None
    return device.id


async def explain(hass: HomeAssistant, **target: str) -> dict[str, dict[str, object]]:
    response = await hass.services.async_call(
        DOMAIN, "explain", target, blocking=True, return_response=True
    )
    return cast("dict[str, dict[str, object]]", response)


async def test_explain_by_device_and_by_entity(
    hass: HomeAssistant, entry: HalcyonConfigEntry
) -> None:
    room_device = device_id(hass, entry, room_identifier(entry.entry_id, "bedroom-west"))
    by_device = await explain(hass, device_id=room_device)
    by_entity = await explain(hass, entity_id="binary_sensor.bedroom_west_motion")
    assert by_device == by_entity
    assert by_device["Bedroom West"]["room"] == "bedroom-west"
    assert by_device["Bedroom West"]["occupied"] is True


@pytest.mark.parametrize(
    ("language", "moves"),
    [
        ("en", "A radar tracks somebody who moves."),
        ("de", "Ein Radar verfolgt jemanden, der sich bewegt."),
        ("xx", "A radar tracks somebody who moves."),
    ],
)
async def test_an_explanation_speaks_the_language_of_the_home(
    hass: HomeAssistant, entry: HalcyonConfigEntry, language: str, moves: str
) -> None:
    hass.config.language = language
    explained = await explain(hass, entity_id="binary_sensor.bedroom_west_motion")
    evidence = cast("list[dict[str, object]]", explained["Bedroom West"]["evidence"])
    said = {row["modality"]: row["says"] for row in evidence}
    assert str(said["moving_target"]).startswith(moves)


async def test_every_row_of_an_explanation_says_something(hass: HomeAssistant) -> None:
    rows: Json = {
        "evidence": [{"modality": "verdict", "note": "oscillating"}, {"modality": "new_kind"}],
        "ignored": [{"reason": "stale"}],
    }
    assert await async_put_into_words(hass, rows) == {
        "evidence": [
            {
                "modality": "verdict",
                "note": "oscillating",
                "says": "A sensor says that somebody is there. "
                "It swings in place like a fan or a curtain.",
            },
            # Better the key than nothing.
            {"modality": "new_kind", "says": "new_kind"},
        ],
        "ignored": [{"reason": "stale", "says": "The value is too old."}],
    }
    assert await async_put_into_words(hass, None) is None


async def test_only_rooms_can_be_explained(
    hass: HomeAssistant, entry: HalcyonConfigEntry, node: Node
) -> None:
    node_device = device_id(hass, entry, node_identifier(entry.entry_id, node.name))
    for target in ({"device_id": node_device}, {"entity_id": "sun.sun"}, {"device_id": "none"}):
        with pytest.raises(ServiceValidationError) as refused:
            await explain(hass, **target)
        assert refused.value.translation_key == "nothing_to_explain"
    room_device = device_id(hass, entry, room_identifier(entry.entry_id, "bedroom-west"))
    await hass.config_entries.async_unload(entry.entry_id)
    with pytest.raises(ServiceValidationError):
        await explain(hass, device_id=room_device)


async def test_live_data_of_a_room(
    hass: HomeAssistant,
    entry: HalcyonConfigEntry,
    node: Node,
    freezer: FrozenDateTimeFactory,
    settle: Settle,
    hass_ws_client: WebSocketGenerator,
) -> None:
    client = await hass_ws_client(hass)
    room_device = device_id(hass, entry, room_identifier(entry.entry_id, "bedroom-west"))
    await client.send_json_auto_id({"type": "halcyon/room/subscribe", "device_id": room_device})
    subscribed = await client.receive_json()
    assert subscribed["success"]
    for step in range(20):
        freezer.tick(0.1)
        node.sample(targets=[[900 - 50 * step, 1700, -500]])
    await settle()
    event = (await client.receive_json())["event"]
    assert event["kind"] == "presence"
    assert event["room"] == "bedroom-west"
    assert event["occupied"] is True
    await client.send_json_auto_id({"type": "unsubscribe_events", "subscription": subscribed["id"]})
    assert (await client.receive_json())["type"] in ("event", "result")


async def test_live_data_ends_with_a_word(
    hass: HomeAssistant, entry: HalcyonConfigEntry, hass_ws_client: WebSocketGenerator
) -> None:
    """A card that knows that nothing more comes can subscribe again."""
    client = await hass_ws_client(hass)
    room_device = device_id(hass, entry, room_identifier(entry.entry_id, "bedroom-west"))
    subscribe = {"type": "halcyon/room/subscribe", "device_id": room_device}
    await client.send_json_auto_id(subscribe)
    subscribed = await client.receive_json()
    assert subscribed["success"]
    await hass.config_entries.async_reload(entry.entry_id)
    last = await client.receive_json()
    assert (last["id"], last["event"]) == (subscribed["id"], {"kind": "ended"})
    await client.send_json_auto_id(subscribe)
    assert (await client.receive_json())["success"]


async def test_live_data_of_what_is_no_room(
    hass: HomeAssistant, entry: HalcyonConfigEntry, hass_ws_client: WebSocketGenerator
) -> None:
    client = await hass_ws_client(hass)
    await client.send_json_auto_id({"type": "halcyon/room/subscribe", "device_id": "none"})
    refused = await client.receive_json()
    assert refused["error"]["translation_key"] == "not_a_room"


async def test_diagnostics_tell_much_but_not_whose_home_it_is(
    hass: HomeAssistant, entry: HalcyonConfigEntry, snapshot: SnapshotAssertion
) -> None:
    told = await async_get_config_entry_diagnostics(hass, entry)
    assert told["entry"]["subentries"][0]["part"] == REDACTED
    assert told["entry"]["subentries"][0]["area"] == REDACTED
    assert told["nodes"] == snapshot(name="nodes")
    assert told["entry"] == snapshot(name="entry")
    assert told["broker"] == {"configured": True, "connected": True}
    assert told["shown"]["room/bedroom-west/occupancy"] is True
    assert set(told["explanations"]) == {"bedroom-west"}


async def test_system_health(hass: HomeAssistant, entry: HalcyonConfigEntry) -> None:
    assert await async_setup_component(hass, "system_health", {})
    await hass.async_block_till_done()
    assert await get_system_health_info(hass, DOMAIN) == {
        "engine_version": __version__,
        "sites": 1,
        "rooms": 1,
        "nodes": 1,
        "nodes_connected": 1,
        "broker_connected": True,
    }
