"""What routines do when they run, whoever says that they do."""

import asyncio
from collections.abc import Callable
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

from homeassistant.const import EVENT_CALL_SERVICE, EVENT_HOMEASSISTANT_STARTED
from homeassistant.core import CoreState, HomeAssistant, ServiceCall
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers import device_registry as dr, issue_registry as ir
from homeassistant.util import dt as dt_util
import pytest
from pytest_homeassistant_custom_component.common import (
    async_capture_events,
    async_fire_time_changed,
    async_mock_service,
)
from tests.integration.conftest import Pass, Settle, room, set_up, state

from custom_components.halcyon.const import DOMAIN
from custom_components.halcyon.engine.core.output import (
    Output,
    RoutineEvent,
    RoutineRun,
    SkipReason,
)
from custom_components.halcyon.engine.core.snapshot import Json
from custom_components.halcyon.house import house_of
from custom_components.halcyon.hub import HalcyonConfigEntry
from custom_components.halcyon.logbook import async_describe_events
from custom_components.halcyon.room.subentries import room_subentries, subentry_of
from custom_components.halcyon.routine.subentries import new_routine, routine_configs
from custom_components.halcyon.site.computing import Batch

MOVES: dict[str, Json] = {"kind": "motion_event", "room": "hall"}


def act(name: str, **more: object) -> dict[str, Any]:
    """A call of a light's action."""
    return {"action": f"light.{name}", "target": {"entity_id": "light.hall"}, **more}


async def add(
    hass: HomeAssistant, entry: HalcyonConfigEntry, name: str, *actions: dict[str, Any]
) -> None:
    made = new_routine(entry, name, {"triggers": [MOVES]}, actions)
    hass.config_entries.async_add_subentry(entry, subentry_of(made))
    await hass.async_block_till_done()


def happens(
    entry: HalcyonConfigEntry,
    routine: str,
    event: RoutineEvent,
    run: str = "1",
    trigger: Json = MOVES,
    reason: SkipReason | None = None,
) -> None:
    """The engine says what becomes of a run."""
    why: Json = {"trigger": trigger, "since": None, "conditions": []}
    kind = trigger["kind"] if isinstance(trigger, dict) else None
    fact = RoutineRun(routine, run, event, None if kind is None else str(kind), reason, why)
    t = entry.runtime_data.clock()
    entry.runtime_data._deliver(Batch(runs=[Output(t, t, "home", "hall", fact)]))


@pytest.fixture
async def entry(hass: HomeAssistant) -> HalcyonConfigEntry:
    """A room."""
    return await set_up(hass, room(hass, "Hall", "radar-1"))


async def test_its_actions_run_with_a_context_that_says_why(
    hass: HomeAssistant, entry: HalcyonConfigEntry, settle: Settle
) -> None:
    calls = async_mock_service(hass, "light", "turn_on")
    ran = async_capture_events(hass, "halcyon_routine_ran")
    said = act("turn_on", data={"name": "{{ routine.name }} {{ trigger.kind }}"})
    await add(hass, entry, "Hall light", said)
    happens(entry, "hall-light", RoutineEvent.STARTED)
    await settle()
    (event,), (call,) = ran, calls
    assert event.data == {
        "name": "Hall light",
        "entity_id": "switch.hall_light_routine",
        "routine": "hall-light",
        "says": "ran because somebody started to move in Hall",
    }
    assert call.data == {"entity_id": ["light.hall"], "name": "Hall light motion_event"}
    assert call.context is event.context


