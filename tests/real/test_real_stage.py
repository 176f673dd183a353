"""The stage itself: what the other real tests stand on."""

from pathlib import Path
import sys
from typing import Any, override

import aiomqtt
import pytest

from stage.broker import Broker
from stage.client import Client, Json, Members, RefusedError
from stage.hass import Hass
from stage.lamp import furnish
from stage.process import Process, StageError, free_port
from stage.speaker import Speaker, Visit


async def test_a_started_home_assistant_is_onboarded_and_has_mqtt(home: Client) -> None:
    assert [entry["state"] for entry in await home.entries("mqtt")] == ["loaded"]
    assert "zone.home" in home.states


async def test_an_entity_follows_the_broker(home: Client, broker: Broker) -> None:
    async with aiomqtt.Client(broker.host, broker.port) as node:
        await node.publish(
            "homeassistant/binary_sensor/bench/config",
            '{"name":"Bench","state_topic":"bench/state","unique_id":"bench"}',
            retain=True,
        )
        await home.wait_for_state("binary_sensor.bench", "unknown")
        await node.publish("bench/state", "ON", retain=True)
        await home.wait_for_state("binary_sensor.bench", "on")
        await node.publish("homeassistant/binary_sensor/bench/config", "", retain=True)
    await home.wait_for(lambda states: "binary_sensor.bench" not in states, "its removal")


async def test_home_assistant_s_refusal_is_told(home: Client) -> None:
    with pytest.raises(RefusedError, match="Unknown command"):
        await home.ask("nothing/of/the/kind")
    with pytest.raises(RefusedError, match="404"):
        await home.get("/api/states/sensor.nowhere")


async def test_what_does_not_come_about_is_named(home: Client) -> None:
    with pytest.raises(StageError, match="rain did not come about within 0"):
        await home.wait_for(lambda _: False, "rain", 0.01)


def test_home_assistant_finds_no_engine_of_this_checkout(hass: Hass) -> None:
    environment = Path(f"/proc/{hass.pid}/environ").read_bytes().decode()

    assert "PYTHONPATH" not in environment
    assert hass.running


async def test_a_broker_with_accounts_refuses_strangers(tmp_path: Path) -> None:
    account: dict[str, Any] = {"username": "node", "password": "secret"}
    broker = Broker(tmp_path, users={account["username"]: account["password"]})
    await broker.start()
    try:
        async with aiomqtt.Client(broker.host, broker.port, **account):
            pass
        with pytest.raises(aiomqtt.MqttError, match="Not authorized"):
            await aiomqtt.Client(broker.host, broker.port).__aenter__()
    finally:
        broker.stop()


async def test_a_broker_keeps_what_is_retained_and_its_port(tmp_path: Path) -> None:
    broker = Broker(tmp_path, persistence=True)
    await broker.start()
    try:
        async with aiomqtt.Client(broker.host, broker.port) as node:
            await node.publish("kept", "yes", qos=1, retain=True)
        await broker.restart()
        async with aiomqtt.Client(broker.host, broker.port) as node:
            await node.subscribe("kept")
            message = await anext(aiter(node.messages))
            assert message.payload == b"yes"
    finally:
        broker.stop()


async def test_a_program_that_ends_at_once_shows_why(tmp_path: Path) -> None:
    process = Process([sys.executable, "-c", "raise SystemExit('no such luck')"], tmp_path / "log")
    process.start()
    with pytest.raises(StageError, match="no such luck"):
        await process.ready(lambda: False, 10.0)


def test_free_ports_differ_from_those_in_use(broker: Broker) -> None:
    assert free_port() != broker.port


def test_a_visit_to_the_speaker_node_comes_again(broker: Broker, tmp_path: Path) -> None:
    speaker = Speaker(tmp_path, broker, "ear", "hall", Visit(enters=10.0, stays=5.0, every=60.0))
    speaker.began = 1000.0

    assert [t for t in range(990, 1140) if speaker.is_visited(t)] == [
        *range(1010, 1015),
        *range(1070, 1075),
        *range(1130, 1135),
    ]
    assert not Speaker(tmp_path, broker, "ear", "hall").is_visited(1010.0), "a fan is nobody"


class TwoSites(Client):
    """A home that has a second site, and one of the two routines."""

    def __init__(self) -> None:
        self.given: list[str] = []

    @override
    async def ask(self, kind: str, **fields: Json) -> Json:
        if kind == "config_entries/get":
            return [{"entry_id": each.lower(), "title": each} for each in ("Night", "Home")]
        return [{"subentry_type": "routine", "title": "Lamp on"}]

    @override
    async def start_subentry_flow(self, entry_id: str, kind: str) -> Members:
        self.given.append(entry_id)
        return {"type": "create_entry"}


async def test_only_the_site_of_the_lamp_is_given_its_routines() -> None:
    home = TwoSites()
    await furnish(home, "home")
    assert home.given == ["home"]
