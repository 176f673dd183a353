"""The way to the broker, through Home Assistant's own MQTT integration, where there is one."""

from collections.abc import Callable, Iterable
from datetime import datetime
import logging

from homeassistant.config_entries import (
    SIGNAL_CONFIG_ENTRY_CHANGED,
    ConfigEntry,
    ConfigEntryChange,
    ConfigEntryState,
)
from homeassistant.core import CALLBACK_TYPE, HassJob, HomeAssistant, callback
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers.dispatcher import async_dispatcher_connect
from homeassistant.helpers.event import async_call_later

from .engine.core.message import Message

_LOGGER = logging.getLogger(__name__)

MQTT = "mqtt"

_LEAVE_SECONDS = 10.0
"""Home Assistant collects subscriptions for half a second, and waits for the answer to each."""


class Link:
    """Subscribes as soon as MQTT is set up, and says when the broker comes and goes.

    MQTT is optional. Its module is imported only once it is set up, because a home without it
    need not have its requirements.
    """

    def __init__(
        self,
        hass: HomeAssistant,
        filters: Iterable[str],
        origin: float,
        receive: Callable[[Message], None],
        changed: Callable[[], None],
    ) -> None:
        self._hass = hass
        self._filters = tuple(filters)
        self._origin = origin
        self._receive = receive
        self._changed = changed
        self._unsubscribe: list[CALLBACK_TYPE] = []
        self._unlisten: CALLBACK_TYPE | None = None

    @property
    def configured(self) -> bool:
        """Whether the person has set up MQTT."""
        return bool(
            self._hass.config_entries.async_entries(
                MQTT, include_ignore=False, include_disabled=False
            )
        )

    @property
    def connected(self) -> bool:
        """Whether messages can pass."""
        if not self._unsubscribe:
            return False
        from homeassistant.components import mqtt

        return mqtt.is_connected(self._hass)

    async def async_start(self) -> None:
        """Subscribe now where MQTT is set up, and else when it is."""
        self._unlisten = async_dispatcher_connect(
            self._hass, SIGNAL_CONFIG_ENTRY_CHANGED, self._entry_changed
        )
        await self._async_subscribe()

    @callback
    def async_stop(self) -> None:
        """Hear nothing any more, and take back in a while what was subscribed.

        To unsubscribe while Home Assistant's MQTT client is about to subscribe, to these topics
        or to others, makes it forget what it still owes (seen in 2026.8 and 2026.11), and nothing
        tells when it has done so. An entry that reloads subscribes to the same again meanwhile.
        """
        if self._unlisten is not None:
            self._unlisten()
            self._unlisten = None
        kept, self._unsubscribe = self._unsubscribe, []

        @callback
        def leave(_now: datetime) -> None:
            for unsubscribe in kept:
                unsubscribe()

        if kept and not self._hass.is_stopping:
            async_call_later(self._hass, _LEAVE_SECONDS, HassJob(leave, cancel_on_shutdown=True))

    async def async_publish(self, topic: str, payload: bytes, *, retain: bool = False) -> None:
        """Publish with QoS 1; raises HomeAssistantError where the broker cannot be reached."""
        from homeassistant.components import mqtt

        await mqtt.async_publish(self._hass, topic, payload, qos=1, retain=retain, encoding=None)

    @callback
    def send(self, topic: str, payload: bytes) -> None:
        """Publish without waiting; dropped while the broker cannot be reached."""
        if self.connected:
            self._hass.async_create_task(self._async_send(topic, payload), f"publish {topic}")

    async def _async_send(self, topic: str, payload: bytes) -> None:
        try:
            await self.async_publish(topic, payload)
        except HomeAssistantError as error:
            _LOGGER.debug("%s was not published: %s", topic, error)

    @callback
    def _entry_changed(self, change: ConfigEntryChange, entry: ConfigEntry) -> None:
        if entry.domain != MQTT:
            return
        if change is ConfigEntryChange.REMOVED:
            self._drop()
            self._changed()
        elif entry.state is ConfigEntryState.LOADED and not self._unsubscribe:
            self._hass.async_create_task(self._async_subscribe(), "halcyon subscribes")
        else:
            self._changed()

    async def _async_subscribe(self) -> None:
        entries = self._hass.config_entries.async_entries(MQTT)
        if self._unsubscribe or not any(
            entry.state is ConfigEntryState.LOADED for entry in entries
        ):
            return
        from homeassistant.components import mqtt

        @callback
        def received(message: mqtt.ReceiveMessage) -> None:
            payload = message.payload
            self._receive(
                Message(
                    message.topic,
                    payload.encode() if isinstance(payload, str) else bytes(payload),
                    self._origin + message.timestamp,
                    message.retain,
                    message.qos,
                )
            )

        @callback
        def status(_connected: bool) -> None:  # noqa: FBT001 - this is how mqtt calls it
            if self._unlisten is not None:
                self._changed()

        self._unsubscribe.append(mqtt.async_subscribe_connection_status(self._hass, status))
        try:
            for topic in self._filters:
                self._unsubscribe.append(
                    await mqtt.async_subscribe(self._hass, topic, received, 1, None)
                )
        except HomeAssistantError as error:
            _LOGGER.warning("Subscribing at the broker failed: %s", error)
            self._drop()
        self._changed()

    def _drop(self) -> None:
        for unsubscribe in self._unsubscribe:
            unsubscribe()
        self._unsubscribe.clear()
