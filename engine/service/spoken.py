"""The seam between a host and what it hears: speech is an optional part, with its own packages."""

import asyncio
from collections.abc import Callable
import json
import logging
from typing import Protocol

from ..core.message import HOST_TOPIC, Message, topic_of
from ..core.snapshot import Json
from .config import Config
from .transport import Letter

_LOGGER = logging.getLogger(__name__)

type Send = Callable[[Letter], None]
type Conclude = Callable[[dict[str, Json]], None]


class Hears(Protocol):
    """What a host asks of speech."""

    @property
    def filters(self) -> tuple[str, ...]:
        """The MQTT topic filters of what it takes."""

    def greet(self) -> list[Letter]:
        """What to say on every connection to the broker."""

    def receive(self, message: Message) -> bool:
        """Take a message; False for one of somebody else's."""

    async def run(self, stop: asyncio.Event) -> None:
        """Hear until stop is set."""


class Deaf:
    """A host without speech."""

    filters: tuple[str, ...] = ()

    def greet(self) -> list[Letter]:
        """There is nothing to say."""
        return []

    def receive(self, message: Message) -> bool:
        """Nothing is ours."""
        return False

    async def run(self, stop: asyncio.Event) -> None:
        """There is nothing to do."""


def speech_of(config: Config, send: Send, conclude: Conclude) -> Hears:
    """The speech that a configuration asks for, if its packages are there.

    `conclude` takes what was understood, as the JSON of `$host/recognised`.
    """
    if not config.speech.enabled:
        return Deaf()
    try:
        from .speech import Speech
    except ImportError as error:
        _LOGGER.warning(
            "Speech is not heard, because %s is not installed; "
            "get it by: pip install 'halcyon[speech]', or set speech.enabled = false",
            error.name,
        )
        return Deaf()
    return Speech(config.speech, config.house.site, send, conclude)


def understood_topic(site: str) -> str:
    """Where it is said what was understood, for whoever hosts the rooms."""
    return topic_of(site, "$engine", "recognised")


def recognised(heard: dict[str, Json], t: float) -> Message:
    """What was understood as an input of the engine, at host time t."""
    return Message(f"{HOST_TOPIC}recognised", json.dumps(heard).encode(), t)
