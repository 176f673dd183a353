"""Nodes that hear commands over MQTT, as Assist knows satellites: they announce, talk and ask."""

import asyncio
from typing import override

from homeassistant.components.assist_pipeline import PipelineEvent
from homeassistant.components.assist_satellite import (
    AssistSatelliteAnnouncement,
    AssistSatelliteConfiguration,
    AssistSatelliteEntity,
    AssistSatelliteEntityDescription,
    AssistSatelliteEntityFeature,
)
from homeassistant.const import Platform
from homeassistant.core import HomeAssistant, callback
from homeassistant.exceptions import ServiceValidationError
from homeassistant.helpers import entity_registry as er
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .const import DOMAIN
from .entity import HalcyonEntity
from .hub import HalcyonConfigEntry, Hub
from .subject import Subject
from .voice.reply import seconds_of
from .voice.satellites import SATELLITE, async_each_satellite

PARALLEL_UPDATES = 0

_SATELLITE = AssistSatelliteEntityDescription(key=SATELLITE, translation_key=SATELLITE)

_CHIME_SECONDS = 2.0
"""How long Home Assistant's own chime lasts, with the time to fetch it."""

_ANSWER_SECONDS = 30.0
"""How long somebody may think about a question: that of two utterances that came to nothing."""


async def async_setup_entry(
    hass: HomeAssistant,
    entry: HalcyonConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Add every node as soon as a command was heard beside it."""

    def add(hub: Hub, about: Subject) -> None:
        async_add_entities([HalcyonSatellite(hub, about, _SATELLITE)])

    async_each_satellite(entry, add)


class HalcyonSatellite(HalcyonEntity, AssistSatelliteEntity):
    """A node that hears. Wake words and the end of speech are its own and the service's matter."""

    platform_domain = Platform.ASSIST_SATELLITE
    _attr_supported_features = (
        AssistSatelliteEntityFeature.ANNOUNCE | AssistSatelliteEntityFeature.START_CONVERSATION
    )

    @property
    @override
    def pipeline_entity_id(self) -> str | None:
        registry = er.async_get(self.hass)
        chosen = f"{self.subject.unique}{SATELLITE}-pipeline"
        return registry.async_get_entity_id(Platform.SELECT, DOMAIN, chosen)

    @property
    def pipeline_id(self) -> str | None:
        """The assistant that was chosen for it; None for the preferred one."""
        return self._resolve_pipeline()

    @callback
    def async_take_answer(self, text: str) -> bool:
        """Take what was said as the answer to a question, if one was asked."""
        asked = self._ask_question_future
        if asked is None or asked.done():
            return False
        asked.set_result(text)
        return True

    @callback
    def async_take_conversation(self) -> tuple[str | None, str | None]:
        """The conversation that somebody began there, and what its agent is to know; once."""
        begun = self._conversation_id, self._extra_system_prompt
        self._conversation_id = self._extra_system_prompt = None
        return begun

    @callback
    @override
    def async_get_configuration(self) -> AssistSatelliteConfiguration:
        return AssistSatelliteConfiguration(
            available_wake_words=[], active_wake_words=[], max_active_wake_words=0
        )

    @override
    async def async_set_configuration(self, config: AssistSatelliteConfiguration) -> None:
        raise ServiceValidationError(translation_domain=DOMAIN, translation_key="own_wake_word")

    @override
    async def async_announce(self, announcement: AssistSatelliteAnnouncement) -> None:
        """Play it, after its chime, and wait for as long as that may take."""
        node, voice = self.subject.name, self.hub.voice
        if announcement.preannounce_media_id is not None:
            voice.async_play(node, announcement.preannounce_media_id)
            await asyncio.sleep(_CHIME_SECONDS)
        voice.async_play(node, announcement.media_id)
        await asyncio.sleep(seconds_of(announcement.message))

    @override
    async def async_start_conversation(
        self, start_announcement: AssistSatelliteAnnouncement
    ) -> None:
        """Play it, and hear the answer without a wake word."""
        await self.async_announce(start_announcement)
        self.hub.voice.async_listen(self.subject.name)
        asked = self._ask_question_future
        if asked is not None:
            await asyncio.wait((asked,), timeout=_ANSWER_SECONDS)
            if not asked.done():
                # Whoever asked would wait for ever.
                asked.set_result(None)

    @callback
    @override
    def on_pipeline_event(self, event: PipelineEvent) -> None:
        """No pipeline runs on behalf of the node: what it heard comes as text."""

    @override
    async def async_added_to_hass(self) -> None:
        await super().async_added_to_hass()
        self.hub.voice.satellites[self.subject.name] = self

    @override
    async def async_will_remove_from_hass(self) -> None:
        self.hub.voice.satellites.pop(self.subject.name, None)
        await super().async_will_remove_from_hass()
