"""A routine as an automation: Home Assistant takes it, and it does the same."""

from typing import Any

from homeassistant.config_entries import SOURCE_RECONFIGURE
from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er
from homeassistant.setup import async_setup_component
from homeassistant.util.yaml import dump, parse_yaml
import pytest
from pytest_homeassistant_custom_component.common import async_mock_service
from pytest_homeassistant_custom_component.typing import MqttMockHAClient
from tests.integration.conftest import (
    WALKING,
    Node,
    Pass,
    Settle,
    room,
    set_up,
    state,
)
from tests.integration.waking import anna

from custom_components.halcyon.const import SUBENTRY_ROUTINE
from custom_components.halcyon.engine.core.snapshot import Json
from custom_components.halcyon.hub import HalcyonConfigEntry
from custom_components.halcyon.room.subentries import subentry_of
from custom_components.halcyon.routine.automation import Automation, automation_of
from custom_components.halcyon.routine.subentries import RoutineConfig, new_routine, routine_configs
from custom_components.halcyon.routine.words import async_routine_words

DARK = {"action": "light.turn_off", "target": {"entity_id": "light.hall"}}

MOVES: dict[str, Json] = {"kind": "motion_event", "room": "hall"}

EXPECTED: list[tuple[dict[str, Any], dict[str, Any]]] = [
    (
        {"kind": "motion_event", "room": "hall"},
        {
            "trigger": "event.received",
            "target": {"entity_id": "event.hall_motion"},
            "options": {"event_type": ["started"]},
        },
    ),
    (
        {"kind": "motion", "room": "hall", "detected": False, "for_s": 600},
        {
            "trigger": "state",
            "entity_id": "binary_sensor.hall_motion",
            "to": "off",
            # The room calls it motion for five minutes of these ten.
            "for": {"hours": 0, "minutes": 5, "seconds": 0},
        },
    ),
    (
        {"kind": "occupancy", "room": "hall"},
        {"trigger": "state", "entity_id": "binary_sensor.hall_occupancy", "to": "on"},
    ),
    (
        {"kind": "bed", "sleeper": "bed", "in_bed": False},
        {"trigger": "state", "entity_id": "binary_sensor.anna_in_bed", "to": "off"},
    ),
    (
        {"kind": "stage", "sleeper": "bed", "stages": ["rem"]},
        {"trigger": "state", "entity_id": "sensor.anna_stage", "to": ["rem"]},
    ),
    (
        {"kind": "night", "sleeper": "bed", "event": "woke_up"},
        {
            "trigger": "event.received",
            "target": {"entity_id": "event.anna_sleep"},
            "options": {"event_type": ["woke_up"]},
        },
    ),
    (
        {"kind": "alarm", "sleeper": "bed", "event": "ringing"},
        {
            "trigger": "event.received",
            "target": {"entity_id": "event.anna_alarm_clock"},
            "options": {"event_type": ["alert_start"]},
        },
    ),
    (
        {"kind": "alarm", "sleeper": "bed", "event": "window_opened"},
        {
            "trigger": "event.received",
            "target": {"entity_id": "event.anna_smart_wakeup"},
            "options": {"event_type": ["smart_period"]},
        },
    ),
    (
        {"kind": "all_asleep"},
        {
            "trigger": "template",
            "value_template": "{{ is_state('binary_sensor.anna_asleep', 'on') }}",
        },
    ),
    (
        {"kind": "environment", "room": "hall", "quantity": "temp", "above": 25},
        {"trigger": "numeric_state", "entity_id": "sensor.hall_temperature", "above": 25.0},
    ),
    (
        {"kind": "node", "node": "radar-1"},
        {"trigger": "state", "entity_id": "binary_sensor.hall_radar_1_connectivity", "to": "off"},
    ),
    (
        {"kind": "command", "phrases": ["good … night"]},
        {"trigger": "conversation", "command": ["good {words} night"]},
    ),
]

CONDITIONS: list[tuple[dict[str, Any], dict[str, Any]]] = [
    (
        {"kind": "time", "after": "22:00:00", "days": ["mon"]},
        {"condition": "time", "after": "22:00:00", "weekday": ["mon"]},
    ),
    (
        {"kind": "sun", "below": -0.833},
        {"condition": "state", "entity_id": "sun.sun", "state": "below_horizon"},
    ),
    (
        {"kind": "sun", "above": -0.833},
        {"condition": "state", "entity_id": "sun.sun", "state": "above_horizon"},
    ),
    (
        {"kind": "occupancy", "room": "hall", "negate": True},
        {"condition": "state", "entity_id": "binary_sensor.hall_occupancy", "state": "off"},
    ),
    (
        {"kind": "bed", "sleeper": "bed"},
        {"condition": "state", "entity_id": "binary_sensor.anna_in_bed", "state": "on"},
    ),
    (
        {"kind": "asleep", "sleepers": ["bed"], "negate": True},
        {"condition": "state", "entity_id": ["binary_sensor.anna_asleep"], "state": "off"},
    ),
    (
        {"kind": "stage", "sleeper": "bed", "stages": ["rem"], "negate": True},
        {
            "condition": "not",
            "conditions": [
                {"condition": "state", "entity_id": "sensor.anna_stage", "state": ["rem"]}
            ],
        },
    ),
    (
        {"kind": "mode", "name": "input_select.house", "values": ["home"]},
        {"condition": "state", "entity_id": "input_select.house", "state": ["home"]},
    ),
]


