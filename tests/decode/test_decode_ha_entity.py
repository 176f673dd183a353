import json

import pytest

from halcyon.core.message import Message
from halcyon.core.observation import Observation
from halcyon.core.reading import (
    Ambient,
    Availability,
    Connection,
    Detection,
    Motion,
    MotionLevel,
    Reading,
)
from halcyon.core.snapshot import Json
from halcyon.decode.host import decode_host

ONLINE = Connection(Availability.ONLINE)
OFFLINE = Connection(Availability.OFFLINE)


def entity(
    domain: str,
    device_class: str | None,
    state: str,
    unit: str | None = None,
    *,
    retain: bool = False,
    **more: Json,
) -> list[Observation]:
    body: dict[str, Json] = {
        "entity_id": f"{domain}.hall",
        "domain": domain,
        "device_class": device_class,
        "state": state,
        "unit": unit,
        "changed": 995.0,
        "restored": False,
    }
    payload = json.dumps(body | more).encode()
    return decode_host(Message("$host/entity", payload, 1000.0, retain), "home")


@pytest.mark.parametrize(
    ("domain", "device_class", "state", "unit", "reading"),
    [
        ("binary_sensor", "motion", "on", None, Motion(MotionLevel.MAJOR)),
        ("binary_sensor", "motion", "off", None, Motion(MotionLevel.NONE)),
        ("binary_sensor", "occupancy", "on", None, Detection(present=True)),
        ("binary_sensor", "presence", "off", None, Detection(present=False)),
        ("event", "motion", "2026-11-20T07:00:00.000+00:00", None, Motion(MotionLevel.MAJOR)),
        ("sensor", "temperature", "20.5", "°C", Ambient(temperature=20.5)),
        ("sensor", "humidity", "40", "%", Ambient(humidity=40.0)),
        ("sensor", "illuminance", "0", "lx", Ambient(illuminance=0.0)),
        ("sensor", "carbon_dioxide", "600", "ppm", Ambient(co2=600.0)),
        ("sensor", "sound_pressure", "31.5", "dBA", Ambient(sound=31.5)),
        ("sensor", "distance", "2.5", "m", Detection(distance=2.5)),
    ],
)
def test_a_state_is_a_reading(
    domain: str, device_class: str, state: str, unit: str | None, reading: Reading
) -> None:
    source = f"{domain}.hall"
    assert entity(domain, device_class, state, unit) == [
        Observation("home", source, 1000.0, 995.0, ONLINE),
        Observation("home", source, 1000.0, 995.0, reading),
    ]


@pytest.mark.parametrize(
    ("unit", "state", "metres"),
    [("cm", "250", 2.5), ("mm", "2500", 2.5), ("ft", "10", 3.048), ("in", "100", 2.54)],
)
def test_distances_in_every_unit(unit: str, state: str, metres: float) -> None:
    reading = entity("sensor", "distance", state, unit)[1].reading
    assert isinstance(reading, Detection)
    assert reading.distance == pytest.approx(metres)


@pytest.mark.parametrize(("unit", "state"), [("°F", "68"), ("K", "293.15")])
def test_temperatures_in_every_unit(unit: str, state: str) -> None:
    reading = entity("sensor", "temperature", state, unit)[1].reading
    assert isinstance(reading, Ambient)
    assert reading.temperature == pytest.approx(20.0)


@pytest.mark.parametrize("state", ["unavailable", "unknown"])
@pytest.mark.parametrize(
    ("domain", "device_class"), [("binary_sensor", "motion"), ("sensor", "temperature")]
)
def test_an_unknown_state_is_no_evidence(domain: str, device_class: str, state: str) -> None:
    assert [each.reading for each in entity(domain, device_class, state)] == [OFFLINE]


def test_an_event_that_never_happened_is_not_missing() -> None:
    assert [each.reading for each in entity("event", "motion", "unknown")] == [ONLINE]
    assert [each.reading for each in entity("event", "motion", "unavailable")] == [OFFLINE]


@pytest.mark.parametrize(
    ("state", "unit"), [("warm", "°C"), ("nan", "°C"), ("inf", "°C"), ("20", "°R"), ("20", None)]
)
def test_a_state_that_is_no_measurement(state: str, unit: str | None) -> None:
    said = entity("sensor", "temperature", state, unit)
    assert [each.reading for each in said] == [ONLINE]


@pytest.mark.parametrize("device_class", ["motion", "presence"])
def test_a_word_that_is_neither_on_nor_off(device_class: str) -> None:
    assert [each.reading for each in entity("binary_sensor", device_class, "maybe")] == [ONLINE]


@pytest.mark.parametrize(
    ("domain", "device_class"),
    [("binary_sensor", "door"), ("sensor", "battery"), ("light", None), ("sensor", None)],
)
def test_entities_that_tell_nothing_about_a_room(domain: str, device_class: str | None) -> None:
    assert entity(domain, device_class, "on") == []


def test_what_is_only_remembered_is_not_live() -> None:
    assert all(each.live for each in entity("binary_sensor", "motion", "on"))
    assert not any(e.live for e in entity("binary_sensor", "motion", "on", restored=True))
    assert not any(e.live for e in entity("binary_sensor", "motion", "on", retain=True))


@pytest.mark.parametrize("changed", [None, 2000.0, "now"])
def test_a_time_that_cannot_be_is_the_arrival(changed: Json) -> None:
    said = entity("binary_sensor", "motion", "on", changed=changed)
    assert [each.measured_t for each in said] == [1000.0, 1000.0]
