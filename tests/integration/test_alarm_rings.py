"""An alarm in Home Assistant: set, armed, rung by what Home Assistant has, and over."""

from dataclasses import replace
import io
import json
from pathlib import Path
from typing import Any
import wave

from freezegun.api import FrozenDateTimeFactory
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError, ServiceValidationError
from homeassistant.helpers import issue_registry as ir
import numpy as np
import pytest
from pytest_homeassistant_custom_component.common import (
    MockConfigEntry,
    async_capture_events,
    async_fire_mqtt_message,
    async_fire_time_changed,
    async_mock_service,
)
from pytest_homeassistant_custom_component.typing import (
    ClientSessionGenerator,
    MqttMockHAClient,
)
from tests.integration.conftest import Node, Pass, Settle, commands, room, set_up, state
from tests.integration.waking import (
    ARMED,
    NEXT,
    OTHER,
    PLAYER,
    STATE,
    WAKE_BY,
    Player,
    act,
    anna,
    arm,
    players,
    press,
    until,
    words,
)

from custom_components.halcyon.alarm.sound import clip
from custom_components.halcyon.diagnostics import async_get_config_entry_diagnostics
from custom_components.halcyon.engine.core.output import (
    Alarm,
    AlarmEvent,
    AlarmPlan,
    Fact,
    Output,
    Ring,
    SessionEvent,
    SleepSession,
)
from custom_components.halcyon.hub import HalcyonConfigEntry
from custom_components.halcyon.sleep.words import session_changes

ENGINE = "halcyon/1/home/$engine"
EVENING = "2026-11-20T22:00:00+00:00"
SEVEN = "2026-11-21T07:00:00+00:00"
NEXT_SEVEN = "2026-11-22T07:00:00+00:00"

type Made = tuple[Player, Player]


@pytest.fixture(autouse=True)
async def own_home(hass: HomeAssistant, tmp_path: Path, freezer: FrozenDateTimeFactory) -> None:
    hass.config.config_dir = str(tmp_path)
    hass.config.internal_url = "http://home.test:8123"
    await hass.config.async_set_time_zone("UTC")
    freezer.move_to(EVENING)


@pytest.fixture
def made(hass: HomeAssistant) -> Made:
    return players(hass)


async def home(
    hass: HomeAssistant, settle: Settle, *, armed: bool = True, **alarm: object
) -> HalcyonConfigEntry:
    """Anna sleeps, and is to be woken at seven."""
    entry = await set_up(hass, room(hass, "Bedroom", "bed"), anna(**alarm))
    await settle()
    if armed:
        await arm(hass)
        await settle()
    return entry


def issues(hass: HomeAssistant) -> list[tuple[str, str]]:
    """The troubles of alarms that stand, with what they are about."""
    return [
        (issue.translation_key or "", (issue.translation_placeholders or {})["detail"])
        for issue in ir.async_get(hass).issues.values()
        if (issue.translation_key or "").startswith("alarm_")
    ]


async def test_it_is_set_and_rings_and_is_dismissed(
    hass: HomeAssistant, made: Made, pass_time: Pass, settle: Settle
) -> None:
    await home(hass, settle, armed=False)
    assert (state(hass, ARMED), state(hass, STATE), state(hass, NEXT)) == ("off", "off", "unknown")
    await arm(hass)
    await settle()
    assert (state(hass, ARMED), state(hass, STATE), state(hass, NEXT)) == ("on", "set", SEVEN)
    assert state(hass, WAKE_BY) == "07:00:00"
    player, _ = made
    await until(pass_time, "2026-11-21T06:59:59")
    assert player.played == []
    await pass_time(1)
    assert state(hass, STATE) == "ringing"
    assert len(player.played) == 1
    await press(hass, "dismiss")
    await settle()
    assert (state(hass, STATE), state(hass, NEXT)) == ("set", NEXT_SEVEN)
    assert (player.state, player.volume) == ("idle", 0.2)
    await pass_time(3600)
    assert len(player.played) == 1


