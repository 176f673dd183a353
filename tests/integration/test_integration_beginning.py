"""While Home Assistant starts a site shows what it knew, and works once that is over, or soon."""

from collections.abc import Awaitable, Callable
from copy import deepcopy
import threading
from typing import Any

from freezegun.api import FrozenDateTimeFactory
from homeassistant.config_entries import ConfigEntryState
from homeassistant.const import EVENT_HOMEASSISTANT_STARTED, EVENT_HOMEASSISTANT_STOP
from homeassistant.core import CoreState, HomeAssistant
import pytest
from pytest_homeassistant_custom_component.common import async_fire_time_changed
from pytest_homeassistant_custom_component.typing import MqttMockHAClient
from tests.integration.conftest import WALKING, Node, Pass, Settle, room, set_up, state
from tests.integration.waking import STATE, anna, arm, players, until

from custom_components.halcyon.backup import async_pre_backup
from custom_components.halcyon.beginning import MOST_SECONDS
from custom_components.halcyon.diagnostics import async_get_config_entry_diagnostics
from custom_components.halcyon.engine.core.house import House
from custom_components.halcyon.engine.decide.alarm.sleeper import SETTLE_S
from custom_components.halcyon.hub import HalcyonConfigEntry
from custom_components.halcyon.site.computing import Batch
from custom_components.halcyon.site.local import LocalComputer
from custom_components.halcyon.store import Stored

OCCUPANCY, STANDBY = "binary_sensor.bedroom_occupancy", "switch.bedroom_standby"

type Step = Callable[[], Awaitable[None]]


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[threading.Thread]:
    """The threads in which an engine was made."""
    threads: list[threading.Thread] = []
    make = LocalComputer.open

    def noting(computer: LocalComputer, house: House, stored: Stored | None, t: float) -> Batch:
        threads.append(threading.current_thread())
        return make(computer, house, stored, t)

    monkeypatch.setattr(LocalComputer, "open", noting)
    return threads


@pytest.fixture
async def entry(
    hass: HomeAssistant, mqtt_mock: MqttMockHAClient, node: Node, settle: Settle
) -> HalcyonConfigEntry:
    """A site in which somebody was when it stopped."""
    made = await set_up(hass, room(hass, "Bedroom", node.name))
    node.online()
    node.announce()
    node.sample(targets=WALKING)
    await settle()
    assert state(hass, OCCUPANCY) == "on"
    await hass.config_entries.async_unload(made.entry_id)
    mqtt_mock.async_subscribe.reset_mock()
    return made


@pytest.fixture
async def starting(
    hass: HomeAssistant, entry: HalcyonConfigEntry, opened: list[threading.Thread]
) -> HalcyonConfigEntry:
    """The same in a Home Assistant that starts."""
    hass.set_state(CoreState.starting)
    assert await hass.config_entries.async_setup(entry.entry_id)
    await hass.async_block_till_done()
    return entry


@pytest.fixture
def home_starts(hass: HomeAssistant) -> Step:
    """Home Assistant has started."""

    async def start() -> None:
        hass.set_state(CoreState.running)
        hass.bus.async_fire(EVENT_HOMEASSISTANT_STARTED)
        await hass.async_block_till_done(wait_background_tasks=True)

    return start


async def test_what_was_stored_is_shown_before_there_is_an_engine(
    hass: HomeAssistant,
    starting: HalcyonConfigEntry,
    opened: list[threading.Thread],
    mqtt_mock: MqttMockHAClient,
    home_starts: Step,
) -> None:
    assert (state(hass, OCCUPANCY), state(hass, STANDBY)) == ("on", "off")
    assert not mqtt_mock.async_subscribe.called
    assert not opened
    await home_starts()
    assert len(opened) == 1
    assert opened[0] is not threading.current_thread()
    assert mqtt_mock.async_subscribe.called
    assert state(hass, OCCUPANCY) == "on"


