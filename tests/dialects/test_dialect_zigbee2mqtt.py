"""Zigbee2MQTT: devices as they describe themselves, and what their messages become."""

import json

from hypothesis import given, strategies as st
import pytest
from tests.dialects.conftest import Say, T

from halcyon.core.message import Message
from halcyon.core.reading import (
    Ambient,
    Availability,
    Connection,
    Detection,
    Motion,
    MotionLevel,
    Reading,
)
from halcyon.decode.dialects.zigbee2mqtt import Zigbee2Mqtt

ON, OFF = Connection(Availability.ONLINE), Connection(Availability.OFFLINE)
MOVED, STILL = Motion(MotionLevel.MAJOR), Motion(MotionLevel.NONE)


def numeric(name: str, unit: str = "", **more: object) -> dict[str, object]:
    return {"type": "numeric", "name": name, "property": name, "unit": unit, "access": 1} | more


def binary(name: str, on: object = True, off: object = False) -> dict[str, object]:
    return {
        "type": "binary",
        "name": name,
        "property": name,
        "value_on": on,
        "value_off": off,
        "access": 1,
    }


def device(name: str, *exposes: dict[str, object], **more: object) -> dict[str, object]:
    return {
        "friendly_name": name,
        "ieee_address": "0x00158d0001a9ec71",
        "type": "EndDevice",
        "definition": {"model": "X", "vendor": "Y", "exposes": list(exposes)},
    } | more


DEVICES = [
    {"friendly_name": "Coordinator", "type": "Coordinator", "definition": None},
    device(
        "bedroom/fp300",
        binary("presence"),
        binary("pir_detection"),
        numeric("target_distance", "m"),
        numeric("temperature", "°C"),
        numeric("humidity", "%"),
        numeric("illuminance", "lx"),
        numeric("battery", "%"),
    ),
    device("hall pir", binary("occupancy"), numeric("illuminance"), numeric("illuminance_lux")),
    device("radar", binary("occupancy"), numeric("target_distance", "cm")),
    device("air", numeric("co2", "ppm"), numeric("temperature", "°F")),
    device(
        "worded", binary("motion", "ACTIVE", "IDLE"), {"name": "motion_state", "property": "ms"}
    ),
    device("lamp", {"type": "light", "features": [binary("state", "ON", "OFF")]}),
    device("nested", {"type": "composite", "features": [numeric("temperature", "°C")]}),
    device("asleep", binary("presence"), disabled=True),
]


@pytest.fixture
def zigbee(say: Say) -> Zigbee2Mqtt:
    dialect = Zigbee2Mqtt("home")
    say(dialect, "zigbee2mqtt/bridge/state", {"state": "online"}, retain=True)
    seen = say(dialect, "zigbee2mqtt/bridge/devices", DEVICES, retain=True)
    assert {each.source for each in seen} == {
        f"zigbee2mqtt:{name}"
        for name in ("bedroom/fp300", "hall pir", "radar", "air", "worded", "nested")
    }
    assert all(each.reading == ON and not each.live for each in seen)
    return dialect


@pytest.mark.parametrize(
    ("name", "state", "readings"),
    [
        ("bedroom/fp300", {"presence": True, "battery": 90}, [Detection(present=True)]),
        (
            "bedroom/fp300",
            {"presence": True, "target_distance": 1.5, "pir_detection": True},
            [Detection(present=True, distance=1.5), MOVED],
        ),
        ("bedroom/fp300", {"presence": False, "target_distance": 0}, [Detection(present=False)]),
        (
            "bedroom/fp300",
            {"temperature": 20.5, "humidity": "45", "illuminance": 120},
            [Ambient(temperature=20.5, humidity=45.0, illuminance=120.0)],
        ),
        ("bedroom/fp300", {"presence": None, "temperature": None}, []),
        ("hall pir", {"occupancy": True}, [MOVED]),
        ("hall pir", {"occupancy": False, "illuminance": 17000}, [STILL]),
        ("hall pir", {"illuminance_lux": 52}, [Ambient(illuminance=52.0)]),
        ("radar", {"occupancy": True, "target_distance": 250}, [Detection(True, distance=2.5)]),
        ("air", {"co2": 612, "temperature": 68}, [Ambient(temperature=20.0, co2=612.0)]),
        ("worded", {"motion": "ACTIVE"}, [MOVED]),
        ("worded", {"motion": "IDLE"}, [STILL]),
        ("worded", {"ms": "small"}, [Motion(MotionLevel.MINOR)]),
        ("worded", {"ms": "none", "motion": "ACTIVE"}, [MOVED]),
        ("worded", {"ms": "dancing"}, []),
        ("nested", {"temperature": 19}, [Ambient(temperature=19.0)]),
        ("lamp", {"state": "ON"}, []),
        ("asleep", {"presence": True}, []),
        ("unheard of", {"presence": True}, []),
        ("bedroom/fp300/set", {"presence": True}, []),
        ("bedroom/fp300", [1], []),
    ],
)
def test_states(
    zigbee: Zigbee2Mqtt, say: Say, name: str, state: object, readings: list[Reading]
) -> None:
    seen = say(zigbee, f"zigbee2mqtt/{name}", state)
    assert [each.reading for each in seen] == readings
    assert all(each.source == f"zigbee2mqtt:{name}" and each.live for each in seen)


