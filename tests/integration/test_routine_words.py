"""Everything that routines can be is asked for and told in words, in every language."""

from collections.abc import Iterator, Mapping
from enum import StrEnum
import json
from pathlib import Path
from typing import Any

from homeassistant.core import HomeAssistant
import pytest
from tests.integration.conftest import room, set_up, sleeper

from custom_components.halcyon import const
from custom_components.halcyon.const import SUBENTRY_ROUTINE
from custom_components.halcyon.engine.core.output import (
    AlarmEvent,
    Movement,
    RoutineEvent,
    SessionEvent,
    SkipReason,
)
from custom_components.halcyon.engine.core.snapshot import Json
from custom_components.halcyon.engine.decide.routines.conditions import CONDITIONS
from custom_components.halcyon.engine.decide.routines.triggers import TRIGGERS
from custom_components.halcyon.routine import form as routine_form
from custom_components.halcyon.routine.conditions import SECTIONS
from custom_components.halcyon.routine.rule import FLAGS
from custom_components.halcyon.routine.words import RoutineWords

LANGUAGES = ("de", "en")

NAMES: dict[str, Json] = {
    "room": "hall",
    "zone": "desk",
    "sleeper": "bunk",
    "node": "radar-1",
    "stages": ["rem"],
    "quantity": "co2",
    "phrases": ["good night"],
}

EVENTS: Mapping[str, type[StrEnum]] = {
    "motion_event": Movement,
    "night": SessionEvent,
    "alarm": AlarmEvent,
}


def variants() -> Iterator[dict[str, Json]]:
    """A trigger of every kind, with each of the words that it is told in."""
    for kind, shape in TRIGGERS.shapes.items():
        needed = {key: NAMES[key] for key, each in shape.fields.items() if key in NAMES}
        for event in EVENTS.get(kind, ()):
            yield {"kind": kind, **needed, "event": str(event)}
        flags = FLAGS & shape.fields.keys()
        for flag in flags:
            for state in (False, True):
                yield {"kind": kind, **needed, flag: state, "for_s": 90.0}
        if kind == "environment":
            yield from ({"kind": kind, **needed, limit: 900.0} for limit in ("above", "below"))
        if kind not in EVENTS and kind != "environment" and not flags:
            yield {"kind": kind, **needed}


def texts(language: str) -> dict[str, Any]:
    folder = Path(const.__file__).parent / "translations"
    read: dict[str, Any] = json.loads((folder / f"{language}.json").read_text())
    return read


def words(language: str) -> RoutineWords:
    """The words as Home Assistant gives them."""
    return RoutineWords(
        {
            f"component.halcyon.selector.{group}.options.{key}": text
            for group, content in texts(language)["selector"].items()
            for key, text in content.get("options", {}).items()
        }
    )


@pytest.mark.parametrize("language", LANGUAGES)
async def test_every_trigger_is_told_in_a_sentence(hass: HomeAssistant, language: str) -> None:
    entry = await set_up(hass, room(hass, "Hall", "radar-1", "bunk"), sleeper("Anna", "bunk"))
    said = words(language)
    for trigger in variants():
        told = said.say(RoutineEvent.STARTED, {"trigger": trigger, "conditions": []}, entry)
        # A key, an id or a gap that nothing filled.
        assert not {"_", "{", "}"} & set(told), told
        assert not {"hall", "bunk", "rem"} & set(told.split()), told


@pytest.mark.parametrize("language", LANGUAGES)
async def test_every_reason_is_told_in_a_sentence(hass: HomeAssistant, language: str) -> None:
    entry = await set_up(hass, room(hass, "Hall", "radar-1"))
    rows: list[Json] = [{"kind": kind, "fulfilled": False} for kind in CONDITIONS.shapes]
    trigger: Json = {"kind": "motion_event", "room": "hall"}
    for reason in SkipReason:
        why: Json = {"trigger": trigger, "conditions": rows}
        told = words(language).say(RoutineEvent.SKIPPED, why, entry, str(reason))
        assert not {"_", "{", "}"} & set(told), told


@pytest.mark.parametrize("language", LANGUAGES)
async def test_every_field_and_option_of_the_forms_has_words(
    hass: HomeAssistant, language: str
) -> None:
    entry = await set_up(hass, room(hass, "Hall", "radar-1", "bunk"), sleeper("Anna", "bunk"))
    flow = texts(language)["config_subentries"][SUBENTRY_ROUTINE]["step"]
    fields = set[str]()
    for kind in routine_form.KINDS:
        schema = routine_form.trigger_schema(entry, kind)
        fields |= {str(marker) for marker in schema.schema}
        check_options(schema.schema, language)
    assert fields == flow["trigger"]["data"].keys() == flow["trigger"]["data_description"].keys()
    assert set(routine_form.KINDS) == TRIGGERS.shapes.keys()
    for name, asked in SECTIONS.items():
        section = flow["conditions"]["sections"][name]
        assert set(asked) == section["data"].keys() == section["data_description"].keys()
    for step, schema in (
        ("conditions", routine_form.conditions_schema(entry, {})),
        ("actions", routine_form.actions_schema()),
    ):
        assert step in flow
        for part in schema.schema.values():
            check_options(getattr(getattr(part, "schema", None), "schema", {}), language)
    for step in ("user", "change"):
        named = {str(marker) for marker in routine_form.name_schema().schema}
        assert flow[step]["data"].keys() == named
    check_options(routine_form.name_schema().schema, language)


def check_options(fields: Mapping[Any, Any], language: str) -> None:
    for selector in fields.values():
        key = selector.config.get("translation_key") if hasattr(selector, "config") else None
        if key is not None:
            options = texts(language)["selector"][key]["options"]
            assert set(selector.config["options"]) <= options.keys(), key
