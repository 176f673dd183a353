"""Good night, when the last sleeper falls asleep."""

import pytest
from tests.blueprints.conftest import MINUTE, House

from custom_components.halcyon.engine.core.output import SessionEvent, SleepSession

ANNA, BEN = "bed", "bed-2"
LAMP = "light.living_room"
RAIN = {"action": "media_player.play_media", "target": {"entity_id": "media_player.rain"}}
LOCK = {"action": "light.turn_off", "target": {"entity_id": "light.porch"}}
INPUTS: dict[str, object] = {
    "asleep": ["binary_sensor.anna_asleep", "binary_sensor.ben_asleep"],
    "switched_off": {"entity_id": LAMP},
    "actions": [LOCK],
    "first_actions": [RAIN],
}
AWAY = {"persons": ["person.anna", "person.ben"]}
AGAIN = [("homeassistant.turn_off", [LAMP]), ("light.turn_off", ["light.porch"])]
ALL = [*AGAIN, ("media_player.play_media", ["media_player.rain"])]


@pytest.fixture(autouse=True)
async def evening(house: House) -> None:
    """It is late, both are at home and out of bed."""
    house.freezer.move_to("2026-11-20T22:30:00+00:00")
    await house.service("online")
    await house.gets_up(ANNA, BEN)
    for person in ("person.anna", "person.ben"):
        await house.puts(person, "home")


async def test_the_house_waits_for_the_last_one(house: House) -> None:
    await house.automate("good_night", **INPUTS)
    await house.sleeps(ANNA)
    await house.passes(60 * MINUTE)
    assert house.called() == []
    await house.sleeps(BEN)
    await house.passes(4 * MINUTE)
    assert house.called() == []
    await house.passes(2 * MINUTE)
    assert house.called() == ALL


async def test_who_wakes_again_at_once_was_not_asleep(house: House) -> None:
    await house.automate("good_night", **INPUTS)
    await house.sleeps(ANNA, BEN)
    await house.passes(3 * MINUTE)
    await house.says("bedroom", SleepSession(BEN, SessionEvent.WOKE_UP))
    await house.passes(30 * MINUTE)
    assert house.called() == []


async def test_a_trip_at_night_does_not_begin_the_night_anew(house: House) -> None:
    await house.automate("good_night", **INPUTS)
    await house.sleeps(ANNA, BEN)
    await house.passes(180 * MINUTE)
    await house.gets_up(ANNA)
    await house.passes(10 * MINUTE)
    await house.sleeps(ANNA)
    await house.passes(6 * MINUTE)
    assert house.called() == [*ALL, *AGAIN]


async def test_who_is_away_is_not_waited_for(house: House) -> None:
    await house.automate("good_night", **INPUTS, **AWAY)
    await house.puts("person.ben", "not_home")
    await house.sleeps(ANNA)
    await house.passes(6 * MINUTE)
    assert house.called() == ALL
    await house.puts("person.ben", "home")
    await house.passes(60 * MINUTE)
    await house.sleeps(BEN)
    await house.passes(6 * MINUTE)
    assert house.called() == [*ALL, *AGAIN], "lights that the late one lit go off"


@pytest.mark.parametrize("where", ["home", "unavailable", "unknown"])
async def test_who_may_be_at_home_is_waited_for(house: House, where: str) -> None:
    await house.puts("person.ben", where)
    await house.automate("good_night", **INPUTS, **AWAY)
    await house.sleeps(ANNA)
    await house.passes(60 * MINUTE)
    assert house.called() == []


async def test_the_one_who_was_awake_may_leave(house: House) -> None:
    await house.automate("good_night", **INPUTS, **AWAY)
    await house.sleeps(ANNA)
    await house.passes(30 * MINUTE)
    await house.puts("person.ben", "not_home")
    await house.passes(6 * MINUTE)
    assert house.called() == ALL


async def test_an_empty_house_says_no_good_night(house: House) -> None:
    await house.automate("good_night", **INPUTS, **AWAY)
    for person in ("person.anna", "person.ben"):
        await house.puts(person, "not_home")
    await house.passes(30 * MINUTE)
    assert house.called() == []


async def test_a_nap_is_no_night(house: House) -> None:
    house.freezer.move_to("2026-11-21T14:00:00+00:00")
    await house.service("online")
    await house.automate("good_night", **INPUTS)
    await house.sleeps(ANNA, BEN)
    await house.passes(30 * MINUTE)
    assert house.called() == []


async def test_a_bed_that_was_away_tells_late_but_once(house: House) -> None:
    await house.automate("good_night", **INPUTS)
    await house.service("offline")
    await house.sleeps(ANNA, BEN)
    await house.service("online")
    await house.passes(6 * MINUTE)
    assert house.called() == ALL
    await house.passes(60 * MINUTE)
    await house.service("offline")
    await house.service("online")
    await house.passes(30 * MINUTE)
    assert house.called() == ALL


async def test_a_restart_finds_a_night_that_nobody_began(house: House) -> None:
    await house.sleeps(ANNA, BEN)
    await house.restarts("good_night", **INPUTS)
    assert house.called() == ALL


async def test_a_restart_with_somebody_awake_begins_none(house: House) -> None:
    await house.sleeps(ANNA)
    await house.restarts("good_night", **INPUTS)
    await house.passes(10 * MINUTE)
    assert house.called() == []


async def test_further_conditions(house: House) -> None:
    ask = {"condition": "state", "entity_id": "switch.guests", "state": "off"}
    await house.puts("switch.guests", "on")
    await house.automate("good_night", **INPUTS, conditions=[ask])
    await house.sleeps(ANNA, BEN)
    await house.passes(10 * MINUTE)
    assert house.called() == []


async def test_nothing_needs_to_be_switched_off(house: House) -> None:
    await house.automate("good_night", asleep=INPUTS["asleep"], actions=[LOCK])
    await house.sleeps(ANNA, BEN)
    await house.passes(6 * MINUTE)
    assert house.called() == [("light.turn_off", ["light.porch"])]
