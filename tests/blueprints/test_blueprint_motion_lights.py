"""Motion lights with minor-motion hold."""

import pytest
from tests.blueprints.conftest import MINUTE, House

from custom_components.halcyon.engine.core.output import MotionEvent, Moved, Movement, Presence
from custom_components.halcyon.engine.core.reading import MotionLevel

LAMP, SPOT, LUX = "light.ceiling", "light.spot", "sensor.hall_illuminance"
ROOM = "living-room"
INPUTS: dict[str, object] = {
    "motion": ["event.living_room_motion"],
    "presence": ["binary_sensor.living_room_occupancy", "binary_sensor.living_room_motion"],
    "lights": [LAMP, SPOT],
}
ON = ("light.turn_on", [LAMP, SPOT])
OFF = ("light.turn_off", [LAMP, SPOT])


@pytest.fixture(autouse=True)
async def dark(house: House) -> None:
    """The living room is empty, and its lights are off."""
    for light in (LAMP, SPOT):
        await house.puts(light, "off")
    await house.leaves(ROOM)


def brightness(house: House) -> object:
    return house.calls[-1].data["brightness_pct"]


async def test_who_walks_in_gets_light_and_who_left_leaves_the_dark(house: House) -> None:
    await house.automate("motion_lights", **INPUTS)
    await house.enters(ROOM)
    assert house.called() == [ON]
    assert brightness(house) == 100
    await house.passes(30 * MINUTE)
    await house.leaves(ROOM)
    await house.passes(1.5 * MINUTE)
    assert house.called() == [ON]
    await house.passes(MINUTE)
    assert house.called() == [ON, OFF]
    await house.enters(ROOM)
    assert house.called() == [ON, OFF, ON]


async def test_who_sits_still_keeps_the_light(house: House) -> None:
    await house.automate("motion_lights", **INPUTS)
    await house.enters(ROOM)
    await house.rests(ROOM)
    assert house.state("binary_sensor.living_room_motion") == "off"
    await house.passes(120 * MINUTE)
    await house.says(ROOM, Moved(MotionLevel.MINOR, 0.6, "ultrasound"))
    assert house.called() == [ON]


async def test_a_small_movement_switches_nothing_on_but_holds(house: House) -> None:
    await house.automate("motion_lights", **INPUTS)
    await house.says(ROOM, Moved(MotionLevel.MINOR, 0.6, "ultrasound"))
    assert house.state("binary_sensor.living_room_motion") == "on"
    assert house.called() == []
    await house.says(ROOM, MotionEvent(Movement.STARTED, "radar"))
    await house.passes(30 * MINUTE)
    assert house.called() == [ON]


async def test_a_room_that_only_knows_presence_has_lights_too(house: House) -> None:
    await house.automate("motion_lights", **INPUTS)
    await house.says(ROOM, Presence(True, 0.9))
    assert house.called() == [ON]


async def test_a_light_that_was_on_by_hand_is_left_alone(house: House) -> None:
    await house.automate("motion_lights", **INPUTS)
    await house.puts(SPOT, "on", brightness=30)
    await house.enters(ROOM)
    await house.leaves(ROOM)
    await house.passes(30 * MINUTE)
    assert house.called() == []


async def test_where_wished_it_ends_what_somebody_else_began(house: House) -> None:
    await house.automate("motion_lights", **INPUTS, take_over=True)
    await house.puts(SPOT, "on")
    await house.enters(ROOM)
    await house.leaves(ROOM)
    await house.passes(3 * MINUTE)
    assert house.called() == [OFF]


async def test_who_switches_off_by_hand_sits_in_the_dark_until_they_come_anew(
    house: House,
) -> None:
    await house.automate("motion_lights", **INPUTS)
    await house.enters(ROOM)
    for light in (LAMP, SPOT):
        await house.puts(light, "off")
    await house.says(ROOM, MotionEvent(Movement.CONTINUED, "radar"))
    await house.passes(20 * MINUTE)
    assert house.called() == [ON]
    await house.leaves(ROOM)
    await house.passes(1 * MINUTE)
    await house.enters(ROOM)
    assert house.called() == [ON, ON], "they left and came back, however soon"


async def test_a_sensor_that_went_away_saw_nobody_leave(house: House) -> None:
    await house.automate("motion_lights", **INPUTS)
    await house.enters(ROOM)
    await house.service("offline")
    await house.passes(60 * MINUTE)
    await house.service("online")
    assert house.called() == [ON]


@pytest.mark.parametrize(
    ("now", "inputs", "expected"),
    [
        ("2026-11-20T21:00:00+00:00", {}, 100),
        ("2026-11-20T22:45:00+00:00", {}, 20),
        ("2026-11-21T05:00:00+00:00", {"night_brightness": 7}, 7),
        ("2026-11-21T05:00:00+00:00", {"night_from": "06:30:00"}, 100),
        ("2026-11-21T02:00:00+00:00", {"night_from": "01:00:00"}, 20),
        ("2026-11-21T07:00:00+00:00", {"night_from": "01:00:00"}, 100),
    ],
)
async def test_at_night_it_is_dim(
    house: House, now: str, inputs: dict[str, object], expected: int
) -> None:
    house.freezer.move_to(now)
    await house.service("online")
    await house.automate("motion_lights", **INPUTS, **inputs)
    await house.enters(ROOM)
    assert brightness(house) == expected


