"""What satellites of Rhasspy send: sound as WAV files, and requests as JSON."""

import io
import json
import wave

from ..core.snapshot import Json
from ..speech.sound import SoundError, check_format
from .hearing import HearingError

LARGEST_FRAME = 64 * 1024
"""Bytes of one WAV: two seconds, and ten times what satellites send."""

DEFAULT_SITE = "default"
"""What Hermes calls a satellite that does not say its name."""

_LARGEST_REQUEST = 4096
_LONGEST_TEXT = 128
"""Bytes of a request, and characters of what we repeat of it: names of sessions and wake words."""


def sound_in(frame: bytes) -> bytes:
    """The samples of a WAV; raises HearingError."""
    if len(frame) > LARGEST_FRAME:
        raise HearingError(
            "too-large", f"a frame has {len(frame)} bytes, at most {LARGEST_FRAME} are heard"
        )
    try:
        with wave.open(io.BytesIO(frame)) as opened:
            check_format(opened.getframerate(), opened.getsampwidth(), opened.getnchannels())
            pcm: bytes = opened.readframes(opened.getnframes())
    except SoundError as error:
        raise HearingError("bad-format", str(error)) from error
    except (wave.Error, EOFError) as error:
        raise HearingError("malformed", "a frame is no WAV file") from error
    return pcm


def request_in(payload: bytes) -> dict[str, Json] | None:
    """The texts of a request, all others left out; None for what is no request of a site."""
    if len(payload) > _LARGEST_REQUEST:
        return None
    try:
        body = json.loads(payload)
    except ValueError, RecursionError:
        return None
    if not isinstance(body, dict) or not isinstance(body.get("siteId", DEFAULT_SITE), str):
        return None
    return {
        key: value
        for key, value in body.items()
        if value is None or (isinstance(value, str) and len(value) <= _LONGEST_TEXT)
    }
