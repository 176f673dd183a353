"""Rooms that the service computes: its outputs are shown, and routines run over them."""

from collections.abc import Callable, Iterable
import json
import logging
from typing import Any

from ..display import Display
from ..engine.core.command import Command
from ..engine.core.house import House
from ..engine.core.message import HOST_TOPIC, Message, topic_of
from ..engine.core.output import Output, RoutineRun
from ..engine.core.output_json import read_output
from ..engine.core.reading import Announcement
from ..engine.core.snapshot import Json, SnapshotError, item
from ..shown import NODE
from ..store import Stored
from .asking import Questions, silent
from .computing import Batch

_LOGGER = logging.getLogger(__name__)

SERVICE = "$engine"
"""Where in the topics of a site the service speaks and listens."""

_ROUTINES = "remote_routines"


class RemoteComputer:
    """Reads `$engine/out/<room>`. The service says all it knows when it is asked for rebirth.

    `changed` is called when the service comes or goes, and `publish` carries questions to it.
    """

    configurable = False

    def __init__(
        self,
        site: str,
        deliver: Callable[[Batch], None],
        changed: Callable[[], None],
        publish: Callable[[str, bytes], None],
    ) -> None:
        self.watched: frozenset[str] = frozenset()
        self.placed: frozenset[str] = frozenset()
        self.feeds_rooms = False
        self._site = site
        self._t = 0.0
        self._deliver = deliver
        self._changed = changed
        self._state_topic = topic_of(site, SERVICE, "state")
        self._complained = False
        self._questions = Questions(site, SERVICE, publish)

    @property
    def filters(self) -> tuple[str, ...]:
        """What the service says."""
        return self._state_topic, topic_of(self._site, SERVICE, "out/+"), self._questions.answers

    def open(self, house: House, stored: Stored | None, t: float) -> Batch:
        """The service keeps what it knows itself; the times of routines are kept here."""
        from ..routine.remote import RemoteRoutines

        self._display = Display(house)
        self._routines = RemoteRoutines(house)
        if stored is not None:
            try:
                self._routines.restore(item(stored["engine"], _ROUTINES), t)
            except SnapshotError as error:
                _LOGGER.debug("The times of routines begin anew: %s", error)
        return Batch()

    def announcements(self) -> dict[str, Announcement]:
        """Nodes are the service's business."""
        return {}

    def start(self) -> None:
        """There is nothing to begin."""

    def post(self, message: Message) -> None:
        """Take a message of the service, or of this host.

        What of the service is no output is complained of once.
        """
        self._t = max(self._t, message.host_t)
        if message.topic.startswith(HOST_TOPIC):
            self._tell(self._routines.hear(message))
            return
        if message.topic == self._state_topic:
            self.feeds_rooms = message.payload == b"online"
            if not self.feeds_rooms:
                self._tell(self._routines.lose(self._t))
            self._changed()
            return
        if message.topic == self._questions.answers:
            self._questions.take(message.payload)
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
        if isinstance(output.fact, RoutineRun):
            # The service runs what is described to it.
            return
        batch = Batch(changes=list(self._display.take(output)))
        batch.note(output, self.watched)
        self._tell(self._routines.follow(output, self._t), batch)

    def tick(self, t: float) -> None:
        """Show what was held back, and let time pass for routines."""
        self._t = max(self._t, t)
        batch = Batch(changes=list(self._display.due(t)))
        self._tell(self._routines.advance(t), batch)

    def _tell(self, effects: Iterable[Output | Command], batch: Batch | None = None) -> None:
        """Deliver what follows."""
        batch = Batch() if batch is None else batch
        for effect in effects:
            if isinstance(effect, Output):
                batch.note(effect, ())
        if batch:
            self._deliver(batch)

    async def settle(self) -> None:
        """Nothing waits here."""

    async def configure(self, house: House) -> None:
        """Take up routines, and how long each room calls quiet; the service has its own rooms."""
        self._display.configure(house)
        self._tell(self._routines.configure(house))

    async def explain(self, room: str, t: float) -> Json:
        """The evidence behind a room's state; raises HomeAssistantError where nobody answers."""
        return await self._ask("room", room)

    async def explain_alarm(self, sleeper: str, t: float) -> Json:
        """Why an alarm rang, and what is known of the next; raises HomeAssistantError."""
        return await self._ask("sleeper", sleeper)

    async def _ask(self, kind: str, name: str) -> Json:
        if not self.feeds_rooms:
            raise silent()
        return await self._questions.ask(kind, name)

    async def explain_routine(self, routine: str, t: float) -> Json:
        """Why a routine ran or did not; None for one that is switched off."""
        return self._routines.explain(routine)

    async def report(self) -> dict[str, Any]:
        """Nodes are the service's business."""
        return {}

    async def forget(self, node: str) -> None:
        """Drop what is shown of a node."""
        self._display.forget(NODE, node)

    async def save(self) -> tuple[Json, list[Json]]:
        """Nothing is kept of rooms: the service keeps that."""
        return {_ROUTINES: self._routines.snapshot()}, []

    def greeting(self) -> tuple[str, bytes]:
        """Ask for everything that the service knows."""
        return topic_of(self._site, SERVICE, "cmd/rebirth"), b"{}"

    def deletion(self, sleeper: str, start: float) -> tuple[str, bytes]:
        """The service keeps nights as well."""
        topic = topic_of(self._site, SERVICE, "cmd/delete_night")
        return topic, json.dumps({"sleeper": sleeper, "start": start}).encode()

    async def stop(self) -> None:
        """There is nothing to end."""
