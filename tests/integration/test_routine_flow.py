"""How a routine is made and changed, without YAML."""

from typing import Any

from homeassistant.config_entries import SOURCE_USER, ConfigEntry, SubentryFlowResult
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
from pytest_homeassistant_custom_component.common import async_mock_service
from tests.integration.conftest import room, set_up, state

from custom_components.halcyon.const import SUBENTRY_ROUTINE
from custom_components.halcyon.routines import routine_configs

LIGHT_ON = {"action": "light.turn_on", "target": {"entity_id": "light.hall"}}


async def begin(hass: HomeAssistant, entry: ConfigEntry) -> SubentryFlowResult:
    return await hass.config_entries.subentries.async_init(
        (entry.entry_id, SUBENTRY_ROUTINE), context={"source": SOURCE_USER}
    )


async def answer(
    hass: HomeAssistant, result: SubentryFlowResult, **given: object
) -> SubentryFlowResult:
    after = await hass.config_entries.subentries.async_configure(result["flow_id"], given)
    await hass.async_block_till_done()
    return after


async def make(
    hass: HomeAssistant, entry: ConfigEntry, name: str, *answers: dict[str, Any]
) -> SubentryFlowResult:
    """Make a routine by a form for its name and kinds, and one for each of the answers."""
    result = await begin(hass, entry)
    for given in answers:
        assert result["type"] is FlowResultType.FORM, result
        assert not result["errors"], result
        result = await answer(hass, result, **given)
    return result


async def test_a_routine_is_made_in_four_steps(hass: HomeAssistant) -> None:
    async_mock_service(hass, "light", "turn_on")
    entry = await set_up(hass, room(hass, "Hall", "radar-1"))
    result = await make(
        hass,
        entry,
        "Hall light",
        {"name": "Hall light", "kinds": ["motion_event"]},
        {"rooms": ["hall"], "event": "started"},
        {"time": {"after": "18:00:00"}, "place": {}, "sleep": {}, "modes": {}},
        {"sequence": [LIGHT_ON], "behaviour": {"mode": "restart"}},
    )
    assert result["type"] is FlowResultType.CREATE_ENTRY, result
    (made,) = routine_configs(entry)
    assert (made.title, made.id) == ("Hall light", "hall-light")
    assert state(hass, "switch.hall_light_routine") == "on"
