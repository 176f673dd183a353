"""Commands that nodes heard: told as events, done by the assistant, answered where they sound."""

from collections.abc import Iterator
import json
import time
from types import SimpleNamespace
from typing import Any
from unittest.mock import AsyncMock, patch

from homeassistant.components import media_source
from homeassistant.const import EVENT_STATE_CHANGED
from homeassistant.core import HomeAssistant, ServiceCall
from homeassistant.helpers import area_registry as ar, entity_registry as er
from homeassistant.setup import async_setup_component
import pytest
from pytest_homeassistant_custom_component.common import (
    async_capture_events,
    async_fire_mqtt_message,
    async_mock_service,
)
from pytest_homeassistant_custom_component.typing import MqttMockHAClient
from tests.integration.conftest import Node, Pass, Settle, commands, room, set_up, state
from yarl import URL

from custom_components.halcyon.const import CONF_HAND_OVER, CONF_KEEP_COMMANDS
from custom_components.halcyon.engine.core.snapshot import Json
from custom_components.halcyon.hub import HalcyonConfigEntry

ROOT = "halcyon/1/home/$engine"
EVENT = "event.bedroom_command"


def understood(hass: HomeAssistant, text: str, number: int = 1, /, **fields: Json) -> None:
    """What the service says that it understood."""
    body: dict[str, Json] = {
        "utterance": f"u{number}",
        "revision": 1,
        "text": text,
        "confidence": 0.9,
        "accepted": True,
        "final": True,
        "source": "hermes",
        "node": "radar-1",
        "at": time.time() - 0.4,
    }
    async_fire_mqtt_message(hass, f"{ROOT}/recognised", json.dumps(body | fields), 1)


async def lamps(hass: HomeAssistant, *areas: str) -> list[ServiceCall]:
    """A lamp called Light in each of these areas, and Home Assistant's own assistant."""
    assert await async_setup_component(hass, "homeassistant", {})
    assert await async_setup_component(hass, "intent", {})
    assert await async_setup_component(hass, "conversation", {})
    registry = er.async_get(hass)
    for area in areas:
        area_id = ar.async_get(hass).async_get_or_create(area).id
        lamp = registry.async_get_or_create("light", "test", area, original_name=f"{area} light")
        registry.async_update_entity(lamp.entity_id, area_id=area_id)
        hass.states.async_set(lamp.entity_id, "off", {"friendly_name": f"{area} light"})
    return async_mock_service(hass, "light", "turn_on")


@pytest.fixture
async def entry(hass: HomeAssistant, mqtt_mock: MqttMockHAClient) -> HalcyonConfigEntry:
    return await set_up(hass, room(hass, "Bedroom", "radar-1"), room(hass, "Kitchen"))


async def test_a_command_is_an_event_of_its_room(
    hass: HomeAssistant, entry: HalcyonConfigEntry, settle: Settle
) -> None:
    changes = async_capture_events(hass, EVENT_STATE_CHANGED)
    assert state(hass, EVENT) is None
    understood(hass, "good night", speaker="anna")
    await settle()
    found = hass.states.get(EVENT)
    assert found is not None
    assert found.attributes["event_type"] == "command"
    assert found.attributes["text"] == "good night"
    assert found.attributes["confidence"] == 0.9
    assert found.attributes["speaker"] == "anna"
    assert found.attributes["latency"] == 400
    assert state(hass, "event.kitchen_command") is None
    understood(hass, "good night", 2, room="kitchen", node=None)
    await settle()
    assert state(hass, "event.kitchen_command") is not None
    told = [each.data["new_state"] for each in changes if each.data["entity_id"] == EVENT]
    assert len([each for each in told if each is not None and each.state != "unknown"]) == 1


async def test_what_was_said_is_not_recorded_unless_somebody_wants_it(
    hass: HomeAssistant, entry: HalcyonConfigEntry, settle: Settle
) -> None:
    understood(hass, "good night")
    await settle()
    found = hass.states.get(EVENT)
    assert found is not None
    assert found.state_info is not None
    unrecorded = found.state_info["unrecorded_attributes"]
    assert {"text", "confidence", "speaker", "latency"} <= unrecorded
    assert state(hass, "sensor.bedroom_last_command") is None
    engine, shown = await entry.runtime_data._computer.save()
    assert "good night" not in json.dumps([engine, shown])


