"""The house as people describe it: rooms, where their sensors hang, zones and sleepers.

Room coordinates are metres with x to the right and y away from the room's origin, as seen on
a plan. A mount places a node in them: its position, the direction it looks (degrees, counter-
clockwise from the y axis) and whether its x axis is mirrored (a radar hung upside down).
"""

from dataclasses import dataclass, replace
from enum import StrEnum
import math

from .document import Reader
from .snapshot import Json

type Point = tuple[float, float]

QUIET_MINUTES = 5.0
"""How long nothing moves in a room before its motion has stopped, unless it is told otherwise:
people who read or type move every minute or two."""

QUIET_MINUTES_RANGE = (0.5, 24 * 60.0)
"""A sensor that fell silent is found out within half a minute; no routine waits for a day."""


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


class Side(StrEnum):
    """A side of a bed, as seen by who lies in it on their back."""

    LEFT = "left"
    RIGHT = "right"


BED_WITHIN = 10.0
"""Metres within which a bed lies before its node; no radar sees breath from farther away."""


@dataclass(frozen=True, slots=True)
class Sleeper:
    """A person's place in a bed, and the node that watches it.

    The bed is from `bed_near` to `bed_far` metres before the node; None leaves that to what the
    node sees. `side` is only for telling people apart who share a bed.
    """

    id: str
    node: str
    side: Side | None = None
    bed_near: float | None = None
    bed_far: float | None = None


@dataclass(frozen=True, slots=True)
class Room:
    """One room, or one part of an open one.

    `quiet_minutes` is how long nothing must have moved for its motion to have stopped.
    """

    id: str
    mounts: tuple[Mount, ...] = ()
    zones: tuple[Zone, ...] = ()
    sleepers: tuple[Sleeper, ...] = ()
    sensitivity: Sensitivity = Sensitivity.MEDIUM
    quiet_minutes: float = QUIET_MINUTES


@dataclass(frozen=True, slots=True)
class House:
    """All rooms of a site.

    An `automatic` house grows by itself: every room that a node announces becomes a room, and
    every node that sends breathing or rates becomes a sleeper named after it.

    `routines` are documents as people write them, which only `decide` understands.
    """

    site: str
    rooms: tuple[Room, ...] = ()
    automatic: bool = False
    routines: tuple[Json, ...] = ()

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
        "routines": list(house.routines),
        "rooms": [
            {
                "id": room.id,
                "sensitivity": str(room.sensitivity),
                "quiet_minutes": room.quiet_minutes,
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
                "sleepers": [
                    {
                        "id": sleeper.id,
                        "node": sleeper.node,
                        "side": None if sleeper.side is None else str(sleeper.side),
                        "bed_near": sleeper.bed_near,
                        "bed_far": sleeper.bed_far,
                    }
                    for sleeper in room.sleepers
                ],
            }
            for room in house.rooms
        ],
    }


def house_from_json(document: Json, site: str | None = None) -> House:
    """Read a description of a house.

    Every key but `site` is optional, unknown keys are ignored. `site` is the default for a
    document that names none. Raises HouseError.
    """
    reader = Reader(document, "house", HouseError)
    name = reader.identifier("site", site)
    rooms = tuple(map(_room, reader.objects("rooms")))
    ids = [room.id for room in rooms]
    if len(set(ids)) != len(ids):
        raise HouseError("two rooms have the same id; give each its own")
    _check_sleepers([sleeper for room in rooms for sleeper in room.sleepers])
    routines = reader.rows("routines")
    return House(name, rooms, reader.flag("automatic", default=not rooms), routines)


def _room(reader: Reader) -> Room:
    room_id = reader.identifier("id")
    reader.place = f"room {room_id}"
    return Room(
        id=room_id,
        mounts=tuple(map(_mount, reader.objects("nodes"))),
        zones=tuple(map(_zone, reader.objects("zones"))),
        sleepers=tuple(map(_sleeper, reader.objects("sleepers"))),
        sensitivity=Sensitivity(reader.choice("sensitivity", tuple(Sensitivity), "medium")),
        quiet_minutes=reader.number(
            "quiet_minutes", QUIET_MINUTES, low=QUIET_MINUTES_RANGE[0], high=QUIET_MINUTES_RANGE[1]
        ),
    )


def _mount(reader: Reader) -> Mount:
    return Mount(
        source=reader.text("node"),
        x=reader.number("x", 0.0),
        y=reader.number("y", 0.0),
        rotation=reader.number("rotation", 0.0),
        mirrored=reader.flag("mirrored"),
        reach=reader.number("reach") if reader.has("reach") else None,
        kind=SensorKind(reader.choice("kind", tuple(SensorKind))) if reader.has("kind") else None,
    )


def _zone(reader: Reader) -> Zone:
    polygon = reader.points("polygon")
    if len(polygon) < 3:
        raise HouseError(f"{reader.place}: a polygon needs at least three corners")
    kind = ZoneKind(reader.choice("kind", tuple(ZoneKind), "detection"))
    return Zone(reader.identifier("id"), kind, polygon)


def _sleeper(reader: Reader) -> Sleeper:
    near, far = (
        reader.number(key, low=0.0, high=BED_WITHIN) if reader.has(key) else None
        for key in ("bed_near", "bed_far")
    )
    if (near or 0.0) >= (BED_WITHIN if far is None else far):
        raise HouseError(f"{reader.place}: bed_near must be nearer than bed_far")
    return Sleeper(
        reader.identifier("id"),
        reader.text("node"),
        Side(reader.choice("side", tuple(Side))) if reader.has("side") else None,
        near,
        far,
    )


def _check_sleepers(sleepers: list[Sleeper]) -> None:
    seen: dict[str, str] = {}
    ids = set[str]()
    for sleeper in sleepers:
        if sleeper.id in ids:
            raise HouseError(f"two sleepers are called {sleeper.id}; give each an id of their own")
        ids.add(sleeper.id)
        if (other := seen.setdefault(sleeper.node, sleeper.id)) != sleeper.id:
            raise HouseError(
                f"the node {sleeper.node} cannot watch both {other} and {sleeper.id}: a radar "
                "follows one breath; give each side of the bed a node"
            )
