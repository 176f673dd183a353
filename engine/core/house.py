"""The house as people describe it: rooms, where their sensors hang, zones and sleepers.

Room coordinates are metres with x to the right and y away from the room's origin, as seen on
a plan. A mount places a node in them: its position, the direction it looks (degrees, counter-
clockwise from the y axis) and whether its x axis is mirrored (a radar hung upside down).
"""

from dataclasses import dataclass, replace
from enum import StrEnum
import math

from .message import is_id
from .snapshot import Json

type Point = tuple[float, float]


class HouseError(ValueError):
    """A description of a house cannot be used; the message names the place and the remedy."""


class ZoneKind(StrEnum):
    """What a zone is for."""

    DETECTION = "detection"
    """Targets count only inside; a room without any counts everything in reach."""
    EXCLUSION = "exclusion"
    """Targets inside never count: a fan, a curtain, the corridor behind a thin wall."""
    BED = "bed"
    """Where somebody lies; part of what counts."""


class Sensitivity(StrEnum):
    """How readily a room turns occupied and how long it holds."""

    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"


class SensorKind(StrEnum):
    """What a source is, where its readings alone do not say."""

    RADAR = "radar"
    PIR = "pir"
    """Sees only movement; its verdict of presence is one of motion."""
    ULTRASOUND = "ultrasound"


@dataclass(frozen=True, slots=True)
class Mount:
    """One source in a room: a node id, or an entity id for the ha_entity dialect.

    `reach` is the distance in metres up to which it counts, `kind` what it is; None leaves both
    to what it sends.
    """

    source: str
    x: float = 0.0
    y: float = 0.0
    rotation: float = 0.0
    mirrored: bool = False
    reach: float | None = None
    kind: SensorKind | None = None

    def to_room(self, x: float, y: float) -> Point:
        """A point in the node's coordinates as a point in the room's, both metres."""
        side = -x if self.mirrored else x
        angle = math.radians(self.rotation)
        return (
            self.x + side * math.cos(angle) - y * math.sin(angle),
            self.y + side * math.sin(angle) + y * math.cos(angle),
        )


@dataclass(frozen=True, slots=True)
class Zone:
    """A simple polygon of at least three corners, room coordinates in metres."""

    id: str
    kind: ZoneKind
    polygon: tuple[Point, ...]


@dataclass(frozen=True, slots=True)
class Sleeper:
    """A person's place in a bed, and the node that watches it."""

    id: str
    node: str


@dataclass(frozen=True, slots=True)
class Room:
    """One room, or one part of an open one."""

    id: str
    mounts: tuple[Mount, ...] = ()
    zones: tuple[Zone, ...] = ()
    sleepers: tuple[Sleeper, ...] = ()
    sensitivity: Sensitivity = Sensitivity.MEDIUM


@dataclass(frozen=True, slots=True)
class House:
    """All rooms of a site.

    An `automatic` house grows by itself: every room that a node announces becomes a room, and
    every node that sends breathing or rates becomes a sleeper named after it.
    """

    site: str
    rooms: tuple[Room, ...] = ()
    automatic: bool = False

    def room_of(self, source: str) -> Room | None:
        """The room in which a source is mounted."""
        for room in self.rooms:
            if any(mount.source == source for mount in room.mounts):
                return room
        return None

    def with_room(self, room: Room) -> House:
        """The same house with a room added, or replaced where the id is known."""
        others = tuple(known for known in self.rooms if known.id != room.id)
        return replace(self, rooms=(*others, room))


def house_to_json(house: House) -> Json:
    """The description that house_from_json reads."""
    return {
        "site": house.site,
        "automatic": house.automatic,
        "rooms": [
            {
                "id": room.id,
                "sensitivity": str(room.sensitivity),
                "nodes": [
                    {
                        "node": mount.source,
                        "x": mount.x,
                        "y": mount.y,
                        "rotation": mount.rotation,
                        "mirrored": mount.mirrored,
                        "reach": mount.reach,
                        "kind": None if mount.kind is None else str(mount.kind),
                    }
                    for mount in room.mounts
                ],
                "zones": [
                    {
                        "id": zone.id,
                        "kind": str(zone.kind),
                        "polygon": [[x, y] for x, y in zone.polygon],
                    }
                    for zone in room.zones
                ],
                "sleepers": [{"id": sleeper.id, "node": sleeper.node} for sleeper in room.sleepers],
            }
            for room in house.rooms
        ],
    }


