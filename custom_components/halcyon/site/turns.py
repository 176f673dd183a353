"""One piece of work in, one batch out: the engine takes it, and what follows is made showable."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
import logging

from ..display import Display
from ..engine.core.command import Command
from ..engine.core.message import Message
from ..engine.core.output import Moved, Output
from ..engine.decode.topics import Channel, parse_topic
from ..engine.pipeline import Pipeline
from ..shown import Change
from .computing import TICK_SECONDS, Batch

_LOGGER = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Step:
    """Something that the engine does of its own accord."""

    take: Callable[[], Iterable[Output | Command]]


type Work = Message | float | Step
"""What has effects: a message, a tick (host time), a step."""


class Turns:
    """Takes work for a pipeline and a display, which nobody else may use meanwhile.

    `watched` are the rooms whose every presence output is told. `show` is given what changed in a
    room where it can be shown at once, before the rest of its batch is made.
    """

    def __init__(
        self, pipeline: Pipeline, display: Display, show: Callable[[Change], None]
    ) -> None:
        self.watched: frozenset[str] = frozenset()
        self._pipeline = pipeline
        self._display = display
        self._show = show
        self._site = pipeline.home.house.site
        self._now = 0.0
        self._asked: float | None = None
        self._failed: set[str] = set()

    def do(self, work: Work, *, here: bool = False) -> Batch:
        """Take one piece of work; a fault of the engine costs this piece, not the site.

        Motion comes before everything else, because lights wait for it. `here` in the loop what
        changes in rooms is shown before the next is looked at.
        """
        batch = Batch()
        try:
            for effect in sorted(self._effects(work), key=_waits):
                if isinstance(effect, Command):
                    batch.order(effect)
                    continue
                changes = self._display.take(effect)
                if here and effect.room is not None:
                    for change in changes:
                        self._show(change)
                else:
                    batch.changes += changes
                batch.note(effect, self.watched)
        except Exception:
            what = work.topic if isinstance(work, Message) else type(work).__name__
            if what not in self._failed:
                self._failed.add(what)
                _LOGGER.exception("The engine failed at %s, and will do so silently from now", what)
        if isinstance(work, Message):
            self._note_announcement(work.topic, batch)
        elif isinstance(work, float):
            batch.changes += self._display.due(work)
        batch.deadline = self._wish()
        return batch

    def _effects(self, work: Work) -> Iterable[Output | Command]:
        if isinstance(work, Message):
            self._now = max(self._now, work.host_t)
            return self._pipeline.receive(work)
        if isinstance(work, float):
            self._now = max(self._now, work)
            self._asked = None
            return self._pipeline.advance(work)
        return work.take()

    def _note_announcement(self, topic: str, batch: Batch) -> None:
        address = parse_topic(topic, self._site)
        if address is None or address.channel is not Channel.INFO:
            return
        node = self._pipeline.nodes.get(address.node)
        if node is not None and node.announcement is not None:
            batch.announced[address.node] = node.announcement

    def _wish(self) -> float | None:
        """A deadline that comes before the next regular tick and was not asked for yet."""
        deadline = self._pipeline.next_deadline
        # Frames move deadlines to and fro; only an earlier one is worth a word.
        if (
            deadline is None
            or deadline >= self._now + TICK_SECONDS
            or (self._asked is not None and deadline >= self._asked)
        ):
            return None
        self._asked = deadline
        return deadline


def _waits(effect: Output | Command) -> bool:
    return isinstance(effect, Command) or not isinstance(effect.fact, Moved)
