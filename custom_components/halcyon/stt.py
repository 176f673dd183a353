"""Speech to text by the service: Assist hears with the names of the home."""

from collections.abc import AsyncIterable
import logging
from typing import override

from homeassistant.components.stt import (
    AudioBitRates,
    AudioChannels,
    AudioCodecs,
    AudioFormats,
    AudioSampleRates,
    SpeechAudioProcessing,
    SpeechMetadata,
    SpeechResult,
    SpeechResultState,
    SpeechToTextEntity,
)
from homeassistant.const import Platform
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import entity_registry as er
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .const import DOMAIN
from .hub import HalcyonConfigEntry, Hub
from .voice.address import HearingError

_LOGGER = logging.getLogger(__name__)

PARALLEL_UPDATES = 0

_LANGUAGE = "en"
"""What is heard where the service has not said yet: the language that always can be."""


async def async_setup_entry(
    hass: HomeAssistant,
    entry: HalcyonConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Add what hears as soon as a service is known, and at once where one was known before."""
    hub = entry.runtime_data
    entity = HalcyonSpeech(hub)

    @callback
    def add_if_known() -> None:
        if hub.speech.key in hub.values:
            stop_listening()
            async_add_entities([entity])

    stop_listening = hub.values.async_listen((hub.speech.key,), add_if_known)
    registry = er.async_get(hass)
    if registry.async_get_entity_id(Platform.STT, DOMAIN, entity.unique_id or ""):
        stop_listening()
        async_add_entities([entity])
    else:
        add_if_known()


class HalcyonSpeech(SpeechToTextEntity):
    """The service as Assist asks it. It hears by itself when somebody has stopped speaking."""

    _attr_has_entity_name = True
    _attr_should_poll = False
    _attr_translation_key = "speech"

    def __init__(self, hub: Hub) -> None:
        self._hub = hub
        self._attr_unique_id = f"{hub.entry.entry_id}_speech"

    @property
    @override
    def available(self) -> bool:
        return self._hub.values.get(self._hub.speech.key) is True

    @property
    @override
    def supported_languages(self) -> list[str]:
        return [*self._hub.speech.languages] or [_LANGUAGE]

    @property
    @override
    def supported_formats(self) -> list[AudioFormats]:
        return [AudioFormats.WAV]

    @property
    @override
    def supported_codecs(self) -> list[AudioCodecs]:
        return [AudioCodecs.PCM]

    @property
    @override
    def supported_bit_rates(self) -> list[AudioBitRates]:
        return [AudioBitRates.BITRATE_16]

    @property
    @override
    def supported_sample_rates(self) -> list[AudioSampleRates]:
        return [AudioSampleRates.SAMPLERATE_16000]

    @property
    @override
    def supported_channels(self) -> list[AudioChannels]:
        return [AudioChannels.CHANNEL_MONO]

    @property
    @override
    def audio_processing(self) -> SpeechAudioProcessing:
        return SpeechAudioProcessing(
            requires_external_vad=False,
            prefers_auto_gain_enabled=False,
            prefers_noise_reduction_enabled=False,
        )

    @override
    async def async_added_to_hass(self) -> None:
        await super().async_added_to_hass()
        listen = self._hub.values.async_listen
        self.async_on_remove(listen((self._hub.speech.key,), self.async_write_ha_state))

    @override
    async def async_process_audio_stream(
        self, metadata: SpeechMetadata, stream: AsyncIterable[bytes]
    ) -> SpeechResult:
        """Have it heard; the answer may come before the stream ends."""
        try:
            heard = await self._hub.speech.async_hear(metadata.language, stream)
        except HearingError as error:
            _LOGGER.error("Speech was not heard: %s", error)  # noqa: TRY400 - the message says it
            return SpeechResult(None, SpeechResultState.ERROR)
        return SpeechResult(heard["text"], SpeechResultState.SUCCESS)
