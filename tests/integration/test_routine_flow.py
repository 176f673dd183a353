"""How a routine is made and changed, without YAML."""

from collections.abc import Mapping
from typing import Any

from homeassistant.config_entries import (
    SOURCE_RECONFIGURE,
    SOURCE_USER,
    ConfigEntry,
    SubentryFlowResult,
)
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType, section
import pytest
from pytest_homeassistant_custom_component.common import async_mock_service
from tests.integration.conftest import room, set_up, sleeper, state

from custom_components.halcyon.const import SUBENTRY_ROUTINE
from custom_components.halcyon.engine.core.output import Movement
from custom_components.halcyon.engine.decide.routines.conditions import Time
from custom_components.halcyon.engine.decide.routines.routine import (
    Mode,
    Routine,
    routine_from_json,
)
from custom_components.halcyon.engine.decide.routines.triggers import Command, Moving
from custom_components.halcyon.house import house_of
from custom_components.halcyon.routine.rule import MANY, seconds
from custom_components.halcyon.routine.subentries import routine_configs

ONCE = ("all_asleep", "command")
"""What names none of several."""

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


async def change(hass: HomeAssistant, entry: ConfigEntry, name: str) -> SubentryFlowResult:
    subentry = next(each for each in entry.subentries.values() if each.title == name)
    result = await hass.config_entries.subentries.async_init(
        (entry.entry_id, SUBENTRY_ROUTINE),
        context={"source": SOURCE_RECONFIGURE, "subentry_id": subentry.subentry_id},
    )
    assert result["type"] is FlowResultType.MENU
    return await answer(hass, result, next_step_id="change")


async def make(
    hass: HomeAssistant, entry: ConfigEntry, *answers: dict[str, Any]
) -> SubentryFlowResult:
    """Make a routine by a form for its name and kinds, and one for each of the answers."""
    result = await begin(hass, entry)
    for given in answers:
        assert result["type"] is FlowResultType.FORM, result
        assert not result["errors"], result
        result = await answer(hass, result, **given)
    return result


def shown(result: SubentryFlowResult) -> dict[str, Any]:
    """What a form shows as filled in, by field; sections as objects."""
    schema = result["data_schema"]
    assert schema is not None
    return _suggested(schema.schema)


