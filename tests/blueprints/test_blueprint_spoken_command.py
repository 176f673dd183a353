"""A sentence of one's own that does something."""

from dataclasses import replace

import pytest
from tests.blueprints.conftest import House

from custom_components.halcyon.engine.core.output import Spoken

EVENT = "event.living_room_command"
LAMP = "light.cinema"
INPUTS: dict[str, object] = {
    "commands": [EVENT],
    "sentences": ["Movie night!", "let's watch a film"],
    "actions": [
        {
            "action": "light.turn_on",
            "target": {"entity_id": LAMP},
            "data": {"heard": "{{ text }}", "where": "{{ room }}"},
        }
    ],
}
DONE = [("light.turn_on", [LAMP])]


@pytest.fixture(autouse=True)
async def room(house: House) -> None:
    """A room in which something was said already, so that it has a Command event."""
    await says(house, "hello")


async def says(house: House, text: str, confidence: float | None = 0.9) -> None:
    """Let somebody say something that was understood."""
    await house.passes(1.0)
    await house.says("living-room", Spoken(text, (text,), confidence, None, "node", final=True))


@pytest.mark.parametrize(
    "text",
    ["movie night", "Movie Night.", "  movie   night ", "Let's watch a film", "lets watch a film"],
)
async def test_what_was_meant_is_done(house: House, text: str) -> None:
    await house.automate("spoken_command", **INPUTS)
    await says(house, text)
    assert house.called() == DONE
    assert house.calls[0].data["heard"] == text.strip()


@pytest.mark.parametrize(
    "text", ["movie", "no movie night please", "good night", "", "[]", "{{ 1 }}"]
)
async def test_what_was_not_meant_is_not(house: House, text: str) -> None:
    await house.automate("spoken_command", **INPUTS)
    await says(house, text)
    assert house.called() == []


@pytest.mark.parametrize(
    ("text", "done"),
    [("start movie night please", True), ("movie nights", False), ("a movie, night", True)],
)
async def test_more_words_around_it(house: House, text: str, done: bool) -> None:
    await house.automate("spoken_command", **INPUTS, match="contains")
    await says(house, text)
    assert house.called() == (DONE if done else [])


@pytest.mark.parametrize(
    ("confidence", "done"), [(0.79, False), (0.8, True), (1.0, True), (None, True)]
)
async def test_what_was_hardly_heard_is_not_done(
    house: House, confidence: float | None, done: bool
) -> None:
    await house.automate("spoken_command", **INPUTS, confidence=80)
    await says(house, "movie night", confidence)
    assert house.called() == (DONE if done else [])


async def test_it_may_be_said_again(house: House) -> None:
    await house.automate("spoken_command", **INPUTS)
    await says(house, "movie night")
    await says(house, "movie night")
    assert house.called() == DONE * 2


async def test_a_service_that_comes_back_did_not_hear_it_again(house: House) -> None:
    await house.automate("spoken_command", **INPUTS)
    await says(house, "movie night")
    await house.service("offline")
    await house.service("online")
    assert house.called() == DONE


async def test_what_is_not_final_or_not_accepted_is_not_done(house: House) -> None:
    await house.automate("spoken_command", **INPUTS)
    said = Spoken("movie night", (), 0.9, None, "node", final=True)
    await house.says("living-room", replace(said, final=False), replace(said, accepted=False))
    assert house.called() == []


async def test_a_condition_that_does_not_hold_does_something_else(house: House) -> None:
    await house.puts("switch.guests", "on")
    await house.automate(
        "spoken_command",
        **INPUTS,
        conditions=[{"condition": "state", "entity_id": "switch.guests", "state": "off"}],
        else_actions=[{"action": "light.turn_off", "target": {"entity_id": LAMP}}],
    )
    await says(house, "movie night")
    assert house.called() == [("light.turn_off", [LAMP])]
    await house.puts("switch.guests", "off")
    await says(house, "movie night")
    assert house.called() == [("light.turn_off", [LAMP]), *DONE]
