"""The service that hears: where it is, whether it can, and the home that it is told of."""

from collections.abc import AsyncIterable, Callable, Coroutine, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from importlib import import_module
import json
import logging
from typing import Any

from homeassistant.components.homeassistant.exposed_entities import async_listen_entity_updates
from homeassistant.config_entries import ConfigEntry
from homeassistant.core import CALLBACK_TYPE, Event, HomeAssistant, callback
from homeassistant.helpers import (
    area_registry as ar,
    device_registry as dr,
    entity_registry as er,
    floor_registry as fr,
)
from homeassistant.helpers.debounce import Debouncer
from homeassistant.helpers.event import async_track_time_interval
from homeassistant.helpers.start import async_at_started

from ..const import CONF_SITE, CONF_SPEECH
from ..engine.core.message import HOST_TOPIC, Message, topic_of
from ..issues import Finding
from ..shown import SPEECH, Change, Key
from ..values import Values
from .address import Address, HearingError, Known, read_address
from .household import ASSISTANT, Own, async_home, async_household

_LOGGER = logging.getLogger(__name__)

_SERVICE = "$engine"

_ASK_EVERY = timedelta(seconds=60)
"""How often the service is asked whether it is there, which costs one short connection."""

_MISSED = 2
"""Questions without an answer after which the service is missing rather than restarting."""

_SETTLE_SECONDS = 3.0
"""A change of names comes with others: the home is told once they have ended."""

_LONGEST_INFO = 4096


