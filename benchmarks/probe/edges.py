"""When messages were delivered and when states were written, by one clock."""

import time
from typing import Any

from homeassistant.components import mqtt
from homeassistant.const import EVENT_STATE_CHANGED
from homeassistant.core import (
    CALLBACK_TYPE,
    Event,
    EventStateChangedData,
    HomeAssistant,
    callback,
)


class Edges:
    """Notes deliveries and states. Times are seconds of the monotonic clock.

    A delivery has the time at which Home Assistant's MQTT client read the message from the
    broker, which every subscriber is given with it.
    """

    def __init__(self, hass: HomeAssistant) -> None:
        self._hass = hass
        self._cancel: list[CALLBACK_TYPE] = []
        self._delivered: list[tuple[str, float]] = []
        self._written: list[tuple[str, str, float]] = []

    async def start(self, filters: list[str], entities: list[str]) -> None:
        """Begin to note the deliveries of topic filters and the states of entities."""
        wanted = frozenset(entities)
        self._delivered, self._written = [], []

        @callback
        def delivered(message: mqtt.ReceiveMessage) -> None:
            self._delivered.append((message.topic, message.timestamp))

        @callback
        def written(event: Event[EventStateChangedData]) -> None:
            state = event.data["new_state"]
            if state is not None and state.entity_id in wanted:
                self._written.append((state.entity_id, state.state, time.monotonic()))

        self._cancel.append(self._hass.bus.async_listen(EVENT_STATE_CHANGED, written))
        for topic in filters:
            self._cancel.append(await mqtt.async_subscribe(self._hass, topic, delivered, 0, None))

    def stop(self) -> dict[str, Any]:
        """Stop and tell: `delivered` (topic, time) and `written` (entity, state, time)."""
        while self._cancel:
            self._cancel.pop()()
        return {"delivered": self._delivered, "written": self._written}
