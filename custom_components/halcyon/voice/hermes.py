"""What satellites of Rhasspy are told: to listen, and what to say. Topics are those of Hermes."""

import json
from uuid import uuid4

type Letter = tuple[str, bytes]
"""A topic and its payload."""


def listen(site: str) -> Letter:
    """Have a satellite heard without its wake word."""
    body = {"siteId": site, "sessionId": uuid4().hex}
    return "hermes/asr/startListening", json.dumps(body).encode()


def play(site: str, sound: bytes) -> Letter:
    """Have a satellite play a WAV file."""
    return f"hermes/audioServer/{site}/playBytes/{uuid4().hex}", sound


def say(site: str, text: str, language: str | None) -> Letter:
    """Have a satellite speak by a voice of its own."""
    body = {"siteId": site, "text": text, "lang": language, "id": uuid4().hex}
    return "hermes/tts/say", json.dumps(body).encode()
