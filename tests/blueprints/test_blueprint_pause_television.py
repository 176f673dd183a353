"""The television pauses when those who watch have fallen asleep."""

import pytest
from tests.blueprints.conftest import MINUTE, House

from custom_components.halcyon.engine.core.output import InBed, SessionEvent, SleepSession

ANNA, BEN = "bed", "bed-2"
TV = "media_player.bedroom"
INPUTS: dict[str, object] = {"asleep": ["binary_sensor.anna_asleep"], "players": [TV]}
BOTH: dict[str, object] = {
    "asleep": ["binary_sensor.anna_asleep", "binary_sensor.ben_asleep"],
    "players": [TV],
}
BEDS = {"beds": ["binary_sensor.anna_in_bed", "binary_sensor.ben_in_bed"]}
PAUSE = ("media_player.media_pause", [TV])


@pytest.fixture(autouse=True)
async def evening(house: House) -> None:
    """The television plays; nobody is in bed yet."""
    await house.gets_up(ANNA, BEN)
    await house.puts(TV, "playing", volume_level=0.4)


def paused(house: House) -> bool:
    return PAUSE in house.called()


def volumes(house: House) -> list[float]:
    return [
        round(call.data["volume_level"], 3) for call in house.calls if call.service == "volume_set"
    ]


async def test_the_sound_fades_before_it_pauses(house: House) -> None:
    await house.automate("pause_television", **INPUTS)
    await house.sleeps(ANNA)
    await house.passes(2 * MINUTE)
    assert house.called() == []
    await house.passes(2 * MINUTE, step=3.0)
    assert paused(house)
    assert volumes(house) == [0.36, 0.32, 0.28, 0.24, 0.2, 0.16, 0.12, 0.08, 0.04, 0.0, 0.4]
    assert house.called()[-2:] == [PAUSE, ("media_player.volume_set", [TV])]


async def test_who_wakes_while_it_fades_gets_the_sound_back(house: House) -> None:
    await house.automate("pause_television", **INPUTS, fade=60)
    await house.sleeps(ANNA)
    await house.passes(3 * MINUTE + 15)
    assert 0.0 < volumes(house)[-1] < 0.4
    await house.says("bedroom", SleepSession(ANNA, SessionEvent.WOKE_UP))
    await house.passes(2 * MINUTE)
    assert volumes(house)[-1] == 0.4
    assert not paused(house)


async def test_who_only_lies_there_watches(house: House) -> None:
    await house.automate("pause_television", **INPUTS)
    await house.says("bedroom", InBed(ANNA, in_bed=True))
    await house.passes(60 * MINUTE)
    assert house.called() == []


async def test_both_must_be_asleep(house: House) -> None:
    await house.automate("pause_television", **BOTH, fade=0)
    await house.sleeps(ANNA)
    await house.passes(60 * MINUTE)
    assert house.called() == []
    await house.sleeps(BEN)
    await house.passes(4 * MINUTE)
    assert house.called() == [PAUSE]


async def test_who_is_not_in_bed_is_not_waited_for(house: House) -> None:
    await house.automate("pause_television", **BOTH, **BEDS, fade=0)
    await house.sleeps(ANNA)
    await house.passes(4 * MINUTE)
    assert house.called() == [PAUSE]


async def test_who_watches_on_and_then_gets_up(house: House) -> None:
    await house.automate("pause_television", **BOTH, **BEDS, fade=0)
    await house.says("bedroom", InBed(BEN, in_bed=True))
    await house.sleeps(ANNA)
    await house.passes(30 * MINUTE)
    assert house.called() == []
    await house.gets_up(BEN)
    await house.passes(4 * MINUTE)
    assert house.called() == [PAUSE]


async def test_nothing_plays(house: House) -> None:
    await house.puts(TV, "paused")
    await house.automate("pause_television", **INPUTS)
    await house.sleeps(ANNA)
    await house.passes(30 * MINUTE)
    assert house.called() == []


async def test_a_bed_that_went_away_is_not_asleep(house: House) -> None:
    await house.automate("pause_television", **INPUTS, fade=0)
    await house.sleeps(ANNA)
    await house.passes(MINUTE)
    await house.service("offline")
    await house.passes(30 * MINUTE)
    assert house.called() == []


async def test_a_player_that_cannot_pause_is_switched_off(house: House) -> None:
    await house.puts(TV, "on")
    await house.automate("pause_television", **INPUTS, how="turn_off")
    await house.sleeps(ANNA)
    await house.passes(6 * MINUTE)
    assert house.called() == [("media_player.turn_off", [TV])]


async def test_a_restart_finds_them_asleep(house: House) -> None:
    await house.sleeps(ANNA)
    await house.restarts("pause_television", **INPUTS, fade=0)
    assert house.called() == [PAUSE]


async def test_further_conditions_and_actions(house: House) -> None:
    ask = {"condition": "state", "entity_id": "switch.ask", "state": "on"}
    dim = {"action": "light.turn_off", "target": {"entity_id": "light.bed"}}
    await house.puts("switch.ask", "off")
    await house.automate("pause_television", **INPUTS, conditions=[ask], actions=[dim], fade=0)
    await house.sleeps(ANNA)
    await house.passes(5 * MINUTE)
    assert house.called() == []
    await house.gets_up(ANNA)
    await house.puts("switch.ask", "on")
    await house.sleeps(ANNA)
    await house.passes(5 * MINUTE)
    assert house.called() == [PAUSE, ("light.turn_off", ["light.bed"])]
