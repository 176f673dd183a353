"""Spoken commands that nodes heard: who is told, who acts on them, and the reply.

What was said is untrusted: it is handed over as a text and shown as one, and nothing else.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
import json
import logging
import time
from typing import Any
from uuid import uuid4

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import Context, HomeAssistant, callback
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers import device_registry as dr

from .const import CONF_HAND_OVER, CONF_KEEP_COMMANDS, CONF_SITE
from .devices import node_identifier, room_identifier
from .engine.core.message import topic_of
from .engine.core.output import Output, Spoken
from .reply import async_spoken, preferred_pipeline
from .shown import ROOM, Change, Key
from .values import Values

_LOGGER = logging.getLogger(__name__)

LONGEST_STATE = 255
"""Characters of a state of Home Assistant."""

_CONVERSATION_SECONDS = 300.0
"""How long an answer may refer to what was said before, as Home Assistant's satellites have it."""

_PLAY_SECONDS = 30.0
"""How long a node may take up a reply; later nobody waits for it."""


@dataclass(frozen=True, slots=True)
class Said:
    """A command: how long it took from the end of the voice to be understood, in milliseconds."""

    text: str
    confidence: float | None
    speaker: str | None
    latency_ms: int
    source: str | None


class Voice:
    """The commands of a site.

    `send` publishes a topic and payload. Nothing is kept: the last command of each room is there
    for the entities that tell of it, and gone when Home Assistant ends.
    """

    def __init__(
        self,
        hass: HomeAssistant,
        entry: ConfigEntry[Any],
        values: Values,
        send: Callable[[str, bytes], None],
    ) -> None:
        self._hass = hass
        self._entry = entry
        self._values = values
        self._send = send
        self._last: dict[str, Said] = {}
        self._conversations: dict[str, tuple[str, float]] = {}

    def last(self, room: str) -> Said | None:
        """What was said last in a room."""
        return self._last.get(room)

    @callback
    def async_take(self, outputs: Iterable[Output]) -> None:
        """Take what was said; nothing is done before it is final."""
        for output in outputs:
            fact = output.fact
            if isinstance(fact, Spoken) and fact.final:
                if fact.accepted and output.room is not None:
                    self._tell(output.room, output, fact)
                self._begin(output.room, fact)

    def _begin(self, room: str | None, fact: Spoken) -> None:
        """Have it done, or ask back."""
        if not self._entry.options.get(CONF_HAND_OVER, True) or not self._hass.is_running:
            return
        if fact.accepted:
            work = self._async_hand_over(room, fact)
        elif fact.clarify:
            work = self._async_reply(fact.node, fact.clarify)
        else:
            return
        self._entry.async_create_background_task(self._hass, work, "halcyon obeys")

    def _tell(self, room: str, output: Output, fact: Spoken) -> None:
        latency = round(1000 * (output.t - output.at))
        self._last[room] = Said(fact.text, fact.confidence, fact.speaker, latency, fact.source)
        if self._entry.options.get(CONF_KEEP_COMMANDS, False):
            change = Change(Key(ROOM, room, "last_command"), fact.text[:LONGEST_STATE])
            self._values.show(change)
        # Not the text: what is shown may be stored.
        self._values.show(Change(Key(ROOM, room, "command"), fact.utterance))

    async def _async_hand_over(self, room: str | None, fact: Spoken) -> None:
        """Let the preferred assistant do what was said, and speak its answer."""
        if "conversation" not in self._hass.config.components:
            return
        from homeassistant.components import conversation

        pipeline = preferred_pipeline(self._hass)
        place = room or fact.node or ""
        try:
            result = await conversation.async_converse(
                self._hass,
                fact.text,
                self._conversation(place),
                Context(),
                language=None if pipeline is None else pipeline.conversation_language,
                agent_id=None if pipeline is None else pipeline.conversation_engine,
                device_id=self._device(room, fact.node),
            )
        except (HomeAssistantError, ValueError) as error:
            _LOGGER.warning("A spoken command was not handed over: %s", error)
            return
        if result.conversation_id is not None:
            self._conversations[place] = (result.conversation_id, time.monotonic())
        speech = result.response.speech.get("plain", {}).get("speech")
        if isinstance(speech, str) and speech:
            await self._async_reply(fact.node, speech)

    async def _async_reply(self, node: str | None, text: str) -> None:
        """Speak a text on the node that heard, where there is a voice and a way."""
        if node is None or (url := await async_spoken(self._hass, text)) is None:
            return
        now = time.time()
        body = {"id": uuid4().hex[:16], "t": now, "expires": now + _PLAY_SECONDS, "url": url}
        topic = topic_of(self._entry.data[CONF_SITE], node, "cmd", "play")
        self._send(topic, json.dumps(body).encode())

    def _conversation(self, place: str) -> str | None:
        """The conversation that goes on at a place; None begins one."""
        known, since = self._conversations.get(place, (None, 0.0))
        return known if time.monotonic() - since < _CONVERSATION_SECONDS else None

    def _device(self, room: str | None, node: str | None) -> str | None:
        """The device whose area is meant by `the light`: the room's, else that of the node."""
        devices, entry_id = dr.async_get(self._hass), self._entry.entry_id
        identifiers = [
            *((room_identifier(entry_id, room),) if room is not None else ()),
            *((node_identifier(entry_id, node),) if node is not None else ()),
        ]
        for identifier in identifiers:
            device = devices.async_get_device_by_identifier(identifier, entry_id)
            if device is not None:
                return device.id
        return None