async def test_what_the_broker_keeps_is_heard_once_the_site_works(
    hass: HomeAssistant,
    starting: HalcyonConfigEntry,
    node: Node,
    home_starts: Step,
    settle: Settle,
    freezer: FrozenDateTimeFactory,
) -> None:
    await home_starts()
    node.online(retain=True)
    node.announce(retain=True)
    freezer.tick(0.1)
    node.sample(targets=WALKING)
    await settle()
    assert state(hass, OCCUPANCY) == "on"
    assert starting.runtime_data.monitor.is_speaking(node.name)


async def test_a_start_that_takes_long_is_not_waited_for(
    hass: HomeAssistant,
    starting: HalcyonConfigEntry,
    opened: list[threading.Thread],
    home_starts: Step,
    pass_time: Pass,
) -> None:
    await pass_time(MOST_SECONDS - 1)
    assert not opened
    await pass_time(1)
    assert len(opened) == 1
    await home_starts()
    assert len(opened) == 1, "it began already"


async def test_who_wants_something_before_is_heeded_at_once(
    hass: HomeAssistant,
    starting: HalcyonConfigEntry,
    opened: list[threading.Thread],
    hass_storage: dict[str, Any],
    pass_time: Pass,
) -> None:
    starting.runtime_data.async_calibrate("bedroom")
    await hass.async_block_till_done()
    assert len(opened) == 1
    await pass_time(2)
    stored = hass_storage[f"halcyon.{starting.entry_id}"]["data"]
    assert stored["engine"]["home"]["rooms"]["bedroom"]["parts"]["calibration"] is not None


async def test_standby_before_the_start_holds_after_it(
    hass: HomeAssistant, starting: HalcyonConfigEntry, pass_time: Pass
) -> None:
    await hass.services.async_call("switch", "turn_on", {"entity_id": STANDBY}, blocking=True)
    await pass_time(1)
    assert state(hass, STANDBY) == "on"
    explained = await starting.runtime_data.async_explain("bedroom")
    assert isinstance(explained, dict)
    assert explained["standby"] is True


async def test_who_asks_before_is_answered(
    hass: HomeAssistant, starting: HalcyonConfigEntry, opened: list[threading.Thread]
) -> None:
    told = await async_get_config_entry_diagnostics(hass, starting)
    assert len(opened) == 1
    assert told["nodes"]


async def test_an_unload_before_the_start_leaves_the_store_as_it_is(
    hass: HomeAssistant,
    entry: HalcyonConfigEntry,
    opened: list[threading.Thread],
    hass_storage: dict[str, Any],
    home_starts: Step,
) -> None:
    hass.set_state(CoreState.starting)
    before = deepcopy(hass_storage[f"halcyon.{entry.entry_id}"])
    await hass.config_entries.async_setup(entry.entry_id)
    await hass.config_entries.async_unload(entry.entry_id)
    assert entry.state is ConfigEntryState.NOT_LOADED
    assert hass_storage[f"halcyon.{entry.entry_id}"] == before
    await home_starts()
    assert not opened, "nobody is left to begin"