def house_from_json(document: Json, site: str | None = None) -> House:
    """Read a description of a house.

    Every key but `site` is optional, unknown keys are ignored. `site` is the default for a
    document that names none. Raises HouseError.
    """
    reader = _Reader("house")
    body = reader.members(document)
    name = reader.text(body, "site", site)
    if not is_id(name):
        raise HouseError(f"site {name!r} must be 1 to 32 of a-z, 0-9 and '-'")
    rooms = tuple(
        _room(_Reader(f"rooms[{index}]"), room)
        for index, room in enumerate(reader.rows(body, "rooms"))
    )
    ids = [room.id for room in rooms]
    if len(set(ids)) != len(ids):
        raise HouseError("two rooms have the same id; give each its own")
    return House(name, rooms, reader.flag(body, "automatic", default=not rooms))


def _room(reader: _Reader, document: Json) -> Room:
    body = reader.members(document)
    room_id = reader.identifier(body, "id")
    return Room(
        id=room_id,
        mounts=tuple(
            _mount(_Reader(f"room {room_id}, nodes[{index}]"), row)
            for index, row in enumerate(reader.rows(body, "nodes"))
        ),
        zones=tuple(
            _zone(_Reader(f"room {room_id}, zones[{index}]"), row)
            for index, row in enumerate(reader.rows(body, "zones"))
        ),
        sleepers=tuple(
            _sleeper(_Reader(f"room {room_id}, sleepers[{index}]"), row)
            for index, row in enumerate(reader.rows(body, "sleepers"))
        ),
        sensitivity=Sensitivity(
            reader.choice(body, "sensitivity", [str(each) for each in Sensitivity], "medium")
        ),
    )


def _mount(reader: _Reader, document: Json) -> Mount:
    body = reader.members(document)
    return Mount(
        source=reader.text(body, "node"),
        x=reader.number(body, "x", 0.0),
        y=reader.number(body, "y", 0.0),
        rotation=reader.number(body, "rotation", 0.0),
        mirrored=reader.flag(body, "mirrored", default=False),
        reach=None if body.get("reach") is None else reader.number(body, "reach", 0.0),
        kind=(
            None
            if body.get("kind") is None
            else SensorKind(reader.choice(body, "kind", [str(each) for each in SensorKind], ""))
        ),
    )


def _zone(reader: _Reader, document: Json) -> Zone:
    body = reader.members(document)
    polygon = tuple(reader.point(row) for row in reader.rows(body, "polygon"))
    if len(polygon) < 3:
        raise HouseError(f"{reader.place}: a polygon needs at least three corners")
    kind = ZoneKind(reader.choice(body, "kind", [str(each) for each in ZoneKind], "detection"))
    return Zone(reader.identifier(body, "id"), kind, polygon)


def _sleeper(reader: _Reader, document: Json) -> Sleeper:
    body = reader.members(document)
    return Sleeper(reader.identifier(body, "id"), reader.text(body, "node"))


class _Reader:
    """Reads members of a JSON document and names the place where one is wrong."""

    def __init__(self, place: str) -> None:
        self.place = place

    def members(self, value: Json) -> dict[str, Json]:
        if not isinstance(value, dict):
            raise HouseError(f"{self.place} must be an object")
        return value

    def rows(self, body: dict[str, Json], key: str) -> list[Json]:
        value = body.get(key, [])
        if not isinstance(value, list):
            raise HouseError(f"{self.place}: {key} must be a list")
        return value

    def text(self, body: dict[str, Json], key: str, default: str | None = None) -> str:
        value = body.get(key, default)
        if not isinstance(value, str) or not value:
            raise HouseError(f"{self.place}: {key} must be a text")
        return value

    def identifier(self, body: dict[str, Json], key: str) -> str:
        value = self.text(body, key)
        if not is_id(value):
            raise HouseError(f"{self.place}: {key} {value!r} must be 1 to 32 of a-z, 0-9 and '-'")
        return value

    def choice(self, body: dict[str, Json], key: str, options: list[str], default: str) -> str:
        value = self.text(body, key, default)
        if value not in options:
            raise HouseError(f"{self.place}: {key} must be one of {', '.join(options)}")
        return value

    def number(self, body: dict[str, Json], key: str, default: float) -> float:
        value = body.get(key, default)
        if (
            isinstance(value, bool)
            or not isinstance(value, int | float)
            or not math.isfinite(value)
        ):
            raise HouseError(f"{self.place}: {key} must be a number")
        return float(value)

    def flag(self, body: dict[str, Json], key: str, *, default: bool) -> bool:
        value = body.get(key, default)
        if not isinstance(value, bool):
            raise HouseError(f"{self.place}: {key} must be true or false")
        return value

    def point(self, value: Json) -> Point:
        if not isinstance(value, list) or len(value) != 2:
            raise HouseError(f"{self.place}: a corner must be [x, y] in metres")
        pair = {"x": value[0], "y": value[1]}
        return self.number(pair, "x", 0.0), self.number(pair, "y", 0.0)
