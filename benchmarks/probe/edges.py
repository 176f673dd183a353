"""When messages were delivered, states written and actions called, by one clock."""

import time
from typing import Any

from homeassistant.components.mqtt.models import DATA_MQTT
from homeassistant.const import ATTR_ENTITY_ID, EVENT_CALL_SERVICE, EVENT_STATE_CHANGED
from homeassistant.core import (
    CALLBACK_TYPE,
    Event,
    EventStateChangedData,
    HomeAssistant,
    callback,
)
from paho.mqtt.client import Client, MQTTMessage


class Edges:
    """Notes deliveries, states and calls. Times are seconds of the monotonic clock.

    A delivery has the time at which Home Assistant's MQTT client read the message from the
    broker. It is noted where that client takes all messages, not by a subscription: the broker
    sends one more copy of a message for each wildcard that it matches, and a second copy would
    be handled between the first and whoever waits for it.
    """

    def __init__(self, hass: HomeAssistant) -> None:
        self._hass = hass
        self._cancel: list[CALLBACK_TYPE] = []
        self._delivered: list[tuple[str, float]] = []
        self._written: list[tuple[str, str, float]] = []
        self._called: list[tuple[str, str, float]] = []

    def start(self, topics: list[str], entities: list[str]) -> None:
        """Begin to note the deliveries of topics, and the states of entities and calls for them."""
        awaited, wanted = frozenset(topics), frozenset(entities)
        self._delivered, self._written, self._called = [], [], []
        client = self._hass.data[DATA_MQTT].client._mqttc  # noqa: SLF001
        handle = client.on_message

        def delivered(sender: Client, data: Any, message: MQTTMessage) -> None:  # noqa: ANN401
            if message.topic in awaited:
                self._delivered.append((message.topic, message.timestamp))
            if handle is not None:
                handle(sender, data, message)

        def stop() -> None:
            client.on_message = handle

        client.on_message = delivered
        self._cancel.append(stop)

        @callback
        def written(event: Event[EventStateChangedData]) -> None:
            state = event.data["new_state"]
            if state is not None and state.entity_id in wanted:
                self._written.append((state.entity_id, state.state, time.monotonic()))

        @callback
        def called(event: Event[Any]) -> None:
            # Fired while another event is dispatched, it is heard of when that one is over, and by
            # then the action is done as well.
            fired = time.monotonic() - (time.time() - event.time_fired_timestamp)
            action = f"{event.data['domain']}.{event.data['service']}"
            asked = event.data["service_data"].get(ATTR_ENTITY_ID, [])
            for entity in [asked] if isinstance(asked, str) else asked:
                if entity in wanted:
                    self._called.append((entity, action, fired))

        self._cancel += [
            self._hass.bus.async_listen(EVENT_STATE_CHANGED, written),
            self._hass.bus.async_listen(EVENT_CALL_SERVICE, called),
        ]

    def stop(self) -> dict[str, Any]:
        """Stop and tell.

        `delivered` (topic, time), `written` (entity, state, time), `called` (entity, action, time).
        """
        while self._cancel:
            self._cancel.pop()()
        return {"delivered": self._delivered, "written": self._written, "called": self._called}
