"""Where a target is: zones of a room, seen from a node."""

from dataclasses import dataclass
import math

from ..core.house import Mount, Point, Room, Zone, ZoneKind

type Box = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class Place:
    """A target's place: its point in the room, the zones around it, and whether it counts.

    `ignored` says why it does not count: `excluded`, `beyond_reach` or `outside_zones`.
    """

    point: Point
    zones: tuple[str, ...]
    beds: tuple[str, ...]
    ignored: str | None


class Ground:
    """One node's view of a room's zones; built once for a description."""

    def __init__(self, room: Room, mount: Mount) -> None:
        self._mount = mount
        self._zones = tuple((zone, _box(zone.polygon)) for zone in room.zones)
        self.has_detection = any(zone.kind is ZoneKind.DETECTION for zone in room.zones)

    def place(self, x: float, y: float) -> Place:
        """The place of a point in the node's coordinates, metres."""
        mount = self._mount
        point = mount.to_room(x, y)
        if not self._zones:
            beyond = mount.reach is not None and math.hypot(x, y) > mount.reach
            return Place(point, (), (), "beyond_reach" if beyond else None)
        around = [zone for zone, box in self._zones if _in_box(box, point) and inside(zone, point)]
        ignored = None
        if any(zone.kind is ZoneKind.EXCLUSION for zone in around):
            ignored = "excluded"
        elif mount.reach is not None and math.hypot(x, y) > mount.reach:
            ignored = "beyond_reach"
        elif self.has_detection and not around:
            ignored = "outside_zones"
        return Place(
            point=point,
            zones=tuple(zone.id for zone in around if zone.kind is not ZoneKind.EXCLUSION),
            beds=tuple(zone.id for zone in around if zone.kind is ZoneKind.BED),
            ignored=ignored,
        )


def inside(zone: Zone, point: Point) -> bool:
    """Whether a point lies in a zone's polygon, by counting the edges that a ray crosses.

    Of an edge that two zones share, a point belongs to exactly one of them.
    """
    x, y = point
    odd = False
    x1, y1 = zone.polygon[-1]
    for x2, y2 in zone.polygon:
        if (y1 > y) is not (y2 > y):
            # From the lower end, so that both neighbours of an edge round alike.
            (ax, ay), (bx, by) = ((x1, y1), (x2, y2)) if y1 < y2 else ((x2, y2), (x1, y1))
            if x < ax + (y - ay) * (bx - ax) / (by - ay):
                odd = not odd
        x1, y1 = x2, y2
    return odd


def _box(polygon: tuple[Point, ...]) -> Box:
    xs, ys = [x for x, _ in polygon], [y for _, y in polygon]
    return min(xs), min(ys), max(xs), max(ys)


def _in_box(box: Box, point: Point) -> bool:
    return box[0] <= point[0] <= box[2] and box[1] <= point[1] <= box[3]
