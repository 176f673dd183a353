"""How a sleeper is made and changed."""

from typing import Any

from homeassistant.config_entries import SOURCE_USER, ConfigEntry, SubentryFlowResult
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
from homeassistant.helpers import device_registry as dr, entity_registry as er
import pytest
from tests.integration.conftest import Node, Settle, room, set_up, sleeper, state

from custom_components.halcyon.const import SUBENTRY_SLEEPER
from custom_components.halcyon.devices import sleeper_identifier
from custom_components.halcyon.engine.core.house import Side, Sleeper as EngineSleeper
from custom_components.halcyon.house import house_of
from custom_components.halcyon.sleep.subentries import sleeper_configs


async def add(hass: HomeAssistant, entry: ConfigEntry) -> SubentryFlowResult:
    return await hass.config_entries.subentries.async_init(
        (entry.entry_id, SUBENTRY_SLEEPER), context={"source": SOURCE_USER}
    )


async def change(hass: HomeAssistant, entry: ConfigEntry, name: str) -> SubentryFlowResult:
    subentry = next(each for each in entry.subentries.values() if each.title == name)
    menu = await hass.config_entries.subentries.async_init(
        (entry.entry_id, SUBENTRY_SLEEPER),
        context={"source": "reconfigure", "subentry_id": subentry.subentry_id},
    )
    assert menu["menu_options"] == ["bed", "alarm"]
    return await answer(hass, menu, next_step_id="bed")


async def answer(
    hass: HomeAssistant, result: SubentryFlowResult, **given: object
) -> SubentryFlowResult:
    after = await hass.config_entries.subentries.async_configure(result["flow_id"], given)
    await hass.async_block_till_done()
    return after


async def test_a_person_sleeps_before_a_node(hass: HomeAssistant) -> None:
    hass.states.async_set("person.anna", "home", {"friendly_name": "Anna"})
    entry = await set_up(hass, room(hass, "Bedroom", "bed"))
    result = await add(hass, entry)
    assert result["type"] is FlowResultType.FORM
    result = await answer(
        hass, result, person="person.anna", node="bed", side="left", bed_near=0.4, bed_far=1.3
    )
    assert result["type"] is FlowResultType.CREATE_ENTRY
    (made,) = sleeper_configs(entry)
    assert (made.title, made.id, made.node, made.person, made.room) == (
        "Anna",
        "bed",
        "bed",
        "person.anna",
        "bedroom",
    )
    (bedroom,) = house_of(entry).rooms
    assert bedroom.sleepers == (EngineSleeper("bed", "bed", Side.LEFT, 0.4, 1.3),)
    assert state(hass, "sensor.anna_stage") == "unknown"


async def test_a_name_is_enough(hass: HomeAssistant) -> None:
    entry = await set_up(hass, room(hass, "Bedroom", "bed"))
    await answer(hass, await add(hass, entry), name=" Guest ", node="bed")
    (made,) = sleeper_configs(entry)
    assert (made.title, made.person) == ("Guest", None)


@pytest.mark.parametrize(
    ("given", "field", "error"),
    [
        ({"node": "wall"}, "name", "name_needed"),
        ({"node": "wall", "name": "  "}, "name", "name_needed"),
        ({"node": "bed", "name": "Ben"}, "node", "node_taken"),
        (
            {"node": "wall", "name": "Ben", "bed_near": 1, "bed_far": 1},
            "bed_far",
            "bed_without_depth",
        ),
        ({"node": "wall", "name": "Ben", "bed_far": 0}, "bed_far", "bed_without_depth"),
    ],
)
async def test_a_form_that_makes_no_sleeper_can_be_mended(
    hass: HomeAssistant, given: dict[str, Any], field: str, error: str
) -> None:
    entry = await set_up(hass, room(hass, "Bedroom", "bed", "wall"), sleeper("Anna", "bed"))
    result = await answer(hass, await add(hass, entry), **given)
    assert result["errors"] == {field: error}
    result = await answer(hass, result, name="Ben", node="wall")
    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert [each.title for each in sleeper_configs(entry)] == ["Anna", "Ben"]