async def test_the_last_command_is_kept_for_who_asks(
    hass: HomeAssistant, entry: HalcyonConfigEntry, settle: Settle
) -> None:
    hass.config_entries.async_update_entry(entry, options={CONF_KEEP_COMMANDS: True})
    await settle()
    understood(hass, "x" * 300)
    await settle()
    assert state(hass, "sensor.bedroom_last_command") == "x" * 255


@pytest.mark.parametrize(
    "fields",
    [{"final": False}, {"accepted": False}, {"withdrawn": True}, {"revision": None}],
    ids=["tentative", "not for us", "taken back", "malformed"],
)
async def test_nothing_happens_before_a_command_is_final_and_accepted(
    hass: HomeAssistant,
    entry: HalcyonConfigEntry,
    settle: Settle,
    fields: dict[str, Json],
) -> None:
    calls = await lamps(hass, "Bedroom")
    understood(hass, "turn on the light", **fields)
    await settle()
    assert state(hass, EVENT) is None
    assert calls == []


async def test_the_light_is_that_of_the_room_where_it_was_said(
    hass: HomeAssistant, entry: HalcyonConfigEntry, settle: Settle
) -> None:
    calls = await lamps(hass, "Bedroom", "Kitchen")
    understood(hass, "turn on the lights")
    await settle()
    assert [call.data["entity_id"] for call in calls] == [["light.test_bedroom"]]
    understood(hass, "turn on the lights", 2, node=None, room="kitchen")
    await settle()
    assert [call.data["entity_id"] for call in calls[1:]] == [["light.test_kitchen"]]


async def test_a_text_is_never_a_template(
    hass: HomeAssistant, entry: HalcyonConfigEntry, settle: Settle
) -> None:
    await lamps(hass, "Bedroom")
    understood(hass, "{{ states('light.test_bedroom') }}")
    await settle()
    found = hass.states.get(EVENT)
    assert found is not None
    assert found.attributes["text"] == "{{ states('light.test_bedroom') }}"


async def test_whoever_wants_only_the_event_gets_only_that(
    hass: HomeAssistant, entry: HalcyonConfigEntry, settle: Settle
) -> None:
    calls = await lamps(hass, "Bedroom")
    hass.config_entries.async_update_entry(entry, options={CONF_HAND_OVER: False})
    await settle()
    understood(hass, "turn on the lights")
    await settle()
    assert state(hass, EVENT) is not None
    assert calls == []


@pytest.fixture
def voice(hass: HomeAssistant, monkeypatch: pytest.MonkeyPatch) -> Iterator[AsyncMock]:
    """An assistant with a voice that takes no time."""
    hass.config.components.add("tts")
    pipeline = SimpleNamespace(
        conversation_engine=None,
        conversation_language="en",
        tts_engine="tts.voice",
        tts_language="en",
        tts_voice="anna",
    )
    monkeypatch.setattr("custom_components.halcyon.voice.commands.seconds_of", lambda _text: 0.0)
    played = media_source.PlayMedia("http://home.lan/reply.mp3", "audio/mpeg")
    with (
        patch("custom_components.halcyon.voice.reply.pipeline_of", return_value=pipeline),
        patch.object(media_source, "async_resolve_media", AsyncMock(return_value=played)) as speak,
        patch("homeassistant.components.tts.async_get_media_source_audio") as sound,
    ):
        sound.return_value = ("wav", b"RIFF")
        yield speak


async def test_the_reply_is_spoken_where_the_command_was_heard(
    hass: HomeAssistant,
    entry: HalcyonConfigEntry,
    node: Node,
    settle: Settle,
    mqtt_mock: MqttMockHAClient,
    voice: AsyncMock,
) -> None:
    await lamps(hass, "Bedroom")
    node.online()
    node.announce()
    await settle()
    understood(hass, "turn on the lights")
    await settle()
    understood(hass, "turn on the lamp", 2, accepted=False, clarify="Which lamp?")
    await settle()
    understood(hass, "turn on the lights", 3, soft=True)
    await settle()
    first, second, third = commands(mqtt_mock, "play")
    assert (first[0], first[1]["url"]) == ("radar-1", "http://home.lan/reply.mp3")
    assert "volume" not in first[1]
    asked = URL(voice.call_args_list[1].args[1])
    assert (asked.host, asked.path) == ("tts", "/tts.voice")
    assert dict(asked.query) == {"message": "Which lamp?", "language": "en", "voice": "anna"}
    assert second[0] == "radar-1"
    # Who is asked back is heard without a wake word, and who whispers is answered softly.
    assert [target for target, _ in commands(mqtt_mock, "listen")] == ["radar-1"]
    assert third[1]["volume"] == 0.25


