"""How a sensor at its mount sees a body."""

from collections.abc import Callable
from typing import Any

from hypothesis import HealthCheck, given, settings, strategies as st
import numpy as np
import pytest

from halcyon.core.house import Mount
from halcyon.simulate import Scenario
from halcyon.simulate.world import World

type Document = dict[str, Any]

_METRES = st.floats(-5.0, 5.0)


@settings(max_examples=50, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(x=_METRES, y=_METRES, rotation=st.floats(-360.0, 360.0), mirrored=st.booleans())
def test_looking_undoes_what_the_engine_does_with_a_mount(
    x: float,
    y: float,
    rotation: float,
    mirrored: bool,
    bedroom: Callable[..., Document],
    visitor: Document,
    build: Callable[[Document], Scenario],
) -> None:
    world = World(build(bedroom("ld2450") | {"actors": [visitor]}), np.random.default_rng(1))
    times = np.array([12.0, 15.0, 18.0])
    mount = Mount("node-1", x, y, rotation, mirrored)
    [sight] = world.look(mount, "bedroom", times)
    true = world.people[0].states("bedroom", times)
    for k in range(len(times)):
        place = mount.to_room(float(sight.x[k]), float(sight.y[k]))
        assert place == pytest.approx((true.x[k], true.y[k]))
    assert sight.speed == pytest.approx(np.hypot(true.vx, true.vy))
    assert (np.abs(sight.radial) <= sight.speed + 1e-9).all()
