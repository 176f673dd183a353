"""What an entity is about: a room, a sleeper, a node, or a routine."""

from dataclasses import dataclass, replace

from .devices import node_identifier, room_identifier, routine_identifier, sleeper_identifier
from .room.subentries import RoomConfig
from .routine.subentries import RoutineConfig
from .shown import NODE, ROOM, ROUTINE, SLEEPER, Key
from .sleep.subentries import SleeperConfig

HEEDED = "heeded"
"""Whether whoever computes the rooms can be told what people want of alarms."""


@dataclass(frozen=True, slots=True)
class Subject:
    """`scope` and `name` are those of its keys; `unique` begins the unique ids of its entities.

    `title` begins their entity ids, where these are given: Home Assistant would put the area and
    the device, which have the same name, before it. `available` is the value that says whether
    anything is known; None: always. Entities that are not there from the start come when
    `appears_with` is known; None: when their own value is.
    """

    scope: str
    name: str
    unique: str
    device: tuple[str, str]
    subentry_id: str | None = None
    title: str | None = None
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


def sleeper_subject(entry_id: str, sleeper: SleeperConfig) -> Subject:
    """A sleeper, which is a device. What is known of them goes with the room of their node."""
    return Subject(
        scope=SLEEPER,
        name=sleeper.id,
        # Stable over renames, and over moves of the node to another room.
        unique=f"{entry_id}_sleeper_{sleeper.id}_",
        device=sleeper_identifier(entry_id, sleeper.id),
        subentry_id=sleeper.subentry_id,
        title=sleeper.title,
        available=Key(ROOM, sleeper.room or "", "available"),
    )


def nights_subject(entry_id: str, sleeper: SleeperConfig) -> Subject:
    """The nights of a sleeper, which are kept whatever the node does."""
    return replace(sleeper_subject(entry_id, sleeper), available=None)


def routine_subject(entry_id: str, routine: RoutineConfig) -> Subject:
    """A routine, which is a device, and always there."""
    return Subject(
        scope=ROUTINE,
        name=routine.id,
        # Stable over renames.
        unique=f"{entry_id}_routine_{routine.id}_",
        device=routine_identifier(entry_id, routine.id),
        subentry_id=routine.subentry_id,
        title=routine.title,
    )


def alarm_subject(entry_id: str, sleeper: SleeperConfig) -> Subject:
    """The alarm of a sleeper, which is there while somebody heeds what people want of it."""
    return replace(sleeper_subject(entry_id, sleeper), available=Key(SLEEPER, sleeper.id, HEEDED))


def node_subject(entry_id: str, node: str) -> Subject:
    """A node, whose device belongs to the entry itself."""
    return Subject(
        scope=NODE,
        name=node,
        unique=f"{entry_id}_node_{node}_",
        device=node_identifier(entry_id, node),
    )


def appearing_subject(entry_id: str, node: str) -> Subject:
    """A part that a node may have, which shows when its own value is known."""
    return replace(node_subject(entry_id, node), available=Key(NODE, node, "connected"))


def tone_subject(entry_id: str, node: str) -> Subject:
    """The ultrasonic tone of a node that has one, which shows when it first speaks of it."""
    return replace(
        node_subject(entry_id, node),
        available=Key(NODE, node, "connected"),
        appears_with=Key(NODE, node, "trouble"),
    )
