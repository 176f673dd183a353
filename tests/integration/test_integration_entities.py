"""What a room shows: its entities as a whole, and each of its manners."""

from types import SimpleNamespace
from typing import Any

from freezegun.api import FrozenDateTimeFactory
from homeassistant.components import button, select, switch
from homeassistant.config_entries import RELOAD_AFTER_UPDATE_DELAY
from homeassistant.const import ATTR_ENTITY_ID, Platform
from homeassistant.core import HomeAssistant, State
from homeassistant.helpers import area_registry as ar, device_registry as dr, entity_registry as er
from homeassistant.helpers.entity import Entity
import pytest
from pytest_homeassistant_custom_component.common import snapshot_platform
from pytest_homeassistant_custom_component.typing import MqttMockHAClient
from syrupy.assertion import SnapshotAssertion
from tests.integration.conftest import Node, Pass, Settle, commands, room, set_up, sleeper, state
from tests.integration.waking import anna

from custom_components.halcyon.const import MANUFACTURER, PLATFORMS
from custom_components.halcyon.devices import node_identifier
from custom_components.halcyon.engine.decode.radars import PROTOCOLS
from custom_components.halcyon.entity import HalcyonEntity
from custom_components.halcyon.models import model_of

BED_RADAR = {"radar": {"enc": "json"}, "breath": {"enc": "f32"}, "env": {"enc": "json"}}


# Speech belongs to no room; it has tests of its own.
@pytest.mark.parametrize("platform", sorted(set(PLATFORMS) - {Platform.STT}))
@pytest.mark.usefixtures("all_enabled")
async def test_the_whole_of_a_bedroom(
    hass: HomeAssistant,
    mqtt_mock: MqttMockHAClient,
    snapshot: SnapshotAssertion,
    freezer: FrozenDateTimeFactory,
    settle: Settle,
    monkeypatch: pytest.MonkeyPatch,
    platform: str,
) -> None:
    # The picture's link has a token that is drawn anew at every start.
    token = SimpleNamespace(getrandbits=lambda _bits: 0xC0FFEE)
    monkeypatch.setattr("homeassistant.components.image._RND", token)
    entry = await set_up(hass, room(hass, "Bedroom", "bed"), anna())
    node = Node(hass, "bed")
    node.online()
    light = {"brightness": 0.5, "rgb": [255, 120, 0]}
    node.announce(streams=BED_RADAR, model="mr60bha2", light=light)
    for step in range(30):
        freezer.tick(0.1)
        node.sample(targets=[[-600 + 50 * step, 1700, 500]])
        # Wherever the engine works, what happens is told when it happens.
        await settle()
    node.sample("env", temp=21.5, rh=45, lux=120, co2=650)
    await settle()
    registry = er.async_get(hass)
    for entity in er.async_entries_for_config_entry(registry, entry.entry_id):
        if entity.domain != platform:
            registry.async_remove(entity.entity_id)
    await snapshot_platform(hass, registry, snapshot, entry.entry_id)


async def test_five_to_eight_entities_a_room(
    hass: HomeAssistant, mqtt_mock: MqttMockHAClient, node: Node, settle: Settle
) -> None:
    entry = await set_up(hass, room(hass, "Bedroom", node.name))

    def enabled() -> set[str]:
        return {
            each.entity_id
            for each in er.async_entries_for_config_entry(er.async_get(hass), entry.entry_id)
            if not each.disabled
        }

    assert len(enabled()) == 5
    node.online()
    node.announce()
    node.sample("env", temp=21.5, rh=45)
    node.sample("env", co2=650)
    await settle()
    assert len(enabled()) == 8
    # What the room measures beyond that is there, and off.
    node.sample("env", lux=120)
    await settle()
    assert len(enabled()) == 8
    assert "sensor.bedroom_co2" in enabled()
    lux = er.async_get(hass).async_get("sensor.bedroom_illuminance")
    assert lux is not None
    assert lux.disabled_by is er.RegistryEntryDisabler.INTEGRATION


