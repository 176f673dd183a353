"""Rooms that are made and changed by hand."""

from contextlib import suppress
from typing import Any

from homeassistant.config_entries import SOURCE_RECONFIGURE, SOURCE_USER, SubentryFlowResult
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
from homeassistant.helpers import (
    area_registry as ar,
    device_registry as dr,
    entity_registry as er,
)
from hypothesis import given, strategies as st
import pytest
from tests.integration.conftest import Settle, room, set_up, state

from custom_components.halcyon.const import SUBENTRY_ROOM
from custom_components.halcyon.devices import node_identifier, room_identifier
from custom_components.halcyon.hub import HalcyonConfigEntry
from custom_components.halcyon.room.form import RoomError, read_polygon

PLACED = {
    "sources": [{"source": "radar-1", "x": 1.0, "y": 0.5, "rotation": 90, "mirrored": True}],
    "zones": [
        {"name": "Bed", "type": "bed", "polygon": "0,0 2,0 2,2 0,2"},
        {"name": "Ceiling fan", "type": "exclusion", "polygon": "3,0; 4,0; 4,1"},
    ],
}


async def add(hass: HomeAssistant, entry: HalcyonConfigEntry) -> SubentryFlowResult:
    return await hass.config_entries.subentries.async_init(
        (entry.entry_id, SUBENTRY_ROOM), context={"source": SOURCE_USER}
    )


async def answer(
    hass: HomeAssistant, result: SubentryFlowResult, **given: object
) -> SubentryFlowResult:
    return await hass.config_entries.subentries.async_configure(
        result["flow_id"], {"sensitivity": "medium"} | given
    )


async def change(
    hass: HomeAssistant, entry: HalcyonConfigEntry, subentry_id: str
) -> SubentryFlowResult:
    return await hass.config_entries.subentries.async_init(
        (entry.entry_id, SUBENTRY_ROOM),
        context={"source": SOURCE_RECONFIGURE, "subentry_id": subentry_id},
    )


@pytest.fixture
def area(hass: HomeAssistant) -> str:
    return ar.async_get(hass).async_create("Bedroom").id


async def test_a_room_of_entities(hass: HomeAssistant, area: str) -> None:
    """No broker, no node: what the home already has is enough."""
    entry = await set_up(hass)
    result = await answer(hass, await add(hass, entry), area=area, entities=["binary_sensor.pir"])
    assert result["type"] is FlowResultType.CREATE_ENTRY
    await hass.async_block_till_done()
    (made,) = entry.subentries.values()
    assert (made.title, made.unique_id) == ("Bedroom", "bedroom")
    device = dr.async_get(hass).async_get_device_by_identifier(
        room_identifier(entry.entry_id, "bedroom"), entry.entry_id
    )
    assert device is not None
    assert (device.name, device.area_id) == ("Bedroom", area)
    assert device.config_subentry_id == made.subentry_id


async def test_places_and_zones(hass: HomeAssistant, area: str) -> None:
    entry = await set_up(hass, room(hass, "Study", "radar-1"))
    result = await answer(
        hass,
        await add(hass, entry),
        area=area,
        nodes=["radar-1"],
        placement=PLACED,
        sensitivity="high",
    )
    assert result["type"] is FlowResultType.CREATE_ENTRY
    study, made = entry.subentries.values()
    assert made.data["sources"] == [
        {
            "source": "radar-1",
            "x": 1.0,
            "y": 0.5,
            "rotation": 90.0,
            "mirrored": True,
        }
    ]
    assert [(zone["id"], zone["kind"]) for zone in made.data["zones"]] == [
        ("bed", "bed"),
        ("ceiling-fan", "exclusion"),
    ]
    assert made.data["zones"][1]["polygon"] == [[3.0, 0.0], [4.0, 0.0], [4.0, 1.0]]
    assert study.data["sources"] == [], "a node hangs in one room"


async def test_a_change_shows_what_was_given(hass: HomeAssistant, area: str) -> None:
    entry = await set_up(hass, room(hass, "Study", "radar-1"))
    await answer(hass, await add(hass, entry), area=area, nodes=["radar-1"], placement=PLACED)
    await hass.async_block_till_done()
    made = list(entry.subentries.values())[1]
    result = await change(hass, entry, made.subentry_id)
    assert result["step_id"] == "reconfigure"
    assert result["data_schema"] is not None
    shown = {str(key): key.description for key in result["data_schema"].schema}
    assert shown["area"] == {"suggested_value": area}
    assert shown["nodes"] == {"suggested_value": ["radar-1"]}
    result = await answer(hass, result, area=area, nodes=["radar-1"], sensitivity="low")
    assert result["reason"] == "reconfigure_successful"
    made = entry.subentries[made.subentry_id]
    assert made.data["sensitivity"] == "low"
    assert made.data["zones"] == []


async def test_moving_a_node_moves_no_entities(hass: HomeAssistant, settle: Settle) -> None:
    entry = await set_up(
        hass, room(hass, "Bedroom", "radar-1", "radar-2"), room(hass, "Study", "radar-3")
    )
    entities = er.async_get(hass)

    def ids(area: str) -> set[str]:
        return {
            each.entity_id
            for each in er.async_entries_for_config_entry(entities, entry.entry_id)
            if each.entity_id.partition(".")[2].startswith(area)
        }

    bedroom, study = ids("bedroom_"), ids("study_")
    _, target = entry.subentries.values()
    result = await change(hass, entry, target.subentry_id)
    await answer(hass, result, area="study", nodes=["radar-2", "radar-3"])
    await settle()
    assert ids("bedroom_") == bedroom
    assert ids("study_") >= study
    first, second = entry.subentries.values()
    assert [each["source"] for each in first.data["sources"]] == ["radar-1"]
    assert [each["source"] for each in second.data["sources"]] == ["radar-2", "radar-3"]


