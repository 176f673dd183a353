"""How an alarm is set up and changed: forms, actions, calendars."""

from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from freezegun.api import FrozenDateTimeFactory
from homeassistant.core import HomeAssistant, ServiceCall, ServiceResponse, SupportsResponse
from homeassistant.data_entry_flow import FlowResultType
from homeassistant.exceptions import HomeAssistantError, ServiceValidationError
from homeassistant.helpers import entity_registry as er
import pytest
from pytest_homeassistant_custom_component.typing import MqttMockHAClient
from tests.integration.conftest import Node, Pass, Settle, room, set_up, sleeper, state
from tests.integration.waking import (
    ARMED,
    NEXT,
    OTHER,
    PLAYER,
    WAKE_BY,
    act,
    anna,
    arm,
    players,
    until,
)
import voluptuous as vol

from custom_components.halcyon.alarm.calendars import days_off, early_days
from custom_components.halcyon.alarm.config import alarm_config
from custom_components.halcyon.hub import HalcyonConfigEntry

EVENING = "2026-11-20T22:00:00+00:00"
"""A Friday."""

SEVEN = "2026-11-21T07:00:00+00:00"
HOLIDAYS, SHIFTS = "calendar.holidays", "calendar.work"


@pytest.fixture(autouse=True)
async def own_home(hass: HomeAssistant, tmp_path: Path, freezer: FrozenDateTimeFactory) -> None:
    hass.config.config_dir = str(tmp_path)
    await hass.config.async_set_time_zone("UTC")
    freezer.move_to(EVENING)
    players(hass)


# Forms.


async def step(hass: HomeAssistant, entry: HalcyonConfigEntry, name: str) -> Any:  # noqa: ANN401
    """Choose something of Anna's to change."""
    (subentry,) = [each for each in entry.subentries.values() if each.title == "Anna"]
    flows = hass.config_entries.subentries
    menu = await flows.async_init(
        (entry.entry_id, "sleeper"),
        context={"source": "reconfigure", "subentry_id": subentry.subentry_id},
    )
    assert menu["type"] is FlowResultType.MENU
    assert name in menu["menu_options"]
    return await flows.async_configure(menu["flow_id"], {"next_step_id": name})


async def answer(hass: HomeAssistant, asked: Any, **given: object) -> Any:  # noqa: ANN401
    done = await hass.config_entries.subentries.async_configure(asked["flow_id"], given)
    await hass.async_block_till_done()
    return done


FOLDED = {
    "waking": {"window_min": 20, "patience": "gentle", "snooze_min": 5},
    "sounding": {"sound": "bell", "volume": 40},
}


async def test_an_alarm_is_made_in_a_form_and_its_entities_appear(
    hass: HomeAssistant, settle: Settle
) -> None:
    entry = await set_up(hass, room(hass, "Bedroom", "bed"), sleeper("Anna", "bed"))
    assert state(hass, ARMED) is None
    asked = await step(hass, entry, "alarm")
    asked = await answer(hass, asked, week={"sat": "07:00:00"}, **FOLDED)
    assert asked["errors"] == {"base": "ringer_needed"}
    done = await answer(
        hass, asked, week={"sat": "07:00:00"}, media_players=[PLAYER], fallback=[OTHER], **FOLDED
    )
    assert done["reason"] == "reconfigure_successful"
    await settle()
    assert state(hass, ARMED) == "off"
    (subentry,) = [each for each in entry.subentries.values() if each.title == "Anna"]
    config = alarm_config(subentry.data)
    assert config is not None
    assert config.wish("bed") == {
        **dict.fromkeys(("mon", "tue", "wed", "thu", "fri", "sun")),
        "sat": "07:00",
        "nodes": "",
        "ringers": PLAYER,
        "window_min": 20,
        "snooze_min": 5,
        "patience_min": 400,
        "sound": "bell",
        "volume": 0.4,
    }
    await arm(hass)
    await settle()
    assert state(hass, NEXT) == SEVEN


async def test_what_is_asked_next_shows_what_was_answered_before(
    hass: HomeAssistant, settle: Settle
) -> None:
    entry = await set_up(hass, room(hass, "Bedroom", "bed"), anna())
    await answer(
        hass,
        await step(hass, entry, "alarm_light"),
        lights=["light.bed"],
        sunrise_min=20,
        brightness=80,
    )
    await answer(hass, await step(hass, entry, "alarm_calendars"), holidays=[HOLIDAYS], lead_min=30)
    asked = await step(hass, entry, "alarm")
    await answer(hass, asked, week={"mon": "06:30:00"}, media_players=[PLAYER], **FOLDED)
    (subentry,) = [each for each in entry.subentries.values() if each.title == "Anna"]
    config = alarm_config(subentry.data)
    assert config is not None
    assert (config.lights, config.sunrise_min, config.brightness) == (("light.bed",), 20, 0.8)
    assert (config.holidays, config.shifts, config.lead_min) == ((HOLIDAYS,), (), 30)
    assert config.week == {"mon": "06:30"}
    again = await step(hass, entry, "alarm")
    shown = {
        str(key): (key.description or {}).get("suggested_value")
        for key in again["data_schema"].schema
    }
    assert shown["media_players"] == [PLAYER]
    await answer(hass, await step(hass, entry, "alarm_calendars"), lead_min=30)
    (subentry,) = [each for each in entry.subentries.values() if each.title == "Anna"]
    cleared = alarm_config(subentry.data)
    assert cleared is not None
    assert cleared.holidays == (), "what is left empty is taken out"


