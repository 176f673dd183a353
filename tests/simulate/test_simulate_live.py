"""Scenarios played to a real Mosquitto."""

import asyncio
from collections.abc import AsyncIterator, Callable
import contextlib
import json
from pathlib import Path
import shutil
import socket
from subprocess import DEVNULL
import time
from typing import Any, Self

import aiomqtt
import pytest

from halcyon.simulate import Scenario
from halcyon.simulate.live import play

MOSQUITTO = shutil.which("mosquitto") or shutil.which("mosquitto", path="/usr/sbin:/usr/local/sbin")
PATIENCE_S = 15.0

pytestmark = [
    pytest.mark.real,
    pytest.mark.enable_socket,
    pytest.mark.skipif(MOSQUITTO is None, reason="Mosquitto is not installed"),
]

type Document = dict[str, Any]
type Build = Callable[[Document], Scenario]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
async def broker(socket_enabled: None, tmp_path: Path) -> AsyncIterator[int]:
    """The port of a broker that lives for one test."""
    assert MOSQUITTO is not None
    port = free_port()
    configuration = tmp_path / "mosquitto.conf"
    configuration.write_text(f"listener {port} 127.0.0.1\nallow_anonymous true\n")
    process = await asyncio.create_subprocess_exec(
        MOSQUITTO, "-c", str(configuration), stdout=DEVNULL, stderr=DEVNULL
    )
    try:
        async with asyncio.timeout(PATIENCE_S):
            while True:
                with contextlib.suppress(OSError):
                    _, writer = await asyncio.open_connection("127.0.0.1", port)
                    writer.close()
                    break
                await asyncio.sleep(0.02)
        yield port
    finally:
        process.terminate()
        await process.wait()


@contextlib.asynccontextmanager
async def playing(
    scenario: Scenario, port: int, *, speed: float = 1.0, site: str | None = None
) -> AsyncIterator[None]:
    task = asyncio.create_task(
        play(scenario, "127.0.0.1", port, start=time.time(), speed=speed, site=site)
    )
    try:
        yield
    finally:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task


async def until(client: aiomqtt.Client, *endings: str) -> list[aiomqtt.Message]:
    """What arrives until a message on each of the topics with these endings did."""
    missing = set(endings)
    seen: list[aiomqtt.Message] = []
    async with asyncio.timeout(PATIENCE_S):
        async for message in client.messages:
            seen.append(message)
            missing -= {end for end in missing if message.topic.value.endswith(end)}
            if not missing:
                return seen
    raise AssertionError


async def test_nodes_come_online_and_stream(
    broker: int, bedroom: Callable[..., Document], build: Build
) -> None:
    scenario = build(bedroom("ld2450", "environment", duration=3600.0))
    async with aiomqtt.Client("127.0.0.1", broker) as client:
        await client.subscribe("halcyon/#")
        async with playing(scenario, broker, speed=10.0, site="other"):
            seen = await until(client, "/avail", "/info", "/raw/radar", "/s/env")
    topics = [message.topic.value for message in seen]
    assert topics[0] == "halcyon/1/other/node-1/avail"
    raw = next(message for message in seen if "/raw/" in message.topic.value)
    assert isinstance(raw.payload, bytes)
    assert raw.payload.startswith(b"HN01")
    assert raw.qos == 0


async def test_avail_and_info_are_retained_and_the_end_is_said(
    broker: int, bedroom: Callable[..., Document], build: Build
) -> None:
    scenario = build(bedroom("ld2450", duration=3600.0))
    async with playing(scenario, broker):
        async with aiomqtt.Client("127.0.0.1", broker) as first:
            await first.subscribe("halcyon/#")
            await until(first, "/raw/radar")
        async with aiomqtt.Client("127.0.0.1", broker) as client:
            await client.subscribe("halcyon/#")
            kept = [each for each in await until(client, "/avail", "/info") if each.retain]
            assert {each.topic.value.rpartition("/")[2] for each in kept} == {"avail", "info"}
    async with aiomqtt.Client("127.0.0.1", broker) as client:
        await client.subscribe("halcyon/+/+/+/avail")
        last = (await until(client, "/avail"))[-1]
    assert (last.payload, last.retain) == (b"offline", True)