async def test_a_brightness_of_nothing_leaves_the_night_dark(house: House) -> None:
    house.freezer.move_to("2026-11-20T23:00:00+00:00")
    await house.automate("motion_lights", **INPUTS, night_brightness=0)
    await house.enters(ROOM)
    assert house.called() == []


@pytest.mark.parametrize(
    ("lux", "expected"), [("120", []), ("39.5", [ON]), ("unavailable", [ON]), ("unknown", [ON])]
)
async def test_light_comes_only_where_it_is_dark(
    house: House, lux: str, expected: list[object]
) -> None:
    await house.automate("motion_lights", **INPUTS, illuminance=[LUX])
    await house.puts(LUX, lux)
    await house.enters(ROOM)
    assert house.called() == expected


async def test_who_is_there_when_it_gets_dark_gets_light(house: House) -> None:
    await house.puts(LUX, "120")
    await house.automate("motion_lights", **INPUTS, illuminance=[LUX])
    await house.enters(ROOM)
    await house.passes(30 * MINUTE)
    await house.puts(LUX, "30")
    await house.passes(2 * MINUTE)
    assert house.called() == [ON]


async def test_an_empty_room_may_get_dark(house: House) -> None:
    await house.puts(LUX, "120")
    await house.automate("motion_lights", **INPUTS, illuminance=[LUX])
    await house.puts(LUX, "30")
    await house.passes(30 * MINUTE)
    assert house.called() == []


async def test_the_dark_that_switching_off_makes_does_not_switch_on(house: House) -> None:
    await house.puts(LUX, "20")
    await house.automate("motion_lights", **INPUTS, illuminance=[LUX])
    await house.enters(ROOM)
    await house.puts(LUX, "200")
    for light in (LAMP, SPOT):
        await house.puts(light, "off")
    await house.puts(LUX, "20")
    await house.passes(5 * MINUTE)
    assert house.called() == [ON]


async def test_nothing_shines_on_who_is_in_bed(house: House) -> None:
    await house.automate("motion_lights", **INPUTS, keep_off=["binary_sensor.anna_in_bed"])
    await house.sleeps("bed")
    await house.enters(ROOM)
    assert house.called() == []


async def test_further_conditions_and_actions(house: House) -> None:
    await house.automate(
        "motion_lights",
        **INPUTS,
        conditions=[{"condition": "state", "entity_id": "switch.ask", "state": "on"}],
        on_actions=[{"action": "media_player.play_media", "target": {"entity_id": "x.radio"}}],
        off_actions=[{"action": "media_player.turn_off", "target": {"entity_id": "x.radio"}}],
    )
    await house.puts("switch.ask", "off")
    await house.enters(ROOM)
    assert house.called() == []
    await house.leaves(ROOM)
    await house.puts("switch.ask", "on")
    await house.enters(ROOM)
    await house.leaves(ROOM)
    await house.passes(3 * MINUTE)
    assert [name for name, _ in house.called()] == [
        "light.turn_on",
        "media_player.play_media",
        "light.turn_off",
        "media_player.turn_off",
    ]


@pytest.mark.parametrize(("adopt", "expected"), [(True, [OFF]), (False, [])])
async def test_after_a_restart_lights_are_seen_off(
    house: House, adopt: bool, expected: list[object]
) -> None:
    await house.puts(LAMP, "on")
    await house.enters(ROOM)
    await house.restarts("motion_lights", **INPUTS, after_restart=adopt)
    await house.passes(10 * MINUTE)
    assert house.called() == []
    await house.leaves(ROOM)
    await house.passes(3 * MINUTE)
    assert house.called() == expected


async def test_lights_that_answer_late_after_a_restart_are_seen_off_too(house: House) -> None:
    for light in (LAMP, SPOT):
        await house.puts(light, "unavailable")
    await house.restarts("motion_lights", **INPUTS)
    await house.passes(20)
    await house.puts(LAMP, "on")
    await house.puts(SPOT, "off")
    await house.passes(3 * MINUTE)
    assert house.called() == [OFF]


async def test_lights_that_are_off_after_a_restart_wait_for_nobody(house: House) -> None:
    await house.restarts("motion_lights", **INPUTS)
    await house.enters(ROOM)
    assert house.called() == [ON]


async def test_a_light_that_does_not_answer_is_not_waited_for(house: House) -> None:
    for light in (LAMP, SPOT):
        await house.puts(light, "unavailable")
    await house.automate("motion_lights", **INPUTS)
    await house.enters(ROOM)
    await house.passes(MINUTE)
    await house.leaves(ROOM)
    for light in (LAMP, SPOT):
        await house.puts(light, "off")
    await house.enters(ROOM)
    assert house.called() == [ON, ON]