async def test_actions_that_home_assistant_cannot_run_are_refused(
    hass: HomeAssistant, settle: Settle
) -> None:
    entry = await set_up(hass, room(hass, "Bedroom", "bed"), anna())
    asked = await step(hass, entry, "alarm")
    again = await answer(hass, asked, week={}, action=[{"wait": "forever"}], **FOLDED)
    assert again["errors"] == {"action": "action_wrong"}
    assert again["description_placeholders"]["error"]
    done = await answer(hass, again, week={}, action=[{"delay": 1}], **FOLDED)
    assert done["reason"] == "reconfigure_successful"


async def test_nodes_that_ring_are_offered_and_no_others(
    hass: HomeAssistant, mqtt_mock: MqttMockHAClient, settle: Settle
) -> None:
    Node(hass, "speaker-1").announce(alarms=[])
    Node(hass, "bed").announce()
    entry = await set_up(hass, room(hass, "Bedroom", "bed", "speaker-1"), sleeper("Anna", "bed"))
    await settle()
    Node(hass, "speaker-1").announce(alarms=[])
    Node(hass, "bed").announce()
    await settle()
    asked = await step(hass, entry, "alarm")
    schema = asked["data_schema"].schema
    (nodes,) = [value for key, value in schema.items() if key == "ring_nodes"]
    assert nodes.config["options"] == ["speaker-1"]


async def test_an_alarm_is_removed_with_its_entities(hass: HomeAssistant, settle: Settle) -> None:
    entry = await set_up(hass, room(hass, "Bedroom", "bed"), anna())
    assert state(hass, ARMED) == "off"
    await answer(hass, await step(hass, entry, "alarm_removed"))
    await settle()
    names = [each.entity_id for each in er.async_get(hass).entities.values()]
    assert ARMED not in names
    assert "sensor.anna_stage" in names


# Actions.


async def home(hass: HomeAssistant, settle: Settle, **alarm: object) -> HalcyonConfigEntry:
    entry = await set_up(hass, room(hass, "Bedroom", "bed"), anna(**alarm))
    await settle()
    await arm(hass)
    await settle()
    return entry


async def test_one_date_is_set_cleared_and_skipped(hass: HomeAssistant, settle: Settle) -> None:
    await home(hass, settle)
    await act(hass, "set_alarm", time="08:30", date="2026-11-21")
    await settle()
    assert state(hass, NEXT) == "2026-11-21T08:30:00+00:00"
    await act(hass, "clear_alarm", date="2026-11-21")
    await settle()
    assert state(hass, NEXT) == "2026-11-22T07:00:00+00:00"
    await act(hass, "skip_alarm")
    await settle()
    assert state(hass, NEXT) == "2026-11-23T07:00:00+00:00"
    await act(hass, "skip_alarm", on=False)
    await settle()
    assert state(hass, NEXT) == "2026-11-22T07:00:00+00:00"
    await act(hass, "set_alarm", time="05:00:30")
    await settle()
    assert state(hass, NEXT) == "2026-11-21T05:00:30+00:00"


async def test_an_alarm_explains_itself(hass: HomeAssistant, settle: Settle) -> None:
    await home(hass, settle)
    told = await hass.services.async_call(
        "halcyon", "explain", {"entity_id": NEXT}, blocking=True, return_response=True
    )
    assert told is not None
    explained: Any = told["Anna"]
    assert (explained["state"], explained["armed"], explained["rang"]) == ("set", True, None)
    assert explained["ringers"] == [{"ringer": PLAYER, "available": True}]


async def test_weekdays_are_set_for_good(hass: HomeAssistant, settle: Settle) -> None:
    entry = await home(hass, settle)
    await act(hass, "set_alarm", time="09:00", days=["sat", "sun"])
    await settle()
    assert state(hass, NEXT) == "2026-11-21T09:00:00+00:00"
    await act(hass, "clear_alarm", days="sat")
    await settle()
    assert state(hass, NEXT) == "2026-11-22T09:00:00+00:00"
    assert entry.runtime_data.sleepers["bed"].alarm is not None
    assert entry.runtime_data.sleepers["bed"].alarm.week["sun"] == "09:00"


async def test_actions_say_what_is_wrong(hass: HomeAssistant, settle: Settle) -> None:
    await set_up(hass, room(hass, "Bedroom", "bed"), sleeper("Anna", "bed"))
    target = {"entity_id": "sensor.anna_stage"}
    for action, data in (
        ("set_alarm", {"time": "07:00"}),
        ("set_alarm", {"time": "07:00", "days": ["mon"]}),
        ("clear_alarm", {"days": ["mon"]}),
        ("dismiss_alarm", {}),
    ):
        with pytest.raises(ServiceValidationError, match="Anna has no alarm"):
            await hass.services.async_call("halcyon", action, target | data, blocking=True)
    with pytest.raises(vol.Invalid):
        await hass.services.async_call("halcyon", "clear_alarm", target, blocking=True)
    both = {"time": "07:00", "days": ["mon"], "date": "2026-11-21"}
    with pytest.raises(vol.Invalid):
        await hass.services.async_call("halcyon", "set_alarm", target | both, blocking=True)


