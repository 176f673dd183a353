"""What the house does around an alarm: sunrise, sound, and what comes after."""

import time

import pytest
from tests.blueprints.conftest import MINUTE, House

from custom_components.halcyon.engine.core.output import Alarm, AlarmEvent, AlarmPlan

ANNA, OCCURRENCE = "bed", "bed:2026-11-20"
ALARM, NEXT, CLOCK = "sensor.anna_alarm", "sensor.anna_next_alarm", "event.anna_alarm_clock"
LAMP, SPOT, RADIO = "light.bedside", "light.ceiling", "media_player.bedside"
INPUTS: dict[str, object] = {"alarm": ALARM, "next_alarm": NEXT, "clock": CLOCK}
LIGHT: dict[str, object] = {"lights": [LAMP, SPOT]}
SOUND: dict[str, object] = {"players": [RADIO]}


def marked(*names: str) -> dict[str, object]:
    """Actions of which can be seen that they ran."""
    return {
        f"{name}_actions": [
            {"action": "homeassistant.turn_on", "target": {"entity_id": f"switch.{name}"}}
        ]
        for name in names
    }


def marks(house: House) -> list[str]:
    return [targets[0][7:] for _, targets in house.called("homeassistant.turn_on")]


async def planned(house: House, state: str, minutes: float | None = None) -> None:
    """Let the alarm be at something, and ring next in so many minutes."""
    at = None if minutes is None else time.time() + 60.0 * minutes
    plan = AlarmPlan(ANNA, at is not None, state, OCCURRENCE, at, None, held=False, trouble=None)
    await house.says("bedroom", plan)


async def rings(house: House) -> None:
    await house.says("bedroom", Alarm(ANNA, OCCURRENCE, AlarmEvent.RINGING))
    await planned(house, "ringing", 0.0)


async def snoozes(house: House) -> None:
    await house.says("bedroom", Alarm(ANNA, OCCURRENCE, AlarmEvent.SNOOZED))
    await planned(house, "snoozed", 9.0)


async def ends(house: House, event: AlarmEvent) -> None:
    await house.says("bedroom", Alarm(ANNA, OCCURRENCE, event))
    await planned(house, "off")


def levels(house: House) -> list[int]:
    return [
        int(call.data["brightness_pct"])
        for call in house.calls
        if call.service == "turn_on" and call.domain == "light"
    ]


def volumes(house: House) -> list[float]:
    return [
        round(call.data["volume_level"], 2) for call in house.calls if call.service == "volume_set"
    ]


@pytest.fixture(autouse=True)
async def morning(house: House) -> None:
    """An alarm is set for an hour from now; it is dark and quiet."""
    house.obey("media_player", "media_stop")
    for light in (LAMP, SPOT):
        await house.puts(light, "off")
    await house.puts(RADIO, "idle", volume_level=0.2)
    await planned(house, "set", 60.0)


async def test_the_sun_rises_until_the_alarm_rings(house: House) -> None:
    await house.automate("smart_alarm", **INPUTS, **LIGHT)
    await house.passes(29 * MINUTE)
    assert levels(house) == []
    await house.passes(2 * MINUTE)
    assert levels(house)
    assert levels(house)[0] == 1
    await house.passes(14 * MINUTE)
    assert 18 <= levels(house)[-1] <= 30
    await house.passes(14 * MINUTE + 45)
    assert levels(house) == sorted(levels(house))
    assert levels(house)[-1] >= 95
    await rings(house)
    assert levels(house)[-1] == 100
    count = len(levels(house))
    await ends(house, AlarmEvent.DISMISSED)
    await house.passes(10 * MINUTE)
    assert len(levels(house)) == count
    assert house.called("light.turn_off") == []


async def test_when_it_rings_early_the_sun_rises_quickly(house: House) -> None:
    await house.automate("smart_alarm", **INPUTS, **LIGHT, brightness=80)
    await house.passes(40 * MINUTE)
    assert levels(house)[-1] < 20
    await planned(house, "window", 20.0)
    await rings(house)
    assert levels(house)[-1] == 80


async def test_what_somebody_touched_is_theirs(house: House) -> None:
    await house.automate("smart_alarm", **INPUTS, **LIGHT)
    await house.passes(45 * MINUTE)
    await house.puts(LAMP, "on", brightness=255)
    await house.passes(MINUTE)
    assert house.called("light.turn_on")[-1] == ("light.turn_on", [SPOT])
    await house.puts(SPOT, "off")
    await house.passes(MINUTE)
    count = len(levels(house))
    await house.passes(10 * MINUTE)
    await rings(house)
    assert len(levels(house)) == count


async def test_a_light_that_was_on_is_left(house: House) -> None:
    await house.puts(SPOT, "on", brightness=100)
    await house.automate("smart_alarm", **INPUTS, **LIGHT)
    await house.passes(35 * MINUTE)
    assert house.called("light.turn_on")[-1] == ("light.turn_on", [LAMP])


