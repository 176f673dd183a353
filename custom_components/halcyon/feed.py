"""What Home Assistant itself tells the engine: wishes, and entities that are evidence."""

from collections.abc import Callable, Iterable
import json
from typing import Any

from homeassistant.components.event import DOMAIN as EVENT
from homeassistant.const import (
    ATTR_DEVICE_CLASS,
    ATTR_UNIT_OF_MEASUREMENT,
    STATE_UNAVAILABLE,
    STATE_UNKNOWN,
)
from homeassistant.core import (
    CALLBACK_TYPE,
    Event,
    EventStateChangedData,
    HomeAssistant,
    State,
    callback,
)
from homeassistant.helpers.event import async_track_state_change_event

from .engine.core.message import HOST_TOPIC, Message


class Feed:
    """Posts messages of the host. `changed` is called when an entity comes or goes."""

    def __init__(
        self,
        hass: HomeAssistant,
        clock: Callable[[], float],
        post: Callable[[Message], None],
        changed: Callable[[], None],
    ) -> None:
        self._hass = hass
        self._clock = clock
        self._post = post
        self._changed = changed
        self._cancel: list[CALLBACK_TYPE] = []

    @callback
    def async_start(self, entities: Iterable[str]) -> None:
        """Say what the entities are, and then what changes."""
        sources = list(entities)
        for source in sources:
            if (state := self._hass.states.get(source)) is not None:
                self._send_state(state, restored=True)
        self._cancel = [async_track_state_change_event(self._hass, sources, self._state_changed)]

    @callback
    def async_stop(self) -> None:
        """Say nothing any more."""
        while self._cancel:
            self._cancel.pop()()

    @callback
    def async_intent(self, name: str, **fields: str | float | bool | None) -> None:
        """Say what a person wants."""
        self._send("intent", {"name": name, **fields})

    @callback
    def async_tell(self, kind: str, body: dict[str, Any]) -> None:
        """Say something else that the engine understands."""
        self._send(kind, body)

    def is_silent(self, entity_id: str) -> bool:
        """Whether an entity says nothing that could be evidence."""
        return _is_silent(self._hass.states.get(entity_id))

    @callback
    def _state_changed(self, event: Event[EventStateChangedData]) -> None:
        old, new = event.data["old_state"], event.data["new_state"]
        if new is not None:
            # A state that appears again is what it was, not something that happens.
            self._send_state(new, restored=_is_silent(old))
        if _is_silent(old) != _is_silent(new):
            self._changed()

    def _send_state(self, state: State, *, restored: bool) -> None:
        self._send(
            "entity",
            {
                "entity_id": state.entity_id,
                "domain": state.domain,
                "device_class": state.attributes.get(ATTR_DEVICE_CLASS),
                "state": state.state,
                "unit": state.attributes.get(ATTR_UNIT_OF_MEASUREMENT),
                "changed": state.last_changed_timestamp,
                "restored": restored,
            },
        )

    def _send(self, kind: str, body: dict[str, Any]) -> None:
        payload = json.dumps(body, default=str).encode()
        self._post(Message(HOST_TOPIC + kind, payload, self._clock()))


def _is_silent(state: State | None) -> bool:
    if state is None or state.state == STATE_UNAVAILABLE:
        return True
    # An event entity is unknown until its first event, and well all the same.
    return state.state == STATE_UNKNOWN and state.domain != EVENT
