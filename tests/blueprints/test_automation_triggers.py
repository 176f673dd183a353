"""The triggers and conditions that the automation editor offers by Halcyon's name."""

from collections.abc import Mapping
from typing import Any

from homeassistant.core import HomeAssistant
from homeassistant.helpers import condition, device_registry as dr, icon, translation, trigger
from homeassistant.setup import async_setup_component
import pytest
from tests.blueprints.conftest import MINUTE, House

from custom_components.halcyon.condition import CONDITIONS
from custom_components.halcyon.const import DOMAIN
from custom_components.halcyon.devices import sleeper_identifier
from custom_components.halcyon.engine.core.output import (
    InBed,
    MotionEvent,
    Moved,
    Movement,
    SessionEvent,
    SleepSession,
    SleepStage,
)
from custom_components.halcyon.engine.core.reading import MotionLevel
from custom_components.halcyon.engine.core.sleep import Stage
from custom_components.halcyon.trigger import TRIGGERS

ANNA, BEN = "bed", "bed-2"
MARK = {"action": "light.turn_on", "target": {"entity_id": "light.mark"}}


async def automate(
    hass: HomeAssistant, triggers: object, conditions: list[Any] | None = None
) -> None:
    """An automation that can be seen to run."""
    config = {"alias": "test", "triggers": triggers, "actions": [MARK]}
    if conditions is not None:
        config["conditions"] = conditions
    assert await async_setup_component(hass, "automation", {"automation": config})


def ran(house: House) -> int:
    return len(house.called("light.turn_on"))


def device(house: House, sleeper: str) -> str:
    found = dr.async_get(house.hass).async_get_device_by_identifier(
        sleeper_identifier(house.entry.entry_id, sleeper), house.entry.entry_id
    )
    assert found is not None
    return found.id


async def test_the_editor_lists_them_with_words_and_icons(house: House) -> None:
    for kind, names, descriptions in (
        ("trigger", TRIGGERS, await trigger.async_get_all_descriptions(house.hass)),
        ("condition", CONDITIONS, await condition.async_get_all_descriptions(house.hass)),
    ):
        ours = {name: each for name, each in descriptions.items() if name.startswith(DOMAIN)}
        assert set(ours) == {f"{DOMAIN}.{name}" for name in names}
        words = await translation.async_get_translations(house.hass, "en", f"{kind}s", {DOMAIN})
        icons = (await icon.async_get_icons(house.hass, f"{kind}s", {DOMAIN}))[DOMAIN]
        for name in names:
            described = ours[f"{DOMAIN}.{name}"]
            assert described is not None
            assert described["target"]["entity"], "it is offered for what it is about"
            start = f"component.{DOMAIN}.{kind}s.{name}"
            assert words[f"{start}.name"]
            assert words[f"{start}.description"]
            for field in described.get("fields", {}):
                assert words[f"{start}.fields.{field}.name"]
            assert icons[name][kind].startswith("mdi:")


@pytest.mark.parametrize(
    ("name", "entity_id", "facts"),
    [
        ("fell_asleep", "event.anna_sleep", [SleepSession(ANNA, SessionEvent.FELL_ASLEEP)]),
        ("woke_up", "event.anna_sleep", [SleepSession(ANNA, SessionEvent.WOKE_UP)]),
        ("got_up", "event.anna_sleep", [SleepSession(ANNA, SessionEvent.GOT_UP)]),
        ("motion_started", "event.bedroom_motion", [MotionEvent(Movement.STARTED, "radar")]),
        ("motion_stopped", "event.bedroom_motion", [MotionEvent(Movement.STOPPED, "radar")]),
    ],
)
async def test_a_moment_triggers_and_no_other(
    house: House, name: str, entity_id: str, facts: list[Any]
) -> None:
    target = {"entity_id": [entity_id, "event.living_room_motion", "binary_sensor.anna_asleep"]}
    await automate(house.hass, {"trigger": f"{DOMAIN}.{name}", "target": target})
    await house.says("bedroom", InBed(ANNA, in_bed=True), Moved(MotionLevel.MAJOR, 0.9, "radar"))
    assert ran(house) == 0
    await house.says("bedroom", *facts)
    assert ran(house) == 1
    await house.service("offline")
    await house.service("online")
    assert ran(house) == 1, "what comes back did not happen again"
    others = {SessionEvent.FELL_ASLEEP, SessionEvent.WOKE_UP, SessionEvent.GOT_UP}
    said = {each.event for each in facts}
    await house.says("bedroom", *(SleepSession(ANNA, each) for each in others - said))
    await house.says("bedroom", *(MotionEvent(each, "pir") for each in set(Movement) - said))
    assert ran(house) == 1