async def test_it_tells_in_the_words_of_sleep_as_android(
    hass: HomeAssistant, made: Made, pass_time: Pass, settle: Settle, all_enabled: None
) -> None:
    events = async_capture_events(hass, "state_changed")
    await home(hass, settle, window_min=30)
    await until(pass_time, "2026-11-21T05:46:00")
    assert words(events, "event.anna_smart_wakeup") == ["before_smart_period"]
    await until(pass_time, SEVEN)
    assert words(events, "event.anna_smart_wakeup") == ["before_smart_period", "smart_period"]
    await press(hass, "snooze")
    await settle()
    assert state(hass, STATE) == "snoozed"
    await press(hass, "dismiss")
    await settle()
    await press(hass, "skip")
    await settle()
    assert words(events) == [
        "rescheduled",
        "alert_start",
        "snooze_clicked",
        "snooze_canceled",
        "alert_dismiss",
        "rescheduled",
        "skip_next",
        "rescheduled",
    ]


async def test_a_player_is_played_again_and_louder_until_it_is_dismissed(
    hass: HomeAssistant, made: Made, pass_time: Pass, settle: Settle
) -> None:
    player, _ = made
    player.become("off")
    await home(hass, settle, volume=80)
    await until(pass_time, SEVEN)
    assert (player.asked[0], player.volume) == ("turn_on", 0.32)
    await pass_time(5)
    player.become("idle")
    await pass_time(5)
    assert len(player.played) == 2
    assert 0.32 < player.volume < 0.8
    for _ in range(13):
        await pass_time(5)
    assert player.volume == 0.8
    assert len(player.played) == 3, "a player that says it plays is asked anew after its clip"
    await press(hass, "dismiss")
    await settle()
    assert (player.state, player.volume) == ("off", 0.2)


async def test_who_turns_the_knob_has_it_as_they_turned_it(
    hass: HomeAssistant, made: Made, pass_time: Pass, settle: Settle
) -> None:
    player, _ = made
    await home(hass, settle)
    await until(pass_time, SEVEN)
    player.turn(0.05)
    await pass_time(5)
    await pass_time(60)
    assert player.volume == 0.05
    await press(hass, "dismiss")
    await settle()
    assert player.volume == 0.05


async def test_snooze_is_silent_and_rings_again(
    hass: HomeAssistant, made: Made, pass_time: Pass, settle: Settle
) -> None:
    player, _ = made
    await home(hass, settle, snooze_min=5)
    with pytest.raises(ServiceValidationError, match="does not ring"):
        await press(hass, "snooze")
    await until(pass_time, SEVEN)
    await press(hass, "snooze")
    await settle()
    assert player.state == "idle"
    assert state(hass, NEXT) == "2026-11-21T07:05:00+00:00"
    await pass_time(299)
    assert len(player.played) == 1
    await pass_time(1)
    assert len(player.played) == 2


async def test_an_action_rings_once_and_ends_with_the_alarm(
    hass: HomeAssistant, pass_time: Pass, settle: Settle, freezer: FrozenDateTimeFactory
) -> None:
    calls = async_mock_service(hass, "notify", "siren")
    action = [
        {"action": "notify.siren", "data": {"message": "{{ sleeper }} {{ occurrence }}"}},
        {"delay": "00:01:00"},
        {"action": "notify.siren", "data": {"message": "still"}},
    ]
    entry = await home(hass, settle, media_players=[], action=action)
    await until(pass_time, "2026-11-21T06:59:59")
    # The actions go on, so nobody may wait for their end.
    freezer.tick(1)
    async_fire_time_changed(hass)
    await entry.runtime_data.async_settle()
    await hass.async_block_till_done()
    assert [call.data["message"] for call in calls] == ["Anna bed:2026-11-21"]
    await press(hass, "dismiss")
    await settle()
    await pass_time(120)
    assert len(calls) == 1


async def test_an_action_that_fails_is_run_again_and_meanwhile_the_fallback_rings(
    hass: HomeAssistant, made: Made, pass_time: Pass, settle: Settle
) -> None:
    action = [{"action": "notify.late", "data": {"message": "wake up"}}]
    await home(hass, settle, media_players=[], action=action, fallback=[PLAYER])
    await until(pass_time, SEVEN)
    assert len(made[0].played) == 1
    calls = async_mock_service(hass, "notify", "late")
    await pass_time(10)
    await pass_time(60)
    assert len(calls) == 1


async def test_an_action_that_fails_is_not_run_again_after_a_dismissal(
    hass: HomeAssistant, made: Made, pass_time: Pass, settle: Settle
) -> None:
    action = [{"action": "notify.late", "data": {"message": "wake up"}}]
    await home(hass, settle, media_players=[], action=action)
    await until(pass_time, SEVEN)
    await press(hass, "dismiss")
    await settle()
    calls = async_mock_service(hass, "notify", "late")
    await pass_time(60)
    assert calls == []


