"""What an entity is about: a room, who sleeps in it, or a node."""

from dataclasses import dataclass, replace

from .devices import node_identifier, room_identifier
from .display import NODE, ROOM, SLEEPER, Key
from .rooms import RoomConfig


@dataclass(frozen=True, slots=True)
class Subject:
    """`scope` and `name` are those of its keys; `unique` begins the unique ids of its entities.

    `title` begins their entity ids, where these are given: Home Assistant would put the area and
    the device, which have the same name, before it. `called` tells sleepers of a room apart, and
    `available` is the value that says whether anything is known; None: always. Entities that are
    not there from the start come when `appears_with` is known; None: when their own value is.
    """

    scope: str
    name: str
    unique: str
    device: tuple[str, str]
    subentry_id: str | None = None
    title: str | None = None
    called: str | None = None
    available: Key | None = None
    appears_with: Key | None = None


def room_subject(entry_id: str, room: RoomConfig) -> Subject:
    """A room, which is a device."""
    return Subject(
        scope=ROOM,
        name=room.id,
        # Stable over renames of the area, of the site and of the room's own part.
        unique=f"{entry_id}_room_{room.id}_",
        device=room_identifier(entry_id, room.id),
        subentry_id=room.subentry_id,
        title=room.title,
        available=Key(ROOM, room.id, "available"),
    )


def sleeper_subject(entry_id: str, room: RoomConfig, sleeper: str) -> Subject:
    """Who sleeps in a bed of a room, on the room's device."""
    alone = len(room.beds) == 1
    return Subject(
        scope=SLEEPER,
        name=sleeper,
        unique=f"{entry_id}_room_{room.id}_{sleeper}_",
        device=room_identifier(entry_id, room.id),
        subentry_id=room.subentry_id,
        title=room.title if alone else f"{room.title} {sleeper}",
        called=None if alone else sleeper,
        available=Key(ROOM, room.id, "available"),
    )


def node_subject(entry_id: str, node: str) -> Subject:
    """A node, whose device belongs to the entry itself."""
    return Subject(
        scope=NODE,
        name=node,
        unique=f"{entry_id}_node_{node}_",
        device=node_identifier(entry_id, node),
    )


def tone_subject(entry_id: str, node: str) -> Subject:
    """The ultrasonic tone of a node that has one, which shows when it first speaks of it."""
    return replace(
        node_subject(entry_id, node),
        available=Key(NODE, node, "connected"),
        appears_with=Key(NODE, node, "trouble"),
    )
