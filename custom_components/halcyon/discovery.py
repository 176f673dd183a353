"""What an announcement on the broker means for somebody who may want to add the node."""

from dataclasses import asdict, dataclass
from typing import Any

from homeassistant.helpers.service_info.mqtt import ReceivePayloadType

from .engine.core.message import is_id
from .engine.core.reading import Announcement
from .engine.decode.introduction import Introduction
from .engine.decode.malformed import MalformedError
from .engine.decode.topics import Channel, parse_topic
from .models import label_of
from .room.subentries import spoken

_BREATH_PROTOCOLS = frozenset({"c1001", "ld6002", "mr60bha1", "mr60bha2", "r60abd1"})
"""Radars that measure breathing, so that they may watch a bed."""

_BREATH_STREAMS = frozenset({"breath", "frames"})
"""Waveforms from which breathing is measured: a chest, or complex frames that hold one."""


@dataclass(frozen=True, slots=True)
class Found:
    """A node that announced itself. `room` is the room that it wishes for."""

    site: str
    node: str
    model: str | None
    room: str | None
    can_watch_bed: bool

    @property
    def label(self) -> str:
        """The node as a person may know it."""
        return label_of(self.node, self.model)

    @property
    def wish(self) -> str:
        """The room that the node wishes for, as people would write it."""
        return "" if self.room is None else spoken(self.room)

    def to_json(self) -> dict[str, Any]:
        """The data of a discovery flow."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Gone:
    """A node whose announcement was cleared."""

    site: str
    node: str


def found_id(site: str, node: str) -> str:
    """What identifies the offer of a node."""
    return f"{site}/{node}"


def found_from_json(data: dict[str, Any]) -> Found:
    """The data of a discovery flow, read back."""
    return Found(**data)


def found_node(site: str, node: str, announcement: Announcement) -> Found:
    """A node by its announcement."""
    return Found(
        site=site,
        node=node,
        model=announcement.model,
        room=announcement.room,
        can_watch_bed=can_watch_bed(announcement),
    )


def can_watch_bed(announcement: Announcement) -> bool:
    """Whether a node says that it measures breathing."""
    return any(
        stream.name in _BREATH_STREAMS or stream.protocol in _BREATH_PROTOCOLS
        for stream in announcement.streams
    )


def read_announcement(topic: str, payload: ReceivePayloadType) -> Found | Gone | str:
    """The node behind a message of the discovery topic, or the reason why there is none."""
    site = topic.split("/")[2] if topic.count("/") > 2 else ""
    address = parse_topic(topic, site)
    if address is None or address.channel is not Channel.INFO or not is_id(site):
        return "invalid_discovery_info"
    if not payload:
        return Gone(site, address.node)
    body = payload.encode() if isinstance(payload, str) else bytes(payload)
    said = Introduction()
    try:
        said.hear_announcement(body)
    except MalformedError:
        return "invalid_discovery_info"
    if said.announcement is None:
        return "unsupported_version"
    return found_node(site, address.node, said.announcement)