async def test_an_alarm_that_is_taken_back_takes_the_sun_back(house: House) -> None:
    await house.automate("smart_alarm", **INPUTS, **LIGHT)
    await house.passes(40 * MINUTE)
    await ends(house, AlarmEvent.SKIPPED)
    assert house.called("light.turn_off") == [("light.turn_off", [LAMP, SPOT])]


async def test_no_alarm_no_sun(house: House) -> None:
    await planned(house, "off")
    await house.automate("smart_alarm", **INPUTS, **LIGHT)
    await house.passes(70 * MINUTE)
    assert house.called() == []


async def test_the_sun_goes_on_rising_after_a_restart(house: House) -> None:
    await house.passes(45 * MINUTE)
    await house.restarts("smart_alarm", **INPUTS, **LIGHT)
    assert 20 <= levels(house)[0] <= 30


async def test_after_a_restart_what_rose_goes_on_and_what_shines_is_left(house: House) -> None:
    await house.passes(45 * MINUTE)
    await house.puts(LAMP, "on", brightness=60)
    await house.puts(SPOT, "on", brightness=200)
    await house.restarts("smart_alarm", **INPUTS, **LIGHT)
    assert house.called("light.turn_on") == [("light.turn_on", [LAMP])]
    assert 20 <= levels(house)[0] <= 30


async def test_the_sound_grows_until_it_is_dismissed(house: House) -> None:
    await house.automate("smart_alarm", **INPUTS, **SOUND)
    await rings(house)
    played = [call for call in house.calls if call.service == "play_media"]
    assert [call.data["media_content_id"] for call in played] == [
        "/api/halcyon/alarm_sounds/dawn.wav"
    ]
    await house.passes(3 * MINUTE)
    assert volumes(house) == sorted(volumes(house))
    assert (volumes(house)[0], volumes(house)[-1]) == (0.2, 0.5)
    await ends(house, AlarmEvent.DISMISSED)
    assert house.called()[-2:] == [
        ("media_player.media_stop", [RADIO]),
        ("media_player.volume_set", [RADIO]),
    ]
    assert volumes(house)[-1] == 0.2
    count = len(house.calls)
    await house.passes(30 * MINUTE)
    assert len(house.calls) == count


async def test_a_player_that_is_away_plays_when_it_is_back(house: House) -> None:
    await house.puts(RADIO, "unavailable")
    await house.automate("smart_alarm", **INPUTS, **SOUND)
    await rings(house)
    await house.puts(RADIO, "idle")
    count = len(house.called("media_player.play_media"))
    await house.passes(30)
    assert len(house.called("media_player.play_media")) > count
    await house.puts(RADIO, "playing")
    count = len(house.called("media_player.play_media"))
    await house.passes(2 * MINUTE)
    assert len(house.called("media_player.play_media")) == count


async def test_a_snooze_is_quiet_and_it_rings_again(house: House) -> None:
    await house.automate("smart_alarm", **INPUTS, **SOUND, **marked("snooze", "ring"))
    await rings(house)
    await snoozes(house)
    assert house.called("media_player.media_stop") == [("media_player.media_stop", [RADIO])]
    count = len(house.called("media_player.play_media"))
    await house.passes(9 * MINUTE)
    assert len(house.called("media_player.play_media")) == count
    await rings(house)
    assert len(house.called("media_player.play_media")) == count + 1
    assert marks(house) == ["ring", "snooze", "ring"]


async def test_an_alarm_of_which_nothing_is_known_rings_on(house: House) -> None:
    await house.automate("smart_alarm", **INPUTS, **SOUND)
    await rings(house)
    await house.service("offline")
    assert house.state(ALARM) == "unavailable"
    await house.passes(2 * MINUTE)
    assert house.called("media_player.media_stop") == []
    await house.service("online")
    await ends(house, AlarmEvent.DISMISSED)
    assert house.called("media_player.media_stop")


async def test_a_restart_while_it_rings_rings_on(house: House) -> None:
    await rings(house)
    await house.restarts("smart_alarm", **INPUTS, **SOUND)
    assert house.called("media_player.play_media")


async def test_every_moment_has_its_actions_once(house: House) -> None:
    await house.automate(
        "smart_alarm", **INPUTS, **marked("window", "ring", "snooze", "dismiss", "missed")
    )
    await planned(house, "window", 30.0)
    await rings(house)
    await snoozes(house)
    await rings(house)
    await ends(house, AlarmEvent.DISMISSED)
    assert marks(house) == ["window", "ring", "snooze", "ring", "dismiss"]
    await rings(house)
    await ends(house, AlarmEvent.MISSED)
    assert marks(house)[5:] == ["ring", "missed"]
