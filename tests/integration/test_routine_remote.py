"""Routines over rooms that the service computes."""

import json
from typing import Any

from homeassistant.core import HomeAssistant
import pytest
from pytest_homeassistant_custom_component.common import (
    async_capture_events,
    async_fire_mqtt_message,
    async_mock_service,
)
from pytest_homeassistant_custom_component.typing import MqttMockHAClient
from tests.integration.conftest import Pass, Settle, room, set_up

from custom_components.halcyon.engine.core.output import (
    Fact,
    MotionEvent,
    Moved,
    Movement,
    Output,
    RoutineEvent,
    RoutineRun,
)
from custom_components.halcyon.engine.core.reading import MotionLevel
from custom_components.halcyon.engine.core.snapshot import Json
from custom_components.halcyon.hub import HalcyonConfigEntry
from custom_components.halcyon.room.subentries import subentry_of
from custom_components.halcyon.routine.subentries import new_routine

ROOT = "halcyon/1/home/$engine"
ON = {"action": "light.turn_on", "target": {"entity_id": "light.hall"}}
STARTS: dict[str, Json] = {"kind": "motion_event", "room": "hall"}
QUIET: dict[str, Json] = {"kind": "motion", "room": "hall", "detected": False, "for_s": 600.0}

STARTED = MotionEvent(Movement.STARTED, "radar")
MOVES, STILL = Moved(MotionLevel.MAJOR, 0.9, "radar"), Moved(MotionLevel.NONE, 0.0, "radar")


@pytest.fixture
async def entry(
    hass: HomeAssistant, mqtt_mock: MqttMockHAClient, settle: Settle
) -> HalcyonConfigEntry:
    """A hall at a service, with a routine for movement and one for quiet."""
    async_mock_service(hass, "light", "turn_on")
    entry = await set_up(
        hass,
        room(hass, "Hall", "radar-1"),
        new_routine(None, "On", {"triggers": [STARTS]}, [ON]),
        new_routine(None, "Off", {"triggers": [QUIET]}, [ON]),
        host="service",
    )
    async_fire_mqtt_message(hass, f"{ROOT}/state", "online")
    await settle()
    return entry


def says(hass: HomeAssistant, entry: HalcyonConfigEntry, fact: Fact, ahead: float = 0.0) -> None:
    """The service says something, by a clock that may be ahead of this one."""
    t = entry.runtime_data.clock() + ahead
    output = Output(t, t, "home", "hall", fact)
    async_fire_mqtt_message(hass, f"{ROOT}/out/hall", json.dumps(output.to_json()))


async def test_what_the_service_says_triggers_here(
    hass: HomeAssistant, entry: HalcyonConfigEntry, settle: Settle, pass_time: Pass
) -> None:
    calls = async_mock_service(hass, "light", "turn_on")
    ran = async_capture_events(hass, "halcyon_routine_ran")
    says(hass, entry, STARTED, ahead=3600)
    await settle()
    assert len(calls) == 1
    assert ran[0].data["says"] == "ran because somebody started to move in Hall"
    await pass_time(1)
    # The service's clock went back, which is nothing to this one.
    says(hass, entry, STARTED)
    await settle()
    assert len(calls) == 2


async def test_a_routine_of_the_service_itself_runs_nothing_here(
    hass: HomeAssistant, entry: HalcyonConfigEntry, settle: Settle
) -> None:
    ran = async_capture_events(hass, "halcyon_routine_ran")
    says(hass, entry, RoutineRun("on", "1", RoutineEvent.STARTED, "motion_event"))
    await settle()
    assert not ran


async def test_no_time_counts_in_which_the_service_is_away(
    hass: HomeAssistant, entry: HalcyonConfigEntry, settle: Settle, pass_time: Pass
) -> None:
    calls = async_mock_service(hass, "light", "turn_on")
    says(hass, entry, MOVES)
    says(hass, entry, STILL)
    await pass_time(500)
    async_fire_mqtt_message(hass, f"{ROOT}/state", "offline")
    await pass_time(3600)
    async_fire_mqtt_message(hass, f"{ROOT}/state", "online")
    says(hass, entry, STILL)
    await pass_time(90)
    assert not calls
    await pass_time(11)
    assert len(calls) == 1


async def test_times_are_kept_here_across_a_restart(
    hass: HomeAssistant, entry: HalcyonConfigEntry, settle: Settle, pass_time: Pass
) -> None:
    calls = async_mock_service(hass, "light", "turn_on")
    says(hass, entry, MOVES)
    says(hass, entry, STILL)
    await pass_time(500)
    await hass.config_entries.async_unload(entry.entry_id)
    await pass_time(3600)
    await hass.config_entries.async_setup(entry.entry_id)
    async_fire_mqtt_message(hass, f"{ROOT}/state", "online")
    says(hass, entry, STILL)
    await pass_time(90)
    assert not calls
    await pass_time(11)
    assert len(calls) == 1
    told: Any = await hass.services.async_call(
        "halcyon",
        "explain",
        {"entity_id": "switch.off_routine"},
        blocking=True,
        return_response=True,
    )
    assert told["Off"]["ran"]["says"] == "ran because nothing moved in Hall for 10 min"


async def test_people_and_the_sun_are_heard_here(
    hass: HomeAssistant, entry: HalcyonConfigEntry, settle: Settle, pass_time: Pass
) -> None:
    calls = async_mock_service(hass, "light", "turn_on")
    dark: Json = {"kind": "sun", "below": -0.833}
    given: dict[str, Json] = {"triggers": [STARTS], "conditions": [dark]}
    hass.config_entries.async_add_subentry(
        entry, subentry_of(new_routine(None, "Dark", given, [ON]))
    )
    # Where it is eight in the evening, and eight in the morning.
    await hass.config.async_update(latitude=0.0, longitude=180.0)
    await pass_time(61)
    for entity in ("switch.on_routine", "switch.off_routine"):
        await hass.services.async_call("switch", "turn_off", {"entity_id": entity}, blocking=True)
    says(hass, entry, STARTED)
    await settle()
    assert len(calls) == 1
    await hass.config.async_update(longitude=0.0)
    await pass_time(61)
    says(hass, entry, STARTED)
    await settle()
    assert len(calls) == 1
    press = {"entity_id": "button.dark_run"}
    await hass.services.async_call("button", "press", press, blocking=True)
    await settle()
    assert len(calls) == 2