async def test_nothing_is_armed_that_cannot_ring(
    hass: HomeAssistant, made: Made, settle: Settle
) -> None:
    await home(hass, settle, armed=False, media_players=[])
    with pytest.raises(ServiceValidationError, match="nothing that could ring"):
        await arm(hass)
    with pytest.raises(ServiceValidationError, match="nothing that could ring"):
        await hass.services.async_call(
            "time", "set_value", {"entity_id": WAKE_BY, "time": "06:00:00"}, blocking=True
        )
    await settle()
    assert (state(hass, ARMED), state(hass, STATE)) == ("off", "off")


async def test_a_time_is_for_once_and_arms(
    hass: HomeAssistant, made: Made, pass_time: Pass, settle: Settle
) -> None:
    await home(hass, settle, armed=False)
    await hass.services.async_call(
        "time", "set_value", {"entity_id": WAKE_BY, "time": "06:15:00"}, blocking=True
    )
    await settle()
    assert (state(hass, ARMED), state(hass, NEXT)) == ("on", "2026-11-21T06:15:00+00:00")
    await until(pass_time, "2026-11-21T06:15:00")
    await press(hass, "dismiss")
    await settle()
    assert state(hass, NEXT) == NEXT_SEVEN


async def test_a_player_that_is_away_is_told_of_and_replaced(
    hass: HomeAssistant, made: Made, pass_time: Pass, settle: Settle
) -> None:
    player, other = made
    await home(hass, settle, fallback=[OTHER])
    await pass_time(60)
    assert issues(hass) == []
    player.become("unavailable")
    await pass_time(60)
    assert issues(hass) == [], "it may be back in a minute"
    for _ in range(5):
        await pass_time(60)
    assert issues(hass) == [("alarm_ringer_unavailable", "bedside")]
    await until(pass_time, SEVEN)
    assert (len(player.played), len(other.played)) == (0, 1)
    player.become("idle")
    await pass_time(5)
    assert len(player.played) == 1, "who comes back rings at once"
    await pass_time(60)
    assert issues(hass) == []
    await press(hass, "dismiss")
    await settle()
    assert (player.state, other.state) == ("idle", "idle")


async def test_whoever_arms_an_alarm_hears_at_once_of_what_is_away(
    hass: HomeAssistant, made: Made, pass_time: Pass, settle: Settle
) -> None:
    made[0].become("unavailable")
    await home(hass, settle)
    await pass_time(60)
    assert issues(hass) == [("alarm_ringer_unavailable", "bedside")]


async def test_a_player_that_fails_is_replaced_and_asked_again(
    hass: HomeAssistant, made: Made, pass_time: Pass, settle: Settle
) -> None:
    player, other = made
    await home(hass, settle, fallback=[OTHER])
    player.fails = HomeAssistantError("no network")
    await until(pass_time, SEVEN)
    assert (len(player.played), len(other.played)) == (0, 1)
    player.fails = None
    await pass_time(5)
    assert len(player.played) == 1


async def test_actions_that_cannot_run_are_told_of_an_hour_ahead(
    hass: HomeAssistant, made: Made, pass_time: Pass, settle: Settle
) -> None:
    action = [{"device_id": "gone", "domain": "light", "type": "turn_on"}]
    await home(hass, settle, media_players=[], action=action, fallback=[PLAYER])
    await pass_time(60)
    assert issues(hass) == [("alarm_ringer_unavailable", "action")]
    await until(pass_time, SEVEN)
    assert len(made[0].played) == 1


async def test_an_alarm_that_lost_its_ringers_is_told_of(
    hass: HomeAssistant, made: Made, pass_time: Pass, settle: Settle
) -> None:
    entry = await home(hass, settle)
    (subentry,) = [each for each in entry.subentries.values() if each.title == "Anna"]
    alarm = {**subentry.data["alarm"], "media_players": []}
    hass.config_entries.async_update_subentry(
        entry, subentry, data={**subentry.data, "alarm": alarm}
    )
    await settle()
    for _ in range(7):
        await pass_time(60)
    assert issues(hass) == [("alarm_no_ringer", "")]


