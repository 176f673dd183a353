"""The light before an alarm, in Home Assistant: real light entities, and people who touch them."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from freezegun.api import FrozenDateTimeFactory
from homeassistant.core import Context, HomeAssistant, State
from homeassistant.exceptions import ServiceValidationError
from homeassistant.setup import async_setup_component
import pytest
from pytest_homeassistant_custom_component.common import (
    MockUser,
    async_capture_events,
    setup_test_component_platform,
)
from tests.integration.conftest import Pass, Settle, room, set_up, state
from tests.integration.lamps import BED, HALL, Lamp
from tests.integration.waking import STATE, act, anna, arm, players, press, until

from custom_components.halcyon.alarm.lights import AlarmLights
from custom_components.halcyon.engine.core.snapshot import Json
from custom_components.halcyon.hub import HalcyonConfigEntry

EVENING = "2026-11-20T22:00:00+00:00"
DAWN, SEVEN = "2026-11-21T06:30:00", "2026-11-21T07:00:00"


@pytest.fixture(autouse=True)
async def own_home(hass: HomeAssistant, tmp_path: Path, freezer: FrozenDateTimeFactory) -> None:
    hass.config.config_dir = str(tmp_path)
    hass.config.internal_url = "http://home.test:8123"
    await hass.config.async_set_time_zone("UTC")
    freezer.move_to(EVENING)
    players(hass)


@pytest.fixture
async def lamps(hass: HomeAssistant) -> dict[str, Lamp]:
    """One beside the bed that can be dimmed and coloured, one in the hall that is on or off."""
    made = [Lamp("bed"), Lamp("hall", dims=False)]
    setup_test_component_platform(hass, "light", made)
    assert await async_setup_component(hass, "light", {"light": {"platform": "test"}})
    await hass.async_block_till_done()
    return {lamp.entity_id: lamp for lamp in made}


async def home(
    hass: HomeAssistant, settle: Settle, *lights: str, **alarm: object
) -> HalcyonConfigEntry:
    """Anna is woken at seven, by light from half past six on."""
    entry = await set_up(
        hass, room(hass, "Bedroom", "bed"), anna(lights=list(lights), sunrise_min=30, **alarm)
    )
    await settle()
    await arm(hass)
    await settle()
    return entry


def lamp(hass: HomeAssistant, light: str = BED) -> State:
    found = hass.states.get(light)
    assert found is not None
    return found


async def glow(pass_time: Pass, seconds: float) -> None:
    """Let time pass as lamps are told of it."""
    while seconds > 0:
        await pass_time(min(10.0, seconds))
        seconds -= 10


async def test_it_rises_evenly_and_is_complete_when_the_alarm_rings(
    hass: HomeAssistant, lamps: dict[str, Lamp], pass_time: Pass, settle: Settle
) -> None:
    await home(hass, settle, BED)
    await until(pass_time, "2026-11-21T06:29:59")
    assert lamps[BED].told == []
    await glow(pass_time, 900)
    middle = lamp(hass)
    assert middle.state == "on"
    assert 30 < middle.attributes["brightness"] < 60, "half as bright to the eye is a fifth of it"
    assert 3700 < middle.attributes["color_temp_kelvin"] < 4100
    await until(pass_time, SEVEN)
    assert state(hass, STATE) == "ringing"
    assert lamp(hass).attributes["brightness"] == 255
    levels = [told["brightness"] for told in lamps[BED].told]
    assert levels == sorted(levels)
    assert len(levels) <= 185, "lamps are told every ten seconds, whatever happens"
    assert {told["transition"] for told in lamps[BED].told} == {0.0, 10.0}
    await press(hass, "dismiss")
    await settle()
    assert lamp(hass).state == "off"


async def test_a_lamp_that_was_on_is_as_it_was_when_the_alarm_is_over(
    hass: HomeAssistant, lamps: dict[str, Lamp], pass_time: Pass, settle: Settle
) -> None:
    lamps[BED].become(brightness=20, kelvin=2200)
    await home(hass, settle, BED, brightness=60)
    await until(pass_time, DAWN)
    await glow(pass_time, 300)
    assert lamp(hass).attributes["brightness"] == 20, "nothing is dimmed"
    await glow(pass_time, 1500)
    assert lamp(hass).attributes["brightness"] == 153
    await press(hass, "dismiss")
    await settle()
    assert lamp(hass).attributes["brightness"] == 20
    assert lamp(hass).attributes["color_temp_kelvin"] == 2200


async def test_a_lamp_that_knows_only_on_and_off_is_no_shock(
    hass: HomeAssistant, lamps: dict[str, Lamp], pass_time: Pass, settle: Settle
) -> None:
    await home(hass, settle, HALL)
    await until(pass_time, DAWN)
    await glow(pass_time, 1790)
    assert lamp(hass, HALL).state == "off"
    await pass_time(10)
    assert lamp(hass, HALL).state == "on"


async def test_it_completes_quickly_when_the_alarm_rings_early(
    hass: HomeAssistant, lamps: dict[str, Lamp], pass_time: Pass, settle: Settle
) -> None:
    entry = await home(hass, settle, BED, window_min=30)
    await until(pass_time, DAWN)
    await glow(pass_time, 300)
    assert lamp(hass).attributes["brightness"] < 20
    await _wake_now(entry, settle)
    await glow(pass_time, 30)
    assert lamp(hass).attributes["brightness"] == 255


async def test_it_comes_with_an_alarm_that_rings_before_it_would_have_begun(
    hass: HomeAssistant, lamps: dict[str, Lamp], pass_time: Pass, settle: Settle
) -> None:
    entry = await home(hass, settle, BED, window_min=60)
    await until(pass_time, "2026-11-21T06:10:00")
    await _wake_now(entry, settle)
    await glow(pass_time, 30)
    assert lamp(hass).attributes["brightness"] == 255
    await press(hass, "dismiss")
    await settle()
    assert lamp(hass).state == "off"


async def test_what_somebody_switches_is_theirs(
    hass: HomeAssistant, lamps: dict[str, Lamp], pass_time: Pass, settle: Settle
) -> None:
    await home(hass, settle, BED)
    await until(pass_time, DAWN)
    await glow(pass_time, 600)
    await hass.services.async_call("light", "turn_off", {"entity_id": BED}, blocking=True)
    told = len(lamps[BED].told)
    await glow(pass_time, 1200)
    assert (lamp(hass).state, len(lamps[BED].told)) == ("off", told)


async def test_what_somebody_dims_is_theirs_though_it_is_much_the_same(
    hass: HomeAssistant,
    hass_admin_user: MockUser,
    lamps: dict[str, Lamp],
    pass_time: Pass,
    settle: Settle,
) -> None:
    await home(hass, settle, BED)
    await until(pass_time, DAWN)
    await glow(pass_time, 900)
    level = lamp(hass).attributes["brightness"] + 5
    await hass.services.async_call(
        "light",
        "turn_on",
        {"entity_id": BED, "brightness": level},
        blocking=True,
        context=Context(user_id=hass_admin_user.id),
    )
    await glow(pass_time, 900)
    assert lamp(hass).attributes["brightness"] == level
    await press(hass, "dismiss")
    await settle()
    assert lamp(hass).attributes["brightness"] == level


async def test_a_lamp_that_cannot_be_as_dim_is_not_taken_for_touched(
    hass: HomeAssistant, lamps: dict[str, Lamp], pass_time: Pass, settle: Settle
) -> None:
    lamps[BED].dimmest = 40
    await home(hass, settle, BED)
    await until(pass_time, DAWN)
    await glow(pass_time, 100)
    assert lamp(hass).attributes["brightness"] == 40
    lamps[BED].report()
    await glow(pass_time, 1700)
    assert lamp(hass).attributes["brightness"] == 255


async def test_a_skipped_alarm_takes_its_sunrise_back(
    hass: HomeAssistant, lamps: dict[str, Lamp], pass_time: Pass, settle: Settle
) -> None:
    await home(hass, settle, BED)
    await until(pass_time, DAWN)
    await glow(pass_time, 600)
    await press(hass, "skip")
    await settle()
    assert lamp(hass).state == "off"
    told = len(lamps[BED].told)
    await glow(pass_time, 600)
    assert len(lamps[BED].told) == told


async def test_it_goes_on_after_a_restart_and_is_set_back_to_what_was_before(
    hass: HomeAssistant,
    lamps: dict[str, Lamp],
    pass_time: Pass,
    settle: Settle,
    freezer: FrozenDateTimeFactory,
) -> None:
    entry = await home(hass, settle, BED)
    await until(pass_time, DAWN)
    await glow(pass_time, 900)
    await hass.config_entries.async_unload(entry.entry_id)
    before = lamp(hass).attributes["brightness"]
    freezer.tick(300)
    await hass.config_entries.async_setup(entry.entry_id)
    await settle()
    await glow(pass_time, 20)
    assert lamp(hass).attributes["brightness"] > before
    await glow(pass_time, 600)
    await press(hass, "dismiss")
    await settle()
    assert lamp(hass).state == "off"


async def test_a_sunset_ends_in_the_dark(
    hass: HomeAssistant, lamps: dict[str, Lamp], pass_time: Pass, settle: Settle
) -> None:
    lamps[BED].become(brightness=200, kelvin=4000)
    await home(hass, settle, BED, HALL)
    await act(hass, "sunset", minutes=10)
    await glow(pass_time, 300)
    assert 0 < lamp(hass).attributes["brightness"] < 100
    assert lamp(hass, HALL).state == "off"
    await glow(pass_time, 310)
    assert lamp(hass).state == "off"
    told = len(lamps[BED].told)
    lamps[BED].become(brightness=200)
    await glow(pass_time, 60)
    assert len(lamps[BED].told) == told


async def test_a_sunset_needs_lights(
    hass: HomeAssistant, lamps: dict[str, Lamp], settle: Settle
) -> None:
    await home(hass, settle)
    with pytest.raises(ServiceValidationError, match="no lights"):
        await act(hass, "sunset")
    lamps[BED].become(brightness=200)
    calls = async_capture_events(hass, "call_service")
    await act(hass, "sunset", lights=[BED])
    await settle()
    asked: list[Any] = [each.data for each in calls if each.data["domain"] == "light"]
    assert [each["service_data"]["entity_id"] for each in asked] == [BED]


async def _wake_now(entry: HalcyonConfigEntry, settle: Settle) -> None:
    """A good moment: the engine chooses it, here at once."""
    hub = entry.runtime_data
    (alarm,) = hub._computer._pipeline.home._alarms._sleepers.values()  # type: ignore[attr-defined]
    t = hub.clock()
    alarm.waking.is_best = lambda *_: True
    facts = alarm._consider(t)
    outputs = hub._computer._pipeline.home._alarms._told(alarm, facts, t)  # type: ignore[attr-defined]
    hub.alarms.take(outputs)
    await settle()
    assert datetime.now(UTC).hour == 6


async def test_other_settings_plan_it_anew_and_other_times_do_too(
    hass: HomeAssistant, lamps: dict[str, Lamp], pass_time: Pass, settle: Settle
) -> None:
    entry = await home(hass, settle, BED)
    (subentry,) = [each for each in entry.subentries.values() if each.title == "Anna"]
    shorter = {**subentry.data["alarm"], "sunrise_min": 10}
    data = {**subentry.data, "alarm": shorter}
    hass.config_entries.async_update_subentry(entry, subentry, data=data)
    await settle()
    await until(pass_time, "2026-11-21T06:49:59")
    assert lamps[BED].told == []
    await glow(pass_time, 60)
    assert lamps[BED].told
    await act(hass, "set_alarm", time="08:00", date="2026-11-21")
    await settle()
    assert lamp(hass).state == "off", "it rings later now, and so the light comes later"


async def test_a_sunrise_turns_a_sunset_round(
    hass: HomeAssistant, lamps: dict[str, Lamp], pass_time: Pass, settle: Settle
) -> None:
    lamps[BED].become(brightness=255)
    await home(hass, settle, BED)
    await until(pass_time, "2026-11-21T06:20:00")
    await act(hass, "sunset", minutes=60)
    await glow(pass_time, 600)
    dimmed = lamp(hass).attributes["brightness"]
    assert dimmed < 255
    await glow(pass_time, 1790)
    assert lamp(hass).attributes["brightness"] > dimmed
    await pass_time(20)
    assert lamp(hass).attributes["brightness"] == 255


async def test_a_lamp_that_fails_keeps_nobody_asleep(
    hass: HomeAssistant,
    lamps: dict[str, Lamp],
    pass_time: Pass,
    settle: Settle,
    caplog: pytest.LogCaptureFixture,
) -> None:
    lamps[BED].fails = True
    await home(hass, settle, BED, "light.gone")
    await until(pass_time, DAWN)
    await glow(pass_time, 20)
    await until(pass_time, SEVEN)
    assert state(hass, STATE) == "ringing"
    assert "light.bed does not do what its sunrise asks" in caplog.text


@pytest.mark.parametrize(
    "stored", [None, {}, {"dawns": {"bed": {"glows": [{"kind": "x"}], "end": 1}}, "sunsets": []}]
)
async def test_what_was_not_kept_well_is_left_out(
    hass: HomeAssistant, lamps: dict[str, Lamp], stored: Json
) -> None:
    lights = AlarmLights(hass)
    lights.restore(stored)
    assert lights.snapshot() == {"dawns": {}, "sunsets": []}
