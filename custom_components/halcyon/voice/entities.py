"""What is shown of spoken commands: the moment of each, and the last one for who wants it kept."""

from typing import override

from homeassistant.components.event import EventEntity, EventEntityDescription
from homeassistant.components.sensor import SensorEntity, SensorEntityDescription
from homeassistant.const import Platform
from homeassistant.core import callback

from ..entity import HalcyonEntity
from ..shown import Key

COMMAND = "command"

ATTR_CONFIDENCE = "confidence"
ATTR_LATENCY = "latency"
ATTR_SPEAKER = "speaker"
ATTR_TEXT = "text"

COMMAND_EVENTS = (
    EventEntityDescription(key=COMMAND, translation_key=COMMAND, event_types=[COMMAND]),
)
COMMAND_SENSORS = (SensorEntityDescription(key="last_command", translation_key="last_command"),)


class CommandEventEntity(HalcyonEntity, EventEntity):
    """The moment at which somebody gave a command in a room.

    What they said is in attributes that the recorder leaves out. Unlike other moments it is not
    held until Home Assistant has started: a command that comes true a minute later surprises.
    """

    platform_domain = Platform.EVENT
    _unrecorded_attributes = frozenset({ATTR_CONFIDENCE, ATTR_LATENCY, ATTR_SPEAKER, ATTR_TEXT})

    @property
    @override
    def available(self) -> bool:
        # Automations ignore what comes out of unavailable.
        return True

    @property
    @override
    def watched(self) -> tuple[Key, ...]:
        # A room that is available again did not hear its last command again.
        return (self.key,)

    @override
    async def async_added_to_hass(self) -> None:
        await super().async_added_to_hass()
        if self.value is not None:
            # The command with which the entity came to be.
            self._changed()

    @callback
    @override
    def _changed(self) -> None:
        said = self.hub.voice.last(self.key.name)
        if said is not None:
            self._trigger_event(
                COMMAND,
                {
                    ATTR_TEXT: said.text,
                    ATTR_CONFIDENCE: said.confidence,
                    ATTR_SPEAKER: said.speaker,
                    ATTR_LATENCY: said.latency_ms,
                },
            )
            self.async_write_ha_state()


class LastCommandSensor(HalcyonEntity, SensorEntity):
    """What was said last in a room, which the recorder keeps: only for who asks for it."""

    platform_domain = Platform.SENSOR

    @property
    @override
    def available(self) -> bool:
        return True

    @property
    @override
    def native_value(self) -> str | None:
        value = self.value
        return value if isinstance(value, str) else None
