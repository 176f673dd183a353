from collections.abc import Iterator
import itertools

import pytest

from halcyon.core.message import Message
from halcyon.simulate import Simulation, load_scenario, scenario_names

START = 1_795_000_000.0


def first_minutes(simulation: Simulation, seconds: float = 120.0) -> Iterator[Message]:
    end = simulation.start + seconds
    return itertools.takewhile(lambda message: message.host_t < end, simulation.messages())


@pytest.mark.parametrize("name", scenario_names())
def test_every_shipped_scenario_plays_its_first_minutes_in_order(name: str) -> None:
    scenario = load_scenario(name)
    messages = list(first_minutes(Simulation(scenario, START)))
    times = [message.host_t for message in messages]
    assert times == sorted(times)
    assert {message.topic.split("/")[3] for message in messages} == {
        node.id for node in scenario.nodes
    }
