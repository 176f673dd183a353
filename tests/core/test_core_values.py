"""Outputs and commands say the same thing in JSON as they hold."""

import json

import pytest

from halcyon.core.command import Command
from halcyon.core.message import is_id
from halcyon.core.output import NodeStatus, Output, Presence
from halcyon.core.reading import Availability, Intent, NodeEvent


def test_an_output_is_one_flat_object() -> None:
    fact = Presence(occupied=True, confidence=0.5, targets=((1.0, 2.0),), zones=("bed",))
    assert Output(2.0, 1.0, "home", "bedroom", fact).to_json() == {
        "t": 2.0,
        "at": 1.0,
        "site": "home",
        "room": "bedroom",
        "kind": "presence",
        "occupied": True,
        "confidence": 0.5,
        "targets": [[1.0, 2.0]],
        "zones": ["bed"],
    }


def test_words_become_plain_text() -> None:
    fact = NodeStatus("n", Availability.ONLINE, 1, 0, 0, 0, None)
    body = Output(1.0, 1.0, "home", None, fact).to_json()
    assert json.loads(json.dumps(body))["availability"] == "online"
    assert type(body["availability"]) is str


def test_the_same_command_has_the_same_id() -> None:
    one = Command("home", "n", "rate", 1.0, (("hz", 10), ("stream", "radar")))
    again = Command("home", "n", "rate", 1.0, (("hz", 10), ("stream", "radar")))
    later = Command("home", "n", "rate", 2.0, (("hz", 10), ("stream", "radar")))
    assert one.id == again.id != later.id
    assert one.topic == "halcyon/1/home/n/cmd/rate"
    assert json.loads(one.payload()) == {
        "hz": 10,
        "stream": "radar",
        "id": one.id,
        "t": 1.0,
        "expires": 11.0,
    }


def test_a_command_carries_the_wall_clock_of_a_host_that_started_with_a_wrong_one() -> None:
    command = Command("home", "n", "standby", 1.0, (("on", True),))
    sent = json.loads(command.payload(1_795_000_000.0))
    assert (sent["t"], sent["expires"]) == (1_795_000_000.0, 1_795_000_010.0)
    assert sent["id"] == command.id


@pytest.mark.parametrize("text", ["a", "bed-1", "0" * 32])
def test_ids(text: str) -> None:
    assert is_id(text)


@pytest.mark.parametrize("text", ["", "A", "a b", "é", "a/b", "$engine", "a\n", "0" * 33, "٣"])
def test_no_ids(text: str) -> None:
    assert not is_id(text)


def test_fields_are_found_by_name() -> None:
    assert NodeEvent("button", "1", (("name", "left"),)).get("name") == "left"
    assert Intent("standby", (("on", True),)).get("room") is None
