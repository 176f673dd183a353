"""Why rooms and alarms are what they are, asked of a service over the broker."""

import asyncio
from collections.abc import Callable
import json

from homeassistant.core import callback
from homeassistant.exceptions import HomeAssistantError
from homeassistant.util.ulid import ulid_now

from ..const import DOMAIN
from ..engine.core.message import topic_of
from ..engine.core.snapshot import Json

PATIENCE_SECONDS = 5.0
"""A service on the slowest machine answers within a tick; beyond this it is not there."""


class Questions:
    """Asks the `service` of a site, and keeps apart who waits for which answer."""

    def __init__(self, site: str, service: str, publish: Callable[[str, bytes], None]) -> None:
        self.answers = topic_of(site, service, "explained")
        """The topic on which they come."""
        self._asked = topic_of(site, service, "cmd/explain")
        self._publish = publish
        self._waiting: dict[str, asyncio.Future[Json]] = {}

    async def ask(self, kind: str, name: str) -> Json:
        """What is known of a `room` or `sleeper`, None for nothing; raises HomeAssistantError."""
        question = ulid_now()
        answer: asyncio.Future[Json] = asyncio.get_running_loop().create_future()
        self._waiting[question] = answer
        self._publish(self._asked, json.dumps({"id": question, kind: name}).encode())
        try:
            async with asyncio.timeout(PATIENCE_SECONDS):
                return await answer
        except TimeoutError as error:
            raise silent() from error
        finally:
            del self._waiting[question]

    @callback
    def take(self, payload: bytes) -> None:
        """Take an answer; one that nobody waits for, or that cannot be read, is left."""
        try:
            told = json.loads(payload)
        except ValueError, RecursionError:
            return
        if not isinstance(told, dict) or "explained" not in told:
            return
        waiting = self._waiting.get(str(told.get("id")))
        if waiting is not None and not waiting.done():
            waiting.set_result(told["explained"])


def silent() -> HomeAssistantError:
    """What is to be said where the service does not answer."""
    return HomeAssistantError(translation_domain=DOMAIN, translation_key="service_silent")
