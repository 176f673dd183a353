"""What a sleeper gets: entities, moments, nights, the picture, the actions."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import time, timedelta
import io
import json
import math
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from freezegun.api import FrozenDateTimeFactory
from homeassistant.components.diagnostics import REDACTED
from homeassistant.components.image import async_get_image
from homeassistant.core import Event, HomeAssistant
from homeassistant.exceptions import HomeAssistantError, ServiceValidationError
from homeassistant.helpers import device_registry as dr, entity_registry as er
from homeassistant.util import dt as dt_util
from PIL import Image
import pytest
from pytest_homeassistant_custom_component.common import (
    MockConfigEntry,
    async_capture_events,
    async_fire_mqtt_message,
)
from pytest_homeassistant_custom_component.typing import MqttMockHAClient
from tests.integration.conftest import (
    START,
    Node,
    Pass,
    Settle,
    commands,
    room,
    set_up,
    sleeper,
    state,
)
from tests.integration.slept import BEDTIME, DAY, later, slept, told

from custom_components.halcyon.const import DOMAIN
from custom_components.halcyon.devices import sleeper_identifier
from custom_components.halcyon.diagnostics import async_get_config_entry_diagnostics
from custom_components.halcyon.engine.core.output import (
    Fact,
    HeartRate,
    InBed,
    Output,
    Presence,
    Respiration,
    SessionEvent,
    SleepSession,
    SleepStage,
)
from custom_components.halcyon.engine.core.sleep import Stage
from custom_components.halcyon.engine.core.snapshot import Json
from custom_components.halcyon.hub import HalcyonConfigEntry
from custom_components.halcyon.services import in_night
from custom_components.halcyon.site.computing import Batch
from custom_components.halcyon.sleep.nights import nights_folder
from custom_components.halcyon.sleep.picture import HEIGHT, WIDTH
from custom_components.halcyon.sleep.sheet import drawable
from custom_components.halcyon.sleep.subentries import sleeper_configs

STAGE, ASLEEP, IN_BED = (
    "sensor.anna_stage",
    "binary_sensor.anna_asleep",
    "binary_sensor.anna_in_bed",
)
EVENT, PICTURE = "event.anna_sleep", "image.anna_night"

type Says = Callable[..., Awaitable[None]]


@pytest.fixture(autouse=True)
async def own_home(hass: HomeAssistant, tmp_path: Path) -> None:
    """Every test keeps its own nights, and lives by the clock of the nights."""
    hass.config.config_dir = str(tmp_path)
    await hass.config.async_set_time_zone("UTC")


@pytest.fixture
async def entry(hass: HomeAssistant, mqtt_mock: MqttMockHAClient) -> HalcyonConfigEntry:
    """A bedroom that the service computes, with one sleeper."""
    parts = room(hass, "Bedroom", "bed"), sleeper("Anna", "bed")
    entry = await set_up(hass, *parts, host="service")
    async_fire_mqtt_message(hass, "halcyon/1/home/$engine/state", "online")
    return entry


@pytest.fixture
def says(hass: HomeAssistant, entry: HalcyonConfigEntry, settle: Settle) -> Says:
    """Let the service say something of the sleeper."""

    async def say(*facts: Fact, at: float = BEDTIME) -> None:
        for fact in facts:
            output = Output(at, at, "home", "bedroom", fact)
            topic = "halcyon/1/home/$engine/out/bedroom"
            async_fire_mqtt_message(hass, topic, json.dumps(output.to_json()))
        await settle()

    return say


def ended(document: Json) -> SleepSession:
    return SleepSession("bed", SessionEvent.ENDED, document)


def files(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.rglob("*.json"))


async def call(hass: HomeAssistant, action: str, **data: object) -> Any:  # noqa: ANN401 - JSON
    target = {"entity_id": STAGE}
    return await hass.services.async_call(
        DOMAIN, action, target | data, blocking=True, return_response=True
    )


def happened(events: Sequence[Event[Any]]) -> list[str]:
    states = [each.data["new_state"] for each in events if each.data["entity_id"] == EVENT]
    return [each.attributes["event_type"] for each in states if each.state != "unknown"]


async def test_a_night_as_it_is_lived(hass: HomeAssistant, says: Says) -> None:
    await says(Presence(True, 0.9), InBed("bed", in_bed=False), SleepStage("bed", None, None))
    assert (state(hass, STAGE), state(hass, ASLEEP), state(hass, IN_BED)) == (
        "unknown",
        "off",
        "off",
    )
    await says(InBed("bed", in_bed=True), SleepSession("bed", SessionEvent.STARTED))
    await says(Respiration("bed", 15.0, 0.9), HeartRate("bed", 60.0))
    await says(SleepStage("bed", Stage.AWAKE, 0.9))
    assert (state(hass, STAGE), state(hass, ASLEEP), state(hass, IN_BED)) == ("awake", "off", "on")
    assert state(hass, "sensor.anna_respiration") == "15.0"
    await says(SleepStage("bed", Stage.LIGHT, 0.7))
    assert state(hass, ASLEEP) == "off", "a blip of sleep is not falling asleep"
    await says(SleepSession("bed", SessionEvent.FELL_ASLEEP), at=BEDTIME + 600)
    assert state(hass, ASLEEP) == "on"
    fell = hass.states.get(EVENT)
    assert fell is not None
    assert fell.attributes["event_type"] == "fell_asleep"
    assert fell.attributes["at"] == "2026-11-19T22:10:00+00:00"
    await says(SleepStage("bed", Stage.DEEP, 0.7))
    deeper = hass.states.get(EVENT)
    assert deeper is not None
    assert deeper.attributes["event_type"] == "stage_changed"
    assert deeper.attributes["stage"] == "deep_sleep"
    assert deeper.attributes["stage_before"] == "light_sleep"
    await says(SleepSession("bed", SessionEvent.WOKE_UP))
    assert state(hass, ASLEEP) == "off"
    await says(SleepSession("bed", SessionEvent.GOT_UP), InBed("bed", in_bed=False))
    await says(SleepStage("bed", None, None))
    assert (state(hass, STAGE), state(hass, IN_BED)) == ("unknown", "off")
    assert state(hass, "sensor.anna_respiration") == "unknown"


async def test_moments_are_told_once_each_and_in_order(
    hass: HomeAssistant, entry: HalcyonConfigEntry, says: Says
) -> None:
    events = async_capture_events(hass, "state_changed")
    await says(Presence(True, 0.9), InBed("bed", in_bed=True), SleepStage("bed", None, None))
    for stage in (Stage.AWAKE, Stage.AWAKE, Stage.LIGHT, None, Stage.LIGHT):
        await says(SleepStage("bed", stage, 0.8))
    for event in SessionEvent:
        await says(SleepSession("bed", event))
    assert happened(events) == [
        "stage_changed",
        "stage_changed",
        "stage_changed",
        "fell_asleep",
        "woke_up",
        "got_up",
    ]


async def test_what_was_so_before_we_listened_is_no_moment(hass: HomeAssistant, says: Says) -> None:
    """The service says all that it knows when it is asked; nobody fell asleep just now."""
    await says(Presence(True, 0.9), InBed("bed", in_bed=True), SleepStage("bed", Stage.DEEP, 0.9))
    assert state(hass, EVENT) == "unknown"
    assert (state(hass, STAGE), state(hass, ASLEEP)) == ("deep_sleep", "on")


async def test_whether_they_sleep_is_unknown_where_nobody_sees_them(
    hass: HomeAssistant, says: Says
) -> None:
    await says(Presence(True, 0.9), InBed("bed", in_bed=True), SleepStage("bed", Stage.DEEP, 0.9))
    await says(InBed("bed", in_bed=None), SleepStage("bed", None, None))
    assert (state(hass, STAGE), state(hass, ASLEEP)) == ("unknown", "unknown")


async def test_the_last_night_is_shown_and_kept(
    hass: HomeAssistant, entry: HalcyonConfigEntry, says: Says, all_enabled: None
) -> None:
    assert state(hass, "sensor.anna_time_asleep") == "unknown"
    await says(ended(told()))
    asleep = hass.states.get("sensor.anna_time_asleep")
    assert asleep is not None
    assert float(asleep.state) == pytest.approx((slept().figures.asleep or 0.0) / 60)
    assert asleep.attributes["unit_of_measurement"] == "h"
    assert asleep.attributes["state_class"] == "measurement"
    assert state(hass, "sensor.anna_efficiency") == str(slept().figures.efficiency)
    assert files(nights_folder(hass, entry.entry_id)) == [f"{BEDTIME:.0f}.json"]
    async_fire_mqtt_message(hass, "halcyon/1/home/$engine/state", "offline")
    await hass.async_block_till_done()
    assert state(hass, STAGE) == "unavailable"
    assert state(hass, "sensor.anna_efficiency") == str(slept().figures.efficiency)
    await hass.config_entries.async_reload(entry.entry_id)
    assert state(hass, "sensor.anna_efficiency") == str(slept().figures.efficiency)


async def test_a_nap_is_kept_and_the_night_stays(hass: HomeAssistant, says: Says) -> None:
    await says(ended(told()))
    night = state(hass, "sensor.anna_time_asleep")
    await says(ended(told(1.0, BEDTIME + 0.6 * DAY)))
    assert state(hass, "sensor.anna_time_asleep") == night
    got = await call(hass, "get_night", at="2026-11-20 12:40:00")
    assert got["Anna"]["figures"]["time_in_bed"] == 60.0


@pytest.mark.parametrize(
    "document",
    [
        {},
        {"halcyon_night": 2},
        {**told(), "sleeper": "../../secrets"},  # type: ignore[dict-item]
        {**told(), "sleeper": "stranger"},  # type: ignore[dict-item]
        "night",
    ],
)
async def test_a_report_that_is_none_is_not_kept(
    hass: HomeAssistant, entry: HalcyonConfigEntry, says: Says, tmp_path: Path, document: Json
) -> None:
    await says(ended(document))
    assert files(tmp_path) == []
    assert state(hass, "sensor.anna_time_asleep") == "unknown"


async def test_a_disk_that_is_full_is_complained_of(
    hass: HomeAssistant,
    entry: HalcyonConfigEntry,
    says: Says,
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
) -> None:
    (tmp_path / DOMAIN).write_text("a file where the folder should be")
    await says(ended(told()))
    assert "cannot be kept" in caplog.text
    assert "Traceback" not in caplog.text


async def test_a_repeated_report_does_not_take_the_diary_away(
    hass: HomeAssistant, says: Says
) -> None:
    await says(ended(told()))
    await call(hass, "diary", tried="22:20")
    await says(ended(told()))
    got = await call(hass, "get_night")
    assert got["Anna"]["diary"]["tried"] == BEDTIME + 20 * 60


async def test_old_nights_go(hass: HomeAssistant, entry: HalcyonConfigEntry, says: Says) -> None:
    for days in (-100, -89, 0):
        await says(ended(later(slept(), days).to_json()))
    kept = files(nights_folder(hass, entry.entry_id))
    assert kept == [f"{BEDTIME + days * DAY:.0f}.json" for days in (-89, 0)]


async def test_a_damaged_night_is_passed_over_and_reported_once(
    hass: HomeAssistant, entry: HalcyonConfigEntry, says: Says, caplog: pytest.LogCaptureFixture
) -> None:
    await says(ended(later(slept(7.0), -1).to_json()))
    damaged = nights_folder(hass, entry.entry_id) / "bed" / f"{BEDTIME:.0f}.json"
    damaged.write_bytes(b'{"halcyon_night":1,')
    await hass.config_entries.async_reload(entry.entry_id)
    assert state(hass, "sensor.anna_efficiency") == str(slept(7.0).figures.efficiency)
    for _ in range(2):
        await call(hass, "get_night")
    assert caplog.text.count("cannot be read and is passed over") == 1


async def test_the_picture_of_the_last_night(
    hass: HomeAssistant, entry: HalcyonConfigEntry, says: Says
) -> None:
    assert state(hass, PICTURE) == "unknown"
    with pytest.raises(HomeAssistantError):
        await async_get_image(hass, PICTURE)
    for days in range(-8, 1):
        await says(ended(later(slept(), days).to_json()))
    assert state(hass, PICTURE) == dt_util.utc_from_timestamp(slept().end).isoformat()
    drawn = await async_get_image(hass, PICTURE)
    assert drawn.content_type == "image/png"
    with Image.open(io.BytesIO(drawn.content)) as picture:
        assert picture.size == (WIDTH, HEIGHT)
        assert len(picture.convert("RGB").getcolors(1 << 16) or ()) > 50
    assert len(drawn.content) < 200_000
    assert await async_get_image(hass, PICTURE) == drawn
    await call(hass, "diary", woke="05:30")
    assert (await async_get_image(hass, PICTURE)).content != drawn.content


async def test_the_link_to_the_picture_spares_the_recorder(
    hass: HomeAssistant, entry: HalcyonConfigEntry, says: Says, pass_time: Pass
) -> None:
    await says(ended(told()))
    events = async_capture_events(hass, "state_changed")

    def links() -> int:
        return sum(each.data["entity_id"] == PICTURE for each in events)

    for _ in range(11):
        await pass_time(300)
    assert links() == 0
    await pass_time(600)
    assert links() == 1


async def test_a_night_of_which_little_is_known_is_drawn_too(
    hass: HomeAssistant, entry: HalcyonConfigEntry, says: Says
) -> None:
    document: dict[str, Any] = json.loads(json.dumps(told(3.5)))
    for name, column in document["epochs"].items():
        if isinstance(column, list):
            document["epochs"][name] = [None] * len(column)
    document |= {"tried": None, "asleep": None, "woke": None}
    document["figures"] |= dict.fromkeys(list(document["figures"])[3:])
    await says(ended(document))
    drawn = await async_get_image(hass, PICTURE)
    assert drawn.content.startswith(b"\x89PNG")


def test_words_are_drawn_in_the_letters_that_there_are() -> None:
    assert drawable("Größe 21,5 °C ☃") == "Grosse 21,5 °C "


async def test_a_night_as_data(hass: HomeAssistant, says: Says) -> None:
    for days in range(-7, 1):
        await says(ended(later(slept(7.0 if days else 8.0), days).to_json()))
    got = await call(hass, "get_night")
    night = got["Anna"]
    assert night["start"] == BEDTIME
    assert len(night["epochs"]["told"]) == 960
    assert night["comparison"]["time_in_bed"] == {
        "value": 480.0,
        "median": 420.0,
        "difference": 60.0,
        "nights": 7,
    }
    assert night["diary"] is None
    assert [each["key"] for each in night["advice"]] == ["stuffy"]
    earlier = await call(hass, "get_night", at="2026-11-18 03:00:00")
    assert earlier["Anna"]["start"] == BEDTIME - 2 * DAY


async def test_a_night_is_deleted_for_good(
    hass: HomeAssistant, entry: HalcyonConfigEntry, says: Says
) -> None:
    await says(ended(later(slept(7.0), -1).to_json()), ended(told()))
    deleted = await call(hass, "delete_night", at="2026-11-20 03:00:00")
    assert deleted["Anna"]["start"] == BEDTIME
    assert state(hass, "sensor.anna_efficiency") == str(slept(7.0).figures.efficiency)
    with pytest.raises(ServiceValidationError) as refused:
        await call(hass, "delete_night", at="2026-11-20 03:00:00")
    assert refused.value.translation_key == "no_night_at"
    await call(hass, "delete_night", at="2026-11-19 03:00:00")
    assert state(hass, "sensor.anna_efficiency") == "unknown"
    assert state(hass, PICTURE) == "unknown"
    with pytest.raises(ServiceValidationError) as nothing:
        await call(hass, "get_night")
    assert nothing.value.translation_key == "no_night"


async def test_a_deleted_night_does_not_come_back(
    hass: HomeAssistant, mqtt_mock: MqttMockHAClient, says: Says
) -> None:
    await says(ended(told()))
    await call(hass, "delete_night", at="2026-11-20 03:00:00")
    ((name, wish),) = commands(mqtt_mock, "delete_night")
    assert (name, wish) == ("$engine", {"sleeper": "bed", "start": BEDTIME})
    await says(ended(told()))
    assert state(hass, "sensor.anna_efficiency") == "unknown"


async def test_the_diary_and_how_it_differs(hass: HomeAssistant, says: Says) -> None:
    await says(ended(told()))
    made = slept()
    assert made.tried is not None
    # They tried at 22:10 and woke at 05:50.
    differs = await call(hass, "diary", tried="22:00", woke="06:05:30")
    assert differs["Anna"] == {"tried": 10.0, "asleep": None, "woke": -15.5}
    differs = await call(hass, "diary", asleep="22:15")
    assert differs["Anna"] == {"tried": 10.0, "asleep": 5.0, "woke": -15.5}
    got = await call(hass, "get_night")
    assert got["Anna"]["differences"] == differs["Anna"]
    with pytest.raises(ServiceValidationError) as refused:
        await call(hass, "diary")
    assert refused.value.translation_key == "diary_empty"


def test_a_clock_means_the_moment_that_is_nearest_to_the_night() -> None:
    berlin = ZoneInfo("Europe/Berlin")
    made = slept()
    assert in_night(time(23, 30), made, berlin) == BEDTIME + 1800
    assert in_night(time(6, 0), made, berlin) == BEDTIME + 7 * 3600
    # On 25 October 2026 three o'clock became two: the night is an hour longer.
    autumn = later(slept(9.0), -26)
    assert in_night(time(7, 0), autumn, berlin) - in_night(time(0, 0), autumn, berlin) == 8 * 3600


@pytest.mark.parametrize("action", ["diary", "delete_night", "get_night"])
async def test_actions_need_a_sleeper(
    hass: HomeAssistant, entry: HalcyonConfigEntry, action: str
) -> None:
    data = {"at": "2026-11-20 03:00:00", "entity_id": "binary_sensor.bedroom_occupancy"}
    if action == "diary":
        data["woke"] = "06:00"
    with pytest.raises(ServiceValidationError) as refused:
        await call(hass, action, **data)
    assert refused.value.translation_key == "no_sleeper_targeted"


@pytest.mark.parametrize("action", ["diary", "delete_night"])
async def test_a_disk_that_refuses_is_said_to_who_asked(
    hass: HomeAssistant, says: Says, monkeypatch: pytest.MonkeyPatch, action: str
) -> None:
    await says(ended(told()))

    def refuse(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("custom_components.halcyon.engine.keeping.nights.replace_file", refuse)
    monkeypatch.setattr(Path, "unlink", refuse)
    data = {"at": "2026-11-20 03:00:00"} | ({"woke": "06:00"} if action == "diary" else {})
    with pytest.raises(HomeAssistantError) as refused:
        await call(hass, action, **data)
    assert refused.value.translation_key == "night_not_written"


async def test_removing_a_sleeper_removes_their_nights(
    hass: HomeAssistant, entry: HalcyonConfigEntry, says: Says, settle: Settle
) -> None:
    await says(ended(told()))
    (anna,) = sleeper_configs(entry)
    folder = nights_folder(hass, entry.entry_id)
    assert files(folder)
    hass.config_entries.async_remove_subentry(entry, anna.subentry_id)
    await settle()
    assert files(folder) == []
    assert state(hass, STAGE) is None
    assert state(hass, "binary_sensor.bedroom_occupancy") is not None


async def test_removing_the_site_leaves_no_night_behind(
    hass: HomeAssistant, entry: HalcyonConfigEntry, says: Says
) -> None:
    await says(ended(told()))
    await hass.config_entries.async_remove(entry.entry_id)
    assert not nights_folder(hass, entry.entry_id).exists()


async def test_a_night_that_ends_here_is_kept_too(
    hass: HomeAssistant, mqtt_mock: MqttMockHAClient, settle: Settle
) -> None:
    entry = await set_up(hass, room(hass, "Bedroom", "bed"), sleeper("Anna", "bed"))
    batch = Batch()
    batch.note(Output(BEDTIME, BEDTIME, "home", "bedroom", ended(told())), ())
    entry.runtime_data._deliver(batch)
    await settle()
    assert state(hass, "sensor.anna_efficiency") == str(slept().figures.efficiency)


async def test_diagnostics_do_not_tell_how_anybody_sleeps(
    hass: HomeAssistant, mqtt_mock: MqttMockHAClient, settle: Settle
) -> None:
    entry = await set_up(
        hass, room(hass, "Bedroom", "bed"), sleeper("Anna", "bed", person="person.anna")
    )
    batch = Batch()
    batch.note(Output(BEDTIME, BEDTIME, "home", "bedroom", ended(told())), ())
    entry.runtime_data._deliver(batch)
    await settle()
    shared = await async_get_config_entry_diagnostics(hass, entry)
    assert shared["nights"] == {"bed": 1}
    assert shared["shown"]["sleeper/bed/efficiency"] == REDACTED
    assert shared["shown"]["sleeper/bed/rem_latency"] in (REDACTED, None)
    (explained,) = shared["explanations"]["bedroom"]["sleepers"]
    assert explained["node"] == "bed"
    assert {explained[key] for key in ("in_bed", "stage", "intent")} <= {REDACTED, None}
    everything = json.dumps(shared, default=str)
    assert "Anna" not in everything
    assert "person.anna" not in everything
    assert str(slept().figures.efficiency) not in everything


async def test_standby_is_kept_and_told_to_the_engine(
    hass: HomeAssistant,
    mqtt_mock: MqttMockHAClient,
    hass_storage: dict[str, Any],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    entry = await set_up(hass, room(hass, "Bedroom", "bed"), sleeper("Anna", "bed"))
    wishes: list[dict[str, object]] = []
    monkeypatch.setattr(
        "custom_components.halcyon.feed.Feed.async_intent",
        lambda _feed, name, **fields: wishes.append({"name": name, **fields}),
    )
    switch = {"entity_id": "switch.anna_standby"}
    await hass.services.async_call("switch", "turn_on", switch, blocking=True)
    assert state(hass, "switch.anna_standby") == "on"
    await hass.config_entries.async_reload(entry.entry_id)
    assert hass_storage[f"halcyon.{entry.entry_id}"]["data"]["resting"] == ["bed"]
    assert state(hass, "switch.anna_standby") == "on"
    assert wishes == [{"name": "standby", "sleeper": "bed", "on": True}] * 2
    await hass.services.async_call("switch", "turn_off", switch, blocking=True)
    assert state(hass, "switch.anna_standby") == "off"


async def test_two_nodes_give_two_sleepers(
    hass: HomeAssistant, mqtt_mock: MqttMockHAClient
) -> None:
    parts = room(hass, "Bedroom", "left", "right"), sleeper("Anna", "left"), sleeper("Ben", "right")
    entry = await set_up(hass, *parts)
    for name, node in (("Anna", "left"), ("Ben", "right")):
        device = dr.async_get(hass).async_get_device_by_identifier(
            sleeper_identifier(entry.entry_id, node), entry.entry_id
        )
        assert device is not None
        assert (device.name, device.area_id) == (name, "bedroom")
    stages = {hass.states.get(f"sensor.{name}_stage") for name in ("anna", "ben")}
    assert {each.name for each in stages if each} == {"Anna Sleep stage", "Ben Sleep stage"}


async def test_the_sleepers_of_an_older_version_keep_what_they_had(
    hass: HomeAssistant, mqtt_mock: MqttMockHAClient, settle: Settle
) -> None:
    """They were flags of sources, and their entities were the room's."""
    old = room(hass, "Bedroom", "bed", "wall")
    for source in old["data"]["sources"]:
        source["bed"] = source["source"] == "bed"
    entry = MockConfigEntry(
        domain=DOMAIN,
        title="Home",
        unique_id="home",
        entry_id="entry_of_home",
        data={"site": "home"},
        subentries_data=[old],
    )
    entry.add_to_hass(hass)
    registry = er.async_get(hass)
    before = {
        key: registry.async_get_or_create(
            domain,
            DOMAIN,
            f"entry_of_home_room_bedroom_bed_{key}",
            config_entry=entry,
            config_subentry_id=next(iter(entry.subentries)),
            suggested_object_id=f"my_{key}",
        ).id
        for domain, key in (
            ("binary_sensor", "in_bed"),
            ("sensor", "respiration"),
            ("sensor", "heart_rate"),
        )
    }
    registry.async_update_entity("sensor.my_respiration", name="My breath")
    await hass.config_entries.async_setup(entry.entry_id)
    await settle()
    assert entry.minor_version == 2
    (made,) = sleeper_configs(entry)
    assert (made.title, made.id, made.node, made.room) == (
        "Bedroom sleeper",
        "bed",
        "bed",
        "bedroom",
    )
    for entity_id, key in (
        ("binary_sensor.my_in_bed", "in_bed"),
        ("sensor.my_respiration", "respiration"),
        ("sensor.my_heart_rate", "heart_rate"),
    ):
        entity = registry.async_get(entity_id)
        assert entity is not None
        assert entity.id == before[key]
        assert entity.unique_id == f"entry_of_home_sleeper_bed_{key}"
        assert entity.config_subentry_id == made.subentry_id
        assert state(hass, entity_id) == "unavailable"
    named = registry.async_get("sensor.my_respiration")
    assert named is not None
    assert named.name == "My breath"
    node = Node(hass, "bed")
    node.online()
    node.announce()
    await settle()
    assert state(hass, "binary_sensor.my_in_bed") != "unavailable"
    sources = next(iter(entry.subentries.values())).data["sources"]
    assert all("bed" not in source for source in sources)


