"""A reply as sound: what the preferred assistant would say, where a node can fetch it."""

import logging
from typing import Protocol

from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError
from yarl import URL

_LOGGER = logging.getLogger(__name__)

_TTS = "tts"


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
    pipeline = pipeline_of(hass, chosen)
    if pipeline is None or pipeline.tts_engine is None or _TTS not in hass.config.components:
        return None
    from homeassistant.components import media_source
    from homeassistant.components.media_player import async_process_play_media_url

    asked = {"message": text}
    if pipeline.tts_language is not None:
        asked["language"] = pipeline.tts_language
    if pipeline.tts_voice is not None:
        asked["voice"] = pipeline.tts_voice
    # By its address rather than by its module, which a home without a voice need not have.
    spoken = str(URL.build(path=pipeline.tts_engine, query=asked))
    try:
        address = media_source.generate_media_source_id(_TTS, spoken)
        media = await media_source.async_resolve_media(hass, address, None)
        return async_process_play_media_url(hass, media.url)
    except HomeAssistantError as error:
        _LOGGER.warning("A reply was not spoken: %s", error)
        return None
