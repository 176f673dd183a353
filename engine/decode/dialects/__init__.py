"""Other people's messages as observations: Home Assistant entities, ESPHome, Zigbee2MQTT."""

from typing import Protocol

from ...core.message import Message
from ...core.observation import Observation


class Dialect(Protocol):
    """A translator from one foreign way of speaking.

    Its sources are named so that a house can mount them: an entity id, a device name. It keeps
    at most what the other side announced about itself and never raises on what it is given.
    """

    @property
    def filters(self) -> tuple[str, ...]:
        """The MQTT topic filters that the host subscribes to for it."""

    def step(self, message: Message) -> list[Observation]:
        """The observations in a message; none for one that is not its own."""
