"""Small scenarios, and what a host hears of them."""

from collections.abc import Callable
import json
from typing import Any

import pytest

from halcyon.core.message import Message
from halcyon.core.observation import Observation
from halcyon.decode.node import Node
from halcyon.simulate import Scenario, Simulation, scenario_from_json

START = 1_795_000_000.0

type Document = dict[str, Any]


@pytest.fixture
def start() -> float:
    return START


@pytest.fixture
def bedroom() -> Callable[..., Document]:
    """A room of 4 by 3.5 m with one node, as a document that a test completes."""

    def make(*kinds: str, duration: float = 120.0, **mount: float | bool) -> Document:
        return {
            "description": "A room for a test.",
            "seed": 7,
            "duration": duration,
            "house": {
                "site": "home",
                "rooms": [
                    {
                        "id": "bedroom",
                        "nodes": [{"node": "node-1", "x": 2.0, "y": 0.1, **mount}],
                        "sleepers": [{"id": "anna", "node": "node-1"}],
                    }
                ],
            },
            "plans": [
                {
                    "room": "bedroom",
                    "outline": [[0, 0], [4, 0], [4, 3.5], [0, 3.5]],
                    "door": [0.6, 3.2],
                }
            ],
            "actors": [],
            "things": [],
            "nodes": [
                {
                    "id": "node-1",
                    "room": "bedroom",
                    "open": True,
                    "sensors": [{"kind": kind} for kind in kinds],
                }
            ],
            "faults": [],
        }

    return make


@pytest.fixture
def visitor() -> Document:
    """Somebody who walks about for a minute and leaves."""
    return {
        "id": "anna",
        "script": [
            {"do": "enter", "at": 10, "room": "bedroom"},
            {"do": "walk", "to": [[3.2, 2.8], [1.0, 1.2], [2.5, 2.0], [3.0, 1.4]], "for": 5},
            {"do": "leave"},
        ],
    }


@pytest.fixture
def sleeper() -> Document:
    """Somebody who lies down a metre before the node."""
    return {
        "id": "anna",
        "breaths_per_minute": 14,
        "script": [
            {"do": "enter", "at": 5, "room": "bedroom"},
            {"do": "lie", "to": [[2.0, 1.2]]},
        ],
    }


@pytest.fixture
def build() -> Callable[[Document], Scenario]:
    return lambda document: scenario_from_json(document, "test")


@pytest.fixture
def hear(build: Callable[[Document], Scenario]) -> Callable[[Document], list[Message]]:
    """Everything that a document's scenario sends."""
    return lambda document: list(Simulation(build(document), START).messages())


@pytest.fixture
def decoded() -> Callable[[list[Message]], list[Observation]]:
    """What the engine's decoder makes of the messages of one node; nothing may be bad."""

    def decode(messages: list[Message]) -> list[Observation]:
        node = Node("home", messages[0].topic.split("/")[3])
        observations = [
            effect
            for message in messages
            for effect in node.step(message)
            if isinstance(effect, Observation)
        ]
        assert node.traffic.bad == 0
        return observations

    return decode


@pytest.fixture
def samples() -> Callable[[list[Message], str], list[dict[str, Any]]]:
    """The JSON bodies on one stream."""

    def read(messages: list[Message], stream: str) -> list[dict[str, Any]]:
        return [
            json.loads(each.payload) for each in messages if each.topic.endswith(f"/s/{stream}")
        ]

    return read