async def test_an_action_that_fails_is_told_and_the_others_go_on(
    hass: HomeAssistant,
    entry: HalcyonConfigEntry,
    settle: Settle,
    caplog: pytest.LogCaptureFixture,
) -> None:
    calls = async_mock_service(hass, "light", "turn_on")

    def fail(_call: ServiceCall) -> None:
        raise HomeAssistantError("the bulb is hot")

    hass.services.async_register("light", "turn_off", fail)
    hass.states.async_set("light.hall", "unavailable")
    nested = {"if": [], "then": [act("turn_off"), act("turn_on")]}
    troubled = async_capture_events(hass, "halcyon_routine_troubled")
    await add(hass, entry, "Hall light", act("turn_off"), nested, act("turn_on"))
    happens(entry, "hall-light", RoutineEvent.STARTED)
    await settle()
    assert len(calls) == 2
    ran: Json = {"run": "1", "trigger": "motion_event", "why": None}
    told: Any = entry.runtime_data.routines.explain("hall-light", {"ran": ran})
    assert told["ran"]["ended"] == "finished"
    assert told["ran"]["troubles"] == [
        {"at": "", "error": "light.hall is unavailable"},
        {"at": "sequence/0", "error": "the bulb is hot"},
        {"at": "sequence/1/then/0", "error": "the bulb is hot"},
    ]
    assert "Hall light: light.hall is unavailable" in caplog.text
    assert caplog.text.count("the bulb is hot") == 2
    (event,) = troubled
    assert event.data["entity_id"] == "switch.hall_light_routine"
    said = "could not do everything: light.hall is unavailable; the bulb is hot"
    assert event.data["says"] == said


async def test_an_action_that_fails_as_nobody_expected_is_told(
    hass: HomeAssistant,
    entry: HalcyonConfigEntry,
    settle: Settle,
    caplog: pytest.LogCaptureFixture,
) -> None:
    def fail(_call: ServiceCall) -> None:
        raise ZeroDivisionError("a bug of somebody's")

    hass.services.async_register("light", "turn_off", fail)
    hass.states.async_set("light.hall", "on")
    await add(hass, entry, "Hall light", act("turn_off"), {"stop": "x", "error": True})
    happens(entry, "hall-light", RoutineEvent.STARTED)
    await settle()
    ran: Json = {"run": "1", "trigger": None, "why": None}
    told: Any = entry.runtime_data.routines.explain("hall-light", {"ran": ran})
    assert told["ran"]["says"] == "ran because somebody asked for it"
    assert [each["error"] for each in told["ran"]["troubles"]][:1] == ["a bug of somebody's"]
    assert "a bug of somebody's" in caplog.text
    # Nothing is stuck: it runs again.
    happens(entry, "hall-light", RoutineEvent.STARTED, "2")
    await settle()
    assert caplog.text.count("a bug of somebody's") >= 2


async def test_a_run_is_stopped_and_begun_anew(
    hass: HomeAssistant, entry: HalcyonConfigEntry
) -> None:
    on, off = (async_mock_service(hass, "light", f"turn_{each}") for each in ("on", "off"))
    await add(hass, entry, "Hall light", act("turn_on"), {"delay": 60}, act("turn_off"))
    happens(entry, "hall-light", RoutineEvent.STARTED)
    happens(entry, "hall-light", RoutineEvent.STOPPED)
    happens(entry, "hall-light", RoutineEvent.STARTED, "2")
    # Not until all is done: the delay is not over.
    for _ in range(10):
        await asyncio.sleep(0)
    async_fire_time_changed(hass, dt_util.utcnow() + timedelta(seconds=61))
    await hass.async_block_till_done(wait_background_tasks=True)
    assert (len(on), len(off)) == (2, 1)


async def test_another_routine_that_is_made_ends_no_run(
    hass: HomeAssistant, entry: HalcyonConfigEntry
) -> None:
    off = async_mock_service(hass, "light", "turn_off")
    await add(hass, entry, "Slow", {"delay": 60}, act("turn_off"))
    happens(entry, "slow", RoutineEvent.STARTED)
    await add(hass, entry, "Other", act("turn_off"))
    assert state(hass, "switch.other_routine") == "on"
    async_fire_time_changed(hass, dt_util.utcnow() + timedelta(seconds=61))
    await hass.async_block_till_done(wait_background_tasks=True)
    assert len(off) == 1


