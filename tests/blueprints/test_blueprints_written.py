"""What holds for every blueprint as it is written: its form, its inputs, its document."""

from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from homeassistant.components.automation.config import AUTOMATION_BLUEPRINT_SCHEMA
from homeassistant.components.blueprint.models import Blueprint
from homeassistant.helpers.selector import selector
from homeassistant.util import yaml
import pytest
from tests.blueprints.conftest import BLUEPRINTS
import voluptuous as vol

ROOT = BLUEPRINTS.parents[2]
DOCUMENT = (ROOT / "docs" / "blueprints.md").read_text(encoding="utf-8")
ADDRESS = "https://github.com/halcyon-home/halcyon/blob/main/"
PARTS = {
    "actions",
    "blueprint",
    "conditions",
    "max",
    "max_exceeded",
    "mode",
    "trigger_variables",
    "triggers",
    "variables",
}

PATHS = sorted(BLUEPRINTS.glob("*.yaml"))


def loaded(path: Path) -> Blueprint:
    data = yaml.load_yaml_dict(path)
    return Blueprint(
        data, path=path.name, expected_domain="automation", schema=AUTOMATION_BLUEPRINT_SCHEMA
    )


def sections(path: Path) -> dict[str, Any]:
    found: dict[str, Any] = loaded(path).metadata["input"]
    return found


def inputs(path: Path) -> dict[str, Any]:
    return loaded(path).inputs


def test_there_is_one_for_every_headline_use() -> None:
    assert [path.stem for path in PATHS] == [
        "announce_arrival",
        "bathroom_path",
        "bedroom_air",
        "good_night",
        "lights_off",
        "motion_lights",
        "pause_television",
        "smart_alarm",
        "spoken_command",
    ]


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.stem)
class TestBlueprint:
    def test_home_assistant_takes_it_as_it_is(self, path: Path) -> None:
        blueprint = loaded(path)
        assert blueprint.validate() is None
        assert blueprint.metadata["homeassistant"] == {"min_version": "2026.8.0"}
        assert set(blueprint.data) <= PARTS

    def test_it_says_where_it_comes_from(self, path: Path) -> None:
        metadata = loaded(path).metadata
        assert metadata["source_url"] == f"{ADDRESS}{path.relative_to(ROOT)}"
        assert metadata["name"].startswith("Halcyon: ")
        assert metadata["description"]

    def test_every_section_is_named_and_only_what_can_be_left_alone_is_folded(
        self, path: Path
    ) -> None:
        for key, section in sections(path).items():
            assert section["name"], key
            assert section["icon"].startswith("mdi:"), key
            assert not section.get("collapsed") or all(
                "default" in each for each in section["input"].values()
            ), f"{key} hides an input that must be given"

    def test_every_input_says_what_it_is(self, path: Path) -> None:
        for key, each in inputs(path).items():
            assert set(each) <= {"name", "description", "default", "selector"}, key
            assert each["name"], key
            assert each["description"], key
            assert each["selector"], key

    def test_every_default_is_what_its_selector_could_give(self, path: Path) -> None:
        for each in inputs(path).values():
            if "default" in each:
                vol.Schema(selector(each["selector"]))(each["default"])

    def test_every_input_is_used(self, path: Path) -> None:
        body = {key: part for key, part in loaded(path).data.items() if key != "blueprint"}
        assert yaml.extract_inputs(body) == set(inputs(path))

    def test_the_document_offers_it_and_explains_every_input(self, path: Path) -> None:
        assert import_link(path) in DOCUMENT
        name = loaded(path).name.removeprefix("Halcyon: ")
        heading = name[0].upper() + name[1:]
        part = DOCUMENT.split(f"\n## {heading}\n", 1)[1].split("\n## ", 1)[0]
        for each in inputs(path).values():
            assert f"| {each['name']} |" in part, each["name"]


def import_link(path: Path) -> str:
    """The address that opens Home Assistant's import of the blueprint's own source."""
    query = urlencode({"blueprint_url": f"{ADDRESS}{path.relative_to(ROOT)}"})
    return f"https://my.home-assistant.io/redirect/blueprint_import/?{query}"
