"""A node that hears over MQTT is a satellite of Assist: it announces, asks, and is answered."""

import asyncio
from collections.abc import AsyncIterator
import contextlib
from contextlib import AsyncExitStack
import json
from pathlib import Path
from typing import Any

import aiomqtt
import pytest
import pytest_asyncio
import pytest_socket

from stage.broker import Broker
from stage.client import Client
from stage.hass import INTEGRATION, Hass
from stage.home import confirm_discovery
from stage.process import StageError, until

pytestmark = pytest.mark.asyncio(loop_scope="module")

NODE = "halcyon/1/home/speaker-1/"
ENGINE = "halcyon/1/home/$engine/"
SATELLITE = "assist_satellite.kitchen_speaker_1_satellite"
SOUND = "http://127.0.0.1/chime.mp3"
INFO = {"v": 1, "boot": 7, "model": "ld2450", "room": "kitchen", "streams": {}}


class House:
    """A Home Assistant with Assist, and everything that the node is asked."""

    def __init__(self, home: Client, link: aiomqtt.Client) -> None:
        self.home = home
        self._link = link
        self.asked: list[tuple[str, dict[str, Any]]] = []

    async def publish(self, topic: str, body: object, *, retain: bool = False) -> None:
        payload = body if isinstance(body, str) else json.dumps(body)
        await self._link.publish(topic, payload, 1, retain)

    async def listen(self) -> None:
        async for message in self._link.messages:
            name = message.topic.value.rpartition("/")[2]
            self.asked.append((name, json.loads(message.payload)))

    async def says(self, text: str, utterance: str) -> None:
        """What the service understood beside the node."""
        body = {"utterance": utterance, "revision": 1, "text": text, "final": True}
        await self.publish(
            ENGINE + "recognised", body | {"accepted": True, "source": "node", "node": "speaker-1"}
        )

    async def is_asked(self, name: str) -> dict[str, Any]:
        def found() -> list[dict[str, Any]]:
            return [body for kind, body in self.asked if kind == name]

        await until(lambda: bool(found()), 20.0, f"cmd/{name}")
        return found()[-1]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def house(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[House]:
    pytest_socket.enable_socket()
    folder: Path = tmp_path_factory.mktemp("satellite")
    broker = Broker(folder / "broker")
    hass = Hass(folder / "config", extra="assist_pipeline:\n")
    hass.install(INTEGRATION)
    async with AsyncExitStack() as stack:
        stack.callback(broker.stop)
        await broker.start()
        stack.callback(hass.stop)
        await hass.start()
        await hass.set_up_mqtt(broker.host, broker.port)
        home = await stack.enter_async_context(hass.client())
        link = await stack.enter_async_context(aiomqtt.Client(broker.host, broker.port))
        await link.subscribe(NODE + "cmd/+", 1)
        house = House(home, link)
        listening = asyncio.create_task(house.listen())
        stack.callback(listening.cancel)
        await house.publish(NODE + "avail", "online", retain=True)
        await house.publish(NODE + "info", INFO, retain=True)
        await confirm_discovery(home)
        await home.wait_for_state("binary_sensor.kitchen_occupancy", "unknown")
        yield house


async def test_a_node_becomes_a_satellite_when_it_is_first_heard(house: House) -> None:
    assert SATELLITE not in house.home.states
    for number in range(10):
        # Home Assistant takes a moment to subscribe, and says nothing when it has.
        await house.says("hello there", f"first-{number}")
        with contextlib.suppress(StageError):
            await house.home.wait_for_state(SATELLITE, "idle", 2.0)
            break
    await house.home.wait_for_state("select.kitchen_speaker_1_assistant", "preferred")
    await house.home.wait_for(lambda states: "event.kitchen_command" in states, "the event")


async def test_it_plays_an_announcement(house: House) -> None:
    await house.home.act("assist_satellite.announce", SATELLITE, media_id=SOUND, preannounce=False)
    assert (await house.is_asked("play"))["url"] == SOUND


async def test_it_asks_and_what_is_said_then_is_the_answer(house: House) -> None:
    asking = asyncio.create_task(
        house.home.ask(
            "call_service",
            domain="assist_satellite",
            service="ask_question",
            service_data={
                "entity_id": SATELLITE,
                "question_media_id": SOUND,
                "preannounce": False,
                "answers": [{"id": "yes", "sentences": ["yes [please]"]}],
            },
            return_response=True,
        )
    )
    await house.is_asked("listen")
    await house.says("yes please", "u2")
    answer = (await asking)["response"]
    assert (answer["id"], answer["sentence"]) == ("yes", "yes please")
