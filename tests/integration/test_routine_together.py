"""Two routines on one light, of which one fails beside it: each is told of, and both are done."""

from typing import Any

from homeassistant.core import Event, HomeAssistant, State
from homeassistant.setup import async_setup_component
import pytest
from pytest_homeassistant_custom_component.common import async_capture_events
from pytest_homeassistant_custom_component.typing import MqttMockHAClient
from tests.integration.conftest import Node, Pass, Settle, room, set_up
from tests.integration.lamps import Lamp

from custom_components.halcyon.engine.core.snapshot import Json
from custom_components.halcyon.hub import HalcyonConfigEntry
from custom_components.halcyon.room.subentries import subentry_of
from custom_components.halcyon.routine.subentries import new_routine

LAMP = "light.lamp"
AWAY = "light.gone is unavailable"
COMES: dict[str, Json] = {"triggers": [{"kind": "occupancy", "room": "hall", "occupied": True}]}


def shine(light: str, percent: int) -> dict[str, Any]:
    return {
        "action": "light.turn_on",
        "target": {"entity_id": light},
        "data": {"brightness_pct": percent},
    }


async def add(hass: HomeAssistant, entry: HalcyonConfigEntry, name: str, *actions: object) -> None:
    made = new_routine(entry, name, COMES, actions)
    hass.config_entries.async_add_subentry(entry, subentry_of(made))
    await hass.async_block_till_done()


async def explained(hass: HomeAssistant, switch: str, name: str) -> Any:  # noqa: ANN401 - an answer
    told: Any = await hass.services.async_call(
        "halcyon", "explain", {"entity_id": switch}, blocking=True, return_response=True
    )
    return told[name]["ran"]


async def test_both_act_on_it_in_their_order_and_what_fails_is_told_of_the_one_that_failed(
    hass: HomeAssistant,
    mqtt_mock: MqttMockHAClient,
    node: Node,
    settle: Settle,
    pass_time: Pass,
    caplog: pytest.LogCaptureFixture,
) -> None:
    assert await async_setup_component(hass, "light", {})
    lamp, broken = Lamp("lamp"), Lamp("broken")
    broken.fails = True
    await hass.data["light"].async_add_entities([lamp, broken])
    hass.states.async_set("light.gone", "unavailable")
    entry = await set_up(hass, room(hass, "Hall", node.name))
    await add(
        hass, entry, "Bright", shine("light.gone", 50), shine("light.broken", 50), shine(LAMP, 80)
    )
    await add(hass, entry, "Dim", shine(LAMP, 20))
    ran = async_capture_events(hass, "halcyon_routine_ran")
    states: list[Event[Any]] = async_capture_events(hass, "state_changed")
    node.online()
    node.announce()
    node.sample(presence=False)
    await pass_time(5)
    node.sample(presence=True)
    await settle()

    assert [event.data["name"] for event in ran] == ["Bright", "Dim"]
    shown: list[State] = [
        event.data["new_state"] for event in states if event.data["entity_id"] == LAMP
    ]
    assert [told["brightness"] for told in lamp.told] == [204, 51]
    assert [state.attributes["brightness"] for state in shown] == [204, 51]
    # By its context the logbook says of every state which of the two caused it, and why.
    assert [state.context.id for state in shown] == [event.context.id for event in ran]

    bright = await explained(hass, "switch.bright_routine", "Bright")
    assert [trouble["error"] for trouble in bright["troubles"]] == [AWAY, "no radio"]
    assert bright["ended"] == "finished"
    dim = await explained(hass, "switch.dim_routine", "Dim")
    assert (dim["troubles"], dim["ended"]) == ([], "finished")
    assert f"Bright: {AWAY}" in caplog.text
    assert "Bright: Error executing script" in caplog.text
    assert "Dim: Error" not in caplog.text