async def test_an_alarm_rings_and_is_dismissed_by_actions(
    hass: HomeAssistant, pass_time: Pass, settle: Settle
) -> None:
    await home(hass, settle)
    await until(pass_time, "2026-11-21T07:00:00")
    await act(hass, "snooze_alarm", minutes=3)
    await settle()
    assert state(hass, NEXT) == "2026-11-21T07:03:00+00:00"
    await act(hass, "dismiss_alarm")
    await settle()
    assert state(hass, NEXT) == "2026-11-22T07:00:00+00:00"


# Calendars.


class Calendars:
    """Calendars that answer with the events that they are given."""

    def __init__(self, hass: HomeAssistant) -> None:
        self.hass = hass
        self.events: dict[str, list[dict[str, str]]] = {HOLIDAYS: [], SHIFTS: []}
        self.fails = False
        hass.services.async_register(
            "calendar", "get_events", self._answer, supports_response=SupportsResponse.ONLY
        )

    def change(self, calendar: str, *events: tuple[str, str]) -> None:
        self.events[calendar] = [{"start": start, "end": end} for start, end in events]
        self.hass.states.async_set(calendar, "off", {"changed": len(events)}, force_update=True)

    async def _answer(self, call: ServiceCall) -> ServiceResponse:
        if self.fails:
            raise HomeAssistantError("no network")
        calendar = call.data["entity_id"]
        return {calendar: {"events": [{**event} for event in self.events[calendar]]}}


async def test_a_holiday_has_no_alarm_and_an_early_appointment_an_earlier_one(
    hass: HomeAssistant, pass_time: Pass, settle: Settle, caplog: pytest.LogCaptureFixture
) -> None:
    calendars = Calendars(hass)
    calendars.change(HOLIDAYS, ("2026-11-21", "2026-11-22"))
    await home(hass, settle, holidays=[HOLIDAYS], shifts=[SHIFTS], lead_min=45)
    assert state(hass, NEXT) == "2026-11-22T07:00:00+00:00"
    calendars.change(SHIFTS, ("2026-11-22T06:30:00+00:00", "2026-11-22T07:30:00+00:00"))
    await settle()
    assert state(hass, NEXT) == "2026-11-22T05:45:00+00:00"
    calendars.fails = True
    await pass_time(900)
    assert state(hass, NEXT) == "2026-11-22T05:45:00+00:00", "what was told stands"
    assert "calendar" in caplog.text
    calendars.fails = False
    calendars.events = {HOLIDAYS: [], SHIFTS: []}
    await pass_time(900)
    assert state(hass, NEXT) == SEVEN
    await hass.services.async_call(
        "time", "set_value", {"entity_id": WAKE_BY, "time": "10:00:00"}, blocking=True
    )
    await settle()
    calendars.change(HOLIDAYS, ("2026-11-21", "2026-11-22"))
    await settle()
    assert state(hass, NEXT) == "2026-11-21T10:00:00+00:00", "a person counts before a calendar"


def test_all_day_events_are_off_and_end_the_day_before_their_end() -> None:
    events = [
        {"start": "2026-12-24", "end": "2026-12-27"},
        {"start": "2026-11-21T08:00:00+00:00", "end": "2026-11-21T09:00:00+00:00"},
    ]
    assert [day.day for day in sorted(days_off(events))] == [24, 25, 26]


@pytest.mark.parametrize(
    ("events", "wakes"),
    [
        (["2026-11-23T08:00:00+01:00"], {"2026-11-23": "06:00"}),
        (["2026-11-23T10:00:00+01:00"], {}),
        (["2026-11-22T10:00:00+01:00"], {"2026-11-22": "08:00"}),
        (["2026-11-22T12:00:00+01:00"], {}),
        (["2026-11-22"], {}),
        (["2026-11-23T08:00:00+01:00", "2026-11-23T07:30:00+01:00"], {"2026-11-23": "05:30"}),
        (["2026-11-23T01:00:00+01:00"], {"2026-11-22": "23:00"}),
    ],
)
def test_the_first_event_of_a_morning_wakes_where_the_week_does_not_earlier(
    events: list[str], wakes: dict[str, str]
) -> None:
    """Two hours before it; by the week at 07:00 on Mondays, and not on Sundays."""
    config = alarm_config({"alarm": {"week": {"mon": "07:00"}, "lead_min": 120}})
    assert config is not None
    rows = [{"start": start, "end": start} for start in events]
    found = early_days(rows, config, ZoneInfo("Europe/Berlin"))
    assert {day.isoformat(): time for day, time in found.items()} == wakes
    assert datetime.fromisoformat(EVENING).weekday() == 4
