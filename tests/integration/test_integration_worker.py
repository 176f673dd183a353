"""Where the engine works: in the loop what comes seldom, in its thread what comes often."""

import asyncio
import threading
import time

from homeassistant.core import HomeAssistant
import pytest
from pytest_homeassistant_custom_component.typing import MqttMockHAClient
from tests.integration.conftest import Node, Settle, room, set_up, state

from custom_components.halcyon.display import Display
from custom_components.halcyon.engine.core.house import House, Mount, Room
from custom_components.halcyon.engine.core.message import Message
from custom_components.halcyon.engine.core.output import Output, Presence
from custom_components.halcyon.engine.decide.home import Home
from custom_components.halcyon.engine.pipeline import Effect, Pipeline
from custom_components.halcyon.shown import Change, Key
from custom_components.halcyon.site import worker
from custom_components.halcyon.site.budget import Budget
from custom_components.halcyon.site.computing import Batch


def spend_frames(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leave nothing of the budget of frames."""
    monkeypatch.setattr(Budget, "is_left", lambda each: each.share == worker.SELDOM_SHARE)


async def test_frames_leave_the_loop_to_what_comes_seldom(
    hass: HomeAssistant,
    mqtt_mock: MqttMockHAClient,
    node: Node,
    settle: Settle,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    loop, received_in = threading.current_thread(), dict[str, threading.Thread]()
    receive = Pipeline.receive

    def noting(pipeline: Pipeline, message: Message) -> list[Effect]:
        received_in[message.topic.split("/")[4]] = threading.current_thread()
        return receive(pipeline, message)

    monkeypatch.setattr(Pipeline, "receive", noting)
    spend_frames(monkeypatch)
    await set_up(hass, room(hass, "Bedroom", node.name))
    node.online()
    node.announce()
    await settle()
    node.publish("raw/radar", b"HN01")
    await settle()
    node.sample(motion={"state": "major", "score": 1.0})
    # At once, without a turn of the loop.
    assert state(hass, "binary_sensor.bedroom_motion") == "on"
    assert received_in["s"] is loop
    assert received_in["raw"] is not loop


async def test_the_loop_is_spared_what_time_alone_brings(
    hass: HomeAssistant,
    mqtt_mock: MqttMockHAClient,
    node: Node,
    settle: Settle,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    loop, worked_in = threading.current_thread(), list[threading.Thread]()
    advance = Home.advance

    def noting(home: Home, t: float) -> list[Effect]:
        if (due := home.next_deadline) is not None and due <= t:
            worked_in.append(threading.current_thread())
        return advance(home, t)

    entry = await set_up(hass, room(hass, "Bedroom", node.name))
    node.online()
    node.announce()
    node.sample(presence=True)
    await settle()
    monkeypatch.setattr(Home, "advance", noting)
    # Long enough for the room to be let go.
    later = time.time() + 600
    monkeypatch.setattr(entry.runtime_data, "clock", lambda: later)
    await settle()
    assert worked_in
    assert loop not in worked_in


async def test_a_detector_overtakes_the_frames_of_others_and_none_of_its_own(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    spend_frames(monkeypatch)
    taken: list[str] = []

    def noting(pipeline: Pipeline, message: Message) -> list[Effect]:
        taken.append(message.topic.removeprefix("halcyon/1/home/"))
        return []

    monkeypatch.setattr(Pipeline, "receive", noting)
    house = House("home", (Room("bedroom", mounts=(Mount("a"), Mount("b"))),))
    loop, nobody = asyncio.get_running_loop(), lambda _: None
    busy = worker.Worker(loop, Pipeline(house), Display(house), nobody, nobody)
    for topic in ("a/raw/radar", "b/raw/radar", "a/raw/radar", "a/s/radar"):
        busy.post(Message(f"halcyon/1/home/{topic}", b"", 1.0))
    assert taken == ["a/raw/radar", "a/raw/radar", "a/s/radar"]
    # What was overtaken is not lost.
    busy.start()
    await busy.settle()
    await busy.stop()
    assert taken[3:] == ["b/raw/radar"]


async def test_what_the_thread_concluded_is_shown_before_what_comes_later(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    spend_frames(monkeypatch)
    begun, shown = threading.Event(), list[str]()

    def telling(pipeline: Pipeline, message: Message) -> list[Effect]:
        begun.set()
        return [Output(1.0, 1.0, "home", None, Presence(occupied=True, confidence=None))]

    def of_its_own(display: Display, output: Output) -> list[Change]:
        name = "frame" if threading.current_thread() is not loop_thread else "detector"
        return [Change(Key("node", name, "said"), value=True)]

    loop_thread = threading.current_thread()
    monkeypatch.setattr(Pipeline, "receive", telling)
    monkeypatch.setattr(Display, "take", of_its_own)
    house = House("home", (Room("bedroom", mounts=(Mount("a"), Mount("b"))),))

    def deliver(batch: Batch) -> None:
        shown.extend(change.key.name for change in batch.changes)

    loop = asyncio.get_running_loop()
    busy = worker.Worker(loop, Pipeline(house), Display(house), deliver, lambda _: None)
    # However long the thread takes for its frame, the detector must not give up.
    monkeypatch.setattr(worker, "_PATIENCE_SECONDS", 60.0)
    busy.start()
    busy.post(Message("halcyon/1/home/b/raw/radar", b"", 1.0))
    assert begun.wait(60.0)
    busy.post(Message("halcyon/1/home/a/s/radar", b"", 1.0))
    # Without a turn of the loop in between.
    assert shown == ["frame", "detector"]
    await busy.stop()
