"""Start, stop, restart, reload, removal: nothing is lost and nothing is left behind."""

from collections import Counter
from collections.abc import Awaitable, Callable
from types import MappingProxyType
from typing import Any
from unittest.mock import ANY

from freezegun.api import FrozenDateTimeFactory
from homeassistant.components import mqtt
from homeassistant.config_entries import ConfigEntryState, ConfigSubentry
from homeassistant.const import EVENT_HOMEASSISTANT_STARTED, EVENT_HOMEASSISTANT_STOP
from homeassistant.core import CoreState, Event, EventStateChangedData, HomeAssistant, callback
from homeassistant.helpers import device_registry as dr, issue_registry as ir
from homeassistant.helpers.discovery_flow import DiscoveryKey
from homeassistant.helpers.dispatcher import async_dispatcher_send
from homeassistant.helpers.event import async_track_state_change_event
import pytest
from pytest_homeassistant_custom_component.typing import MqttMockHAClient, MqttMockPahoClient
from tests.integration.conftest import WALKING, Node, Pass, Settle, room, set_up, state

from custom_components.halcyon import async_remove_config_entry_device
from custom_components.halcyon.backup import async_post_backup, async_pre_backup
from custom_components.halcyon.beginning import MOST_SECONDS
from custom_components.halcyon.devices import node_identifier, room_identifier
from custom_components.halcyon.engine.core.house import House
from custom_components.halcyon.engine.pipeline import Effect, Pipeline
from custom_components.halcyon.hub import HalcyonConfigEntry, Hub

pytestmark = pytest.mark.usefixtures("everywhere")

OCCUPANCY = "binary_sensor.bedroom_occupancy"
MOTION = "binary_sensor.bedroom_motion"
EVENT = "event.bedroom_motion"

type Walk = Callable[[], Awaitable[None]]


@pytest.fixture
async def walk(freezer: FrozenDateTimeFactory, node: Node, settle: Settle) -> Walk:
    """Let somebody walk in front of the node for three seconds."""

    async def walking() -> None:
        for step in range(30):
            freezer.tick(0.1)
            node.sample(targets=[[-600 + 50 * step, 1700, 500]])
        await settle()

    return walking


@pytest.fixture
async def entry(
    hass: HomeAssistant, mqtt_mock: MqttMockHAClient, node: Node, settle: Settle
) -> HalcyonConfigEntry:
    made = await set_up(hass, room(hass, "Bedroom", node.name))
    node.online()
    node.announce()
    await settle()
    return made


async def restart(hass: HomeAssistant, entry: HalcyonConfigEntry) -> None:
    """Unload and set up again, as a restart does it."""
    await hass.config_entries.async_unload(entry.entry_id)
    await hass.config_entries.async_setup(entry.entry_id)
    await hass.async_block_till_done()


async def test_a_restart_shows_the_stored_state_for_a_minute(
    hass: HomeAssistant, entry: HalcyonConfigEntry, walk: Walk, pass_time: Pass
) -> None:
    await walk()
    assert state(hass, OCCUPANCY) == "on"
    await restart(hass, entry)
    assert state(hass, OCCUPANCY) == "on"
    await pass_time(59)
    assert state(hass, OCCUPANCY) == "on"
    await pass_time(2)
    assert state(hass, OCCUPANCY) == "unavailable"
    assert state(hass, EVENT) != "unavailable"
    assert state(hass, "switch.bedroom_standby") == "off"


async def test_a_node_that_speaks_again_keeps_the_room(
    hass: HomeAssistant,
    entry: HalcyonConfigEntry,
    node: Node,
    walk: Walk,
    settle: Settle,
    pass_time: Pass,
) -> None:
    await walk()
    await restart(hass, entry)
    node.online()
    await settle()
    await pass_time(30)
    await walk()
    assert state(hass, OCCUPANCY) == "on"
    await pass_time(31)
    assert state(hass, OCCUPANCY) in ("on", "off")


async def test_a_restart_of_an_unknown_past_shows_nothing(
    hass: HomeAssistant,
    entry: HalcyonConfigEntry,
    walk: Walk,
    hass_storage: dict[str, Any],
    freezer: FrozenDateTimeFactory,
) -> None:
    """A clock that was ahead: its state is of a time that has not come."""
    await walk()
    await hass.config_entries.async_unload(entry.entry_id)
    freezer.tick(-3600)
    await hass.config_entries.async_setup(entry.entry_id)
    await hass.async_block_till_done()
    assert entry.state is ConfigEntryState.LOADED
    assert state(hass, OCCUPANCY) in ("unknown", "unavailable")