async def test_a_node_that_dies_leaves_its_last_will_and_comes_back_anew(
    broker: int, bedroom: Callable[..., Document], build: Build
) -> None:
    document = bedroom("ld2450", duration=3600.0)
    document["faults"] = [{"kind": "reboot", "node": "node-1", "at": 10}]
    async with aiomqtt.Client("127.0.0.1", broker) as client:
        await client.subscribe("halcyon/+/+/+/avail", qos=1)
        await client.subscribe("halcyon/+/+/+/info", qos=1)
        async with playing(build(document), broker, speed=10.0):
            states: list[bytes] = []
            boots: set[int] = set()
            async with asyncio.timeout(PATIENCE_S):
                async for message in client.messages:
                    assert isinstance(message.payload, bytes)
                    if message.topic.value.endswith("/info"):
                        boots.add(json.loads(message.payload)["boot"])
                    else:
                        states.append(message.payload)
                    if len(boots) == 2:
                        break
    assert states == [b"online", b"offline", b"online"]


async def test_commands_are_obeyed_and_acknowledged(
    broker: int, bedroom: Callable[..., Document], build: Build
) -> None:
    document = bedroom("mr60bha2", duration=3600.0)
    document["nodes"][0]["open"] = False
    scenario = build(document)
    prefix = "halcyon/1/home/node-1/"
    async with aiomqtt.Client("127.0.0.1", broker) as client:
        await client.subscribe("halcyon/#", qos=1)
        async with playing(scenario, broker, speed=5.0):
            await until(client, "/info", "/s/radar")
            body = {"id": "c1", "stream": "radar", "hz": 10}
            await client.publish(prefix + "cmd/rate", json.dumps(body), qos=1)
            seen = await until(client, "/ack/rate", "/raw/radar")
            ack = next(each for each in seen if each.topic.value.endswith("/ack/rate"))
            assert isinstance(ack.payload, bytes)
            assert json.loads(ack.payload) == {"id": "c1", "ok": True, "error": None}
            await client.publish(prefix + "cmd/rebirth", json.dumps({"id": "c2"}), qos=1)
            await until(client, "/ack/rebirth", "/info")


async def test_it_waits_for_a_broker_that_is_not_there_and_ends_on_time(
    socket_enabled: None, bedroom: Callable[..., Document], build: Build
) -> None:
    scenario = build(bedroom("ld2450", duration=3600.0))
    async with asyncio.timeout(PATIENCE_S):
        await play(scenario, "127.0.0.1", free_port(), start=time.time(), speed=100.0, until=20.0)


class Breaking:
    """A mock of a client whose connection breaks while it is left; no broker does that reliably."""

    def __init__(self, greeted: asyncio.Event) -> None:
        self._greeted = greeted
        self.messages = self._nothing()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        raise aiomqtt.MqttError("the connection broke")

    async def subscribe(self, *_: object, **__: object) -> None:
        """As if the broker had agreed."""

    async def publish(self, *_: object, **__: object) -> None:
        """As if it had arrived."""
        self._greeted.set()

    async def _nothing(self) -> AsyncIterator[aiomqtt.Message]:
        await asyncio.Event().wait()
        yield aiomqtt.Message("never", b"", 0, False, 0, None)


async def test_it_ends_though_connections_break_meanwhile(
    bedroom: Callable[..., Document], build: Build, monkeypatch: pytest.MonkeyPatch
) -> None:
    greeted = asyncio.Event()
    monkeypatch.setattr(aiomqtt, "Client", lambda *_, **__: Breaking(greeted))
    scenario = build(bedroom("ld2450", duration=3600.0))
    task = asyncio.create_task(play(scenario, "127.0.0.1", 1, start=time.time()))
    async with asyncio.timeout(PATIENCE_S):
        await greeted.wait()
    task.cancel()
    # Nothing that waits is cancelled here: a task that takes no end would take no other either.
    await asyncio.wait({task}, timeout=PATIENCE_S)
    assert task.cancelled()
