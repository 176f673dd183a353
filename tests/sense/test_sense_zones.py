"""Where a point lies: polygons, mounts, and what counts."""

from itertools import pairwise
import math

from hypothesis import assume, given, strategies as st
import pytest

from halcyon.core.house import Mount, Room, Zone, ZoneKind
from halcyon.sense.zones import Ground, inside

_number = st.floats(-8.0, 8.0)
_angle = st.floats(-720.0, 720.0)

SQUARE = Zone("square", ZoneKind.DETECTION, ((0.0, 0.0), (2.0, 0.0), (2.0, 2.0), (0.0, 2.0)))
HOOK = Zone(
    "hook",
    ZoneKind.DETECTION,
    ((0.0, 0.0), (4.0, 0.0), (4.0, 4.0), (3.0, 4.0), (3.0, 1.0), (0.0, 1.0)),
)


@pytest.mark.parametrize(
    ("point", "expected"),
    [((0.5, 0.5), True), ((3.5, 3.5), True), ((1.5, 2.5), False), ((-0.1, 0.5), False)],
)
def test_a_hooked_room_has_a_corner_that_is_outside(
    point: tuple[float, float], expected: bool
) -> None:
    assert inside(HOOK, point) is expected


@given(st.lists(_angle, min_size=3, max_size=9, unique=True), _number, _number)
def test_a_convex_zone_is_where_all_edges_have_the_point_on_one_side(
    angles: list[float], x: float, y: float
) -> None:
    corners = sorted({round(math.radians(each) % math.tau, 3) for each in angles})
    assume(len(corners) >= 3)
    polygon = tuple((5.0 * math.cos(each), 5.0 * math.sin(each)) for each in corners)
    sides = [
        (bx - ax) * (y - ay) - (by - ay) * (x - ax)
        for (ax, ay), (bx, by) in pairwise((*polygon, polygon[0]))
    ]
    assume(all(abs(side) > 1e-6 for side in sides))
    zone = Zone("round", ZoneKind.DETECTION, polygon)
    assert inside(zone, (x, y)) is all(side > 0 for side in sides)
    backwards = Zone("round", ZoneKind.DETECTION, polygon[::-1])
    assert inside(backwards, (x, y)) is inside(zone, (x, y))


@given(_number, _number)
def test_two_zones_share_no_point_and_leave_none_between_them(x: float, y: float) -> None:
    lower = Zone("a", ZoneKind.DETECTION, ((-9.0, -9.0), (9.0, -9.0), (9.0, 9.0)))
    upper = Zone("b", ZoneKind.DETECTION, ((-9.0, -9.0), (9.0, 9.0), (-9.0, 9.0)))
    assert inside(lower, (x, y)) is not inside(upper, (x, y))


@given(_number, _number, _number, _number, _angle, st.booleans())
def test_a_mount_turns_and_mirrors_without_changing_distances(
    x: float, y: float, at_x: float, at_y: float, rotation: float, mirrored: bool
) -> None:
    mount = Mount("radar", at_x, at_y, rotation, mirrored)
    px, py = mount.to_room(x, y)
    assert math.hypot(px - at_x, py - at_y) == pytest.approx(math.hypot(x, y), abs=1e-9)
    angle = math.radians(rotation)
    back_x = (px - at_x) * math.cos(angle) + (py - at_y) * math.sin(angle)
    back_y = -(px - at_x) * math.sin(angle) + (py - at_y) * math.cos(angle)
    assert (-back_x if mirrored else back_x) == pytest.approx(x, abs=1e-9)
    assert back_y == pytest.approx(y, abs=1e-9)


def test_a_quarter_turn_looks_along_the_negative_x_axis() -> None:
    assert Mount("radar", 4.0, 1.0, rotation=90.0).to_room(0.0, 2.0) == pytest.approx((2.0, 1.0))


def test_what_counts_is_inside_a_zone_in_reach_and_not_excluded() -> None:
    fan = Zone("fan", ZoneKind.EXCLUSION, ((1.0, 1.0), (2.0, 1.0), (2.0, 2.0), (1.0, 2.0)))
    bed = Zone("bed", ZoneKind.BED, ((3.0, 0.0), (5.0, 0.0), (5.0, 2.0), (3.0, 2.0)))
    mount = Mount("radar", reach=4.5)
    ground = Ground(Room("den", (mount,), (SQUARE, fan, bed)), mount)
    assert ground.place(0.5, 0.5).ignored is None
    assert ground.place(1.5, 1.5).ignored == "excluded"
    assert ground.place(0.5, 3.0).ignored == "outside_zones"
    place = ground.place(3.5, 0.5)
    assert (place.ignored, place.zones, place.beds) == (None, ("bed",), ("bed",))
    assert ground.place(4.9, 0.5).ignored == "beyond_reach"

    anywhere = Ground(Room("den", (mount,)), mount)
    assert anywhere.place(-3.0, 3.0).ignored is None
    assert anywhere.place(-4.0, 4.0).ignored == "beyond_reach"
