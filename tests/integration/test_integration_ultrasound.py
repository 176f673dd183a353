"""An ultrasonic node: what it shows of its tone, what can be wished, and what is to be mended."""

import time
from typing import Any

from homeassistant.components import button, switch
from homeassistant.const import ATTR_ENTITY_ID
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
from homeassistant.helpers import entity_registry as er, issue_registry as ir
from homeassistant.setup import async_setup_component
from hypothesis import given, strategies as st
import pytest
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator, MqttMockHAClient
from syrupy.assertion import SnapshotAssertion
from tests.integration.conftest import Node, Pass, Settle, commands, room, set_up, state

from custom_components.halcyon.const import DOMAIN
from custom_components.halcyon.engine.core.reading import SoundTrouble
from custom_components.halcyon.hub import HalcyonConfigEntry
from custom_components.halcyon.troubles import (
    MENDED_BY_CALIBRATION,
    REST_SECONDS,
    STANDS_SECONDS,
    Troubles,
)

STREAMS = {
    "ultrasound": {
        "enc": "iq",
        "mics": 2,
        "rate_hz": 1000,
        "computes": True,
        "carriers_hz": [18000, 22000],
    }
}
TONE: dict[str, Any] = {
    "carrier_hz": 20_400.0,
    "level_db": -30.0,
    "cnr_db": 62.0,
    "calibrated": None,
    "trouble": None,
    "pets": False,
}


@pytest.fixture
def speaker(hass: HomeAssistant) -> Node:
    return Node(hass, "speaker-1")


@pytest.fixture
async def entry(
    hass: HomeAssistant, mqtt_mock: MqttMockHAClient, speaker: Node, settle: Settle
) -> HalcyonConfigEntry:
    made = await set_up(hass, room(hass, "Living room", speaker.name, "radar-1"))
    speaker.online()
    speaker.announce(model="speaker", streams=STREAMS)
    await settle()
    return made


def entities(hass: HomeAssistant, entry: HalcyonConfigEntry, node: str) -> dict[str, str]:
    """The entities of a node's tone by platform and key."""
    start = f"{entry.entry_id}_node_{node}_"
    return {
        f"{each.domain}.{each.unique_id.removeprefix(start)}": each.entity_id
        for each in er.async_entries_for_config_entry(er.async_get(hass), entry.entry_id)
        if each.unique_id.startswith(start)
    }


def issues(hass: HomeAssistant) -> dict[str, ir.IssueEntry]:
    """What there is to mend about tones, by its key."""
    found = {issue.translation_key or "": issue for issue in ir.async_get(hass).issues.values()}
    return {
        key: issue for key, issue in found.items() if issue.active and key.startswith("ultrasound_")
    }


@pytest.mark.usefixtures("all_enabled")
async def test_a_node_with_a_tone_shows_how_it_is_doing(
    hass: HomeAssistant, entry: HalcyonConfigEntry, speaker: Node, settle: Settle
) -> None:
    assert "switch.pets" not in entities(hass, entry, speaker.name)
    speaker.sample("ultrasound", ultrasound=TONE | {"calibrated": time.time() - 60})
    await settle()
    found = entities(hass, entry, speaker.name)
    assert state(hass, found["sensor.calibrated"]) == "2026-11-20T07:59:00+00:00"
    assert state(hass, found["sensor.carrier"]) == "20400.0"
    assert state(hass, found["sensor.ratio"]) == "62.0"
    assert state(hass, found["binary_sensor.problem"]) == "off"
    assert state(hass, found["switch.pets"]) == "off"
    assert not {"switch.pets", "sensor.carrier"} & entities(hass, entry, "radar-1").keys()
    speaker.online("offline")
    await settle()
    assert state(hass, found["sensor.carrier"]) == "unavailable"
    assert state(hass, found["switch.pets"]) == "unavailable"


