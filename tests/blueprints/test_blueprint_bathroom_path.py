"""The way to the bathroom at night, when someone gets up."""

import pytest
from tests.blueprints.conftest import MINUTE, House

HALL, BATH = "light.hall", "light.bath"
ANNA, BEN = "bed", "bed-2"
INPUTS: dict[str, object] = {
    "beds": ["binary_sensor.anna_in_bed", "binary_sensor.ben_in_bed"],
    "lights": [HALL, BATH],
}
ON = ("light.turn_on", [HALL, BATH])
OFF = ("light.turn_off", [HALL, BATH])


@pytest.fixture(autouse=True)
async def night(house: House) -> None:
    """Two sleep, it is two o'clock, and the hall is dark."""
    house.freezer.move_to("2026-11-20T02:00:00+00:00")
    await house.service("online")
    for light in (HALL, BATH):
        await house.puts(light, "off")
    await house.sleeps(ANNA, BEN)


async def test_the_way_is_lit_there_and_back(house: House) -> None:
    await house.automate("bathroom_path", **INPUTS)
    await house.passes(10 * MINUTE)
    assert house.called() == []
    await house.gets_up(ANNA)
    assert house.called() == [ON]
    assert house.calls[0].data["brightness_pct"] == 5
    assert house.calls[0].data["color_temp_kelvin"] == 2200
    await house.passes(4 * MINUTE)
    assert house.called() == [ON]
    await house.sleeps(ANNA)
    await house.passes(15)
    assert house.called() == [ON]
    await house.passes(15)
    assert house.called() == [ON, OFF]


async def test_who_gets_up_second_finds_light_too(house: House) -> None:
    await house.automate("bathroom_path", **INPUTS)
    await house.gets_up(ANNA)
    await house.passes(5 * MINUTE)
    await house.gets_up(BEN)
    await house.sleeps(ANNA)
    await house.passes(5 * MINUTE)
    assert house.called() == [ON]
    await house.sleeps(BEN)
    await house.passes(MINUTE)
    assert house.called() == [ON, OFF]


async def test_who_gets_up_for_good_does_not_keep_it(house: House) -> None:
    await house.automate("bathroom_path", **INPUTS)
    await house.gets_up(ANNA)
    await house.passes(17 * MINUTE)
    assert house.called() == [ON, OFF]
    await house.passes(60 * MINUTE)
    await house.sleeps(ANNA)
    await house.gets_up(ANNA)
    assert house.called() == [ON, OFF, ON]


async def test_who_stays_in_the_bathroom_is_not_left_in_the_dark(house: House) -> None:
    await house.automate("bathroom_path", **INPUTS, hold=["binary_sensor.living_room_occupancy"])
    await house.gets_up(ANNA)
    await house.enters("living-room")
    await house.passes(40 * MINUTE)
    assert house.called() == [ON]
    await house.leaves("living-room")
    await house.passes(2 * MINUTE)
    assert house.called() == [ON, OFF]


async def test_a_stuck_sensor_does_not_light_the_night(house: House) -> None:
    await house.automate("bathroom_path", **INPUTS, hold=["binary_sensor.living_room_occupancy"])
    await house.gets_up(ANNA)
    await house.enters("living-room")
    await house.passes(181 * MINUTE)
    assert house.called() == [ON, OFF]


async def test_what_is_lit_already_is_left_as_it_is(house: House) -> None:
    await house.automate("bathroom_path", **INPUTS)
    await house.puts(BATH, "on", brightness=255)
    await house.gets_up(ANNA)
    await house.sleeps(ANNA)
    await house.passes(MINUTE)
    assert house.called() == [("light.turn_on", [HALL]), ("light.turn_off", [HALL])]


async def test_a_bed_that_went_away_is_not_left(house: House) -> None:
    await house.automate("bathroom_path", **INPUTS)
    await house.service("offline")
    await house.passes(MINUTE)
    await house.service("online")
    await house.passes(5 * MINUTE)
    assert house.called() == []


@pytest.mark.parametrize(
    ("now", "inputs", "lit"),
    [
        ("2026-11-20T07:30:00+00:00", {}, False),
        ("2026-11-20T21:30:00+00:00", {}, False),
        ("2026-11-20T22:30:00+00:00", {}, True),
        ("2026-11-20T14:00:00+00:00", {"night_from": "12:00:00", "night_to": "18:00:00"}, True),
        ("2026-11-20T14:00:00+00:00", {"night_from": "00:00:00", "night_to": "00:00:00"}, True),
    ],
)
async def test_only_at_night(house: House, now: str, inputs: dict[str, object], lit: bool) -> None:
    house.freezer.move_to(now)
    await house.service("online")
    await house.automate("bathroom_path", **INPUTS, **inputs)
    await house.sleeps(ANNA)
    await house.gets_up(ANNA)
    assert house.called() == ([ON] if lit else [])


async def test_further_conditions_and_actions(house: House) -> None:
    radio = {"entity_id": "media_player.radio"}
    await house.automate(
        "bathroom_path",
        **INPUTS,
        conditions=[{"condition": "state", "entity_id": "switch.ask", "state": "on"}],
        on_actions=[{"action": "media_player.play_media", "target": radio}],
        off_actions=[{"action": "media_player.turn_off", "target": radio}],
    )
    await house.puts("switch.ask", "off")
    await house.gets_up(ANNA)
    await house.sleeps(ANNA)
    assert house.called() == []
    await house.puts("switch.ask", "on")
    await house.gets_up(ANNA)
    await house.sleeps(ANNA)
    await house.passes(MINUTE)
    assert [name for name, _ in house.called()] == [
        "light.turn_on",
        "media_player.play_media",
        "light.turn_off",
        "media_player.turn_off",
    ]


async def test_after_a_restart_only_what_it_lit_goes_off(house: House) -> None:
    await house.puts(HALL, "on", brightness=13)
    await house.puts(BATH, "on", brightness=255)
    await house.restarts("bathroom_path", **INPUTS)
    await house.passes(MINUTE)
    assert house.called() == [("light.turn_off", [HALL])]


async def test_after_a_restart_a_light_may_answer_late(house: House) -> None:
    await house.puts(HALL, "unavailable")
    await house.restarts("bathroom_path", **INPUTS)
    await house.passes(30)
    await house.puts(HALL, "on", brightness=13)
    await house.passes(MINUTE)
    assert house.called() == [("light.turn_off", [HALL])]
