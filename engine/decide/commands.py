"""Spoken commands: transcripts of nodes are sent to be understood, and what was understood told.

Recognition is an effect: it happens at a host, which knows the household and its recognisers, and
its result comes back as a message, so that a replay hears what was heard.
"""

from dataclasses import dataclass

from ..core.command import Command
from ..core.output import Output, Spoken
from ..core.reading import NodeEvent, Recognised
from ..core.timers import Key, Timers
from .dialogue import Effect

COMMAND = "command"
"""The first part of the keys of our timers."""

VOICE = "voice"
"""The kind of event by which a node tells what it recognised."""

UNDERSTAND_SECONDS = 1.0
"""How long the service may take to weigh a transcript, which takes it some milliseconds. After
that nobody will: the transcript counts as the node wrote it."""

LONGEST_TEXT = 400
"""Characters of a transcript, half a minute of speech."""

_MOST_OPEN = 32
_MOST_TOLD = 256
"""Utterances remembered: those that wait, and those of which a revision was told."""

_SERVICE = "$engine"


@dataclass(frozen=True, slots=True)
class _Transcript:
    """What a node recognised by itself."""

    node: str
    room: str | None
    text: str
    confidence: float | None
    at: float


class Commands:
    """The utterances of a site. They last for seconds, so nothing of them is kept in snapshots."""

    def __init__(self, site: str, timers: Timers) -> None:
        self._site = site
        self._timers = timers
        self._open: dict[str, _Transcript] = {}
        # The highest revision that was told, None for one that was final.
        self._told: dict[str, int | None] = {}

    def hear(
        self, node: str, room: str | None, event: NodeEvent, t: float, at: float
    ) -> list[Effect]:
        """Have a transcript of a node weighed against the household."""
        text, confidence = event.get("text"), event.get("conf")
        if event.kind != VOICE or not isinstance(text, str) or not text.strip():
            return []
        if isinstance(confidence, bool | str):
            confidence = None
        said = " ".join(text.split())[:LONGEST_TEXT]
        name = f"{node}/{event.id}"
        while len(self._open) >= _MOST_OPEN:
            self._forget(next(iter(self._open)))
        self._open[name] = _Transcript(node, room, said, confidence, at)
        self._timers.set((COMMAND, name), t + UNDERSTAND_SECONDS)
        asked = (("conf", confidence), ("node", node), ("text", said), ("utterance", name))
        return [Command(self._site, _SERVICE, "recognise", t, asked)]

    def take(self, heard: Recognised, room: str | None, t: float) -> list[Effect]:
        """Tell what was understood, unless something newer was."""
        name = heard.utterance
        self._forget(name)
        told = self._told.get(name, -1)
        if told is None or heard.revision <= told:
            return []
        self._told.pop(name, None)
        while len(self._told) >= _MOST_TOLD:
            del self._told[next(iter(self._told))]
        self._told[name] = None if heard.final else heard.revision
        fact = Spoken(
            "" if heard.withdrawn else heard.text,
            heard.nbest,
            heard.confidence,
            heard.speaker,
            heard.source,
            final=heard.final,
            accepted=heard.accepted and not heard.withdrawn,
            utterance=name,
            revision=heard.revision,
            node=heard.node,
            clarify=heard.clarify,
            soft=heard.soft,
        )
        return [Output(t, t if heard.at is None else min(heard.at, t), self._site, room, fact)]

    def wake(self, key: Key, t: float) -> list[Effect]:
        """Nobody weighed a transcript: it counts as it was written."""
        said = self._open.get(key[1])
        if said is None:
            return []
        heard = Recognised(
            utterance=key[1],
            revision=0,
            text=said.text,
            confidence=said.confidence,
            accepted=True,
            final=True,
            source="node",
            node=said.node,
            at=said.at,
        )
        return self.take(heard, said.room, t)

    def _forget(self, name: str) -> None:
        if self._open.pop(name, None) is not None:
            self._timers.cancel((COMMAND, name))
