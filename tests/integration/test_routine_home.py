"""Routines from the node's packet to the action, through the engine."""

from copy import deepcopy
from typing import Any

from homeassistant.core import HomeAssistant
from homeassistant.exceptions import ServiceValidationError
import pytest
from pytest_homeassistant_custom_component.common import async_capture_events, async_mock_service
from pytest_homeassistant_custom_component.typing import MqttMockHAClient
from tests.integration.conftest import WALKING, Node, Pass, Settle, room, set_up

from custom_components.halcyon.engine.core.snapshot import Json
from custom_components.halcyon.hub import HalcyonConfigEntry
from custom_components.halcyon.routine.subentries import new_routine, routine_configs

STARTS: dict[str, Json] = {"kind": "motion_event", "room": "hall"}
QUIET: dict[str, Json] = {"kind": "motion", "room": "hall", "detected": False, "for_s": 600}
ON = {"action": "light.turn_on", "target": {"entity_id": "light.hall"}}
OFF = {"action": "light.turn_off", "target": {"entity_id": "light.hall"}}


@pytest.fixture
async def entry(
    hass: HomeAssistant, mqtt_mock: MqttMockHAClient, node: Node, settle: Settle
) -> HalcyonConfigEntry:
    """A hall whose light comes on, and goes off after ten minutes."""
    async_mock_service(hass, "light", "turn_on")
    async_mock_service(hass, "light", "turn_off")
    entry = await set_up(
        hass,
        room(hass, "Hall", node.name),
        new_routine(None, "Hall on", {"triggers": [STARTS]}, [ON]),
        new_routine(None, "Hall off", {"triggers": [QUIET]}, [OFF]),
    )
    node.online()
    node.announce()
    node.sample(targets=[])
    await settle()
    return entry


async def test_a_packet_becomes_an_action(
    hass: HomeAssistant, everywhere: None, entry: HalcyonConfigEntry, node: Node, settle: Settle
) -> None:
    calls = async_mock_service(hass, "light", "turn_on")
    ran = async_capture_events(hass, "halcyon_routine_ran")
    node.sample(targets=WALKING)
    await settle()
    assert [call.data for call in calls] == [{"entity_id": ["light.hall"]}]
    assert [event.data["says"] for event in ran] == ["ran because somebody started to move in Hall"]


async def test_nobody_has_moved_for_ten_minutes(
    hass: HomeAssistant, entry: HalcyonConfigEntry, node: Node, settle: Settle, pass_time: Pass
) -> None:
    ran = async_capture_events(hass, "halcyon_routine_ran")
    off = async_mock_service(hass, "light", "turn_off")
    node.sample(targets=WALKING)
    await settle()
    for minute in range(12):
        await still(node, pass_time)
        assert len(off) == (minute >= 10), minute
    assert [event.data["says"] for event in ran][1:] == [
        "ran because nothing moved in Hall for 10 min"
    ]


async def test_the_time_goes_on_after_a_restart_with_what_was_left(
    hass: HomeAssistant, entry: HalcyonConfigEntry, node: Node, settle: Settle, pass_time: Pass
) -> None:
    off = async_mock_service(hass, "light", "turn_off")
    node.sample(targets=WALKING)
    await settle()
    for _ in range(8):
        await still(node, pass_time)
    await hass.config_entries.async_unload(entry.entry_id)
    await pass_time(3600)
    await hass.config_entries.async_setup(entry.entry_id)
    await settle()
    node.online()
    node.sample(targets=[])
    await settle()
    assert not off
    for minute in range(4):
        await still(node, pass_time)
        assert len(off) == (minute >= 2), minute


async def test_a_power_cut_makes_nothing_happen_twice(
    hass: HomeAssistant,
    entry: HalcyonConfigEntry,
    hass_storage: dict[str, Any],
    node: Node,
    settle: Settle,
    pass_time: Pass,
) -> None:
    off = async_mock_service(hass, "light", "turn_off")
    node.sample(targets=WALKING)
    await settle()
    while not off:
        await pass_time(10)
        node.sample(targets=[])
    await pass_time(2)
    kept = deepcopy(hass_storage[f"halcyon.{entry.entry_id}"])
    await hass.config_entries.async_unload(entry.entry_id)
    hass_storage[f"halcyon.{entry.entry_id}"] = kept
    await hass.config_entries.async_setup(entry.entry_id)
    node.online()
    for _ in range(15):
        await still(node, pass_time)
    assert len(off) == 1