async def test_a_room_moves_to_another_area(hass: HomeAssistant, settle: Settle) -> None:
    entry = await set_up(hass, room(hass, "Bedroom", "radar-1"))
    attic = ar.async_get(hass).async_create("Attic").id
    (only,) = entry.subentries.values()
    result = await change(hass, entry, only.subentry_id)
    await answer(hass, result, area=attic, nodes=["radar-1"], part=" North ")
    await settle()
    (only,) = entry.subentries.values()
    assert (only.title, only.unique_id) == ("Attic North", "bedroom")
    device = dr.async_get(hass).async_get_device_by_identifier(
        room_identifier(entry.entry_id, "bedroom"), entry.entry_id
    )
    assert device is not None
    assert (device.name, device.area_id) == ("Attic North", attic)
    assert state(hass, "binary_sensor.attic_north_occupancy") is not None
    assert state(hass, "binary_sensor.bedroom_occupancy") is None


@pytest.mark.parametrize(
    ("given", "field", "error"),
    [
        ({}, "base", "nothing_senses"),
        (
            {"nodes": ["radar-1"], "placement": {"sources": [{"source": "radar-2"}]}},
            "base",
            "placed_elsewhere",
        ),
        (
            {
                "nodes": ["radar-1"],
                "placement": {"zones": [{"name": "A", "type": "bed", "polygon": "a"}]},
            },
            "base",
            "zone_unreadable",
        ),
        (
            {
                "nodes": ["radar-1"],
                "placement": {"zones": [{"name": "A", "type": "bed", "polygon": "0,0 1,1"}]},
            },
            "base",
            "zone_needs_corners",
        ),
        (
            {
                "nodes": ["radar-1"],
                "placement": {"zones": [{"name": "A", "type": "bed", "polygon": "0,0 1,0 0,1000"}]},
            },
            "base",
            "zone_too_far",
        ),
    ],
)
async def test_a_form_that_makes_no_room_can_be_mended(
    hass: HomeAssistant, area: str, given: dict[str, Any], field: str, error: str
) -> None:
    entry = await set_up(hass, room(hass, "Study", "radar-1", "radar-2"))
    result = await answer(hass, await add(hass, entry), area=area, **given)
    assert result["type"] is FlowResultType.FORM
    assert result["errors"] == {field: error}
    result = await answer(hass, result, area=area, nodes=["radar-1"])
    assert result["type"] is FlowResultType.CREATE_ENTRY


async def test_an_area_holds_several_rooms_by_their_parts(hass: HomeAssistant) -> None:
    entry = await set_up(hass, room(hass, "Loft", "radar-1", "radar-2"))
    result = await answer(hass, await add(hass, entry), area="loft", nodes=["radar-2"])
    assert result["errors"] == {"part": "room_exists"}
    result = await answer(hass, result, area="loft", nodes=["radar-2"], part="Desk")
    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert (result["title"], result["unique_id"]) == ("Loft Desk", "loft-desk")
    desk = list(entry.subentries.values())[1]
    result = await change(hass, entry, desk.subentry_id)
    result = await answer(hass, result, area="loft", nodes=["radar-2"], part="")
    assert result["errors"] == {"part": "room_exists"}


async def test_rooms_of_like_names_have_ids_of_their_own(hass: HomeAssistant) -> None:
    entry = await set_up(hass, room(hass, "Guest room", "radar-1"))
    other = ar.async_get(hass).async_create("Guest - room!").id
    result = await answer(hass, await add(hass, entry), area=other, nodes=["radar-1"])
    assert result["unique_id"] == "guest-room-2"


async def test_a_moved_node_goes_with_its_room(hass: HomeAssistant, settle: Settle) -> None:
    entry = await set_up(
        hass, room(hass, "Bedroom", "radar-1", "radar-2"), room(hass, "Study", "radar-3")
    )
    _, target = entry.subentries.values()
    result = await change(hass, entry, target.subentry_id)
    await answer(hass, result, area="study", nodes=["radar-2", "radar-3"])
    await settle()
    device = dr.async_get(hass).async_get_device_by_identifier(
        node_identifier(entry.entry_id, "radar-2"), entry.entry_id
    )
    assert device is not None
    assert device.area_id == "study"


numbers = st.floats(-100, 100).map(lambda number: round(number, 3))
corners = st.lists(st.tuples(numbers, numbers), min_size=3, max_size=8)


@given(corners, st.sampled_from([" ", "; ", "\n", " ; "]))
def test_a_polygon_is_read_as_it_was_written(
    polygon: list[tuple[float, float]], between: str
) -> None:
    text = between.join(f"{x:.3f},{y:.3f}" for x, y in polygon)
    assert read_polygon("Zone", text) == [list(corner) for corner in polygon]


@given(st.text(alphabet="0123456789.,;- ()a\n", max_size=40))
def test_any_text_is_a_polygon_or_an_error(text: str) -> None:
    with suppress(RoomError):
        assert len(read_polygon("Zone", text)) >= 3