async def test_two_routines_do_as_they_are_told_with_one_light(
    hass: HomeAssistant, entry: HalcyonConfigEntry, settle: Settle
) -> None:
    done = async_capture_events(hass, EVENT_CALL_SERVICE)
    async_mock_service(hass, "light", "turn_on")
    async_mock_service(hass, "light", "turn_off")
    await add(hass, entry, "One", act("turn_on"))
    await add(hass, entry, "Two", act("turn_off"))
    happens(entry, "one", RoutineEvent.STARTED)
    happens(entry, "two", RoutineEvent.STARTED)
    await settle()
    assert [event.data["service"] for event in done] == ["turn_on", "turn_off"]
    assert done[0].context is not done[1].context


async def test_what_somebody_said_is_no_template(
    hass: HomeAssistant, entry: HalcyonConfigEntry, settle: Settle
) -> None:
    calls = async_mock_service(hass, "light", "turn_on")
    text = "{{ states.sun.sun.state }} {room.__class__}"
    said: Json = {"kind": "command", "phrases": [text]}
    ran = async_capture_events(hass, "halcyon_routine_ran")
    message = {"message": "{{ trigger.why.trigger.phrases[0] }}"}
    await add(hass, entry, "Say", act("turn_on", data=message))
    happens(entry, "say", RoutineEvent.STARTED, trigger=said)
    await settle()
    assert ran[0].data["says"] == f"ran because somebody said: {text}"
    assert calls[0].data["message"] == text


async def test_what_happens_while_home_assistant_starts_is_done_when_it_has(
    hass: HomeAssistant, settle: Settle
) -> None:
    hass.set_state(CoreState.not_running)
    made = new_routine(None, "Hall light", {"triggers": [MOVES]}, [act("turn_on")])
    entry = await set_up(hass, room(hass, "Hall", "radar-1"), made)
    # Only now, because the lights of nodes bring Home Assistant's own actions.
    calls = async_mock_service(hass, "light", "turn_on")
    happens(entry, "hall-light", RoutineEvent.STARTED)
    await settle()
    assert not calls
    hass.set_state(CoreState.running)
    hass.bus.async_fire(EVENT_HOMEASSISTANT_STARTED)
    await settle()
    assert len(calls) == 1


async def test_actions_that_can_no_longer_run_are_to_be_repaired(
    hass: HomeAssistant, entry: HalcyonConfigEntry, settle: Settle, pass_time: Pass
) -> None:
    gone = {"device_id": "gone", "domain": "light", "type": "turn_on", "entity_id": "light.hall"}
    await add(hass, entry, "Hall light", gone)
    happens(entry, "hall-light", RoutineEvent.STARTED)
    await pass_time(61)
    found = ir.async_get(hass).async_get_issue(
        DOMAIN, f"{entry.entry_id}_routine_broken_Hall light"
    )
    assert found is not None
    assert found.translation_placeholders is not None
    assert "gone" in found.translation_placeholders["detail"]
    (routine,) = routine_configs(entry)
    hass.config_entries.async_remove_subentry(entry, routine.subentry_id)
    await pass_time(61)
    assert {issue.translation_key for issue in ir.async_get(hass).issues.values()} == {
        "broker_missing"
    }


async def test_an_action_that_home_assistant_no_longer_has_is_to_be_repaired(
    hass: HomeAssistant, entry: HalcyonConfigEntry, pass_time: Pass
) -> None:
    calls = async_mock_service(hass, "light", "turn_on")
    await add(hass, entry, "Hall light", act("turn_on"), act("blink"), act("turn_on"))
    happens(entry, "hall-light", RoutineEvent.STARTED)
    await pass_time(61)
    assert len(calls) == 1
    issues = ir.async_get(hass).issues.values()
    (found,) = (each for each in issues if each.translation_key == "routine_broken")
    assert found.translation_placeholders is not None
    assert "light.blink" in found.translation_placeholders["detail"]
    async_mock_service(hass, "light", "blink")
    happens(entry, "hall-light", RoutineEvent.STARTED, "2")
    await pass_time(61)
    assert len(calls) == 3
    assert "routine_broken" not in {each.translation_key for each in issues}