async def test_a_node_with_a_tone_shows_what_can_be_wished_and_no_more(
    hass: HomeAssistant,
    entry: HalcyonConfigEntry,
    speaker: Node,
    settle: Settle,
    snapshot: SnapshotAssertion,
) -> None:
    speaker.sample("ultrasound", ultrasound=TONE)
    await settle()
    registry = er.async_get(hass)
    found = entities(hass, entry, speaker.name)
    enabled = {
        key for key, each in found.items() if not registry.entities[each].disabled_by is not None
    }
    assert enabled == {"button.calibrate", "switch.pets"}
    assert {hass.states.get(found[key]) for key in sorted(enabled)} == snapshot
    await hass.config_entries.async_reload(entry.entry_id)
    await settle()
    assert entities(hass, entry, speaker.name) == found


async def test_pets_are_spared_by_the_node_which_says_so(
    hass: HomeAssistant,
    entry: HalcyonConfigEntry,
    mqtt_mock: MqttMockHAClient,
    speaker: Node,
    settle: Settle,
) -> None:
    speaker.sample("ultrasound", ultrasound=TONE)
    await settle()
    pets = entities(hass, entry, speaker.name)["switch.pets"]
    for service, present in (("turn_on", True), ("turn_off", False)):
        await hass.services.async_call(
            switch.DOMAIN, service, {ATTR_ENTITY_ID: pets}, blocking=True
        )
        await settle()
        name, body = commands(mqtt_mock, "emit")[-1]
        assert (name, body["pets"]) == (speaker.name, present)
        speaker.sample("ultrasound", ultrasound=TONE | {"pets": present})
        await settle()
        assert state(hass, pets) == ("on" if present else "off")


async def test_calibrate_asks_the_node_that_is_meant(
    hass: HomeAssistant,
    entry: HalcyonConfigEntry,
    mqtt_mock: MqttMockHAClient,
    speaker: Node,
    settle: Settle,
) -> None:
    speaker.sample("ultrasound", ultrasound=TONE)
    await settle()
    target = {ATTR_ENTITY_ID: entities(hass, entry, speaker.name)["button.calibrate"]}
    await hass.services.async_call(button.DOMAIN, "press", target, blocking=True)
    await settle()
    ((name, body),) = commands(mqtt_mock, "calibrate")
    assert (name, body["kind"]) == (speaker.name, "all")


@pytest.mark.parametrize("trouble", SoundTrouble)
async def test_a_trouble_that_stands_is_named_until_it_is_mended(
    hass: HomeAssistant,
    entry: HalcyonConfigEntry,
    speaker: Node,
    settle: Settle,
    pass_time: Pass,
    trouble: SoundTrouble,
) -> None:
    speaker.sample("ultrasound", ultrasound=TONE | {"trouble": trouble})
    await settle()
    assert not issues(hass)
    for _ in range(6):
        await pass_time(60)
    ((key, issue),) = issues(hass).items()
    assert key == f"ultrasound_{trouble}"
    assert issue.is_fixable is (trouble in MENDED_BY_CALIBRATION)
    assert issue.translation_placeholders is not None
    assert issue.translation_placeholders["node"] == speaker.name
    assert issue.translation_placeholders["detail"] == "Living room"
    speaker.sample("ultrasound", ultrasound=TONE)
    for _ in range(16):
        await pass_time(60)
    assert not issues(hass)


