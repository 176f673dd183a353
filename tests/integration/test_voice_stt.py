"""Assist hears through the service: a Wyoming server on a real socket, and a home that is told."""

import asyncio
from collections.abc import AsyncIterator
from ipaddress import ip_address
import json
from typing import Any

from homeassistant.components.homeassistant.exposed_entities import async_expose_entity
from homeassistant.components.stt import (
    AudioBitRates,
    AudioChannels,
    AudioCodecs,
    AudioFormats,
    AudioSampleRates,
    SpeechMetadata,
    SpeechResultState,
    async_get_speech_to_text_entity,
)
from homeassistant.config_entries import SOURCE_ZEROCONF
from homeassistant.const import STATE_UNAVAILABLE
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
from homeassistant.helpers import (
    area_registry as ar,
    entity_registry as er,
    issue_registry as ir,
)
from homeassistant.helpers.service_info.zeroconf import ZeroconfServiceInfo
from homeassistant.setup import async_setup_component
import pytest
from pytest_homeassistant_custom_component.common import async_fire_mqtt_message
from pytest_homeassistant_custom_component.typing import MqttMockHAClient
from tests.integration.conftest import Node, Pass, Settle, room, set_up, state
from wyoming.asr import Transcript
from wyoming.error import Error
from wyoming.event import Event, async_read_event, async_write_event
from wyoming.info import AsrModel, AsrProgram, Attribution, Info

from custom_components.halcyon.const import CONF_SPEECH, DOMAIN
from custom_components.halcyon.voice.household import Own, async_household

ROOT = "halcyon/1/home/$engine"
ENTITY = "stt.halcyon_speech"
SPOKEN = SpeechMetadata(
    language="en",
    format=AudioFormats.WAV,
    codec=AudioCodecs.PCM,
    bit_rate=AudioBitRates.BITRATE_16,
    sample_rate=AudioSampleRates.SAMPLERATE_16000,
    channel=AudioChannels.CHANNEL_MONO,
)


class FakeService:
    """Speaks Wyoming and hears nothing: says what a test tells it after some chunks of sound."""

    def __init__(self) -> None:
        self.says: Event | None = Transcript("turn on the lamp").event()
        self.after = 2
        self.ready = True
        self.seen: list[Event] = []
        self.port = 0
        self._server: asyncio.Server | None = None

    async def start(self) -> None:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", self.port)
        self.port = self._server.sockets[0].getsockname()[1]

    def stop(self) -> None:
        if self._server is not None:
            self._server.close()
            self._server.close_clients()

    @property
    def address(self) -> str:
        return f"127.0.0.1:{self.port}"

    def info(self) -> Event:
        by = Attribution("", "")
        model = AsrModel("m", by, self.ready, None, None, ["en"])
        return Info(asr=[AsrProgram("p", by, self.ready, None, None, [model])]).event()

    def announce(self, hass: HomeAssistant) -> None:
        wyoming = {"host": "127.0.0.1", "port": self.port}
        body = json.dumps({"v": 1, "version": "0.1.0", "wyoming": wyoming})
        async_fire_mqtt_message(hass, f"{ROOT}/info", body, 1, retain=True)
        async_fire_mqtt_message(hass, f"{ROOT}/state", "online", 1, retain=True)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        chunks = 0
        while (event := await async_read_event(reader)) is not None:
            self.seen.append(event)
            chunks += event.type == "audio-chunk"
            if event.type == "describe":
                await async_write_event(self.info(), writer)
            elif event.type == "audio-stop" or chunks == self.after:
                if self.says is None:
                    break
                await async_write_event(self.says, writer)
        writer.close()


@pytest.fixture(autouse=True)
async def core(hass: HomeAssistant) -> None:
    """What every Home Assistant has, and keeps which entities are exposed."""
    assert await async_setup_component(hass, "homeassistant", {})


@pytest.fixture
async def service(socket_enabled: None) -> AsyncIterator[FakeService]:
    started = FakeService()
    await started.start()
    yield started
    started.stop()


async def silence(chunks: int | None) -> AsyncIterator[bytes]:
    sent = 0
    while chunks is None or sent < chunks:
        sent += 1
        yield b"\0" * 640
        await asyncio.sleep(0)


async def hear(hass: HomeAssistant, chunks: int | None = 2) -> tuple[str | None, str]:
    entity = async_get_speech_to_text_entity(hass, ENTITY)
    assert entity is not None
    result = await entity.async_process_audio_stream(SPOKEN, silence(chunks))
    return result.text, result.result


def issues(hass: HomeAssistant) -> set[str]:
    found = ir.async_get(hass).issues.values()
    return {str(each.translation_key) for each in found if each.domain == DOMAIN}


def homes(mqtt_mock: MqttMockHAClient) -> list[dict[str, Any]]:
    calls = [call.args for call in mqtt_mock.async_publish.call_args_list]
    return [json.loads(payload) for topic, payload, *_ in calls if topic == f"{ROOT}/home"]


