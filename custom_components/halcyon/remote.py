"""Rooms that the service computes: its outputs are shown, and nothing is computed here."""

from collections.abc import Callable
import json
import logging
from typing import Any

from homeassistant.exceptions import ServiceValidationError

from .computing import Batch
from .const import DOMAIN
from .display import Display
from .engine.core.house import House
from .engine.core.message import Message, topic_of
from .engine.core.output_json import read_output
from .engine.core.reading import Announcement
from .engine.core.snapshot import Json, SnapshotError
from .shown import NODE
from .store import Stored

_LOGGER = logging.getLogger(__name__)

_SERVICE = "$engine"


class RemoteComputer:
    """Reads `$engine/out/<room>`. The service says all it knows when it is asked for rebirth.

    `changed` is called when the service comes or goes.
    """

    configurable = False

    def __init__(
        self, house: House, deliver: Callable[[Batch], None], changed: Callable[[], None]
    ) -> None:
        self.watched: frozenset[str] = frozenset()
        self.placed: frozenset[str] = frozenset()
        self.feeds_rooms = False
        self._site = house.site
        self._display = Display(house)
        self._deliver = deliver
        self._changed = changed
        self._state_topic = topic_of(house.site, _SERVICE, "state")
        self._complained = False

    @property
    def filters(self) -> tuple[str, ...]:
        """What the service says."""
        return self._state_topic, topic_of(self._site, _SERVICE, "out/+")

    def restore(self, stored: Stored, t: float) -> Batch:
        """The service keeps what it knows itself."""
        return Batch()

    def announcements(self) -> dict[str, Announcement]:
        """Nodes are the service's business."""
        return {}

    def start(self) -> None:
        """There is nothing to begin."""

    def post(self, message: Message) -> None:
        """Take a message of the service; what is no output is complained of once."""
        if message.topic == self._state_topic:
            self.feeds_rooms = message.payload == b"online"
            self._changed()
            return
        try:
            output = read_output(json.loads(message.payload))
        except (ValueError, RecursionError, SnapshotError) as error:
            if not self._complained:
                self._complained = True
                _LOGGER.warning("The service says what cannot be read: %s", error)
            return
        if output.site != self._site or message.retain:
            return
        batch = Batch(changes=list(self._display.take(output)))
        batch.note(output, self.watched)
        if batch:
            self._deliver(batch)

    def tick(self, t: float) -> None:
        """Show what was held back."""
        batch = Batch(changes=list(self._display.due(t)))
        if batch:
            self._deliver(batch)

    async def settle(self) -> None:
        """Nothing waits here."""

    async def configure(self, house: House) -> None:
        """Take up how long each room calls quiet; the service has a configuration of its own."""
        self._display.configure(house)

    async def explain(self, room: str, t: float) -> Json:
        """Only the service could; raises ServiceValidationError."""
        raise ServiceValidationError(
            translation_domain=DOMAIN, translation_key="computed_by_service"
        )

    async def report(self) -> dict[str, Any]:
        """Nodes are the service's business."""
        return {}

    async def forget(self, node: str) -> None:
        """Drop what is shown of a node."""
        self._display.forget(NODE, node)

    async def save(self) -> tuple[Json, list[Json]]:
        """Nothing is kept that the service does not keep."""
        return None, []

    def greeting(self) -> tuple[str, bytes]:
        """Ask for everything that the service knows."""
        return topic_of(self._site, _SERVICE, "cmd/rebirth"), b"{}"

    def deletion(self, sleeper: str, start: float) -> tuple[str, bytes]:
        """The service keeps nights as well."""
        topic = topic_of(self._site, _SERVICE, "cmd/delete_night")
        return topic, json.dumps({"sleeper": sleeper, "start": start}).encode()

    async def stop(self) -> None:
        """There is nothing to end."""
