"""`halcyon run` as a process against a real broker."""

import asyncio
from collections.abc import Awaitable, Callable
import json
from pathlib import Path
import signal
from typing import TYPE_CHECKING, Any

import pytest

from stage.broker import Broker
from stage.process import free_port

if TYPE_CHECKING:
    from .conftest import Client, Configure, Connect, Start

pytestmark = [pytest.mark.real, pytest.mark.enable_socket]

STATE = "halcyon/1/home/$engine/state"
type Serve = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]

OUT = "halcyon/1/home/$engine/out/"
NODE = "halcyon/1/home/bed-1/"
INFO = json.dumps(
    {"v": 1, "boot": 7, "model": "ld2450", "room": "bedroom", "streams": {"radar": {"enc": "json"}}}
)


async def announce(client: Client) -> None:
    await client.publish(f"{NODE}avail", "online", retain=True)
    await client.publish(f"{NODE}info", INFO, retain=True)


async def walk(client: Client, first: int = 0, count: int = 30) -> None:
    """Somebody walks through the room: `count` frames of ten a second, sent at once."""
    for n in range(first, first + count):
        target = [-700 + 15 * n, 1700, 150]
        sample = {"n": n, "b": 7, "ms": 1000 + 100 * n, "presence": True, "targets": [target]}
        await client.publish(f"{NODE}s/radar", json.dumps(sample))


def outputs(client: Client, room: str) -> list[dict[str, Any]]:
    return [json.loads(payload) for payload in client.payloads(OUT + room)]


@pytest.mark.parametrize("protocol", ["5", "3.1.1"])
async def test_messages_of_a_node_become_outputs(
    broker: Broker, connect: Connect, halcyon: Start, configure: Configure, protocol: str
) -> None:
    port = broker.port
    if protocol == "3.1.1":
        proxy = await asyncio.start_server(_without_mqtt_5(broker.port), "127.0.0.1", 0)
        port = proxy.sockets[0].getsockname()[1]
    client = await connect(broker.port, STATE, OUT + "+")
    service = halcyon("run", "--config", configure(port))
    await service.says(f"MQTT {protocol}")
    await client.wait_for(STATE, b"online")
    await announce(client)
    await walk(client)
    await client.wait_for(OUT + "bedroom")
    await client.wait_for(OUT + "$home")
    assert {"site": "home", "room": "bedroom"}.items() <= outputs(client, "bedroom")[0].items()
    assert outputs(client, "$home")[0]["node"] == "bed-1"
    assert not [topic for topic, _, retain in client.seen if retain and topic.startswith(OUT)]
    assert await service.stop() == 0
    await client.wait_for(STATE, b"offline")
    assert "Traceback" not in service.said
    if protocol == "3.1.1":
        proxy.close()


async def test_the_broker_says_that_a_killed_service_is_gone(
    broker: Broker, connect: Connect, halcyon: Start, configure: Configure
) -> None:
    client = await connect(broker.port, STATE)
    service = halcyon("run", "--config", configure(broker.port))
    await client.wait_for(STATE, b"online")
    await service.stop(signal.SIGKILL)
    await client.wait_for(STATE, b"offline")


async def test_a_rebirth_repeats_everything_that_is_known(
    broker: Broker, connect: Connect, halcyon: Start, configure: Configure
) -> None:
    client = await connect(broker.port, STATE)
    halcyon("run", "--config", configure(broker.port))
    await client.wait_for(STATE, b"online")
    await announce(client)
    await walk(client)
    late = await connect(broker.port, OUT + "+")
    await late.publish("halcyon/1/home/$engine/cmd/rebirth", "{}")
    await late.wait_for(OUT + "$home")
    await late.wait_for(OUT + "bedroom", count=2)
    kinds = {output["kind"] for output in outputs(late, "bedroom")}
    assert {"presence", "motion"} <= kinds