async def test_a_service_that_says_where_it_is_hears_for_assist(
    hass: HomeAssistant, mqtt_mock: MqttMockHAClient, settle: Settle, service: FakeService
) -> None:
    await set_up(hass, room(hass, "Bedroom"))
    assert state(hass, ENTITY) is None
    service.announce(hass)
    await settle()
    assert state(hass, ENTITY) == "unknown"
    entity = async_get_speech_to_text_entity(hass, ENTITY)
    assert entity is not None
    assert entity.audio_processing.requires_external_vad is False
    assert entity.supported_languages == ["en"]
    assert await hear(hass) == ("turn on the lamp", SpeechResultState.SUCCESS)


async def test_the_answer_does_not_wait_for_the_end_of_the_sound(
    hass: HomeAssistant, mqtt_mock: MqttMockHAClient, settle: Settle, service: FakeService
) -> None:
    await set_up(hass, room(hass, "Bedroom"))
    service.announce(hass)
    await settle()
    assert await hear(hass, None) == ("turn on the lamp", SpeechResultState.SUCCESS)
    assert "audio-stop" not in [event.type for event in service.seen]


async def test_what_may_be_named_goes_with_every_request(
    hass: HomeAssistant, mqtt_mock: MqttMockHAClient, settle: Settle, service: FakeService
) -> None:
    await set_up(hass, room(hass, "Bedroom"))
    kitchen = ar.async_get(hass).async_get_or_create("Kitchen")
    registry = er.async_get(hass)
    lamp = registry.async_get_or_create("light", "test", "1", original_name="Lamp")
    registry.async_update_entity(lamp.entity_id, area_id=kitchen.id)
    hass.states.async_set(lamp.entity_id, "off", {"friendly_name": "Lamp"})
    hass.states.async_set("light.secret", "on", {"friendly_name": "Secret"})
    async_expose_entity(hass, "conversation", lamp.entity_id, True)
    async_expose_entity(hass, "conversation", "light.secret", False)
    service.announce(hass)
    await settle()
    await hear(hass)
    request = next(event for event in service.seen if event.type == "transcribe")
    assert request.data["language"] == "en"
    assert "Lamp" in request.data["transcript_names"]
    assert "Secret" not in request.data["transcript_names"]
    household = request.data["context"]["halcyon"]["household"]
    (entity,) = [each for each in household["entities"] if each["name"] == "Lamp"]
    assert (entity["area"], entity["domain"], entity["state"]) == ("Kitchen", "light", "off")


async def test_the_home_is_told_when_the_service_comes_and_when_names_change(
    hass: HomeAssistant,
    mqtt_mock: MqttMockHAClient,
    settle: Settle,
    pass_time: Pass,
    service: FakeService,
) -> None:
    await set_up(hass, room(hass, "Bedroom", "speaker-1"))
    await pass_time(10)
    assert homes(mqtt_mock) == []
    service.announce(hass)
    await pass_time(10)
    (home,) = homes(mqtt_mock)
    assert home["halcyon_home"] == 1
    (told,) = home["rooms"]
    assert told == {"id": "bedroom", "area": "Bedroom", "nodes": ["speaker-1"], "paused": False}
    assert "state" not in json.dumps(home["entities"])
    await pass_time(600)
    assert len(homes(mqtt_mock)) == 1

    areas = ar.async_get(hass)
    areas.async_create("Plantuary")
    areas.async_create("Attic")
    await pass_time(10)
    assert len(homes(mqtt_mock)) == 2
    assert "Plantuary" in json.dumps(homes(mqtt_mock)[-1]["areas"])

    entry = hass.config_entries.async_entries(DOMAIN)[0]
    entry.runtime_data.settings.async_set_standby("bedroom", on=True)
    await pass_time(10)
    assert homes(mqtt_mock)[-1]["rooms"][0]["paused"] is True

    async_fire_mqtt_message(hass, f"{ROOT}/state", "offline")
    async_fire_mqtt_message(hass, f"{ROOT}/state", "online")
    await pass_time(10)
    assert len(homes(mqtt_mock)) == 4


@pytest.mark.parametrize(
    "says", [Error("the models are missing", "no-model").event(), None], ids=["error", "hangs up"]
)
async def test_what_is_not_heard_is_an_error(
    hass: HomeAssistant,
    mqtt_mock: MqttMockHAClient,
    settle: Settle,
    service: FakeService,
    says: Event | None,
) -> None:
    await set_up(hass, room(hass, "Bedroom"))
    service.announce(hass)
    await settle()
    service.says = says
    assert await hear(hass) == (None, SpeechResultState.ERROR)