async def test_a_routine_that_is_off_does_nothing_and_says_so(
    hass: HomeAssistant, entry: HalcyonConfigEntry, node: Node, settle: Settle
) -> None:
    on = async_mock_service(hass, "light", "turn_on")
    await call(hass, "switch", "turn_off", "switch.hall_on_routine")
    node.sample(targets=WALKING)
    await settle()
    assert not on
    told = await explain(hass, "switch.hall_on_routine")
    assert told["Hall on"]["enabled"] is False
    with pytest.raises(ServiceValidationError) as refused:
        await call(hass, "button", "press", "button.hall_on_run")
    assert refused.value.translation_key == "routine_disabled"
    await call(hass, "switch", "turn_on", "switch.hall_on_routine")
    await call(hass, "button", "press", "button.hall_on_run")
    await settle()
    assert len(on) == 1
    told = await explain(hass, "button.hall_on_run")
    assert told["Hall on"]["enabled"] is True
    assert told["Hall on"]["ran"]["says"] == "ran because somebody asked for it"


async def test_it_says_why_it_did_not_run(
    hass: HomeAssistant,
    entry: HalcyonConfigEntry,
    node: Node,
    settle: Settle,
    pass_time: Pass,
) -> None:
    on = async_mock_service(hass, "light", "turn_on")
    conditions: list[Json] = [
        {"kind": "mode", "name": "input_select.house", "values": ["home"]},
        {"kind": "sun", "below": -0.833},
        {"kind": "time", "after": "00:00", "before": "23:59"},
    ]
    hass.states.async_set("input_select.house", "away")
    (routine, _) = routine_configs(entry)
    subentry = entry.subentries[routine.subentry_id]
    rule = {**routine.rule, "conditions": conditions, "cooldown_s": 60}
    hass.config_entries.async_update_subentry(entry, subentry, data={**subentry.data, "rule": rule})
    await settle()
    # It is eight in the morning, here and in UTC.
    await hass.config.async_update(latitude=0.0, longitude=0.0)
    await pass_time(61)
    node.sample(targets=WALKING)
    await settle()
    assert not on
    skipped = (await explain(hass, "switch.hall_on_routine"))["Hall on"]["skipped"]
    assert skipped["says"] == (
        "did not run, though somebody started to move in Hall, "
        "because a condition did not hold: the mode, the sun"
    )
    found = {row["kind"]: row["fulfilled"] for row in skipped["why"]["conditions"]}
    assert found == {"mode": False, "sun": False, "time": True}

    hass.states.async_set("input_select.house", "home")
    await hass.config.async_update(longitude=180.0)
    await quiet(node, pass_time)
    node.sample(targets=WALKING)
    await settle()
    assert len(on) == 1


async def test_a_room_and_a_routine_are_explained_together(
    hass: HomeAssistant, entry: HalcyonConfigEntry
) -> None:
    told = await explain(hass, "switch.hall_off_routine", "binary_sensor.hall_occupancy")
    assert told.keys() == {"Hall off", "Hall"}
    assert told["Hall off"]["triggers"][0]["trigger"]["kind"] == "motion"
    with pytest.raises(ServiceValidationError):
        await explain(hass, "light.hall")


async def still(node: Node, pass_time: Pass) -> None:
    """A minute in which the node sees nobody."""
    for _ in range(6):
        await pass_time(10)
        node.sample(targets=[])


async def quiet(node: Node, pass_time: Pass) -> None:
    """So long that motion stops."""
    for _ in range(6):
        await still(node, pass_time)


async def call(hass: HomeAssistant, domain: str, action: str, entity_id: str) -> None:
    await hass.services.async_call(domain, action, {"entity_id": entity_id}, blocking=True)


async def explain(hass: HomeAssistant, *entities: str) -> Any:  # noqa: ANN401 - an answer
    return await hass.services.async_call(
        "halcyon", "explain", {"entity_id": [*entities]}, blocking=True, return_response=True
    )