async def test_a_repair_lets_the_node_learn_its_room(
    hass: HomeAssistant,
    entry: HalcyonConfigEntry,
    mqtt_mock: MqttMockHAClient,
    speaker: Node,
    pass_time: Pass,
    settle: Settle,
    hass_client: ClientSessionGenerator,
) -> None:
    assert await async_setup_component(hass, "repairs", {})
    speaker.sample("ultrasound", ultrasound=TONE | {"trouble": "stale"})
    for _ in range(6):
        await pass_time(60)
    (issue,) = issues(hass).values()
    client = await hass_client()
    began = await client.post(
        "/api/repairs/issues/fix", json={"handler": DOMAIN, "issue_id": issue.issue_id}
    )
    step = await began.json()
    assert (step["type"], step["step_id"]) == (FlowResultType.FORM, "confirm")
    assert step["description_placeholders"] == {"node": speaker.name}
    ended = await client.post(f"/api/repairs/issues/fix/{step['flow_id']}", json={})
    assert (await ended.json())["type"] == FlowResultType.CREATE_ENTRY
    await settle()
    assert [name for name, _ in commands(mqtt_mock, "calibrate")] == [speaker.name]
    # It takes its time, in which nobody is asked again.
    await pass_time(60)
    assert not issues(hass)
    speaker.sample("ultrasound", ultrasound=TONE | {"calibrated": time.time()})
    for _ in range(6):
        await pass_time(60)
    assert not issues(hass)


@pytest.mark.parametrize("away", ["node_away", "not_loaded"])
async def test_a_repair_of_what_is_away_says_so(
    hass: HomeAssistant,
    entry: HalcyonConfigEntry,
    speaker: Node,
    pass_time: Pass,
    settle: Settle,
    hass_client: ClientSessionGenerator,
    away: str,
) -> None:
    assert await async_setup_component(hass, "repairs", {})
    speaker.sample("ultrasound", ultrasound=TONE | {"trouble": "uncalibrated"})
    for _ in range(6):
        await pass_time(60)
    (issue,) = issues(hass).values()
    if away == "node_away":
        speaker.online("offline")
    else:
        await hass.config_entries.async_unload(entry.entry_id)
    await settle()
    client = await hass_client()
    began = await client.post(
        "/api/repairs/issues/fix", json={"handler": DOMAIN, "issue_id": issue.issue_id}
    )
    step = await began.json()
    assert (step["type"], step["reason"]) == (FlowResultType.ABORT, away)


def test_a_trouble_that_comes_and_goes_is_told_of_once() -> None:
    troubles, told = Troubles(), []
    for minute in range(240):
        t = 60.0 * minute
        there = minute < 10 or minute % 7 == 0
        troubles.see("speaker", SoundTrouble.INTERFERENCE if there else None, t)
        told.append(bool(troubles.standing("speaker")))
    assert told[:5] == [False] * 5
    assert all(told[5:])


def test_a_trouble_of_a_moment_is_not_told_of() -> None:
    troubles = Troubles()
    for t in range(0, 3600, 30):
        troubles.see("speaker", SoundTrouble.CLIPPED if t % 300 < 240 else None, t)
        assert troubles.standing("speaker") == []


def test_what_calibration_mends_is_over_with_it() -> None:
    troubles = Troubles()
    for t in (0.0, STANDS_SECONDS):
        troubles.see("speaker", SoundTrouble.STALE, t)
    assert troubles.standing("speaker") == [SoundTrouble.STALE]
    troubles.see("speaker", None, STANDS_SECONDS + 1.0)
    assert troubles.standing("speaker") == []


looks = st.lists(
    st.tuples(st.floats(1.0, 600.0), st.none() | st.sampled_from(SoundTrouble)), max_size=60
)


@given(looks)
def test_no_trouble_flaps(looks: list[tuple[float, SoundTrouble | None]]) -> None:
    """What is told was there for minutes, and is only over when it was gone for longer."""
    troubles, t, before = Troubles(), 0.0, set[SoundTrouble]()
    first: dict[SoundTrouble, float] = {}
    last: dict[SoundTrouble, float] = {}
    for wait, trouble in looks:
        t += wait
        if trouble is not None:
            first.setdefault(trouble, t)
            last[trouble] = t
        troubles.see("speaker", trouble, t)
        standing = set(troubles.standing("speaker"))
        assert all(t - first[each] >= STANDS_SECONDS for each in standing - before)
        over = before - standing
        assert all(t - last[each] >= REST_SECONDS for each in over - MENDED_BY_CALIBRATION)
        assert all(each is trouble for each in standing & MENDED_BY_CALIBRATION)
        before = standing