async def test_an_unload_during_the_start_waits_for_it_and_keeps_what_was_known(
    hass: HomeAssistant,
    entry: HalcyonConfigEntry,
    hass_storage: dict[str, Any],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    reached, go_on = threading.Event(), threading.Event()
    make = LocalComputer.open

    def slow(computer: LocalComputer, house: House, stored: Stored | None, t: float) -> Batch:
        reached.set()
        assert go_on.wait(60.0)
        return make(computer, house, stored, t)

    monkeypatch.setattr(LocalComputer, "open", slow)
    hass.set_state(CoreState.starting)
    await hass.config_entries.async_setup(entry.entry_id)
    entry.runtime_data._beginning.soon()
    await hass.loop.run_in_executor(None, reached.wait, 60.0)
    hass.loop.call_later(0.01, go_on.set)
    await hass.config_entries.async_unload(entry.entry_id)
    assert entry.state is ConfigEntryState.NOT_LOADED
    stored = hass_storage[f"halcyon.{entry.entry_id}"]["data"]
    assert ["room", "bedroom", "occupancy", True] in stored["shown"]
    assert stored["engine"]["nodes"]
    assert not [each for each in threading.enumerate() if each.name.startswith("halcyon ")]


async def test_a_home_that_stops_before_it_has_started_keeps_the_store(
    hass: HomeAssistant,
    starting: HalcyonConfigEntry,
    opened: list[threading.Thread],
    hass_storage: dict[str, Any],
    pass_time: Pass,
) -> None:
    before = deepcopy(hass_storage[f"halcyon.{starting.entry_id}"])
    hass.bus.async_fire(EVENT_HOMEASSISTANT_STOP)
    await pass_time(MOST_SECONDS)
    assert not opened
    assert hass_storage[f"halcyon.{starting.entry_id}"] == before


async def test_a_backup_before_the_start_holds_what_is_known(
    hass: HomeAssistant, starting: HalcyonConfigEntry, hass_storage: dict[str, Any]
) -> None:
    await async_pre_backup(hass)
    stored = hass_storage[f"halcyon.{starting.entry_id}"]["data"]
    assert ["room", "bedroom", "occupancy", True] in stored["shown"]
    assert stored["engine"]["nodes"]


async def test_a_store_of_a_newer_version_is_refused_while_home_assistant_starts(
    hass: HomeAssistant,
    entry: HalcyonConfigEntry,
    opened: list[threading.Thread],
    hass_storage: dict[str, Any],
    home_starts: Step,
) -> None:
    hass.set_state(CoreState.starting)
    key = f"halcyon.{entry.entry_id}"
    newer = hass_storage[key] | {"version": 2}
    hass_storage[key] = newer
    await hass.config_entries.async_setup(entry.entry_id)
    assert entry.error_reason_translation_key == "store_too_new"
    await home_starts()
    assert not opened
    assert hass_storage[key] == newer


async def test_an_engine_that_fails_is_told_of_and_overwrites_nothing(
    hass: HomeAssistant,
    starting: HalcyonConfigEntry,
    hass_storage: dict[str, Any],
    home_starts: Step,
    freezer: FrozenDateTimeFactory,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    def failing(*_: object) -> Batch:
        raise OSError("the weights are gone")

    before = deepcopy(hass_storage[f"halcyon.{starting.entry_id}"])
    monkeypatch.setattr(LocalComputer, "open", failing)
    await home_starts()
    assert "the weights are gone" in caplog.text
    assert state(hass, OCCUPANCY) == "on"
    freezer.tick(61)
    async_fire_time_changed(hass)
    await hass.async_block_till_done()
    assert state(hass, OCCUPANCY) == "unavailable"
    await hass.config_entries.async_unload(starting.entry_id)
    assert hass_storage[f"halcyon.{starting.entry_id}"] == before


async def test_an_alarm_that_is_due_while_home_assistant_starts_rings(
    hass: HomeAssistant,
    mqtt_mock: MqttMockHAClient,
    settle: Settle,
    pass_time: Pass,
    freezer: FrozenDateTimeFactory,
) -> None:
    await hass.config.async_set_time_zone("UTC")
    hass.config.internal_url = "http://home.test:8123"
    player, _ = players(hass)
    entry = await set_up(hass, room(hass, "Bedroom", "bed"), anna())
    await settle()
    await arm(hass)
    await until(pass_time, "2026-11-21T06:59:50")
    await hass.config_entries.async_unload(entry.entry_id)
    freezer.tick(9)
    hass.set_state(CoreState.starting)
    await hass.config_entries.async_setup(entry.entry_id)
    await hass.async_block_till_done()
    assert state(hass, STATE) == "unavailable"
    await pass_time(MOST_SECONDS)
    # The engine first hears what other ringers did meanwhile.
    await pass_time(SETTLE_S)
    assert (state(hass, STATE), len(player.played)) == ("ringing", 1)