async def test_what_was_subscribed_is_left_some_time_after_an_unload(
    hass: HomeAssistant,
    entry: HalcyonConfigEntry,
    mqtt_client_mock: MqttMockPahoClient,
    pass_time: Pass,
) -> None:
    """At once, it would cost others the subscriptions that Home Assistant is about to make."""
    await pass_time(1)
    await hass.config_entries.async_unload(entry.entry_id)
    await pass_time(5)
    mqtt_client_mock.unsubscribe.assert_not_called()
    for _ in range(3):
        await pass_time(5)
    mqtt_client_mock.unsubscribe.assert_called()


async def test_edges_while_home_assistant_starts_are_delivered_afterwards(
    hass: HomeAssistant,
    entry: HalcyonConfigEntry,
    node: Node,
    walk: Walk,
    settle: Settle,
    pass_time: Pass,
) -> None:
    for _ in range(30):
        node.sample(targets=[])
        await pass_time(1)
    assert state(hass, MOTION) == "off"
    await hass.config_entries.async_unload(entry.entry_id)
    hass.set_state(CoreState.starting)
    await hass.config_entries.async_setup(entry.entry_id)
    # A start that takes longer than that is not waited for.
    await pass_time(MOST_SECONDS)
    node.online()
    await walk()
    assert state(hass, MOTION) == "on"
    assert state(hass, EVENT) == "unknown"

    hass.set_state(CoreState.running)
    hass.bus.async_fire(EVENT_HOMEASSISTANT_STARTED)
    await settle()
    event = hass.states.get(EVENT)
    assert event is not None
    assert event.attributes["event_type"] == "started"


async def test_what_went_on_over_a_restart_does_not_start_anew(
    hass: HomeAssistant,
    entry: HalcyonConfigEntry,
    node: Node,
    walk: Walk,
    settle: Settle,
    pass_time: Pass,
) -> None:
    await walk()
    told = state(hass, EVENT)
    assert told != "unknown"
    await restart(hass, entry)
    node.online()
    await pass_time(30)
    await walk()
    assert state(hass, MOTION) == "on"
    assert state(hass, EVENT) == told


async def test_motion_starts_goes_on_and_stops(
    hass: HomeAssistant,
    entry: HalcyonConfigEntry,
    node: Node,
    walk: Walk,
    pass_time: Pass,
) -> None:
    events: list[tuple[str, str | None]] = []

    @callback
    def note(event: Event[EventStateChangedData]) -> None:
        new = event.data["new_state"]
        if new is not None and new.state != "unavailable":
            events.append((new.attributes["event_type"], new.attributes.get("source")))

    async_track_state_change_event(hass, EVENT, note)
    for _ in range(25):
        await walk()
    assert events == [("started", "radar"), ("continued", "radar")]
    for _ in range(330):
        node.sample(targets=[])
        await pass_time(1)
    assert events[2:] == [("stopped", "radar")]
    assert state(hass, MOTION) == "off"


async def test_a_node_that_nobody_hears_does_not_stop_moving(
    hass: HomeAssistant,
    entry: HalcyonConfigEntry,
    mqtt_mock: MqttMockHAClient,
    node: Node,
    walk: Walk,
    settle: Settle,
    pass_time: Pass,
) -> None:
    def told() -> str:
        event = hass.states.get(EVENT)
        assert event is not None
        return str(event.attributes["event_type"])

    await walk()
    mqtt_mock.connected = False
    async_dispatcher_send(hass, mqtt.MQTT_CONNECTION_STATE, False)
    for _ in range(15):
        await pass_time(60)
    assert state(hass, MOTION) == "unavailable"
    assert told() == "started"
    mqtt_mock.connected = True
    async_dispatcher_send(hass, mqtt.MQTT_CONNECTION_STATE, True)
    node.online(retain=True)
    await settle()
    for _ in range(280):
        node.sample(targets=[])
        await pass_time(1)
    assert told() != "stopped", "only what is heard to be quiet counts"
    for _ in range(40):
        node.sample(targets=[])
        await pass_time(1)
    assert told() == "stopped"


async def test_nothing_is_left_behind(
    hass: HomeAssistant,
    entry: HalcyonConfigEntry,
    mqtt_mock: MqttMockHAClient,
    walk: Walk,
    settle: Settle,
    hass_storage: dict[str, Any],
) -> None:
    await walk()
    await entry.runtime_data.async_save()
    assert f"halcyon.{entry.entry_id}" in hass_storage
    await hass.config_entries.async_unload(entry.entry_id)
    assert entry.state is ConfigEntryState.NOT_LOADED
    assert state(hass, OCCUPANCY) == "unavailable"
    mqtt_mock.async_subscribe.reset_mock()
    await hass.config_entries.async_setup(entry.entry_id)
    await settle()
    assert mqtt_mock.async_subscribe.called
    await hass.config_entries.async_remove(entry.entry_id)
    await settle()
    assert f"halcyon.{entry.entry_id}" not in hass_storage
    assert not dr.async_entries_for_config_entry(dr.async_get(hass), entry.entry_id)
    assert not [issue for domain, issue in ir.async_get(hass).issues if domain == "halcyon"]
    assert not [each for each in hass.states.async_entity_ids() if "bedroom" in each]