def _suggested(fields: Mapping[Any, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for marker, value in fields.items():
        if isinstance(value, section):
            found[str(marker)] = _suggested(value.schema.schema)
        elif "suggested_value" in (marker.description or {}):
            found[str(marker)] = marker.description["suggested_value"]
    return found


@pytest.fixture(autouse=True)
def lights(hass: HomeAssistant) -> None:
    async_mock_service(hass, "light", "turn_on")


@pytest.fixture
async def entry(hass: HomeAssistant) -> ConfigEntry:
    """Two rooms, one with a zone, and two sleepers."""
    hall, bedroom = room(hass, "Hall", "radar-1"), room(hass, "Bedroom", "bed", "wall")
    corners = [[0, 0], [1, 0], [1, 1]]
    desk = {"id": "desk", "name": "Desk", "kind": "detection", "polygon": corners}
    hall["data"] = {**hall["data"], "zones": [desk]}
    return await set_up(hass, hall, bedroom, sleeper("Anna", "bed"), sleeper("Ben", "wall"))


ALWAYS: dict[str, Any] = {"time": {}, "place": {}, "sleep": {}, "modes": {}}
DOES = {"sequence": [LIGHT_ON], "behaviour": {"mode": "single"}}

TRIGGERS: list[tuple[str, dict[str, Any]]] = [
    ("motion_event", {"rooms": ["hall"], "event": "started"}),
    ("motion_event", {"rooms": ["hall", "bedroom"], "event": "stopped", "source": "pir"}),
    ("motion", {"rooms": ["hall"], "detected": "no", "for": {"minutes": 10}}),
    ("motion", {"rooms": ["hall"], "detected": "yes", "source": "ultrasound", "major": True}),
    ("occupancy", {"rooms": ["bedroom"], "occupied": "no"}),
    ("zone", {"zones": ["hall/desk"], "inside": "yes", "for": {"seconds": 20}}),
    ("bed", {"sleepers": ["bed", "wall"], "in_bed": "yes"}),
    ("trying_to_sleep", {"sleepers": ["bed"]}),
    ("stage", {"sleepers": ["bed"], "stages": ["deep_sleep", "rem"]}),
    ("night", {"sleepers": ["bed"], "event": "fell_asleep"}),
    ("all_asleep", {}),
    ("all_asleep", {"sleepers": ["bed", "wall"], "for": {"minutes": 5}}),
    ("alarm", {"sleepers": ["bed"], "event": "ringing"}),
    ("wakeable", {"sleepers": ["bed"]}),
    ("environment", {"rooms": ["hall"], "quantity": "co2", "above": 1000.0, "hysteresis": 100.0}),
    ("environment", {"rooms": ["hall"], "quantity": "temp", "below": -1.5, "for": {"hours": 1}}),
    ("node", {"nodes": ["radar-1"], "offline": "yes", "for": {"hours": 30}}),
    ("command", {"phrases": ["good night", "sleep … well"]}),
    ("command", {"heard_in": ["hall"], "phrases": ["good night"]}),
]

CONDITIONS: list[dict[str, Any]] = [
    ALWAYS,
    ALWAYS | {"time": {"after": "22:00:00", "before": "06:00:00", "days": ["mon", "sun"]}},
    ALWAYS | {"time": {"sun": "dark"}, "place": {"occupied": ["hall"], "empty": ["bedroom"]}},
    ALWAYS | {"time": {"sun": "bright"}, "place": {"light_room": "hall", "below": 30.0}},
    ALWAYS
    | {"sleep": {"asleep": ["bed"], "awake": ["wall"], "stages": ["rem"], "stage_of": "bed"}},
    ALWAYS | {"sleep": {"in_bed": ["bed"], "out_of_bed": ["wall"]}},
    ALWAYS | {"modes": {"mode": "input_select.house", "states": ["home", "guests"]}},
]


async def test_a_routine_is_made_in_four_steps(hass: HomeAssistant, entry: ConfigEntry) -> None:
    result = await make(
        hass,
        entry,
        {"name": " Hall light ", "kinds": ["motion_event"]},
        {"rooms": ["hall"], "event": "started"},
        ALWAYS | {"time": {"after": "18:00:00"}},
        {
            "sequence": [LIGHT_ON],
            "behaviour": {"mode": "restart", "cooldown": {"seconds": 30}},
        },
    )
    assert result["type"] is FlowResultType.CREATE_ENTRY
    (made,) = routine_configs(entry)
    assert (made.title, made.id, made.sequence) == ("Hall light", "hall-light", [LIGHT_ON])
    assert routine_from_json(made.document) == Routine(
        "hall-light",
        "Hall light",
        (Moving("hall", Movement.STARTED),),
        (Time(after="18:00:00"),),
        mode=Mode.RESTART,
        cooldown_s=30.0,
        hosted=True,
    )
    assert state(hass, "switch.hall_light_routine") == "on"
    assert state(hass, "button.hall_light_run") == "unknown"
    (routine,) = house_of(entry).routines
    assert routine == made.document | {"enabled": True}


@pytest.mark.parametrize(("kind", "answers"), TRIGGERS)
async def test_what_triggers_is_shown_again_as_it_was_answered(
    hass: HomeAssistant, entry: ConfigEntry, kind: str, answers: dict[str, Any]
) -> None:
    result = await make(hass, entry, {"name": "Some", "kinds": [kind]}, answers, ALWAYS, DOES)
    assert result["type"] is FlowResultType.CREATE_ENTRY
    (made,) = routine_configs(entry)
    triggers = routine_from_json(made.document).triggers
    assert [each.kind for each in triggers] == [kind] * len(triggers)
    assert len(triggers) == max(len(answers.get(field, [])) for field in MANY) or kind in ONCE

    result = await change(hass, entry, "Some")
    assert shown(result) == {"name": "Some", "kinds": [kind]}
    result = await answer(hass, result, name="Other", kinds=[kind])
    again = shown(result)
    assert seconds(again.pop("for", {})) == seconds(answers.get("for", {}))
    assert again == {key: value for key, value in answers.items() if key != "for"}
    for given in (answers, ALWAYS, DOES):
        result = await answer(hass, result, **given)
    assert result["reason"] == "reconfigure_successful"
    (changed,) = routine_configs(entry)
    assert (changed.title, changed.id, changed.rule) == ("Other", "some", made.rule)


@pytest.mark.parametrize("answers", CONDITIONS)
async def test_conditions_are_shown_again_as_they_were_answered(
    hass: HomeAssistant, entry: ConfigEntry, answers: dict[str, Any]
) -> None:
    asked = {"name": "Some", "kinds": ["wakeable"]}
    await make(hass, entry, asked, {"sleepers": ["bed"]}, answers, DOES)
    result = await change(hass, entry, "Some")
    for given in (asked, {"sleepers": ["bed"]}):
        result = await answer(hass, result, **given)
    assert shown(result) == answers
    result = await answer(hass, result, **answers)
    assert shown(result)["sequence"] == [LIGHT_ON]


NAMED = {"name": "Some", "kinds": ["motion"]}
MOVES = {"rooms": ["hall"], "detected": "yes"}


@pytest.mark.parametrize(
    ("answers", "errors"),
    [
        ([{"name": "  ", "kinds": ["motion"]}], {"name": "name_needed"}),
        ([{"name": "Some", "kinds": []}], {"kinds": "choose_one"}),
        ([NAMED, {"rooms": [], "detected": "yes"}], {"rooms": "choose_one"}),
        (
            [{**NAMED, "kinds": ["environment"]}, {"rooms": ["hall"], "quantity": "co2"}],
            {"above": "one_limit"},
        ),
        ([{**NAMED, "kinds": ["command"]}, {"phrases": ["..."]}], {"phrases": "phrase_needed"}),
        ([{**NAMED, "kinds": ["command"]}, {"phrases": ["x" * 200]}], {"base": "rule_invalid"}),
        ([NAMED, MOVES, ALWAYS | {"place": {"below": 3}}], {"base": "light_room_needed"}),
        (
            [NAMED, MOVES, ALWAYS | {"place": {"light_room": "hall"}}],
            {"base": "light_limit_needed"},
        ),
        ([NAMED, MOVES, ALWAYS | {"sleep": {"stage_of": "bed"}}], {"base": "stages_needed"}),
        ([NAMED, MOVES, ALWAYS | {"modes": {"states": ["on"]}}], {"base": "states_needed"}),
        (
            [NAMED, MOVES, ALWAYS | {"time": {"after": "08:00", "before": "08:00"}}],
            {"base": "rule_invalid"},
        ),
        ([NAMED, MOVES, ALWAYS, DOES | {"sequence": []}], {"sequence": "action_needed"}),
        (
            [NAMED, MOVES, ALWAYS, DOES | {"sequence": [{"action": "light"}]}],
            {"sequence": "action_broken"},
        ),
        (
            [NAMED, MOVES, ALWAYS, DOES | {"sequence": [{"device_id": "x", "domain": "light"}]}],
            {"sequence": "action_broken"},
        ),
        (
            [NAMED, MOVES, ALWAYS, DOES | {"sequence": [{"if": [], "then": [{"action": "a.b"}]}]}],
            {"sequence": "action_unknown"},
        ),
    ],
)
async def test_a_form_that_makes_no_routine_can_be_mended(
    hass: HomeAssistant,
    entry: ConfigEntry,
    answers: list[dict[str, Any]],
    errors: dict[str, str],
) -> None:
    *good, bad = answers
    result = await answer(hass, await make(hass, entry, *good), **bad)
    assert result["errors"] == errors
    mended: list[dict[str, Any]] = [NAMED, MOVES, ALWAYS, DOES]
    if good and good[0] != NAMED:
        mended[1] = {"rooms": ["hall"], "quantity": "co2", "above": 900}
        if "phrases" in bad:
            mended[1] = {"phrases": ["lights on"]}
    for given in mended[len(good) :]:
        result = await answer(hass, result, **given)
    assert result["type"] is FlowResultType.CREATE_ENTRY


async def test_actions_may_hold_templates(hass: HomeAssistant, entry: ConfigEntry) -> None:
    sequence = [
        {"variables": {"hour": "{{ now().hour }}"}},
        {"if": "{{ hour > 6 }}", "then": [{"event": "bell", "event_data": {"at": "{{ hour }}"}}]},
        {"action": "{{ 'light.turn_on' }}", "data": {"name": "{{ routine.name }}"}},
        {"repeat": {"count": "{{ hour }}", "sequence": [LIGHT_ON]}},
        {"parallel": [LIGHT_ON, {"sequence": [{"delay": "00:00:{{ hour }}"}]}]},
        {"choose": [{"conditions": "{{ true }}", "sequence": [LIGHT_ON]}], "default": [LIGHT_ON]},
    ]
    result = await make(hass, entry, NAMED, MOVES, ALWAYS, DOES | {"sequence": sequence})
    assert result["type"] is FlowResultType.CREATE_ENTRY
    (made,) = routine_configs(entry)
    assert made.sequence == sequence


async def test_several_things_can_trigger_one_routine(
    hass: HomeAssistant, entry: ConfigEntry
) -> None:
    kinds = ["command", "motion_event"]
    spoken, moves = {"phrases": ["light"]}, {"rooms": ["hall", "bedroom"], "event": "started"}
    await make(hass, entry, {"name": "Light", "kinds": kinds}, spoken, moves, ALWAYS, DOES)
    (made,) = routine_configs(entry)
    triggers = routine_from_json(made.document).triggers
    assert triggers == (Command(("light",)), Moving("hall"), Moving("bedroom"))
    result = await change(hass, entry, "Light")
    assert shown(result)["kinds"] == kinds
    result = await answer(hass, result, name="Light", kinds=["motion_event"])
    assert shown(result) == moves
    for given in (moves, ALWAYS, DOES):
        result = await answer(hass, result, **given)
    (made,) = routine_configs(entry)
    assert routine_from_json(made.document).triggers == (Moving("hall"), Moving("bedroom"))
