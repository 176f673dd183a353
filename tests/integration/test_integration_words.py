"""Words, pictures and declarations: complete in every language, and true."""

from collections.abc import Iterator
import json
from pathlib import Path
import re
from typing import Any

from homeassistant.components.sensor import SensorDeviceClass, SensorEntityDescription
from homeassistant.util.yaml import load_yaml_dict
import pytest

from custom_components.halcyon import (
    binary_sensor,
    button,
    const,
    event,
    image,
    light,
    select,
    sensor,
    switch,
)
from custom_components.halcyon.alarm import entities as alarm_entities
from custom_components.halcyon.engine.core.reading import SoundTrouble
from custom_components.halcyon.engine.sense.evidence import Modality
from custom_components.halcyon.sleep import sensors as sleep_sensors
from custom_components.halcyon.troubles import MENDED_BY_CALIBRATION

ROOT = Path(const.__file__).parent
LANGUAGES = sorted(path.stem for path in (ROOT / "translations").glob("*.json"))
SOURCE = "\n".join(path.read_text() for path in sorted(ROOT.rglob("*.py")))


def words(language: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((ROOT / "translations" / f"{language}.json").read_text())
    return found


def leaves(tree: object, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], str]]:
    if isinstance(tree, dict):
        for key, value in tree.items():
            yield from leaves(value, (*path, key))
    else:
        yield path, str(tree)


def placeholders(text: str) -> set[str]:
    return set(re.findall(r"\{(\w+)\}", text))


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_has_every_word_and_its_placeholders(language: str) -> None:
    english, other = dict(leaves(words("en"))), dict(leaves(words(language)))
    assert other.keys() == english.keys()
    for path, text in english.items():
        assert placeholders(other[path]) == placeholders(text), path


@pytest.mark.parametrize("language", LANGUAGES)
def test_words_are_in_order_and_as_home_assistant_allows_them(language: str) -> None:
    def check(tree: dict[str, Any]) -> None:
        assert list(tree) == sorted(tree)
        for key, value in tree.items():
            assert re.fullmatch(r"[a-z0-9_-]+", key)
            if isinstance(value, dict):
                check(value)
            else:
                assert value.strip() == value != ""
                assert not re.search(r"https?://|<", value)

    check(words(language))


@pytest.mark.parametrize("part", ["selector", "services"])
def test_every_field_says_what_it_is_for(part: str) -> None:
    """Home Assistant's own check of integrations asks for it."""
    for owner, told in words("en")[part].items():
        for field, said in told.get("fields", {}).items():
            assert said.keys() == {"name", "description"}, (owner, field)


def used(pattern: str) -> set[str]:
    return set(re.findall(pattern, SOURCE))


def test_every_exception_and_issue_that_is_raised_has_words() -> None:
    english = words("en")
    raised = used(r'translation_domain=DOMAIN,\s*translation_key="(\w+)"')
    assert raised == english["exceptions"].keys()
    ultrasound = {f"ultrasound_{trouble}" for trouble in SoundTrouble}
    assert used(r'Finding\("(\w+)"') | ultrasound == english["issues"].keys()


def test_an_issue_that_can_be_mended_here_says_how_and_when_not() -> None:
    reasons = set(re.findall(r'reason="(\w+)"', (ROOT / "repairs.py").read_text()))
    for key, issue in words("en")["issues"].items():
        fixable = key in {f"ultrasound_{trouble}" for trouble in MENDED_BY_CALIBRATION}
        assert ("fix_flow" in issue) is fixable
        assert ("description" in issue) is not fixable
        if fixable:
            assert issue["fix_flow"]["abort"].keys() == reasons
            assert issue["fix_flow"]["step"].keys() == {"confirm"}


def test_every_key_of_an_explanation_has_words() -> None:
    """The keys that the engine gives and the documents explain."""
    english = words("en")["selector"]
    assert english["modality"]["options"].keys() == set(Modality)
    reasons = english["reason"]["options"].keys()
    engine = "\n".join(path.read_text() for path in sorted((ROOT / "engine/sense").glob("*.py")))
    given = r'(?:note = |"reason": |ignored = |rejected\[.*\] = |Rejection\(.*, |_[A-Z]+, |0\.0, )'
    assert set(re.findall(rf'{given}"([a-z_]+)"', engine)) <= reasons
    explained = (
        (ROOT.parents[1] / "docs/presence.md").read_text().split("## What does not count")[1]
    )
    for row in re.findall(r"^\| (`.*?`) \|", explained, re.MULTILINE):
        assert set(re.findall(r"`(\w+)`", row)) - {"reason", "note"} <= reasons


