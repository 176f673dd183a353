"""A reply as sound: what the preferred assistant would say, where a node can fetch it."""

import logging
from typing import Protocol

from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError
from yarl import URL

_LOGGER = logging.getLogger(__name__)

_TTS = "tts"

CHARACTERS_A_SECOND = 14.0
"""How fast voices speak. Who plays does not say when it has finished, and must not hear itself."""

SOFT_VOLUME = 0.25
"""Of an answer to a whisper, 12 dB below the usual."""


class Assistant(Protocol):
    """What is read of a pipeline of Assist, whose module a home without it cannot import."""

    @property
    def conversation_engine(self) -> str:
        """Who understands and answers."""

    @property
    def conversation_language(self) -> str:
        """In which language they do."""

    @property
    def tts_engine(self) -> str | None:
        """Who speaks; None where nobody does."""

    @property
    def tts_language(self) -> str | None:
        """In which language they speak."""

    @property
    def tts_voice(self) -> str | None:
        """By which of their voices."""


def pipeline_of(hass: HomeAssistant, chosen: str | None = None) -> Assistant | None:
    """An assistant, the one that people prefer unless one is chosen; None in a home without any."""
    if "assist_pipeline" not in hass.config.components:
        return None
    from homeassistant.components import assist_pipeline

    return assist_pipeline.async_get_pipeline(hass, chosen)


async def async_spoken(hass: HomeAssistant, text: str, chosen: str | None = None) -> str | None:
    """The address of a text, spoken by the voice of an assistant; None without one."""
    spoken = _spoken(hass, text, chosen)
    if spoken is None:
        return None
    from homeassistant.components import media_source
    from homeassistant.components.media_player import async_process_play_media_url

    try:
        media = await media_source.async_resolve_media(hass, spoken, None)
        return async_process_play_media_url(hass, media.url)
    except HomeAssistantError as error:
        _LOGGER.warning("A reply was not spoken: %s", error)
        return None


async def async_sound(hass: HomeAssistant, text: str, chosen: str | None = None) -> bytes | None:
    """A text as a WAV file, spoken by the voice of an assistant; None without one."""
    spoken = _spoken(hass, text, chosen, preferred_format="wav")
    if spoken is None:
        return None
    from homeassistant.components.tts import async_get_media_source_audio

    try:
        _, sound = await async_get_media_source_audio(hass, spoken)
    except HomeAssistantError as error:
        _LOGGER.warning("A reply was not spoken: %s", error)
        return None
    return sound


def seconds_of(text: str) -> float:
    """How long a voice takes for a text, and to fetch it."""
    return 1.0 + len(text) / CHARACTERS_A_SECOND


def _spoken(hass: HomeAssistant, text: str, chosen: str | None, **options: str) -> str | None:
    """The media source of a text; None in a home without a voice."""
    pipeline = pipeline_of(hass, chosen)
    if pipeline is None or pipeline.tts_engine is None or _TTS not in hass.config.components:
        return None
    from homeassistant.components import media_source

    asked = {"message": text} | options
    if pipeline.tts_language is not None:
        asked["language"] = pipeline.tts_language
    if pipeline.tts_voice is not None:
        asked["voice"] = pipeline.tts_voice
    # By its address rather than by its module, which a home without a voice need not have.
    address = str(URL.build(path=pipeline.tts_engine, query=asked))
    return media_source.generate_media_source_id(_TTS, address)