def hermes(mqtt_mock: MqttMockHAClient, leaf: str) -> list[tuple[str, Any]]:
    """What satellites of Rhasspy were told."""
    calls = [call.args for call in mqtt_mock.async_publish.call_args_list]
    return [(topic, payload) for topic, payload, *_ in calls if topic.startswith(f"hermes/{leaf}")]


@pytest.mark.parametrize("place", [{"node": "radar-1"}, {"node": None, "room": "bedroom"}], ids=str)
async def test_a_satellite_of_rhasspy_is_sent_the_sound(
    hass: HomeAssistant,
    entry: HalcyonConfigEntry,
    settle: Settle,
    mqtt_mock: MqttMockHAClient,
    voice: AsyncMock,
    place: dict[str, Json],
) -> None:
    await lamps(hass, "Bedroom")
    understood(hass, "turn on the lights", **place)
    await settle()
    ((topic, payload),) = hermes(mqtt_mock, "audioServer")
    assert topic.split("/")[2:4] == [place["node"] or "bedroom", "playBytes"]
    assert payload == b"RIFF"
    assert commands(mqtt_mock, "play") == []
    understood(hass, "turn on the lamp", 2, accepted=False, clarify="Which lamp?", **place)
    await settle()
    asked = [json.loads(payload) for _, payload in hermes(mqtt_mock, "asr/startListening")]
    assert [each["siteId"] for each in asked] == ([place["node"]] if place["node"] else [])


async def test_a_satellite_of_rhasspy_speaks_by_its_own_voice_where_the_home_has_none(
    hass: HomeAssistant, entry: HalcyonConfigEntry, settle: Settle, mqtt_mock: MqttMockHAClient
) -> None:
    await lamps(hass, "Bedroom")
    understood(hass, "turn on the lights")
    await settle()
    ((_, payload),) = hermes(mqtt_mock, "tts/say")
    body = json.loads(payload)
    assert (body["siteId"], body["lang"]) == ("radar-1", "en")
    assert "light" in body["text"].lower()


async def test_a_node_that_recognises_by_itself_is_weighed_by_the_service(
    hass: HomeAssistant,
    entry: HalcyonConfigEntry,
    node: Node,
    settle: Settle,
    pass_time: Pass,
    mqtt_mock: MqttMockHAClient,
) -> None:
    node.online()
    node.announce()
    await settle()
    event: dict[str, Any] = {"id": "v1", "b": node.boot, "n": 0, "ms": 0, "lang": "en"}
    node.publish("e/voice", json.dumps(event | {"text": "turn on the light", "conf": 0.7}))
    await settle()
    ((target, asked),) = commands(mqtt_mock, "recognise")
    assert (target, asked["text"], asked["node"]) == ("$engine", "turn on the light", "radar-1")
    understood(hass, "turn on the lights", utterance=str(asked["utterance"]))
    await settle()
    found = hass.states.get(EVENT)
    assert found is not None
    assert found.attributes["text"] == "turn on the lights"
    await pass_time(5)
    assert hass.states.get(EVENT) is found


async def test_without_a_service_its_transcript_counts(
    hass: HomeAssistant, entry: HalcyonConfigEntry, node: Node, settle: Settle, pass_time: Pass
) -> None:
    node.online()
    node.announce()
    await settle()
    event: dict[str, Any] = {"id": "v1", "b": node.boot, "n": 0, "ms": 0}
    node.publish("e/voice", json.dumps(event | {"text": "turn on the light"}))
    await settle()
    assert state(hass, EVENT) is None
    await pass_time(2)
    found = hass.states.get(EVENT)
    assert found is not None
    assert found.attributes["text"] == "turn on the light"


async def test_a_room_in_standby_hears_nothing(
    hass: HomeAssistant, entry: HalcyonConfigEntry, settle: Settle
) -> None:
    entry.runtime_data.settings.async_set_standby("bedroom", on=True)
    await settle()
    understood(hass, "good night")
    await settle()
    assert state(hass, EVENT) is None
