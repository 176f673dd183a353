"""What satellites of Rhasspy expect of a dialogue manager, where there is no other.

Their wake words rest while somebody is heard, and they show that a session begins and how it
ends. Topics and keys are those of rhasspy-hermes 0.6.2.
"""

from enum import StrEnum
import json

from ..core.snapshot import Json
from .transport import Letter


class Ending(StrEnum):
    """Why a session ended."""

    NOMINAL = "nominal"
    NOT_RECOGNISED = "intentNotRecognized"
    ABORTED = "abortedByUser"
    ERROR = "error"


def started(site: str, session: Json) -> list[Letter]:
    """A session begins at a site."""
    about: dict[str, Json] = {"siteId": site, "sessionId": session}
    return [
        _letter("hermes/hotword/toggleOff", {"siteId": site, "reason": "dialogueSession"}),
        _letter("hermes/dialogueManager/sessionStarted", about),
    ]


def ended(site: str, session: Json, why: Ending, text: str = "") -> list[Letter]:
    """It is over; `text` is what was heard though nobody may act on it."""
    about: dict[str, Json] = {"siteId": site, "sessionId": session}
    letters = []
    if why is Ending.NOT_RECOGNISED:
        letters.append(
            _letter("hermes/dialogueManager/intentNotRecognized", about | {"input": text})
        )
    return [
        *letters,
        _letter(
            "hermes/dialogueManager/sessionEnded", about | {"termination": {"reason": str(why)}}
        ),
        _letter("hermes/hotword/toggleOn", {"siteId": site, "reason": "dialogueSession"}),
    ]


def _letter(topic: str, body: dict[str, Json]) -> Letter:
    return Letter(topic, json.dumps(body).encode(), qos=1)
