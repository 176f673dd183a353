"""A message as a host received it: the bytes that everything starts from, and their topics."""

from dataclasses import dataclass
import re

TOPIC_ROOT = "halcyon/1"
"""What every topic of node protocol 1 begins with: the prefix and the major version."""

HOST_TOPIC = "$host/"
"""Prefix of inputs that are not MQTT messages, so that captures hold them in the same order."""

_ID = re.compile(r"[a-z0-9-]{1,32}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Message:
    """One delivery. `host_t` is unix seconds at the host and never decreases between messages."""

    topic: str
    payload: bytes
    host_t: float
    retain: bool = False
    qos: int = 0


def topic_of(site: str, node: str, *levels: str) -> str:
    """The topic `halcyon/1/<site>/<node>/<level>/…`."""
    return "/".join((TOPIC_ROOT, site, node, *levels))


def is_id(text: str) -> bool:
    """Whether text may name a site, a node, a room or a stream: `[a-z0-9-]{1,32}`."""
    return _ID.fullmatch(text) is not None