async def test_a_node_rings_it_and_the_player_stays_silent(
    hass: HomeAssistant, mqtt_mock: MqttMockHAClient, made: Made, pass_time: Pass, settle: Settle
) -> None:
    node = Node(hass, "speaker-1")
    node.online()
    node.announce(alarms=[], streams={})
    await home(hass, settle, ring_nodes=["speaker-1"])
    sent = commands(mqtt_mock, "alarm")
    assert [(body["op"], body["occurrence"]) for _, body in sent] == [
        ("set", "bed:2026-11-21"),
        ("set", "bed:2026-11-22"),
    ]
    assert hass.states.get(STATE).attributes["rings_by_itself"] is False  # type: ignore[union-attr]

    async def answer() -> None:
        for _, body in commands(mqtt_mock, "alarm"):
            node.publish("ack/alarm", f'{{"id": "{body["id"]}", "ok": true}}')
        await settle()

    await answer()
    assert hass.states.get(STATE).attributes["rings_by_itself"] is True  # type: ignore[union-attr]
    await until(pass_time, "2026-11-21T06:59:01")
    await answer()
    await until(pass_time, SEVEN)
    await answer()
    await pass_time(30)
    assert state(hass, STATE) == "ringing"
    assert made[0].played == []
    await press(hass, "dismiss")
    await settle()
    assert [body["op"] for _, body in commands(mqtt_mock, "alarm")][-1] == "set"
    assert "dismiss" in [body["op"] for _, body in commands(mqtt_mock, "alarm")]


async def test_a_sleeper_is_tracked_in_the_words_of_sleep_as_android(
    hass: HomeAssistant, made: Made, settle: Settle, all_enabled: None
) -> None:
    events = async_capture_events(hass, "state_changed")
    entry = await home(hass, settle)
    for event in (SessionEvent.STARTED, SessionEvent.FELL_ASLEEP, SessionEvent.ENDED):
        for change in session_changes(SleepSession("bed", event), 0.0):
            entry.runtime_data.values.show(change)
    for action in ("turn_on", "turn_off"):
        target = {"entity_id": "switch.anna_standby"}
        await hass.services.async_call("switch", action, target, blocking=True)
    assert words(events, "event.anna_sleep_tracking") == ["started", "stopped", "paused", "resumed"]


async def test_diagnostics_tell_neither_when_somebody_wakes_nor_what_their_actions_are(
    hass: HomeAssistant, made: Made, settle: Settle
) -> None:
    action = [{"action": "notify.phone", "data": {"message": "secret"}}]
    entry = await home(hass, settle, action=action)
    told = str(await async_get_config_entry_diagnostics(hass, entry))
    assert PLAYER in told
    assert "secret" not in told
    assert "07:00" not in told


# What outlasts a restart, and what comes first.


