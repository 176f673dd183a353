"""ESPHome over MQTT: topics and payloads as its own components publish them."""

from hypothesis import given, strategies as st
import pytest
from tests.dialects.conftest import Say, T

from halcyon.core.message import Message
from halcyon.core.observation import Observation
from halcyon.core.reading import (
    Ambient,
    Availability,
    Bed,
    Connection,
    Detection,
    Motion,
    MotionLevel,
    Reading,
    Target,
    Targets,
    Vitals,
)
from halcyon.decode.dialects.esphome_mqtt import EsphomeMqtt

PREFIX = "bedroom-radar"


def state(component: str, object_id: str) -> str:
    return f"{PREFIX}/{component}/{object_id}/state"


@pytest.fixture
def esphome() -> EsphomeMqtt:
    return EsphomeMqtt("home", [PREFIX, "house/office"])


def test_it_asks_for_states_and_availability_of_its_devices(esphome: EsphomeMqtt) -> None:
    assert esphome.filters == (
        "bedroom-radar/status",
        "bedroom-radar/+/+/state",
        "house/office/status",
        "house/office/+/+/state",
    )


@pytest.mark.parametrize(
    ("component", "object_id", "payload", "reading"),
    [
        ("binary_sensor", "presence", "ON", Detection(present=True)),
        ("binary_sensor", "presence", "OFF", Detection(present=False)),
        ("binary_sensor", "bedroom_has_target", "ON", Detection(present=True)),
        ("binary_sensor", "person_information", "ON", Detection(present=True)),
        ("binary_sensor", "moving_target", "ON", Detection(moving=1.0)),
        ("binary_sensor", "still_target", "OFF", Detection(still=0.0)),
        ("binary_sensor", "pir_motion", "ON", Motion(MotionLevel.MAJOR)),
        ("binary_sensor", "hall_pir", "OFF", Motion(MotionLevel.NONE)),
        ("binary_sensor", "bed_occupancy", "ON", Bed(occupied=True)),
        ("sensor", "detection_distance", "123.0", Detection(distance=1.23)),
        ("sensor", "detection_distance", "0", None),
        ("sensor", "distance_to_detection_object", "98", Detection(distance=0.98)),
        ("sensor", "still_distance", "98", None),
        ("sensor", "move_energy", "57", Detection(moving=0.57)),
        ("sensor", "moving_energy", "100", Detection(moving=1.0)),
        ("sensor", "still_energy", "0", Detection(still=0.0)),
        ("sensor", "still_energy", "255", None),
        ("sensor", "g3_move_energy", "57", None),
        ("sensor", "room_temperature", "20.53", Ambient(temperature=20.53)),
        ("sensor", "bme280_humidity", "45.1", Ambient(humidity=45.1)),
        ("sensor", "illuminance", "1.2e2", Ambient(illuminance=120.0)),
        ("sensor", "scd41_co2", "612", Ambient(co2=612.0)),
        ("sensor", "esp32_temperature", "51.0", None),
        ("sensor", "outdoor_temperature", "-4", None),
        ("sensor", "absolute_humidity", "8.1", None),
        ("sensor", "real-time_respiratory_rate", "14", Vitals(respiration=14.0)),
        ("sensor", "real-time_heart_rate", "61", Vitals(heart=61.0)),
        ("sensor", "real-time_heart_rate", "0", None),
        ("sensor", "zone_1_presence", "1", None),
        ("binary_sensor", "zone_1_presence", "ON", None),
        ("sensor", "presence_target_count", "2", None),
        ("sensor", "wifi_signal", "-61", None),
        ("sensor", "temperature", "nan", None),
        ("sensor", "temperature", "inf", None),
        ("sensor", "temperature", "1_0", None),
        ("sensor", "temperature", "", None),
        ("binary_sensor", "presence", "maybe", None),
        ("switch", "presence", "ON", None),
        ("text_sensor", "temperature", "20", None),
    ],
)
def test_states(
    esphome: EsphomeMqtt,
    say: Say,
    component: str,
    object_id: str,
    payload: str,
    reading: Reading | None,
) -> None:
    expected = [] if reading is None else [_seen(reading)]
    assert say(esphome, state(component, object_id), payload) == expected