async def test_what_home_assistant_notes_in_the_entry_is_no_change(
    hass: HomeAssistant, entry: HalcyonConfigEntry, settle: Settle, monkeypatch: pytest.MonkeyPatch
) -> None:
    """At each start it notes anew by which node's message the entry was found."""
    configure, titles = Pipeline.configure, list[str]()

    def noting(pipeline: Pipeline, house: House) -> list[Effect]:
        titles.append(only.title)
        return configure(pipeline, house)

    (only,) = entry.subentries.values()
    monkeypatch.setattr(Pipeline, "configure", noting)
    found = DiscoveryKey(domain="mqtt", key="halcyon/1/home/radar-2/info", version=1)
    keys = MappingProxyType({"mqtt": (found,)})
    assert hass.config_entries.async_update_entry(entry, discovery_keys=keys)
    await settle()
    hass.config_entries.async_update_subentry(entry, only, title="Chamber")
    await settle()
    assert titles == ["Chamber"]


async def test_a_removed_room_takes_its_device(
    hass: HomeAssistant, entry: HalcyonConfigEntry, settle: Settle
) -> None:
    (subentry,) = entry.subentries
    hass.config_entries.async_remove_subentry(entry, subentry)
    await settle()
    assert not dr.async_entries_for_config_entry(dr.async_get(hass), entry.entry_id)
    assert state(hass, OCCUPANCY) is None


async def test_a_removed_node_is_cleared_from_the_broker(
    hass: HomeAssistant,
    entry: HalcyonConfigEntry,
    mqtt_mock: MqttMockHAClient,
    node: Node,
    settle: Settle,
) -> None:
    devices = dr.async_get(hass)
    of_room = devices.async_get_device_by_identifier(
        room_identifier(entry.entry_id, "bedroom"), entry.entry_id
    )
    of_node = devices.async_get_device_by_identifier(
        node_identifier(entry.entry_id, node.name), entry.entry_id
    )
    assert of_room is not None
    assert of_node is not None
    assert of_node.sw_version == "0.2.0"
    assert of_node.config_subentry_id is None
    assert not await async_remove_config_entry_device(hass, entry, of_room)
    assert await async_remove_config_entry_device(hass, entry, of_node)
    await settle()
    for leaf in ("avail", "info"):
        mqtt_mock.async_publish.assert_any_call(
            f"halcyon/1/home/radar-1/{leaf}", b"", 1, True, message_expiry_interval=ANY
        )
    (only,) = entry.subentries.values()
    assert only.data["sources"] == []
    assert devices.async_get(of_node.id) is None


async def test_the_state_is_written_when_home_assistant_stops(
    hass: HomeAssistant, entry: HalcyonConfigEntry, walk: Walk, hass_storage: dict[str, Any]
) -> None:
    await walk()
    hass.bus.async_fire(EVENT_HOMEASSISTANT_STOP)
    await hass.async_block_till_done()
    shown = hass_storage[f"halcyon.{entry.entry_id}"]["data"]["shown"]
    assert ["room", "bedroom", "occupancy", True] in shown


async def test_a_backup_holds_what_is_known_now(
    hass: HomeAssistant, entry: HalcyonConfigEntry, walk: Walk, hass_storage: dict[str, Any]
) -> None:
    """A copy of the file continues elsewhere: the entry and the file go together."""
    await walk()
    await async_pre_backup(hass)
    await async_post_backup(hass)
    stored = hass_storage[f"halcyon.{entry.entry_id}"]["data"]
    assert ["room", "bedroom", "occupancy", True] in stored["shown"]


async def test_the_state_is_saved_every_minute(
    hass: HomeAssistant,
    entry: HalcyonConfigEntry,
    walk: Walk,
    pass_time: Pass,
    hass_storage: dict[str, Any],
) -> None:
    await walk()
    assert f"halcyon.{entry.entry_id}" not in hass_storage
    await pass_time(60)
    stored = hass_storage[f"halcyon.{entry.entry_id}"]["data"]
    assert ["room", "bedroom", "occupancy"] in [row[:3] for row in stored["shown"]]


