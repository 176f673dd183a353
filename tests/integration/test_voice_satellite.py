"""Nodes as satellites of Assist: they announce, ask, begin conversations, and are answered."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any, override

from homeassistant.components import conversation
from homeassistant.components.assist_pipeline import async_update_pipeline
from homeassistant.components.assist_pipeline.pipeline import (
    KEY_ASSIST_PIPELINE,
    async_get_pipeline,
)
from homeassistant.core import HomeAssistant, ServiceResponse
from homeassistant.exceptions import HomeAssistantError, ServiceValidationError
from homeassistant.helpers import intent
from homeassistant.setup import async_setup_component
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry
from pytest_homeassistant_custom_component.typing import MqttMockHAClient
from tests.integration.conftest import Node, Settle, commands, room, set_up, state
from tests.integration.test_voice_commands import understood

from custom_components.halcyon.hub import HalcyonConfigEntry

SATELLITE = "assist_satellite.bedroom_radar_1_satellite"
CHOICE = "select.bedroom_radar_1_assistant"
SOUND = "http://home.lan/sound.mp3"

type Act = Callable[..., Coroutine[Any, Any, ServiceResponse]]


class Agent(conversation.AbstractConversationAgent):
    """Answers what a test wants, and remembers what it was asked."""

    def __init__(self) -> None:
        self.asked: list[conversation.ConversationInput] = []
        self.goes_on = False

    @property
    @override
    def supported_languages(self) -> list[str]:
        return ["en"]

    @override
    async def async_process(
        self, user_input: conversation.ConversationInput
    ) -> conversation.ConversationResult:
        self.asked.append(user_input)
        answer = intent.IntentResponse(language="en")
        answer.async_set_speech("as you wish")
        return conversation.ConversationResult(
            response=answer,
            conversation_id=user_input.conversation_id or "new",
            continue_conversation=self.goes_on,
        )


@pytest.fixture
async def agent(hass: HomeAssistant) -> Agent:
    """A home with Assist, whose preferred assistant is a test's."""
    for component in ("homeassistant", "conversation", "assist_pipeline"):
        assert await async_setup_component(hass, component, {})
    made, entry = Agent(), MockConfigEntry(title="Butler")
    entry.add_to_hass(hass)
    conversation.async_set_agent(hass, entry, made)
    await async_update_pipeline(hass, async_get_pipeline(hass), conversation_engine=entry.entry_id)
    return made


@pytest.fixture
async def heard(
    hass: HomeAssistant, agent: Agent, mqtt_mock: MqttMockHAClient, settle: Settle
) -> HalcyonConfigEntry:
    """A node beside which somebody has spoken."""
    entry = await set_up(hass, room(hass, "Bedroom", "radar-1"))
    node = Node(hass)
    node.online()
    node.announce()
    await settle()
    understood(hass, "hello there")
    await settle()
    agent.asked.clear()
    mqtt_mock.async_publish.reset_mock()
    return entry


