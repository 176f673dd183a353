"""A word for who comes home."""

import pytest
from tests.blueprints.conftest import MINUTE, House

ANNA, BEN = "person.anna", "person.ben"
ROOM = "living-room"
SATELLITE, SPEECH, SPEAKER = "assist_satellite.hall", "tts.piper", "media_player.hall"
INPUTS: dict[str, object] = {
    "persons": [ANNA, BEN],
    "entrance": ["binary_sensor.living_room_occupancy"],
    "satellites": [SATELLITE],
}


@pytest.fixture(autouse=True)
async def away(house: House) -> None:
    """Both have been away for an hour, and nobody is in the entrance."""
    house.obey("assist_satellite", "announce")
    house.obey("tts", "speak")
    await house.leaves(ROOM)
    await house.puts(ANNA, "not_home", friendly_name="Anna")
    await house.puts(BEN, "Work", friendly_name="Ben")
    await house.passes(60 * MINUTE)


async def comes(house: House, person: str, name: str = "Anna") -> None:
    await house.puts(person, "home", friendly_name=name)


def said(house: House) -> list[str]:
    return [call.data["message"] for call in house.calls if "message" in call.data]


async def test_who_is_inside_is_greeted(house: House) -> None:
    await house.automate("announce_arrival", **INPUTS)
    await comes(house, ANNA)
    await house.passes(3 * MINUTE)
    assert said(house) == []
    await house.enters(ROOM)
    assert said(house) == ["Welcome home, Anna."]
    assert house.called() == [("assist_satellite.announce", [SATELLITE])]


async def test_whose_telephone_is_late_is_greeted_all_the_same(house: House) -> None:
    await house.automate("announce_arrival", **INPUTS)
    await house.enters(ROOM)
    await house.passes(2 * MINUTE)
    await comes(house, BEN, "Ben")
    assert said(house) == ["Welcome home, Ben."]


async def test_who_only_passes_by_is_not(house: House) -> None:
    await house.automate("announce_arrival", **INPUTS)
    await comes(house, ANNA)
    await house.passes(11 * MINUTE)
    await house.enters(ROOM)
    assert said(house) == []


async def test_a_telephone_that_was_lost_for_a_moment_was_at_home(house: House) -> None:
    await comes(house, ANNA)
    await house.passes(60 * MINUTE)
    await house.automate("announce_arrival", **INPUTS)
    await house.enters(ROOM)
    await house.puts(ANNA, "not_home", friendly_name="Anna")
    await house.passes(5 * MINUTE)
    await comes(house, ANNA)
    assert said(house) == []


@pytest.mark.parametrize("before", ["unavailable", "unknown"])
async def test_a_restart_is_no_arrival(house: House, before: str) -> None:
    await house.puts(ANNA, before, friendly_name="Anna")
    await house.passes(30 * MINUTE)
    await house.automate("announce_arrival", **INPUTS)
    await house.enters(ROOM)
    await comes(house, ANNA)
    assert said(house) == []


async def test_two_who_come_together_are_both_greeted(house: House) -> None:
    await house.automate("announce_arrival", **INPUTS)
    await comes(house, ANNA)
    await comes(house, BEN, "Ben")
    await house.passes(MINUTE)
    await house.enters(ROOM)
    assert said(house) == ["Welcome home, Anna.", "Welcome home, Ben."]


async def test_nobody_is_woken(house: House) -> None:
    await house.automate("announce_arrival", **INPUTS, keep_silent=["binary_sensor.ben_asleep"])
    await house.sleeps("bed-2")
    await comes(house, ANNA)
    await house.enters(ROOM)
    assert said(house) == []


async def test_loudspeakers_and_other_actions_hear_of_it(house: House) -> None:
    await house.automate(
        "announce_arrival",
        **INPUTS | {"satellites": []},
        message="{{ name }} is here",
        speech=[SPEECH],
        speakers=[SPEAKER],
        actions=[
            {
                "action": "light.turn_on",
                "target": {"entity_id": "light.porch"},
                "data": {"message": "{{ name }}: {{ text }}"},
            }
        ],
    )
    await comes(house, ANNA)
    await house.enters(ROOM)
    assert said(house) == ["Anna is here", "Anna: Anna is here"]
    assert house.called() == [("tts.speak", [SPEECH]), ("light.turn_on", ["light.porch"])]
    assert house.calls[0].data["media_player_entity_id"] == [SPEAKER]


async def test_further_conditions(house: House) -> None:
    ask = {"condition": "state", "entity_id": "switch.party", "state": "off"}
    await house.puts("switch.party", "on")
    await house.automate("announce_arrival", **INPUTS, conditions=[ask])
    await comes(house, ANNA)
    await house.enters(ROOM)
    assert said(house) == []