async def test_what_is_switched_off_is_not_made_and_comes_when_it_is_switched_on(
    hass: HomeAssistant,
    mqtt_mock: MqttMockHAClient,
    node: Node,
    settle: Settle,
    pass_time: Pass,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Most entities of a home are off, and Home Assistant would look at each of them."""
    entry = await set_up(hass, room(hass, "Bedroom", node.name))
    registry, confidence = er.async_get(hass), "sensor.bedroom_confidence"
    assert registry.entities[confidence].disabled
    start, added = Entity.add_to_platform_start, list[Entity]()

    def noting(entity: Entity, *given: Any) -> None:  # noqa: ANN401
        added.append(entity)
        start(entity, *given)

    monkeypatch.setattr(Entity, "add_to_platform_start", noting)
    await hass.config_entries.async_reload(entry.entry_id)
    await settle()
    ours = [each for each in added if isinstance(each, HalcyonEntity)]
    assert len(ours) == 5
    registry.async_update_entity(confidence, disabled_by=None)
    # Home Assistant waits for others to be switched on as well.
    await pass_time(RELOAD_AFTER_UPDATE_DELAY + 1)
    assert state(hass, confidence) is not None


async def test_environment_appears_when_it_is_measured_and_stays(
    hass: HomeAssistant, mqtt_mock: MqttMockHAClient, node: Node, settle: Settle
) -> None:
    entry = await set_up(hass, room(hass, "Bedroom", node.name))
    node.online()
    node.announce()
    await settle()
    assert state(hass, "sensor.bedroom_temperature") is None
    node.sample("env", temp=21.5)
    await settle()
    assert state(hass, "sensor.bedroom_temperature") == "21.5"
    assert state(hass, "sensor.bedroom_humidity") is None
    await hass.config_entries.async_reload(entry.entry_id)
    await settle()
    assert state(hass, "sensor.bedroom_temperature") == "21.5"
    assert state(hass, "sensor.bedroom_humidity") is None


async def test_entities_that_exist_are_evidence(hass: HomeAssistant, settle: Settle) -> None:
    """No broker and no node: a motion sensor and a thermometer make a room."""
    hass.states.async_set("binary_sensor.pir", "off", {"device_class": "motion"})
    hass.states.async_set(
        "sensor.air", "70", {"device_class": "temperature", "unit_of_measurement": "°F"}
    )
    await set_up(hass, room(hass, "Bedroom", "binary_sensor.pir", "sensor.air"))
    await settle()
    assert state(hass, "sensor.bedroom_temperature") is not None
    assert state(hass, "binary_sensor.bedroom_occupancy") in ("off", "unknown")
    hass.states.async_set("binary_sensor.pir", "on", {"device_class": "motion"})
    await settle()
    assert state(hass, "binary_sensor.bedroom_occupancy") == "on"
    assert state(hass, "binary_sensor.bedroom_motion") == "on"


async def test_a_sensor_that_comes_back_has_not_moved(hass: HomeAssistant, settle: Settle) -> None:
    hass.states.async_set("binary_sensor.pir", "unavailable", {"device_class": "motion"})
    await set_up(hass, room(hass, "Bedroom", "binary_sensor.pir"))
    await settle()
    assert state(hass, "binary_sensor.bedroom_motion") == "unavailable"
    hass.states.async_set("binary_sensor.pir", "on", {"device_class": "motion"})
    await settle()
    assert state(hass, "binary_sensor.bedroom_motion") != "unavailable"
    assert state(hass, "event.bedroom_motion") == "unknown"


async def test_one_silent_sensor_of_several_leaves_the_room_available(
    hass: HomeAssistant, settle: Settle
) -> None:
    for name in ("one", "two"):
        hass.states.async_set(f"binary_sensor.{name}", "off", {"device_class": "motion"})
    await set_up(hass, room(hass, "Bedroom", "binary_sensor.one", "binary_sensor.two"))
    hass.states.async_set("binary_sensor.one", "unavailable")
    await settle()
    assert state(hass, "binary_sensor.bedroom_occupancy") != "unavailable"
    hass.states.async_remove("binary_sensor.two")
    await settle()
    assert state(hass, "binary_sensor.bedroom_occupancy") == "unavailable"


async def test_a_renamed_entity_stays_evidence(hass: HomeAssistant, settle: Settle) -> None:
    registry = er.async_get(hass)
    pir = registry.async_get_or_create("binary_sensor", "test", "pir", object_id_base="pir")
    entry = await set_up(hass, room(hass, "Bedroom", pir.entity_id))
    registry.async_update_entity(pir.entity_id, new_entity_id="binary_sensor.hallway")
    await settle()
    (only,) = entry.subentries.values()
    assert [each["source"] for each in only.data["sources"]] == ["binary_sensor.hallway"]
    hass.states.async_set("binary_sensor.hallway", "off", {"device_class": "motion"})
    hass.states.async_set("binary_sensor.hallway", "on", {"device_class": "motion"})
    await settle()
    assert state(hass, "binary_sensor.bedroom_motion") == "on"


async def test_names_follow_the_area(
    hass: HomeAssistant, mqtt_mock: MqttMockHAClient, node: Node, settle: Settle
) -> None:
    entry = await set_up(hass, room(hass, "Bedroom", node.name, part="West"))
    registry = er.async_get(hass)
    registry.async_update_entity("event.bedroom_west_motion", new_entity_id="event.somebody_moves")
    area = ar.async_get(hass).async_get_area_by_name("Bedroom")
    assert area is not None
    ar.async_get(hass).async_update(area.id, name="Nursery")
    await settle()
    (only,) = entry.subentries.values()
    assert only.title == "Nursery West"
    occupancy = hass.states.get("binary_sensor.nursery_west_occupancy")
    assert isinstance(occupancy, State)
    assert occupancy.name == "Nursery West Occupancy"
    assert state(hass, "binary_sensor.bedroom_west_occupancy") is None
    assert state(hass, "event.somebody_moves") is not None, "an id that was chosen stays"


async def test_an_area_that_was_renamed_meanwhile_is_followed(
    hass: HomeAssistant, settle: Settle
) -> None:
    entry = await set_up(hass, room(hass, "Bedroom", "binary_sensor.pir"))
    await hass.config_entries.async_unload(entry.entry_id)
    ar.async_get(hass).async_update("bedroom", name="Nursery")
    await hass.config_entries.async_setup(entry.entry_id)
    await settle()
    assert state(hass, "binary_sensor.nursery_occupancy") is not None


async def test_standby_is_asked_of_the_nodes_and_survives(
    hass: HomeAssistant, mqtt_mock: MqttMockHAClient, node: Node, settle: Settle
) -> None:
    entry = await set_up(hass, room(hass, "Bedroom", node.name))
    node.online()
    node.announce()
    await settle()
    target = {ATTR_ENTITY_ID: "switch.bedroom_standby"}
    await hass.services.async_call(switch.DOMAIN, "turn_on", target, blocking=True)
    await settle()
    assert state(hass, "switch.bedroom_standby") == "on"
    name, body = commands(mqtt_mock, "standby")[-1]
    assert (name, body["on"]) == (node.name, True)
    await hass.config_entries.async_reload(entry.entry_id)
    await settle()
    assert state(hass, "switch.bedroom_standby") == "on"
    await hass.services.async_call(switch.DOMAIN, "turn_off", target, blocking=True)
    await settle()
    assert state(hass, "switch.bedroom_standby") == "off"
    assert commands(mqtt_mock, "standby")[-1][1]["on"] is False


async def test_sensitivity_is_part_of_the_room(
    hass: HomeAssistant, mqtt_mock: MqttMockHAClient, node: Node, settle: Settle
) -> None:
    entry = await set_up(hass, room(hass, "Bedroom", node.name))
    hub = entry.runtime_data
    await hass.services.async_call(
        select.DOMAIN,
        "select_option",
        {ATTR_ENTITY_ID: "select.bedroom_sensitivity", "option": "high"},
        blocking=True,
    )
    await settle()
    assert state(hass, "select.bedroom_sensitivity") == "high"
    (only,) = entry.subentries.values()
    assert only.data["sensitivity"] == "high"
    assert entry.runtime_data is hub, "it is taken up without a reload"


@pytest.mark.usefixtures("all_enabled")
async def test_calibrate_begins_in_the_engine(
    hass: HomeAssistant, hass_storage: dict[str, Any], settle: Settle
) -> None:
    entry = await set_up(hass, room(hass, "Bedroom", "binary_sensor.pir"))

    async def calibration() -> object:
        await entry.runtime_data.async_save()
        rooms = hass_storage[f"halcyon.{entry.entry_id}"]["data"]["engine"]["home"]["rooms"]
        return rooms["bedroom"]["parts"]["calibration"]

    before = await calibration()
    target = {ATTR_ENTITY_ID: "button.bedroom_calibrate"}
    await hass.services.async_call(button.DOMAIN, "press", target, blocking=True)
    await settle()
    assert await calibration() != before


@pytest.mark.usefixtures("all_enabled")
async def test_a_node_shows_its_firmware_and_its_connection(
    hass: HomeAssistant, mqtt_mock: MqttMockHAClient, node: Node, settle: Settle
) -> None:
    entry = await set_up(hass, room(hass, "Bedroom", node.name))
    registry = er.async_get(hass)
    connected = registry.async_get_entity_id(
        "binary_sensor", "halcyon", f"{entry.entry_id}_node_{node.name}_connected"
    )
    assert connected is not None
    assert state(hass, connected) == "off"
    node.online()
    node.announce(fw="1.2.3", model="ld2450")
    await settle()
    assert state(hass, connected) == "on"
    entity = registry.async_get(connected)
    assert entity is not None
    assert entity.config_subentry_id is None
    device = dr.async_get(hass).async_get_device_by_identifier(
        node_identifier(entry.entry_id, node.name), entry.entry_id
    )
    assert device is not None
    assert device.id == entity.device_id
    assert (device.manufacturer, device.model) == ("Hi-Link", "HLK-LD2450")
    assert device.sw_version == "1.2.3"
    node.online("offline")
    await settle()
    assert state(hass, connected) == "off"
    assert state(hass, "binary_sensor.bedroom_occupancy") == "unavailable"
    node.online("sleeping")
    await settle()
    assert state(hass, connected) == "on"


async def test_eight_entities_a_sleeper_and_their_switch(
    hass: HomeAssistant, mqtt_mock: MqttMockHAClient
) -> None:
    parts = room(hass, "Bedroom", "left", "right"), sleeper("Anna", "left"), sleeper("Ben", "right")
    entry = await set_up(hass, *parts)
    for name in ("anna", "ben"):
        enabled = {
            each.entity_id.replace(name, "anna")
            for each in er.async_entries_for_config_entry(er.async_get(hass), entry.entry_id)
            if not each.disabled and f".{name}_" in each.entity_id
        }
        assert enabled == {
            "binary_sensor.anna_asleep",
            "binary_sensor.anna_in_bed",
            "event.anna_sleep",
            "image.anna_night",
            "sensor.anna_efficiency",
            "sensor.anna_respiration",
            "sensor.anna_stage",
            "sensor.anna_time_asleep",
            "switch.anna_standby",
        }


async def test_two_sites_on_one_broker(
    hass: HomeAssistant, mqtt_mock: MqttMockHAClient, freezer: FrozenDateTimeFactory, settle: Settle
) -> None:
    """The same names on both sites, and still each its own."""
    await set_up(hass, room(hass, "Bedroom", "radar-1"))
    await set_up(hass, room(hass, "Cabin", "radar-1"), site="cottage")
    home, cottage = Node(hass), Node(hass, site="cottage")
    for node in (home, cottage):
        node.online()
        node.announce()
    for step in range(30):
        freezer.tick(0.1)
        home.sample(targets=[])
        cottage.sample(targets=[[-600 + 50 * step, 1700, 500]])
    await settle()
    assert state(hass, "binary_sensor.cabin_occupancy") == "on"
    assert state(hass, "binary_sensor.bedroom_occupancy") != "on"


def test_models_are_called_as_on_their_box() -> None:
    """Every radar whose frames the engine reads has a name; what is unknown keeps its own."""
    for protocol in PROTOCOLS:
        assert model_of(protocol).maker != MANUFACTURER
    assert model_of("LD2450") == ("Hi-Link", "HLK-LD2450")
    assert model_of("my radar") == (MANUFACTURER, "my radar")