async def test_a_sleeper_can_be_chosen_as_a_whole(house: House) -> None:
    target = {"device_id": device(house, BEN)}
    await automate(house.hass, {"trigger": f"{DOMAIN}.fell_asleep", "target": target})
    await house.sleeps(ANNA)
    assert ran(house) == 0
    await house.sleeps(BEN)
    assert ran(house) == 1


async def test_a_stage_is_entered_once(house: House) -> None:
    await automate(
        house.hass,
        {
            "trigger": f"{DOMAIN}.sleep_stage_entered",
            "target": {"entity_id": "event.anna_sleep"},
            "options": {"stages": ["deep_sleep", "rem"]},
        },
    )
    stages = (Stage.AWAKE, Stage.LIGHT, Stage.DEEP, Stage.DEEP, Stage.LIGHT, Stage.REM)
    counts = []
    for stage in stages:
        await house.says("bedroom", SleepStage(ANNA, stage, 0.9))
        counts.append(ran(house))
    assert counts == [0, 0, 1, 1, 1, 2]


@pytest.mark.parametrize("options", [{}, {"stages": []}, {"stages": ["nap"]}])
async def test_a_stage_must_be_one(house: House, options: dict[str, object]) -> None:
    await automate(
        house.hass,
        {
            "trigger": f"{DOMAIN}.sleep_stage_entered",
            "target": {"entity_id": "event.anna_sleep"},
            "options": options,
        },
    )
    assert house.state("automation.test") == "unavailable"


async def asks(house: House, name: str, options: Mapping[str, object] | None = None) -> bool:
    """Whether a condition holds of both sleepers, as an automation would find."""
    config = {
        "condition": f"{DOMAIN}.{name}",
        "target": {"device_id": [device(house, ANNA), device(house, BEN)]},
        "options": dict(options or {}),
    }
    validated = await condition.async_validate_condition_config(house.hass, config)
    test = await condition.async_from_config(house.hass, validated)
    found = test.async_check(variables={})
    test.async_unload()
    return bool(found)


ALL: dict[str, object] = {"behavior": "all"}


async def test_one_or_all_may_be_asleep(house: House) -> None:
    await house.gets_up(ANNA, BEN)
    assert not await asks(house, "is_asleep")
    assert await asks(house, "is_awake", ALL)
    await house.sleeps(ANNA)
    assert await asks(house, "is_asleep")
    assert not await asks(house, "is_asleep", ALL)
    assert await asks(house, "is_awake")
    assert await asks(house, "is_in_bed")
    assert not await asks(house, "is_in_bed", ALL)
    assert await asks(house, "is_not_in_bed")
    await house.sleeps(BEN)
    assert await asks(house, "is_asleep", ALL)
    assert not await asks(house, "is_asleep", ALL | {"for": {"minutes": 10}})
    await house.passes(10 * MINUTE)
    assert await asks(house, "is_asleep", ALL | {"for": {"minutes": 10}})


async def test_of_whom_nothing_is_known_nothing_is_said(house: House) -> None:
    await house.sleeps(ANNA)
    assert house.state("binary_sensor.ben_asleep") == "unknown"
    assert not await asks(house, "is_asleep", ALL)
    assert not await asks(house, "is_awake")
    await house.sleeps(BEN)
    await house.service("offline")
    for name in ("is_asleep", "is_awake", "is_in_bed", "is_not_in_bed"):
        assert not await asks(house, name)
        assert not await asks(house, name, ALL)


async def test_a_stage_is_one_of_those_chosen(house: House) -> None:
    light: dict[str, object] = {"stages": ["light_sleep", "awake"]}
    await house.says("bedroom", SleepStage(ANNA, Stage.LIGHT, 0.9))
    await house.says("bedroom", SleepStage(BEN, Stage.DEEP, 0.9))
    assert await asks(house, "is_in_sleep_stage", light)
    assert not await asks(house, "is_in_sleep_stage", light | ALL)
    await house.says("bedroom", SleepStage(BEN, Stage.AWAKE, 0.9))
    assert await asks(house, "is_in_sleep_stage", light | ALL)
