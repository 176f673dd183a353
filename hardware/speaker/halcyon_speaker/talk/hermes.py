"""How the node is heard by the service: the topics of Hermes, as satellites of Rhasspy speak it.

The name of the site in Hermes is the id of the node.
"""

from dataclasses import dataclass
import io
import json
import wave

from halcyon.core.message import Message
from halcyon.core.snapshot import Json
from halcyon.decode.malformed import MalformedError
from halcyon.decode.strict_json import Members, parse_object
from halcyon.service.transport import Letter

from .microphone import RATE, SAMPLE_BYTES

_START, _STOP = "hermes/asr/startListening", "hermes/asr/stopListening"
_CAPTURED, _ERROR = "hermes/asr/textCaptured", "hermes/error/asr"

ANSWERS = (_CAPTURED, _ERROR)
"""The topics by which one is answered who was heard."""

FILTERS = (_START, _STOP, *ANSWERS)
"""The topics of all that concerns one who listens."""

_LONGEST_ANSWER = 16 * 1024
_LONGEST_ID = 128
_LONGEST_TEXT = 4096


@dataclass(frozen=True, slots=True)
class Start:
    """Somebody wants the node to be heard; `session` is how they call it, if they do."""

    session: str | None


@dataclass(frozen=True, slots=True)
class End:
    """What was sent in a session is heard (`text`), or is not and why (`error`)."""

    session: str | None
    text: str = ""
    error: str | None = None


def frame(site: str, pcm: bytes) -> Letter:
    """Some sound, as a whole WAV file."""
    file = io.BytesIO()
    with wave.open(file, "wb") as opened:
        opened.setframerate(RATE)
        opened.setsampwidth(SAMPLE_BYTES)
        opened.setnchannels(1)
        opened.writeframes(pcm)
    return Letter(f"hermes/audioServer/{site}/audioFrame", file.getvalue())


def detected(site: str, session: str, word: str) -> Letter:
    """The wake word was said."""
    body: dict[str, Json] = {
        "modelId": word,
        "modelVersion": "",
        "modelType": "universal",
        "currentSensitivity": 1.0,
        "siteId": site,
        "sessionId": session,
    }
    return _letter(f"hermes/hotword/{word}/detected", body)


def start(site: str, session: str) -> Letter:
    """Hear what follows."""
    return _letter(_START, {"siteId": site, "sessionId": session, "stopOnSilence": True})


def stop(site: str, session: str) -> Letter:
    """Nothing follows."""
    return _letter(_STOP, {"siteId": site, "sessionId": session})


def read(message: Message, site: str) -> Start | End | None:
    """What a message means for a site; None for what is retained, malformed or for others."""
    if message.retain or message.topic not in FILTERS:
        return None
    try:
        members = Members(parse_object(message.payload, _LONGEST_ANSWER))
    except MalformedError:
        return None
    if members.text("siteId", _LONGEST_ID) != site:
        return None
    session = members.text("sessionId", _LONGEST_ID)
    match message.topic:
        case "hermes/asr/startListening":
            return Start(session)
        case "hermes/error/asr":
            return End(session, error=members.text("error", _LONGEST_TEXT) or "not heard")
        case _:
            return End(session, members.text("text", _LONGEST_TEXT) or "")


def _letter(topic: str, body: dict[str, Json]) -> Letter:
    return Letter(topic, json.dumps(body).encode(), qos=1)