class Speech:
    """What a site knows of the service that hears for it.

    `send` publishes a topic and payload, `own` is what only Halcyon knows of the home, `changed`
    is called when there is something else to mend.
    """

    def __init__(
        self,
        hass: HomeAssistant,
        entry: ConfigEntry[Any],
        values: Values,
        send: Callable[[str, bytes], None],
        own: Callable[[], Own],
        changed: Callable[[], None],
    ) -> None:
        site = entry.data[CONF_SITE]
        self._hass = hass
        self._entry = entry
        self._values = values
        self._send = send
        self._own = own
        self._changed = changed
        self._state_topic = topic_of(site, _SERVICE, "state")
        self._info_topic = topic_of(site, _SERVICE, "info")
        self._home_topic = topic_of(site, _SERVICE, "home")
        self._heard_topic = topic_of(site, _SERVICE, "recognised")
        self._key = Key(SPEECH, site, "ready")
        self._info = b""
        self._announced: Address | None = None
        self._known: Known | None = None
        self._missed = 0
        self._follows_names = False
        self._told: bytes | None = None
        self._unlisten: list[CALLBACK_TYPE] = []
        self._tell: Debouncer[Coroutine[Any, Any, None]] = Debouncer(
            hass, _LOGGER, cooldown=_SETTLE_SECONDS, immediate=False, function=self._tell_home
        )

    @property
    def filters(self) -> tuple[str, ...]:
        """The topics of the service that are about speech."""
        return self._state_topic, self._info_topic, self._heard_topic

    @property
    def key(self) -> Key:
        """The value that says whether speech can be heard; unknown where nobody hears."""
        return self._key

    @property
    def address(self) -> Address | None:
        """Where the service is: as a person wrote it, else as it said, else as it was found."""
        written = self._entry.options.get(CONF_SPEECH) or ""
        found = self._entry.data.get(CONF_SPEECH) or ""
        return read_address(written) or self._announced or read_address(found)

    @property
    def languages(self) -> tuple[str, ...]:
        """The languages that are heard, as far as is known."""
        return () if self._known is None else self._known.languages

    def take(self, message: Message) -> Message | None:
        """A message as the engine may have it: what was understood is an input; None for ours."""
        if message.topic == self._heard_topic:
            return None if message.retain else replace(message, topic=f"{HOST_TOPIC}recognised")
        if message.topic == self._info_topic:
            self._learn(message.payload)
            return None
        if message.topic == self._state_topic and message.payload == b"online":
            # It knows nothing of the home yet, whoever told it before.
            self._told = None
            self._tell.async_schedule_call()
            self._ask()
        return message

    @callback
    def async_start(self) -> None:
        """Follow the service."""
        ask = async_track_time_interval(self._hass, self._ask_again, _ASK_EVERY)
        self._unlisten.append(ask)
        self._ask()

    @callback
    def async_stop(self) -> None:
        """Follow nothing any more."""
        for unlisten in self._unlisten:
            unlisten()
        self._unlisten.clear()
        self._tell.async_shutdown()

    @callback
    def async_home_changed(self) -> None:
        """Something got another name, or may be spoken of or not any more."""
        self._tell.async_schedule_call()

    async def async_hear(self, language: str, stream: AsyncIterable[bytes]) -> dict[str, Any]:
        """What was said in a stream of sound; raises HearingError."""
        address = self.address
        if address is None:
            raise HearingError("nobody hears: start the service, or enter its address")
        household = async_household(self._hass, self._own(), states=True)
        await self._async_import()
        from .hearing import async_transcribe

        return await async_transcribe(address, language, household, stream)

    def findings(self) -> Iterator[Finding]:
        """What a person should mend."""
        address = self.address
        if address is None:
            return
        if self._missed >= _MISSED:
            yield Finding("speech_missing", detail=str(address))
        elif self._known is not None and not self._known.ready:
            yield Finding("speech_model_missing", detail=str(address))

    def _learn(self, payload: bytes) -> None:
        """Take up where the service says that it is."""
        if payload == self._info:
            return
        before, self._announced = self._announced, _announced(payload)
        self._info = payload
        if self._announced != before:
            self._missed = 0
            self._follow_names()
            self._tell.async_schedule_call()
        # It also says when it has become able to hear.
        self._ask()

    def _follow_names(self) -> None:
        """Follow what people call the things of their home, now that there is somebody to tell."""
        if self._follows_names or self._announced is None:
            return
        self._follows_names = True
        for event in (
            ar.EVENT_AREA_REGISTRY_UPDATED,
            dr.EVENT_DEVICE_REGISTRY_UPDATED,
            er.EVENT_ENTITY_REGISTRY_UPDATED,
            fr.EVENT_FLOOR_REGISTRY_UPDATED,
        ):
            self._unlisten.append(self._hass.bus.async_listen(event, self._renamed))
        self._unlisten += [
            async_listen_entity_updates(self._hass, ASSISTANT, self.async_home_changed),
            async_at_started(self._hass, self._home_started),
        ]

    def _ask(self) -> None:
        if self.address is not None and self._unlisten:
            self._entry.async_create_background_task(
                self._hass, self._async_ask(self.address), "halcyon asks who hears"
            )

    async def _async_import(self) -> None:
        """Import what asks the service, and not in the event loop."""
        asking = f"{__package__}.hearing"
        await self._hass.async_add_import_executor_job(import_module, asking)

    async def _async_ask(self, address: Address) -> None:
        await self._async_import()
        from .hearing import async_describe

        try:
            self._known = await async_describe(address)
            self._missed = 0
        except HearingError as error:
            self._missed += 1
            if self._missed == 1:
                _LOGGER.debug("Speech is not heard: %s", error)
        ready = self._missed == 0 and self._known is not None and self._known.ready
        if self._values.get(self._key) != ready or self._key not in self._values:
            self._values.show(Change(self._key, ready))
        self._changed()

    async def _ask_again(self, _now: datetime) -> None:
        self._ask()

    @callback
    def _renamed(self, _event: Event[Any]) -> None:
        self._tell.async_schedule_call()

    @callback
    def _home_started(self, _hass: HomeAssistant) -> None:
        self._tell.async_schedule_call()

    async def _tell_home(self) -> None:
        """Tell the service of the home, unless it knows it as it is; nobody else is told."""
        if self._announced is None:
            return
        home = async_home(self._hass, self._own())
        payload = json.dumps(home, separators=(",", ":"), ensure_ascii=False).encode()
        if payload != self._told:
            self._told = payload
            self._send(self._home_topic, payload)


def _announced(payload: bytes) -> Address | None:
    """Where an announcement of the service says that Wyoming is; None for nowhere."""
    if len(payload) > _LONGEST_INFO:
        return None
    try:
        body = json.loads(payload)
    except ValueError, RecursionError:
        return None
    wyoming = body.get("wyoming") if isinstance(body, dict) else None
    if not isinstance(wyoming, dict):
        return None
    match wyoming.get("host"), wyoming.get("port"):
        case str(host), int(port):
            return read_address(f"{host}:{port}")
    return None