@pytest.fixture(autouse=True)
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Voices take no time: that which stands still would never pass."""
    satellite = "custom_components.halcyon.assist_satellite"
    monkeypatch.setattr(f"{satellite}._CHIME_SECONDS", 0.0)
    for module in (satellite, "custom_components.halcyon.voice.commands"):
        monkeypatch.setattr(f"{module}.seconds_of", lambda _text: 0.0)


@pytest.fixture
def act(hass: HomeAssistant) -> Act:
    """Call a service of satellites."""

    async def call(service: str, **data: object) -> ServiceResponse:
        return await hass.services.async_call(
            "assist_satellite",
            service,
            {"entity_id": SATELLITE} | data,
            blocking=True,
            return_response=service == "ask_question",
        )

    return call


async def until_asked(mqtt_mock: MqttMockHAClient) -> None:
    """Until the node is asked to listen."""
    for _ in range(1000):
        if commands(mqtt_mock, "listen"):
            return
        await asyncio.sleep(0)
    raise AssertionError("the node was not asked to listen")


async def test_a_node_becomes_a_satellite_when_it_is_heard(
    hass: HomeAssistant, heard: HalcyonConfigEntry
) -> None:
    assert state(hass, SATELLITE) == "idle"
    assert state(hass, CHOICE) == "preferred"


async def test_an_announcement_is_played_after_its_chime(
    heard: HalcyonConfigEntry, act: Act, mqtt_mock: MqttMockHAClient
) -> None:
    await act("announce", media_id=SOUND)
    chime, sound = commands(mqtt_mock, "play")
    assert chime[1]["url"] != SOUND
    assert (sound[0], sound[1]["url"]) == ("radar-1", SOUND)
    mqtt_mock.async_publish.reset_mock()
    await act("announce", media_id=SOUND, preannounce=False)
    assert [each["url"] for _, each in commands(mqtt_mock, "play")] == [SOUND]


async def test_a_question_is_answered_by_what_is_said_next(
    hass: HomeAssistant,
    heard: HalcyonConfigEntry,
    agent: Agent,
    act: Act,
    mqtt_mock: MqttMockHAClient,
    settle: Settle,
) -> None:
    answers = [{"id": "yes", "sentences": ["yes [please]"]}, {"id": "no", "sentences": ["no"]}]
    asking = asyncio.create_task(
        act("ask_question", question_media_id=SOUND, preannounce=False, answers=answers)
    )
    await until_asked(mqtt_mock)
    # It is no command for the home, and is the answer all the same.
    understood(hass, "yes please", 7, accepted=False)
    answer = await asking
    assert answer is not None
    assert (answer["id"], answer["sentence"]) == ("yes", "yes please")
    await settle()
    assert agent.asked == []


async def test_a_question_that_nobody_answers_comes_to_an_end(
    hass: HomeAssistant,
    heard: HalcyonConfigEntry,
    act: Act,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("custom_components.halcyon.assist_satellite._ANSWER_SECONDS", -1.0)
    with pytest.raises(HomeAssistantError, match="No answer"):
        await act("ask_question", question_media_id=SOUND, preannounce=False)
    assert state(hass, SATELLITE) == "idle"


async def test_a_conversation_that_was_begun_goes_on_with_what_it_is_about(
    hass: HomeAssistant,
    heard: HalcyonConfigEntry,
    agent: Agent,
    act: Act,
    mqtt_mock: MqttMockHAClient,
    settle: Settle,
) -> None:
    await act(
        "start_conversation",
        start_media_id=SOUND,
        preannounce=False,
        extra_system_prompt="They may want the window closed",
    )
    assert [target for target, _ in commands(mqtt_mock, "listen")] == ["radar-1"]
    understood(hass, "close it", 7)
    await settle()
    understood(hass, "thank you", 8)
    await settle()
    first, second = agent.asked
    assert first.extra_system_prompt == "They may want the window closed"
    assert second.extra_system_prompt is None
    assert first.conversation_id == second.conversation_id
    assert first.satellite_id == SATELLITE


async def test_home_assistants_own_agent_begins_no_conversation(
    hass: HomeAssistant, heard: HalcyonConfigEntry, act: Act
) -> None:
    await async_update_pipeline(
        hass, async_get_pipeline(hass), conversation_engine="conversation.home_assistant"
    )
    with pytest.raises(HomeAssistantError, match="does not support"):
        await act("start_conversation", start_media_id=SOUND)


async def test_the_assistant_can_be_chosen(
    hass: HomeAssistant, heard: HalcyonConfigEntry, agent: Agent, settle: Settle
) -> None:
    second, entry = Agent(), MockConfigEntry(title="Gardener")
    entry.add_to_hass(hass)
    conversation.async_set_agent(hass, entry, second)
    made = {
        "conversation_engine": entry.entry_id,
        "conversation_language": "en",
        "language": "en",
        "name": "Gardener",
        **dict.fromkeys(("stt_engine", "stt_language", "tts_engine", "tts_language", "tts_voice")),
        **dict.fromkeys(("wake_word_entity", "wake_word_id")),
    }
    await hass.data[KEY_ASSIST_PIPELINE].pipeline_store.async_create_item(made)
    await settle()
    await hass.services.async_call(
        "select", "select_option", {"entity_id": CHOICE, "option": "Gardener"}, blocking=True
    )
    understood(hass, "what grows here", 7)
    await settle()
    assert [each.text for each in second.asked] == ["what grows here"]
    assert agent.asked == []


async def test_an_agent_that_asks_back_is_heard_without_a_wake_word(
    hass: HomeAssistant,
    heard: HalcyonConfigEntry,
    agent: Agent,
    mqtt_mock: MqttMockHAClient,
    settle: Settle,
) -> None:
    agent.goes_on = True
    understood(hass, "what is there to do", 7)
    await settle()
    assert [target for target, _ in commands(mqtt_mock, "listen")] == ["radar-1"]


async def test_wake_words_are_its_own(hass: HomeAssistant, heard: HalcyonConfigEntry) -> None:
    satellite = heard.runtime_data.voice.satellites["radar-1"]
    assert satellite.async_get_configuration().max_active_wake_words == 0  # type: ignore[attr-defined]
    with pytest.raises(ServiceValidationError):
        await satellite.async_set_configuration(None)  # type: ignore[attr-defined]
