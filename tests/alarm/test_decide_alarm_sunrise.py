from itertools import pairwise

from hypothesis import given, strategies as st
import pytest
from training.alarm import sun

from halcyon.core.snapshot import SnapshotError
from halcyon.decide.alarm.glow import Lamp, glow, kelvin
from halcyon.decide.alarm.sunrise import EVERY_S, HURRY_S, Kind, Order, WakeLight

OFF = Lamp(on=False)
LAMPS = {"light.bed": OFF, "light.wall": Lamp(on=True, brightness=0.3, kelvin=2700)}
END = 1800.0


def _lightness(light: float) -> float:
    """L* by the CIE's own formula, where it is a cube root."""
    return 116 * float(light ** (1 / 3)) - 16


def test_it_looks_brighter_by_the_same_step_each_time() -> None:
    seen = [glow(n / 10).brightness or 0.0 for n in range(1, 11)]
    assert [_lightness(each) for each in seen] == pytest.approx([10.0 * n for n in range(1, 11)])


@given(st.floats(0, 1), st.floats(0, 1), st.floats(0.05, 1))
def test_it_only_gets_brighter_and_whiter(one: float, other: float, top: float) -> None:
    early, late = glow(min(one, other), top), glow(max(one, other), top)
    assert 0 <= (early.brightness or 0) <= (late.brightness or 0) <= top + 1e-9
    assert (early.kelvin or 0) <= (late.kelvin or 0)


def test_it_ends_at_the_brightness_that_was_chosen() -> None:
    assert glow(1.0, 0.4).brightness == pytest.approx(0.4)
    assert glow(0.0) == Lamp(on=False, brightness=0.0, kelvin=1657)


def test_its_colour_is_that_of_the_sun() -> None:
    for elevation in sun.ELEVATIONS[:-1]:
        assert kelvin(elevation) == pytest.approx(sun.temperature(elevation), abs=1)


def _run(light: WakeLight, until: float) -> list[tuple[float, list[Order]]]:
    seen = []
    while (due := light.next_due) is not None and due <= until:
        seen.append((due, light.advance(due)))
    return seen


def test_a_sunrise_is_complete_at_its_end() -> None:
    light = WakeLight(Kind.SUNRISE, 0.0, END, LAMPS)
    seen = _run(light, END)
    assert seen[0][0] == 0.0
    assert seen[-1][0] == END
    assert seen[-1][1] == [Order(name, glow(1.0), 0.0) for name in LAMPS]
    assert all(b - a <= EVERY_S for (a, _), (b, _) in pairwise(seen))
    assert light.next_due is None


def test_a_ring_ahead_of_time_completes_it_quickly_and_without_a_jump_back() -> None:
    light = WakeLight(Kind.SUNRISE, 0.0, END, LAMPS)
    _run(light, 900.0)
    before = light.progress(905.0)
    light.hurry(905.0)
    assert light.progress(905.0) == pytest.approx(before)
    seen = _run(light, END)
    assert seen[-1][0] == 905.0 + HURRY_S
    assert seen[-1][1][0].lamp == glow(1.0)


def test_a_ring_at_the_end_changes_nothing() -> None:
    light = WakeLight(Kind.SUNRISE, 0.0, END, LAMPS)
    _run(light, END - 5)
    light.hurry(END - 5)
    assert _run(light, END)[-1][0] == END


def test_a_dismissal_restores_what_was_there() -> None:
    light = WakeLight(Kind.SUNRISE, 0.0, END, LAMPS)
    _run(light, 900.0)
    assert light.stop() == [Order(name, lamp, 0.0) for name, lamp in LAMPS.items()]
    assert light.next_due is None


def test_a_light_that_somebody_touched_is_left_alone() -> None:
    light = WakeLight(Kind.SUNRISE, 0.0, END, LAMPS)
    _run(light, 1500.0)
    light.see("light.bed", Lamp(on=True, brightness=1.0, kelvin=4000))
    light.see("light.unknown", OFF)
    assert {each.light for each in light.advance(1510.0)} == {"light.wall"}
    assert {each.light for each in light.stop()} == {"light.wall"}


@pytest.mark.parametrize("touch", [OFF, Lamp(on=True, brightness=0.9), Lamp(on=True, kelvin=6500)])
def test_whatever_a_person_does_to_it_is_a_touch(touch: Lamp) -> None:
    light = WakeLight(Kind.SUNRISE, 0.0, END, {"light.bed": OFF})
    _run(light, 900.0)
    light.see("light.bed", touch)
    assert light.advance(910.0) == []


@given(st.integers(0, 179), st.floats(0, 1))
def test_a_lamp_on_its_way_was_not_touched(step: int, way: float) -> None:
    light = WakeLight(Kind.SUNRISE, 0.0, END, {"light.bed": OFF})
    seen = _run(light, step * EVERY_S)
    told = seen[-1][1][0].lamp
    earlier = seen[-2][1][0].lamp if len(seen) > 1 else OFF
    low, high = earlier.brightness or 0.0, told.brightness or 0.0
    light.see(
        "light.bed", Lamp(told.on, round(255 * (low + way * (high - low))) / 255, told.kelvin)
    )
    assert light.advance((step + 1) * EVERY_S) != []


def test_a_sunset_ends_in_the_dark() -> None:
    light = WakeLight(Kind.SUNSET, 0.0, 600.0, {"light.bed": Lamp(on=True, brightness=0.5)}, 0.5)
    seen = _run(light, 600.0)
    levels = [orders[0].lamp.brightness or 0.0 for _, orders in seen]
    assert levels == sorted(levels, reverse=True)
    assert seen[-1][1] == [Order("light.bed", OFF, 0.0)]


def test_it_goes_on_after_a_restart() -> None:
    light = WakeLight(Kind.SUNRISE, 0.0, END, LAMPS, 0.7)
    _run(light, 900.0)
    light.see("light.wall", OFF)
    light.hurry(905.0)
    again = WakeLight(Kind.SUNSET, 0.0, 1.0, {})
    again.restore(light.snapshot())
    assert again.snapshot() == light.snapshot()
    assert _run(again, END) == _run(light, END)
    with pytest.raises(SnapshotError):
        again.restore({"kind": "eclipse", "lamps": {}})


def test_a_sunrise_dims_nothing() -> None:
    lamps = {"night": Lamp(on=True, brightness=0.2), "on": Lamp(on=True), "off": OFF}
    light = WakeLight(Kind.SUNRISE, 0.0, 600.0, lamps)
    told: dict[str, list[float]] = {"night": [], "on": [], "off": []}
    while (due := light.next_due) is not None:
        for order in light.advance(due):
            told[order.light].append(order.lamp.brightness or 0.0)
    assert min(told["night"]) >= 0.2
    assert told["night"][-1] == told["off"][-1] == 1.0
    assert told["on"] == []