def _seen(reading: Reading) -> Observation:
    return Observation("home", f"esphome:{PREFIX}", T, T, reading)


def test_a_retained_state_only_seeds(esphome: EsphomeMqtt, say: Say) -> None:
    seed, *_ = say(esphome, state("binary_sensor", "presence"), "ON", retain=True)
    assert not seed.live


def test_availability(esphome: EsphomeMqtt, say: Say) -> None:
    for word in ("online", "offline"):
        (seen,) = say(esphome, "house/office/status", word)
        assert seen.source == "esphome:house/office"
        assert seen.reading == Connection(Availability(word))
    assert say(esphome, "house/office/status", "rebooting") == []


def test_a_measured_energy_counts_for_more_than_its_flag(esphome: EsphomeMqtt, say: Say) -> None:
    say(esphome, state("sensor", "move_energy"), "57")
    assert say(esphome, state("binary_sensor", "moving_target"), "ON") == []
    assert say(esphome, state("binary_sensor", "still_target"), "ON") != []


def test_motion_repeated_after_a_reconnection_is_no_new_motion(
    esphome: EsphomeMqtt, say: Say
) -> None:
    topic = state("binary_sensor", "motion")
    assert [seen.live for seen in say(esphome, topic, "ON", retain=True)] == [False]
    assert say(esphome, topic, "ON") == []
    assert len(say(esphome, topic, "OFF")) == 1
    assert say(esphome, topic, "OFF") == []
    assert len(say(esphome, topic, "ON")) == 1


def test_invented_names_fill_no_memory(esphome: EsphomeMqtt, say: Say) -> None:
    heard = [say(esphome, state("binary_sensor", f"hall{n}_motion"), "ON") for n in range(100)]
    assert sum(map(bool, heard)) == 32


def test_targets_are_put_together_from_their_axes(esphome: EsphomeMqtt, say: Say) -> None:
    """ESPHome's ld2450 publishes millimetres, one axis a message, and only what changed."""

    def axis(name: str, value: str) -> tuple[Target, ...] | None:
        seen = say(esphome, state("sensor", name), value)
        if not seen:
            return None
        assert isinstance(seen[0].reading, Targets)
        return seen[0].reading.targets

    assert axis("target-1_x", "-782") is None
    assert axis("target-1_y", "1713") == (Target(-0.782, 1.713, 0.0),)
    assert axis("target-1_speed", "-160") == (Target(-0.782, 1.713, -0.16),)
    assert axis("target_2_x", "0") == (Target(-0.782, 1.713, -0.16),)
    assert axis("target_2_y", "900") == (Target(-0.782, 1.713, -0.16), Target(0.0, 0.9, 0.0))
    assert axis("target-1_resolution", "320") is None
    assert axis("target-1_x", "0") is not None
    assert axis("target-1_y", "0") == (Target(0.0, 0.9, 0.0),)
    assert axis("target_2_y", "0") == ()
    assert axis("target_2_x", "nan") == ()
    assert axis("target-1_y", "nan") is None


@given(
    prefix=st.sampled_from([PREFIX, "house/office", "other", ""]),
    component=st.sampled_from(["sensor", "binary_sensor", ""]) | st.text(max_size=8),
    name=st.sampled_from(["target_1_x", "presence", "temperature", "move_energy"])
    | st.text(max_size=20),
    payload=st.binary(max_size=80) | st.floats().map(lambda value: str(value).encode()),
    retain=st.booleans(),
)
def test_nothing_raises_and_nothing_unknown_is_said(
    prefix: str, component: str, name: str, payload: bytes, retain: bool
) -> None:
    esphome = EsphomeMqtt("home", [PREFIX, "house/office"])
    for topic in (f"{prefix}/{component}/{name}/state", f"{prefix}/status", name):
        for seen in esphome.step(Message(topic, payload, T, retain)):
            assert seen.site == "home"
            assert seen.source in {f"esphome:{PREFIX}", "esphome:house/office"}
            assert seen.live is not retain
            assert "nan" not in repr(seen.reading)
            assert "inf" not in repr(seen.reading)