@pytest.mark.usefixtures("mqtt_mock")
async def test_the_node_that_sees_breathing_and_is_free_is_suggested(
    hass: HomeAssistant, settle: Settle
) -> None:
    nodes = [Node(hass, name) for name in ("bed", "bedside", "wall")]
    entry = await set_up(
        hass, room(hass, "Bedroom", *(each.name for each in nodes)), sleeper("Anna", "bed")
    )
    for node in nodes:
        watches = {} if node.name == "wall" else {"breath": {"enc": "f32"}}
        node.announce(streams={"radar": {"enc": "json"}} | watches, model="mr60bha2")
    await settle()
    result = await add(hass, entry)
    assert result["data_schema"] is not None
    shown = {str(key): key for key in result["data_schema"].schema}
    assert shown["node"].description == {"suggested_value": "bedside"}
    (label,) = (
        each["label"]
        for each in result["data_schema"].schema[shown["node"]].config["options"]
        if each["value"] == "bedside"
    )
    assert label == "bedside (MR60BHA2) - Bedroom"


async def test_a_sleeper_needs_a_node(hass: HomeAssistant) -> None:
    entry = await set_up(hass)
    result = await add(hass, entry)
    assert result["type"] is FlowResultType.ABORT
    assert result["reason"] == "no_nodes"


async def test_a_change_keeps_who_it_is(hass: HomeAssistant) -> None:
    entry = await set_up(hass, room(hass, "Bedroom", "bed", "wall"), sleeper("Anna", "bed"))
    await answer(
        hass, await change(hass, entry, "Anna"), name="Anna", node="bed", side="right", bed_far=2
    )
    (bedroom,) = house_of(entry).rooms
    assert bedroom.sleepers == (EngineSleeper("bed", "bed", Side.RIGHT, None, 2.0),)
    # Another name and another node, and the edge of the bed is to be found again.
    result = await answer(hass, await change(hass, entry, "Anna"), name="Grandma", node="wall")
    assert result["reason"] == "reconfigure_successful"
    (made,) = sleeper_configs(entry)
    assert (made.title, made.id, made.node) == ("Grandma", "bed", "wall")
    (bedroom,) = house_of(entry).rooms
    assert bedroom.sleepers == (EngineSleeper("bed", "wall"),)
    device = dr.async_get(hass).async_get_device_by_identifier(
        sleeper_identifier(entry.entry_id, "bed"), entry.entry_id
    )
    assert device is not None
    assert device.name == "Grandma"
    assert er.async_get(hass).async_get("sensor.grandma_stage") is not None
    assert er.async_get(hass).async_get("sensor.anna_stage") is None


@pytest.mark.parametrize(
    ("explained", "found"),
    [
        ({"sleepers": [{"sleeper": "bed", "bed": [0.45, 1.3]}]}, {"near": "0.45", "far": "1.3"}),
        ({"sleepers": [{"sleeper": "wall", "bed": [0.45, 1.3]}]}, {"near": "?", "far": "?"}),
        ({"sleepers": [{"sleeper": "bed", "bed": None}]}, {"near": "?", "far": "?"}),
        (None, {"near": "?", "far": "?"}),
    ],
)
async def test_where_the_bed_was_found_is_shown(
    hass: HomeAssistant,
    monkeypatch: pytest.MonkeyPatch,
    explained: object,
    found: dict[str, str],
) -> None:
    entry = await set_up(hass, room(hass, "Bedroom", "bed"), sleeper("Anna", "bed"))

    async def explain(_room: str) -> object:
        return explained

    monkeypatch.setattr(entry.runtime_data, "async_explain", explain)
    result = await change(hass, entry, "Anna")
    assert result["description_placeholders"] == found


async def test_where_the_bed_was_found_only_the_service_knows(hass: HomeAssistant) -> None:
    parts = room(hass, "Bedroom", "bed"), sleeper("Anna", "bed")
    entry = await set_up(hass, *parts, host="service")
    result = await change(hass, entry, "Anna")
    assert result["description_placeholders"] == {"near": "?", "far": "?"}


async def test_a_change_that_cannot_be_is_refused(hass: HomeAssistant) -> None:
    parts = room(hass, "Bedroom", "bed", "wall"), sleeper("Anna", "bed"), sleeper("Ben", "wall")
    entry = await set_up(hass, *parts)
    result = await answer(hass, await change(hass, entry, "Ben"), name="Ben", node="bed")
    assert result["errors"] == {"node": "node_taken"}


async def test_a_node_without_a_room_watches_nobody(hass: HomeAssistant) -> None:
    entry = await set_up(hass, room(hass, "Bedroom", "wall"), sleeper("Anna", "bed"))
    assert sleeper_configs(entry)[0].room is None
    assert house_of(entry).rooms[0].sleepers == ()
    assert state(hass, "binary_sensor.anna_in_bed") == "unavailable"
    assert state(hass, "sensor.anna_time_asleep") == "unknown"