def test_a_state_that_is_repeated_every_second_says_nothing_new(
    zigbee: Zigbee2Mqtt, say: Say
) -> None:
    topic = "zigbee2mqtt/bedroom/fp300"
    state = {"presence": True, "pir_detection": True, "illuminance": 5}
    assert len(say(zigbee, topic, state)) == 3
    for second in range(1, 5):
        assert say(zigbee, topic, state, t=T + second) == []
    (seen,) = say(zigbee, topic, state | {"illuminance": 6}, t=T + 5)
    assert seen.reading == Ambient(illuminance=6.0)
    (seen,) = say(zigbee, topic, state | {"illuminance": 6, "pir_detection": False}, t=T + 6)
    assert seen.reading == STILL


def test_a_retained_state_seeds_and_the_live_one_after_it_counts(
    zigbee: Zigbee2Mqtt, say: Say
) -> None:
    topic, state = "zigbee2mqtt/bedroom/fp300", {"presence": True}
    assert [each.live for each in say(zigbee, topic, state, retain=True)] == [False]
    assert [each.live for each in say(zigbee, topic, state)] == [True]


@pytest.mark.parametrize("payload", ["offline", {"state": "offline"}])
def test_availability_of_one_device(zigbee: Zigbee2Mqtt, say: Say, payload: object) -> None:
    topic = "zigbee2mqtt/bedroom/fp300/availability"
    (seen,) = say(zigbee, topic, payload)
    assert (seen.source, seen.reading) == ("zigbee2mqtt:bedroom/fp300", OFF)
    assert say(zigbee, topic, payload) == []
    assert [each.reading for each in say(zigbee, topic, "online")] == [ON]


def test_no_device_is_better_connected_than_the_bridge(zigbee: Zigbee2Mqtt, say: Say) -> None:
    say(zigbee, "zigbee2mqtt/radar/availability", "offline")
    gone = say(zigbee, "zigbee2mqtt/bridge/state", {"state": "offline"})
    assert {each.source for each in gone} == {
        f"zigbee2mqtt:{name}" for name in ("bedroom/fp300", "hall pir", "air", "worded", "nested")
    }
    assert all(each.reading == OFF for each in gone)
    back = say(zigbee, "zigbee2mqtt/bridge/state", "online")
    assert len(back) == 5
    assert "zigbee2mqtt:radar" not in {each.source for each in back}


def test_a_cache_restated_after_a_restart_is_no_new_motion(zigbee: Zigbee2Mqtt, say: Say) -> None:
    topic = "zigbee2mqtt/hall pir"
    say(zigbee, topic, {"occupancy": True})
    say(zigbee, "zigbee2mqtt/bridge/state", {"state": "offline"})
    say(zigbee, "zigbee2mqtt/bridge/state", {"state": "online"})
    (seen,) = say(zigbee, topic, {"occupancy": True})
    assert (seen.reading, seen.live) == (MOVED, False)
    assert say(zigbee, topic, {"occupancy": True}) == []
    assert [each.live for each in say(zigbee, topic, {"occupancy": False})] == [True]


def test_a_new_description_keeps_what_is_known_of_the_others(zigbee: Zigbee2Mqtt, say: Say) -> None:
    say(zigbee, "zigbee2mqtt/hall pir", {"occupancy": True})
    say(zigbee, "zigbee2mqtt/bridge/devices", [each for each in DEVICES if each != DEVICES[1]])
    assert say(zigbee, "zigbee2mqtt/hall pir", {"occupancy": True}) == []
    assert say(zigbee, "zigbee2mqtt/bedroom/fp300", {"presence": True}) == []


def test_another_base_topic(say: Say) -> None:
    dialect = Zigbee2Mqtt("home", "zigbee/upstairs")
    assert dialect.filters == ("zigbee/upstairs/#",)
    say(dialect, "zigbee/upstairs/bridge/devices", DEVICES)
    assert say(dialect, "zigbee/upstairs/hall pir", {"occupancy": True})
    assert say(dialect, "zigbee2mqtt/hall pir", {"occupancy": False}) == []
    assert say(dialect, "my/zigbee/upstairs/hall pir", {"occupancy": False}) == []


JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                [
                    *("friendly_name", "definition", "exposes", "features", "name", "property"),
                    *("state", "presence", "temperature", "occupancy"),
                ]
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)


@given(
    rest=st.sampled_from(
        ["bridge/devices", "bridge/state", "hall pir", "hall pir/availability", "x", "", "/"]
    ),
    payloads=st.lists(
        st.binary(max_size=60) | JSON.map(lambda value: json.dumps(value).encode()), max_size=4
    ),
)
def test_nothing_raises(rest: str, payloads: list[bytes]) -> None:
    dialect = Zigbee2Mqtt("home")
    dialect.step(Message("zigbee2mqtt/bridge/devices", json.dumps(DEVICES).encode(), T))
    for payload in payloads:
        for seen in dialect.step(Message(f"zigbee2mqtt/{rest}", payload, T)):
            assert "nan" not in repr(seen.reading)
            assert "inf" not in repr(seen.reading)


def test_deep_and_huge_documents_are_refused(say: Say) -> None:
    dialect = Zigbee2Mqtt("home")
    assert say(dialect, "zigbee2mqtt/bridge/devices", b"[" * 200_000) == []
    deep: dict[str, object] = numeric("temperature", "°C")
    for _ in range(50):
        deep = {"features": [deep]}
    assert say(dialect, "zigbee2mqtt/bridge/devices", [device("deep", deep)]) == []
    say(dialect, "zigbee2mqtt/bridge/devices", DEVICES)
    assert say(dialect, "zigbee2mqtt/hall pir", {"occupancy": True, "x": "x" * 70_000}) == []
