"""A simulation as a whole: order, repeatability, truth, captures, air."""

from collections.abc import Callable, Iterator
from dataclasses import replace
import io
import itertools
from typing import Any

import pytest

from halcyon.core.capture import read_capture
from halcyon.core.message import Message
from halcyon.core.observation import Observation
from halcyon.core.reading import Ambient, MotionLevel
from halcyon.simulate import (
    Scenario,
    Simulation,
    load_scenario,
    scenario_from_json,
    scenario_names,
    write_capture,
)

type Document = dict[str, Any]


def first_minutes(simulation: Simulation, seconds: float = 120.0) -> Iterator[Message]:
    end = simulation.start + seconds
    return itertools.takewhile(lambda message: message.host_t < end, simulation.messages())


@pytest.mark.parametrize("name", scenario_names())
def test_every_shipped_scenario_plays_its_first_minutes_in_order(name: str, start: float) -> None:
    scenario = load_scenario(name)
    messages = list(first_minutes(Simulation(scenario, start)))
    times = [message.host_t for message in messages]
    assert times == sorted(times)
    assert {message.topic.split("/")[3] for message in messages} == {
        node.id for node in scenario.nodes
    }


@pytest.mark.parametrize("name", scenario_names())
def test_every_shipped_scenario_is_read_without_a_bad_message(
    name: str, start: float, decoded: Callable[[list[Message]], list[Observation]]
) -> None:
    by_node: dict[str, list[Message]] = {}
    for message in first_minutes(Simulation(load_scenario(name), start)):
        by_node.setdefault(message.topic.split("/")[3], []).append(message)
    assert all(decoded(messages) for messages in by_node.values())


@pytest.mark.parametrize("name", ["evening", "faults"])
def test_the_same_seed_gives_the_same_bytes_and_another_others(name: str, start: float) -> None:
    scenario = load_scenario(name)
    first = list(first_minutes(Simulation(scenario, start)))
    assert first == list(first_minutes(Simulation(scenario, start)))
    other = list(first_minutes(Simulation(replace(scenario, seed=1), start)))
    payloads = {each.payload for each in other} - {b"online", b"offline"}
    assert payloads.isdisjoint(each.payload for each in first)


def test_a_capture_carries_the_house_and_every_message(
    bedroom: Callable[..., Document], build: Callable[[Document], Scenario], start: float
) -> None:
    scenario = build(bedroom("ld2450", "environment", duration=20.0))
    lines = io.StringIO()
    write_capture(Simulation(scenario, start), lines)
    lines.seek(0)
    header, messages = read_capture(lines)
    assert header.house == scenario.house
    assert "simulated" in (header.engine or "")
    assert list(messages) == list(Simulation(scenario, start).messages())


def test_the_truth_follows_the_script(start: float) -> None:
    simulation = Simulation(load_scenario("evening"), start)
    living = {t: simulation.truth(start + t)["living-room"] for t in (5, 18, 60, 120, 240)}
    assert [truth.people for truth in living.values()] == [0, 1, 1, 2, 0]
    assert living[18].moving is MotionLevel.MAJOR
    assert not living[5].occupied
    night = simulation.truth(start + 400)["bedroom"]
    assert (night.people, night.lying, night.still) == (1, 1, night.moving is MotionLevel.NONE)
    assert night.respiration["anna"] == pytest.approx(13.5, abs=2.0)
    assert simulation.truth(start + 240)["bedroom"].respiration == {}


def test_people_warm_the_air_and_breathe_out(
    bedroom: Callable[..., Document], sleeper: Document, start: float
) -> None:
    document = bedroom("environment", duration=8 * 3600.0) | {"actors": [sleeper], "hour": 22}
    simulation = Simulation(scenario_from_json(document, "test"), start)
    evening = simulation.truth(start)["bedroom"].air
    morning = simulation.truth(start + 8 * 3600 - 1)["bedroom"].air
    # One adult's 0.0044 L/s in 35 m3 with half an air change an hour settle at 905 ppm above.
    assert morning.co2 - evening.co2 == pytest.approx(905 * (1 - 0.018), rel=0.03)
    assert 0.3 < morning.temperature - evening.temperature < 1.5
    assert 2.0 < morning.humidity - evening.humidity < 25.0


def test_light_follows_the_hour_and_the_lamp(
    bedroom: Callable[..., Document], visitor: Document, start: float
) -> None:
    document = bedroom("environment") | {"actors": [visitor]}
    noon = Simulation(scenario_from_json(document | {"hour": 13}, "noon"), start)
    night = Simulation(scenario_from_json(document | {"hour": 1}, "night"), start)
    assert noon.truth(start)["bedroom"].air.illuminance == pytest.approx(250, rel=0.01)
    assert night.truth(start)["bedroom"].air.illuminance == 0.0
    assert night.truth(start + 20)["bedroom"].air.illuminance == 120.0


def test_samples_of_the_air_are_true_within_the_sensors_noise(
    bedroom: Callable[..., Document],
    sleeper: Document,
    build: Callable[[Document], Scenario],
    decoded: Callable[[list[Message]], list[Observation]],
    start: float,
) -> None:
    document = bedroom("environment", duration=3600.0) | {"actors": [sleeper]}
    simulation = Simulation(build(document), start)
    readings = [
        (each.measured_t, each.reading)
        for each in decoded(list(simulation.messages()))
        if isinstance(each.reading, Ambient)
    ]
    assert len(readings) == 120
    for t, reading in readings:
        air = simulation.truth(t)["bedroom"].air
        assert reading.temperature == pytest.approx(air.temperature, abs=0.2)
        assert reading.humidity == pytest.approx(air.humidity, abs=2.0)
        assert reading.co2 == pytest.approx(air.co2, abs=50)


def test_rounds_follow_each_other_without_a_seam(start: float) -> None:
    scenario = load_scenario("evening")
    simulation = Simulation(scenario, start, rounds=2)
    said = [
        message.host_t - start
        for message in simulation.messages()
        if message.topic.endswith("living-1/s/radar")
    ]
    around = [t for t in said if 595 < t < 605]
    assert max(later - t for t, later in itertools.pairwise(around)) < 1.5
    assert len(said) >= 1150
