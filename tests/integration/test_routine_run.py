"""What routines do when they run, whoever says that they do."""

from typing import Any

from homeassistant.core import Context, Event, HomeAssistant, ServiceCall
from homeassistant.exceptions import HomeAssistantError
import pytest
from pytest_homeassistant_custom_component.common import async_capture_events, async_mock_service
from tests.integration.conftest import Settle, room, set_up

from custom_components.halcyon.computing import Batch
from custom_components.halcyon.engine.core.output import Output, RoutineEvent, RoutineRun
from custom_components.halcyon.engine.core.snapshot import Json
from custom_components.halcyon.hub import HalcyonConfigEntry
from custom_components.halcyon.rooms import subentry_of
from custom_components.halcyon.routines import new_routine

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
    entry: HalcyonConfigEntry, routine: str, event: RoutineEvent, run: str = "1", **more: Any
) -> None:
    """The engine says what becomes of a run."""
    why = {"trigger": MOVES, "since": None, "conditions": []} | more.pop("why", {})
    fact = RoutineRun(routine, run, event, "motion_event", why=why, **more)
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
    await add(hass, entry, "Hall light", act("turn_off"), nested, act("turn_on"))
    happens(entry, "hall-light", RoutineEvent.STARTED)
    await settle()
    assert len(calls) == 2
    told = entry.runtime_data.routines.explain("hall-light")["ran"]
    assert told["ended"] == "finished"
    assert told["troubles"] == [
        {"at": "", "error": "light.hall is unavailable"},
        {"at": "sequence/0", "error": "the bulb is hot"},
        {"at": "sequence/1/then/0", "error": "the bulb is hot"},
    ]
    assert "Hall light: light.hall is unavailable" in caplog.text
    assert caplog.text.count("the bulb is hot") == 2