@pytest.fixture
async def entry(
    hass: HomeAssistant, mqtt_mock: MqttMockHAClient, node: Node, settle: Settle, all_enabled: None
) -> HalcyonConfigEntry:
    """A room that measures everything, and a sleeper."""
    entry = await set_up(hass, room(hass, "Hall", node.name, "bed"), anna())
    node.online()
    node.announce()
    node.sample("env", temp=21.0, lux=30.0)
    await settle()
    return entry


def shown(hass: HomeAssistant, entry: HalcyonConfigEntry, **rule: Json) -> Automation:
    """The automation of a routine, written and read as its editor does."""
    routine = RoutineConfig("", "Lights off", "lights-off", rule, [DARK])
    made = automation_of(hass, entry, routine)
    read = parse_yaml(dump(made.config))
    assert isinstance(read, dict)
    return Automation(read, made.left_out)


async def load(hass: HomeAssistant, automation: Automation) -> str | None:
    """Let Home Assistant take it; the state of its entity."""
    assert await async_setup_component(hass, "sun", {})
    assert await async_setup_component(hass, "automation", {"automation": automation.config})
    await hass.async_block_till_done()
    return state(hass, "automation.lights_off")


@pytest.mark.parametrize(("trigger", "expected"), EXPECTED)
async def test_a_trigger_is_told_by_an_entity(
    hass: HomeAssistant, entry: HalcyonConfigEntry, trigger: Json, expected: dict[str, Any]
) -> None:
    made = shown(hass, entry, triggers=[trigger], mode="restart")
    assert made.config == {
        "alias": "Lights off",
        "triggers": [expected],
        "conditions": [],
        "actions": [DARK],
        "mode": "restart",
    }
    assert not made.left_out
    assert await load(hass, made) == "on"


@pytest.mark.parametrize(("condition", "expected"), CONDITIONS)
async def test_a_condition_is_told_by_an_entity(
    hass: HomeAssistant, entry: HalcyonConfigEntry, condition: Json, expected: dict[str, Any]
) -> None:
    made = shown(hass, entry, triggers=[MOVES], conditions=[condition])
    assert made.config["conditions"] == [expected]
    assert not made.left_out
    assert await load(hass, made) == "on"


@pytest.mark.parametrize(
    "trigger",
    [
        MOVES | {"source": "pir"},
        {"kind": "motion", "room": "hall", "major": True},
        {"kind": "zone", "room": "hall", "zone": "desk"},
        {"kind": "trying_to_sleep", "sleeper": "bed"},
        {"kind": "night", "sleeper": "bed", "event": "ended"},
        {"kind": "environment", "room": "hall", "quantity": "co2", "above": 900},
        {"kind": "wakeable", "sleeper": "bed"},
    ],
)
async def test_what_no_entity_tells_is_left_out_and_named(
    hass: HomeAssistant, entry: HalcyonConfigEntry, trigger: dict[str, Json]
) -> None:
    made = shown(hass, entry, triggers=[trigger])
    assert made.config["triggers"] == []
    assert made.left_out == {trigger["kind"]}
    words = await async_routine_words(hass)
    assert words.left_out(made.left_out).startswith("No entity tells of this")


async def test_an_entity_that_is_disabled_tells_nothing(
    hass: HomeAssistant, entry: HalcyonConfigEntry
) -> None:
    registry = er.async_get(hass)
    disabled = er.RegistryEntryDisabler.USER
    registry.async_update_entity("event.hall_motion", disabled_by=disabled)
    assert shown(hass, entry, triggers=[MOVES]).left_out == {"motion_event"}


async def test_the_automation_does_what_the_routine_did(
    hass: HomeAssistant, entry: HalcyonConfigEntry, node: Node, settle: Settle, pass_time: Pass
) -> None:
    calls = async_mock_service(hass, "light", "turn_off")
    made = shown(hass, entry, triggers=[MOVES], cooldown_s=60)
    assert await load(hass, made) == "on"
    for _ in range(2):
        node.sample(targets=WALKING)
        await settle()
    assert [call.data for call in calls] == [{"entity_id": ["light.hall"]}]


async def test_a_person_copies_the_automation(
    hass: HomeAssistant, entry: HalcyonConfigEntry
) -> None:
    made = new_routine(entry, "Lights off", {"triggers": [MOVES]}, [DARK])
    hass.config_entries.async_add_subentry(entry, subentry_of(made))
    await hass.async_block_till_done()
    (routine,) = routine_configs(entry)
    flows = hass.config_entries.subentries
    result = await flows.async_init(
        (entry.entry_id, SUBENTRY_ROUTINE),
        context={"source": SOURCE_RECONFIGURE, "subentry_id": routine.subentry_id},
    )
    assert result["menu_options"] == ["change", "automation"]
    result = await flows.async_configure(result["flow_id"], {"next_step_id": "automation"})
    assert result["data_schema"] is not None
    (marker,) = result["data_schema"].schema
    text = marker.description["suggested_value"]
    assert parse_yaml(text) == automation_of(hass, entry, routine).config
    result = await flows.async_configure(result["flow_id"], {"yaml": "changed: true"})
    assert result["reason"] == "automation_shown"
    assert routine_configs(entry) == (routine,)