def test_every_reason_and_error_of_a_flow_has_words() -> None:
    english = words("en")
    config, parts = english["config"], english["config_subentries"]
    assert used(r'RoomError\(\s*"(\w+)"') == parts["room"]["error"].keys()
    assert used(r'AnswerError\(\s*"(\w+)"') == parts["routine"]["error"].keys()
    sleeper = parts["sleeper"]["error"].keys()
    others = sleeper | english["options"]["error"].keys()
    assert used(r'errors\[\w+\] = "(\w+)"') == config["error"].keys() | others
    aborts = re.findall(r'async_abort\(reason="(\w+)"', (ROOT / "config_flow.py").read_text())
    reasons = set(aborts) | used(r'return "(invalid_\w+|unsupported_\w+)"')
    # The last two come from Home Assistant itself.
    assert reasons | {"already_in_progress", "reconfigure_successful"} == config["abort"].keys()


UNITLESS = (SensorDeviceClass.ENUM, SensorDeviceClass.TIMESTAMP)

DESCRIPTIONS = {
    "binary_sensor": (
        *binary_sensor.ROOM_SENSORS,
        *binary_sensor.SLEEPER_SENSORS,
        *binary_sensor.NODE_SENSORS,
        *binary_sensor.TONE_SENSORS,
    ),
    "button": (
        *alarm_entities.ALARM_BUTTONS,
        *button.ROOM_BUTTONS,
        *button.ROUTINE_BUTTONS,
        *button.TONE_BUTTONS,
    ),
    "event": (*alarm_entities.ALARM_EVENTS, *event.MOTION_EVENTS, *event.SLEEP_EVENTS),
    "image": image.NIGHT_IMAGES,
    "light": light.NODE_LIGHTS,
    "select": select.SELECTS,
    "sensor": (
        *alarm_entities.ALARM_SENSORS,
        *alarm_entities.ALARM_TIME_SENSORS,
        *sensor.ENVIRONMENT_SENSORS,
        *sensor.ROOM_SENSORS,
        *sleep_sensors.NIGHT_SENSORS,
        *sleep_sensors.SLEEPER_SENSORS,
        *sleep_sensors.STAGE_SENSORS,
        *sensor.NODE_SENSORS,
        *sensor.TONE_SENSORS,
    ),
    "switch": (
        *alarm_entities.ALARM_SWITCHES,
        *switch.ROUTINE_SWITCHES,
        *switch.STANDBY_SWITCHES,
        *switch.TONE_SWITCHES,
    ),
    "time": alarm_entities.ALARM_TIMES,
}


def test_every_entity_is_named_by_its_class_or_in_words() -> None:
    names = words("en")["entity"]
    icons = json.loads((ROOT / "icons.json").read_text())["entity"]
    for platform, descriptions in DESCRIPTIONS.items():
        for description in descriptions:
            key = description.translation_key
            assert key or description.device_class, description.key
            if key:
                # What has no name of its own has that of its device.
                assert description.name is None or names[platform][key]["name"]
                assert description.device_class or icons[platform][key]["default"]
            if isinstance(description, SensorEntityDescription) and key in names[platform]:
                if description.device_class in UNITLESS:
                    continue
                unit = names[platform][key].get("unit_of_measurement")
                assert (unit is None) is (description.native_unit_of_measurement is not None)


def test_every_declared_platform_is_there() -> None:
    # What hears for Assist is one entity a site, and describes itself.
    assert {*DESCRIPTIONS, "stt"} == set(const.PLATFORMS)


def test_platform_files_stay_short() -> None:
    for platform in DESCRIPTIONS:
        assert len((ROOT / f"{platform}.py").read_text().splitlines()) <= 175
    assert len((ROOT / "__init__.py").read_text().splitlines()) <= 80


def test_the_manifest_is_in_order() -> None:
    manifest = json.loads((ROOT / "manifest.json").read_text())
    keys = list(manifest)
    assert keys == ["domain", "name", *sorted(keys[2:])]
    assert manifest["mqtt"] == ["halcyon/1/+/+/info"]
    assert "dependencies" not in manifest, "a home without a broker has rooms too"


def test_hacs_finds_what_it_needs() -> None:
    hacs = json.loads((ROOT.parents[1] / "hacs.json").read_text())
    assert hacs["filename"] == "halcyon.zip"
    assert hacs["zip_release"] is True
    for picture in ("icon.png", "icon@2x.png", "logo.png", "logo@2x.png"):
        assert (ROOT / "brand" / picture).read_bytes().startswith(b"\x89PNG")


def test_the_quality_scale_is_declared_for_every_rule() -> None:
    rules = load_yaml_dict(str(ROOT / "quality_scale.yaml"))["rules"]
    assert len(rules) == 54
    for rule, status in rules.items():
        if isinstance(status, dict):
            assert status["status"] in ("done", "todo", "exempt"), rule
            assert status["comment"]
        else:
            assert status == "done", rule