async def test_it_is_on_disk_before_anybody_hears_of_it(
    hass: HomeAssistant,
    hass_storage: dict[str, Any],
    made: Made,
    pass_time: Pass,
    settle: Settle,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    entry = await home(hass, settle)
    saved: list[tuple[str | None, int]] = []
    save = entry.runtime_data.alarms._save

    async def keep() -> None:
        saved.append((state(hass, STATE), len(made[0].played)))
        await save()

    monkeypatch.setattr(entry.runtime_data.alarms, "_save", keep)
    await until(pass_time, SEVEN)
    assert saved[0] == ("set", 0)
    assert state(hass, STATE) == "ringing"
    kept = hass_storage[f"halcyon.{entry.entry_id}"]["data"]["engine"]["home"]["alarms"]
    assert kept["sleepers"]["bed"]["active"]["phase"] == "ringing"


async def test_a_disk_that_hangs_or_is_full_keeps_nobody_asleep(
    hass: HomeAssistant,
    made: Made,
    pass_time: Pass,
    settle: Settle,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    entry = await home(hass, settle)

    async def fail() -> None:
        raise OSError("no space left")

    monkeypatch.setattr(entry.runtime_data.alarms, "_save", fail)
    await until(pass_time, SEVEN)
    assert len(made[0].played) == 1
    assert "no space left" in caplog.text


async def test_whatever_fails_beside_it_it_rings(
    hass: HomeAssistant,
    made: Made,
    pass_time: Pass,
    settle: Settle,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    entry = await home(hass, settle)

    def fail(*_: object) -> None:
        raise ValueError("a lamp")

    monkeypatch.setattr(entry.runtime_data.alarms.lights, "happened", fail)
    await until(pass_time, SEVEN)
    assert len(made[0].played) == 1
    assert "a lamp" in caplog.text


async def _restart(hass: HomeAssistant, entry: MockConfigEntry | HalcyonConfigEntry) -> None:
    await hass.config_entries.async_unload(entry.entry_id)
    await hass.async_block_till_done()


async def _started(hass: HomeAssistant, entry: HalcyonConfigEntry, settle: Settle) -> None:
    await hass.config_entries.async_setup(entry.entry_id)
    await settle()


async def test_it_rings_after_a_restart_shortly_before_or_after(
    hass: HomeAssistant, made: Made, pass_time: Pass, settle: Settle, freezer: FrozenDateTimeFactory
) -> None:
    entry = await home(hass, settle)
    await until(pass_time, "2026-11-21T06:58:00")
    await _restart(hass, entry)
    freezer.tick(300)
    await _started(hass, entry, settle)
    assert state(hass, ARMED) == "on"
    await pass_time(5)
    await pass_time(5)
    assert (state(hass, STATE), len(made[0].played)) == ("ringing", 1)


async def test_a_ring_goes_on_after_a_restart_and_the_volume_is_what_it_was(
    hass: HomeAssistant, made: Made, pass_time: Pass, settle: Settle, freezer: FrozenDateTimeFactory
) -> None:
    player, _ = made
    entry = await home(hass, settle)
    await until(pass_time, SEVEN)
    await pass_time(30)
    await _restart(hass, entry)
    assert player.state == "playing"
    freezer.tick(30)
    await _started(hass, entry, settle)
    await pass_time(2)
    assert len(player.played) == 2
    await press(hass, "dismiss")
    await settle()
    assert (player.state, player.volume) == ("idle", 0.2)


async def test_what_was_dismissed_does_not_ring_after_a_restart(
    hass: HomeAssistant, made: Made, pass_time: Pass, settle: Settle
) -> None:
    entry = await home(hass, settle)
    await until(pass_time, SEVEN)
    await press(hass, "dismiss")
    await settle()
    await _restart(hass, entry)
    await _started(hass, entry, settle)
    await pass_time(60)
    assert len(made[0].played) == 1
    assert state(hass, NEXT) == NEXT_SEVEN


async def test_a_clock_that_was_ahead_loses_no_alarm(
    hass: HomeAssistant, made: Made, pass_time: Pass, settle: Settle, freezer: FrozenDateTimeFactory
) -> None:
    entry = await home(hass, settle)
    await hass.services.async_call(
        "time", "set_value", {"entity_id": WAKE_BY, "time": "05:00:00"}, blocking=True
    )
    await settle()
    await _restart(hass, entry)
    freezer.move_to("2026-11-20T19:00:00+00:00")
    await _started(hass, entry, settle)
    assert (state(hass, ARMED), state(hass, NEXT)) == ("on", "2026-11-21T05:00:00+00:00")
    await until(pass_time, "2026-11-21T05:00:00")
    assert len(made[0].played) == 1


async def test_it_rings_by_the_wall_on_the_day_that_clocks_change(
    hass: HomeAssistant, made: Made, pass_time: Pass, settle: Settle, freezer: FrozenDateTimeFactory
) -> None:
    await hass.config.async_set_time_zone("Europe/Berlin")
    freezer.move_to("2026-10-24T20:00:00+00:00")
    await home(hass, settle)
    assert state(hass, NEXT) == "2026-10-25T06:00:00+00:00", "from this morning on it is UTC+1"
    await until(pass_time, "2026-10-25T05:59:59")
    assert made[0].played == []
    await pass_time(1)
    assert len(made[0].played) == 1


async def test_another_zone_is_another_time(
    hass: HomeAssistant, made: Made, pass_time: Pass, settle: Settle
) -> None:
    await home(hass, settle)
    await hass.config.async_update(time_zone="America/New_York")
    await pass_time(1)
    assert state(hass, NEXT) == "2026-11-21T12:00:00+00:00"


async def test_an_alarm_that_is_taken_away_rings_no_more(
    hass: HomeAssistant, made: Made, pass_time: Pass, settle: Settle
) -> None:
    entry = await home(hass, settle)
    (subentry,) = [each for each in entry.subentries.values() if each.title == "Anna"]
    data = {key: value for key, value in subentry.data.items() if key != "alarm"}
    hass.config_entries.async_update_subentry(entry, subentry, data=data)
    await settle()
    assert state(hass, ARMED) is None
    await until(pass_time, SEVEN)
    assert made[0].played == []


# The sound.


async def test_a_player_may_fetch_the_sound_and_nobody_else(
    hass: HomeAssistant,
    hass_client_no_auth: ClientSessionGenerator,
    made: Made,
    pass_time: Pass,
    settle: Settle,
    freezer: FrozenDateTimeFactory,
) -> None:
    await home(hass, settle, sound="beacon")
    await until(pass_time, SEVEN)
    client = await hass_client_no_auth()
    (url,) = made[0].played
    path = url.removeprefix("http://home.test:8123")
    assert path.startswith("/api/halcyon/alarm_sounds/beacon.wav?authSig=")
    answer = await client.get(path)
    assert (answer.status, answer.content_type) == (200, "audio/wav")
    assert await answer.read() == clip("beacon")
    assert (await client.head(path)).status == 200
    assert (await client.get(path.partition("?")[0])).status == 401


async def test_a_sound_of_ones_own_is_played_as_it_is_named(
    hass: HomeAssistant, made: Made, pass_time: Pass, settle: Settle
) -> None:
    await home(hass, settle, sound="media-source://media_source/local/birds.mp3")
    await until(pass_time, SEVEN)
    assert made[0].played == ["media-source://media_source/local/birds.mp3"]


@pytest.mark.parametrize("sound", ["dawn", "bell", "beacon"])
def test_a_clip_is_a_minute_that_is_neither_silent_nor_overdriven(sound: str) -> None:
    with wave.open(io.BytesIO(clip(sound))) as file:
        assert file.getnframes() == 60 * file.getframerate()
        samples = np.frombuffer(file.readframes(file.getnframes()), "<i2").astype(float)
    seconds = samples.reshape(60, -1)
    assert np.sqrt((seconds**2).mean(axis=1)).min() > 100
    assert np.abs(samples).max() < 32_000


# Where the service computes.


def service_says(hass: HomeAssistant, *facts: Fact) -> None:
    """Let the service say something of Anna's alarm."""
    for fact in facts:
        body = Output(0.0, 0.0, "home", "bedroom", fact).to_json()
        async_fire_mqtt_message(hass, f"{ENGINE}/out/bedroom", json.dumps(body))


async def test_the_service_is_told_of_alarms_and_home_assistant_rings_for_it(
    hass: HomeAssistant, mqtt_mock: MqttMockHAClient, made: Made, settle: Settle
) -> None:
    def wishes() -> list[dict[str, Any]]:
        calls = mqtt_mock.async_publish.call_args_list
        found = [json.loads(each.args[1]) for each in calls if each.args[0] == f"{ENGINE}/cmd/wish"]
        mqtt_mock.async_publish.reset_mock()
        return found

    await set_up(hass, room(hass, "Bedroom", "bed"), anna(), host="service")
    await settle()
    assert (state(hass, ARMED), wishes()) == ("unavailable", [])
    async_fire_mqtt_message(hass, f"{ENGINE}/state", "online")
    await settle()
    told = {wish["name"]: wish for wish in wishes()}
    assert told["alarm_ringer"] == {"name": "alarm_ringer", "ringer": PLAYER, "available": True}
    assert told["alarm"]["mon"] == "07:00"
    assert told["alarm_arm"] == {"name": "alarm_arm", "sleeper": "bed", "on": False}
    await arm(hass)
    await settle()
    assert wishes()[0] == {"name": "alarm_arm", "sleeper": "bed", "on": True}
    plan = AlarmPlan("bed", True, "set", "bed:2026-11-21", 1795244400.0, None, False, None)
    service_says(hass, plan)
    await settle()
    assert (state(hass, ARMED), state(hass, NEXT)) == ("on", SEVEN)
    ring = Ring("bed", "bed:2026-11-21", PLAYER, on=True, sound="dawn", volume=0.5)
    ringing = Alarm("bed", "bed:2026-11-21", AlarmEvent.RINGING)
    service_says(hass, ringing, ring, replace(plan, state="ringing"))
    await settle()
    assert (state(hass, STATE), len(made[0].played)) == ("ringing", 1)
    await press(hass, "dismiss")
    await settle()
    assert wishes()[-1] == {"name": "dismiss", "sleeper": "bed"}
    service_says(hass, replace(ring, on=False))
    await settle()
    assert made[0].state == "idle"
    async_fire_mqtt_message(hass, f"{ENGINE}/state", "offline")
    await settle()
    assert state(hass, ARMED) == "unavailable"
    with pytest.raises(ServiceValidationError, match="cannot be reached"):
        await act(hass, "dismiss_alarm")
