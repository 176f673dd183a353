"""The topics of node protocol 1: `halcyon/1/<site>/<node>/<channel>[/<name>]`."""

from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from ..core.message import TOPIC_ROOT, is_id, topic_of

_LONGEST = len(f"{TOPIC_ROOT}/") + 4 * len("/") + 3 * 32 + len("avail")
"""No valid topic is longer, so that the cache never holds a hostile one of 64 KiB."""

_KNOWN_TOPICS = 8192
"""How many topics stay parsed: a home of 300 rooms has about 3000."""


class Channel(StrEnum):
    """What kind of message a node's topic carries; the value is its level in the topic."""

    AVAIL = "avail"
    INFO = "info"
    SAMPLE = "s"
    WAVEFORM = "w"
    RAW = "raw"
    EVENT = "e"
    ACK = "ack"


_NAMELESS = (Channel.AVAIL, Channel.INFO)
_BY_LEVEL = {str(channel): channel for channel in Channel}


@dataclass(frozen=True, slots=True)
class NodeTopic:
    """A parsed topic. `name` is the stream, event kind or command; empty for avail and info."""

    site: str
    node: str
    channel: Channel
    name: str


def parse_topic(topic: str, site: str) -> NodeTopic | None:
    """What a topic addresses; None unless a node of this site speaks on it in this version."""
    return _parse(topic, site) if len(topic) <= _LONGEST else None


@lru_cache(maxsize=_KNOWN_TOPICS)
def _parse(topic: str, site: str) -> NodeTopic | None:
    match topic.split("/"):
        case [prefix, version, its_site, node, level]:
            name = ""
        case [prefix, version, its_site, node, level, name]:
            if not is_id(name):
                return None
        case _:
            return None
    channel = _BY_LEVEL.get(level)
    if (
        (f"{prefix}/{version}", its_site) != (TOPIC_ROOT, site)
        or channel is None
        or (channel in _NAMELESS) != (name == "")
        or not is_id(node)
    ):
        return None
    return NodeTopic(site, node, channel, name)


def node_filters(site: str) -> tuple[str, ...]:
    """The topic filters under which everything that the nodes of a site say arrives."""
    return tuple(
        topic_of(site, "+", channel, *(() if channel in _NAMELESS else ("+",)))
        for channel in Channel
    )
