"""The sounds of alarms as files that media players fetch from Home Assistant, by a signed path."""

from functools import lru_cache
from http import HTTPStatus
import io
import math
import wave

from aiohttp import web
from homeassistant.components.http import KEY_HASS, HomeAssistantView
from homeassistant.core import HomeAssistant, callback
from homeassistant.setup import async_when_setup
import numpy as np

from ..engine.decide.alarm.melodies import MELODIES

CLIP_SECONDS = 60.0
"""Players are asked to play it again when it ends; seldom enough not to be heard as a gap."""

_RATE = 22_050
"""The melodies have nothing above 8 kHz, and every player knows this rate."""

_PEAK = 0.9 * 32_767
"""Below full scale, because players convert the rate and overshoot."""

_SUFFIX = ".wav"
_PATH = "/api/halcyon/alarm_sounds/"


class AlarmSoundView(HomeAssistantView):
    """Serves the sounds. Media players have no account: the path is signed for them."""

    url = f"{_PATH}{{name}}"
    name = "api:halcyon:alarm_sounds"

    async def head(self, request: web.Request, name: str) -> web.Response:
        """Say what there is; renderers ask before they fetch."""
        return web.Response(status=_status(name), content_type="audio/wav")

    async def get(self, request: web.Request, name: str) -> web.Response:
        """One sound."""
        if _status(name) is not HTTPStatus.OK:
            return web.Response(status=HTTPStatus.NOT_FOUND)
        hass = request.app[KEY_HASS]
        body = await hass.async_add_executor_job(clip, name.removesuffix(_SUFFIX))
        return web.Response(body=body, content_type="audio/wav")


@callback
def async_setup_alarm_sounds(hass: HomeAssistant) -> None:
    """Serve the sounds once Home Assistant serves anything."""

    async def serve(hass: HomeAssistant, _component: str) -> None:
        hass.http.register_view(AlarmSoundView())

    async_when_setup(hass, "http", serve)


def sound_url(hass: HomeAssistant, sound: str) -> str:
    """Where a player finds a sound of the engine, or what else a person named.

    Whoever asks has a media player, so that its module is loaded.

    Raises HomeAssistantError where Home Assistant does not know its own address.
    """
    from homeassistant.components.media_player import async_process_play_media_url

    if sound not in MELODIES:
        return sound
    return async_process_play_media_url(hass, f"{_PATH}{sound}{_SUFFIX}")


@lru_cache(maxsize=len(MELODIES))
def clip(sound: str) -> bytes:
    """A melody, repeated for CLIP_SECONDS, as WAV: 16 bits, one channel."""
    melody = MELODIES[sound]
    turns = math.ceil(CLIP_SECONDS / melody.seconds)
    samples = np.tile(melody.samples(_RATE), turns)[: round(CLIP_SECONDS * _RATE)]
    file = io.BytesIO()
    with wave.open(file, "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(_RATE)
        out.writeframes((_PEAK * samples).astype("<i2").tobytes())
    return file.getvalue()


def _status(name: str) -> HTTPStatus:
    known = name.endswith(_SUFFIX) and name.removesuffix(_SUFFIX) in MELODIES
    return HTTPStatus.OK if known else HTTPStatus.NOT_FOUND
