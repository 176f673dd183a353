"""Spoken commands that nodes heard: who is told, who acts on them, and the reply.

What was said is untrusted: it is handed over as a text and shown as one, and nothing else.
"""

import asyncio
from collections.abc import Callable, Iterable
from dataclasses import dataclass
import json
import logging
import time
from typing import Any, Protocol
from uuid import uuid4

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import Context, HomeAssistant, callback
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers import device_registry as dr

from ..const import CONF_HAND_OVER, CONF_KEEP_COMMANDS, CONF_SITE
from ..devices import node_identifier, room_identifier
from ..engine.core.message import topic_of
from ..engine.core.output import Output, Spoken
from ..engine.core.snapshot import Json
from ..room.subentries import room_of
from ..shown import NODE, ROOM, Change, Key
from ..values import Values
from . import hermes
from .reply import SOFT_VOLUME, async_sound, async_spoken, pipeline_of, seconds_of

_LOGGER = logging.getLogger(__name__)

LONGEST_STATE = 255
"""Characters of a state of Home Assistant."""

_CONVERSATION_SECONDS = 300.0
"""How long an answer may refer to what was said before, as Home Assistant's satellites have it."""

_REPLY_SECONDS = 30.0
"""How long a node may take up a reply; later nobody waits for it."""


@dataclass(frozen=True, slots=True)
class Said:
    """A command: how long it took from the end of the voice to be understood, in milliseconds."""

    text: str
    confidence: float | None
    speaker: str | None
    latency_ms: int
    source: str | None


class Satellite(Protocol):
    """A node as Assist knows it."""

    entity_id: str

    @property
    def pipeline_id(self) -> str | None:
        """The assistant that was chosen for it; None for the preferred one."""

    def async_take_answer(self, text: str) -> bool:
        """Take what was said as the answer to a question, if one was asked."""

    def async_take_conversation(self) -> tuple[str | None, str | None]:
        """The conversation that somebody began there, and what its agent is to know; once."""


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
        self.satellites: dict[str, Satellite] = {}
        self._last: dict[str, Said] = {}
        self._heard_by: dict[str, str | None] = {}
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
                # Only of nodes that hang in rooms: others could be without number.
                if fact.node is not None and room_of(self._entry, fact.node) is not None:
                    self._heard_by[fact.node] = fact.source
                    self._values.show(Change(Key(NODE, fact.node, "heard"), fact.utterance))
                self._begin(output.room, fact)

    def _begin(self, room: str | None, fact: Spoken) -> None:
        """Take it as the answer to a question, have it done, or ask back."""
        satellite = self.satellites.get(fact.node or "")
        if satellite is not None and fact.text and satellite.async_take_answer(fact.text):
            return
        if not self._entry.options.get(CONF_HAND_OVER, True) or not self._hass.is_running:
            return
        if fact.accepted:
            work = self._async_hand_over(room, fact)
        elif fact.clarify:
            work = self._async_ask_back(room, fact, fact.clarify)
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

        satellite = self.satellites.get(fact.node or "")
        chosen = None if satellite is None else satellite.pipeline_id
        pipeline = pipeline_of(self._hass, chosen)
        place = room or fact.node or ""
        begun, prompt = (None, None) if satellite is None else satellite.async_take_conversation()
        try:
            result = await conversation.async_converse(
                self._hass,
                fact.text,
                begun or self._conversation(place),
                Context(),
                language=None if pipeline is None else pipeline.conversation_language,
                agent_id=None if pipeline is None else pipeline.conversation_engine,
                device_id=self._device(room, fact.node),
                satellite_id=None if satellite is None else satellite.entity_id,
                extra_system_prompt=prompt,
            )
        except (HomeAssistantError, ValueError) as error:
            _LOGGER.warning("A spoken command was not handed over: %s", error)
            return
        if result.conversation_id is not None:
            self._conversations[place] = (result.conversation_id, time.monotonic())
        speech = result.response.speech.get("plain", {}).get("speech")
        if isinstance(speech, str) and speech:
            await self._async_reply(room, fact, speech, chosen)
        if result.continue_conversation and fact.node is not None:
            await asyncio.sleep(seconds_of(speech if isinstance(speech, str) else ""))
            self.async_listen(fact.node)

    async def _async_ask_back(self, room: str | None, fact: Spoken, question: str) -> None:
        """Ask, and hear the answer without a wake word."""
        await self._async_reply(room, fact, question)
        if fact.node is not None:
            await asyncio.sleep(seconds_of(question))
            self.async_listen(fact.node)

    @callback
    def async_play(self, node: str, url: str, volume: float | None = None) -> None:
        """Have a node play what lies at an address."""
        self._command(node, "play", {"url": url} | ({} if volume is None else {"volume": volume}))

    @callback
    def async_listen(self, node: str) -> None:
        """Have a node heard without its wake word: by the service, or by itself."""
        if self._is_hermes(node):
            self._send(*hermes.listen(node))
        else:
            self._command(node, "listen", {})

    def _is_hermes(self, node: str) -> bool:
        """Whether a node is a satellite of Rhasspy, which speaks nothing but Hermes."""
        speaks = self._values.get(Key(NODE, node, "connected"))
        return self._heard_by.get(node) == "hermes" and speaks is not True

    def _command(self, node: str, name: str, fields: dict[str, Json]) -> None:
        now = time.time()
        body = {"id": uuid4().hex[:16], "t": now, "expires": now + _REPLY_SECONDS} | fields
        topic = topic_of(self._entry.data[CONF_SITE], node, "cmd", name)
        self._send(topic, json.dumps(body).encode())

    async def _async_reply(
        self, room: str | None, fact: Spoken, text: str, assistant: str | None = None
    ) -> None:
        """Speak a text where a command was heard, if there is a voice and a way."""
        node = fact.node
        if node is not None and not self._is_hermes(node):
            if (url := await async_spoken(self._hass, text, assistant)) is not None:
                self.async_play(node, url, SOFT_VOLUME if fact.soft else None)
        elif fact.source == "hermes" and (site := node or room) is not None:
            sound = await async_sound(self._hass, text, assistant)
            if sound is None:
                self._send(*hermes.say(site, text, self._hass.config.language))
            else:
                self._send(*hermes.play(site, sound))

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