async def test_a_rule_that_cannot_be_read_is_to_be_repaired(
    hass: HomeAssistant, entry: HalcyonConfigEntry, pass_time: Pass
) -> None:
    made = new_routine(entry, "Old", {"triggers": [{"kind": "telepathy"}]}, [act("turn_on")])
    hass.config_entries.async_add_subentry(entry, subentry_of(made))
    await pass_time(61)
    issues = ir.async_get(hass).issues.values()
    (found,) = (each for each in issues if each.translation_key == "routine_broken")
    assert found.translation_placeholders is not None
    assert "kind must be one of" in found.translation_placeholders["detail"]
    assert house_of(entry).routines == ()


async def test_a_routine_without_its_room_is_to_be_repaired(
    hass: HomeAssistant, entry: HalcyonConfigEntry, pass_time: Pass
) -> None:
    async_mock_service(hass, "light", "turn_on")
    await add(hass, entry, "Hall light", act("turn_on"))
    (hall,) = room_subentries(entry)
    hass.config_entries.async_remove_subentry(entry, hall.subentry_id)
    await pass_time(1)
    (found,) = ir.async_get(hass).issues.values()
    assert found.translation_key == "routine_orphaned"
    assert found.translation_placeholders == {
        "site": "Home",
        "node": "Hall light",
        "detail": "hall",
    }
    assert house_of(entry).routines == ()


async def test_a_routine_that_is_removed_leaves_nothing(
    hass: HomeAssistant, entry: HalcyonConfigEntry, hass_storage: dict[str, Any], pass_time: Pass
) -> None:
    calls = async_mock_service(hass, "light", "turn_on")
    await add(hass, entry, "Hall light", act("turn_on"))
    await hass.services.async_call(
        "switch", "turn_off", {"entity_id": "switch.hall_light_routine"}, blocking=True
    )
    (routine,) = routine_configs(entry)
    hass.config_entries.async_remove_subentry(entry, routine.subentry_id)
    await pass_time(61)
    happens(entry, "hall-light", RoutineEvent.STARTED)
    await pass_time(1)
    assert not calls
    assert not [each for each in hass.states.async_entity_ids() if "hall_light" in each]
    devices = dr.async_entries_for_config_entry(dr.async_get(hass), entry.entry_id)
    assert "Hall light" not in [device.name for device in devices]
    assert hass_storage[f"halcyon.{entry.entry_id}"]["data"]["disabled"] == []


async def test_a_routine_that_is_switched_off_stays_so(
    hass: HomeAssistant, entry: HalcyonConfigEntry, pass_time: Pass
) -> None:
    async_mock_service(hass, "light", "turn_on")
    await add(hass, entry, "Hall light", act("turn_on"))
    switch = {"entity_id": "switch.hall_light_routine"}
    await hass.services.async_call("switch", "turn_off", switch, blocking=True)
    assert state(hass, switch["entity_id"]) == "off"
    await pass_time(2)
    await hass.config_entries.async_reload(entry.entry_id)
    await hass.async_block_till_done()
    assert state(hass, switch["entity_id"]) == "off"
    await hass.services.async_call("switch", "turn_on", switch, blocking=True)
    assert state(hass, switch["entity_id"]) == "on"


async def test_the_logbook_says_why(hass: HomeAssistant) -> None:
    described: dict[str, Callable[[Any], dict[str, Any]]] = {}

    def take(domain: str, event: str, describe: Callable[[Any], dict[str, Any]]) -> None:
        assert domain == DOMAIN
        described[event] = describe

    async_describe_events(hass, take)
    data = {"name": "Night", "says": "ran because Anna slept", "entity_id": "switch.night_routine"}
    row = SimpleNamespace(data=data, context_id="7")
    assert described["halcyon_routine_ran"](row) == {
        "name": "Night",
        "message": "ran because Anna slept",
        "entity_id": "switch.night_routine",
        "context_id": "7",
    }