async def test_a_wish_outlasts_a_power_cut(
    hass: HomeAssistant,
    entry: HalcyonConfigEntry,
    walk: Walk,
    pass_time: Pass,
    hass_storage: dict[str, Any],
) -> None:
    await walk()
    key = f"halcyon.{entry.entry_id}"
    assert key not in hass_storage
    entry.runtime_data.async_calibrate("bedroom")
    await pass_time(2)
    stored = hass_storage.pop(key)["data"]
    assert stored["engine"]["home"]["rooms"]["bedroom"]["parts"]["calibration"] is not None
    entry.runtime_data.settings.async_set_standby("bedroom", on=True)
    await pass_time(2)
    assert hass_storage[key]["data"]["standby"] == ["bedroom"]


async def test_a_store_of_a_newer_version_is_refused_and_kept(
    hass: HomeAssistant, hass_storage: dict[str, Any]
) -> None:
    entry = await set_up(hass, room(hass, "Bedroom", "radar-1"))
    await hass.config_entries.async_unload(entry.entry_id)
    key = f"halcyon.{entry.entry_id}"
    newer = hass_storage[key] | {"version": 2}
    hass_storage[key] = newer
    await hass.config_entries.async_setup(entry.entry_id)
    assert entry.state is ConfigEntryState.SETUP_ERROR
    assert entry.error_reason_translation_key == "store_too_new"
    await hass.config_entries.async_unload(entry.entry_id)
    assert hass_storage[key] == newer


async def test_a_store_of_an_older_minor_version_is_migrated(
    hass: HomeAssistant, hass_storage: dict[str, Any]
) -> None:
    entry = await set_up(hass, room(hass, "Bedroom", "radar-1"))
    await hass.config_entries.async_unload(entry.entry_id)
    key = f"halcyon.{entry.entry_id}"
    stored = hass_storage[key]
    del stored["data"]["resting"], stored["data"]["disabled"], stored["data"]["alarms"]
    hass_storage[key] = stored | {"minor_version": 1}
    await hass.config_entries.async_setup(entry.entry_id)
    assert entry.state is ConfigEntryState.LOADED
    assert hass_storage[key]["minor_version"] == 4
    assert hass_storage[key]["data"]["resting"] == []
    assert hass_storage[key]["data"]["disabled"] == []


@pytest.mark.parametrize("engine", [None, [], {"schema": 999}, {"schema": 1}, "x"])
async def test_a_store_that_does_not_fit_starts_anew(
    hass: HomeAssistant, hass_storage: dict[str, Any], engine: object
) -> None:
    entry = await set_up(hass, room(hass, "Bedroom", "radar-1"))
    await hass.config_entries.async_unload(entry.entry_id)
    data = hass_storage[f"halcyon.{entry.entry_id}"]["data"]
    data |= {"engine": engine, "shown": [["room", "bedroom", "temperature", 21.5], ["?"], 7]}
    await hass.config_entries.async_setup(entry.entry_id)
    assert entry.state is ConfigEntryState.LOADED


async def test_a_room_that_is_added_while_its_site_starts_is_there_afterwards(
    hass: HomeAssistant,
    mqtt_mock: MqttMockHAClient,
    node: Node,
    settle: Settle,
    pass_time: Pass,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    start, subscribe = Hub.async_start, mqtt.async_subscribe
    late = room(hass, "Kitchen", "radar-2")
    subscribed: Counter[str] = Counter()
    left: list[str] = []

    async def slow(hub: Hub) -> None:
        await start(hub)
        if len(hub.rooms) == 1:
            added = ConfigSubentry(**late | {"data": MappingProxyType(late["data"])})
            hass.config_entries.async_add_subentry(hub.entry, added)

    async def counted(hass: HomeAssistant, topic: str, *more: Any) -> Callable[[], None]:  # noqa: ANN401
        remove = await subscribe(hass, topic, *more)
        subscribed[topic] += 1

        def removed() -> None:
            subscribed[topic] -= 1
            if not subscribed[topic]:
                left.append(topic)
            remove()

        return removed

    monkeypatch.setattr(Hub, "async_start", slow)
    monkeypatch.setattr(mqtt, "async_subscribe", counted)
    entry = await set_up(hass, room(hass, "Bedroom", node.name))
    await settle()
    assert entry.state is ConfigEntryState.LOADED
    assert len(entry.runtime_data.rooms) == 2
    # To leave the broker and come back at once would race in Home Assistant's client.
    assert subscribed
    assert not left
    node.online()
    node.sample(targets=WALKING)
    await settle()
    assert state(hass, OCCUPANCY) == "on"
    await pass_time(11)
    assert set(subscribed.values()) == {1}