async def test_a_service_that_is_gone_is_unavailable_and_to_be_mended(
    hass: HomeAssistant,
    mqtt_mock: MqttMockHAClient,
    settle: Settle,
    pass_time: Pass,
    service: FakeService,
) -> None:
    await set_up(hass, room(hass, "Bedroom"))
    service.announce(hass)
    await settle()
    service.stop()
    await pass_time(61)
    assert state(hass, ENTITY) == STATE_UNAVAILABLE
    assert "speech_missing" not in issues(hass)
    await pass_time(61)
    assert "speech_missing" in issues(hass)
    assert await hear(hass) == (None, SpeechResultState.ERROR)
    await service.start()
    await pass_time(61)
    assert "speech_missing" not in issues(hass)
    assert state(hass, ENTITY) != STATE_UNAVAILABLE


async def test_a_service_without_a_model_is_to_be_mended(
    hass: HomeAssistant,
    mqtt_mock: MqttMockHAClient,
    settle: Settle,
    pass_time: Pass,
    service: FakeService,
) -> None:
    service.ready = False
    await set_up(hass, room(hass, "Bedroom"))
    service.announce(hass)
    await settle()
    assert state(hass, ENTITY) == STATE_UNAVAILABLE
    assert "speech_model_missing" in issues(hass)
    service.ready = True
    await pass_time(61)
    assert state(hass, ENTITY) == "unknown"
    assert "speech_model_missing" not in issues(hass)


async def test_an_address_by_hand_needs_no_broker(
    hass: HomeAssistant, settle: Settle, service: FakeService
) -> None:
    entry = await set_up(hass)
    flow = await hass.config_entries.options.async_init(entry.entry_id)
    written = {"host": "home_assistant", "keep_days": 90, "hand_over": True, "keep_commands": False}
    refused = await hass.config_entries.options.async_configure(
        flow["flow_id"], written | {CONF_SPEECH: "no address"}
    )
    assert refused["errors"] == {CONF_SPEECH: "invalid_address"}
    await hass.config_entries.options.async_configure(
        flow["flow_id"], written | {CONF_SPEECH: service.address}
    )
    await settle()
    assert await hear(hass) == ("turn on the lamp", SpeechResultState.SUCCESS)


async def test_a_service_is_found_in_the_network(
    hass: HomeAssistant, settle: Settle, service: FakeService
) -> None:
    entry = await set_up(hass)

    async def found(site: str, port: int) -> str:
        info = ZeroconfServiceInfo(
            ip_address=ip_address("127.0.0.1"),
            ip_addresses=[],
            port=port,
            hostname="host.local.",
            type="_wyoming._tcp.local.",
            name="halcyon-home._wyoming._tcp.local.",
            properties={"site": site},
        )
        result = await hass.config_entries.flow.async_init(
            DOMAIN, context={"source": SOURCE_ZEROCONF}, data=info
        )
        assert result["type"] is FlowResultType.ABORT
        await settle()
        return str(result["reason"])

    assert await found("elsewhere", 1) == "not_our_service"
    assert CONF_SPEECH not in entry.data
    assert await found("home", service.port) == "already_configured"
    assert entry.data[CONF_SPEECH] == service.address
    assert await hear(hass) == ("turn on the lamp", SpeechResultState.SUCCESS)


@pytest.mark.parametrize(
    "payload",
    [b"", b"{", b"[]", b"[" * 100_000, b'{"wyoming":3}', b'{"wyoming":{"host":"a b","port":1}}'],
    ids=range(6),
)
async def test_an_announcement_may_be_unreadable(
    hass: HomeAssistant, mqtt_mock: MqttMockHAClient, node: Node, settle: Settle, payload: bytes
) -> None:
    entry = await set_up(hass, room(hass, "Bedroom", node.name))
    async_fire_mqtt_message(hass, f"{ROOT}/info", payload)
    await settle()
    assert entry.runtime_data.speech.address is None
    assert state(hass, ENTITY) is None


async def test_names_are_those_that_people_gave_and_no_more_than_anybody_knows(
    hass: HomeAssistant, settle: Settle, monkeypatch: pytest.MonkeyPatch
) -> None:
    registry = er.async_get(hass)
    for number in range(4):
        lamp = registry.async_get_or_create("light", "test", str(number), original_name="Lamp")
        registry.async_update_entity(
            lamp.entity_id, name=f"Lamp {number}", aliases=[er.COMPUTED_NAME, "Glow"]
        )
        hass.states.async_set(lamp.entity_id, "on", {"friendly_name": f"Lamp {number}"})
        async_expose_entity(hass, "conversation", lamp.entity_id, True)
    hass.states.async_set("light.long", "on", {"friendly_name": "x" * 101})
    async_expose_entity(hass, "conversation", "light.long", True)
    household = async_household(hass, Own(), states=False)
    entities = household["entities"]
    assert isinstance(entities, list)
    assert len(entities) == 4
    assert entities[0] == {
        "name": "Lamp 0",
        "aliases": ["Glow"],
        "area": None,
        "domain": "light",
    }
    monkeypatch.setattr("custom_components.halcyon.voice.household.MOST_ENTITIES", 3)
    fewer = async_household(hass, Own(), states=True)["entities"]
    assert isinstance(fewer, list)
    assert len(fewer) == 3
