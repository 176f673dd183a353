"""What the broker may tell the engine as if its host did: wishes of people, and modes."""

from dataclasses import replace

from ..core.message import HOST_TOPIC, Message, topic_of

_INPUTS = {"wish": "intent", "mode": "mode"}
"""Commands to the service, and what each is to the engine."""


def input_topics(site: str) -> tuple[str, ...]:
    """The topics on which they come."""
    return tuple(_topic(site, name) for name in _INPUTS)


def as_input(message: Message, site: str) -> Message | None:
    """A message of these topics as the engine takes it, None for any other.

    One that was retained is none: it would be obeyed again on every connection.
    """
    for name, kind in _INPUTS.items():
        if message.topic == _topic(site, name) and not message.retain:
            return replace(message, topic=f"{HOST_TOPIC}{kind}")
    return None


def _topic(site: str, name: str) -> str:
    return topic_of(site, "$engine", "cmd", name)