async def test_a_retained_rebirth_is_not_obeyed_on_every_connection(
    broker: Broker, connect: Connect, halcyon: Start, configure: Configure
) -> None:
    client = await connect(broker.port, STATE, OUT + "+")
    await client.publish("halcyon/1/home/$engine/cmd/rebirth", "{}", retain=True)
    halcyon("run", "--config", configure(broker.port))
    await client.wait_for(STATE, b"online")
    await announce(client)
    await client.wait_for(OUT + "$home")
    assert len(client.payloads(OUT + "$home")) == 1


async def test_a_restarted_broker_is_found_again(
    broker: Broker, connect: Connect, halcyon: Start, configure: Configure
) -> None:
    service = halcyon("run", "--config", configure(broker.port))
    await service.says("Connected")
    await broker.restart()
    client = await connect(broker.port, STATE, OUT + "+")
    await client.wait_for(STATE, b"online")
    await announce(client)
    await walk(client)
    await client.wait_for(OUT + "bedroom")


async def test_a_refused_password_is_explained_and_not_hammered(
    tmp_path: Path, halcyon: Start, configure: Configure, socket_enabled: None
) -> None:
    broker = Broker(tmp_path / "broker", users={"somebody": "else"})
    await broker.start()
    try:
        service = halcyon(
            "run",
            "--config",
            configure(broker.port, mqtt='username = "halcyon"\npassword = "wrong"'),
        )
        await service.says("refuses us")
        assert "mqtt.username and mqtt.password" in service.said
        assert "trying again in 60 s" in service.said
        assert await service.stop() == 0
    finally:
        broker.stop()


async def test_it_stops_while_there_is_no_broker(
    halcyon: Start, configure: Configure, socket_enabled: None
) -> None:
    service = halcyon("run", "--config", configure(free_port()))
    await service.says("Nothing listens")
    assert await service.stop(signal.SIGINT) == 0


async def test_with_home_assistant_as_host_it_only_says_that_it_is_there(
    broker: Broker, connect: Connect, halcyon: Start, configure: Configure
) -> None:
    client = await connect(broker.port, STATE, OUT + "+")
    service = halcyon("run", "--config", configure(broker.port, top=""))
    await client.wait_for(STATE, b"online")
    assert "Home Assistant does the sensing" in service.said
    await announce(client)
    await walk(client)
    assert await service.stop() == 0
    await client.wait_for(STATE, b"offline")
    assert [topic for topic, _, _ in client.seen if topic != STATE] == []


async def test_a_restart_goes_on_where_it_stopped(
    broker: Broker, connect: Connect, halcyon: Start, configure: Configure, tmp_path: Path
) -> None:
    client = await connect(broker.port, STATE, OUT + "+")
    config = configure(broker.port, top=f'sensing = "service"\nstore = "{tmp_path}/state"')
    service = halcyon("run", "--config", config)
    await client.wait_for(STATE, b"online")
    await announce(client)
    await walk(client)
    await client.wait_for(OUT + "bedroom", count=2)
    assert await service.stop() == 0
    assert [path.name for path in (tmp_path / "state").iterdir()] == ["home.json"]
    again = await connect(broker.port, OUT + "bedroom")
    halcyon("run", "--config", config)
    # It says what it knew before any node has spoken: no sample is sent here.
    await again.wait_for(OUT + "bedroom", count=2)


def _without_mqtt_5(port: int) -> Serve:
    """A broker that knows only 3.1.1, and otherwise hands everything on to a real one."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.read(1024)
        if head[8] == 5:
            # CONNACK of MQTT 3.1.1: unacceptable protocol version.
            writer.write(b"\x20\x02\x00\x01")
            await writer.drain()
            writer.close()
            return
        onward, back = await asyncio.open_connection("127.0.0.1", port)
        back.write(head)
        await asyncio.gather(_copy(reader, back), _copy(onward, writer))

    return serve


async def _copy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while data := await reader.read(4096):
        writer.write(data)
        await writer.drain()
    writer.close()
