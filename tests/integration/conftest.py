"""Helpers: sites in Home Assistant, nodes that speak, and time that stands still."""

from collections.abc import Awaitable, Callable, Iterator
import json
import time
from typing import cast
from unittest.mock import PropertyMock, patch

from freezegun.api import FrozenDateTimeFactory
from homeassistant.config_entries import ConfigSubentryData
from homeassistant.core import HomeAssistant
from homeassistant.helpers import area_registry as ar
import pytest
from pytest_homeassistant_custom_component.common import (
    MockConfigEntry,
    async_fire_mqtt_message,
    async_fire_time_changed,
)
from pytest_homeassistant_custom_component.syrupy import HomeAssistantSnapshotExtension
from pytest_homeassistant_custom_component.typing import MqttMockHAClient
from syrupy.assertion import SnapshotAssertion

from custom_components.halcyon.const import CONF_HOST, CONF_SITE, DOMAIN
from custom_components.halcyon.hub import HalcyonConfigEntry
from custom_components.halcyon.migration import MINOR_VERSION
from custom_components.halcyon.room.subentries import new_room, new_source

# Imported before Home Assistant looks for custom components, so that it finds this one.
from custom_components.halcyon.site import budget
from custom_components.halcyon.sleep.subentries import new_sleeper

BOOT = 3735928559
START = "2026-11-20T08:00:00+00:00"

WALKING = [[-600, 1700, 500]]
"""One target, walking."""

type Settle = Callable[[], Awaitable[None]]
type Pass = Callable[[float], Awaitable[None]]


class Node:
    """A node that publishes through the mocked broker, with numbers and uptime as real ones."""

    def __init__(self, hass: HomeAssistant, name: str = "radar-1", site: str = "home") -> None:
        self.hass = hass
        self.name = name
        self.topic = f"halcyon/1/{site}/{name}"
        self.boot = BOOT
        self._started = time.time()
        self._numbers: dict[str, int] = {}

    def publish(self, leaf: str, payload: str | bytes, *, retain: bool = False) -> None:
        async_fire_mqtt_message(self.hass, f"{self.topic}/{leaf}", payload, 0, retain)

    def online(self, said: str = "online", *, retain: bool = False) -> None:
        self.publish("avail", said, retain=retain)

    def announcement(self, **fields: object) -> str:
        body = {
            "v": 1,
            "boot": self.boot,
            "fw": "0.2.0",
            "model": "ld2450",
            "room": "bedroom",
            "streams": {"radar": {"enc": "json"}, "env": {"enc": "json"}},
        }
        return json.dumps(body | fields)

    def announce(self, *, retain: bool = False, **fields: object) -> None:
        self.publish("info", self.announcement(**fields), retain=retain)

    def sample(self, stream: str = "radar", **fields: object) -> None:
        number = self._numbers.get(stream, -1) + 1
        self._numbers[stream] = number
        stamp = {"n": number, "b": self.boot, "ms": round(1000 * (time.time() - self._started))}
        self.publish(f"s/{stream}", json.dumps(stamp | fields))

    def reboot(self) -> None:
        self.boot += 1
        self._started = time.time()
        self._numbers.clear()


def room(hass: HomeAssistant, area: str, *sources: str, part: str = "") -> ConfigSubentryData:
    """A room subentry of an area, which is made if need be."""
    area_id = ar.async_get(hass).async_get_or_create(area).id
    return new_room(hass, None, area_id, part=part, sources=map(new_source, sources))


def sleeper(name: str, node: str, **settings: object) -> ConfigSubentryData:
    """A sleeper subentry, with the id of the node."""
    return new_sleeper(None, name, node, settings)


async def set_up(
    hass: HomeAssistant, *parts: ConfigSubentryData, site: str = "home", host: str | None = None
) -> HalcyonConfigEntry:
    """A site of rooms and sleepers that is set up."""
    entry = MockConfigEntry(
        domain=DOMAIN,
        title=site.capitalize(),
        unique_id=site,
        entry_id=f"entry_of_{site}",
        data={CONF_SITE: site},
        options={} if host is None else {CONF_HOST: host},
        minor_version=MINOR_VERSION,
        subentries_data=parts,
    )
    entry.add_to_hass(hass)
    await hass.config_entries.async_setup(entry.entry_id)
    await hass.async_block_till_done()
    return cast("HalcyonConfigEntry", entry)


@pytest.fixture
def snapshot(snapshot: SnapshotAssertion) -> SnapshotAssertion:
    """Compare as Home Assistant does, without what differs from run to run."""
    return snapshot.use_extension(HomeAssistantSnapshotExtension)


@pytest.fixture(autouse=True)
def custom_integrations(enable_custom_integrations: None) -> None:
    """Let Home Assistant load the integration under test."""


@pytest.fixture(autouse=True)
def frozen(freezer: FrozenDateTimeFactory) -> None:
    """Time stands still at a known moment."""
    freezer.move_to(START)


@pytest.fixture
def all_enabled() -> Iterator[None]:
    """Enable what is off by default."""
    enabled = "homeassistant.helpers.entity.Entity.entity_registry_enabled_default"
    with patch(enabled, PropertyMock(return_value=True)):
        yield


@pytest.fixture(params=["loop", "thread"])
def everywhere(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the engine work in the loop, where time that stands still costs nothing, and not."""
    if request.param == "thread":
        monkeypatch.setattr(budget, "_BURST_SECONDS", 0.0)


@pytest.fixture
def expected_lingering_timers() -> bool:
    """The mocked MQTT client leaves a timer."""
    return True


@pytest.fixture
def settle(hass: HomeAssistant) -> Settle:
    """Wait until everything that was published has had its effect."""

    async def wait() -> None:
        # Discovery flows are background tasks.
        await hass.async_block_till_done(wait_background_tasks=True)
        for entry in hass.config_entries.async_loaded_entries(DOMAIN):
            await entry.runtime_data.async_settle()
        await hass.async_block_till_done(wait_background_tasks=True)

    return wait


@pytest.fixture
def pass_time(hass: HomeAssistant, freezer: FrozenDateTimeFactory, settle: Settle) -> Pass:
    """Let seconds pass."""

    async def wait(seconds: float) -> None:
        await settle()
        freezer.tick(seconds)
        async_fire_time_changed(hass)
        await settle()

    return wait


@pytest.fixture
def node(hass: HomeAssistant) -> Node:
    """A radar node."""
    return Node(hass)


def state(hass: HomeAssistant, entity_id: str) -> str | None:
    """The state of an entity, None where there is none."""
    found = hass.states.get(entity_id)
    return None if found is None else found.state


def commands(mqtt_mock: MqttMockHAClient, name: str) -> list[tuple[str, dict[str, object]]]:
    """The commands of one name that were published, as node and body."""
    found = []
    for call in mqtt_mock.async_publish.call_args_list:
        topic, payload, qos, retain = call.args[:4]
        if topic.endswith(f"/cmd/{name}"):
            assert (qos, retain) == (1, False)
            found.append((topic.split("/")[3], json.loads(payload)))
    return found
