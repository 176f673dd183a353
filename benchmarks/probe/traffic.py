"""Taking messages from the broker and doing nothing with them."""

from homeassistant.components import mqtt
from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback


class Traffic:
    """Subscriptions whose messages cost what Home Assistant's MQTT costs, and no more."""

    def __init__(self, hass: HomeAssistant) -> None:
        self._hass = hass
        self._taken: dict[str, CALLBACK_TYPE] = {}

    async def subscribe(self, topic: str, *, on: bool) -> None:
        """Begin or end to take the messages of a topic filter."""
        if on is (topic in self._taken):
            return
        if not on:
            self._taken.pop(topic)()
            return

        @callback
        def ignore(_message: mqtt.ReceiveMessage) -> None:
            """Do nothing."""

        self._taken[topic] = await mqtt.async_subscribe(self._hass, topic, ignore, 0, None)