async def test_an_entry_of_a_newer_version_is_refused(hass: HomeAssistant) -> None:
    entry = MockConfigEntry(domain=DOMAIN, unique_id="home", data={"site": "home"}, version=2)
    entry.add_to_hass(hass)
    assert not await hass.config_entries.async_setup(entry.entry_id)


async def test_a_nap_before_a_real_engine(
    hass: HomeAssistant,
    mqtt_mock: MqttMockHAClient,
    freezer: FrozenDateTimeFactory,
    settle: Settle,
    pass_time: Pass,
) -> None:
    """From a node's samples to a kept session, all inside Home Assistant."""
    await set_up(hass, room(hass, "Bedroom", "bed"), sleeper("Anna", "bed"))
    node = Node(hass, "bed")
    node.online()
    node.announce(streams={"radar": {"enc": "json"}})
    for in_bed, minutes in ((False, 2), (True, 20), (False, 30)):
        for second in range(0, 60 * minutes, 5):
            # A radar that says the same for minutes is frozen.
            breath = 14.0 + math.sin(second / 40)
            rates: dict[str, Any] = {"rr": breath, "hr": 4 * breath, "dist_m": 0.8}
            node.sample(presence=in_bed, bed=in_bed, body_move=0.0, **rates if in_bed else {})
            freezer.tick(5)
            if second % 30 == 0:
                await pass_time(0.1)
        assert state(hass, IN_BED) == ("on" if in_bed else "off")
    event = hass.states.get(EVENT)
    assert event is not None
    assert event.attributes["event_type"] == "got_up"
    start = dt_util.as_local(dt_util.parse_datetime(START) or dt_util.utcnow())
    got = await call(hass, "get_night", at=str(start.replace(tzinfo=None) + timedelta(minutes=10)))
    assert got["Anna"]["figures"]["time_in_bed"] == pytest.approx(20.0, abs=3.0)
    assert got["Anna"]["coverage"]["respiration"] > 90.0
